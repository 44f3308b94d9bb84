//! The tables of `compare`: one row struct each; its fields are the header.

pub use crate::experiments::judged_run::LossRow;

use crate::Real;
use crate::experiments::failures::JudgedRow;
use crate::results::gap;
use crate::stats::{Ending, Verdict};
use serde::{Deserialize, Serialize};

/// One row of `accuracy.csv`: one evaluation on the test set, every `--eval-every` updates and after the
/// last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccuracyRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Updates done.
    pub iteration: usize,
    /// Mean loss on the test images, in nats.
    pub test_loss: Real,
    /// Share of test images whose digit was named.
    pub test_accuracy: f64,
}

/// One row of `summary.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Mean of the last 100 losses, in nats; NaN for a run that diverged.
    pub final_loss: f64,
    /// Minimum of the smoothed losses, in nats; NaN for a run that diverged.
    pub best_loss: f64,
    /// First iteration at which the smoothed loss is below 1; NaN: never.
    #[serde(with = "gap")]
    pub iterations_to_1: Option<usize>,
    /// Mean loss on the test images after the last update, in nats; NaN for a run that diverged.
    pub test_loss: Real,
    /// Share of test images whose class was named after the last update; NaN for a run that diverged.
    pub test_accuracy: f64,
    /// Entropy of the training labels, in nats: the loss of guessing.
    pub label_entropy: f64,
    /// The verdict that was predicted before training.
    pub predicted: Verdict,
    /// The share of such predictions that are right.
    pub confidence: f64,
    /// The verdict on the run.
    pub verdict: Verdict,
    /// The iteration of the first loss that was not finite; NaN unless the run diverged.
    #[serde(with = "gap")]
    pub diverged_at: Option<usize>,
    /// Why it did not learn, the name of a [`Cause`](crate::diagnosis::Cause); empty for a run that learned, and until all
    /// runs are there.
    pub cause: Option<String>,
    /// What shows the cause, with its numbers.
    pub why: Option<String>,
    /// The flags with which it is predicted to learn, or has learned; empty where nothing that was tried helps.
    pub remedy: Option<String>,
    /// The travel of the slowest layer.
    pub travel: f64,
}

impl SummaryRow {
    /// A row for tests of what is made of such rows.
    #[cfg(test)]
    pub fn example(verdict: Verdict) -> Self {
        Self {
            initializer: "He".to_owned(),
            seed: 1,
            final_loss: 0.5,
            best_loss: 0.4,
            iterations_to_1: None,
            test_loss: 0.5,
            test_accuracy: 0.9,
            label_entropy: 2.3,
            predicted: verdict,
            confidence: 0.9,
            verdict,
            diverged_at: None,
            cause: None,
            why: None,
            remedy: None,
            travel: 1.0,
        }
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

/// One row of `initialization.csv`: what a layer started from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Layer, from 1.
    pub layer: usize,
    /// Inputs of each unit.
    pub fan_in: usize,
    /// Units.
    pub fan_out: usize,
    /// Standard deviation that the initializer asks for; NaN where it asks for none.
    #[serde(with = "gap")]
    pub target_std: Option<f64>,
    /// Standard deviation of the weights drawn.
    pub measured_std: f64,
    /// Standard deviation of the layer's pre-activations on the seed's first mini-batch.
    pub signal_std: f64,
    /// Spread of the activations over inputs, in units of their root mean square, on that mini-batch.
    pub sensitivity: f64,
    /// Root mean square of the gradient of the loss with respect to the weights, on that mini-batch.
    pub gradient_rms: f64,
    /// Root mean square of one sustained update, in units of that of the weights.
    pub update_ratio: f64,
    /// The way that a constant gradient would move the weights in the whole run, in the same units.
    pub travel: f64,
}

/// One row of `differences.csv`: an initializer minus another in one measure, over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DifferenceRow {
    /// Canonical label.
    pub initializer: String,
    /// The initializer that is subtracted: the baseline in the first rows.
    pub baseline: String,
    /// `final_loss`, `test_accuracy` or `iterations_to_1`.
    pub measure: String,
    /// Seeds for which both have a value.
    pub pairs: usize,
    /// Seeds for which one of them has none: it diverged, or never came below 1.
    pub pairs_without: usize,
    /// Mean difference over the pairs; NaN for none.
    pub mean: f64,
    /// Lower end of its 95 % interval; NaN for fewer than two pairs.
    #[serde(with = "gap")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(with = "gap")]
    pub high: Option<f64>,
    /// Pairs whose difference has the sign of the mean.
    pub same_sign: usize,
    /// The number of intervals of this table that are told together; NaN for one that is not.
    #[serde(with = "gap")]
    pub comparisons: Option<usize>,
    /// Lower end of the interval that holds with all of these at 95 % (Bonferroni).
    #[serde(with = "gap")]
    pub all_low: Option<f64>,
    /// Upper end.
    #[serde(with = "gap")]
    pub all_high: Option<f64>,
    /// Seeds that would tell the two apart with a probability of 80 %; NaN for more than 10,000.
    #[serde(with = "gap")]
    pub seeds_needed: Option<usize>,
}

/// One row of `validation.csv`: a run on whose seed a learning rate is chosen, after its last update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidationRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Training examples that were set apart: no mini-batch has them.
    pub held_out: usize,
    /// Mean loss on these, in nats; NaN for a run that diverged.
    pub validation_loss: Real,
    /// Share of these whose class was named; NaN for a run that diverged.
    pub validation_accuracy: f64,
}

/// One row of `rates.csv`: a run at one of several learning rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// `choosing` for the seeds on which the best rate is chosen, `shown` for the others.
    pub used_for: String,
    /// Mean of the last 100 losses; NaN for a diverged run.
    pub final_loss: f64,
    /// Training examples that were set apart; NaN for none.
    #[serde(with = "gap")]
    pub held_out: Option<usize>,
    /// Mean loss on these, by which the best rate is chosen; NaN where there are none and for a run that diverged.
    #[serde(with = "gap")]
    pub validation_loss: Option<f64>,
    /// The verdict on the run.
    pub verdict: Verdict,
    /// True at the initializer's best rate.
    pub best: bool,
    /// True for the smallest and the largest rate tried: a best one there may have a better one beyond.
    pub at_edge: bool,
    /// The learning rate.
    pub learning_rate: f64,
}
