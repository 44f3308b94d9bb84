//! The tables of `circles`: one row struct each; its fields are the header.

pub use crate::experiments::judged_run::LossRow;

use crate::Real;
use crate::experiments::failures::JudgedRow;
use crate::nn::activation::Activation;
use crate::results::gap;
use crate::stats::{Ending, Verdict};
use serde::{Deserialize, Serialize};

/// One row of `points.csv`: a point, and what the network thinks of it after training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of the weights.
    pub seed: u64,
    /// `train` or `test`.
    pub set: String,
    /// Across.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// Its ring: 0 for the outer one, 1 for the inner one.
    pub label: u8,
    /// The log-odds that the network gives to the inner ring; 0: it cannot tell.
    pub logit: Real,
}

/// One row of `boundary.csv`: what the network thinks of a place after training. The places are the
/// centres of square cells, from bottom to top, each row from left to right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundaryRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of the weights.
    pub seed: u64,
    /// Across.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// The log-odds that the network gives to the inner ring; 0: it cannot tell.
    pub logit: Real,
}

/// One row of `parameters.csv`: a weight or a bias of the network at one of a few moments of its training. With them
/// its output can be computed anywhere: the page of `report` does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of the weights.
    pub seed: u64,
    /// The function after each hidden layer.
    pub activation: Activation,
    /// Updates done.
    pub updates: usize,
    /// The layer, from 1.
    pub layer: usize,
    /// The unit of the layer before that the weight comes from, from 1; NaN for a bias.
    #[serde(with = "gap")]
    pub from: Option<usize>,
    /// The unit of this layer that it leads to, from 1.
    pub to: usize,
    /// The weight or the bias.
    pub value: Real,
}

/// One row of `summary.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of the weights.
    pub seed: u64,
    /// What the seed is the seed of: `numpy` or `chacha8`.
    pub generator: String,
    /// Cost before the first update, in nats.
    pub first_loss: Real,
    /// Mean of the last 100 costs, in nats; NaN for a run that diverged.
    pub final_loss: f64,
    /// Share of the training points whose ring was named after the last update, from 0 to 1; NaN for a run
    /// that diverged.
    pub train_accuracy: f64,
    /// The same share of the test points.
    pub test_accuracy: f64,
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
    /// The flags with which it is predicted to learn; empty where nothing that was tried helps.
    pub remedy: Option<String>,
}

impl JudgedRow for SummaryRow {
    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn said(&mut self) -> [&mut Option<String>; 3] {
        [&mut self.cause, &mut self.why, &mut self.remedy]
    }
}

impl SummaryRow {
    /// The verdict with the iteration of divergence.
    pub fn ending(&self) -> Ending {
        Ending { verdict: self.verdict, diverged_at: self.diverged_at }
    }
}
