//! Why runs did not learn, and what would make them: added to their summaries when all runs are there.
//!
//! It is found once per kind of failure, on the kind's first run in the order of the plans; all of its runs carry it.

use crate::diagnosis::{Explanation, Kind, Setup, Trials, explain, what_if};
use crate::results::{Table, TableError, Tables};
use crate::stats::Verdict;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The row of a summary that has a verdict, and room for what is said of it.
pub trait JudgedRow: Serialize + DeserializeOwned {
    /// The verdict on the run.
    fn verdict(&self) -> Verdict;
    /// Its cells for the cause, for what shows it, and for the flags with which it learns.
    fn said(&mut self) -> [&mut Option<String>; 3];
}

/// Adds to the summaries of runs that did not learn what is said of them.
///
/// `kind` tells runs apart that fail for reasons of their own: all that a plan has but its seed. `explanation` finds what is
/// said of the first of them. `parts` holds one entry per plan, `None` where a run failed.
pub fn add_explanations<Plan: Sync, Row: JudgedRow>(
    plans: &[Plan],
    parts: &mut [Option<Tables>],
    kind: impl Fn(&Plan) -> String,
    explanation: impl Fn(&Plan) -> Explanation + Sync,
) -> Result<(), TableError> {
    let mut kinds: Vec<(String, &Plan)> = Vec::new();
    let mut failed: Vec<(usize, usize)> = Vec::new(); // run, kind
    for (run, (plan, part)) in plans.iter().zip(&*parts).enumerate() {
        let Some(part) = part else { continue };
        let row = summary::<Row>(part)?;
        if row.verdict() != Verdict::Learned {
            let key = format!("{} {}", kind(plan), row.verdict());
            let at = kinds.iter().position(|(other, _)| *other == key).unwrap_or(kinds.len());
            if at == kinds.len() {
                kinds.push((key, plan));
            }
            failed.push((run, at));
        }
    }
    let said: Vec<Explanation> = kinds.par_iter().map(|(_, plan)| explanation(plan)).collect();
    for (run, kind) in failed {
        let part = parts[run].as_mut().expect("only runs that are there have failed");
        let mut row = summary::<Row>(part)?;
        let Explanation { cause, why, remedy } = said[kind].clone();
        let cells = [Some(cause.to_string()), Some(why), Some(remedy).filter(|flags| !flags.is_empty())];
        row.said().into_iter().zip(cells).for_each(|(cell, text)| *cell = text);
        part.replace(Table::from_rows("summary", &[row]));
    }
    Ok(())
}

fn summary<Row: JudgedRow>(part: &Tables) -> Result<Row, TableError> {
    Ok(part.rows::<Row>("summary")?.pop().expect("a run has a row in its summary"))
}

/// The setups of finished runs, with their verdicts.
pub fn trained<Plan, Row: JudgedRow>(
    plans: &[Plan],
    parts: &[Option<Tables>],
    setup: impl Fn(&Plan) -> Setup,
) -> Vec<(Setup, Verdict)> {
    let verdict = |part: &Option<Tables>| Some(summary::<Row>(part.as_ref()?).ok()?.verdict());
    plans.iter().zip(parts).filter_map(|(plan, part)| Some((setup(plan), verdict(part)?))).collect()
}

/// What is said of a run by its facts and by the smallest change of these kinds that helps.
pub fn explanation(setup: &Setup, allowed: &[Kind], trials: &Trials) -> Explanation {
    let remedy = what_if(setup, allowed, trials);
    explain(&setup.facts(trials.examples()), remedy.as_ref())
}

/// The line on what a run that did not learn is expected to learn with: it is predicted to, or was trained and did.
pub fn learns_with(remedy: Option<&str>) -> String {
    match remedy {
        Some(flags) => format!("  Expected to learn with {flags}"),
        None => "  No change that was tried is expected to make it learn.".to_owned(),
    }
}
