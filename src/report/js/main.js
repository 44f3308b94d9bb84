/** Brings the page to life: every section's charts, every table of runs, the panel. */

import { HeatMap } from "./heat_map.js";
import { Histograms } from "./histograms.js";
import { LossCurves } from "./loss_curves.js";
import { decodeCurves, decodeTable, embedded } from "./page_data.js";
import { RunTable } from "./run_table.js";
import { TheoryPanel } from "./theory_panel.js";
import { element } from "./chart.js";

/** @param {HTMLElement} section */
function bringToLife(section) {
  const data = embedded(`${section.id}-data`);
  const host = section.querySelector(".charts");
  if (!data || !(host instanceof HTMLElement)) return;
  const tables = Object.fromEntries(Object.entries(data.tables).map(([name, raw]) => [name, decodeTable(raw)]));
  const chart = () => host.appendChild(element("div", { class: "interactive" }));
  const curveData = data.curves.map(decodeCurves);
  /** @type {LossCurves | null} */ let first = null;
  const pick = curveData.length === 0 ? null : (/** @type {Record<string, string>} */ settings) => showCurves(first, settings);
  if (tables.axes && tables.summary) replace(section, ["heatmap"], () => new HeatMap(chart(), tables.axes, tables.summary, pick));
  for (const curves of curveData) replace(section, [curves.quantity], () => { first ??= new LossCurves(chart(), curves); if (first.data !== curves) new LossCurves(chart(), curves); });
  if (tables.bins) replace(section, overviews(section), () => new Histograms(chart(), tables.bins, tables.layers));
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

/**
 * Draws a chart; the figures that it stands for are shown on paper and on demand. If it fails, they stay.
 * @param {HTMLElement} section @param {string[]} figures @param {() => void} draw
 */
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

const panelHost = document.getElementById("theory-panel");
/** @type {(() => void)[]} The page's parts in the order of the reader's way; figures stand in their places until then. */
const parts = [
  ...[.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section.experiment"))].map((section) => () => {
    bringToLife(section);
    addSwitch(section);
    section.classList.add("alive");
  }),
  () => document.querySelectorAll("table[data-sortable]").forEach((table) => new RunTable(/** @type {HTMLTableElement} */ (table))),
  () => panelHost && new TheoryPanel(panelHost, embedded("panel-data")),
  () => document.documentElement.classList.add("alive"),
];

/** Does the first part at once, and lets the browser paint before each of the others. */
function next() {
  parts.shift()?.();
  if (parts.length > 0) setTimeout(next);
}
next();
