/** Signal propagation in infinitely wide networks: what `nn::theory` of the Rust side says of signals and gradients. */

import { normalDensity } from "./activations.js";

/** @typedef {import("./activations.js").ActivationFunction} ActivationFunction */

/** Half of the standard normal in strips, denser towards 0, where activations bend: z = REACH s³, midpoints of s. */
const [REACH, STRIPS] = [9, 1500];
const NORMAL = Array.from({ length: STRIPS }, (_, k) => {
  const s = (k + 0.5) / STRIPS;
  const at = REACH * s ** 3;
  return { at, weight: (3 * REACH * s * s * normalDensity(at)) / STRIPS };
});

/** E[g(z)], z ~ N(0, 1), to five digits: more than a drawing shows. @param {(z: number) => number} g @returns {number} */
function normalMean(g) {
  return NORMAL.reduce((sum, { at, weight }) => sum + weight * (g(-at) + g(at)), 0);
}

/** E[f(√q z)²]. @param {ActivationFunction} f @param {number} q @returns {number} */
export function secondMoment(f, q) {
  return normalMean((z) => f.value(Math.sqrt(q) * z) ** 2);
}

/** E[f′(√q z)²]. @param {ActivationFunction} f @param {number} q @returns {number} */
export function slopeMoment(f, q) {
  const spread = Math.sqrt(Math.max(q, Number.MIN_VALUE));
  return normalMean((z) => f.slope(spread * z, f.value(spread * z)) ** 2);
}
