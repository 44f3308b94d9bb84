/** Curves by iteration: several seeds of one setting are one line with a band. */

import { Chart, CURSOR_HINT } from "./chart.js";
import { COLORS, DASHED, choice, element, swatch } from "./element.js";
import { short } from "./format.js";
import { Moments } from "./moments.js";
import { distinct, inWords } from "./page_data.js";
import { band, finiteLength, mean, smoothExponential, smoothKaiser } from "./statistics.js";

/** Lines that are shown at first, and how many there may be at once. */
const FIRST_LINES = 8;
const MOST_LINES = 24;
/** From so many seeds on a mean has a band, as in the figures; moments of a play. */
const [LEAST_FOR_BAND, MOMENTS] = [3, 60];

/** @typedef {import("./page_data.js").RunCurve} RunCurve */
/** @typedef {import("./chart.js").Line} Line */
/** @typedef {{line: Line, faint: Line, ends: Line[]}} GroupLines the line of a group, behind it the unsmoothed one, and its band's upper and lower end */
/** @typedef {{label: string, settings: string[], runs: RunCurve[], shown: boolean, color: number}} CurveGroup */
/** @typedef {{logX: boolean, logY: boolean, smoothing: "none" | "kaiser" | "exponential", weight: number, band: "none" | "minmax" | "sd" | "t95"}} CurveView */

/** Runs that differ in their seed alone, in order of appearance. @param {import("./page_data.js").CurveData} data @returns {CurveGroup[]} */
export function groupsOf(data) {
  /** @type {Map<string, CurveGroup>} */ const groups = new Map();
  const differing = data.keys.map((_, k) => distinct(data.runs.map((run) => run.settings[k])).length > 1);
  for (const run of data.runs) {
    const id = JSON.stringify(run.settings);
    const label = data.keys.flatMap((key, k) => (differing[k] || data.keys.length === 1 ? [nameSetting(key, run.settings[k])] : []));
    const group = groups.get(id) ?? { color: 0, label: label.join(", ") || run.settings.join(", ") || data.quantity, settings: run.settings, runs: [], shown: groups.size < FIRST_LINES };
    group.runs.push(run);
    groups.set(id, group);
  }
  const all = [...groups.values()];
  all.forEach((group, place) => { group.color = colorOf(all, group, place, data); });
  return all;
}

/** The look of a line: its initializer's colour, dashed where other lines have it before; the place in the list where no dashes are left for that, or no initializer is known. @param {CurveGroup[]} all @param {CurveGroup} group @param {number} place @param {import("./page_data.js").CurveData} data @returns {number} */
function colorOf(all, group, place, data) {
  const k = data.keys.findIndex((key) => key === "initializer" || key === "init");
  const alike = all.filter((other) => other.settings[k] === group.settings[k]);
  const style = data.styles?.[group.settings[k]];
  return style !== undefined && alike.length <= DASHED ? style + COLORS * alike.indexOf(group) : place;
}

/** A setting with its name where its value does not say it. @param {string} key @param {string} value */
function nameSetting(key, value) {
  return ["initializer", "init", "activation"].includes(key) ? value : `${inWords(key)} ${value}`;
}

/** @param {ArrayLike<number>} values @param {CurveView} view @returns {ArrayLike<number>} */
export function smoothed(values, view) {
  if (view.smoothing === "kaiser") return smoothKaiser(values);
  if (view.smoothing === "exponential") return smoothExponential(values, view.weight);
  return values;
}

/** Mean and band of curves, which end where the first of them ends or diverges. @param {ArrayLike<number>[]} curves @param {CurveView["band"]} kind @param {number} [t] Student's t for so many @returns {{mean: number[], low: number[], high: number[]}} */
export function summarize(curves, kind, t = NaN) {
  const length = Math.min(...curves.map(finiteLength));
  if (curves.length === 1) return { mean: Array.prototype.slice.call(curves[0], 0, length), low: [], high: [] };
  /** @type {{mean: number[], low: number[], high: number[]}} */ const result = { mean: [], low: [], high: [] };
  const values = new Array(curves.length);
  for (let i = 0; i < length; i += 1) {
    for (let run = 0; run < curves.length; run += 1) values[run] = curves[run][i];
    result.mean.push(mean(values));
    const ends = kind === "none" ? null : band(values, kind, t);
    if (ends) {
      result.low.push(ends[0]);
      result.high.push(ends[1]);
    }
  }
  return result;
}

/** Whether a linear axis would show one line alone: the largest value is far above what is usual. @param {import("./page_data.js").CurveData} data @returns {boolean} */
function spansDecades(data) {
  const ends = data.runs.map((run) => run.values.reduce((most, value) => (value > most && value < Infinity ? value : most), 0)).sort((a, b) => a - b);
  return ends[ends.length - 1] > 50 * ends[Math.floor((ends.length - 1) / 2)];
}

/** The chart of one quantity with its controls. */
export class LossCurves {
  /** @param {HTMLElement} host @param {import("./page_data.js").CurveData} data */
  constructor(host, data) {
    this.data = data;
    this.groups = groupsOf(data);
    this.seeds = Math.max(...this.groups.map((group) => group.runs.length));
    this.x = data.runs.reduce((longest, run) => (run.iterations.length > longest.length ? run.iterations : longest), data.runs[0].iterations);
    this.aligned = data.runs.every((run) => run.iterations.every((iteration, i) => iteration === this.x[i]));
    if (!this.aligned) this.x = Float32Array.from(distinct(data.runs.flatMap((run) => [...run.iterations])).sort((a, b) => a - b));
    const enough = this.x.length >= 11;
    /** @type {CurveView} */
    this.view = { logX: false, logY: spansDecades(data), smoothing: enough ? "kaiser" : "none", weight: 0.9, band: this.seeds >= LEAST_FOR_BAND ? "t95" : "none" };
    this.until = Infinity;
    /** @type {Map<CurveGroup, GroupLines>} what was computed for the present smoothing and band */ this.lines = new Map();
    this.legend = this.buildLegend();
    this.readout = element("output", { class: "readout muted" }, CURSOR_HINT);
    const plot = element("div");
    host.append(element("h3", {}, inWords(data.quantity)), this.controls(), plot, this.readout, this.legend, this.note(), ...this.player());
    this.chart = new Chart(plot, `${inWords(data.quantity)} by iteration`, 380, (place) => this.tell(place));
    this.redraw();
  }

  /** A slider that shows the curves up to an iteration. @returns {HTMLElement[]} */
  player() {
    const last = this.x.length - 1;
    if (last < 10) return [];
    const places = distinct(Array.from({ length: MOMENTS + 1 }, (_, i) => Math.round((last * i) / MOMENTS)));
    const moments = new Moments(places.map((place) => this.x[place]), (place) => {
      this.until = place + 1 < places.length ? this.x[places[place]] : Infinity;
      if (this.chart) this.redraw();
    });
    moments.go(places.length - 1);
    return [moments.field];
  }

  /** Changes the view and draws; axes change no line. @param {Partial<CurveView>} change */
  set(change) {
    if (!("logX" in change || "logY" in change)) this.lines.clear();
    Object.assign(this.view, change);
    this.slider.hidden = this.view.smoothing !== "exponential";
    this.redraw();
  }

  /** @returns {HTMLElement} */
  controls() {
    const axis = (/** @type {"logX" | "logY"} */ name, /** @type {string} */ label) =>
      choice(label, [["", "linear"], ["1", "logarithmic"]], this.view[name] ? "1" : "", (value) => this.set({ [name]: value !== "" }));
    const input = element("input", { type: "range", min: "0", max: "0.99", step: "0.01", value: String(this.view.weight), input: () => this.set({ weight: Number(input.value) }) });
    this.slider = element("label", { class: "field", hidden: true }, "weight of the past ", input);
    const bands = choice("band", [["none", "none"], ["minmax", "min–max"], ["sd", "± sd"], ["t95", "95 % of the mean (t)"]], this.view.band, (value) => this.set({ band: /** @type {any} */ (value) }));
    return element("div", { class: "controls" },
      axis("logY", "vertical"), axis("logX", "horizontal"),
      choice("smoothing", [["none", "none"], ["kaiser", "the book's (Kaiser, 11 points)"], ["exponential", "exponential, debiased"]], this.view.smoothing, (value) => this.set({ smoothing: /** @type {any} */ (value) })),
      this.slider, ...(this.seeds > 1 ? [bands] : []));
  }

  /** What the picture does not say by itself. @returns {HTMLElement} */
  note() {
    const thinned = this.data.thinned
      ? ` Thinned for this page: of each of ${this.data.thinned} stretches of a curve minimum and maximum are here; smoothing acts on these.`
      : "";
    const more = this.groups.length > FIRST_LINES ? ` The first ${FIRST_LINES} of ${this.groups.length} lines are on; ${MOST_LINES} at most can be at once.` : "";
    return element("p", { class: "muted" }, `Faint: not smoothed. Drag across the chart to zoom, double click to see all.${more}${thinned}`);
  }

  /** Shows these lines alone. @param {(group: CurveGroup) => boolean} wanted */
  show(wanted) {
    this.groups.forEach((group) => { group.shown = wanted(group); });
    this.redraw();
    const pressed = /** @type {HTMLElement | null} */ (this.legend.querySelector("[aria-pressed=true]"));
    if (pressed) this.legend.scrollTop = pressed.offsetTop - this.legend.offsetTop;
  }

  redraw() {
    /** @type {Line[]} */ const lines = [];
    /** @type {[number, number][]} */ const bands = [];
    for (const group of this.groups.filter((found) => found.shown).slice(0, MOST_LINES)) {
      const { line, faint, ends } = this.linesOf(group);
      lines.push(faint);
      if (ends.length > 0) bands.push([lines.length, lines.length + 1]);
      lines.push(...ends, line);
    }
    const from = this.view.logX ? Math.max(0, this.x.findIndex((iteration) => iteration > 0)) : 0;
    const positive = (/** @type {number | null | undefined} */ value) => (typeof value === "number" && value <= 0 ? null : value);
    const ended = this.x.findIndex((iteration) => iteration > this.until);
    const shown = (/** @type {Line["values"]} */ values) => { const cut = (from > 0 || ended >= 0 ? values.map((value, i) => (ended >= 0 && i >= ended ? undefined : value)).slice(from) : values); return this.view.logY ? cut.map(positive) : cut; };
    this.chart.draw({ x: Array.from(this.x.subarray(from)), lines: lines.map((line) => ({ ...line, values: shown(line.values) })), bands, logX: this.view.logX, logY: this.view.logY, xLabel: "iterations", yLabel: inWords(this.data.quantity) });
    this.readout.textContent = CURSOR_HINT;
    this.groups.forEach((group, place) => press(this.legend.children[place], group.shown));
  }

  /** The lines of a group, computed once for a view. @param {CurveGroup} group @returns {GroupLines} */
  linesOf(group) {
    const known = this.lines.get(group) ?? this.compute(group);
    this.lines.set(group, known);
    return known;
  }

  /** @param {CurveGroup} group @returns {GroupLines} */
  compute(group) {
    const { color } = group;
    const raw = group.runs.map((run) => run.values);
    const place = (/** @type {ArrayLike<number>} */ values) => this.spread(values, group.runs[0].iterations);
    const plain = this.view.smoothing === "none"; // the line behind is then empty, not missing, so that the chart stays
    const kind = this.view.band === "t95" && group.runs.length < LEAST_FOR_BAND ? "none" : this.view.band; // of two seeds it would hide the chart
    const summary = summarize(raw.map((values) => smoothed(values, this.view)), kind, this.data.student[raw.length]);
    const edge = (/** @type {number[]} */ values) => ({ label: "", color, edge: true, values: place(values) });
    return {
      line: { label: group.label, color, values: place(summary.mean) },
      faint: { label: "", color, faint: true, values: plain ? new Array(this.x.length).fill(null) : place(summarize(raw, "none").mean) },
      ends: summary.low.length > 0 ? [edge(summary.high), edge(summary.low)] : [],
    };
  }

  /** Values at their places in the common axis. @param {ArrayLike<number>} values @param {Float32Array} iterations @returns {(number | null | undefined)[]} */
  spread(values, iterations) {
    if (this.aligned) {
      const spread = new Array(this.x.length);
      for (let i = 0; i < spread.length; i += 1) spread[i] = i < values.length && Number.isFinite(values[i]) ? values[i] : null;
      return spread;
    }
    const found = new Map(Array.from(values, (value, i) => [iterations[i], value]));
    return Array.from(this.x, (iteration) => found.get(iteration) ?? undefined);
  }

  /** One button per line, which shows and hides it. @returns {HTMLElement} */
  buildLegend() {
    const buttons = this.groups.map((group, place) => {
      const seeds = group.runs.length > 1 ? ` (n = ${group.runs.length}${divergedText(group)})` : divergedText(group);
      const toggle = () => { group.shown = !group.shown; this.redraw(); };
      return element("button", { type: "button", click: toggle }, swatch(group.color), `${group.label}${seeds}`);
    });
    return element("div", { class: "legend", role: "group", "aria-label": "Lines" }, ...buttons);
  }

  /** Says what is under the cursor. @param {number | null} place */
  tell(place) {
    const drawing = this.chart?.drawing;
    if (!drawing || place === null) return;
    const values = drawing.lines.filter((line) => line.label !== "").map((line) => `${line.label} ${short(line.values[place])}`);
    this.readout.textContent = `iteration ${drawing.x[place]}: ${values.join(" · ")}`;
  }
}

/** Marks a button as pressed or not; one that stays as it is is not painted again. @param {Element} button @param {boolean} pressed */
function press(button, pressed) {
  if (button.getAttribute("aria-pressed") !== String(pressed)) button.setAttribute("aria-pressed", String(pressed));
}

/** How many of a line's runs diverged. @param {CurveGroup} group @returns {string} */
function divergedText(group) {
  const diverged = group.runs.filter((run) => finiteLength(run.values) < run.values.length);
  if (diverged.length === 0) return "";
  if (group.runs.length > 1) return `, ${diverged.length} diverged`;
  return ` (diverged at ${diverged[0].iterations[finiteLength(diverged[0].values)]})`;
}
