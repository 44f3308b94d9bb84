/**
 * How quickly a page opens and answers: `BROWSER_MODULES=… CHROMIUM=… node tests/browser/fluency.mjs report.html …`.
 * The variables are those of tests/browser.sh. For each page its size, the milliseconds until it is loaded and painted
 * (median of five; charts come alive after that), and, for every kind of control, the time from an input to the next
 * paint, as the browser's event timing tells it (in steps of 8 ms): median and longest of the answers that took 16 ms
 * or more; quicker ones are not told.
 */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { launch } from "./browser.mjs";

const browser = await launch();

/** Opens a page in a window of its own. */
async function open(file) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.slow = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.slow.push(entry.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  await page.goto(`file://${resolve(file)}`);
  return { page, context };
}

/** Milliseconds until the page is loaded and two frames are painted. */
async function opening(file) {
  const { page, context } = await open(file);
  const time = await page.evaluate(() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))));
  await context.close();
  return time;
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Goes to a control, and lets its ring be painted. */
async function focus(control, page) {
  await control.focus();
  await page.waitForTimeout(200);
}

/** Presses a key several times in a tenth of a second each, as fast as fingers are. */
async function press(page, key, times) {
  for (let i = 0; i < times; i++) {
    await page.keyboard.press(key);
    await page.waitForTimeout(100);
  }
}

/**
 * The controls by kind: where they are, and what a reader does with one. Keys are pressed on what has the focus:
 * asking the page for the control each time would take twenty milliseconds of its time.
 */
const kinds = {
  "a slider": ["input[type=range]", async (control, page) => { await focus(control, page); await press(page, "ArrowRight", 3); await press(page, "ArrowLeft", 3); }],
  "a choice": ["select", async (control, page) => { await focus(control, page); await press(page, "ArrowDown", 3); await press(page, "ArrowUp", 3); }],
  "a curve on or off": [".legend button", async (control, page) => { await focus(control, page); await press(page, "Space", 2); }],
  "a column sorted": ["th button", async (control, page) => { await focus(control, page); await press(page, "Space", 2); }],
  "a table filtered": ["input[type=search]", async (control, page) => { await focus(control, page); await press(page, "H", 1); await press(page, "e", 1); await press(page, "Backspace", 2); }],
  "a cell of a heat map": [".heat button", async (control, page) => { await focus(control, page); await press(page, "Space", 1); }],
  "the pointer over a chart": ["canvas", async (control, page) => {
    const box = await control.boundingBox();
    for (let i = 1; i < 20; i++) await page.mouse.move(box.x + (box.width * i) / 20, box.y + box.height / 2);
  }],
};

/** What the answers of a kind's first few controls took, in words; `null` where the page has none. */
async function answers(page, [place, use]) {
  const controls = page.locator(`${place}:visible`);
  const count = Math.min(await controls.count(), 8);
  await page.evaluate(() => { window.slow.length = 0; });
  for (let i = 0; i < count; i++) {
    const control = controls.nth(i);
    await control.scrollIntoViewIfNeeded();
    await page.waitForTimeout(1200); // the page scrolls smoothly, and figures that come into view are drawn
    await use(control, page);
    await page.waitForTimeout(120); // event timing is told after the paint
  }
  const slow = await page.evaluate(() => window.slow);
  if (count === 0) return null;
  return slow.length === 0 ? "below 16 ms" : `median ${median(slow)} ms, longest ${Math.max(...slow)} ms of ${slow.length}`;
}

for (const file of process.argv.slice(2)) {
  const times = [];
  for (let i = 0; i < 5; i++) times.push(await opening(file));
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, open after ${median(times).toFixed(0)} ms`);
  const { page, context } = await open(file);
  await page.waitForSelector("html.alive", { state: "attached" });
  for (const [name, kind] of Object.entries(kinds)) {
    const found = await answers(page, kind);
    if (found !== null) console.log(`  ${name}: ${found}`);
  }
  await context.close();
}
await browser.close();
