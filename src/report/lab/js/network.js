/**
 * A multilayer perceptron by hand: forward, backward, batch norm, losses, six optimizers. The formulas are those of
 * `nn` on the Rust side, and `tests/browser/network.test.mjs` holds the losses of 100 steps to its, to ten digits.
 *
 * Matrices are flat, row by row: weights `(fanIn, fanOut)`, everything that a batch computes `(rows, units)`; the
 * gradient of the loss with respect to an array has its name after `d`. Products skip zeros, which four of five pixels
 * of a digit are and half of what ReLU lets through, and take four terms at a time: a sum is read and written once for four
 * products.
 */

import { ACTIVATIONS, sigmoid } from "../../js/activations.js";

/** ε and the share of their past that running statistics keep. */
const [NORM_EPSILON, NORM_KEEPS] = [1e-6, 0.9];
const STEP_EPSILON = 1e-7;

/** @typedef {Float64Array | Float32Array} Numbers */
/** @typedef {{inputs: number, hidden: number[], outputs: number, activation: string, batchNorm: boolean}} Shape one output: binary cross-entropy, more: softmax */
/** @typedef {{optimizer: string, rate: number, momentum?: number}} Rule */
/** @typedef {{values: Numbers, gradient: Numbers, first: Numbers, second: Numbers}} Parameters with the optimizer's memory */
/** @typedef {{mean: Numbers, variance: Numbers}} Moments of each unit */
/** @typedef {{gamma: Parameters, beta: Parameters, running: Moments, batch: Moments, inverse: Numbers, normalized: Numbers, y: Numbers, dy: Numbers}} Norm */

/** Where the terms of a sum of rows begin, and their factors; room for the widest layer. */
let starts = new Int32Array(1024);
let factors = new Float64Array(1024);

/** Makes room for sums of so many terms. @param {number} terms */
function reserve(terms) {
  if (starts.length >= terms) return;
  starts = new Int32Array(terms);
  factors = new Float64Array(terms);
}

/** Adds `count` rows of `from`, from their `starts` on and times their `factors`, to the row of `out` at `to`. @param {Numbers} out @param {number} to @param {Numbers} from @param {number} count @param {number} columns */
function addRows(out, to, from, count, columns) {
  let term = 0;
  for (; term + 3 < count; term += 4) {
    const first = starts[term];
    const second = starts[term + 1];
    const third = starts[term + 2];
    const fourth = starts[term + 3];
    const a = factors[term];
    const b = factors[term + 1];
    const c = factors[term + 2];
    const d = factors[term + 3];
    for (let j = 0; j < columns; j += 1) out[to + j] += a * from[first + j] + b * from[second + j] + c * from[third + j] + d * from[fourth + j];
  }
  for (; term < count; term += 1) {
    const start = starts[term];
    const a = factors[term];
    for (let j = 0; j < columns; j += 1) out[to + j] += a * from[start + j];
  }
}

/** out `(rows, columns)` += x `(rows, inner)` · w `(inner, columns)`. @param {Numbers} out @param {Numbers} x @param {Numbers} w @param {number} rows @param {number} inner @param {number} columns */
export function addProduct(out, x, w, rows, inner, columns) {
  reserve(inner);
  for (let row = 0; row < rows; row += 1) {
    let count = 0;
    for (let k = 0; k < inner; k += 1) {
      const factor = x[row * inner + k];
      if (factor !== 0) {
        starts[count] = k * columns;
        factors[count] = factor;
        count += 1;
      }
    }
    addRows(out, row * columns, w, count, columns);
  }
}

/** out `(inner, columns)` += xᵀ · d, x `(rows, inner)`, d `(rows, columns)`. @param {Numbers} out @param {Numbers} x @param {Numbers} d @param {number} rows @param {number} inner @param {number} columns */
export function addTransposedProduct(out, x, d, rows, inner, columns) {
  reserve(rows);
  for (let k = 0; k < inner; k += 1) {
    let count = 0;
    for (let row = 0; row < rows; row += 1) {
      const factor = x[row * inner + k];
      if (factor !== 0) {
        starts[count] = row * columns;
        factors[count] = factor;
        count += 1;
      }
    }
    addRows(out, k * columns, d, count, columns);
  }
}

/** w `(rows, columns)` as `(columns, rows)`. @param {Numbers} out @param {Numbers} w @param {number} rows @param {number} columns */
export function transpose(out, w, rows, columns) {
  for (let row = 0; row < rows; row += 1) for (let j = 0; j < columns; j += 1) out[j * rows + row] = w[row * columns + j];
}

/** Mean and mean square distance from it of each unit. @param {Moments} moments @param {Numbers} z @param {number} rows @param {number} units */
function measure({ mean, variance }, z, rows, units) {
  mean.fill(0);
  variance.fill(0);
  for (let i = 0; i < rows * units; i += 1) mean[i % units] += z[i] / rows;
  for (let i = 0; i < rows * units; i += 1) variance[i % units] += (z[i] - mean[i % units]) ** 2 / rows;
}

/** One dense layer with everything that a batch computes in it; the last has no activation and no norm. */
export class Layer {
  /** @param {number} fanIn @param {number} fanOut @param {boolean} isHidden @param {Shape} shape @param {number} capacity rows @param {Float64ArrayConstructor | Float32ArrayConstructor} Kind */
  constructor(fanIn, fanOut, isHidden, shape, capacity, Kind) {
    const zeros = (/** @type {number} */ count) => new Kind(count);
    const parameters = (/** @type {number} */ count) => ({ values: zeros(count), gradient: zeros(count), first: zeros(count), second: zeros(count) });
    const moments = () => ({ mean: zeros(fanOut), variance: zeros(fanOut) });
    const rows = () => zeros(capacity * fanOut);
    [this.fanIn, this.fanOut] = [fanIn, fanOut];
    this.f = isHidden ? ACTIVATIONS[shape.activation] : null;
    this.weights = parameters(fanIn * fanOut);
    this.biases = parameters(fanOut);
    this.transposed = zeros(fanIn * fanOut);
    [this.z, this.a, this.dz, this.da] = [rows(), isHidden ? rows() : zeros(0), rows(), isHidden ? rows() : zeros(0)];
    /** @type {Norm | null} */
    this.norm = isHidden && shape.batchNorm ? { gamma: parameters(fanOut), beta: parameters(fanOut), running: moments(), batch: moments(), inverse: zeros(fanOut), normalized: rows(), y: rows(), dy: rows() } : null;
    this.norm?.gamma.values.fill(1);
  }

  /** Everything that is learned. @returns {Parameters[]} */
  parameters() {
    return this.norm ? [this.weights, this.biases, this.norm.gamma, this.norm.beta] : [this.weights, this.biases];
  }

  /** What the activation is applied to. @returns {Numbers} */
  before() {
    return this.norm ? this.norm.y : this.z;
  }

  /** z = x W + b, a = f(z). @param {Numbers} x @param {number} rows @param {boolean} learns with the batch's statistics, not the running ones */
  forward(x, rows, learns) {
    for (let row = 0; row < rows; row += 1) this.z.set(this.biases.values, row * this.fanOut);
    addProduct(this.z, x, this.weights.values, rows, this.fanIn, this.fanOut);
    if (this.norm) this.normalize(this.norm, rows, learns);
    if (!this.f) return;
    const [y, { value }] = [this.before(), this.f];
    for (let i = 0; i < rows * this.fanOut; i += 1) this.a[i] = value(y[i]);
  }

  /** y = γ (z − mean) / √(variance + ε) + β. @param {Norm} norm @param {number} rows @param {boolean} learns */
  normalize({ gamma, beta, running, batch, inverse, normalized, y }, rows, learns) {
    if (learns) measure(batch, this.z, rows, this.fanOut);
    const { mean, variance } = learns ? batch : running;
    for (let unit = 0; unit < this.fanOut; unit += 1) inverse[unit] = 1 / Math.sqrt(variance[unit] + NORM_EPSILON);
    for (let i = 0; i < rows * this.fanOut; i += 1) {
      const unit = i % this.fanOut;
      normalized[i] = (this.z[i] - mean[unit]) * inverse[unit];
      y[i] = gamma.values[unit] * normalized[i] + beta.values[unit];
    }
  }

  /** From the gradient with respect to a to those of everything else. @param {Numbers} x the layer's inputs @param {number} rows */
  backward(x, rows) {
    if (this.f) {
      const [{ slope }, y, dy] = [this.f, this.before(), this.norm ? this.norm.dy : this.dz];
      for (let i = 0; i < rows * this.fanOut; i += 1) dy[i] = this.da[i] * slope(y[i], this.a[i]);
    }
    if (this.norm) this.throughNorm(this.norm, rows);
    this.parameters().slice(0, 2).forEach(({ gradient }) => gradient.fill(0));
    addTransposedProduct(this.weights.gradient, x, this.dz, rows, this.fanIn, this.fanOut);
    for (let i = 0; i < rows * this.fanOut; i += 1) this.biases.gradient[i % this.fanOut] += this.dz[i];
  }

  /** dβ = Σ dy, dγ = Σ dy ẑ, dz = γ / σ (dy − (dβ + ẑ dγ) / rows). @param {Norm} norm @param {number} rows */
  throughNorm({ gamma, beta, inverse, normalized, dy }, rows) {
    const [dGamma, dBeta, units] = [gamma.gradient.fill(0), beta.gradient.fill(0), this.fanOut];
    for (let i = 0; i < rows * units; i += 1) {
      dBeta[i % units] += dy[i];
      dGamma[i % units] += dy[i] * normalized[i];
    }
    for (let i = 0; i < rows * units; i += 1) {
      const unit = i % units;
      this.dz[i] = gamma.values[unit] * inverse[unit] * (dy[i] - (dBeta[unit] + normalized[i] * dGamma[unit]) / rows);
    }
  }

  /** The gradient with respect to the inputs, dx = dz Wᵀ. @param {Numbers} dx @param {number} rows */
  signalBack(dx, rows) {
    transpose(this.transposed, this.weights.values, this.fanIn, this.fanOut);
    addProduct(dx.fill(0), this.dz, this.transposed, rows, this.fanOut, this.fanIn);
  }

  /** Running statistics follow those of the batch. */
  follow() {
    if (!this.norm) return;
    const { running, batch } = this.norm;
    for (let unit = 0; unit < this.fanOut; unit += 1) {
      running.mean[unit] = NORM_KEEPS * running.mean[unit] + (1 - NORM_KEEPS) * batch.mean[unit];
      running.variance[unit] = NORM_KEEPS * running.variance[unit] + (1 - NORM_KEEPS) * batch.variance[unit];
    }
  }
}

/** The loss of one example in nats; its gradient times `share` goes to `d`. @param {Numbers} logits @param {number} at where they begin @param {number} count @param {number} label @param {number} share @param {Numbers} d */
export function lossOf(logits, at, count, label, share, d) {
  if (count === 1) {
    const x = logits[at];
    d[at] = share * (sigmoid(x) - label);
    return Math.max(x, 0) - x * label + Math.log1p(Math.exp(-Math.abs(x)));
  }
  let [largest, total] = [-Infinity, 0];
  for (let j = at; j < at + count; j += 1) largest = logits[j] > largest || Number.isNaN(logits[j]) ? logits[j] : largest;
  for (let j = at; j < at + count; j += 1) total += d[j] = Math.exp(logits[j] - largest);
  for (let j = at; j < at + count; j += 1) d[j] *= share / total;
  d[at + label] -= share;
  return Math.log(total) + (largest - logits[at + label]);
}

/** The six rules (the book, 6.1), with step counted from 1. @type {Record<string, (p: Parameters, rate: number, m: number, step: number) => void>} */
export const OPTIMIZERS = {
  sgd: each((g, i, { values }, rate) => { values[i] -= rate * g; }),
  momentum: each((g, i, { values, first: v }, rate, m) => { values[i] += v[i] = m * v[i] - rate * g; }),
  nesterov: each((g, i, { values, first: v }, rate, m) => {
    values[i] += m * m * v[i] - (1 + m) * rate * g;
    v[i] = m * v[i] - rate * g;
  }),
  adagrad: each((g, i, { values, first: h }, rate) => {
    h[i] += g * g;
    values[i] -= (rate * g) / (Math.sqrt(h[i]) + STEP_EPSILON);
  }),
  rmsprop: each((g, i, { values, first: h }, rate) => {
    h[i] = 0.99 * h[i] + (1 - 0.99) * g * g;
    values[i] -= (rate * g) / (Math.sqrt(h[i]) + STEP_EPSILON);
  }),
  adam: (p, rate, m, step) => adamStep(p, (rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step), m, step),
};

/** Two moments; the rate has their correction in it. */
const adamStep = each((g, i, { values, first: m, second: v }, rate) => {
  m[i] += (1 - 0.9) * (g - m[i]);
  v[i] += (1 - 0.999) * (g * g - v[i]);
  values[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + STEP_EPSILON);
});

/** A rule for one number as one for all. @param {(g: number, i: number, p: Parameters, rate: number, m: number) => void} rule @returns {(p: Parameters, rate: number, m: number, step: number) => void} */
function each(rule) {
  return (p, rate, m) => { for (let i = 0; i < p.values.length; i += 1) rule(p.gradient[i], i, p, rate, m); };
}

/** A network in training. */
export class Network {
  /** @param {Shape} shape @param {number} capacity rows of a batch @param {Float64ArrayConstructor | Float32ArrayConstructor} Kind of numbers */
  constructor(shape, capacity, Kind = Float64Array) {
    const sizes = [shape.inputs, ...shape.hidden, shape.outputs];
    this.shape = shape;
    this.layers = sizes.slice(1).map((fanOut, i) => new Layer(sizes[i], fanOut, i < shape.hidden.length, shape, capacity, Kind));
    this.last = this.layers[this.layers.length - 1];
    this.steps = 0;
  }

  /** @param {Numbers} x `(rows, inputs)` @param {number} rows @param {boolean} learns @returns {Numbers} logits `(rows, outputs)` */
  forward(x, rows, learns) {
    this.layers.forEach((layer, i) => layer.forward(i === 0 ? x : this.layers[i - 1].a, rows, learns));
    return this.last.z;
  }

  /** Forward, then the gradient of every parameter. @param {Numbers} x @param {ArrayLike<number>} labels one per row @returns {number} the mean loss */
  differentiate(x, labels) {
    const [rows, logits] = [labels.length, this.forward(x, labels.length, true)];
    let loss = 0;
    for (let row = 0; row < rows; row += 1) loss += lossOf(logits, row * this.shape.outputs, this.shape.outputs, labels[row], 1 / rows, this.last.dz);
    for (let i = this.layers.length - 1; i >= 0; i -= 1) {
      const [layer, before] = [this.layers[i], this.layers[i - 1]];
      layer.backward(i === 0 ? x : before.a, rows);
      if (i > 0) layer.signalBack(before.da, rows);
    }
    return loss / rows;
  }

  /** One update; the loss is that before it. @param {Numbers} x @param {ArrayLike<number>} labels @param {Rule} rule @returns {number} */
  step(x, labels, { optimizer, rate, momentum = 0.9 }) {
    const loss = this.differentiate(x, labels);
    this.steps += 1;
    for (const layer of this.layers) {
      layer.follow();
      for (const p of layer.parameters()) OPTIMIZERS[optimizer](p, rate, momentum, this.steps);
    }
    return loss;
  }

  /** The class that each row names: the first of the largest logits, 1 for a single one above 0; −1 where one is not a number. @param {Numbers} x @param {number} rows @returns {number[]} */
  classes(x, rows) {
    const [logits, count] = [this.forward(x, rows, false), this.shape.outputs];
    return Array.from({ length: rows }, (_, row) => {
      const own = logits.subarray(row * count, (row + 1) * count);
      if (own.some(Number.isNaN)) return -1;
      return count === 1 ? Number(own[0] > 0) : own.indexOf(Math.max(...own));
    });
  }
}
