/** Batch norm: accuracy by the scale of the initial weights, with a slider for the moment. */

import { Chart, CURSOR_HINT } from "./chart.js";
import { COLORS, element, swatch } from "./element.js";
import { short } from "./format.js";
import { Moments } from "./moments.js";
import { distinct } from "./page_data.js";
import { mean } from "./statistics.js";

/** Each kind of network by its cell in `batch_norm`, with its place in the palette, as in the drawn figure. */
const KINDS = [
  { cell: "true", label: "with batch norm", color: 0 },
  { cell: "false", label: "without batch norm", color: 3 },
];
/** Grey and dashed, as in the drawn figure. */
const CHANCE = COLORS + 8;

/** @typedef {{mean: number | null, low: number | null, high: number | null}} AccuracyAt in per cent; null where a run has none any more */

/** Accuracy of the runs of one kind at one scale after some updates; a run that diverged has no row there. @param {import("./page_data.js").RunCurve[]} runs @param {number} updates @returns {AccuracyAt} */
export function accuracyAt(runs, updates) {
  const shares = runs.map((run) => run.values[run.iterations.indexOf(updates)]);
  if (shares.length === 0 || !shares.every(Number.isFinite)) return { mean: null, low: null, high: null };
  const percent = shares.map((share) => 100 * share);
  return { mean: mean(percent), low: Math.min(...percent), high: Math.max(...percent) };
}

/** The chart and its slider. */
export class ScaleChart {
  /** @param {HTMLElement} host @param {import("./page_data.js").CurveData} data @param {import("./page_data.js").TableColumns | undefined} summary with the number of classes */
  constructor(host, data, summary) {
    const [std, kind] = ["std", "batch_norm"].map((key) => data.keys.indexOf(key));
    this.scales = distinct(data.runs.map((run) => Number(run.settings[std]))).sort((a, b) => a - b);
    this.runs = KINDS.map(({ cell }) => this.scales.map((scale) => data.runs.filter((run) => run.settings[kind] === cell && Number(run.settings[std]) === scale)));
    const updates = distinct(data.runs.flatMap((run) => [...run.iterations])).sort((a, b) => a - b);
    this.moments = new Moments(updates, (place) => this.draw(updates[place]));
    this.seeds = distinct(data.runs.map((run) => run.seed)).length;
    this.chance = summary?.classes ? 100 / Number(summary.classes[0]) : NaN;
    this.readout = element("output", { class: "readout muted" }, CURSOR_HINT);
    const plot = element("div");
    const legend = element("div", { class: "legend" }, ...KINDS.map(({ label, color }) => element("span", {}, swatch(color), label)));
    host.append(element("h3", {}, "accuracy by the scale of the initial weights"), this.moments.field, plot, this.readout, legend, this.note());
    this.chart = new Chart(plot, "accuracy by std of the initial weights", 340, (place) => this.tell(place));
    this.moments.go(updates.length - 1);
  }

  /** @returns {HTMLElement} */
  note() {
    const band = this.seeds > 1 ? ` Lines: means of ${this.seeds} seeds; bands: from the lowest to the highest of them.` : "";
    const chance = Number.isFinite(this.chance) ? ` Dashed: ${short(this.chance)} %, chance.` : "";
    return element("p", { class: "muted" }, `Accuracy on the examples learned from. A line ends where a network diverged.${band}${chance}`);
  }

  /** @param {number} updates done at the moment */
  draw(updates) {
    this.readout.textContent = CURSOR_HINT; // what it told was of another moment
    /** @type {import("./chart.js").Line[]} */ const lines = [];
    /** @type {[number, number][]} */ const bands = [];
    KINDS.forEach(({ label, color }, kind) => {
      const found = this.runs[kind].map((runs) => accuracyAt(runs, updates));
      const edge = (/** @type {"low" | "high"} */ end) => ({ label: "", color, edge: true, values: found.map((at) => at[end]) });
      bands.push([lines.length, lines.length + 1]);
      lines.push(edge("high"), edge("low"), { label, color, values: found.map((at) => at.mean) });
    });
    if (Number.isFinite(this.chance)) lines.push({ label: "", color: CHANCE, values: this.scales.map(() => this.chance) });
    this.chart.draw({ x: this.scales, lines, bands, logX: true, logY: false, yRange: [0, 100], xLabel: "standard deviation of the initial weights", yLabel: "accuracy, %" });
  }

  /** @param {number | null} place */
  tell(place) {
    const drawing = this.chart?.drawing;
    if (!drawing || place === null) return;
    const values = drawing.lines.filter((line) => line.label !== "").map((line) => `${line.label} ${line.values[place] === null ? "diverged" : `${short(line.values[place])} %`}`);
    this.readout.textContent = `std ${short(drawing.x[place])}: ${values.join(" · ")}`;
  }
}
