/** A slider over moments of training, with a button that plays them. */

import { element } from "./element.js";

/** Milliseconds per moment while they are played. */
const BEAT = 700;

/** It stands at the last moment until a hand moves it or it is played. */
export class Moments {
  /** @param {number[]} updates done at each moment, ascending @param {(place: number) => void} show told the place of the moment to be shown */
  constructor(updates, show) {
    this.updates = updates;
    this.show = show;
    this.shown = element("output");
    this.input = element("input", { type: "range", min: "0", max: String(updates.length - 1), input: () => { this.stop(); this.go(this.place()); } });
    this.button = element("button", { type: "button", click: () => this.play() }, "play");
    this.field = element("div", { class: "controls" }, element("label", { class: "field slider" }, element("span", {}, "after updates: ", this.shown), this.input), this.button);
  }

  /** Where the slider stands. @returns {number} */
  place() {
    return Number(this.input.value);
  }

  /** @param {number} place of a moment */
  go(place) {
    this.input.value = String(place);
    this.shown.textContent = String(this.updates[place]);
    this.input.setAttribute("aria-valuetext", `${this.updates[place]} updates`);
    this.show(place);
  }

  /** From the start to the end, a moment at a time; pressed again, it stops. */
  play() {
    const running = this.timer !== undefined;
    this.stop();
    if (running) return;
    this.button.textContent = "stop";
    this.go(0);
    this.timer = setInterval(() => (this.place() + 1 < this.updates.length ? this.go(this.place() + 1) : this.stop()), BEAT);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.button.textContent = "play";
  }
}
