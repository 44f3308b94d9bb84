/** Brings the page to life: every section's charts, every table of runs. */

import { HeatMap } from "./heat_map.js";
import { Histograms } from "./histograms.js";
import { LossCurves } from "./loss_curves.js";
import { decodeCurves, decodeTable, embedded } from "./page_data.js";
import { Rings } from "./rings.js";
import { RunTable } from "./run_table.js";
import { ScaleChart } from "./scale_chart.js";
import { keepState, land, turnPages } from "./page_state.js";
import { element } from "./element.js";

/** @typedef {import("./page_data.js").CurveData} CurveData */

/** A section's charts, each to be drawn when its turn comes. @param {HTMLElement} section @returns {(() => void)[]} */
function chartsOf(section) {
  const data = embedded(`${section.id}-data`);
  const host = section.querySelector(".charts");
  if (!data || !(host instanceof HTMLElement)) return [];
  const tables = Object.fromEntries(Object.entries(data.tables).map(([name, raw]) => [name, decodeTable(raw)]));
  const chart = () => host.appendChild(element("div", { class: "interactive" }));
  /** @type {CurveData[]} */ const all = data.curves.map((/** @type {any} */ raw) => ({ ...decodeCurves(raw), styles: data.styles }));
  const [scales, curves] = [all.filter(isByScale), all.filter((found) => !isByScale(found))];
  /** @type {LossCurves | null} */ let first = null;
  const pick = curves.length === 0 ? null : (/** @type {Record<string, string>} */ settings) => showCurves(first, settings);
  const draw = (/** @type {CurveData} */ found) => { const drawn = new LossCurves(chart(), found); first ??= drawn; };
  return [
    ...(tables.axes && tables.summary ? [() => replace(section, ["heatmap"], () => new HeatMap(chart(), tables.axes, tables.summary, pick))] : []),
    ...curves.map((found) => () => replace(section, [found.quantity], () => draw(found))),
    ...scales.map((found) => () => { new ScaleChart(chart(), found, tables.summary); }),
    ...(has(tables.parameters, PARAMETER_COLUMNS) && has(tables.points, POINT_COLUMNS) ? [() => replace(section, ["boundary"], () => new Rings(chart(), tables.parameters, tables.points, tables.summary))] : []),
    ...(tables.bins ? [() => replace(section, overviews(section), () => new Histograms(chart(), tables.bins, tables.layers, data.styles))] : []),
  ];
}

/** Columns without which there are no moving rings. */
const PARAMETER_COLUMNS = ["initializer", "seed", "activation", "updates", "layer", "from", "to", "value"];
const POINT_COLUMNS = ["initializer", "seed", "set", "x", "y", "label"];

/** @param {import("./page_data.js").TableColumns | undefined} table @param {string[]} columns */
function has(table, columns) {
  return table !== undefined && columns.every((column) => column in table);
}

/** Curves of networks that differ in the scale of their weights and in batch norm. @param {CurveData} curves */
function isByScale(curves) {
  return curves.keys.includes("std") && curves.keys.includes("batch_norm");
}

/** The figures that show all histograms. @param {HTMLElement} section @returns {string[]} */
function overviews(section) {
  const names = [...section.querySelectorAll(".figures figure.drawn")].map((figure) => figure.getAttribute("data-figure") ?? "");
  return names.filter((name) => name.startsWith("overview"));
}

/** Shows the curves of a heat map's cell. @param {LossCurves | null} curves @param {Record<string, string>} settings */
function showCurves(curves, settings) {
  curves?.show((group) => curves.data.keys.every((key, k) => {
    const wanted = settings[key] ?? (key === "initializer" ? settings.init : undefined);
    return wanted === undefined || group.settings[k] === wanted;
  }));
}

/** Draws a chart; the figures that it stands for are shown on paper and on demand. If it fails, they stay. @param {HTMLElement} section @param {string[]} figures @param {() => void} draw */
function replace(section, figures, draw) {
  draw();
  for (const name of figures) section.querySelector(`figure.drawn[data-figure="${CSS.escape(name)}"]`)?.classList.add("replaced");
}

/** A switch that shows the figures that charts stand for. @param {HTMLElement} section */
function addSwitch(section) {
  const figures = section.querySelector(".figures");
  if (!figures || !section.querySelector(".replaced")) return;
  const button = element("button", { type: "button", class: "show-drawn", "aria-pressed": "false", click: () => {
    const on = section.classList.toggle("with-drawn");
    button.setAttribute("aria-pressed", String(on));
  } }, "show the figures as drawn in the files");
  figures.before(button);
}

/** Reads a section's data; its charts are the next parts. @param {HTMLElement} section */
function begin(section) {
  const alive = () => { addSwitch(section); section.classList.add("alive"); };
  parts.unshift(...chartsOf(section), alive);
}

/** The page's parts in the order of the reader's way; figures stand in their places until then. @type {(() => void)[]} */
const parts = [
  ...[.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section.experiment"))].map((section) => () => begin(section)),
  () => keepState(),
  () => document.documentElement.classList.add("alive"),
  () => land(),
];

/** All that is left at once, so that a link leads to where the heading then stays. */
function finish() {
  while (parts.length > 0) parts.shift()?.();
}

/** When the browser has painted and nothing else is to be done; where it cannot tell, a moment later. @param {() => void} task */
function whenIdle(task) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(task, { timeout: 500 });
  else setTimeout(task, 20);
}

/** Does one part at a time, so that what a reader does in between is answered; where one fails, the others are done. */
function next() {
  try {
    parts.shift()?.();
  } finally {
    if (parts.length > 0) whenIdle(next);
  }
}

// Long tables are cut before the page is laid out for the first time.
document.querySelectorAll("table[data-sortable]").forEach((table) => new RunTable(/** @type {HTMLTableElement} */ (table)));
whenIdle(next);
turnPages(finish);
