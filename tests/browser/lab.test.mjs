/** The lab in a real browser, from a file: LAB is its address, INITLAB the program; the other variables are those of `tests/browser.sh`. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { launch, require } from "./browser.mjs";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const file = `file://${process.env.LAB}`;
const patience = { timeout: 900000 };

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** Opens the lab; `faults` collects console errors, exceptions and requests other than for the page and its workers. */
async function open(hash = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => { if (!["file:", "data:", "blob:"].includes(new URL(request.url()).protocol)) faults.push(request.url()); });
  await page.goto(file + hash);
  await page.waitForSelector("html.alive", { state: "attached", ...patience });
  await page.waitForFunction(() => [...document.querySelectorAll(".verdict")].every((verdict) => verdict.textContent !== ""), null, patience);
  return { page, faults, context };
}

/** The answer that each lesson gives with the page's first seed, from 1: it is measured there, not written. */
const ANSWERS = [1, 2, 1, 2, 3, 3, 3, 2, 2, 3];

test("every lesson is played through, by keyboard, and answers with what its run has shown", async () => {
  const { page, faults, context } = await open("#lesson=1");
  for (const [index, answer] of ANSWERS.entries()) {
    assert.equal(await page.locator("#lesson select").inputValue(), String(index + 1));
    const choices = page.locator(".choices button");
    await page.keyboard.press("1");
    assert.equal(await choices.first().getAttribute("aria-pressed"), "true");
    await page.waitForSelector(".measured", patience);
    const right = await choices.evaluateAll((buttons) => buttons.findIndex((button) => button.classList.contains("right")) + 1);
    const told = await page.locator(".answer").textContent();
    assert.equal(right, answer, `lesson ${index + 1}: ${told}`);
    assert.match(told, right === 1 ? /^Right: / : /^You said /);
    assert.equal(await page.locator(".answer details p").count(), 1 + (await page.locator("article").count()), "a cause of the engine for each network");
    await page.keyboard.press("PageDown");
  }
  assert.deepEqual(faults, []);
  await context.close();
});

/** Writes the digits that the page carries as the four files of a data set. */
function exported(folder) {
  const text = (id) => new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(readFileSync(process.env.LAB, "utf8"))[1];
  const { train, test: tests, width, side } = JSON.parse(text("lab-data")).data;
  const bytes = gunzipSync(Buffer.from(text("lab-examples"), "base64"));
  const labels = (train + tests) * width;
  const write = (name, magic, sizes, part) => {
    const head = Buffer.alloc(4 + 4 * sizes.length);
    [magic, ...sizes].forEach((number, i) => head.writeUInt32BE(number, 4 * i));
    writeFileSync(join(folder, name), Buffer.concat([head, part]));
  };
  for (const [name, from, count] of [["train", 0, train], ["t10k", train, tests]]) {
    write(`${name}-images-idx3-ubyte`, 0x803, [count, side, side], bytes.subarray(from * width, (from + count) * width));
    write(`${name}-labels-idx1-ubyte`, 0x801, [count], bytes.subarray(labels + from, labels + from + count));
  }
}

/** What the command line makes of a network: verdict, final loss, test accuracy. */
function trained(words, data) {
  const out = join(data, "results");
  execFileSync(process.env.INITLAB, [...words, "--data", data, "--out", out, "--quiet"], { stdio: "ignore" });
  const [head, row] = readFileSync(join(out, "compare/summary.csv"), "utf8").trim().split("\n").map((line) => line.split(","));
  rmSync(out, { recursive: true });
  return ["verdict", "final_loss", "test_accuracy"].map((name) => row[head.indexOf(name)]);
}

test("verdicts are those of the command line on the page's own digits", { skip: process.env.INITLAB ? false : "INITLAB is not set" }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), "lab-"));
  exported(data);
  const { page, context } = await open("#lesson=1");
  for (const lesson of [1, 3, 6]) {
    await page.locator("#lesson select").selectOption(String(lesson));
    await page.keyboard.press("1");
    await page.waitForSelector(".measured", patience);
    const commands = await page.locator(".answer details p").allTextContents();
    for (const [i, told] of (await page.locator(".verdict").allTextContents()).entries()) {
      const words = /^initlab (.*): /.exec(commands[i].split(": ")[0] + ": ")[1].split(" ");
      const [verdict, loss, accuracy] = trained(words, data);
      t.diagnostic(`lesson ${lesson}, ${words[2]}: page ${told}; command line ${verdict}, loss ${loss}, test accuracy ${accuracy}`);
      assert.equal(told.split(" ")[0], verdict, commands[i]);
    }
  }
  rmSync(data, { recursive: true });
  await context.close();
});

test("a rewind keeps the weights, and other weights are others", async () => {
  const { page, context } = await open("#lesson=0&networks=He,relu,2,20,0.05,sgd,plain");
  const layers = () => page.locator("article canvas").first().getAttribute("aria-label");
  const first = await layers();
  const step = async (count) => {
    await page.keyboard.press("s");
    await page.waitForFunction((n) => document.querySelector(".count").textContent === String(n), count, patience);
  };
  for (let i = 1; i <= 3; i += 1) await step(i);
  const third = await layers();
  assert.notEqual(third, first);
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.querySelector(".count").textContent === "0", null, patience);
  assert.equal(await layers(), first);
  for (let i = 1; i <= 3; i += 1) await step(i);
  assert.equal(await layers(), third);
  await page.keyboard.press("w");
  await page.waitForFunction((old) => document.querySelector("article canvas").getAttribute("aria-label") !== old, third, patience);
  assert.notEqual(await layers(), first);
  await context.close();
});

test("the address holds what is set, and nonsense becomes the default", async () => {
  const { page, faults, context } = await open("#lesson=0&seed=3&networks=std=0.5,tanh,3,20,0.2,adam,norm;<b>,x,99,-1,NaN,y,z");
  await page.waitForFunction(() => location.hash.includes("seed=3"));
  const networks = decodeURIComponent(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("networks"));
  assert.equal(networks, "std=0.5,tanh,3,20,0.2,adam,norm;He,relu,10,1,0.05,sgd,plain");
  await page.locator("article select").first().selectOption("orthogonal");
  await page.waitForFunction(() => location.hash.includes("orthogonal"), null, patience);
  assert.deepEqual(faults, []);
  await context.close();
});

test("the slider sets the scale, and what is shown follows at once", async () => {
  const { page, context } = await open("#lesson=0&networks=He,tanh,3,50,0.05,sgd,plain");
  const signal = async () => Number(/layer 3: signal ([\d.]+)/.exec(await page.locator("article canvas").first().getAttribute("aria-label"))[1]);
  const before = await signal();
  await page.locator("article input[type=range]").first().fill("190");
  await page.waitForFunction(() => /^std=/.test(document.querySelector("article h3 span:nth-child(2)").textContent), null, patience);
  await page.waitForFunction((old) => !document.querySelector("article canvas").getAttribute("aria-label").includes(`layer 3: signal ${old},`), before, patience);
  assert.ok((await signal()) > 5 * before);
  await context.close();
});

test("two rings are learned, and the plane is shown", async () => {
  const { page, context } = await open("#lesson=0&data=two+rings&networks=He,relu,2,10,0.3,sgd,plain");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => Number(document.querySelector(".count").textContent) > 200, null, patience);
  await page.keyboard.press("Space");
  assert.match(await page.locator(".verdict").textContent(), /learned/);
  assert.ok(await page.locator("canvas.plane").isVisible());
  await context.close();
});

test("axe finds no fault, light and dark, and nothing is wider than a phone", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, context } = await open("#lesson=6", { colorScheme });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    const told = violations.map((fault) => `${fault.id}: ${fault.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
    assert.deepEqual(told, [], colorScheme);
    await context.close();
  }
  const { page, context } = await open("#lesson=6", { viewport: { width: 360, height: 740 } });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await context.close();
});
