//! `rates.csv`: the best of several learning rates for each initializer.
//!
//! The best rate has the lowest mean loss on training examples that were set apart (`--validation 0`: the lowest mean
//! final loss), of equal ones the smaller; one at which a seed diverged
//! cannot be best, and where no run learned at any rate, there is none. It is chosen on seeds of its own: a rate that is
//! chosen and measured on the same seeds looks better than it is. The best of those tried may lie at their edge, and a
//! better one beyond it.

use super::Config;
use super::rows::{RateRow, SummaryRow, ValidationRow};
use crate::data::DataSizes;
use crate::experiments::raw_table::RawTable;
use crate::experiments::{ConfigError, Extended};
use crate::results::{TableError, Tables};
use crate::stats::{Verdict, mean};
use serde::Serialize;

/// The name of the column of learning rates.
pub(super) const LEARNING_RATE: &str = "learning_rate";

/// The name of the table of losses on examples that were set apart.
pub(super) const VALIDATION: &str = "validation";

/// The seeds on which the rate is chosen.
pub const CHOOSING: &str = "choosing";
/// The seeds whose results are shown.
pub const SHOWN: &str = "shown";

/// Training examples that are set apart in the runs on which a rate is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum HeldOut {
    /// A sixth of them: 10,000 of MNIST's.
    Sixth,
    /// So many.
    Examples(u32),
}

impl HeldOut {
    /// What a run of this seed sets apart.
    pub(super) fn of(config: &Config, seed: u64) -> Option<Self> {
        let chooses = config.learning_rate.len() > 1 && seed >= first_of_choosing(config);
        chooses
            .then(|| config.validation.map_or(Self::Sixth, Self::Examples))
            .filter(|held| *held != Self::Examples(0))
    }

    /// How many these are of so many.
    pub fn count(self, examples: usize) -> usize {
        match self {
            Self::Sixth => (examples / 6).max(1),
            Self::Examples(count) => count as usize,
        }
    }

    /// An error where too few are left to learn from, or are set apart for a class to be among them.
    pub(super) fn check(config: &Config, sizes: DataSizes) -> Result<(), ConfigError> {
        let (least, most) = (sizes.outputs, sizes.train - 1);
        match config.validation {
            Some(count) if count > 0 && !(least..=most).contains(&(count as usize)) => Err(ConfigError {
                flag: "--validation",
                value: count.to_string(),
                expected: format!("0, or from {least} (one per class) to {most} of the training examples"),
            }),
            _ => Ok(()),
        }
    }
}

/// The first of the seeds on which a rate is chosen; those before it are shown.
fn first_of_choosing(config: &Config) -> u64 {
    config.seeds.seed + u64::from(config.seeds.seeds)
}

/// What a run has on the examples that were set apart, if any were.
pub(super) fn validation(part: &Tables) -> Result<Option<ValidationRow>, TableError> {
    let there = part.get(VALIDATION).is_ok();
    Ok(if there { part.rows(VALIDATION)?.pop() } else { None })
}

/// One row per run; empty for a single rate.
pub(super) fn rate_rows(
    config: &Config,
    runs: &[SummaryRow],
    raw: &RawTable,
    validations: Vec<Option<ValidationRow>>,
) -> Vec<RateRow> {
    if config.learning_rate.len() < 2 {
        return Vec::new();
    }
    let at_edge = |rate: f64| {
        let tried = &config.learning_rate;
        tried.iter().all(|other| *other <= rate) || tried.iter().all(|other| *other >= rate)
    };
    let row = |((run, cells), validation): ((&SummaryRow, &Vec<String>), Option<ValidationRow>)| {
        let learning_rate = raw.cell(cells, LEARNING_RATE).parse().unwrap_or(f64::NAN);
        RateRow {
            initializer: run.initializer.clone(),
            seed: run.seed,
            used_for: if run.seed < first_of_choosing(config) { SHOWN } else { CHOOSING }.to_owned(),
            final_loss: run.final_loss,
            held_out: validation.as_ref().map(|row| row.held_out),
            validation_loss: validation.map(|row| row.validation_loss.into()),
            verdict: run.verdict,
            best: false,
            at_edge: at_edge(learning_rate),
            learning_rate,
        }
    };
    let mut rows: Vec<RateRow> = runs.iter().zip(&raw.rows).zip(validations).map(row).collect();
    let best = best_rates(&rows);
    for row in &mut rows {
        row.best = best.contains(&(row.initializer.clone(), row.learning_rate));
    }
    rows
}

/// The best rate of each initializer that has one.
pub(super) fn best_rates(rows: &[RateRow]) -> Vec<(String, f64)> {
    let learned = |name: &str| {
        rows.iter()
            .any(|row| row.initializer == name && row.used_for == CHOOSING && row.verdict == Verdict::Learned)
    };
    let mut candidates: Vec<(&str, f64, f64)> = Vec::new();
    for group in rows.chunk_by(|a, b| a.initializer == b.initializer && a.learning_rate == b.learning_rate) {
        let choosing = group.iter().filter(|row| row.used_for == CHOOSING);
        let choosing = choosing.map(|row| row.validation_loss.unwrap_or(row.final_loss));
        let loss = mean(&choosing.collect::<Vec<_>>());
        if learned(&group[0].initializer)
            && loss.is_finite()
            && group.iter().all(|row| row.verdict != Verdict::Diverged)
        {
            candidates.push((&group[0].initializer, group[0].learning_rate, loss));
        }
    }
    let of_one = candidates.chunk_by(|a, b| a.0 == b.0);
    let best =
        of_one.filter_map(|group| group.iter().min_by(|a, b| a.2.total_cmp(&b.2).then(a.1.total_cmp(&b.1))));
    best.map(|(name, rate, _)| ((*name).to_owned(), *rate)).collect()
}

/// The smallest or the largest rate tried, where it is somebody's best.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    /// `smallest` or `largest`.
    pub side: &'static str,
    /// The rate.
    pub rate: f64,
    /// The initializers whose best it is.
    pub names: Vec<String>,
    /// The rate beyond, by the factor that leads to this one.
    pub next: f64,
}

/// The edges at which a best rate lies.
pub(super) fn edges(rows: &[RateRow]) -> Vec<Edge> {
    let mut tried: Vec<f64> = rows.iter().map(|row| row.learning_rate).collect();
    tried.sort_unstable_by(f64::total_cmp);
    tried.dedup();
    let ([smallest, after, ..], [.., before, largest]) = (&tried[..], &tried[..]) else { return Vec::new() };
    let edge = |(side, rate, beside): (&'static str, f64, f64)| {
        let best = rows.iter().filter(|row| row.best && row.learning_rate == rate);
        let mut names: Vec<String> = best.map(|row| row.initializer.clone()).collect();
        names.dedup();
        Edge { side, rate, names, next: three_digits(rate * rate / beside) }
    };
    let ends = [("smallest", *smallest, *after), ("largest", *largest, *before)].map(edge);
    ends.into_iter().filter(|edge| !edge.names.is_empty()).collect()
}

/// More rates than this are not tried: where every rate is as good as the next, there is no best one to be found.
const MOST_RATES: usize = 24;

/// The rates with which `--extend-rates` goes on: those tried and those beyond an edge.
pub(super) fn extended(tried: &[f64], rows: &[RateRow]) -> Extended<Vec<f64>> {
    let beyond: Vec<f64> = edges(rows).into_iter().map(|edge| edge.next).collect();
    let new = |rate: &f64| rate.is_finite() && *rate > 0.0 && !tried.contains(rate);
    if rows.iter().all(|row| !row.best) {
        Extended::Never("no rate is the best of an initializer, so there is no edge to go beyond")
    } else if beyond.is_empty() {
        Extended::Settled
    } else if tried.len() + beyond.len() > MOST_RATES || !beyond.iter().all(new) {
        Extended::Never(
            "a best rate still lies at the edge, but there is no new one beyond it, or 24 are tried",
        )
    } else {
        Extended::Beyond([tried, &beyond].concat())
    }
}

/// A number rounded to three significant digits, which keeps a grid of rates readable.
fn three_digits(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// True for a run that is shown: a seed that is not used for choosing, at its initializer's best rate.
pub(super) fn shown(rates: &[RateRow], best: &[(String, f64)], run: usize) -> bool {
    let row = &rates[run];
    row.used_for == SHOWN && best.contains(&(row.initializer.clone(), row.learning_rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(learning_rate: f64, used_for: &str, final_loss: f64, verdict: Verdict) -> RateRow {
        RateRow {
            initializer: "He".to_owned(),
            seed: 1,
            used_for: used_for.to_owned(),
            final_loss,
            held_out: None,
            validation_loss: None,
            verdict,
            best: false,
            at_edge: false,
            learning_rate,
        }
    }

    #[test]
    fn among_runs_that_all_failed_no_rate_is_best() {
        use Verdict::{Learned, Stalled};
        let rows = |last: Verdict| [row(0.1, CHOOSING, 2.3, Stalled), row(0.3, CHOOSING, 2.2, last)];
        assert!(best_rates(&rows(Stalled)).is_empty());
        assert_eq!(best_rates(&rows(Learned)), [("He".to_owned(), 0.3)]);
    }

    #[test]
    fn the_rate_is_chosen_on_seeds_of_its_own_and_never_one_that_diverged() {
        use Verdict::{Diverged, Learned};
        let rows = [
            row(0.1, SHOWN, 0.1, Learned),
            row(0.1, CHOOSING, 0.6, Learned),
            row(0.3, SHOWN, 0.9, Learned),
            row(0.3, CHOOSING, 0.5, Learned),
            row(0.5, SHOWN, f64::NAN, Diverged),
            row(0.5, CHOOSING, 0.2, Learned),
        ];
        assert_eq!(best_rates(&rows), [("He".to_owned(), 0.3)]);
        assert!(best_rates(&rows[4..]).is_empty());
    }

    #[test]
    fn the_loss_on_examples_set_apart_decides_where_there_are_any() {
        let with = |rate, final_loss, validation_loss| RateRow {
            validation_loss,
            ..row(rate, CHOOSING, final_loss, Verdict::Learned)
        };
        let rows = |first, second| [with(0.1, 0.6, first), with(0.3, 0.5, second)];
        assert_eq!(best_rates(&rows(None, None)), [("He".to_owned(), 0.3)]);
        assert_eq!(best_rates(&rows(Some(0.7), Some(0.8))), [("He".to_owned(), 0.1)]);
    }

    #[test]
    fn rates_go_on_beyond_an_edge_by_the_factor_of_the_grid_until_no_best_one_lies_there() {
        let rows = |best: f64, rates: &[f64]| -> Vec<RateRow> {
            let row =
                |rate: &f64| RateRow { best: *rate == best, ..row(*rate, CHOOSING, 0.5, Verdict::Learned) };
            rates.iter().map(row).collect()
        };
        let tried = [1.0, 0.1, 0.02];
        let beyond = |tried: &[f64], rows: &[RateRow]| match extended(tried, rows) {
            Extended::Beyond(rates) => rates,
            other => panic!("{other:?}"),
        };
        assert_eq!(beyond(&tried, &rows(1.0, &tried)), [1.0, 0.1, 0.02, 10.0]);
        assert_eq!(beyond(&tried, &rows(0.02, &tried)), [1.0, 0.1, 0.02, 0.004]);
        assert_eq!(extended(&tried, &rows(0.1, &tried)), Extended::Settled);
        assert!(matches!(extended(&tried, &rows(3.0, &tried)), Extended::Never(_)));
        let both = [row(1.0, CHOOSING, 0.5, Verdict::Learned), row(0.5, CHOOSING, 0.5, Verdict::Learned)];
        let both = both.map(|row| RateRow { best: true, ..row });
        assert_eq!(beyond(&[0.5, 1.0], &both), [0.5, 1.0, 0.25, 2.0]);
        assert_eq!(extended(&[1.0], &both[..1]), Extended::Settled);
        let many: Vec<f64> = (0..24).map(|power| 2_f64.powi(power)).collect();
        assert!(matches!(extended(&many, &rows(1.0, &many)), Extended::Never(_)));
    }

    #[test]
    fn of_equal_rates_the_smaller_is_best() {
        let rows = [row(0.3, CHOOSING, 0.5, Verdict::Learned), row(0.1, CHOOSING, 0.5, Verdict::Learned)];
        assert_eq!(best_rates(&rows), [("He".to_owned(), 0.1)]);
    }
}
