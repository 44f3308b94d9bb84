//! The tables of `batch-norm`: one row struct each; its fields are the header.

use crate::Real;
use crate::experiments::failures::JudgedRow;
use crate::results::gap;
use crate::stats::{Ending, Verdict};
use serde::{Deserialize, Serialize};

/// One row of `accuracy.csv`. A network has none from the update on that made it overflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccuracyRow {
    /// Standard deviation of the initial weights.
    pub std: f64,
    /// Whether the network has batch norm.
    pub batch_norm: bool,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Updates done.
    pub iteration: usize,
    /// Mean loss on the images learned from, in nats, with the running statistics.
    pub train_loss: Real,
    /// Share of these images whose class was named, from 0 to 1.
    pub train_accuracy: f64,
}

/// One row of `summary.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// Standard deviation of the initial weights.
    pub std: f64,
    /// Whether the network has batch norm.
    pub batch_norm: bool,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Updates done; fewer than asked for where the network diverged.
    pub updates: usize,
    /// Mean of the last 100 mini-batch losses, in nats; NaN for a network that diverged.
    pub final_loss: f64,
    /// Accuracy at the last evaluation; NaN for a network that diverged.
    #[serde(with = "gap")]
    pub final_accuracy: Option<f64>,
    /// The verdict on the run.
    pub verdict: Verdict,
    /// The iteration of the first loss that was not finite; NaN unless the run diverged.
    #[serde(with = "gap")]
    pub diverged_at: Option<usize>,
    /// Classes of the data set: one by guessing is right in one of so many cases.
    pub classes: usize,
    /// Why it did not learn, the name of a [`Cause`](crate::diagnosis::Cause); empty for a run that learned, and until all
    /// runs are there.
    pub cause: Option<String>,
    /// What shows the cause, with its numbers.
    pub why: Option<String>,
    /// What it is predicted to learn with, as flags of `compare`; empty where nothing that was tried helps.
    pub remedy: Option<String>,
}

impl SummaryRow {
    /// Rows for tests: two seeds at two scales; at the first the plain network of seed 2 diverged at once.
    #[cfg(test)]
    pub fn examples() -> Vec<Self> {
        let runs = [(1.0, true), (1.0, false), (0.5, true), (0.5, false)];
        let rows = |(std, batch_norm)| [1, 2].map(|seed| Self::example(std, batch_norm, seed));
        runs.into_iter().flat_map(rows).collect()
    }

    #[cfg(test)]
    fn example(std: f64, batch_norm: bool, seed: u64) -> Self {
        let learned = Self {
            std,
            batch_norm,
            seed,
            updates: 20,
            final_loss: 0.5,
            final_accuracy: Some(0.95),
            verdict: Verdict::Learned,
            diverged_at: None,
            classes: 10,
            cause: None,
            why: None,
            remedy: None,
        };
        if std == 1.0 && !batch_norm && seed == 2 {
            return Self {
                updates: 4,
                final_accuracy: None,
                verdict: Verdict::Diverged,
                diverged_at: Some(3),
                ..learned
            };
        }
        learned
    }

    /// The verdict with the iteration of divergence.
    pub fn ending(&self) -> Ending {
        Ending { verdict: self.verdict, diverged_at: self.diverged_at }
    }
}

impl JudgedRow for SummaryRow {
    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn said(&mut self) -> [&mut Option<String>; 3] {
        [&mut self.cause, &mut self.why, &mut self.remedy]
    }
}

/// The runs with batch norm, or those without.
pub fn of_kind(runs: &[SummaryRow], batch_norm: bool) -> Vec<&SummaryRow> {
    runs.iter().filter(|run| run.batch_norm == batch_norm).collect()
}
