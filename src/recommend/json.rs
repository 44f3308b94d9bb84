//! The recommendation as one JSON object, whose fields are stable: docs/RECOMMEND.md names them.

use super::answer::{pasted, reasons};
use super::assess::Assessment;
use super::decide::Recommendation;
use super::trial::{TrialOutcome, TrialResult};
use serde_json::{Value, json};

/// Raised when a field changes its meaning or goes; new ones may be added.
const VERSION: u32 = 1;

/// The object: what is recommended and why, then every candidate in the order of the ranking, then the trial. A number that
/// is not finite is null.
pub fn document(found: &Recommendation, ranked: &[Assessment], trial: Option<&TrialOutcome>) -> Value {
    let (decision, candidate) = match found {
        Recommendation::KeepDefault(own) => ("keep_default", own),
        Recommendation::Tried(chosen) => ("tried", chosen),
        Recommendation::Predicted(chosen, _) => ("predicted", chosen),
        Recommendation::Change(first, ..) => ("change", first),
        Recommendation::Nothing(first, _) => ("nothing", first),
    };
    let (flags, confidence) = match found {
        Recommendation::Predicted(_, sure) => (None, Some(sure.to_string())),
        Recommendation::Change(_, remedy, _) => (Some(&remedy.flags), Some(remedy.confidence.to_string())),
        _ => (None, None),
    };
    json!({
        "version": VERSION,
        "decision": decision,
        "candidate": candidate.name,
        "initializer": pasted(found).map(|init| init.to_string()),
        "flags": flags,
        "confidence": confidence,
        "why": reasons(found, ranked, trial),
        "candidates": ranked.iter().map(assessment).collect::<Vec<_>>(),
        "trial": trial.map(outcome),
    })
}

fn assessment(row: &Assessment) -> Value {
    json!({
        "candidate": row.candidate.name,
        "initializer": row.candidate.init.to_string(),
        "verdict": row.forecast.verdict.to_string(),
        "confidence": row.forecast.confidence.to_string(),
        "distance": row.distance,
        "reach": row.reach(),
        "signal": row.facts.layers.iter().map(|layer| layer.signal_std).collect::<Vec<_>>(),
        "gradient": row.gradients,
    })
}

fn outcome(trial: &TrialOutcome) -> Value {
    let one = |result: &TrialResult| {
        json!({
            "candidate": result.candidate.name,
            "losses": result.losses,
            "learned": trial.has_learned(result),
        })
    };
    let results: Vec<Value> = trial.results.iter().map(one).collect();
    json!({"iterations": trial.iterations, "learned_below": trial.threshold, "results": results})
}
