/**
 * A network of finite width, drawn at random, for the panel: a forward pass of two inputs.
 *
 * Weights need not be drawn one by one. Given the activations of a layer, the pre-activations of a unit of the next
 * layer for two inputs are jointly normal with the covariance of those activations, and independent of the other
 * units'. So two normal numbers per unit give exactly what a matrix of normal weights would.
 */

/**
 * Standard normal numbers from a seed: mulberry32 and Box–Muller.
 * @param {number} seed
 * @returns {() => number}
 */
export function normalStream(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * Mean squares and correlations of pre-activations, layer by layer, in one random network.
 * @param {import("./theory.js").MeanField} field
 * @param {number} width
 * @param {number} depth
 * @param {number} correlation of the inputs, whose mean square is 1
 * @param {number} seed
 * @returns {{q: number[], correlation: number[]}}
 */
export function forward(field, width, depth, correlation, seed) {
  const normal = normalStream(seed);
  const result = { q: /** @type {number[]} */ ([]), correlation: /** @type {number[]} */ ([]) };
  let [xx, xy, yy] = [1, correlation, 1];
  for (let layer = 0; layer < depth; layer += 1) {
    const [vx, cov, vy] = [xx, xy, yy].map((moment) => field.sigmaW2 * moment + field.sigmaB2);
    const rest = Math.sqrt(Math.max(0, vy - (cov * cov) / vx));
    let [zx2, zxy, zy2] = [0, 0, 0];
    [xx, xy, yy] = [0, 0, 0];
    for (let unit = 0; unit < width; unit += 1) {
      const first = normal();
      const x = Math.sqrt(vx) * first;
      const y = (cov / Math.sqrt(vx)) * first + rest * normal();
      const [a, b] = [field.f.value(x), field.f.value(y)];
      [zx2, zxy, zy2] = [zx2 + x * x, zxy + x * y, zy2 + y * y];
      [xx, xy, yy] = [xx + (a * a) / width, xy + (a * b) / width, yy + (b * b) / width];
    }
    result.q.push(zx2 / width);
    result.correlation.push(zxy / Math.sqrt(zx2 * zy2));
  }
  return result;
}
