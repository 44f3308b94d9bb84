/** What the page carries: tables by column, curves by run. */

/** @typedef {{settings: string[], seed: string, iterations: Float32Array, values: Float32Array}} RunCurve */
/** `student`: t of the 95 % band by the number of runs. @typedef {{quantity: string, keys: string[], thinned: number | null, runs: RunCurve[], student: number[], styles?: Record<string, number>}} CurveData */
/** @typedef {Record<string, (string | number | null)[]>} TableColumns */

/** The JSON inside an element. @param {string} id @returns {any} */
export function embedded(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent ?? "null") : null;
}

/** Little-endian 32-bit floats in base64. @param {string} text @returns {Float32Array} */
export function floats(text) {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = decoded.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}

/** @param {any} raw @returns {CurveData} */
export function decodeCurves(raw) {
  const runs = raw.runs.map((/** @type {any} */ run) => {
    const values = floats(run.values);
    const iterations = run.iterations ? floats(run.iterations) : Float32Array.from(values.keys());
    return { settings: run.settings, seed: run.seed, iterations, values };
  });
  return { quantity: raw.quantity, keys: raw.keys, thinned: raw.thinned, student: raw.student, runs };
}

/** A table as one list per column. @param {any} raw @returns {TableColumns} */
export function decodeTable(raw) {
  const columns = raw.columns.map((/** @type {any} */ column) => [
    column.name,
    column.numbers ? column.numbers.map(parsed) : column.codes.map((/** @type {number} */ code) => column.texts[code]),
  ]);
  return Object.fromEntries(columns);
}

/** NaN and infinities are texts in JSON. @param {number | string | null} cell @returns {number | null} */
function parsed(cell) {
  if (typeof cell !== "string") return cell;
  return cell === "inf" ? Infinity : cell === "-inf" ? -Infinity : NaN;
}

/** Different values in order of appearance. @template T @param {T[]} values @returns {T[]} */
export function distinct(values) {
  return [...new Set(values)];
}

/** Words of a column's name. @param {string} name @returns {string} */
export function inWords(name) {
  return name.replaceAll("_", " ");
}
