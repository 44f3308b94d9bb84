//! From measurements to a predicted verdict: will this network learn, stall or diverge, and why?
//!
//! Plain numbers in, plain numbers out. Each threshold is stated with what it was derived from; how often
//! they are right, on networks that were not looked at while choosing them, stands in
//! `docs/DIAGNOSIS.md`. Numbers that are not finite are looked for first, so that no comparison further
//! down meets a NaN.

use super::cause::Cause;
use super::decay::{decay_blows_up, decay_drives_apart, decay_overshoots, decaying, starving, strong};
use super::findings::{Finding, findings, not_finite};
use super::forecast::{Forecast, forecast};
use super::measurements::Measurements;
use super::noise::{self, drowned, over_few};
use super::pace::{
    is_leaping, lost_in_trial, overshooting, racing, racing_on, raised, too_high, too_slow,
    unbounded_in_trial,
};
use crate::stats::Verdict;

/// A prediction before training.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The verdict that the run is predicted to end with.
    pub predicted: Verdict,
    /// How sure that is, from 0.5 to 1: about the share of right ones among predictions made for the same
    /// reason on networks that were not looked at while thresholds were chosen (`docs/DIAGNOSIS.md`).
    pub confidence: f64,
    /// The finding that holds the network or blows it up; `None` where it is predicted to learn.
    pub cause: Option<Finding>,
    /// Everything that stands out, whatever is predicted: what a network that learns has overcome.
    pub findings: Vec<Finding>,
    /// The iteration after which the network is forecast to begin to learn, if it is.
    pub learns_after: Option<usize>,
    /// The measurements that it was derived from.
    pub measured: Measurements,
}

/// A prediction that is at least so sure is worth advice.
const SURE: f64 = 0.8;

impl Diagnosis {
    /// True of a prediction with a confidence of 0.8 at least.
    pub fn is_sure(&self) -> bool {
        self.confidence >= SURE
    }
}

/// Predicts the verdict of a run from what was measured before it.
///
/// The questions are asked in this order: does the first pass overflow, or the trial; does weight decay alone make
/// the weights overflow; are all units of a layer one; does weight decay alone halve the weights within a few updates; does
/// the trial make the network blind to its input; and then,
/// by the [`forecast`] from where the trial ends, is its loss low enough in time, and with steps that do not
/// overshoot?
pub fn diagnose(measured: &Measurements) -> Diagnosis {
    if let Some(cause) = not_finite(measured) {
        return without_forecast(measured, vec![cause.clone()], cause);
    }
    let findings = findings(measured);
    if let Some(cause) = unbounded_in_trial(measured) {
        let blows_up = || findings.iter().find(|finding| finding.cause.blows_up()).cloned();
        let cause = decay_drives_apart(measured).or_else(blows_up).unwrap_or(cause);
        return without_forecast(measured, findings, cause);
    }
    if let Some(cause) = decay_blows_up(measured) {
        return without_forecast(measured, findings, cause);
    }
    let forecast = forecast(measured, measured.learned_below());
    let (predicted, confidence, cause) = predict(measured, &findings, forecast);
    let few = over_few(measured).filter(|_| predicted == Verdict::Stalled);
    let cause = cause.map(|found| few.filter(|_| !is_apart(found.cause)).unwrap_or(found));
    let (learns_after, measured) = (forecast.learns_after, measured.clone());
    Diagnosis { predicted, confidence, cause, findings, learns_after, measured }
}

/// True for causes that batch norm over more examples would not mend.
fn is_apart(cause: Cause) -> bool {
    matches!(cause, Cause::IdenticalUnits | Cause::WeightDecay)
}

/// The diagnosis of a network that diverges by what was measured alone.
fn without_forecast(measured: &Measurements, findings: Vec<Finding>, cause: Finding) -> Diagnosis {
    Diagnosis {
        predicted: Verdict::Diverged,
        confidence: CERTAIN,
        findings,
        cause: Some(cause),
        learns_after: None,
        measured: measured.clone(),
    }
}

/// A verdict, the probability that it is right, and its cause.
type Predicted = (Verdict, f64, Option<Finding>);

/// The confidence of what follows from arithmetic alone: numbers that leave all bounds, 13 of 13 networks of the
/// fourth grid (`docs/DIAGNOSIS.md`), on which all of these were counted.
const CERTAIN: f64 = 0.99;
/// The highest confidence of a forecast that a network learns in time: 214 of 215.
const IN_TIME: f64 = 0.97;
/// The highest confidence of a forecast that it does not, with those left blind: 85 of 85.
const TOO_LATE: f64 = 0.97;
/// The confidence of a forecast that a loss comes down in time which the trial leaves above that of knowing
/// nothing: 4 of 7 (10 of 16 with the third grid).
const HIGH_COMES_DOWN: f64 = 0.6;
/// The confidence that such a loss stays where updates are large for every layer: all of the networks that were not
/// looked at (`docs/DIAGNOSIS.md`).
const HIGH_AND_RACING: f64 = 0.9;
/// The confidence that a network stalls which is forecast to learn, but whose mini-batches differ so much that its loss
/// is held above guessing: 132 of 169 on the first three grids of noise (30 more came to no loss below 1), 32 of 33 on
/// the fourth.
const DROWNED: f64 = 0.85;
/// The highest confidence of a forecast that such a loss does not come down.
const HIGH: f64 = 0.9;
/// The same with batch norm, of large weights: 130 of 197 networks (std from 0.1 to 3, two depths, three optimizers, four
/// rates).
const HIGH_NORMALIZED: f64 = 0.65;
/// The confidence of a forecast that a network learns while the mean update, divided by the size of gradients, moves every
/// layer by more than itself: of seven such networks (one to four layers of 60, rates from 0.1 to 3) six learned, but came
/// to no loss below 1, and one stalled.
const LEAPING: f64 = 0.5;
/// The confidence of a forecast that a network learns whose updates, divided by the size of gradients of one to four
/// examples, are large for every layer: 35 of 49 networks of one to ten layers of 50 (27 of 28 with eight examples).
const RACING_ALONE: f64 = 0.7;
/// The confidence where the forecast overshoots: 1 of 3, 3 of 6 with the third grid and the regularized one.
const OVERSHOT: f64 = 0.5;
/// The confidence of a forecast that a network learns while weight decay outweighs every gradient: 25 of 70 on
/// two grids of strong decay, all on the regularized grid of `docs/DIAGNOSIS.md`. And where
/// the forecast overshoots while weight decay halves the weights of a network with batch norm within a few updates.
const OUTWEIGHED: f64 = 0.5;
/// The confidence where weight decay halves every weight within a few updates, without batch norm, and is strong: 1,389 of
/// 1,392 on three grids (`examples/diagnosis_grid/decay_*.toml`). And where strong decay outweighs every gradient of such a
/// network that is forecast to learn: 90 of 95 there.
const STARVED: f64 = 0.97;
/// The same where it halves them by the learning rate alone: 73 of 114.
const HALVED: f64 = 0.65;
/// The confidence where weight decay makes weights grow, but not beyond all bounds in this run. Not measured: as
/// likely wrong as right.
const GROWING: f64 = 0.5;
/// The confidence where the forecast overshoots and weight decay outweighs every gradient.
const DECAYING: f64 = 0.9;
/// The confidence where a trial leaves nothing of the input.
const BLIND: f64 = 0.97;
/// The confidence where all units of a layer are one and a gradient reaches them: the one unit may still
/// learn something, as sigmoid networks from zeros do. Not measured: as likely wrong as right.
const ONE_UNIT: f64 = 0.5;

fn predict(measured: &Measurements, found: &[Finding], forecast: Forecast) -> Predicted {
    if let Some(finding) = found.iter().find(|finding| finding.cause == Cause::IdenticalUnits) {
        let still = measured.layers.iter().all(|layer| layer.gradient_rms == 0.0);
        return (Verdict::Stalled, if still { CERTAIN } else { ONE_UNIT }, Some(finding.clone()));
    }
    if let Some(finding) = decay_overshoots(measured) {
        return (overshot(measured), GROWING, Some(finding));
    }
    if let Some((finding, is_strong)) = starving(measured) {
        return (Verdict::Stalled, if is_strong { STARVED } else { HALVED }, Some(finding));
    }
    if let Some(finding) = lost_in_trial(measured) {
        let cause = racing(measured)
            .or_else(|| found.first().cloned())
            .or_else(|| raised(measured))
            .or_else(|| decaying(measured))
            .unwrap_or(finding);
        return (Verdict::Stalled, BLIND, Some(cause));
    }
    if let Some(finding) = overshooting(measured, forecast) {
        if let Some(decaying) = decaying(measured).filter(|_| !overshoots_anyway(measured)) {
            let confidence = if measured.batch_norm { OUTWEIGHED } else { DECAYING };
            return (Verdict::Stalled, confidence, Some(decaying));
        }
        return (overshot(measured), OVERSHOT, Some(finding));
    }
    by_time(measured, found, forecast.learns_after)
}

/// How a network ends whose steps grow: where no layer can grow a signal, its loss stays in bounds.
fn overshot(measured: &Measurements) -> Verdict {
    let is_bounded = measured.bounded || measured.batch_norm;
    if is_bounded { Verdict::Stalled } else { Verdict::Diverged }
}

/// True where the forecast overshoots without weight decay too. Where decay halves weights within a few updates,
/// those that the trial leaves, from which the forecast starts, are not the ones without it.
fn overshoots_anyway(measured: &Measurements) -> bool {
    if measured.batch_norm {
        return false;
    }
    let without = Measurements { weight_decay: 0.0, ..measured.clone() };
    overshooting(&without, forecast(&without, without.learned_below())).is_some()
}

/// True of large updates along the gradients of very few examples, without batch norm, which takes them together.
fn is_racing_alone(measured: &Measurements) -> bool {
    racing(measured).is_some() && measured.batch_size <= 4 && !measured.batch_norm
}

/// The prediction where all depends on whether there is time enough.
fn by_time(measured: &Measurements, found: &[Finding], learns_after: Option<usize>) -> Predicted {
    let high = too_high(measured, learns_after);
    let confidence = |highest| confidence(highest, learns_after, measured.iterations);
    if learns_after.is_some_and(|after| after <= measured.iterations) {
        if let Some(finding) = racing_on(measured).filter(|_| high.is_some()) {
            return (Verdict::Stalled, HIGH_AND_RACING, Some(finding));
        }
        if let Some(finding) = drowned(measured) {
            return (Verdict::Stalled, DROWNED, Some(finding));
        }
        if let Some(finding) = strong(measured) {
            return (Verdict::Stalled, STARVED, Some(finding));
        }
        let highest = match (decaying(measured), &high) {
            (Some(_), _) => OUTWEIGHED,
            (None, Some(_)) => HIGH_COMES_DOWN,
            (None, None) if is_leaping(measured) => LEAPING,
            (None, None) if is_racing_alone(measured) => RACING_ALONE,
            (None, None) => noise::confidence(measured, IN_TIME),
        };
        return (Verdict::Learned, confidence(highest), None);
    }
    let highest = match high {
        Some(_) if measured.batch_norm => HIGH_NORMALIZED,
        Some(_) => HIGH,
        None => TOO_LATE,
    };
    let held_by = raised(measured)
        .or_else(|| racing(measured))
        .or_else(|| found.first().cloned())
        .or_else(|| decaying(measured))
        .or(high);
    (Verdict::Stalled, confidence(highest), Some(held_by.unwrap_or_else(|| too_slow(measured, learns_after))))
}

/// The confidence of a forecast: it grows with the factor between the time that learning takes and the
/// time there is.
fn confidence(highest: f64, learns_after: Option<usize>, iterations: usize) -> f64 {
    let Some(after) = learns_after else { return highest };
    let factor = (after as f64 / iterations as f64).ln().abs();
    highest - (highest - 0.5) * (-2.0 * factor).exp()
}
