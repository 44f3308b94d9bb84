/** What can be set, and the address that says it. */

/** @typedef {import("./training.js").Settings} Settings */
/** @typedef {{lesson: number, data: string, seed: number, networks: Settings[]}} LabState `lesson` counts from 1; 0: none */

/** The ends of the sliders. */
export const STD_RANGE = [1e-4, 10];
export const RATE_RANGE = [1e-4, 100];
const MOST_NETWORKS = 3;

/** @type {Settings} */
export const DEFAULTS = { init: "He", activation: "relu", depth: 4, width: 100, rate: 0.05, optimizer: "sgd", norm: false };

/** @param {number} value @param {number} low @param {number} high @param {number} otherwise @returns {number} */
function inside(value, low, high, otherwise) {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}

/** Three significant digits, as short as they can be written. @param {number} value @returns {string} */
export function plain(value) {
  return String(Number(value.toPrecision(3)));
}

/** One network as words between commas; `read` takes nonsense as the default. */
export const words = {
  /** @param {Settings} s @returns {string} */
  write: (s) => [s.init, s.activation, s.depth, s.width, plain(s.rate), s.optimizer, s.norm ? "norm" : "plain"].join(","),
  /** @param {string} text @param {{initializers: string[], activations: string[], optimizers: string[]}} known @returns {Settings} */
  read: (text, known) => {
    const [init, activation, depth, width, rate, optimizer, norm] = text.split(",");
    const oneOf = (/** @type {string[]} */ list, /** @type {string} */ word, /** @type {string} */ otherwise) => (list.includes(word) ? word : otherwise);
    const std = /^std=(.+)$/.exec(init);
    return {
      init: std ? `std=${plain(inside(Number(std[1]), STD_RANGE[0], STD_RANGE[1], 0.01))}` : oneOf(known.initializers, init, DEFAULTS.init),
      activation: oneOf(known.activations, activation, DEFAULTS.activation),
      depth: Math.round(inside(Number(depth), 1, 10, DEFAULTS.depth)),
      width: Math.round(inside(Number(width), 1, 200, DEFAULTS.width)),
      rate: inside(Number(rate), RATE_RANGE[0], RATE_RANGE[1], DEFAULTS.rate),
      optimizer: oneOf(known.optimizers, optimizer, DEFAULTS.optimizer),
      norm: norm === "norm",
    };
  },
};

/** @param {LabState} state @returns {string} */
export function writeAddress({ lesson, data, seed, networks }) {
  return `#${new URLSearchParams({ lesson: String(lesson), data, seed: String(seed), networks: networks.map(words.write).join(";") })}`;
}

/** The state of an address; null where it says nothing of networks or lessons. @param {string} address @param {{initializers: string[], activations: string[], optimizers: string[], data: string[], lessons: number}} known @returns {Partial<LabState> | null} */
export function readAddress(address, known) {
  const found = new URLSearchParams(address.replace(/^#/, ""));
  if (!found.has("lesson") && !found.has("networks")) return null;
  const networks = (found.get("networks") ?? "").split(";").filter((text) => text !== "").slice(0, MOST_NETWORKS);
  return {
    lesson: Math.round(inside(Number(found.get("lesson") ?? 0), 0, known.lessons, 0)),
    data: known.data.includes(found.get("data") ?? "") ? found.get("data") ?? "" : known.data[0],
    seed: Math.round(inside(Number(found.get("seed") ?? 1), 1, 1e6, 1)),
    ...(networks.length > 0 ? { networks: networks.map((text) => words.read(text, known)) } : {}),
  };
}
