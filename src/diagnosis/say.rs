//! Sentences: what is said of a run, made of its facts when it is shown.

use super::cause::{Cause, CauseRow, Evidence, cause_of};
use super::facts::Facts;
use super::what_if::Remedy;

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
        .replace("{a}", &short(a))
        .replace("{b}", &short(b))
        .replace("{n}", &facts.setup.iterations.to_string())
        .replace("{t}", &facts.trial.losses.len().to_string())
}

/// A number with two significant digits, or with all that it has before the point; with a power of ten below
/// 0.001 and from 10,000 on.
///
/// ```
/// use initlab::diagnosis::say::short;
///
/// assert_eq!([0.0412, 1.98, 351.2, 0.000_412].map(short), ["0.041", "2.0", "351", "4.1e-4"]);
/// ```
pub fn short(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-3..1e4).contains(&size) {
        let digits = (1 - size.log10().floor() as i32).max(0) as usize;
        return format!("{number:.digits$}");
    }
    format!("{number:.1e}")
}
