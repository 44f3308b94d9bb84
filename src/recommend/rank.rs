//! The ranking of candidates before a trial; the rule stands in `docs/MATHS.md`.
//!
//! First the candidates that are predicted to learn, by their [`distance`](super::distance); then those
//! that are predicted to stall, by how far their slowest layer moves, with those last that no time helps; then
//! those that diverge.

use super::assess::Assessment;
use crate::diagnosis::Cause;
use crate::stats::Verdict;
use std::cmp::Ordering;

/// Sorts assessments, the best first; equal ones stay in their order, which is that of the candidates.
pub fn rank(mut all: Vec<Assessment>) -> Vec<Assessment> {
    all.sort_by(compare);
    all
}

/// The order of two assessments: by the class of the verdict, then by reach (stalled) or distance.
fn compare(a: &Assessment, b: &Assessment) -> Ordering {
    let among_equals = match a.diagnosis.predicted {
        Verdict::Stalled => b.reach().total_cmp(&a.reach()),
        Verdict::Learned | Verdict::Diverged => a.distance.total_cmp(&b.distance),
    };
    class(a).cmp(&class(b)).then(among_equals)
}

/// 0 where the candidate is predicted to learn, 1 to stall, 2 to stall however long it is trained, 3 to diverge.
fn class(assessment: &Assessment) -> u8 {
    let cause = assessment.diagnosis.cause.as_ref().map(|finding| finding.cause);
    match (assessment.diagnosis.predicted, cause) {
        (Verdict::Learned, _) => 0,
        (Verdict::Stalled, Some(Cause::Dead | Cause::IdenticalUnits)) => 2,
        (Verdict::Stalled, _) => 1,
        (Verdict::Diverged, _) => 3,
    }
}

/// Distances nearer than this are one, where the same is predicted: such candidates differ in the shape of their
/// distribution alone.
const SAME_SCALE: f64 = 0.01;

/// The first `count` of a ranking that differ in scale, so that a trial has something to tell apart; fewer
/// where there are not so many, the first of the ranking always among them. Two infinite distances differ.
pub fn different(ranked: &[Assessment], count: usize) -> Vec<&Assessment> {
    let mut chosen: Vec<&Assessment> = Vec::new();
    for row in ranked {
        let new = |other: &&Assessment| {
            let is_near =
                (row.distance - other.distance).abs().partial_cmp(&SAME_SCALE) == Some(Ordering::Less);
            class(row) != class(other) || !is_near
        };
        if chosen.len() < count && chosen.iter().all(new) {
            chosen.push(row);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::{Sample, assess, candidates, test_config};
    use super::*;

    fn ranked(flags: &[&str]) -> Vec<Assessment> {
        let config = test_config(flags);
        rank(assess(&config, candidates(&config), &Sample::noise(&config)))
    }

    #[test]
    fn what_is_critical_on_paper_comes_first_and_the_trial_gets_another_scale() {
        let relu = ranked(&["--sizes", "64,64,64,10", "--learning-rate", "0.1"]);
        assert_eq!(relu[0].candidate.name, "He");
        assert!(relu[0].distance < 1e-12, "{}", relu[0].distance);
        let tried: Vec<&str> = different(&relu, 2).iter().map(|row| row.candidate.name.as_str()).collect();
        assert!(tried[0] == "He" && !tried[1].starts_with("he_"), "{tried:?}");
    }

    /// Their distances are one, but only one of them is predicted to learn.
    #[test]
    fn the_trial_passes_over_no_candidate_of_another_verdict() {
        let mut rows = ranked(&["--init", "He,ones", "--learning-rate", "0.1"]);
        rows[1].distance = rows[0].distance;
        assert_eq!(different(&rows, 2).len(), 2);
        rows[1].diagnosis = rows[0].diagnosis.clone();
        assert_eq!(different(&rows, 2).len(), 1);
    }

    #[test]
    fn what_cannot_learn_comes_after_what_can() {
        let rows = ranked(&["--init", "zeros,ones,He,std=100", "--learning-rate", "0.1"]);
        let verdicts: Vec<u8> = rows.iter().map(class).collect();
        assert_eq!(rows[0].candidate.name, "He", "{verdicts:?}");
        assert!(verdicts.is_sorted() && verdicts[3] > 0, "{verdicts:?}");
    }

    /// Units that are all alike move as far as any, and stay one unit.
    #[test]
    fn what_no_time_helps_comes_after_what_is_merely_slow() {
        let rows = ranked(&["--init", "ones,std=0.0001", "--learning-rate", "0.01"]);
        let classes: Vec<(&str, u8)> =
            rows.iter().map(|row| (row.candidate.name.as_str(), class(row))).collect();
        assert_eq!(classes, [("std=0.0001", 1), ("ones", 2)]);
    }
}
