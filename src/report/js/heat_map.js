/** A sweep as a table of colours: a cell is told when it has the focus, and shows its curves when it is pressed. */

import { element } from "./element.js";
import { short } from "./format.js";
import { distinct, inWords } from "./page_data.js";

/** Whether two cells hold the same, as numbers where they are numbers. @param {unknown} a @param {string} b */
export function sameCell(a, b) {
  return String(a) === b || (b.trim() !== "" && Number(a) === Number(b));
}

/** Viridis, as in src/plot/style.rs. */
const VIRIDIS = [[68, 1, 84], [71, 45, 123], [59, 82, 139], [44, 114, 142], [33, 145, 140], [40, 174, 128], [94, 201, 98], [173, 220, 48], [253, 231, 37]];
/** From so many times the least number on, colours are those of logarithms, as in the figure; from this place on black text has the better contrast. */
const [WIDE, LIGHT] = [20, 0.434];

/** Where a value lies between two others, from 0 to 1. @param {number} value @param {number} low @param {number} high */
function share(value, low, high) {
  if (low > 0 && high > WIDE * low) return Math.log(value / low) / Math.log(high / low);
  return high > low ? (value - low) / (high - low) : 0.5;
}

/** Colours a cell as the figure does, its text black or white, whichever stands out. @param {HTMLElement} button @param {number} place from 0 to 1 */
function paint(button, place) {
  const at = place * (VIRIDIS.length - 1);
  const [low, high] = [VIRIDIS[Math.floor(at)], VIRIDIS[Math.ceil(at)]];
  button.style.backgroundColor = `rgb(${low.map((channel, i) => Math.round(channel + (high[i] - channel) * (at % 1))).join(" ")})`;
  button.style.color = place > LIGHT ? "#000000" : "#ffffff";
}

/** Tables that are shown at most, as in the figure. */
const MOST_PANELS = 25;

/** Every combination of the values of some columns; one without settings for no columns. @param {[string, string[]][]} columns names with their values @returns {Record<string, string>[]} */
export function combinations(columns) {
  return columns.reduce(
    (/** @type {Record<string, string>[]} */ all, [name, values]) => all.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value }))),
    [{}],
  );
}

/** The mean of a cell, and of how many runs: those that diverged have no part in it, as in the figure. @param {(string | number | null)[]} cells @param {string[]} verdicts one per run, or none @returns {{mean: number, count: number}} */
export function meanOfRuns(cells, verdicts) {
  const numbers = cells.map((cell) => (cell === null ? NaN : Number(cell))).filter((number, i) => Number.isFinite(number) && verdicts[i] !== "diverged");
  return { mean: numbers.reduce((sum, number) => sum + number, 0) / numbers.length, count: numbers.length };
}

/** Settings in words. @param {Record<string, string>} settings @returns {string} */
function told(settings) {
  return Object.entries(settings).map(([name, value]) => `${inWords(name)} ${value}`).join(", ");
}

/** The heat map that `axes.csv` describes: one table per combination of the settings that are not its axes. */
export class HeatMap {
  /** @param {HTMLElement} host @param {import("./page_data.js").TableColumns} axes @param {import("./page_data.js").TableColumns} summary @param {((settings: Record<string, string>) => void) | null} onPick told the settings of a pressed cell */
  constructor(host, axes, summary, onPick) {
    this.summary = summary;
    this.onPick = onPick;
    /** @param {string} role */
    const rows = (role) => axes.role.flatMap((found, i) => (found === role ? [i] : []));
    const column = (/** @type {string} */ role) => (rows(role).length > 0 ? String(axes.column[rows(role)[0]]) : null);
    const values = (/** @type {string} */ role) => rows(role).map((i) => String(axes.value[i] ?? ""));
    this.x = column("x");
    this.y = column("y");
    this.value = column("value");
    if (this.x === null || this.y === null || this.value === null || !(this.value in summary)) return;
    this.readout = element("output", { class: "readout muted" }, "Point at a cell, or move to it with the tab key.");
    const names = distinct(rows("panel").map((i) => String(axes.column[i])));
    const panels = combinations(names.map((name) => [name, rows("panel").filter((i) => axes.column[i] === name).map((i) => String(axes.value[i] ?? ""))]));
    const tables = panels.slice(0, MOST_PANELS).map((panel) => this.table(panel, values("x"), values("y")));
    const more = panels.length > MOST_PANELS ? [element("p", { class: "muted" }, `${panels.length - MOST_PANELS} more combinations are in summary.csv.`)] : [];
    host.append(element("h3", {}, `${inWords(this.value)} by ${inWords(this.x)} and ${inWords(this.y)}`), element("div", { class: "heat-maps" }, ...tables), ...more, this.readout);
  }

  /** The runs of a cell, how many have a number, and the mean of those. @param {Record<string, string>} settings @returns {{mean: number, count: number, runs: number[]}} */
  cell(settings) {
    const value = /** @type {string} */ (this.value);
    const runs = this.summary[value].flatMap((_, i) => (Object.entries(settings).every(([name, wanted]) => sameCell(this.summary[name]?.[i], wanted)) ? [i] : []));
    return { ...meanOfRuns(runs.map((i) => this.summary[value][i]), this.verdicts(runs)), runs };
  }

  /** One word per run; none where the table has no verdicts. @param {number[]} runs @returns {string[]} */
  verdicts(runs) {
    return this.summary.verdict ? runs.map((i) => String(this.summary.verdict[i]).split(" ")[0]) : [];
  }

  /** @param {Record<string, string>} panel @param {string[]} across @param {string[]} down @returns {HTMLElement} */
  table(panel, across, down) {
    const [x, y] = [/** @type {string} */ (this.x), /** @type {string} */ (this.y)];
    const all = this.summary[/** @type {string} */ (this.value)].map(Number).filter(Number.isFinite);
    const [low, high] = /** @type {string} */ (this.value).endsWith("accuracy") ? [0, 1] : [Math.min(...all), Math.max(...all)];
    const names = down.some((value) => !Number.isFinite(Number(value))); // numbers rise, names stand in their order
    const head = element("tr", {}, element("th", { scope: "col" }, `${inWords(y)} ↓ ${inWords(x)} →`), ...across.map((value) => element("th", { scope: "col" }, value)));
    const rows = (names ? down : [...down].reverse()).map((row) => element("tr", {}, element("th", { scope: "row" }, row), ...across.map((column) => {
      const settings = { [x]: column, [y]: row, ...panel };
      return element("td", {}, this.button(settings, low, high));
    })));
    const caption = Object.keys(panel).length > 0 ? [element("caption", {}, told(panel))] : [];
    return element("table", { class: "heat" }, ...caption, element("thead", {}, head), element("tbody", {}, ...rows));
  }

  /** @param {Record<string, string>} settings @param {number} low @param {number} high @returns {HTMLElement} */
  button(settings, low, high) {
    const { mean, count, runs } = this.cell(settings);
    const verdicts = distinct(this.verdicts(runs));
    const shown = !Number.isFinite(mean) ? "–" : /** @type {string} */ (this.value).endsWith("accuracy") ? `${(100 * mean).toFixed(1)} %` : short(mean);
    const text = `${told(settings)}: ${inWords(/** @type {string} */ (this.value))} ${shown}${count < runs.length && count > 0 ? `, of ${count} of` : ","} ${runs.length} ${runs.length === 1 ? "run" : "runs"}${verdicts.length > 0 ? `, ${verdicts.join(" and ")}` : ""}`;
    const tell = () => { /** @type {HTMLElement} */ (this.readout).textContent = text; };
    const press = () => { tell(); this.onPick?.(settings); };
    const all = this.verdicts(runs);
    const most = (/** @type {string} */ verdict) => all.length > 0 && 2 * all.filter((found) => found === verdict).length >= all.length;
    const failed = all.filter((found) => found !== "learned").length;
    const mark = most("diverged") ? "diverged" : all.length > 0 && 2 * failed >= all.length ? "stalled" : "";
    const button = element("button", { type: "button", class: mark, "aria-label": text, focus: tell, mouseenter: tell, click: press }, shown);
    if (Number.isFinite(mean)) paint(button, share(mean, low, high));
    return button;
  }
}
