//! Sentences: what is said of a run, made of its facts when all runs are there.

use super::cause::{Cause, CauseRow, Evidence, cause_of};
use super::facts::Facts;
use super::what_if::Remedy;
use crate::text::{counted, significant};

/// What is said of a run that did not learn.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The cause.
    pub cause: Cause,
    /// What shows it, in a sentence without a full stop.
    pub why: String,
    /// The flags with which it learns, as they are typed; empty where nothing that was tried helps.
    pub remedy: String,
}

/// Explains a run that did not learn by its facts and by what helps.
pub fn explain(facts: &Facts, remedy: Option<&Remedy>) -> Explanation {
    let (row, evidence) = cause_of(facts, remedy);
    let remedy = remedy.map_or(String::new(), |remedy| remedy.flags.clone());
    Explanation { cause: row.cause, why: sentence(row, evidence, facts), remedy }
}

/// The sentence of a row with its numbers.
pub(super) fn sentence(row: &CauseRow, evidence: Evidence, facts: &Facts) -> String {
    let Evidence { layer, numbers: [a, b] } = evidence;
    row.sentence
        .replace("{layer}", &layer.to_string())
        .replace("{count}", &format!("{a:.0}"))
        .replace("{a}", &significant(a, 2))
        .replace("{b}", &significant(b, 2))
        .replace("{n}", &counted(facts.setup.iterations, "update"))
        .replace("{t}", &counted(facts.trial.losses.len(), "update"))
}
