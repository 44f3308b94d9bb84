//! Everything that is measured of a network before training: plain numbers.

use crate::Real;
use crate::nn::optimizer::{Optimizer, Update};
use crate::stats::{learned_below, mean, rms};
use serde::{Deserialize, Serialize};
use std::f64::consts::SQRT_2;

/// Steps that have changed anything have moved some layer by this share of itself.
const MOVED: f64 = 0.01;
/// A loss that starts above so many times that of guessing is that of an output that is too large. Not
/// derived: initializers that fit start below 3 on ten classes, and std = 1 in layers of 50 at 278.
const HIGH_START: f64 = 10.0;

/// The numbers of one dense layer before training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerMeasurements {
    /// The layer, from 1; the last one is the output layer.
    pub layer: usize,
    /// Units.
    pub units: usize,
    /// Units that differ in a weight, in a bias or in the gradient of one: others stay equal for ever.
    pub distinct_units: usize,
    /// Root mean square of the weights.
    pub weight_rms: f64,
    /// Standard deviation of the pre-activations, over units and inputs.
    pub signal_std: f64,
    /// Root mean square of the activations; of the logits in the output layer.
    pub signal_rms: f64,
    /// Spread of a unit's activations over the inputs, averaged over the units, divided by
    /// `signal_rms`: 0 where every input looks the same.
    pub sensitivity: f64,
    /// Share of activations within 0.02 of an end that their function only approaches; `None` where it
    /// has none, and in the output layer.
    pub saturated: Option<f64>,
    /// Share of units that are 0 for every input, where no gradient passes at 0; 0 in the output layer.
    pub dead: f64,
    /// Root mean square of dL/dW.
    pub gradient_rms: f64,
    /// The same without what a change of the biases does as well, `mean(x) · dL/db`: what is left comes
    /// from differences between inputs.
    pub input_gradient_rms: f64,
    /// Effect of the optimizer's first step along that gradient on the pre-activations, in units of their
    /// spread over the inputs, per unit of the displacement's root mean square; 0 where they have none.
    pub effect: f64,
    /// Inner product of that step and that gradient, divided by both root mean squares: the number of
    /// weights where they have one direction.
    pub alignment: f64,
    /// Root mean square of one sustained update, the mean one over the run, divided by `weight_rms`; NaN
    /// where all weights are 0.
    pub update_ratio: f64,
    /// Root mean square of the sum of the optimizer's updates over the whole run under a constant
    /// gradient, divided by `weight_rms`: how far the layer can move, in units of itself; NaN where all
    /// weights are 0.
    pub travel: f64,
}

/// Everything that is measured before training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurements {
    /// One row per dense layer, from the first hidden one on.
    pub layers: Vec<LayerMeasurements>,
    /// Iterations of the run.
    pub iterations: usize,
    /// Examples of a mini-batch.
    pub batch_size: usize,
    /// The rule that will move the weights.
    pub optimizer: Optimizer,
    /// η.
    pub learning_rate: f64,
    /// m, for the rules that have one.
    pub momentum: f64,
    /// λ: what is added to a weight's gradient for each unit of the weight.
    pub weight_decay: f64,
    /// True with batch norm.
    pub batch_norm: bool,
    /// True where activations stay between two ends, so that no layer can grow a signal.
    pub bounded: bool,
    /// Loss of the first mini-batch before any update.
    pub start_loss: f64,
    /// Entropy of the labels, in nats: the loss of a network that only knows how frequent each is.
    pub label_entropy: f64,
    /// Mean squared distance between the gradient of a mini-batch and the mean gradient before any update, summed over
    /// all parameters: the trace of the covariance of that gradient.
    pub gradient_variance: f64,
    /// The losses and layers of the copy that was tried for some steps.
    pub trial: Trial,
}

/// The copy of the network in and after its trial steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Losses after each step, on the next mini-batch; the last one is the first that is not finite, if
    /// any is.
    pub losses: Vec<f64>,
    /// The layers after the last step, on the mini-batch of the last loss.
    pub layers: Vec<LayerMeasurements>,
}

impl Trial {
    /// Sensitivity of the last hidden layer after the last step; 1 where there is no hidden layer.
    pub fn sensitivity(&self) -> f64 {
        self.layers.iter().rev().nth(1).map_or(1.0, |last| last.sensitivity)
    }

    /// The geometric means of the losses in the second quarter and in the second half of the trial.
    ///
    /// Neither has the first steps, which are an optimizer's largest; loss and steps go up and down by
    /// factors, so the logarithms are averaged.
    pub fn course(&self) -> (f64, f64) {
        let (quarter, half) = (self.losses.len() / 4, self.losses.len() / 2);
        let later = geometric_mean(&self.losses[half..]);
        // A trial of one step has no second quarter.
        let earlier = if quarter == half { later } else { geometric_mean(&self.losses[quarter..half]) };
        (earlier, later)
    }

    /// The standard deviation of the logarithms of two losses that follow each other, over √2: that of mini-batches,
    /// where the loss itself hardly changes from one to the next (von Neumann 1941). 0 for a trial of one step.
    pub fn noise(&self) -> f64 {
        let later = &self.losses[self.losses.len() / 2..];
        let changes: Vec<f64> = later.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
        if changes.is_empty() { 0.0 } else { rms(&changes) / SQRT_2 }
    }
}

/// The geometric mean of losses; those below the smallest normal number count as that.
fn geometric_mean(losses: &[f64]) -> f64 {
    mean(&losses.iter().map(|loss| loss.max(f64::MIN_POSITIVE).ln()).collect::<Vec<_>>()).exp()
}

impl LayerMeasurements {
    /// False where a number on which a diagnosis rests is infinite or NaN.
    pub fn is_finite(&self) -> bool {
        let forward = [self.signal_rms, self.signal_std, self.sensitivity];
        let backward = [self.gradient_rms, self.input_gradient_rms, self.effect, self.alignment];
        forward.iter().chain(&backward).all(|number| number.is_finite())
    }
}

impl Measurements {
    /// The layer that travels least; `None` where there are no layers.
    pub fn slowest(&self) -> Option<&LayerMeasurements> {
        self.layers.iter().min_by(|a, b| a.travel.total_cmp(&b.travel))
    }

    /// The travel of the slowest layer; infinite where no layer has one.
    pub fn least_travel(&self) -> f64 {
        self.layers.iter().map(|layer| layer.travel).fold(f64::INFINITY, f64::min)
    }

    /// True where a rise of the loss may be put down to so many updates: they move something, and the loss did not
    /// start so high that no step is small enough.
    pub fn may_be_raised_in(&self, updates: usize) -> bool {
        self.moves_in(updates) && !self.starts_far_above_guessing()
    }

    /// True where so many updates like the first one move some layer by a hundredth of itself: what they do not move
    /// they neither raise nor lower.
    pub fn moves_in(&self, updates: usize) -> bool {
        self.layers.iter().any(|layer| layer.update_ratio * updates as f64 > MOVED)
    }

    /// True of a loss that starts so far above that of guessing, ten times, that the output itself is too large.
    pub fn starts_far_above_guessing(&self) -> bool {
        self.start_loss > HIGH_START * self.label_entropy
    }

    /// The first losses of the run, one per iteration from 0: that before any update and all of the trial but the
    /// last.
    pub fn known_losses(&self) -> Vec<f64> {
        let tried = self.trial.losses.split_last().map_or(&[][..], |(_, before)| before);
        [self.start_loss].iter().chain(tried).copied().collect()
    }

    /// The final loss below which the run has learned: see [`learned_below`].
    pub fn learned_below(&self) -> f64 {
        learned_below(&self.known_losses(), self.iterations, self.label_entropy)
    }

    /// The optimizer with its settings, but for weight decay, which a trainer adds to the gradients.
    pub fn update(&self) -> Update {
        Update {
            optimizer: self.optimizer,
            learning_rate: self.learning_rate as Real,
            momentum: self.momentum as Real,
            weight_decay: 0.0,
        }
    }
}
