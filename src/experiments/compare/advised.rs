//! What is advised, looked at: would other weights alone be enough?

use super::Plan;
use super::start::Start;
use crate::data::DataSet;
use crate::diagnosis::{Cause, Finding};
use crate::experiments::table_text::percent;
use crate::nn::init::Init;
use crate::stats::Verdict;

/// The end of a sentence on a run that was put down to its weights: what is predicted of weights of the activation's exact
/// gain ([`Init::of_exact_gain`]), unless they are surely predicted to learn; empty then, and for every other cause.
pub(super) fn not_enough(plan: &Plan, data: &DataSet, verdict: Verdict, cause: Option<Cause>) -> String {
    let init = Init::of_exact_gain(plan.training.activation);
    if plan.init == init || !cause.is_some_and(Cause::is_of_weights) {
        return String::new();
    }
    let diagnosis = Start::new(&Plan { init, ..plan.clone() }, data).diagnosis;
    let sure = format!("{} sure", percent(diagnosis.confidence));
    match &diagnosis.cause {
        None if diagnosis.is_sure() => String::new(),
        None => format!("; with {init} it is predicted to learn, but only {sure}"),
        Some(Finding { cause, sentence, .. }) => {
            let verb = diagnosis.predicted.verb();
            let also = if cause.is_of_weights() {
                String::new()
            } else {
                format!(", so {} as well", cause.remedy())
            };
            let too = if diagnosis.predicted == verdict { " too" } else { "" };
            format!("; with {init} it is predicted to {verb}{too} ({sure}): {sentence}{also}")
        }
    }
}
