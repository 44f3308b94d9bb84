/** What a run has shown: its verdict by the command line's rule, and the numbers that answer a lesson's question. */

import { mean } from "../../js/statistics.js";
import { brief } from "../../js/format.js";

/** @typedef {{name: string, losses: number[], smooth: number[], layers: import("./training.js").LayerView[], start: import("./training.js").LayerView[]}} Shown a network's run: `start` are the layers of its first batch */
/** @typedef {{entropy: number, margin: number, worse: number, last: number}} Rule both margins in units of the entropy */

/** `stats::verdict` of the Rust side, with the first loss for that of the first weights: learned, stalled, worsened, or diverged at an iteration. @param {number[]} losses @param {Rule} rule @returns {string} */
export function verdictOf(losses, { entropy, margin, worse, last }) {
  const broken = losses.findIndex((loss) => !Number.isFinite(loss));
  if (broken >= 0) return `diverged at ${broken}`;
  if (losses.length === 0) return "stalled";
  const first = Math.min(10, Math.max(1, Math.floor(losses.length / 10)));
  const [start, end] = [Math.max(losses[0], mean(losses.slice(0, first))), mean(losses.slice(-last))];
  if (end < Math.min(start, entropy) - margin * entropy) return "learned";
  return end > Math.max(losses[0], entropy) + worse * entropy ? "worsened" : "stalled";
}

/** The mean of the last losses; NaN for a run that diverged. @param {number[]} losses @param {number} last @returns {number} */
export function finalLoss(losses, last) {
  return losses.every(Number.isFinite) && losses.length > 0 ? mean(losses.slice(-last)) : NaN;
}

/** The place of the least number; the length where none is finite. @param {number[]} numbers @returns {number} */
function least(numbers) {
  const lowest = Math.min(...numbers.filter(Number.isFinite));
  const place = numbers.indexOf(lowest);
  return place < 0 ? numbers.length : place;
}

/** The last hidden layer. @param {import("./training.js").LayerView[]} layers */
const lastHidden = (layers) => layers[layers.length - 2];
/** The last hidden layer's signal over the first's. @param {Shown} run */
const kept = ({ start }) => lastHidden(start).signal / start[0].signal;
/** @param {Shown} run */
const firstBelow1 = ({ smooth }) => smooth.findIndex((loss) => loss < 1);

/** Something of every network: `He: 0.79; Xavier: 0.2`. @param {Shown[]} runs @param {(run: Shown) => string | number} of */
const perNetwork = (runs, of) => runs.map((run) => `${run.name}: ${of(run)}`).join("; ");
const AGAIN = "The pictures show the last batch now; ↺ rewind shows the first again.";

/** A number for the choices, and a sentence with what was measured. @type {Record<string, (runs: Shown[], rule: Rule) => {value: number, told: string}>} */
export const MEASURED = {
  first: (runs) => ({
    value: least(runs.map((run) => (firstBelow1(run) < 0 ? NaN : firstBelow1(run)))),
    told: `Below a loss of 1: ${perNetwork(runs, (run) => (firstBelow1(run) < 0 ? "not in this run" : `after ${firstBelow1(run)} iterations`))}.`,
  }),
  learned: (runs, rule) => ({
    value: runs.filter(({ losses }) => verdictOf(losses, rule) === "learned").length,
    told: `Verdicts: ${perNetwork(runs, ({ losses }) => verdictOf(losses, rule))}.`,
  }),
  lowest: (runs, rule) => ({
    value: least(runs.map(({ losses }) => finalLoss(losses, rule.last))),
    told: `Mean of the last ${rule.last} losses: ${perNetwork(runs, ({ losses }) => brief(finalLoss(losses, rule.last)))}.`,
  }),
  distinct_units: (runs) => ({
    value: lastHidden(runs[0].layers).distinct,
    told: `Different sets of incoming weights among the units: ${perNetwork(runs, ({ layers }) => `${lastHidden(layers).distinct} of ${lastHidden(layers).units.length}`)}.`,
  }),
  saturated: (runs) => ({
    value: lastHidden(runs[0].start).saturated ?? 0,
    told: `Within 0.02 of an end in layer ${runs[0].start.length - 1}, first batch: ${perNetwork(runs, ({ start }) => `${Math.round(100 * (lastHidden(start).saturated ?? 0))} %`)}. ${AGAIN}`,
  }),
  unit_spread: (runs) => ({
    value: lastHidden(runs[0].start).spread,
    told: `Standard deviation over the units of layer ${runs[0].start.length - 1} for one digit, first batch: ${perNetwork(runs, ({ start }) => brief(lastHidden(start).spread))}. ${AGAIN}`,
  }),
  keeps_signal: (runs) => ({
    value: least(runs.map((run) => Math.abs(Math.log(kept(run))))),
    told: `Signal of the last hidden layer over that of the first, first batch: ${perNetwork(runs, (run) => brief(kept(run)))}. ${AGAIN}`,
  }),
};
