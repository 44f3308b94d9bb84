/**
 * Steps per second of the lab, 784-100×4-10 at a batch of 64: `BROWSER_MODULES=… CHROMIUM=… node tests/browser/speed.mjs
 * lab.html`. One network and three at once, the median of five stretches of three seconds, beside a plain triple loop of
 * the same step in the same browser; then the time from an input to the next paint while three networks train.
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
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.slow.push(entry.duration))).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  await page.goto(`file://${file}#lesson=0&networks=${new Array(count).fill(network).join(";")}`);
  await page.waitForSelector("html.alive", { state: "attached" });
  await page.waitForTimeout(1000);
  await page.keyboard.press("Space");
  await page.waitForTimeout(3000);
  return page;
}

async function speed(page) {
  const steps = () => page.evaluate(() => [Number(document.querySelector(".count").textContent), performance.now()]);
  const found = [];
  for (let i = 0; i < 5; i += 1) {
    const [from, start] = await steps();
    await page.waitForTimeout(3000);
    const [to, end] = await steps();
    found.push((1000 * (to - from)) / (end - start));
  }
  return median(found).toFixed(0);
}

/** Seconds of a plain step: every product of forward, signal and gradient as a triple loop, zeros and all. */
const plain = () => {
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
  for (let step = 0; step < 20; step += 1) {
    for (let layer = 0; layer + 1 < sizes.length; layer += 1) {
      const [n, m] = [sizes[layer], sizes[layer + 1]];
      product(64, n, m);
      product(n, 64, m);
      if (layer > 0) product(64, m, n);
    }
  }
  return 20000 / (performance.now() - start);
};

console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB`);
const one = await open(1);
console.log(`one network: ${await speed(one)} steps a second`);
await one.keyboard.press("Space");
const loops = [];
for (let i = 0; i < 5; i += 1) loops.push(await one.evaluate(plain));
console.log(`a plain triple loop: ${median(loops).toFixed(0)} steps a second`);
await one.close();
const three = await open(3);
console.log(`three at once: ${await speed(three)} steps a second each`);
await three.evaluate(() => { window.slow.length = 0; });
for (const place of ["article select", "article input[type=range]", "#shared input[type=range]", "#shared select"]) {
  await three.locator(place).first().focus();
  for (let i = 0; i < 6; i += 1) {
    await three.keyboard.press(i % 2 === 0 ? "ArrowDown" : "ArrowUp");
    await three.waitForTimeout(150);
  }
}
const slow = await three.evaluate(() => window.slow);
slow.sort((a, b) => a - b);
console.log(`inputs while three train: ${slow.length === 0 ? "all below 16 ms" : `95th percentile ${slow[Math.floor(0.95 * slow.length)]} ms, longest ${slow[slow.length - 1]} ms of ${slow.length} above 16 ms`}`);
await browser.close();
