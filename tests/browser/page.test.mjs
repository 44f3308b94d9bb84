/**
 * The page in a real browser. `tests/browser.sh` makes the pages and says where they are: BROWSER_PAGES (a folder),
 * BROWSER_MODULES (a folder with node_modules), CHROMIUM (the browser).
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, require } from "./browser.mjs";

const { BROWSER_PAGES: pages } = process.env;
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** Opens a page; `faults` collects console errors, exceptions and requests other than for the page itself. */
async function open(name, { hash = "", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const address = `file://${join(pages, name)}/report.html`;
  const faults = [];
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => { if (!request.url().startsWith(address) && !request.url().startsWith("data:")) faults.push(request.url()); });
  await page.goto(address + hash);
  if (options.javaScriptEnabled !== false) await page.waitForSelector("html.alive", { state: "attached" });
  return { page, faults, context };
}

/** The pixels of a section's first chart. */
const drawn = (page, section) => page.locator(`${section} canvas`).first().evaluate((canvas) => canvas.toDataURL());
const experiment = (name) => `section[data-experiment="${name}"]`;

test("pages open without a fault and without a request", async () => {
  for (const name of ["all", "hostile", "damaged", "sweep/tiny"]) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, faults, context } = await open(name, { colorScheme });
      assert.ok(await page.locator("html.alive").count(), `${name}: the scripts ran to their end`);
      assert.deepEqual(faults, [], `${name}, ${colorScheme}`);
      await context.close();
    }
  }
});

test("choices change the drawn curves", async () => {
  const { page, context } = await open("all");
  const section = experiment("compare");
  const seen = [await drawn(page, section)];
  const change = async (action) => {
    await action();
    const now = await drawn(page, section);
    assert.ok(!seen.includes(now), `picture ${seen.length} is new`);
    seen.push(now);
  };
  const pick = (label, value) => page.locator(`${section} label:has-text("${label}") select`).first().selectOption(value);
  await change(() => pick("smoothing", "none"));
  await change(() => pick("smoothing", "exponential"));
  await change(() => page.locator(`${section} input[type=range]`).first().fill("0.5"));
  await change(() => pick("vertical", "1"));
  await change(() => pick("horizontal", "1"));
  await change(() => pick("band", "minmax"));
  await change(() => page.locator(`${section} .legend button`).first().click());
  assert.equal(await page.locator(`${section} .legend button`).first().getAttribute("aria-pressed"), "false");
  await context.close();
});

test("a zoomed part stays when axes and smoothing change, and a double click shows all again", async () => {
  const { page, context } = await open("all");
  const section = experiment("compare");
  const pick = (label, value) => page.locator(`${section} label:has-text("${label}") select`).first().selectOption(value);
  const over = page.locator(`${section} .u-over`).first();
  await over.scrollIntoViewIfNeeded();
  /** The iterations told at the left and at the right edge of the chart. */
  const edges = async () => {
    const box = await over.boundingBox();
    const told = async (share) => {
      await page.mouse.move(box.x + share * (box.width - 2) + 1, box.y + box.height / 2);
      return Number(/^iteration (\d+)/.exec(await page.locator(`${section} .readout`).first().textContent())[1]);
    };
    return [await told(0), await told(1)];
  };
  assert.deepEqual(await edges(), [0, 149]);
  const box = await over.boundingBox();
  await page.mouse.move(box.x + 0.2 * box.width, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 100, { steps: 5 });
  await page.mouse.up();
  const zoomed = await edges();
  assert.ok(zoomed[0] > 25 && zoomed[0] < 35 && zoomed[1] > 55 && zoomed[1] < 65, String(zoomed));
  for (const [label, value] of [["vertical", "1"], ["smoothing", "exponential"], ["smoothing", "none"], ["horizontal", "1"]]) {
    await pick(label, value);
    assert.deepEqual(await edges(), zoomed, `${label} ${value}`);
  }
  await over.dblclick();
  assert.deepEqual(await edges(), [1, 149]);
  await context.close();
});

test("keys move the cursor and the values are told", async () => {
  const { page, context } = await open("all");
  const chart = page.locator(`${experiment("compare")} .chart`).first();
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  const told = () => page.locator(`${experiment("compare")} .readout`).first().textContent();
  const first = await told();
  assert.match(first, /^iteration \d+: .*He/);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await told(), first);
  await context.close();
});

test("tables sort by numbers both ways and filter", async () => {
  const { page, context } = await open("all");
  const table = page.locator(`${experiment("compare")} table[data-sortable]`);
  const column = async () => {
    const heads = await table.locator("thead th").allTextContents();
    const place = heads.findIndex((text) => text.startsWith("final loss")) + 1;
    return (await table.locator(`tbody tr td:nth-child(${place})`).allTextContents()).map(Number);
  };
  const press = () => table.locator("th button", { hasText: "final loss" }).click();
  const before = await column();
  const ascending = [...before].sort((a, b) => a - b);
  await press();
  assert.deepEqual(await column(), ascending);
  await press();
  assert.deepEqual(await column(), ascending.reverse());
  assert.equal(await table.locator("th[aria-sort=descending]").count(), 1);
  await page.locator(`${experiment("compare")} input[type=search]`).fill("xavier");
  assert.ok((await column()).length < before.length);
  await context.close();
});

test("without JavaScript every figure is there, and on paper too", async () => {
  const { page, context } = await open("all", { javaScriptEnabled: false });
  const figures = page.locator(".figures figure.drawn svg");
  assert.ok((await figures.count()) >= 3);
  for (const figure of await figures.all()) assert.ok(await figure.isVisible());
  assert.ok(await page.locator("table[data-sortable] tbody tr").first().isVisible());
  await context.close();

  const printed = await open("all");
  const replaced = printed.page.locator("figure.replaced");
  assert.ok((await replaced.count()) > 0 && !(await replaced.first().isVisible()));
  await printed.page.emulateMedia({ media: "print" });
  assert.ok(await replaced.first().isVisible());
  assert.ok(!(await printed.page.locator(".interactive").first().isVisible()));
  await printed.context.close();
});

test("on paper no word and no number of a table is broken", async () => {
  const { page, context } = await open("sweep/panels", { viewport: { width: 718, height: 1000 } }); // A4 less 10 mm at each side
  await page.emulateMedia({ media: "print" });
  const broken = await page.locator("table[data-sortable]").first().evaluate((table) => [...table.querySelectorAll("th, td")].filter((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    return lines > cell.textContent.trim().split(/\s+/).length;
  }).map((cell) => cell.textContent));
  assert.deepEqual(broken, []);
  await context.close();
});

test("a script in a label stays a text", async () => {
  const { page, context } = await open("hostile");
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.ok((await page.locator("td", { hasText: "<script>" }).count()) > 0);
  assert.ok((await page.locator(".legend button", { hasText: "<script>" }).count()) > 0);
  await context.close();
});

test("a damaged file is named and the rest is there", async () => {
  const { page, context } = await open("damaged");
  assert.match(await page.locator(".problems").textContent(), /summary\.csv/);
  assert.ok(await page.locator(`${experiment("compare")} canvas`).first().isVisible());
  await context.close();
});

test("a heat map tells its cells and shows their curves", async () => {
  const { page, context } = await open("sweep/tiny");
  const cell = page.locator(".heat button").first();
  await cell.focus();
  assert.match(await page.locator("output.readout").first().textContent(), /test accuracy/);
  await cell.click();
  assert.equal(await page.locator(".legend button[aria-pressed=true]").count(), 1);
  await context.close();
});

test("a heat map has a table for each combination of the other settings, and every run in one cell", async () => {
  const { page, context } = await open("sweep/panels");
  const labels = await page.locator(".heat button").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("aria-label")));
  assert.equal(await page.locator(".heat caption").count(), 4);
  assert.equal(labels.length, 16);
  for (const label of labels) assert.match(label, /activation (relu|tanh).*: test accuracy [\d.]+ %, 2 runs/);
  await context.close();
});

/** Columns of a CSV file without quotes, by name. */
function csv(file) {
  const [head, ...rows] = readFileSync(join(pages, file), "utf8").trim().split("\n").map((line) => line.split(","));
  return Object.fromEntries(head.map((name, column) => [name, rows.map((row) => row[column])]));
}

test("rings: the page computes from the parameters what the program measured", async () => {
  const { page, context } = await open("all");
  const part = page.locator(`${experiment("circles")} .interactive`, { has: page.locator(".rings") });
  const [loss, summary] = [csv("all/circles/loss.csv"), csv("all/circles/summary.csv")];
  const captions = () => part.locator("figcaption").allTextContents();
  const costs = async () => (await captions()).map((text) => [text.split(":")[0], Number(/cost ([\d.]+)/.exec(text)[1])]);
  for (const updates of ["0", "75"]) {
    const slider = part.locator("input[type=range]");
    for (let place = 0; (await part.locator("output").textContent()) !== updates; place += 1) await slider.fill(String(place));
    for (const [initializer, cost] of await costs()) {
      const row = loss.initializer.findIndex((name, i) => name === initializer && loss.iteration[i] === updates);
      assert.ok(Math.abs(cost / Number(loss.loss[row]) - 1) < 6e-4, `${initializer} after ${updates}: ${cost}, expected ${loss.loss[row]}`);
    }
  }
  await part.locator("input[type=range]").fill("9");
  assert.equal(await part.locator("output").textContent(), "300");
  (await captions()).forEach((text, i) => assert.ok(text.endsWith(`${(100 * Number(summary.train_accuracy[i])).toFixed(1)} % right`), text));
  const picture = () => part.locator("canvas").nth(2).evaluate((canvas) => canvas.toDataURL());
  const end = await picture();
  await part.locator("button").click();
  assert.equal(await part.locator("output").textContent(), "0", "playing begins at the start");
  assert.notEqual(await picture(), end);
  await part.locator("button").click();
  assert.equal(await part.locator("button").textContent(), "play");
  await context.close();
});

test("rings: what the program calls diverged has no cost, and a hand on the slider stops the play", async () => {
  const { page, context } = await open("far");
  const captions = () => page.locator(".rings figcaption").allTextContents();
  const slider = page.locator(".rings").locator("xpath=..").locator("input[type=range]");
  const summary = csv("far/circles/summary.csv");
  const he = summary.initializer.indexOf("He");
  assert.equal(summary.verdict[he], "diverged");
  assert.equal((await captions())[0], "He: diverged");
  assert.match((await captions())[1], /^zeros: cost 0\.6931/);
  await slider.fill("0");
  assert.match((await captions())[0], /^He: cost [\d.]+/);
  assert.match(await page.locator(".interactive", { has: page.locator(".rings") }).textContent(), /for seed 3\./);
  await page.locator("button", { hasText: "play" }).click();
  await slider.fill("1");
  assert.equal(await page.locator(".controls button", { hasText: /^play$/ }).count(), 1);
  await context.close();
});

test("batch norm: the chart tells the accuracies of accuracy.csv at the slider's moment", async () => {
  const { page, context } = await open("all");
  const part = page.locator(`${experiment("batch-norm")} .interactive`).first();
  const rows = csv("all/batch-norm/accuracy.csv");
  await part.locator("input[type=range]").fill("1");
  const updates = await part.locator("output").first().textContent();
  assert.equal(updates, "11");
  await part.locator(".chart").focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowRight");
  const told = await part.locator("output.readout").textContent();
  const [, std, accuracy] = /^std ([\d.]+): with batch norm ([\d.]+) %/.exec(told);
  const row = rows.iteration.findIndex((cell, i) => cell === updates && rows.batch_norm[i] === "true" && Math.abs(Number(rows.std[i]) / Number(std) - 1) < 1e-3);
  assert.ok(Math.abs(100 * Number(rows.train_accuracy[row]) - Number(accuracy)) < 0.01, told);
  await part.locator("button", { hasText: "play" }).click();
  assert.equal(await part.locator("output").first().textContent(), "1", "playing begins at the start");
  await part.locator("input[type=range]").fill("2");
  assert.equal(await part.locator("button", { hasText: /^play$/ }).count(), 1, "a hand on the slider stops it");
  await context.close();
});

test("nothing is wider than a phone", async () => {
  const { page, context } = await open("all", { viewport: { width: 360, height: 740 } });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await context.close();
});

test("axe finds no fault, light and dark, contrast included", async () => {
  for (const name of ["all", "sweep/tiny"]) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, context } = await open(name, { colorScheme });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      const told = violations.map((fault) => `${fault.id}: ${fault.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
      assert.deepEqual(told, [], `${name}, ${colorScheme}`);
      await context.close();
    }
  }
});

test("a link leads to its heading, which stays at the top", async () => {
  for (const anchor of ["symmetry", "compare", "circles"]) {
    const { page, context } = await open("all", { hash: `#${anchor}` });
    const top = () => page.evaluate((id) => document.getElementById(id).getBoundingClientRect().top, anchor);
    await page.waitForTimeout(1000);
    assert.ok(Math.abs(await top()) < 1, `${anchor}: ${await top()} px off when the page is opened`);
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator(`nav a[href="#${anchor}"]`).click();
    await page.waitForTimeout(300);
    assert.ok(Math.abs(await top()) < 1, `${anchor}: ${await top()} px off after a click`);
    await context.close();
  }
});

test("the state of the charts is in the address, and comes back with it", async () => {
  const { page, context } = await open("all", { hash: "#compare" });
  const smoothing = (page) => page.locator(`${experiment("compare")} label:has-text("smoothing") select`).first();
  await smoothing(page).selectOption("none");
  await page.waitForFunction(() => location.hash.includes("?"));
  const hash = new URL(page.url()).hash;
  assert.match(hash, /^#compare\?/);
  await context.close();
  const again = await open("all", { hash });
  assert.equal(await smoothing(again.page).inputValue(), "none");
  await again.context.close();
});
