/** Numbers as text. */

/**
 * Four significant digits; powers of ten only where they are shorter.
 * @param {number | null | undefined} number
 * @returns {string}
 */
export function short(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  if (number === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(number)));
  if (power < -4 || power > 5) return number.toExponential(2).replace("-", "−").replace("e+", "e");
  return String(Number(number.toPrecision(4))).replace("-", "−");
}

/**
 * A number from text, `fallback` where it is none, within bounds.
 * @param {string | null} text
 * @param {number} low
 * @param {number} high
 * @param {number} fallback
 * @returns {number}
 */
export function within(text, low, high, fallback) {
  const number = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : fallback;
}
