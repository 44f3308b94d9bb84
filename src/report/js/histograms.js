/** Activations and gradients: a histogram per layer, signal and gradient side by side. */

import { choice, element, paletteName } from "./element.js";
import { short } from "./format.js";
import { Moments } from "./moments.js";
import { distinct } from "./page_data.js";

const SVG = "http://www.w3.org/2000/svg";
/** Columns of `bins.csv` that say whose histogram a bin belongs to, apart from layer and quantity. */
const PICKED = ["activation", "initializer", "seed", "iteration"];
/** @type {Record<string, string>} */
const QUANTITIES = { activation: "signal: activations", d_activation: "gradient with respect to activations", d_weight: "gradient with respect to weights" };

/** @param {string} tag @param {Record<string, string | number>} attributes @returns {SVGElement} */
export function svgElement(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return /** @type {SVGElement} */ (node);
}

/** Histograms of the bins that pickers choose. */
export class Histograms {
  /** @param {HTMLElement} host @param {import("./page_data.js").TableColumns} bins @param {import("./page_data.js").TableColumns | undefined} layers with the rms of what the bins count @param {Record<string, number>} styles looks by name */
  constructor(host, bins, layers, styles) {
    this.styles = styles;
    this.bins = bins;
    this.layers = layers;
    /** @type {Record<string, string>} */ this.chosen = {};
    this.grid = element("div", { class: "histograms" });
    const pickers = PICKED.filter((name) => name in bins).flatMap((name) => this.picker(name));
    host.append(element("h3", {}, "layer by layer"), element("div", { class: "controls" }, ...pickers), this.grid);
    this.redraw();
  }

  /** A picker for a column, if there is anything to pick. @param {string} name @returns {HTMLElement[]} */
  picker(name) {
    const values = distinct(this.bins[name].map(String));
    if (name === "iteration" && values.length > 1) return [this.player(values)];
    this.chosen[name] = values[0];
    const change = (/** @type {string} */ value) => { this.chosen[name] = value; this.redraw(); };
    return values.length > 1 ? [choice(name, values, values[0], change)] : [];
  }

  /** Moments of training, which can be played. @param {string[]} values @returns {HTMLElement} */
  player(values) {
    const updates = values.map(Number).sort((a, b) => a - b);
    const moments = new Moments(updates, (place) => {
      this.chosen.iteration = String(updates[place]);
      if (this.grid.isConnected) this.redraw();
    });
    moments.go(0);
    return moments.field;
  }

  redraw() {
    const rows = this.bins.count.map((_, i) => i).filter((i) => Object.entries(this.chosen).every(([name, value]) => String(this.bins[name][i]) === value));
    const quantities = distinct(rows.map((i) => String(this.bins.quantity[i])));
    const columns = quantities.map((quantity) => {
      const own = rows.filter((i) => this.bins.quantity[i] === quantity);
      const layers = distinct(own.map((i) => this.bins.layer[i]));
      const figures = layers.map((layer) => this.figure(Number(layer), quantity, own.filter((i) => this.bins.layer[i] === layer)));
      return element("div", {}, element("h4", {}, QUANTITIES[quantity] ?? quantity), element("div", { class: "side-by-side" }, ...figures));
    });
    this.grid.replaceChildren(...columns);
  }

  /** The rms of a layer, measured and predicted. @param {number} layer @param {string} quantity @returns {string} */
  sizes(layer, quantity) {
    const wanted = { ...this.chosen, layer: String(layer), quantity };
    const found = (this.layers?.rms ?? []).findIndex((_, i) => Object.entries(wanted).every(([name, value]) => !this.layers?.[name] || String(this.layers[name][i]) === value));
    if (!this.layers || found < 0) return "";
    const predicted = this.layers.predicted_rms?.[found];
    return `; rms ${short(Number(this.layers.rms[found]))}${typeof predicted === "number" && Number.isFinite(predicted) ? `, infinite width ${short(predicted)}` : ""}`;
  }

  /** @param {number} layer @param {string} quantity @param {number[]} rows @returns {HTMLElement} */
  figure(layer, quantity, rows) {
    const number = (/** @type {string} */ name, /** @type {number} */ i) => Number(this.bins[name][i]);
    const whole = rows.filter((i) => Number.isFinite(number("low", i)) && Number.isFinite(number("high", i)));
    const [left, right] = [Math.min(...whole.map((i) => number("low", i))), Math.max(...whole.map((i) => number("high", i)))];
    const density = (/** @type {number} */ i) => number("count", i) / (number("high", i) - number("low", i));
    const highest = Math.max(...whole.map(density), Number.MIN_VALUE);
    const text = `layer ${layer}${this.sizes(layer, quantity)}`;
    const svg = svgElement("svg", { viewBox: "0 0 200 50", role: "img", "aria-label": `${QUANTITIES[quantity] ?? quantity}, ${text}, from ${short(left)} to ${short(right)}`, preserveAspectRatio: "none" });
    for (const i of whole) {
      const x = (200 * (number("low", i) - left)) / (right - left);
      const width = (200 * (number("high", i) - number("low", i))) / (right - left);
      const height = (48 * density(i)) / highest;
      svg.append(svgElement("rect", { x, y: 50 - height, width: Math.max(width - 0.5, 0.3), height }));
    }
    svg.style.setProperty("--bar", `var(${paletteName(this.styles[this.chosen.initializer ?? ""] ?? 0)})`);
    const zero = left < 0 && right > 0 ? [element("span", {}, "0")] : [];
    const axis = element("div", { class: "axis", "aria-hidden": "true" }, element("span", {}, short(left)), ...zero, element("span", {}, short(right)));
    return element("figure", { class: "histogram" }, svg, axis, element("figcaption", {}, text));
  }
}
