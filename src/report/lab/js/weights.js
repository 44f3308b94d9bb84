/** First weights: named laws, as the Rust side's table has them, from streams of this page's own. */

/** `scale`: of the variance, over the fan; with `fan` "fixed" the standard deviation itself, or the constant. @typedef {{name: string, law: string, scale: number, fan: string, biases: boolean}} Initializer */

/** Numbers from 0 to below 1 (sfc32), a stream of its own for each list of numbers. @param {...number} key @returns {() => number} */
export function stream(...key) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (const part of key) {
    a ^= part;
    for (let i = 0; i < 12; i += 1) next();
  }
  return next;
}

/** Standard normal numbers (Box and Muller). @param {() => number} uniform @returns {() => number} */
export function normals(uniform) {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** What a standard normal, cut at ±2, has as its standard deviation. */
const CUT_STD = 0.8796256610342398;

/** One number of mean 0 and standard deviation 1 by each law that draws independently. @type {Record<string, (normal: () => number, uniform: () => number) => number>} */
const LAWS = {
  normal: (normal) => normal(),
  uniform: (_, uniform) => Math.sqrt(3) * (2 * uniform() - 1),
  truncated: (normal) => {
    let z = normal();
    while (Math.abs(z) > 2) z = normal();
    return z / CUT_STD;
  },
  constant: () => 1,
};

/** An initializer by its label: a row of the table, or `std=S`. @param {Initializer[]} table @param {string} label @returns {Initializer} */
export function initializerOf(table, label) {
  const found = table.find(({ name }) => name === label);
  return found ?? { name: label, law: "normal", scale: Number(label.replace("std=", "")), fan: "fixed", biases: false };
}

/** The numbers that divide a variance. @type {Record<string, (fanIn: number, fanOut: number) => number>} */
const FANS = {
  fan_in: (fanIn) => fanIn,
  fan_out: (_, fanOut) => fanOut,
  fan_avg: (fanIn, fanOut) => (fanIn + fanOut) / 2,
  fan_geo: (fanIn, fanOut) => Math.sqrt(fanIn * fanOut),
};

/** The standard deviation of a layer's weights (of a constant, its size). @param {Initializer} init @param {number} fanIn @param {number} fanOut @returns {number} */
export function stdOf({ law, scale, fan }, fanIn, fanOut) {
  if (fan === "fixed") return Math.abs(scale);
  if (law === "orthogonal") return scale / Math.sqrt(Math.max(fanIn, fanOut));
  return Math.sqrt(scale / FANS[fan](fanIn, fanOut));
}

/** Draws every layer's weights; layers have streams of their own. @param {import("./network.js").Network} network @param {Initializer} init @param {number} seed */
export function draw(network, init, seed) {
  network.layers.forEach(({ weights, biases, fanIn, fanOut }, index) => {
    const uniform = stream(seed, index);
    const normal = normals(uniform);
    const std = init.law === "constant" ? init.scale : stdOf(init, fanIn, fanOut);
    if (init.law === "orthogonal") return orthogonal(weights.values, fanIn, fanOut, init.scale, normal);
    const one = LAWS[init.law];
    for (let i = 0; i < weights.values.length; i += 1) weights.values[i] = std * one(normal, uniform);
    if (init.biases) for (let i = 0; i < fanOut; i += 1) biases.values[i] = std * one(normal, uniform);
  });
}

/** Orthogonal columns, or rows where there are fewer of them (Gram and Schmidt, twice). @param {import("./network.js").Numbers} weights @param {number} fanIn @param {number} fanOut @param {number} gain @param {() => number} normal */
function orthogonal(weights, fanIn, fanOut, gain, normal) {
  const [count, length] = [Math.min(fanIn, fanOut), Math.max(fanIn, fanOut)];
  /** @type {Float64Array[]} */ const vectors = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, normal);
    for (let pass = 0; pass < 2; pass += 1) {
      for (const other of vectors) {
        const share = dot(vector, other);
        for (let i = 0; i < length; i += 1) vector[i] -= share * other[i];
      }
    }
    const size = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / size));
  }
  vectors.forEach((vector, v) => vector.forEach((value, i) => { weights[fanIn >= fanOut ? i * fanOut + v : v * fanOut + i] = gain * value; }));
}

/** @param {Float64Array} a @param {Float64Array} b @returns {number} */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}
