//! From measurements to a predicted verdict: will this network learn, stall or diverge, and why?
//!
//! Plain numbers in, plain numbers out. Thresholds are stated here with what they were derived from;
//! how they were found and how often they are right stands in `docs/DIAGNOSIS.md`. Numbers that are not
//! finite are looked for first, so that no comparison below meets a NaN.

use super::cause::Cause;
use super::findings::{Finding, LEAST_TRAVEL, findings, most_held, not_finite};
use super::measure::Measurements;
use crate::stats::Verdict;

/// The last hidden layer must vary over inputs by this share of its size.
pub const LEAST_SENSITIVITY: f64 = 0.001;

/// What is predicted before training.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The verdict that the run is predicted to end with.
    pub predicted: Verdict,
    /// How sure that is: from 0.5 (as likely wrong as right) to 1.
    pub confidence: f64,
    /// What holds the network or blows it up; `None` where it is predicted to learn.
    pub cause: Option<Finding>,
    /// Everything that stands out, whatever is predicted: what a network that learns has overcome.
    pub findings: Vec<Finding>,
}

/// Predicts the verdict of a run from what was measured before it.
pub fn diagnose(measured: &Measurements) -> Diagnosis {
    let found = findings(measured);
    let (predicted, confidence, cause) = predict(measured, &found);
    Diagnosis { predicted, confidence, cause, findings: found }
}

fn predict(measured: &Measurements, found: &[Finding]) -> (Verdict, f64, Option<Finding>) {
    if let Some(finding) = not_finite(measured) {
        return (Verdict::Diverged, 0.99, Some(finding));
    }
    let of = |cause: Cause| found.iter().find(|finding| finding.cause == cause).cloned();
    if let Some(finding) = of(Cause::IdenticalUnits) {
        return (Verdict::Stalled, 0.95, Some(finding));
    }
    if let Some(finding) = of(Cause::StepsTooLarge) {
        let verdict = if measured.bounded { Verdict::Stalled } else { Verdict::Diverged };
        return (verdict, 0.9, Some(finding));
    }
    let reach = (least_travel(measured) / LEAST_TRAVEL).min(last_sensitivity(measured) / LEAST_SENSITIVITY);
    let confidence = 1.0 / (1.0 + (-2.0 * reach.ln().abs()).exp());
    if reach < 1.0 {
        return (Verdict::Stalled, confidence, Some(most_held(measured, found)));
    }
    (Verdict::Learned, confidence, None)
}

/// The travel of the slowest layer.
pub fn least_travel(measured: &Measurements) -> f64 {
    measured.layers.iter().map(|layer| layer.travel).fold(f64::INFINITY, f64::min)
}

/// The sensitivity of the last hidden layer.
fn last_sensitivity(measured: &Measurements) -> f64 {
    match &measured.layers[..] {
        [.., last_hidden, _] => last_hidden.sensitivity,
        _ => f64::INFINITY,
    }
}
