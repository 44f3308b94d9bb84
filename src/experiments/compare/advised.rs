//! What is advised, looked at: would other weights alone be enough, or no weight decay?

use super::Plan;
use super::start::Start;
use crate::data::DataSet;
use crate::diagnosis::{Cause, Diagnosis, Explanation, Finding};
use crate::experiments::table_text::percent;
use crate::nn::init::Init;
use crate::stats::{Ending, Verdict};

/// The explanation of a run beside what is predicted of the same run with what is advised.
///
/// A run that failed is put down to its weight decay where it is surely predicted to learn without.
pub(super) fn look(plan: &Plan, data: &DataSet, ending: Ending, found: Explanation) -> Explanation {
    let Some(cause) = found.cause else { return found };
    if plan.training.weight_decay > 0.0 && cause != Cause::WeightDecay {
        let without = predicted(&without_decay(plan), data);
        if without.predicted == Verdict::Learned && without.is_sure() {
            return put_down_to_decay(ending, &without);
        }
    }
    let sentence = found.sentence + &not_enough(plan, data, ending.verdict, cause);
    Explanation { sentence, ..found }
}

fn put_down_to_decay(ending: Ending, without: &Diagnosis) -> Explanation {
    Explanation {
        cause: Some(Cause::WeightDecay),
        sentence: format!("{ending}: without weight decay it is predicted to learn ({})", sure(without)),
        remedy: Cause::WeightDecay.remedy(),
    }
}

/// The end of a sentence on a run that was put down to its weights or to weight decay: what is predicted of the
/// [`advised`] run, unless that is surely predicted to learn; empty then, and for every other cause.
fn not_enough(plan: &Plan, data: &DataSet, verdict: Verdict, cause: Cause) -> String {
    let Some((change, advised)) = advised(plan, cause) else { return String::new() };
    let diagnosis = predicted(&advised, data);
    let sure = sure(&diagnosis);
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

fn predicted(plan: &Plan, data: &DataSet) -> Diagnosis {
    Start::new(plan, data).diagnosis
}

fn sure(diagnosis: &Diagnosis) -> String {
    format!("{} sure", percent(diagnosis.confidence))
}

/// The same run with what is advised against a cause alone, and how it differs: with weights of the activation's exact gain
/// ([`Init::of_exact_gain`]), or without weight decay.
fn advised(plan: &Plan, cause: Cause) -> Option<(String, Plan)> {
    if cause == Cause::WeightDecay {
        return Some(("without weight decay".to_owned(), without_decay(plan)));
    }
    let init = Init::of_exact_gain(plan.training.activation);
    let change = format!("with {init}");
    (cause.is_of_weights() && init != plan.init).then_some((change, Plan { init, ..plan.clone() }))
}

fn without_decay(plan: &Plan) -> Plan {
    let mut without = plan.clone();
    without.training.weight_decay = 0.0;
    without
}

/// What else has to be changed; nothing where weights of the exact gain are found wrong.
fn also(found: &Finding, advised: &Plan) -> String {
    let is_exact = advised.init == Init::of_exact_gain(advised.training.activation);
    if found.cause.is_of_weights() && is_exact {
        return String::new();
    }
    format!(", so also {}", found.cause.remedy())
}
