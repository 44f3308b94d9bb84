//! `differences.csv`: every initializer beside the baseline, seed by seed.
//!
//! Two initializers under one seed see the same mini-batches, so the difference of their results is
//! taken seed by seed and averaged: paired differences, with the 95 % interval of Student's t.

use super::rows::{DifferenceRow, SummaryRow};
use crate::stats::{Band, band};

/// A number of a run's summary; NaN where the run has none.
type Measure = fn(&SummaryRow) -> f64;

/// What is compared, with its name in `differences.csv`.
const MEASURES: [(&str, Measure); 3] = [
    ("final_loss", |run| run.final_loss),
    ("test_accuracy", |run| run.test_accuracy),
    ("iterations_to_1", |run| run.iterations_to_1.map_or(f64::NAN, |iterations| iterations as f64)),
];

/// The rows of the table: three measures per initializer other than the baseline.
pub fn differences(runs: &[&SummaryRow], baseline: &str) -> Vec<DifferenceRow> {
    let mut names: Vec<&str> = Vec::new();
    for run in runs.iter().filter(|run| run.initializer != baseline) {
        if !names.contains(&run.initializer.as_str()) {
            names.push(&run.initializer);
        }
    }
    let rows = |name: &&str| MEASURES.map(|measure| difference(runs, name, baseline, measure));
    names.iter().flat_map(rows).collect()
}

fn difference(
    runs: &[&SummaryRow],
    initializer: &str,
    baseline: &str,
    (measure, value): (&str, Measure),
) -> DifferenceRow {
    let own = runs.iter().filter(|run| run.initializer == initializer);
    let pair = |run: &&&SummaryRow| {
        let other = runs.iter().find(|other| other.initializer == baseline && other.seed == run.seed)?;
        Some(value(run) - value(other))
    };
    let pairs: Vec<f64> = own.filter_map(|run| pair(&run)).collect();
    let there: Vec<f64> = pairs.iter().copied().filter(|difference| difference.is_finite()).collect();
    let Band { mean, half_width } = band(&there);
    DifferenceRow {
        initializer: initializer.to_owned(),
        baseline: baseline.to_owned(),
        measure: measure.to_owned(),
        pairs: there.len(),
        pairs_without: pairs.len() - there.len(),
        mean,
        low: half_width.map(|half| mean - half),
        high: half_width.map(|half| mean + half),
        same_sign: there.iter().filter(|difference| **difference * mean > 0.0).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Verdict;

    fn run(initializer: &str, seed: u64, final_loss: f64, iterations_to_1: Option<usize>) -> SummaryRow {
        SummaryRow {
            initializer: initializer.to_owned(),
            seed,
            final_loss,
            iterations_to_1,
            ..SummaryRow::example(Verdict::Learned)
        }
    }

    #[test]
    fn differences_are_taken_seed_by_seed() {
        let runs = [
            run("a", 1, 1.0, Some(100)),
            run("a", 2, 3.0, None),
            run("b", 1, 0.5, Some(50)),
            run("b", 2, 2.0, Some(60)),
        ];
        let rows = differences(&runs.iter().collect::<Vec<_>>(), "a");
        let loss = &rows[0];
        assert_eq!((loss.mean, loss.pairs, loss.pairs_without, loss.same_sign), (-0.75, 2, 0, 2));
        // The differences are −0.5 and −1: s = 0.5 / √2, t(0.975, 1) = 12.7062.
        assert!((loss.high.unwrap() - (-0.75 + 12.706_204_736 * 0.25)).abs() < 1e-8, "{loss:?}");
        let arrival = &rows[2];
        assert_eq!((arrival.mean, arrival.pairs, arrival.pairs_without), (-50.0, 1, 1));
        assert_eq!(arrival.low, None, "one pair has no interval");
    }

    #[test]
    fn a_diverged_run_is_counted_and_not_averaged() {
        let runs = [run("a", 1, f64::NAN, None), run("b", 1, 0.5, None)];
        let rows = differences(&runs.iter().collect::<Vec<_>>(), "a");
        assert!(rows[0].mean.is_nan() && rows[0].pairs == 0 && rows[0].pairs_without == 1);
    }
}
