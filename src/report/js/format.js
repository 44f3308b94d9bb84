/** Numbers as text. */

/** Four significant digits; powers of ten only where they are shorter. @param {number | null | undefined} number @returns {string} */
export const short = (number) => rounded(number, 4, [-4, 5]);

/** A number with its size at a glance: 0.31, 2e−7. @param {number} number @returns {string} */
export const brief = (number) => rounded(number, 2, [-3, 3]);

/** @param {number | null | undefined} number @param {number} digits @param {number[]} powers between which no power of ten is written @returns {string} */
function rounded(number, digits, [least, most]) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  if (number === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(number)));
  const text = power < least || power > most ? number.toExponential(digits - 2) : String(Number(number.toPrecision(digits)));
  return text.replaceAll("-", "−").replace("e+", "e");
}
