/** One network on the page: its controls, its worker, and what it shows. */

import { choice, element, paletteColor } from "../../js/element.js";
import { smoothKaiser } from "../../js/statistics.js";
import { finalLoss, verdictOf } from "./measured.js";
import { brief } from "../../js/format.js";
import { paintPlane } from "../../js/plane.js";
import { paintImages, paintLayers } from "./paint.js";
import { plain, RATE_RANGE, STD_RANGE } from "./settings.js";
import { initializerOf, stdOf } from "./weights.js";

/** @typedef {import("./training.js").Settings} Settings */
/** @typedef {{steps: number, losses: number[], smooth: number[], diverged: boolean, accuracy: number, layers: import("./training.js").LayerView[], start: import("./training.js").LayerView[], theory: any, images: Float32Array | null, plane: Float32Array | null}} Run */

/** Signs of the looks, as the figures have markers. */
const MARKERS = ["●", "■", "◆", "▲", "▼", "✕", "✚", "⬢"];

/** Marks below the slider of the standard deviation: name, where the text stands, text, the deviation of so many units. @type {[string, string, string, (units: number) => number][]} */
const MARKED = [["std=0.01", "middle", "0.01", () => 0.01], ["Xavier", "end", "Xavier", (units) => 1 / Math.sqrt(units)], ["He", "start", "He", (units) => Math.sqrt(2 / units)], ["std=1", "middle", "1", () => 1]];

/** A slider whose places are powers of ten. @param {string} label @param {number[]} range @param {number} value @param {(value: number) => void} changed @returns {{field: HTMLElement, set: (value: number) => void}} */
export function logSlider(label, [low, high], value, changed) {
  const places = 200;
  const at = (/** @type {number} */ place) => low * (high / low) ** (place / places);
  const shown = element("output", {}, plain(value));
  const input = element("input", { type: "range", min: "0", max: String(places), "aria-label": label, input: () => {
    show(at(Number(input.value)));
    changed(Number(plain(at(Number(input.value)))));
  } });
  const show = (/** @type {number} */ number) => {
    shown.textContent = plain(number);
    input.setAttribute("aria-valuetext", plain(number));
  };
  const set = (/** @type {number} */ number) => {
    input.value = String(Math.round((places * Math.log(Math.max(number, low) / low)) / Math.log(high / low)));
    show(number);
  };
  set(value);
  return { field: element("label", { class: "slider" }, element("span", {}, `${label} `, shown), input), set };
}

/** The controls of everything but the initializer. @param {Settings} settings @param {any} config @param {(change: Partial<Settings>) => void} changed @returns {HTMLElement[]} */
export function networkControls(settings, config, changed) {
  const numbers = (/** @type {number[]} */ list, /** @type {number} */ own) => [...new Set([...list, own])].sort((a, b) => a - b).map(String);
  return [
    choice("activation", config.activations, settings.activation, (activation) => changed({ activation })),
    choice("hidden layers", numbers([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], settings.depth), String(settings.depth), (depth) => changed({ depth: Number(depth) })),
    choice("units", numbers([10, 20, 50, 100, 200], settings.width), String(settings.width), (width) => changed({ width: Number(width) })),
    choice("optimizer", config.optimizers, settings.optimizer, (optimizer) => changed({ optimizer })),
    choice("batch norm", ["no", "yes"], settings.norm ? "yes" : "no", (norm) => changed({ norm: norm === "yes" })),
    logSlider("learning rate", RATE_RANGE, settings.rate, (rate) => changed({ rate })).field,
  ];
}

/** A network: `changed` is told new settings, `arrived` that there is more to paint. */
export class NetworkView {
  /** @param {any} config @param {Settings} settings @param {{changed: (change: Partial<Settings>) => void, arrived: () => void, worker: Worker}} told */
  constructor(config, settings, { changed, arrived, worker }) {
    [this.config, this.settings, this.changed, this.arrived, this.worker] = [config, settings, changed, arrived, worker];
    [this.name, this.generation, this.waiting] = ["", 0, false];
    /** @type {any} */ this.next = null;
    /** @type {Run | null} */ this.run = null;
    this.sign = element("span", { "aria-hidden": "true" });
    this.title = element("span");
    this.verdict = element("p", { class: "verdict" });
    this.controls = element("div", { class: "network-controls" });
    this.layers = element("canvas", { role: "img" });
    this.pictures = element("canvas", { class: "pictures", role: "img" });
    this.caption = element("p", { class: "muted" });
    this.root = element("article", {}, element("h3", {}, this.sign, this.title), this.verdict, this.controls, element("div", {}, this.layers), this.caption, element("div", {}, this.pictures));
    worker.onmessage = ({ data }) => this.receive(data);
    this.fillControls();
  }

  /** The place of its colour and marker: a name's own, and for other scales that of std=0.01, std=1 or std=10, whichever is nearest. */
  style() {
    const known = this.config.initializers.find((/** @type {any} */ row) => row.name === this.settings.init);
    if (known) return known.style;
    const own = this.config.styles[this.settings.init];
    return own ?? this.config.styles.other;
  }

  fillControls() {
    const names = [...this.config.initializers.map((/** @type {any} */ row) => row.name), "std=0.01"];
    const changed = (/** @type {string} */ init) => this.changed({ init });
    this.select = choice("", names, this.settings.init, changed, "initializer");
    this.slider = logSlider("std of weights", STD_RANGE, 1, (value) => changed(`std=${plain(value)}`));
    this.marks = MARKED.map(([name, side, text]) => element("button", { type: "button", class: `mark ${side}`, title: `${name} in the hidden layers`, click: () => changed(name) }, text));
    this.own = element("details");
    this.controls.replaceChildren(element("div", { class: "std" }, this.select, this.slider.field, element("div", { class: "marks" }, ...this.marks)), this.own);
    this.set(this.settings);
  }

  /** New settings, and the controls as they are; those under a hand stay. @param {Settings} settings */
  set(settings) {
    this.settings = settings;
    const { init, width } = settings;
    const law = initializerOf(this.config.initializers, init);
    this.slider?.set(law.law === "constant" ? 0 : stdOf(law, width, width));
    const select = this.select?.querySelector("select");
    if (init.startsWith("std=")) select?.lastElementChild?.replaceWith(element("option", { value: init }, init));
    if (select) select.value = init;
    this.marks?.forEach((mark, i) => { mark.style.left = `${(100 * Math.log(MARKED[i][3](width) / STD_RANGE[0])) / Math.log(STD_RANGE[1] / STD_RANGE[0])}%`; });
    if (this.own.contains(document.activeElement)) this.own.firstElementChild.textContent = this.summary();
    else this.own.replaceChildren(element("summary", {}, this.summary()), ...networkControls(settings, this.config, (change) => this.changed(change)));
  }

  /** Its settings but the initializer, in words. */
  summary() {
    const { activation, depth, width, optimizer, rate, norm } = this.settings;
    return `${activation}, ${depth} × ${width}, ${optimizer} ${plain(rate)}${norm ? ", batch norm" : ""}`;
  }

  /** Starts anew; while the worker builds, only the latest wish waits. @param {number} seed */
  rewind(seed) {
    this.generation += 1;
    this.run = null;
    const wish = { build: this.settings, seed, generation: this.generation, table: this.config.initializers };
    if (this.waiting) this.next = wish;
    else this.send(wish);
  }

  /** @param {any} wish */
  send(wish) {
    this.waiting = true;
    this.worker.postMessage(wish);
  }

  /** @param {any} frame */
  receive(frame) {
    if (this.waiting && this.next && frame.steps === 0) {
      const { next } = this;
      this.next = null;
      return this.send(next);
    }
    if (frame.generation !== this.generation) return;
    this.waiting = false;
    const losses = [...(this.run?.losses ?? []), ...frame.fresh];
    this.run = { ...frame, losses, smooth: smoothKaiser(losses), start: this.run?.start ?? frame.layers };
    this.arrived();
  }

  /** @param {string} name @param {any} rule @param {{rowHeight: number, ended: boolean}} look `ended`: the run is at its end */
  paint(name, rule, { rowHeight, ended }) {
    const { run } = this;
    const [marker, color] = [MARKERS[this.style() % MARKERS.length], paletteColor(this.style())];
    this.name = name;
    this.sign.textContent = marker;
    this.sign.style.color = color;
    this.title.textContent = name;
    if (!run) return;
    const verdict = run.steps === 0 ? "not trained yet" : verdictOf(run.losses, rule);
    this.verdict.className = `verdict ${verdict.split(" ")[0]}`;
    const accuracy = `${(100 * run.accuracy).toFixed(1)} % right`;
    const told = run.steps === 0 ? [verdict, accuracy] : [`${ended ? "" : "so far "}${verdict}`, `loss ${brief(finalLoss(run.losses.slice(-20), 20))}`, accuracy];
    this.verdict.textContent = run.diverged ? verdict : told.join(" · ");
    this.verdict.title = "verdict by the rule of initlab compare, mean of the last 20 losses, share of the test examples that are named right";
    paintLayers(this.layers, { rowHeight, color, layers: run.layers, theory: run.theory });
    this.layers.setAttribute("aria-label", `Layers of ${name}: ${run.layers.map((layer, i) => `${i + 1 < run.layers.length ? `layer ${i + 1}` : "output"}: signal ${brief(layer.signal)}, gradient ${brief(layer.gradient)}`).join("; ")}`);
    this.paintPictures(run, name);
  }

  /** @param {Run} run @param {string} name */
  paintPictures(run, name) {
    this.pictures.hidden = run.diverged || (!run.images && !run.plane);
    if (run.images) paintImages(this.pictures, run.images, this.config.data.side);
    if (run.plane) paintPlane(this.pictures, run.plane, this.config.points);
    this.pictures.classList.toggle("plane", Boolean(run.plane));
    this.caption.textContent = run.diverged ? "" : run.images ? "weights of layer 1: red +, blue −" : run.plane ? "what the network says of the plane" : "";
    this.pictures.setAttribute("aria-label", run.images ? `First-layer weights of ${name} as images` : `Decisions of ${name}`);
  }
}
