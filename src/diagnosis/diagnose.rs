//! From measurements to a predicted verdict: will this network learn, stall or diverge, and why?
//!
//! Plain numbers in, plain numbers out. Each threshold is stated with what it was derived from; how often
//! they are right, on networks that were not looked at while choosing them, stands in
//! `docs/DIAGNOSIS.md`. Numbers that are not finite are looked for first, so that no comparison further
//! down meets a NaN.

use super::cause::Cause;
use super::findings::{Finding, findings, not_finite};
use super::forecast::{Forecast, forecast};
use super::measurements::Measurements;
use super::pace::{lost_in_trial, overshooting, raised_by_trial, too_slow};
use crate::stats::{STALL_MARGIN, Verdict};

/// A prediction before training.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The verdict that the run is predicted to end with.
    pub predicted: Verdict,
    /// How sure that is, from 0.5 to 1: about the share of right ones among predictions made for the same
    /// reason on networks that were not looked at while thresholds were chosen (`docs/DIAGNOSIS.md`).
    pub confidence: f64,
    /// What holds the network or blows it up; `None` where it is predicted to learn.
    pub cause: Option<Finding>,
    /// Everything that stands out, whatever is predicted: what a network that learns has overcome.
    pub findings: Vec<Finding>,
    /// The iteration after which the network is forecast to begin to learn, if it is.
    pub learns_after: Option<usize>,
    /// What it was derived from.
    pub measured: Measurements,
}

/// Predicts the verdict of a run from what was measured before it.
///
/// The questions are asked in this order: does the first pass overflow; are all units of a layer one;
/// do ten steps raise the loss, or make the network blind to its input; and then, by the [`forecast`],
/// does it leave its plateau in time, and with steps that do not overshoot?
pub fn diagnose(measured: &Measurements) -> Diagnosis {
    if let Some(cause) = not_finite(measured) {
        return Diagnosis {
            predicted: Verdict::Diverged,
            confidence: CERTAIN,
            findings: vec![cause.clone()],
            cause: Some(cause),
            learns_after: None,
            measured: measured.clone(),
        };
    }
    let findings = findings(measured);
    let forecast = forecast(measured, measured.label_entropy - STALL_MARGIN);
    let (predicted, confidence, cause) = predict(measured, &findings, forecast);
    let (learns_after, measured) = (forecast.learns_after, measured.clone());
    Diagnosis { predicted, confidence, cause, findings, learns_after, measured }
}

/// A verdict, the probability that it is right, and its cause.
type Predicted = (Verdict, f64, Option<Finding>);

/// The confidence of what follows from arithmetic alone, and of a stall that is forecast: 37 of 37.
const CERTAIN: f64 = 0.99;
/// The highest confidence of a forecast that a network learns in time: 156 of 171.
const IN_TIME: f64 = 0.91;
/// The confidence where a trial or the forecast finds steps too large: 33 of 43.
const TOO_LARGE: f64 = 0.77;
/// The confidence where a trial leaves nothing of the input: 19 of 19.
const BLIND: f64 = 0.97;
/// The confidence where all units of a layer are one and a gradient reaches them: the one unit may still
/// learn something, as sigmoid networks from zeros do. Not measured: as likely wrong as right.
const ONE_UNIT: f64 = 0.5;

fn predict(measured: &Measurements, found: &[Finding], forecast: Forecast) -> Predicted {
    let too_large = if measured.bounded { Verdict::Stalled } else { Verdict::Diverged };
    if let Some(finding) = found.iter().find(|finding| finding.cause == Cause::IdenticalUnits) {
        let still = measured.layers.iter().all(|layer| layer.gradient_rms == 0.0);
        return (Verdict::Stalled, if still { CERTAIN } else { ONE_UNIT }, Some(finding.clone()));
    }
    if let Some(finding) = raised_by_trial(measured) {
        return (too_large, TOO_LARGE, Some(finding));
    }
    if let Some(finding) = lost_in_trial(measured) {
        return (Verdict::Stalled, BLIND, Some(finding));
    }
    if let Some(finding) = overshooting(measured, forecast) {
        return (too_large, TOO_LARGE, Some(finding));
    }
    let in_time = forecast.learns_after.is_some_and(|after| after <= measured.iterations);
    let confidence = |highest| confidence(highest, forecast.learns_after, measured.iterations);
    if in_time {
        return (Verdict::Learned, confidence(IN_TIME), None);
    }
    let held_by = found.first().cloned();
    let held_by = held_by.unwrap_or_else(|| too_slow(measured, forecast.learns_after));
    (Verdict::Stalled, confidence(CERTAIN), Some(held_by))
}

/// The confidence of a forecast: it grows with the factor between the time that learning takes and the
/// time there is.
fn confidence(highest: f64, learns_after: Option<usize>, iterations: usize) -> f64 {
    let Some(after) = learns_after else { return highest };
    let factor = (after as f64 / iterations as f64).ln().abs();
    highest - (highest - 0.5) * (-2.0 * factor).exp()
}
