/** A lesson: its text, a question with a guess, and the answer that the run gave. */

import { element } from "../../js/element.js";
import { MEASURED } from "./measured.js";

/** The networks of a lesson as settings. @param {any} lesson @param {number} width @returns {import("./training.js").Settings[]} */
export function settingsOf(lesson, width) {
  return lesson.networks.map((/** @type {any} */ row) => ({ ...row, width }));
}

/** The panel; `go` is told the number of a lesson, `start` that it is to run. */
export class LessonView {
  /** @param {HTMLElement} host @param {any} config @param {{go: (number: number) => void, start: () => void, again: () => void}} told */
  constructor(host, config, told) {
    [this.host, this.config, this.told] = [host, config, told];
    [this.number, this.guess, this.answered] = [0, -1, false];
    this.answer = element("div", { class: "answer", role: "status" });
    this.speaker = element("p", { class: "speaker" });
    this.showsSpeaker = false;
  }

  /** The lesson at hand. */
  lesson() {
    return this.config.lessons[this.number - 1];
  }

  /** @param {number} number of a lesson; 0: none */
  show(number) {
    [this.number, this.guess, this.answered] = [number, -1, false];
    const { lessons } = this.config;
    this.answer.replaceChildren();
    const options = lessons.map((/** @type {any} */ row, /** @type {number} */ i) => element("option", { value: String(i + 1), selected: i + 1 === number }, `${i + 1}. ${row.title}`));
    const select = element("select", { "aria-label": "Lesson", change: () => this.told.go(Number(select.value)) }, ...options, element("option", { value: "0", selected: number === 0 }, "free play"));
    const to = (/** @type {string} */ text, /** @type {string} */ label, /** @type {number} */ place) => element("button", { type: "button", "aria-label": label, disabled: place < 1 || place > lessons.length, click: () => this.told.go(place) }, text);
    const bar = element("nav", { "aria-label": "Lessons" }, to("←", "Previous lesson", number - 1), select, to("→", "Next lesson", number + 1));
    this.host.replaceChildren(...(lessons.length > 0 ? [bar] : []), ...(number > 0 ? this.body() : this.freePlay()));
  }

  /** @returns {HTMLElement[]} */
  body() {
    const lesson = this.lesson();
    this.choices = lesson.choices.map((/** @type {any} */ choice, /** @type {number} */ i) => element("button", { type: "button", "aria-pressed": "false", click: () => this.choose(i) }, choice.text));
    this.speaker.textContent = lesson.speaker;
    this.speaker.hidden = !this.showsSpeaker;
    this.changed = element("p", { class: "changed", hidden: true }, "You have changed the settings. ", element("button", { type: "button", click: () => this.told.again() }, "Back to the lesson's"));
    return [element("h2", {}, lesson.title), element("p", { class: "figure" }, lesson.figure), element("p", {}, lesson.text),
      element("p", { class: "question" }, lesson.question), element("div", { class: "choices", role: "group", "aria-label": "Your guess" }, ...this.choices), this.changed, this.answer, this.speaker];
  }

  /** @returns {HTMLElement[]} */
  freePlay() {
    return [element("h2", {}, "Free play"), element("p", {}, "Set what you like: the scale of the first weights, the activation, the depth. Play trains all networks on the same mini-batches."),
      element("p", { class: "muted" }, this.config.source)];
  }

  /** @param {number} place */
  choose(place) {
    this.guess = place;
    this.choices.forEach((/** @type {HTMLElement} */ button, /** @type {number} */ i) => button.setAttribute("aria-pressed", String(i === place)));
    this.answer.replaceChildren(element("p", { class: "muted" }, "The networks train; the answer comes at the end of the run."));
    this.answered = false;
    this.told.start();
  }

  /** Other settings than the lesson's are no answer to its question. @param {boolean} is */
  markChanged(is) {
    if (this.changed) this.changed.hidden = !is;
    if (is) this.answer.replaceChildren();
  }

  /** Tells what the run gave, once. @param {import("./measured.js").Shown[]} runs @param {import("./measured.js").Rule} rule */
  tell(runs, rule) {
    if (this.number === 0 || this.answered || this.changed?.hidden === false) return;
    this.answered = true;
    const lesson = this.lesson();
    const { value, told } = MEASURED[lesson.measured](runs, rule);
    const right = lesson.choices.findIndex((/** @type {any} */ choice) => value >= choice.low && value < choice.high);
    this.choices.forEach((/** @type {HTMLElement} */ button, /** @type {number} */ i) => button.classList.toggle("right", i === right));
    const judged = this.guess < 0 ? "" : this.guess === right ? "Right: " : `You said “${lesson.choices[this.guess].text}”. It is: `;
    const causes = this.config.causes[this.number - 1] ?? [];
    const engine = element("details", {}, element("summary", {}, "What the command line says of the same networks"), ...causes.map((/** @type {string} */ cause) => element("p", {}, cause)), element("p", { class: "muted" }, this.config.source));
    this.answer.replaceChildren(element("p", { class: "measured" }, `${judged}${lesson.choices[right]?.text ?? "none of these"}.`), element("p", {}, told), element("p", {}, lesson.why), engine);
    this.answer.scrollIntoView({ block: "nearest" });
  }

  toggleSpeaker() {
    this.showsSpeaker = !this.showsSpeaker;
    this.speaker.hidden = !this.showsSpeaker;
  }
}
