/** Smoothing and bands: the arithmetic of `stats` on the Rust side, held equal by one table of cases. */

/** How many values come before the first that is not finite. @param {ArrayLike<number>} values @returns {number} */
export function finiteLength(values) {
  let length = 0;
  while (length < values.length && Number.isFinite(values[length])) length += 1;
  return length;
}

/** The book's window, a Kaiser window of 11 points with β = 2 and sum 1: its middle, then outwards. */
const KAISER = [0.11955324771170016, 0.11624518554080404, 0.10666079690040732, 0.09177803905779958, 0.07309418069653321, 0.052445173948605796];

/** The book's smoothing; fewer than 11 finite values stay as they are, and so does what follows a value that is not finite. @param {ArrayLike<number>} values @returns {number[]} */
export function smoothKaiser(values) {
  const length = finiteLength(values);
  const result = Array.from(values);
  if (length < 11) return result;
  for (let i = 0; i < length; i += 1) {
    let sum = 0;
    for (let k = 0; k < 11; k += 1) {
      const place = i + k - 5;
      const index = place < 0 ? -place : place < length ? place : 2 * length - 1 - place;
      sum += KAISER[Math.abs(k - 5)] * values[index];
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

/** @param {number[]} values @returns {number} */
export function mean(values) {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** The ends of a band around the mean of some values; null for fewer than two. @param {number[]} values @param {"minmax" | "sd" | "t95"} kind @param {number} t Student's t for so many values @returns {[number, number] | null} */
export function band(values, kind, t) {
  if (values.length < 2) return null;
  if (kind === "minmax") return [Math.min(...values), Math.max(...values)];
  const center = mean(values);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
  const half = kind === "sd" ? spread : (t * spread) / Math.sqrt(values.length);
  return [center - half, center + half];
}
