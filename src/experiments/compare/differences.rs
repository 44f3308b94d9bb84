//! `differences.csv`: initializers beside each other, seed by seed.
//!
//! Two initializers under one seed see the same mini-batches, so the difference of their results is
//! taken seed by seed and averaged: paired differences, with the 95 % interval of Student's t. Several intervals are
//! told at once, so each has a wider one beside it that holds together with all others (Bonferroni).

use super::rows::{DifferenceRow, SummaryRow};
use crate::stats::{Band, band, pairs_needed, simultaneous_band};
use std::cmp::Ordering;

/// A number of a run's summary; NaN where the run has none.
type Measure = fn(&SummaryRow) -> f64;

/// What is compared, with its name in `differences.csv`; the first of them are told.
const MEASURES: [(&str, Measure); 3] = [
    ("final_loss", |run| run.final_loss),
    ("test_accuracy", |run| run.test_accuracy),
    ("iterations_to_1", |run| run.iterations_to_1.map_or(f64::NAN, |iterations| iterations as f64)),
];
/// How many of the measures are told.
const TOLD: usize = 2;

/// The most seeds that `--seeds` takes.
const MOST_SEEDS: usize = 10_000;

/// The rows of the table: three measures for each initializer beside the baseline; with several seeds, then for each
/// other pair.
pub fn differences(runs: &[&SummaryRow], baseline: &str) -> Vec<DifferenceRow> {
    let mut names: Vec<&str> = vec![baseline];
    names.extend(runs.iter().map(|run| run.initializer.as_str()));
    let mut seen = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(*name);
            true
        }
    });
    let several = runs.iter().any(|run| run.seed != runs[0].seed);
    let others = if several { names.len() } else { 1 };
    let pairs = (0..others).flat_map(|a| names[a + 1..].iter().map(move |name| (*name, a)));
    let pairs: Vec<(&str, &str)> = pairs.map(|(name, a)| (name, names[a])).collect();
    let measures = pairs.iter().flat_map(|pair| MEASURES.map(|measure| (*pair, measure)));
    let mut found: Vec<(DifferenceRow, Vec<f64>)> =
        measures.map(|(pair, measure)| difference(runs, pair, measure)).collect();
    hold_together(&mut found);
    found.into_iter().map(|(row, _)| row).collect()
}

/// One row, and the differences that it is made of.
fn difference(
    runs: &[&SummaryRow],
    (initializer, baseline): (&str, &str),
    (measure, value): (&str, Measure),
) -> (DifferenceRow, Vec<f64>) {
    let own = runs.iter().filter(|run| run.initializer == initializer);
    let pair = |run: &&&SummaryRow| {
        let other = runs.iter().find(|other| other.initializer == baseline && other.seed == run.seed)?;
        Some(value(run) - value(other))
    };
    let pairs: Vec<f64> = own.filter_map(|run| pair(&run)).collect();
    let there: Vec<f64> = pairs.iter().copied().filter(|difference| difference.is_finite()).collect();
    let Band { mean, half_width } = band(&there);
    let row = DifferenceRow {
        initializer: initializer.to_owned(),
        baseline: baseline.to_owned(),
        measure: measure.to_owned(),
        pairs: there.len(),
        pairs_without: pairs.len() - there.len(),
        mean,
        low: half_width.map(|half| mean - half),
        high: half_width.map(|half| mean + half),
        same_sign: there.iter().filter(|difference| **difference * mean > 0.0).count(),
        comparisons: None,
        all_low: None,
        all_high: None,
        seeds_needed: None,
    };
    (row, there)
}

/// Adds the intervals that hold together: those of the measures that are told, where there are two pairs or more.
fn hold_together(found: &mut [(DifferenceRow, Vec<f64>)]) {
    let is_told = |row: &DifferenceRow| {
        row.low.is_some() && MEASURES[..TOLD].iter().any(|(measure, _)| *measure == row.measure)
    };
    let comparisons = found.iter().filter(|(row, _)| is_told(row)).count();
    for (row, there) in found.iter_mut().filter(|(row, _)| is_told(row)) {
        let Band { mean, half_width } = simultaneous_band(there, comparisons);
        row.comparisons = Some(comparisons);
        row.all_low = half_width.map(|half| mean - half);
        row.all_high = half_width.map(|half| mean + half);
        row.seeds_needed = pairs_needed(there, comparisons, MOST_SEEDS);
    }
}

impl DifferenceRow {
    /// The interval that is told; none for a row that is not.
    pub fn interval(&self) -> Option<(f64, f64)> {
        Some((self.all_low?, self.all_high?))
    }

    /// True where the differences vary from seed to seed: equal ones, as of accuracies on few examples, leave no interval.
    pub fn varies(&self) -> bool {
        self.interval().is_some_and(|(low, high)| high - low > 1e-9 * self.mean.abs())
    }

    /// On which side of the other the initializer lies; none where its interval does not say.
    pub fn side(&self) -> Option<Ordering> {
        let (low, high) = self.interval().filter(|_| self.varies())?;
        let clear = low > 0.0 || high < 0.0;
        clear.then(|| self.mean.total_cmp(&0.0))
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
