/** The lab: its state, its networks, what keys and buttons do. In a worker the same script trains one network. */

import { choice, element, paletteColor } from "../../js/element.js";
import { examplesOf, labelEntropy, rings } from "./examples.js";
import { LessonView, settingsOf } from "./lesson_view.js";
import { verdictOf } from "./measured.js";
import { NetworkView, networkControls } from "./network_view.js";
import { paintLosses } from "./paint.js";
import { DEFAULTS, plain, readAddress, words, writeAddress } from "./settings.js";
import { trainer } from "./worker.js";

/** Milliseconds between steps, and the names of these speeds. @type {[string, string][]} */
const SPEEDS = [["0", "full speed"], ["50", "20 / s"], ["330", "3 / s"]];
/** No network runs further ahead of the slowest; steps of a run without a lesson. */
const [AHEAD, FREE_STEPS] = [40, 100000];
const DASHES = [[], [9, 5], [3, 4]];

class Lab {
  /** @param {any} config @param {Record<string, import("./training.js").LabData>} sets */
  constructor(config, sets) {
    /** @type {NetworkView[]} */ this.views = [];
    /** @type {Map<number, Partial<import("./training.js").Settings>>} */ this.wishes = new Map();
    [this.config, this.sets, this.playing, this.target, this.pace, this.painting] = [config, sets, false, 0, 0, false];
    this.source = URL.createObjectURL(new Blob([document.getElementById("lab-script")?.textContent ?? ""], { type: "text/javascript" }));
    this.lessons = new LessonView(/** @type {HTMLElement} */ (document.getElementById("lesson")), config, { go: (number) => this.go(number), start: () => this.begin(), again: () => this.go(this.state.lesson) });
    const known = { initializers: config.initializers.map((/** @type {any} */ row) => row.name), activations: config.activations, optimizers: config.optimizers, data: Object.keys(sets), lessons: config.lessons.length };
    const lesson = config.lessons.length > 0 ? 6 : 0;
    const found = readAddress(location.hash, known) ?? { lesson };
    const own = found.lesson ? settingsOf(config.lessons[found.lesson - 1], config.width) : [{ ...DEFAULTS, init: "std=0.01" }, { ...DEFAULTS }];
    /** @type {import("./settings.js").LabState} */ this.state = { lesson: 0, data: Object.keys(sets)[0], seed: 1, networks: own, ...found };
    this.curves = element("canvas", { role: "img", "aria-label": "Loss by iteration" });
    document.getElementById("curves")?.append(element("div", {}, this.curves));
    this.transport();
    this.lessons.show(this.state.lesson);
    this.build();
    addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(/** @type {HTMLElement} */ (document.getElementById("stage")));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    addEventListener("hashchange", () => { if (location.hash !== writeAddress(this.state)) location.reload(); });
  }

  /** The data at hand. */
  data() {
    return this.sets[this.state.data];
  }

  rule() {
    return { entropy: labelEntropy(this.data()), margin: this.config.stall_margin, worse: this.config.worse_margin, last: this.config.final_iterations };
  }

  transport() {
    const button = (/** @type {string} */ text, /** @type {string} */ key, /** @type {() => void} */ click) => element("button", { type: "button", title: `key ${key}`, click }, text);
    this.play = button("▶ play", "space", () => this.toggle());
    this.play.classList.add("play");
    this.count = element("output", { class: "count" }, "0");
    const speed = choice("", SPEEDS, "0", (pace) => {
      this.pace = Number(pace);
      this.views.forEach(({ worker }) => worker.postMessage({ pace: this.pace }));
    }, "speed");
    const set = choice("", Object.keys(this.sets), this.state.data, (data) => this.change({ data, lesson: 0 }), "data");
    this.more = button("+", "+", () => this.resize(1));
    this.fewer = button("−", "−", () => this.resize(-1));
    this.seed = element("span", { class: "muted", title: "Streams of the page's own: --seed of the command line draws other weights" });
    [[this.fewer, "one network less"], [this.more, "one network more"]].forEach(([field, name]) => field.setAttribute("aria-label", String(name)));
    document.getElementById("transport")?.append(this.play, button("step", "s", () => this.step()), button("↺ rewind", "r", () => this.restart(false)), button("other weights", "w", () => this.change({ seed: this.state.seed + 1 })), this.seed, element("span", { class: "counter" }, this.count, " iterations"), speed, set, this.fewer, this.more, button("speaker", "t", () => this.lessons.toggleSpeaker()));
  }

  /** Makes the views and their workers. */
  build() {
    this.views.forEach(({ worker }) => worker.terminate());
    this.wishes.clear();
    const data = this.data();
    const { inputs, labels } = data.train;
    const points = data.width === 2 ? Array.from(labels, (label, i) => ({ x: inputs[2 * i], y: inputs[2 * i + 1], label })) : [];
    const config = { ...this.config, data: { side: data.side }, points };
    this.views = this.state.networks.map((settings, place) => {
      const worker = new Worker(this.source);
      worker.postMessage({ data, pace: this.pace });
      return new NetworkView(config, settings, { worker, changed: (change) => this.set(place, change), arrived: () => this.arrived() });
    });
    document.getElementById("networks")?.replaceChildren(...this.views.map(({ root }) => root));
    this.shared();
    this.restart(false);
  }

  /** The controls of all networks at once, below the lesson. */
  shared() {
    document.getElementById("shared")?.remove();
    const { networks } = this.state;
    const controls = networkControls(networks[0], this.config, (change) => networks.forEach((_, place) => this.set(place, change)));
    document.querySelector("main")?.append(element("div", { id: "shared" }, element("fieldset", {}, element("legend", {}, networks.length > 1 ? "All networks" : "The network"), ...controls)));
    if (this.more) [this.more.disabled, this.fewer.disabled] = [networks.length > 2, networks.length < 2];
  }

  /** @param {number} lesson */
  go(lesson) {
    const networks = lesson > 0 ? settingsOf(this.config.lessons[lesson - 1], this.config.width) : this.state.networks;
    this.pause();
    this.state = { ...this.state, lesson, networks, data: lesson > 0 ? Object.keys(this.sets)[0] : this.state.data };
    this.lessons.show(lesson);
    this.build();
  }

  /** @param {Partial<import("./settings.js").LabState>} change */
  change(change) {
    const playing = this.playing;
    this.state = { ...this.state, ...change };
    if (change.lesson !== undefined) this.lessons.show(change.lesson);
    if (change.data !== undefined || change.networks !== undefined) this.build();
    this.restart(playing);
  }

  /** New settings for a network, once the control that has them is painted. @param {number} place @param {Partial<import("./training.js").Settings>} change */
  set(place, change) {
    if (this.wishes.size === 0) requestAnimationFrame(() => setTimeout(() => this.apply()));
    this.wishes.set(place, { ...this.wishes.get(place), ...change });
  }

  /** The new settings: all networks start anew, so that they stay side by side. */
  apply() {
    const { wishes, views } = this;
    this.wishes = new Map();
    const networks = this.state.networks.map((settings, place) => ({ ...settings, ...wishes.get(place) }));
    this.state = { ...this.state, networks };
    views.forEach((view, place) => { if (wishes.has(place)) view.set(networks[place]); });
    this.markChanged();
    views.forEach((view, place) => { if (wishes.has(place) || (view.run?.steps ?? 1) > 0) view.rewind(this.state.seed); });
    this.after();
  }

  /** Whether the settings are no longer the lesson's. */
  markChanged() {
    const { lesson, networks } = this.state;
    if (lesson > 0) this.lessons.markChanged(networks.map(words.write).join(";") !== settingsOf(this.config.lessons[lesson - 1], this.config.width).map(words.write).join(";"));
  }

  /** @param {number} by */
  resize(by) {
    const { networks } = this.state;
    const next = by > 0 ? [...networks, { ...networks[networks.length - 1] }].slice(0, 3) : networks.slice(0, Math.max(1, networks.length - 1));
    this.change({ networks: next });
    this.markChanged();
  }

  /** All networks back to their first weights. @param {boolean} play */
  restart(play) {
    this.views.forEach((view) => view.rewind(this.state.seed));
    this.lessons.answered = false;
    this.after();
    if (play) this.run();
    else this.pause();
  }

  /** The address and the numbers that follow from the state. */
  after() {
    this.target = this.state.lesson > 0 ? this.config.lessons[this.state.lesson - 1].iterations : FREE_STEPS;
    if (this.seed) this.seed.textContent = `seed ${this.state.seed}`;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => history.replaceState(null, "", writeAddress(this.state)), 150);
    this.feed();
  }

  run() {
    this.playing = true;
    this.play?.replaceChildren("❚❚ pause");
    if (this.steps() >= this.target) this.target = this.steps() + (this.state.lesson > 0 ? this.config.lessons[this.state.lesson - 1].iterations : FREE_STEPS);
    this.feed();
  }

  /** The run of a lesson, from the first weights on; on a phone the curves come into view. */
  begin() {
    this.restart(true);
    if (innerWidth <= 900) document.getElementById("curves")?.scrollIntoView();
  }

  pause() {
    this.playing = false;
    this.play?.replaceChildren("▶ play");
    this.views.forEach((view) => view.worker.postMessage({ until: 0 }));
  }

  toggle() {
    if (this.playing) this.pause();
    else this.run();
  }

  step() {
    this.pause();
    this.views.forEach(({ worker }) => worker.postMessage({ step: 1 }));
  }

  /** Iterations that all networks have done; those that diverged wait for none. */
  steps() {
    const going = this.views.filter(({ run }) => !run?.diverged);
    return Math.min(...(going.length > 0 ? going : this.views).map(({ run }) => run?.steps ?? 0));
  }

  /** Lets every network go on, none far ahead of the slowest. */
  feed() {
    if (!this.playing || this.views.some(({ run }) => !run)) return;
    const until = Math.min(this.target, this.steps() + AHEAD);
    this.views.forEach(({ worker }) => worker.postMessage({ until }));
  }

  arrived() {
    if (this.views.every(({ run }) => run && (run.diverged || run.steps >= this.target))) this.finish();
    this.feed();
    this.draw();
  }

  finish() {
    if (this.playing) this.pause();
    const runs = this.views.map(({ run, name, settings }, i) => ({ ...run, name: this.names()[i] ?? name, settings }));
    this.lessons.tell(/** @type {any} */ (runs), this.rule());
  }

  /** What tells the networks apart. @returns {string[]} */
  names() {
    const { networks } = this.state;
    /** @type {[keyof import("./training.js").Settings, (s: any) => string][]} */
    const parts = [["activation", (s) => s.activation], ["depth", (s) => `${s.depth} layers`], ["width", (s) => `${s.width} units`], ["rate", (s) => `rate ${plain(s.rate)}`], ["optimizer", (s) => s.optimizer], ["norm", (s) => (s.norm ? "batch norm" : "")]];
    const differing = parts.filter(([name]) => new Set(networks.map((s) => s[name])).size > 1);
    return networks.map((s) => [s.init, ...differing.map(([, told]) => told(s))].filter((part) => part !== "").join(", "));
  }

  draw() {
    if (this.painting) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      this.paint();
    });
  }

  paint() {
    const [names, rule] = [this.names(), this.rule()];
    const deepest = Math.max(...this.state.networks.map(({ depth }) => depth)) + 1;
    const wide = innerWidth > 900;
    const room = wide ? innerHeight - 530 : 240;
    const look = { rowHeight: Math.min(62, Math.max(27, room / deepest)), ended: this.steps() >= this.target };
    this.views.forEach((view, i) => view.paint(names[i], rule, look));
    const steps = Math.max(20, Math.min(this.target, this.state.lesson > 0 ? this.target : 1.15 * this.steps() + 20), ...this.views.map(({ run }) => run?.steps ?? 0));
    const seen = new Map();
    const lines = this.views.map((view, i) => {
      const color = paletteColor(view.style());
      const place = seen.get(color) ?? 0;
      seen.set(color, place + 1);
      return { color, dash: DASHES[place % 3], losses: view.run?.losses ?? [], smooth: view.run?.smooth ?? [], name: names[i] };
    });
    paintLosses(this.curves, lines, { height: wide ? Math.max(170, Math.min(340, innerHeight * 0.24)) : 190, steps, chance: rule.entropy });
    this.curves.setAttribute("aria-label", `Loss by iteration: ${this.views.map(({ run }, i) => `${names[i]} ${run && run.steps > 0 ? verdictOf(run.losses, rule) : "not trained yet"}`).join(", ")}`);
    if (this.count) this.count.textContent = String(this.steps());
    document.documentElement.classList.add("alive");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || ["SELECT", "TEXTAREA"].includes(target.tagName)) return;
    const { lesson } = this.state;
    const number = this.config.lessons.length;
    const turn = (/** @type {number} */ by) => { if (lesson + by >= 1 && lesson + by <= number) this.go(lesson + by); };
    /** @type {Record<string, () => void>} */
    const keys = { " ": () => this.toggle(), s: () => this.step(), r: () => this.restart(false), w: () => this.change({ seed: this.state.seed + 1 }), t: () => this.lessons.toggleSpeaker(), PageDown: () => turn(1), PageUp: () => turn(-1), n: () => turn(1), p: () => turn(-1), "+": () => this.resize(1), "-": () => this.resize(-1) };
    if (event.key === " " && ["BUTTON", "SUMMARY"].includes(target.tagName)) return;
    const guess = Number(event.key);
    if (guess >= 1 && this.lessons.choices?.[guess - 1] && lesson > 0) return this.lessons.choose(guess - 1);
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }
}

async function open() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? "";
  const config = JSON.parse(text("lab-data"));
  const own = await examplesOf(config.data, text("lab-examples"), config.batch);
  new Lab(config, { [config.data.name]: own, "two rings": rings() });
}

if (typeof document === "undefined") onmessage = (({ data }) => hear(data));
/** What a worker does with a message. */
const hear = typeof document === "undefined" ? trainer((message) => postMessage(message)) : () => {};
if (typeof document !== "undefined") open();
