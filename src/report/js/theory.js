/**
 * Signal propagation in infinitely wide networks: `nn::theory` and `nn::quadrature` of the Rust side once more,
 * held equal to 1e-6 by one table of cases.
 */

const REACH = 12;
const HALVINGS = 36;
const POINTS = 24;
const LARGE = 1e12;
const SMALL = 1e-12;

/** @typedef {{at: number, weight: number}} QuadratureNode */
/** @typedef {{value: (z: number) => number, slope: (z: number) => number, rays?: boolean}} ActivationFunction */

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
export function normalCdf(z) {
  const tail = 0.5 * erfcRight(Math.abs(z) * Math.SQRT1_2);
  return z < 0 ? tail : 1 - tail;
}

/** @param {number} z @returns {number} */
const sigmoid = (z) => 1 / (1 + Math.exp(-z));
/** @param {number} z @returns {number} */
const normalDensity = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543773;

/** Every activation with its value and derivative. @type {Record<string, ActivationFunction>} */
export const ACTIVATIONS = {
  identity: { value: (z) => z, slope: () => 1, rays: true },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { value: (z) => (z < 0 ? 0 : z), slope: (z) => (z > 0 ? 1 : 0), rays: true },
  leaky_relu: { value: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01), rays: true },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  selu: {
    value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    slope: (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)),
  },
  gelu: { value: (z) => z * normalCdf(z), slope: (z) => normalCdf(z) + z * normalDensity(z) },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) },
  softplus: { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid },
  softsign: { value: (z) => z / (1 + Math.abs(z)), slope: (z) => 1 / (1 + Math.abs(z)) ** 2 },
};

/** P_n(x) and its derivative, n = POINTS. @param {number} x @returns {[number, number]} */
function legendre(x) {
  let [before, value] = [1, x];
  for (let k = 2; k <= POINTS; k += 1) {
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  }
  return [value, (POINTS * (x * value - before)) / (x * x - 1)];
}

/** The rule of Gauss and Legendre on [−1, 1]. @type {QuadratureNode[]} */
const LEGENDRE = Array.from({ length: POINTS }, (_, index) => {
  let x = Math.cos((Math.PI * (index + 0.75)) / (POINTS + 0.5));
  for (let i = 0; i < 8; i += 1) {
    const [value, slope] = legendre(x);
    x -= value / slope;
  }
  const slope = legendre(x)[1];
  return { at: x, weight: 2 / ((1 - x * x) * slope * slope) };
});

/** Points on an interval. @param {number} low @param {number} high @returns {QuadratureNode[]} */
function interval(low, high) {
  const half = 0.5 * (high - low);
  return LEGENDRE.map((node) => ({ at: low + half * (1 + node.at), weight: half * node.weight }));
}

/** Half of the standard normal: its points above 0, denser towards it. @type {QuadratureNode[]} */
const NORMAL = Array.from({ length: HALVINGS }, (_, k) =>
  interval(k === HALVINGS - 1 ? 0 : REACH * 0.5 ** (k + 1), REACH * 0.5 ** k),
)
  .flat()
  .map((node) => ({ at: node.at, weight: node.weight * normalDensity(node.at) }));

/**
 * Rules for functions that bend on a small scale at 0: the radius of a two-dimensional standard normal, and [0, 1]
 * denser towards its ends, s²(3 − 2s), both in panels whose ends halve so many times.
 * @param {number} halvings
 * @returns {{radius: QuadratureNode[], arc: QuadratureNode[]}}
 */
function pairRules(halvings) {
  const inner = Array.from({ length: halvings }, (_, k) => 1.5 * 0.5 ** (halvings - k));
  const radius = panels([0, ...inner, 1.5, 3, 6, REACH])
    .map((node) => ({ at: node.at, weight: node.weight * node.at * Math.exp(-0.5 * node.at ** 2) }));
  const left = Array.from({ length: halvings }, (_, k) => 0.5 ** (halvings - k));
  const right = Array.from({ length: Math.max(0, halvings - 1) }, (_, k) => 1 - 0.5 ** (k + 2));
  const arc = panels([0, ...left, ...right, 1])
    .map(({ at: s, weight }) => ({ at: s * s * (3 - 2 * s), weight: weight * 6 * s * (1 - s) }));
  return { radius, arc };
}

/** Points on the intervals between these ends. @param {number[]} ends @returns {QuadratureNode[]} */
function panels(ends) {
  return ends.slice(1).flatMap((end, i) => interval(ends[i], end));
}

/** More halvings change nothing that a chart shows: what bends on a smaller scale still is as small itself. */
const MOST_HALVINGS = 5;
/** The rules by their number of halvings. */
const PAIR_RULES = Array.from({ length: MOST_HALVINGS + 1 }, (_, halvings) => pairRules(halvings));

/** E[g(z)], z ~ N(0, 1). @param {(z: number) => number} g @returns {number} */
export function normalMean(g) {
  let sum = 0;
  for (const { at, weight } of NORMAL) sum += weight * (g(-at) + g(at));
  return sum;
}

/**
 * E[g(x) g(y)] for x, y ~ N(0, 1) with correlation `c`: in polar coordinates x = r cos θ, y = r cos(θ − φ), c = cos φ,
 * over the arcs between the rays on which x or y is 0. Of what swapping x and y leaves equal, half is computed: of the
 * two arcs on which their signs differ one, of the others the first half.
 * @param {number} c
 * @param {number} sharpness `g` may bend at 0 on the scale of its reciprocal
 * @param {(z: number) => number} g
 * @returns {number}
 */
export function normalPairMean(c, sharpness, g) {
  const halvings = Math.min(MOST_HALVINGS, Math.max(0, Math.ceil(Math.log2(sharpness / 2))));
  const { radius, arc } = PAIR_RULES[halvings];
  const angle = Math.acos(Math.min(1, Math.max(-1, c)));
  const [quarter, half] = [Math.PI / 2, arc.filter((node) => node.at < 0.5)];
  /** @type {[number, number, QuadratureNode[]][]} */
  const arcs = [[-quarter, angle, arc], [angle - quarter, Math.PI - angle, half], [angle + quarter, Math.PI - angle, half]];
  let sum = 0;
  for (const [from, width, nodes] of arcs) {
    for (const { at, weight } of nodes) {
      const theta = from + width * at;
      const [x, y] = [Math.cos(theta), Math.cos(theta - angle)];
      let radial = 0;
      for (const r of radius) radial += r.weight * g(r.at * x) * g(r.at * y);
      sum += weight * width * radial;
    }
  }
  return sum / Math.PI;
}

/**
 * Where `f` changes its sign between two places, by the Illinois rule: the zero of the chord is the next place, and of
 * an end that stays twice in a row the value is halved. Every fourth step halves the interval, for where chords creep.
 * @param {number} from @param {number} to @param {(x: number) => number} f @returns {number}
 */
function crossing(from, to, f) {
  let [atFrom, atTo, stayed, last] = [f(from), f(to), 0, NaN];
  for (let i = 0; i < 100; i += 1) {
    const chord = to - (atTo * (to - from)) / (atTo - atFrom);
    const x = i % 4 === 3 || !(chord > from && chord < to) ? (from + to) / 2 : chord;
    const y = f(x);
    if (y === 0 || Math.min(Math.abs(to - from), Math.abs(x - last)) <= 1e-12 * Math.abs(x)) return x;
    last = x;
    if (y * atFrom > 0) {
      [from, atFrom, atTo, stayed] = [x, y, stayed === 1 ? atTo / 2 : atTo, 1];
    } else {
      [to, atTo, atFrom, stayed] = [x, y, stayed === -1 ? atFrom / 2 : atFrom, -1];
    }
  }
  return (from + to) / 2;
}

/** An infinitely wide network: its activation and the variances of weights (times fan_in) and biases. */
export class MeanField {
  /** @param {string} activation @param {number} sigmaW2 @param {number} sigmaB2 */
  constructor(activation, sigmaW2, sigmaB2) {
    this.f = ACTIVATIONS[activation];
    this.sigmaW2 = sigmaW2;
    this.sigmaB2 = sigmaB2;
  }

  /** E[f(√q z)²]. @param {number} q @returns {number} */
  secondMoment(q) {
    const spread = Math.sqrt(q);
    return normalMean((z) => this.f.value(spread * z) ** 2);
  }

  /** E[f′(√q z)²]. @param {number} q @returns {number} */
  slopeMoment(q) {
    const spread = Math.sqrt(Math.max(q, Number.MIN_VALUE));
    return normalMean((z) => this.f.slope(spread * z) ** 2);
  }

  /** The next layer's mean square of pre-activations. @param {number} q @returns {number} */
  nextQ(q) {
    return this.sigmaW2 * this.secondMoment(q) + this.sigmaB2;
  }

  /** q*, which the map leads to from `from`; 0 or infinite where the signal dies or explodes. @param {number} from @returns {number} */
  fixedQ(from = 1) {
    const drift = (/** @type {number} */ q) => this.nextQ(q) / q - 1;
    const start = drift(from);
    if (Math.abs(start) < 1e-13) return from;
    const factor = start > 0 ? 2 : 0.5;
    let q = from;
    // A drift back that is mere rounding is no turn.
    while (drift(q) * Math.sign(start) > -1e-13) {
      q *= factor;
      if (q > LARGE) return Infinity;
      if (q < SMALL) return 0;
    }
    return crossing(q / factor, q, drift);
  }

  /** χ₁ at a fixed point. @param {number} fixedQ @returns {number} */
  chi1(fixedQ) {
    return this.sigmaW2 * this.slopeMoment(Math.min(fixedQ, LARGE));
  }

  /** How sharply the activation of so wide a signal bends at 0: made of two rays, it bends only there. @param {number} spread */
  sharpness(spread) {
    return this.f.rays ? 1 : spread;
  }

  /** The next layer's correlation of two inputs. @param {number} q @param {number} c @returns {number} */
  nextCorrelation(q, c) {
    const bounded = Math.min(LARGE, Math.max(SMALL, q));
    const spread = Math.sqrt(bounded);
    const product = normalPairMean(c, this.sharpness(spread), (z) => this.f.value(spread * z));
    return (this.sigmaW2 * product + this.sigmaB2) / this.nextQ(bounded);
  }

  /** c*, which correlations lead to. @param {number} fixedQ @returns {number} */
  fixedCorrelation(fixedQ) {
    const q = Math.min(LARGE, Math.max(SMALL, fixedQ));
    if ((this.chi1(q) * q) / this.nextQ(q) < 1 + 1e-9) return 1;
    const drift = (/** @type {number} */ c) => this.nextCorrelation(q, c) - c;
    return drift(0) < 1e-12 ? 0 : crossing(0, 1 - 1e-12, drift); // below 0 there is but rounding
  }

  /** ξ_∇, the depth scale of gradients. @param {number} fixedQ @returns {number} */
  gradientDepth(fixedQ) {
    return depthScale(this.chi1(fixedQ));
  }

  /** ξ_c, the depth scale of correlations. @param {number} fixedQ @param {number} fixedC @returns {number} */
  correlationDepth(fixedQ, fixedC) {
    const q = Math.min(LARGE, Math.max(SMALL, fixedQ));
    if (1 - fixedC < 1e-9) return depthScale(this.chi1(q)); // 1 but for the rounding of integrals
    const spread = Math.sqrt(q);
    return depthScale(this.sigmaW2 * normalPairMean(fixedC, this.sharpness(spread), (z) => this.f.slope(spread * z)));
  }
}

/** @param {number} chi @returns {number} */
function depthScale(chi) {
  const rate = Math.abs(Math.log(chi));
  return rate < 1e-12 ? Infinity : 1 / rate;
}

/** Whether two layers before this one agree. @param {number[]} values @param {number} layer @returns {boolean} */
function settled(values, layer) {
  return Math.abs(values[layer - 1] - values[layer - 2]) <= 1e-14 * Math.abs(values[layer - 1]);
}

/**
 * {@link propagation} at once.
 * @param {MeanField} field @param {number} depth @param {number} correlation @returns {Propagation}
 */
export function propagate(field, depth, correlation) {
  const steps = propagation(field, depth, correlation);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** @typedef {{q: number[], correlation: number[], gradient: number[]}} Propagation */

/**
 * What each layer shows, with a pause after each: mean square of pre-activations, correlation of two inputs, and mean
 * square of the gradient with respect to pre-activations relative to the last layer's.
 * @param {MeanField} field
 * @param {number} depth
 * @param {number} correlation of the inputs, whose mean square is 1
 * @returns {Generator<undefined, Propagation>}
 */
export function* propagation(field, depth, correlation) {
  const q = [field.sigmaW2 + field.sigmaB2];
  const correlations = [(field.sigmaW2 * correlation + field.sigmaB2) / q[0]];
  for (let layer = 1; layer < depth; layer += 1) {
    const still = layer > 1 && settled(q, layer) && settled(correlations, layer);
    correlations.push(still ? correlations[layer - 1] : field.nextCorrelation(q[layer - 1], correlations[layer - 1]));
    q.push(still ? q[layer - 1] : field.nextQ(q[layer - 1]));
    if (!still) yield;
  }
  const gradient = new Array(depth).fill(1);
  for (let layer = depth - 2; layer >= 0; layer -= 1) {
    gradient[layer] = gradient[layer + 1] * field.sigmaW2 * field.slopeMoment(q[layer]);
  }
  return { q, correlation: correlations, gradient };
}
