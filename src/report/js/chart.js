/** The one place that talks to uPlot. */

import { COLORS, DASHED, cssColor, paletteColor } from "./element.js";
import { short } from "./format.js";

/** `color`: place in the palette; `values`: a gap where null, nothing to show where undefined; `faint`: behind the others; `edge`: an end of a band, not drawn itself; `points`: dots without a line. @typedef {{label: string, color: number, values: (number | null | undefined)[], faint?: boolean, edge?: boolean, points?: boolean}} Line */
/** `bands`: places of upper and lower ends in `lines`; `yRange`: ends of the vertical axis that stay whatever the values. @typedef {{x: number[], lines: Line[], bands: [number, number][], logX: boolean, logY: boolean, yRange?: [number, number], xLabel: string, yLabel: string}} Drawing */

/** What stands below a chart until something is under its cursor. */
export const CURSOR_HINT = "Point at the chart, or move to it with the tab key and press the left and right keys.";

/** Dashes tell lines of one colour apart. @param {number} place @returns {number[] | undefined} */
function dashes(place) {
  return [undefined, [8, 4], [2, 3], [10, 3, 2, 3]][Math.floor(place / COLORS) % DASHED];
}

/** The decades around values; a flat curve gets one below and one above. @param {any} _plot @param {number | null} low @param {number | null} high @returns {[number, number]} */
export function logRange(_plot, low, high) {
  const top = high !== null && high > 0 ? high : 1;
  const bottom = low !== null && low > 0 ? low : top / 10;
  const [first, last] = [Math.floor(Math.log10(bottom) + 1e-9), Math.ceil(Math.log10(top) - 1e-9)];
  return first < last ? [10 ** first, 10 ** last] : [10 ** (first - 1), 10 ** (last + 1)];
}

/** Most decades with lines between their powers of ten, and most powers of ten with a line. */
const [FINE_DECADES, MOST_DECADES] = [6, 12];

/** Places of the lines of a logarithmic axis; uPlot's own search for them does not end where values are flat or below 1e-32. @param {any} _plot @param {number} _axis @param {number} low @param {number} high @returns {number[]} */
export function logSplits(_plot, _axis, low, high) {
  const [first, last] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const step = Math.max(1, Math.ceil((last - first) / MOST_DECADES));
  const digits = last - first <= FINE_DECADES ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1];
  /** @type {number[]} */ const places = [];
  for (let power = first; power <= last; power += step) places.push(...digits.map((digit) => digit * 10 ** power));
  return places.filter((place) => place >= low * (1 - 1e-9) && place <= high * (1 + 1e-9));
}

/** Labels of a logarithmic axis, at its powers of ten; uPlot's own are cut at three decimals, which makes 0 of 0.0001. @param {any} _plot @param {(number | null)[]} places null where there is no room for a label @returns {string[]} */
export function logLabels(_plot, places) {
  const isPower = (/** @type {number} */ place) => Math.abs(Math.log10(place) - Math.round(Math.log10(place))) < 1e-9;
  return places.map((place) => (place === null || !isPower(place) ? "" : short(place).replace(".00e", "e")));
}

/** Labels of a linear axis; uPlot's own ask the browser for its language's, which takes 8 ms the first time. */
export function linearLabels(/** @type {any} */ _plot, /** @type {(number | null)[]} */ places) {
  return places.map((place) => (place === null ? "" : String(place).replace("-", "−")));
}

/** Steps of a linear horizontal axis: iterations and layers are counted. */
const WHOLE_STEPS = Array.from({ length: 30 }, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));

/** Ends of a linear axis; a flat curve gets room. */
function linearRange(/** @type {any} */ _plot, /** @type {number | null} */ low, /** @type {number | null} */ high) {
  if (low === null || high === null) return [0, 1];
  const room = high > low ? 0.04 * (high - low) : Math.abs(high) || 1;
  return [low >= 0 && low - room < 0.2 * high ? 0 : low - room, high + room];
}

/** What a drawing is but for its values, colours as they are at the moment. @param {Drawing} drawing @returns {string} */
function frameOf(drawing) {
  return JSON.stringify([cssColor("--text"), { ...drawing, x: null, lines: drawing.lines.map((line) => ({ ...line, values: null })) }]);
}

/** A chart in a host element: drawn anew from data, with a cursor that keys move too. */
export class Chart {
  /** @param {HTMLElement} host @param {string} name for screen readers @param {number} height @param {(place: number | null) => void} onCursor told the place in `x` under the cursor */
  constructor(host, name, height, onCursor) {
    this.host = host;
    this.height = height;
    this.onCursor = onCursor;
    /** @type {any} */ this.plot = null;
    /** @type {Drawing | null} */ this.drawing = null;
    this.frame = "";
    host.classList.add("chart");
    host.tabIndex = 0;
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", `${name}. Left and right keys move the cursor.`);
    host.addEventListener("keydown", (event) => this.step(event));
    new ResizeObserver(() => this.fit()).observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.drawing && this.draw(this.drawing));
  }

  /** The width there is. @returns {number} */
  width() {
    return Math.max(240, Math.floor(this.host.clientWidth));
  }

  fit() {
    if (this.plot && this.plot.width !== this.width()) this.plot.setSize({ width: this.width(), height: this.height });
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    if (!this.plot || !this.drawing) return;
    const last = this.drawing.x.length - 1;
    const stride = Math.max(1, Math.round(last / 100));
    const { idx } = this.plot.cursor;
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: (idx ?? last + stride) - stride, ArrowRight: (idx ?? -stride) + stride, Home: 0, End: last };
    if (!(event.key in places)) return;
    event.preventDefault();
    const place = Math.min(last, Math.max(0, places[event.key]));
    this.plot.setCursor({ left: this.plot.valToPos(this.drawing.x[place], "x"), top: 0 });
  }

  /** The part of the horizontal axis that a reader has zoomed to. @returns {{min: number, max: number} | null} */
  zoomed() {
    if (!this.plot || !this.drawing) return null;
    const { min, max } = this.plot.scales.x;
    const { x } = this.drawing;
    return min > x[0] || max < x[x.length - 1] ? { min, max } : null;
  }

  /** Draws anew, zoomed as before; where the same lines stand on the same axes, the values alone. @param {Drawing} drawing */
  draw(drawing) {
    const columns = [drawing.x, ...drawing.lines.map((line) => line.values)];
    const frame = frameOf(drawing);
    const zoomed = this.zoomed();
    this.drawing = drawing;
    if (this.plot && frame === this.frame) {
      this.plot.setData(columns);
    } else {
      this.frame = frame;
      this.plot?.destroy();
      // @ts-ignore: uPlot stands before the modules in the page.
      this.plot = new uPlot(this.options(drawing), columns, this.host);
    }
    if (zoomed) this.zoom(zoomed);
  }

  /** Shows this part of the horizontal axis, as far as it is there. @param {{min: number, max: number}} part */
  zoom({ min, max }) {
    const { x } = /** @type {Drawing} */ (this.drawing);
    const part = { min: Math.max(min, x[0]), max: Math.min(max, x[x.length - 1]) };
    if (part.min < part.max) this.plot.setScale("x", part);
  }

  /** @param {Drawing} drawing @returns {any} */
  options(drawing) {
    const [text, grid] = [cssColor("--text"), cssColor("--grid")];
    const font = "12px system-ui, sans-serif";
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font, labelFont: font };
    const labels = (/** @type {boolean} */ log) => (log ? { splits: logSplits, filter: (/** @type {any} */ _plot, /** @type {number[]} */ places) => places, values: logLabels } : { values: linearLabels });
    const across = (/** @type {any} */ _plot, /** @type {number} */ low, /** @type {number} */ high) => (high > low ? [low, high] : logRange(null, low, high));
    const y = drawing.yRange ? { range: () => drawing.yRange } : drawing.logY ? { distr: 3, range: logRange, time: false } : { range: linearRange, time: false };
    return {
      width: this.width(),
      height: this.height,
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { show: drawing.lines.length < 40 } },
      scales: { x: drawing.logX ? { distr: 3, range: across, time: false } : { time: false }, y },
      axes: [
        { ...axis, ...labels(drawing.logX), ...(drawing.logX ? {} : { incrs: WHOLE_STEPS }), label: drawing.xLabel, labelSize: 20, size: 36 },
        { ...axis, ...labels(drawing.logY), label: drawing.yLabel, labelSize: 20, size: 62 },
      ],
      series: [{}, ...drawing.lines.map(lineStyle)],
      bands: drawing.bands.map(([high, low]) => ({
        series: [high + 1, low + 1],
        fill: `${paletteColor(drawing.lines[high].color)}30`,
      })),
      hooks: { setCursor: [(/** @type {any} */ plot) => this.onCursor(plot.cursor.idx ?? null)] },
      padding: [12, 12, 0, 0],
    };
  }
}

/** @param {Line} line @returns {any} */
function lineStyle(line) {
  const color = paletteColor(line.color);
  const style = { label: line.label, spanGaps: false, points: { show: false } };
  if (line.edge) return { ...style, stroke: "transparent", width: 0 };
  if (line.points) return { ...style, stroke: `${color}90`, width: 0, paths: () => null, points: { show: true, size: 4, fill: `${color}90` } };
  const isPoint = line.values.filter(Number.isFinite).length === 1;
  if (isPoint) return { ...style, stroke: color, points: { show: true, size: 6, fill: color } };
  return { ...style, stroke: line.faint ? `${color}45` : color, width: line.faint ? 1 : 2, dash: dashes(line.color) };
}
