/** Signal propagation in infinitely wide networks: what `nn::theory` of the Rust side says of signals and gradients. */

import { ACTIVATIONS, normalDensity } from "./activations.js";

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
