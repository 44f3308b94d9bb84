/** Activations with value and derivative, as `nn::activation` of the Rust side has them; the derivative may use a = f(z). */

/** erfc(x), x ≥ 0: a continued fraction far out, the series of erf near 0. @param {number} x @returns {number} */
function erfcRight(x) {
  if (x > 28) return 0; // exp(−x²) is below every number
  if (x > 2.5) {
    let tail = 0;
    for (let k = 40; k >= 1; k -= 1) tail = k / 2 / (x + tail);
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + tail));
  }
  let term = x;
  let sum = x;
  for (let k = 1; k < 60 && Math.abs(term) > 1e-17 * sum; k += 1) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * sum;
}

/** The normal distribution function. @param {number} z @returns {number} */
function normalCdf(z) {
  const tail = 0.5 * erfcRight(Math.abs(z) * Math.SQRT1_2);
  return z < 0 ? tail : 1 - tail;
}

/** @param {number} z @returns {number} */
export const sigmoid = (z) => 1 / (1 + Math.exp(-z));
/** @param {number} z @returns {number} */
export const normalDensity = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543773;

/** `ends`: the values that a function only approaches; a unit near one is saturated. @typedef {{value: (z: number) => number, slope: (z: number, a: number) => number, ends: number[]}} ActivationFunction */

/** @type {Record<string, ActivationFunction>} */
export const ACTIVATIONS = {
  identity: { value: (z) => z, slope: () => 1, ends: [] },
  sigmoid: { value: sigmoid, slope: (_, a) => a * (1 - a), ends: [0, 1] },
  tanh: { value: Math.tanh, slope: (_, a) => 1 - a * a, ends: [-1, 1] },
  relu: { value: (z) => (z < 0 ? 0 : z), slope: (z) => (z > 0 ? 1 : 0), ends: [] },
  leaky_relu: { value: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01), ends: [] },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z, a) => (z > 0 ? 1 : a + 1), ends: [-1] },
  selu: {
    value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    slope: (z, a) => (z > 0 ? SELU_SCALE : a + SELU_SCALE * SELU_ALPHA),
    ends: [-SELU_SCALE * SELU_ALPHA],
  },
  gelu: { value: (z) => z * normalCdf(z), slope: (z) => normalCdf(z) + z * normalDensity(z), ends: [] },
  silu: { value: (z) => z * sigmoid(z), slope: (z, a) => sigmoid(z) * (1 - a) + a, ends: [] },
  softplus: { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid, ends: [0] },
  softsign: { value: (z) => z / (1 + Math.abs(z)), slope: (z) => 1 / (1 + Math.abs(z)) ** 2, ends: [-1, 1] },
};
