/** The panel: theory for any network, random networks beside it, its state in the address. */

import { Chart, choice, element } from "./chart.js";
import { forward } from "./finite_network.js";
import { short, within } from "./format.js";
import { MeanField, propagation } from "./theory.js";

/** @typedef {{activation: string, w: number, b: number, depth: number, width: number, c: number, seed: number}} PanelState */

const NETWORKS = 10;
/** Milliseconds without a change after which they are drawn. */
const REST = 120;
/** χ₁ this close to 1 is 1, and a depth scale beyond its reciprocal is infinite: a variance has no more digits in an address. */
const CRITICAL = 1e-6;
/** Milliseconds of computing after which the browser may answer. */
const SLICE = 10;
/** The slider of the weight variance is logarithmic: from 10^−2 to 10^1.5. */
const [LOW, HIGH] = [-2, 1.5];

/**
 * Reads the state from an address's fragment; what is missing or out of bounds is the default's.
 * @param {string} fragment such as `#panel?activation=tanh&w=1`
 * @param {string[]} activations
 * @returns {PanelState}
 */
export function readState(fragment, activations) {
  const asked = new URLSearchParams(fragment.startsWith("#panel?") ? fragment.slice(7) : "");
  const activation = asked.get("activation") ?? "";
  return {
    activation: activations.includes(activation) ? activation : "relu",
    w: within(asked.get("w"), 10 ** LOW, 10 ** HIGH, 2),
    b: within(asked.get("b"), 0, 1, 0),
    depth: Math.round(within(asked.get("depth"), 2, 100, 20)),
    width: Math.round(within(asked.get("width"), 10, 1000, 100)),
    c: within(asked.get("c"), 0, 1, 0.5),
    seed: Math.round(within(asked.get("seed"), 0, 1e9, 1)),
  };
}

/** @param {PanelState} state @returns {string} */
export function writeState(state) {
  const texts = Object.entries(state).map(([name, value]) => [name, typeof value === "number" ? String(Number(value.toPrecision(6))) : value]);
  return `#panel?${new URLSearchParams(texts)}`;
}

/** The panel in its host. */
export class TheoryPanel {
  /** @param {HTMLElement} host @param {any} marks */
  constructor(host, marks) {
    this.host = host;
    this.marks = marks;
    this.names = marks.activations.map((/** @type {any} */ row) => row.name);
    this.state = this.stateOfAddress();
    host.hidden = false;
    this.build();
    this.update();
    addEventListener("hashchange", () => this.adopt());
    if (location.hash.startsWith("#panel?")) document.getElementById("panel")?.scrollIntoView();
  }

  /** The state that the address asks for; the address then says what it was understood as. @returns {PanelState} */
  stateOfAddress() {
    const state = readState(location.hash, this.names);
    if (location.hash.startsWith("#panel?")) history.replaceState(null, "", writeState(state));
    return state;
  }

  /** Takes the state of an address that was typed or followed. */
  adopt() {
    if (!location.hash.startsWith("#panel?") || location.hash === writeState(this.state)) return;
    this.state = this.stateOfAddress();
    this.build();
    this.update();
  }

  build() {
    this.facts = element("dl", { class: "facts", "aria-live": "polite" });
    this.markRow = element("div", { class: "marks", role: "group", "aria-label": "Named initializers" });
    const hosts = [0, 1, 2].map(() => element("div"));
    const charts = hosts.map((host) => element("figure", {}, host));
    this.host.replaceChildren(this.controls(), this.markRow, this.facts, element("div", { class: "panel-charts" }, ...charts),
      element("p", { class: "muted" }, `Lines: infinite width. Dots: ${NETWORKS} random networks of the chosen width; of a gradient there is the prediction alone. The address of this page holds what is chosen.`));
    const silent = () => {};
    const names = ["mean square q of pre-activations by layer", "correlation of two inputs by layer", "mean square of the gradient by layer"];
    this.charts = hosts.map((host, i) => new Chart(host, names[i], 240, silent));
  }

  /** @returns {HTMLElement} */
  controls() {
    const slider = (/** @type {string} */ label, /** @type {keyof PanelState} */ key, /** @type {number} */ low, /** @type {number} */ high, /** @type {number} */ step) => {
      const log = key === "w";
      const shown = element("output", {}, short(Number(this.state[key])));
      const value = log ? Math.log10(Number(this.state.w)) : Number(this.state[key]);
      const input = element("input", { type: "range", min: String(low), max: String(high), step: String(step), value: String(value), "data-key": key, input: () => {
        const number = log ? 10 ** Number(input.value) : Number(input.value);
        this.change({ [key]: number });
      } });
      return element("label", { class: "field slider" }, element("span", {}, `${label} `, shown), input);
    };
    const again = element("button", { type: "button", click: () => this.change({ seed: this.state.seed + 1 }) }, "draw other networks");
    return element("div", { class: "controls panel-controls" },
      choice("activation", this.names.map((/** @type {string} */ name) => [name, name]), this.state.activation, (value) => this.change({ activation: value })),
      slider("weight variance σ_w² = fan_in · Var[w]:", "w", LOW, HIGH, 0.005), slider("bias variance σ_b²:", "b", 0, 1, 0.01),
      slider("depth:", "depth", 2, 100, 1), slider("width:", "width", 10, 1000, 10), slider("correlation of the inputs:", "c", 0, 1, 0.01), again);
  }

  /** @param {Partial<PanelState>} change */
  change(change) {
    Object.assign(this.state, change);
    history.replaceState(null, "", writeState(this.state));
    this.update();
  }

  /** Puts sliders and their texts where the state is. */
  syncControls() {
    for (const input of this.host.querySelectorAll("input[data-key]")) {
      const key = /** @type {keyof PanelState} */ (input.getAttribute("data-key"));
      const value = Number(this.state[key]);
      /** @type {HTMLInputElement} */ (input).value = String(key === "w" ? Math.log10(value) : value);
      input.setAttribute("aria-valuetext", short(value));
      const shown = input.parentElement?.querySelector("output");
      if (shown) shown.textContent = short(value);
    }
  }

  /** Computes and shows the present state instead of what was under way. */
  update() {
    this.syncControls();
    this.showMarks();
    this.goOn(this.work(), 0);
  }

  /**
   * Does work in slices with a painted frame between them, so that a press is answered and its answer seen.
   * @param {Generator<number | undefined>} work yields where it may be cut, with the milliseconds to wait
   * @param {number} wait
   */
  goOn(work, wait) {
    const slice = () => {
      const end = performance.now() + SLICE;
      let step = work.next();
      while (!step.done && step.value === undefined && performance.now() < end) step = work.next();
      if (!step.done) this.goOn(work, step.value ?? 0);
    };
    clearTimeout(this.later);
    cancelAnimationFrame(this.frame ?? 0);
    this.frame = requestAnimationFrame(() => { this.later = setTimeout(slice, wait); });
  }

  /** Facts and lines, and when the sliders rest the networks' dots. @returns {Generator<number | undefined>} */
  *work() {
    const { activation, w, b, depth, width, c, seed } = this.state;
    const field = new MeanField(activation, w, b);
    const theory = yield* propagation(field, depth, c);
    this.drawCharts(theory, []);
    yield;
    this.showFacts(field);
    yield REST;
    /** @type {ReturnType<typeof forward>[]} */ const networks = [];
    while (networks.length < NETWORKS) {
      networks.push(forward(field, width, depth, c, seed * 1000 + networks.length));
      yield;
    }
    this.drawCharts(theory, networks);
  }

  /** @param {import("./theory.js").Propagation} theory @param {ReturnType<typeof forward>[]} networks */
  drawCharts(theory, networks) {
    const { depth } = this.state;
    const x = Array.from({ length: depth }, (_, i) => i + 1);
    const draw = (/** @type {number} */ chart, /** @type {string} */ yLabel, /** @type {number[]} */ line, /** @type {number[][]} */ dots, /** @type {boolean} */ logY) => {
      const clean = (/** @type {number[]} */ values) => values.map((value) => (Number.isFinite(value) && (!logY || value > 0) ? value : null));
      const shown = Array.from({ length: NETWORKS }, (_, i) => (i < dots.length ? clean(dots[i]) : x.map(() => null)));
      const points = shown.map((values) => ({ label: "", color: 1, points: true, values }));
      this.charts?.[chart].draw({ x, lines: [...points, { label: yLabel, color: 0, values: clean(line) }], bands: [], logX: false, logY, xLabel: "layer", yLabel });
    };
    draw(0, "q of pre-activations", theory.q, networks.map((network) => network.q), true);
    draw(1, "correlation", theory.correlation, networks.map((network) => network.correlation), false);
    draw(2, "gradient², last layer = 1", theory.gradient, [], true);
  }

  /** What the layers lead to from the first one's q. @param {MeanField} field */
  showFacts(field) {
    const q = field.fixedQ(this.state.w + this.state.b);
    const c = Number.isFinite(q) ? field.fixedCorrelation(q) : 1; // far from 0 every activation that lets q grow is made of two rays
    const chi = field.chi1(q);
    const depth = (/** @type {number} */ scale) => short(scale * CRITICAL > 1 ? Infinity : scale);
    const isFixed = q > 0 && Number.isFinite(q); // else what is left of a signal has no correlations to approach
    const facts = [["q*", short(q)], ["c*", this.tellCorrelation(field, q, c)], ["χ₁", short(chi)], ["depth scale of gradients ξ_∇", depth(field.gradientDepth(q))], ["depth scale of correlations ξ_c", depth(isFixed ? field.correlationDepth(q, c) : NaN)], ["phase", phaseOf(chi, c, q)]];
    this.facts?.replaceChildren(...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  }

  /**
   * c* in words: where the map is a line through every correlation, they stay, but for those of a signal that vanishes
   * so slowly that they may still drift.
   * @param {MeanField} field @param {number} q @param {number} c @returns {string}
   */
  tellCorrelation(field, q, c) {
    const stays = [0.2, 0.7].every((correlation) => Math.abs(field.nextCorrelation(q, correlation) - correlation) < 1e-9);
    if (!stays) return short(c);
    const isSlow = q === 0 && Math.abs(field.chi1(q) - 1) < CRITICAL;
    return isSlow ? "–" : "each stays as it is";
  }

  /** The initializers on the slider's scale; a press sets the slider. */
  showMarks() {
    const row = this.marks.activations.find((/** @type {any} */ found) => found.name === this.state.activation);
    const named = this.marks.initializers.map((/** @type {any} */ mark) => ({ name: mark.name, w: mark.per_width ? mark.value * this.state.width : mark.value, b: 0 }));
    named.push({ name: "exact gain", w: row.gain_squared, b: 0 });
    if (row.critical) named.push({ name: "critical", w: row.critical.sigma_w2, b: row.critical.sigma_b2 });
    /** @typedef {{names: string[], w: number, b: number}} Place */
    /** @type {Map<string, Place>} */ const places = new Map();
    for (const { name, w, b } of named) {
      const key = `${w.toPrecision(6)} ${b}`;
      const place = places.get(key) ?? { names: /** @type {string[]} */ ([]), w, b };
      place.names.push(name);
      places.set(key, place);
    }
    const sorted = [...places.values()].sort((a, b) => a.w - b.w);
    const buttons = sorted.map(({ names, w, b }) => {
      const here = Math.abs(w / this.state.w - 1) < 1e-5 && b === this.state.b;
      const press = () => this.change({ w: Math.min(10 ** HIGH, Math.max(10 ** LOW, w)), b });
      return element("button", { type: "button", "aria-pressed": String(here), click: press }, `${names.join(", ")}: ${short(w)}${b > 0 ? `, σ_b² ${b}` : ""}`);
    });
    const focused = this.markRow ? Array.from(this.markRow.children).indexOf(document.activeElement) : -1;
    this.markRow?.replaceChildren(...buttons);
    if (focused >= 0) buttons[Math.min(focused, buttons.length - 1)].focus();
  }
}

/** Words for a phase: how gradients change, and whether inputs that differ become alike. @param {number} chi @param {number} c @param {number} q @returns {string} */
export function phaseOf(chi, c, q) {
  if (Math.abs(chi - 1) < CRITICAL) return q === 0 ? "critical once the signal has vanished" : "critical: gradients keep their size";
  if (chi < 1) return "ordered: gradients vanish";
  return c < 1 - CRITICAL ? "chaotic: gradients explode" : "gradients explode, and no two inputs move apart";
}
