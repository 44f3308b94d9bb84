//! The ranking of candidates before a trial; the rule stands in `docs/MATHS.md`.
//!
//! First the candidates that are predicted to learn, the surest first, then by their [`distance`](super::distance); then
//! those that are predicted to stall, by how far their slowest layer moves; then the others.

use super::assess::Assessment;
use crate::stats::Verdict;
use std::cmp::Ordering;

/// Sorts assessments, the best first; equal ones stay in their order, which is that of the candidates.
pub fn rank(mut all: Vec<Assessment>) -> Vec<Assessment> {
    all.sort_by(compare);
    all
}

/// The order of two assessments: how sure it is that they learn, then the verdict, then reach (stalled) or distance.
fn compare(a: &Assessment, b: &Assessment) -> Ordering {
    let place = |verdict| match verdict {
        Verdict::Learned => 0,
        Verdict::Stalled => 1,
        Verdict::Worsened => 2,
        Verdict::Diverged => 3,
    };
    let among_equals = match a.forecast.verdict {
        Verdict::Stalled => b.reach().total_cmp(&a.reach()),
        _ => a.distance.total_cmp(&b.distance),
    };
    let verdicts = place(a.forecast.verdict).cmp(&place(b.forecast.verdict));
    b.learns().cmp(&a.learns()).then(verdicts).then(among_equals)
}

/// Distances nearer than this are one, where the same is predicted: such candidates differ in the shape of their
/// distribution alone.
const SAME_SCALE: f64 = 0.01;

/// True if two candidates have one scale, and one forecast.
pub fn is_alike(a: &Assessment, b: &Assessment) -> bool {
    (a.distance - b.distance).abs() < SAME_SCALE && a.forecast.verdict == b.forecast.verdict
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
    fn what_is_critical_on_paper_comes_first() {
        let relu = ranked(&["--sizes", "64,64,64,10", "--learning-rate", "0.1"]);
        let best = relu.iter().find(|row| row.learns() == relu[0].learns()).expect("a first");
        assert!(relu[0].distance <= best.distance && relu[0].distance < 0.01, "{}", relu[0].candidate.name);
        let he = relu.iter().find(|row| row.candidate.name == "he_normal").expect("it is a candidate");
        assert!(is_alike(&relu[0], he));
    }

    #[test]
    fn what_cannot_learn_comes_after_what_can() {
        let rows = ranked(&["--init", "zeros,ones,He,std=100", "--learning-rate", "0.1"]);
        assert_eq!(rows[0].candidate.name, "He");
        assert!(rows[1..].iter().all(|row| row.learns().is_none()));
    }
}
