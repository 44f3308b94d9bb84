/** Two rings: what each network says of the plane, at a few moments of its training. */

import { element } from "./element.js";
import { short } from "./format.js";
import { Moments } from "./moments.js";
import { distinct } from "./page_data.js";
import { centres, paintPlane } from "./plane.js";
import { ACTIVATIONS } from "./activations.js";

/** The places for which a network is asked. */
const CENTRES = centres(75);

/** @typedef {import("./page_data.js").TableColumns} TableColumns */
/** @typedef {{weights: number[][], biases: number[]}} Layer weights of each unit, by the unit before */
/** @typedef {{name: string, activation: string, seed: unknown, moments: Map<number, Layer[]>}} RingNetwork */
/** @typedef {import("./plane.js").PlanePoint} RingPoint */

/** The networks of `parameters.csv`, one per initializer: of several seeds, the first. @param {TableColumns} table @returns {RingNetwork[]} */
export function networksOf(table) {
  /** @type {Map<string, RingNetwork>} */ const networks = new Map();
  table.value.forEach((value, i) => {
    const name = String(table.initializer[i]);
    const network = networks.get(name) ?? { name, activation: String(table.activation[i]), moments: new Map(), seed: table.seed[i] };
    networks.set(name, network);
    if (network.seed !== table.seed[i]) return;
    const [updates, layer, to] = [table.updates, table.layer, table.to].map((column) => Number(column[i]));
    const layers = network.moments.get(updates) ?? [];
    network.moments.set(updates, layers);
    const { weights, biases } = (layers[layer - 1] ??= { weights: [], biases: [] });
    const from = table.from[i];
    if (!Number.isFinite(from)) biases[to - 1] = Number(value);
    else (weights[to - 1] ??= [])[Number(from) - 1] = Number(value);
  });
  return [...networks.values()];
}

/** The log-odds that a network gives to the inner ring at a place. @param {Layer[]} layers @param {(z: number) => number} activation @param {number} x @param {number} y @returns {number} */
export function logit(layers, activation, x, y) {
  let signal = [x, y];
  for (let layer = 0; layer < layers.length; layer += 1) {
    const { weights, biases } = layers[layer];
    const next = new Array(biases.length);
    for (let unit = 0; unit < biases.length; unit += 1) {
      let z = biases[unit];
      for (let from = 0; from < signal.length; from += 1) z += weights[unit][from] * signal[from];
      next[unit] = layer + 1 < layers.length ? activation(z) : z;
    }
    signal = next;
  }
  return signal[0];
}

/** Mean cost in nats, and the share of points whose ring is named; no side is named at log-odds of 0 but the outer one. @param {Layer[]} layers @param {(z: number) => number} activation @param {RingPoint[]} points @returns {{cost: number, right: number}} */
export function measurePoints(layers, activation, points) {
  let [cost, right] = [0, 0];
  for (const { x, y, label } of points) {
    const z = logit(layers, activation, x, y);
    cost += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - z * label;
    right += Number(z > 0) === label ? 1 : 0;
  }
  return { cost: cost / points.length, right: right / points.length };
}

/** The points that a network learned from. @param {RingNetwork} network @param {TableColumns} points @returns {RingPoint[]} */
function learnedBy(network, points) {
  const mine = (/** @type {number} */ i) => points.set[i] === "train" && points.initializer[i] === network.name && points.seed[i] === network.seed;
  return points.x.flatMap((x, i) => (mine(i) ? [{ x: Number(x), y: Number(points.y[i]), label: Number(points.label[i]) }] : []));
}

/** Maps of decisions with a slider for the moment. */
export class Rings {
  /** @param {HTMLElement} host @param {TableColumns} parameters @param {TableColumns} points @param {TableColumns | undefined} summary with the updates at which runs diverged */
  constructor(host, parameters, points, summary) {
    this.networks = networksOf(parameters).filter((network) => network.activation in ACTIVATIONS);
    this.summary = summary;
    const updates = distinct(this.networks.flatMap((network) => [...network.moments.keys()])).sort((a, b) => a - b);
    this.moments = new Moments(updates, () => this.draw());
    this.maps = this.networks.map((network) => ({ network, learned: learnedBy(network, points), canvas: element("canvas", { role: "img", "aria-label": `Decisions of ${network.name}` }), caption: element("figcaption") }));
    if (this.networks.length === 0) {
      host.append(element("p", { class: "problem" }, "How the boundaries came about cannot be shown: parameters.csv has no network that can be read."));
      return;
    }
    const figures = this.maps.map(({ canvas, caption }) => element("figure", {}, canvas, caption));
    host.append(element("h3", {}, "how the boundary came about"), this.moments.field, element("div", { class: "rings" }, ...figures),
      element("p", { class: "muted" }, `Areas: the ring that the network names, deeper the surer it is: blue the outer one (discs), orange the inner one (triangles). The points are those it learns from, cost and share those of this moment (the final loss of the table is a mean of the last ones); computed in this page from parameters.csv, for seed ${distinct(this.networks.map((network) => network.seed)).join(" and ")}.`));
    this.moments.go(updates.length - 1);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /** Whether a network has diverged by then, as the table of runs says: the page itself computes in higher precision. @param {RingNetwork} network @param {number} updates */
  divergedBy(network, updates) {
    const row = this.summary?.initializer?.findIndex((name, i) => name === network.name && this.summary?.seed[i] === network.seed) ?? -1;
    const at = row < 0 ? null : this.summary?.diverged_at?.[row];
    return typeof at === "number" && updates >= at;
  }

  draw() {
    const updates = this.moments.updates[this.moments.place()];
    for (const { network, learned, canvas, caption } of this.maps) {
      const diverged = this.divergedBy(network, updates);
      const layers = diverged ? undefined : network.moments.get(updates);
      const activation = ACTIVATIONS[network.activation].value;
      paintPlane(canvas, layers ? CENTRES.map(([x, y]) => logit(layers, activation, x, y)) : [], learned);
      const { cost, right } = layers ? measurePoints(layers, activation, learned) : { cost: NaN, right: NaN };
      const told = Number.isFinite(cost) ? `cost ${short(cost)}, ${(100 * right).toFixed(1)} % right` : "no number comes out";
      caption.textContent = `${network.name}: ${diverged ? "diverged" : told}`;
    }
  }
}
