//! What is advised, looked at: would other weights alone be enough, no weight decay, larger mini-batches, a lower rate?

use super::Plan;
use super::start::Start;
use crate::data::DataSet;
use crate::diagnosis::{Cause, Diagnosis, Explanation, Finding};
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::stats::{Ending, Verdict};
use crate::text::percent;

/// The explanation of a run beside what is predicted of the same run with what is advised.
///
/// A run that failed is put down to its weight decay where it is surely predicted to learn without.
pub(super) fn look(plan: &Plan, data: &DataSet, ending: Ending, found: Explanation) -> Explanation {
    let Some(cause) = found.cause else { return found };
    if plan.training.weight_decay > 0.0
        && cause != Cause::WeightDecay
        && let Some((_, without)) = advised(plan, data, Cause::WeightDecay)
    {
        let without = predicted(&without, data);
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

/// The end of a sentence on a run that failed: what is predicted of the [`advised`] run, unless that is surely predicted to
/// learn; empty then, and where nothing is tried.
fn not_enough(plan: &Plan, data: &DataSet, verdict: Verdict, cause: Cause) -> String {
    let Some((change, advised)) = advised(plan, data, cause) else { return String::new() };
    let diagnosis = predicted(&advised, data);
    let sure = sure(&diagnosis);
    // A tenth of a rate may be too high, or too low: only what no rate mends is told of it.
    let is_of_rate = |found: &Finding| cause == Cause::StepsTooLarge && !found.cause.is_of_weights();
    match &diagnosis.cause {
        Some(found) if is_of_rate(found) => String::new(),
        Some(found) => {
            let verb = diagnosis.predicted.verb();
            let too = if diagnosis.predicted == verdict { " too" } else { "" };
            let also = also(found, &advised);
            format!("; {change} it is predicted to {verb}{too} ({sure}): {}{also}", found.sentence)
        }
        None if diagnosis.is_sure() || cause == Cause::StepsTooLarge => String::new(),
        None => format!("; {change} it is predicted to learn, but only {sure}"),
    }
}

fn predicted(plan: &Plan, data: &DataSet) -> Diagnosis {
    Start::new(plan, data).diagnosis
}

fn sure(diagnosis: &Diagnosis) -> String {
    format!("{} sure", percent(diagnosis.confidence))
}

/// Examples of a mini-batch that is not small.
const MANY: u32 = 100;

/// The same run with what is advised against a cause alone, and how it differs: with weights of the activation's exact gain
/// ([`Init::of_exact_gain`]), without weight decay, over a hundred examples, or at a tenth of the learning rate.
fn advised(plan: &Plan, data: &DataSet, cause: Cause) -> Option<(String, Plan)> {
    let mut advised = plan.clone();
    let change = match cause {
        Cause::WeightDecay => {
            advised.training.weight_decay = 0.0;
            "without weight decay".to_owned()
        }
        Cause::FewExamples => {
            let many = MANY.min(data.train.labels.len() as u32);
            advised.training.network.batch_size = many;
            format!("over {many} examples")
        }
        Cause::StepsTooLarge => {
            advised.learning_rate /= 10.0;
            "at a tenth of the learning rate".to_owned()
        }
        _ if cause.is_of_weights() => {
            advised.init = Init::of_exact_gain(plan.training.activation);
            format!("with {}", weights(plan.training.activation, advised.init))
        }
        _ => return None,
    };
    let is_same = cause.is_of_weights() && advised.init == plan.init;
    (!is_same).then_some((change, advised))
}

/// The weights of an activation's exact gain in words: their name, or where that has only numbers, whose gain it is.
fn weights(activation: Activation, init: Init) -> String {
    match init.to_string() {
        numbers if numbers.contains('=') => format!("the exact gain of {activation} ({numbers})"),
        name => name,
    }
}

/// What else has to be changed; where weights of the exact gain are found wrong, that is not known.
fn also(found: &Finding, advised: &Plan) -> String {
    let is_exact = advised.init == Init::of_exact_gain(advised.training.activation);
    if found.cause.is_of_weights() && is_exact {
        return ", so more than the weights has to change; recommend looks for what".to_owned();
    }
    format!(", so also {}", found.cause.remedy())
}
