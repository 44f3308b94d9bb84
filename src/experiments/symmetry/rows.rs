//! The tables of `symmetry`: one row struct each; its fields are the header.

use crate::Real;
use crate::results::gap;
use crate::stats::{Ending, Verdict};
use serde::{Deserialize, Serialize};

/// One row of `loss.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossRow {
    /// The function after each hidden layer.
    pub activation: String,
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Iteration, from 0.
    pub iteration: usize,
    /// Mean loss of the iteration's mini-batch before its update, in nats.
    pub loss: Real,
}

/// One row of `symmetry.csv`: how alike the units of a hidden layer are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SymmetryRow {
    /// The function after each hidden layer.
    pub activation: String,
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Updates done.
    pub iteration: usize,
    /// The hidden layer, from 1.
    pub layer: usize,
    /// By which weights its units are compared: `incoming` (bias included) or, for the last one,
    /// also `outgoing`, the output layer's.
    pub weights: String,
    /// Units of the layer.
    pub units: usize,
    /// How many of them differ in at least one bit.
    pub distinct_units: usize,
    /// The largest difference between any two of them in any one weight; NaN where a weight is not finite.
    pub largest_difference: Real,
}

/// One row of `summary.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// The function after each hidden layer.
    pub activation: String,
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Units of all hidden layers.
    pub units: usize,
    /// How many different ones there are among those of each layer, by incoming weights, at the end.
    pub distinct_units: usize,
    /// The largest difference that any two units of one hidden layer ever had.
    pub largest_difference: Real,
    /// Which weights and biases training has moved: `W3 b3`, `all`, `nothing`.
    pub moved: String,
    /// Mean of the last 100 losses, in nats; NaN for a run that diverged.
    pub final_loss: f64,
    /// Share of test images whose class was named after the last update; NaN for a run that diverged.
    pub test_accuracy: f64,
    /// The verdict on the run.
    pub verdict: Verdict,
    /// The iteration of the first loss that was not finite; NaN unless the run diverged.
    #[serde(with = "gap")]
    pub diverged_at: Option<usize>,
}

impl SummaryRow {
    /// The verdict with the iteration of divergence.
    pub fn ending(&self) -> Ending {
        Ending { verdict: self.verdict, diverged_at: self.diverged_at }
    }
}
