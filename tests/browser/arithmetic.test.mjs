/** The scripts' arithmetic against `cases.json`, which the Rust side checks too: `node --test tests/browser/arithmetic.test.mjs`. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { linearLabels, logLabels, logRange, logSplits } from "../../src/report/js/chart.js";
import { combinations, meanOfRuns } from "../../src/report/js/heat_map.js";
import { compareKeys, sortKey } from "../../src/report/js/run_table.js";
import { short } from "../../src/report/js/format.js";
import { groupsOf, summarize } from "../../src/report/js/loss_curves.js";
import { band, mean, smoothExponential, smoothKaiser } from "../../src/report/js/statistics.js";
import { ACTIVATIONS } from "../../src/report/js/activations.js";
import { secondMoment, slopeMoment } from "../../src/report/js/theory.js";

const cases = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));

/** Texts of the table stand for infinities. */
function close(found, expected, tolerance, what) {
  if (typeof expected === "string") return assert.equal(found, expected === "inf" ? Infinity : NaN, what);
  assert.ok(Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${found}, expected ${expected}`);
}

test("the theory of every activation is the Rust side's", () => {
  assert.deepEqual([...new Set(cases.fields.map((row) => row.activation))], Object.keys(ACTIVATIONS));
  for (const { activation, q, second_moment: value, slope_moment: slope } of cases.fields) {
    close(secondMoment(ACTIVATIONS[activation], q), value, 1e-5, `${activation}: E[f²] at ${q}`);
    close(slopeMoment(ACTIVATIONS[activation], q), slope, 1e-5, `${activation}: E[f′²] at ${q}`);
  }
});

test("smoothing and bands are the Rust side's", () => {
  for (const { values, smoothed } of cases.kaiser) smoothKaiser(values).forEach((value, i) => close(value, smoothed[i], 1e-12, `Kaiser at ${i}`));
  for (const { values, weight, smoothed } of cases.exponential) {
    smoothExponential(values, weight).forEach((value, i) => close(value, smoothed[i], 1e-12, `weight ${weight} at ${i}`));
  }
  for (const { values, mean: center, half_width: half, student } of cases.bands) {
    close(mean(values), center, 1e-12, "mean");
    const [low, high] = band(values, "t95", student);
    close(high - center, half, 1e-9, `upper end, n = ${values.length}`);
    close(center - low, half, 1e-9, `lower end, n = ${values.length}`);
  }
  assert.equal(band([1], "t95", NaN), null);
  assert.deepEqual(band([3, 1, 2], "minmax", NaN), [1, 3]);
  assert.deepEqual(band([1, 3], "sd", NaN), [2 - Math.SQRT2, 2 + Math.SQRT2]);
});

test("a diverged curve ends the mean, and smoothing leaks nothing from it", () => {
  const diverged = [...Array(20).keys(), Infinity, 7];
  assert.deepEqual(smoothKaiser(diverged).slice(0, 20), smoothKaiser([...Array(20).keys()]));
  assert.deepEqual(smoothExponential([1, NaN, 1], 0.5), [1, NaN, 1]);
  assert.deepEqual(summarize([[1, 2, 3], [3, Infinity]], "minmax"), { mean: [2], low: [1], high: [3] });
});

test("runs that differ in their seed alone are one line", () => {
  const run = (settings, seed, values) => ({ settings, seed, values: Float32Array.from(values), iterations: Float32Array.from(values.keys()) });
  const runs = [run(["He", "2"], "1", [1]), run(["Xavier", "2"], "1", [1]), run(["He", "2"], "2", [1])];
  const groups = groupsOf({ quantity: "loss", keys: ["init", "depth"], thinned: null, runs });
  assert.deepEqual(groups.map((group) => [group.label, group.runs.length]), [["He", 2], ["Xavier", 1]]);
});

test("no label of a logarithmic axis is cut to 0", () => {
  assert.deepEqual(logLabels(null, [1e-7, 0.0001, null, 0.01, 0.02, 1000, 1e7]), ["1e−7", "0.0001", "", "0.01", "", "1000", "1e7"]);
  assert.deepEqual(linearLabels(null, [-0.5, 0, null, 12345]), ["−0.5", "0", "", "12345"]);
});

test("lines of a logarithmic axis come to an end", () => {
  assert.deepEqual(logRange(null, 1, 1.0000000000000127), [0.1, 10]);
  assert.deepEqual(logRange(null, 0.02, 700), [0.01, 1000]);
  assert.deepEqual(logRange(null, null, null), [0.1, 1]);
  assert.deepEqual(logSplits(null, 0, 1, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(logSplits(null, 0, 1, 25), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20]);
  for (const [low, high] of [[1e-201, 1e-2], [1e-320, 1], [1e-3, 1e300]]) {
    const places = logSplits(null, 0, low, high);
    assert.ok(places.length >= 6 && places.length <= 13 && places.every((place, i) => i === 0 || place > places[i - 1]), `${low} to ${high}: ${places}`);
  }
});

test("a panel of a heat map is a combination of all other settings", () => {
  assert.deepEqual(combinations([]), [{}]);
  assert.deepEqual(combinations([["activation", ["relu", "tanh"]], ["depth", ["2"]], ["optimizer", ["sgd", "adam"]]]), [
    { activation: "relu", depth: "2", optimizer: "sgd" }, { activation: "relu", depth: "2", optimizer: "adam" },
    { activation: "tanh", depth: "2", optimizer: "sgd" }, { activation: "tanh", depth: "2", optimizer: "adam" },
  ]);
});

test("a cell of a heat map is the mean of the runs that did not diverge", () => {
  assert.deepEqual(meanOfRuns(["1", "3", null], ["learned", "stalled", "diverged"]), { mean: 2, count: 2 });
  assert.deepEqual(meanOfRuns([1, "0.1"], ["learned", "diverged"]), { mean: 1, count: 1 });
  assert.deepEqual(meanOfRuns([2, "inf"], []), { mean: 2, count: 1 });
  assert.deepEqual(meanOfRuns([null], ["diverged"]), { mean: NaN, count: 0 });
});

test("numbers and cells", () => {
  assert.deepEqual([0, -0.12345, 1e-7, 123456, Infinity, NaN, null].map(short), ["0", "−0.1235", "1.00e−7", "123500", "∞", "–", "–"]);
  const sorted = (/** @type {1 | -1} */ direction) => ["10", "9", "–", "2.5"].map(sortKey).sort((a, b) => compareKeys(a, b, direction)).map((key) => key.text);
  assert.deepEqual([sorted(1), sorted(-1)], [["2.5", "9", "10", "–"], ["10", "9", "2.5", "–"]]);
});

test("a line has its initializer's colour, and dashes where another has it too", () => {
  const run = (settings) => ({ settings, seed: "1", values: Float32Array.from([1]), iterations: Float32Array.from([0]) });
  const colors = (rows, styles = { He: 2, zeros: 4 }) => groupsOf({ quantity: "loss", keys: ["activation", "initializer"], thinned: null, runs: rows.map(run), styles }).map((group) => group.color);
  assert.deepEqual(colors([["relu", "zeros"], ["relu", "He"], ["tanh", "zeros"], ["tanh", "He"]]), [4, 2, 18, 16]);
  assert.deepEqual(colors([["relu", "He"], ["relu", "other"]]), [2, 1]);
  assert.deepEqual(colors(["a", "b", "c", "d", "e"].map((name) => [name, "He"])), [0, 1, 2, 3, 4]);
});
