/** One network in training with what is shown of it: batches, measurements, theory. No clock, no document: a worker runs it. */

import { ACTIVATIONS } from "../../js/activations.js";
import { centres } from "../../js/plane.js";
import { secondMoment, slopeMoment } from "../../js/theory.js";
import { Network } from "./network.js";
import { draw, initializerOf, stdOf, stream } from "./weights.js";

/** @typedef {{inputs: Float32Array, labels: Uint8Array}} Examples flat, row by row */
/** @typedef {{width: number, classes: number, train: Examples, test: Examples, side: number, batch: number}} LabData `side`: of a square image, 0 where there is none */
/** @typedef {{init: string, activation: string, depth: number, width: number, rate: number, optimizer: string, norm: boolean}} Settings */
/** @typedef {{bins: number[], zeros: number, low: number, high: number, units: Float32Array, signal: number, gradient: number, dead: number, saturated: number | null, distinct: number, spread: number}} LayerView */

/** Bins of a histogram, and weights that are shown as images. */
const [BINS, IMAGES] = [40, 12];
/** A unit this near to an end that its function only approaches counts as saturated, as on the command line. */
const NEAR = 0.02;

/** A network, its batches and its steps. */
export class Session {
  /** @param {LabData} data @param {Settings} settings @param {import("./weights.js").Initializer[]} table @param {number} seed */
  constructor(data, settings, table, seed) {
    const hidden = new Array(settings.depth).fill(settings.width);
    const shape = { inputs: data.width, hidden, outputs: data.classes === 2 ? 1 : data.classes, activation: settings.activation, batchNorm: settings.norm };
    [this.data, this.settings, this.init] = [data, settings, initializerOf(table, settings.init)];
    this.batch = Math.min(data.batch, data.train.labels.length);
    this.network = new Network(shape, this.batch, Float32Array);
    draw(this.network, this.init, seed);
    this.random = stream(seed, 1000);
    this.x = new Float32Array(this.batch * data.width);
    this.y = new Uint8Array(this.batch);
    /** @type {number[]} */ this.losses = [];
    this.first = Float32Array.from(this.network.layers[0].weights.values);
    this.diverged = false;
    this.fill(() => this.random());
    this.network.differentiate(this.x, this.y); // what the first frame shows
    this.theory = this.predict();
  }

  /** Puts examples into the batch, drawn with replacement. @param {() => number} random */
  fill(random) {
    const { train, width } = this.data;
    for (let row = 0; row < this.batch; row += 1) {
      const example = Math.floor(random() * train.labels.length);
      this.x.set(train.inputs.subarray(example * width, (example + 1) * width), row * width);
      this.y[row] = train.labels[example];
    }
  }

  /** One update on a new batch; none after a loss that is not a number. @returns {number} its loss */
  step() {
    if (this.losses.length > 0) this.fill(this.random); // the first batch has been drawn
    const loss = this.network.step(this.x, this.y, this.settings);
    this.losses.push(loss);
    this.diverged = !Number.isFinite(loss);
    return loss;
  }

  /** The share of test examples whose class is named. @returns {number} */
  accuracy() {
    const { test, width } = this.data;
    let right = 0;
    for (let start = 0; start < test.labels.length; start += this.batch) {
      const labels = test.labels.subarray(start, start + this.batch);
      const named = this.network.classes(test.inputs.subarray(start * width, (start + labels.length) * width), labels.length);
      right += named.filter((found, row) => found === labels[row]).length;
    }
    return right / test.labels.length;
  }

  /** Root mean squares of signals and gradients in infinitely wide layers, at the start: from the mean square of these inputs and the measured gradient of the last layer. None with batch norm. @returns {{signal: number[], gradient: number[]} | null} */
  predict() {
    if (this.settings.norm) return null;
    const { layers } = this.network;
    const f = ACTIVATIONS[this.settings.activation];
    const variance = layers.map(({ fanIn, fanOut }) => stdOf(this.init, fanIn, fanOut) ** 2 * (this.init.law === "constant" ? 0 : 1));
    const square = meanSquare(this.x, this.x.length) * this.data.width;
    const q = variance.reduce((/** @type {number[]} */ all, v, i) => [...all, v * (i === 0 ? square : layers[i].fanIn * secondMoment(f, all[i - 1]))], []);
    const gradient = new Array(layers.length).fill(meanSquare(this.network.last.dz, this.batch * this.network.shape.outputs));
    for (let i = layers.length - 2; i >= 0; i -= 1) gradient[i] = gradient[i + 1] * layers[i + 1].fanOut * variance[i + 1] * slopeMoment(f, q[i]);
    return { signal: q.map(Math.sqrt), gradient: gradient.map(Math.sqrt) };
  }

  /** What is shown of each layer, of the last batch before its update. @returns {LayerView[]} */
  layers() {
    return this.network.layers.map((layer) => viewOf(layer, this.batch));
  }

  /** The first units' weights as images, one after the other. @returns {Float32Array} */
  images() {
    const { values } = this.network.layers[0].weights;
    const [{ fanOut }, pixels] = [this.network.layers[0], this.data.width];
    return Float32Array.from({ length: Math.min(IMAGES, fanOut) * pixels }, (_, i) => values[(i % pixels) * fanOut + Math.floor(i / pixels)]);
  }

  /** The logits at the centres of so many cells per side. @param {number} cells @returns {Float32Array} */
  plane(cells) {
    const places = centres(cells);
    const found = new Float32Array(places.length);
    for (let start = 0; start < found.length; start += this.batch) {
      const rows = Math.min(this.batch, found.length - start);
      const x = Float32Array.from(places.slice(start, start + rows).flat());
      found.set(this.network.forward(x, rows, false).subarray(0, rows), start);
    }
    return found;
  }
}

/** @param {ArrayLike<number>} values @param {number} count of them @returns {number} */
function meanSquare(values, count) {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += values[i] * values[i];
  return sum / count;
}

/** Measures a layer; the last one shows its logits. @param {import("./network.js").Layer} layer @param {number} rows @returns {LayerView} */
function viewOf(layer, rows) {
  const { f, fanOut: units } = layer;
  const shown = f ? layer.a : layer.z;
  const count = rows * units;
  const [low, high] = endsOf(f?.ends ?? [], shown, count);
  const bins = new Array(BINS).fill(0);
  const cuts = f !== null && f.ends.length === 0; // exact zeros are told, not drawn: their bar would hide all others
  let zeros = 0;
  for (let i = 0; i < count; i += 1) if (cuts && shown[i] === 0) zeros += 1;
  else bins[Math.min(BINS - 1, Math.max(0, Math.floor(((shown[i] - low) / (high - low)) * BINS)))] += 1;
  let near = 0;
  for (let i = 0; i < count; i += 1) if (f?.ends.some((end) => Math.abs(shown[i] - end) <= NEAR)) near += 1;
  const means = Float32Array.from({ length: units }, (_, unit) => unitMean(shown, unit, units, rows));
  return {
    bins, zeros: zeros / count, low, high,
    units: means,
    signal: Math.sqrt(meanSquare(layer.before(), count)),
    gradient: Math.sqrt(meanSquare(layer.dz, count)),
    dead: f ? means.filter((mean) => mean === 0).length / units : 0,
    saturated: f && f.ends.length > 0 ? near / count : null,
    distinct: distinctColumns(layer.weights.values, layer.fanIn, units),
    spread: f ? spreadOfUnits(shown, rows, units) : 0,
  };
}

/** Where a histogram ends: at the ends of the function, else at 0 and the largest values. @param {number[]} ends @param {ArrayLike<number>} values @param {number} count @returns {[number, number]} */
function endsOf(ends, values, count) {
  if (ends.length === 2) return [ends[0], ends[1]];
  let [low, high] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [Number.isFinite(low) ? low : -1, high > low && Number.isFinite(high) ? high : (Number.isFinite(low) ? low : -1) + 1];
}

/** @param {ArrayLike<number>} values @param {number} unit @param {number} units @param {number} rows @returns {number} */
function unitMean(values, unit, units, rows) {
  let sum = 0;
  for (let row = 0; row < rows; row += 1) sum += values[row * units + unit];
  return sum / rows;
}

/** How many units have incoming weights of their own: equal columns have equal sums, to the last bit. @param {import("./network.js").Numbers} weights @param {number} fanIn @param {number} fanOut @returns {number} */
function distinctColumns(weights, fanIn, fanOut) {
  const sums = new Float64Array(fanOut);
  for (let i = 0; i < fanIn; i += 1) {
    const factor = Math.sin(i + 1);
    for (let unit = 0; unit < fanOut; unit += 1) sums[unit] += factor * weights[i * fanOut + unit];
  }
  return new Set(sums).size;
}

/** The standard deviation over units for one example, averaged over examples. @param {ArrayLike<number>} values @param {number} rows @param {number} units @returns {number} */
function spreadOfUnits(values, rows, units) {
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    let [total, squares] = [0, 0];
    for (let unit = row * units; unit < (row + 1) * units; unit += 1) {
      total += values[unit];
      squares += values[unit] ** 2;
    }
    sum += Math.sqrt(Math.max(0, squares / units - (total / units) ** 2));
  }
  return sum / rows;
}
