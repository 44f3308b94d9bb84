/** Signal propagation in infinitely wide networks: what `nn::theory` of the Rust side says of signals and gradients. */

import { ACTIVATIONS, normalDensity } from "./activations.js";

const REACH = 12;
const HALVINGS = 36;
const POINTS = 24;

/** @typedef {{at: number, weight: number}} QuadratureNode */

/** P_n(x) and its derivative, n = POINTS. @param {number} x @returns {[number, number]} */
function legendre(x) {
  let [before, value] = [1, x];
  for (let k = 2; k <= POINTS; k += 1) {
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  }
  return [value, (POINTS * (x * value - before)) / (x * x - 1)];
}

/** The rule of Gauss and Legendre on [−1, 1]. @type {QuadratureNode[]} */
const LEGENDRE = Array.from({ length: POINTS }, (_, index) => {
  let x = Math.cos((Math.PI * (index + 0.75)) / (POINTS + 0.5));
  for (let i = 0; i < 8; i += 1) {
    const [value, slope] = legendre(x);
    x -= value / slope;
  }
  const slope = legendre(x)[1];
  return { at: x, weight: 2 / ((1 - x * x) * slope * slope) };
});

/** Points on an interval. @param {number} low @param {number} high @returns {QuadratureNode[]} */
function interval(low, high) {
  const half = 0.5 * (high - low);
  return LEGENDRE.map((node) => ({ at: low + half * (1 + node.at), weight: half * node.weight }));
}

/** Half of the standard normal: its points above 0, denser towards it. @type {QuadratureNode[]} */
const NORMAL = Array.from({ length: HALVINGS }, (_, k) =>
  interval(k === HALVINGS - 1 ? 0 : REACH * 0.5 ** (k + 1), REACH * 0.5 ** k),
)
  .flat()
  .map((node) => ({ at: node.at, weight: node.weight * normalDensity(node.at) }));

/** E[g(z)], z ~ N(0, 1). @param {(z: number) => number} g @returns {number} */
export function normalMean(g) {
  let sum = 0;
  for (const { at, weight } of NORMAL) sum += weight * (g(-at) + g(at));
  return sum;
}

/** An activation in an infinitely wide layer. */
export class MeanField {
  /** @param {string} activation */
  constructor(activation) {
    this.f = ACTIVATIONS[activation];
  }

  /** E[f(√q z)²]. @param {number} q @returns {number} */
  secondMoment(q) {
    const spread = Math.sqrt(q);
    return normalMean((z) => this.f.value(spread * z) ** 2);
  }

  /** E[f′(√q z)²]. @param {number} q @returns {number} */
  slopeMoment(q) {
    const spread = Math.sqrt(Math.max(q, Number.MIN_VALUE));
    return normalMean((z) => this.f.slope(spread * z, this.f.value(spread * z)) ** 2);
  }
}
