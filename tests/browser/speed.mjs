/**
 * Steps per second of the lab, 784-100×4-10 at a batch of 64: `BROWSER_MODULES=… CHROMIUM=… node tests/browser/speed.mjs
 * lab.html`. One network and three at once, the median of five stretches of three seconds, beside a plain triple loop of
 * the same step in the same browser; then the time from an input to the next paint while three networks train. Beside
 * each stands the number per second of the page's processor time, which other programs on the machine disturb least.
 */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { launch } from "./browser.mjs";

const file = resolve(process.argv[2]);
const browser = await launch();
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const network = "He,relu,4,100,0.01,sgd,plain";

async function open(count) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    window.slow = [];
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.slow.push([entry.duration, entry.processingEnd - entry.processingStart]))).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  await page.goto(`file://${file}#lesson=0&networks=${new Array(count).fill(network).join(";")}`);
  await page.waitForSelector("html.alive", { state: "attached" });
  await page.waitForTimeout(1000);
  await page.keyboard.press("Space");
  await page.waitForTimeout(3000);
  return page;
}

const session = await browser.newBrowserCDPSession();

/** Seconds of processor time of all pages so far. */
async function processorTime() {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Steps per second by the clock and by the processor, each the median. */
const told = (found) => `${median(found.map(([clock]) => clock)).toFixed(0)} steps a second, ${median(found.map(([, busy]) => busy)).toFixed(0)} per second of processor time`;

async function speed(page, networks) {
  const steps = () => page.evaluate(() => [Number(document.querySelector(".count").textContent), performance.now()]);
  const found = [];
  for (let i = 0; i < 5; i += 1) {
    const [[from, start], busy] = [await steps(), await processorTime()];
    await page.waitForTimeout(3000);
    const [to, end] = await steps();
    found.push([(1000 * (to - from)) / (end - start), (networks * (to - from)) / ((await processorTime()) - busy)]);
  }
  return told(found);
}

/** Steps of the plain loop. */
const PLAIN_STEPS = 20;

/** Plain steps per second: every product of forward, signal and gradient as a triple loop, zeros and all. */
const plain = (count) => {
  const sizes = [784, 100, 100, 100, 100, 10];
  const start = performance.now();
  const product = (rows, inner, columns) => {
    const [a, b, c] = [rows * inner, inner * columns, rows * columns].map((count) => new Float32Array(count).fill(0.5));
    for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) {
      let sum = 0;
      for (let k = 0; k < inner; k += 1) sum += a[i * inner + k] * b[k * columns + j];
      c[i * columns + j] = sum;
    }
  };
  for (let step = 0; step < count; step += 1) {
    for (let layer = 0; layer + 1 < sizes.length; layer += 1) {
      const [n, m] = [sizes[layer], sizes[layer + 1]];
      product(64, n, m);
      product(n, 64, m);
      if (layer > 0) product(64, m, n);
    }
  }
  return (1000 * count) / (performance.now() - start);
};

console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB`);
const one = await open(1);
console.log(`one network: ${await speed(one, 1)}`);
await one.keyboard.press("Space");
const loops = [];
for (let i = 0; i < 5; i += 1) {
  const busy = await processorTime();
  loops.push([await one.evaluate(plain, PLAIN_STEPS), PLAIN_STEPS / ((await processorTime()) - busy)]);
}
console.log(`a plain triple loop: ${told(loops)}`);
await one.close();
const three = await open(3);
console.log(`three at once, each: ${await speed(three, 3)} of all`);
await three.evaluate(() => { window.slow.length = 0; });
for (const place of ["article select", "article input[type=range]", "#shared input[type=range]", "#shared select"]) {
  await three.locator(place).first().focus();
  for (let i = 0; i < 6; i += 1) {
    await three.keyboard.press(i % 2 === 0 ? "ArrowDown" : "ArrowUp");
    await three.waitForTimeout(150);
  }
}
const slow = await three.evaluate(() => window.slow);
const [paints, scripts] = [0, 1].map((column) => slow.map((entry) => entry[column]).sort((a, b) => a - b));
const late = (numbers) => numbers[Math.floor(0.95 * numbers.length)].toFixed(0);
console.log(`inputs while three train: ${slow.length === 0 ? "all below 16 ms" : `95th percentile ${late(paints)} ms to the next paint (${late(scripts)} ms in our script), longest ${paints[paints.length - 1]} ms, of ${slow.length} above 16 ms`}`);
await browser.close();
