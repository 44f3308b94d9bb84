/** Smoothing and bands: the arithmetic of `stats` on the Rust side, held equal by one table of cases. */

/** How many values come before the first that is not finite. @param {ArrayLike<number>} values @returns {number} */
export function finiteLength(values) {
  let length = 0;
  while (length < values.length && Number.isFinite(values[length])) length += 1;
  return length;
}

/** The modified Bessel function I₀ by its series. @param {number} x @returns {number} */
function besselI0(x) {
  let term = 1;
  let sum = 1;
  for (let k = 1; k <= 30; k += 1) {
    term *= x / 2 / k;
    sum += term * term;
  }
  return sum;
}

/** The book's window: 11 points of a Kaiser window, β = 2, with sum 1. @returns {number[]} */
export function kaiserWeights() {
  const shape = Array.from({ length: 11 }, (_, i) => besselI0(2 * Math.sqrt(1 - (i / 5 - 1) ** 2)));
  const sum = shape.reduce((a, b) => a + b, 0);
  return shape.map((weight) => weight / sum);
}

/** The book's smoothing; fewer than 11 finite values stay as they are, and so does what follows a value that is not finite. @param {ArrayLike<number>} values @returns {number[]} */
export function smoothKaiser(values) {
  const length = finiteLength(values);
  const result = Array.from(values);
  if (length < 11) return result;
  const weights = kaiserWeights();
  for (let i = 0; i < length; i += 1) {
    let sum = 0;
    for (let k = 0; k < 11; k += 1) {
      const place = i + k - 5;
      const index = place < 0 ? -place : place < length ? place : 2 * length - 1 - place;
      sum += weights[k] * values[index];
    }
    result[i] = sum;
  }
  return result;
}

/** Exponential average without the pull of its start: s_t = (Σ w^(t−k) x_k) / (Σ w^(t−k)). @param {ArrayLike<number>} values @param {number} weight of the past, from 0 (no smoothing) to below 1 @returns {number[]} */
export function smoothExponential(values, weight) {
  const length = finiteLength(values);
  const result = Array.from(values);
  let sum = 0;
  let mass = 0;
  for (let i = 0; i < length; i += 1) {
    sum = weight * sum + (1 - weight) * values[i];
    mass = weight * mass + (1 - weight);
    result[i] = sum / mass;
  }
  return result;
}

/** P(|T| ≤ t) for Student's t with whole degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4). @param {number} t @param {number} freedom @returns {number} */
function withinStudent(t, freedom) {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cosine2 = Math.cos(angle) ** 2;
  let term = 1;
  let sum = freedom > 1 ? 1 : 0;
  for (let k = freedom % 2 === 0 ? 2 : 3; k < freedom; k += 2) {
    term *= ((k - 1) / k) * cosine2;
    sum += term;
  }
  if (freedom % 2 === 0) return Math.sin(angle) * sum;
  return (2 / Math.PI) * (angle + Math.sin(angle) * Math.cos(angle) * sum);
}

/** Student's t of the two-sided 95 % interval from so many values; NaN for fewer than two. @param {number} count @returns {number} */
export function studentT(count) {
  if (count < 2) return NaN;
  let [low, high] = [0, 13];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (withinStudent(middle, count - 1) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** @param {number[]} values @returns {number} */
export function mean(values) {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** With n − 1 in the denominator. @param {number[]} values @returns {number} */
export function standardDeviation(values) {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}

/** The ends of a band around the mean of some values; null for fewer than two. @param {number[]} values @param {"minmax" | "sd" | "t95"} kind @param {number} t Student's t for so many values @returns {[number, number] | null} */
export function band(values, kind, t) {
  if (values.length < 2) return null;
  if (kind === "minmax") return [Math.min(...values), Math.max(...values)];
  const center = mean(values);
  const spread = standardDeviation(values);
  const half = kind === "sd" ? spread : (t * spread) / Math.sqrt(values.length);
  return [center - half, center + half];
}
