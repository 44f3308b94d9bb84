/** Numbers as text. */

/** Four significant digits; powers of ten only where they are shorter. @param {number | null | undefined} number @returns {string} */
export function short(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  if (number === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(number)));
  if (power < -4 || power > 5) return number.toExponential(2).replace("-", "−").replace("e+", "e");
  return String(Number(number.toPrecision(4))).replace("-", "−");
}
