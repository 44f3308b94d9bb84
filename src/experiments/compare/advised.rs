//! What is advised, looked at: would other weights alone be enough, or no weight decay?

use super::Plan;
use super::start::Start;
use crate::data::DataSet;
use crate::diagnosis::{Cause, Finding};
use crate::experiments::table_text::percent;
use crate::nn::init::Init;
use crate::stats::Verdict;

/// The end of a sentence on a run that was put down to its weights or to weight decay: what is predicted of the
/// [`advised`] run, unless that is surely predicted to learn; empty then, and for every other cause.
pub(super) fn not_enough(plan: &Plan, data: &DataSet, verdict: Verdict, cause: Option<Cause>) -> String {
    let Some((change, advised)) = cause.and_then(|cause| advised(plan, cause)) else { return String::new() };
    let diagnosis = Start::new(&advised, data).diagnosis;
    let sure = format!("{} sure", percent(diagnosis.confidence));
    match &diagnosis.cause {
        None if diagnosis.is_sure() => String::new(),
        None => format!("; {change} it is predicted to learn, but only {sure}"),
        Some(found) => {
            let verb = diagnosis.predicted.verb();
            let too = if diagnosis.predicted == verdict { " too" } else { "" };
            let also = also(found, &advised);
            format!("; {change} it is predicted to {verb}{too} ({sure}): {}{also}", found.sentence)
        }
    }
}

/// The same run with what is advised against a cause alone, and how it differs: with weights of the activation's exact gain
/// ([`Init::of_exact_gain`]), or without weight decay.
fn advised(plan: &Plan, cause: Cause) -> Option<(String, Plan)> {
    let mut advised = plan.clone();
    if cause == Cause::WeightDecay {
        advised.training.weight_decay = 0.0;
        return Some(("without weight decay".to_owned(), advised));
    }
    advised.init = Init::of_exact_gain(plan.training.activation);
    let change = format!("with {}", advised.init);
    (cause.is_of_weights() && advised.init != plan.init).then_some((change, advised))
}

/// What else has to be changed; nothing where weights of the exact gain are found wrong.
fn also(found: &Finding, advised: &Plan) -> String {
    let is_exact = advised.init == Init::of_exact_gain(advised.training.activation);
    if found.cause.is_of_weights() && is_exact {
        return String::new();
    }
    format!(", so also {}", found.cause.remedy())
}
