//! Facts: everything that is measured of a network before training and in a short trial, as plain numbers.

use super::setup::Setup;
use crate::stats::{band, learned_below, mean};

/// The numbers of one dense layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerFacts {
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
    /// The same of each unit over the inputs alone, root mean square over the units: 0 where every input looks the same.
    pub signal_spread: f64,
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
    /// Root mean square of the same gradient's noise: the difference of one mini-batch's from the mean of several; measured
    /// after the trial alone, where it is taken off `input_gradient_rms`.
    pub noise_rms: f64,
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

/// Everything that is measured of a network and its training.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// What was measured.
    pub setup: Setup,
    /// One row per dense layer before training, from the first hidden one on.
    pub layers: Vec<LayerFacts>,
    /// Loss of the first mini-batch before any update.
    pub start_loss: f64,
    /// Entropy of the labels, in nats: the loss of a network that only knows how frequent each is.
    pub label_entropy: f64,
    /// The copy of the network that was trained for some updates.
    pub trial: Trial,
}

/// The copy of the network in and after its first updates.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Losses after each update, on the next mini-batch; the last one is the first that is not finite, if
    /// any is.
    pub losses: Vec<f64>,
    /// The layers after the last update, on the mini-batch of the last loss; empty where a loss is not finite.
    pub layers: Vec<LayerFacts>,
}

impl Trial {
    /// Sensitivity of the last hidden layer after the last update; 1 where there is no hidden layer.
    pub fn sensitivity(&self) -> f64 {
        self.layers.iter().rev().nth(1).map_or(1.0, |last| last.sensitivity)
    }

    /// The mean loss of the second half of the trial.
    pub fn mean_loss(&self) -> f64 {
        mean(&self.losses[self.losses.len() / 2..])
    }

    /// The exponent `p` of `L(t) ∝ t⁻ᵖ` that the second quarter and the second half of the trial show, a factor of two apart
    /// in time; 0 where mini-batches differ by as much.
    ///
    /// Neither stretch has the first updates, which are an optimizer's largest; loss and updates go up and down by factors, so
    /// the logarithms are averaged.
    pub fn exponent(&self) -> f64 {
        let (quarter, half) = (self.losses.len() / 4, self.losses.len() / 2);
        let logarithms = |losses: &[f64]| {
            band(&losses.iter().map(|loss| loss.max(f64::MIN_POSITIVE).ln()).collect::<Vec<_>>())
        };
        let (earlier, later) = (logarithms(&self.losses[quarter..half]), logarithms(&self.losses[half..]));
        let noise = earlier.half_width.unwrap_or(0.0).hypot(later.half_width.unwrap_or(0.0));
        let fall = Some(earlier.mean - later.mean).filter(|fall| fall.abs() > noise).unwrap_or(0.0);
        fall / std::f64::consts::LN_2
    }
}

impl LayerFacts {
    /// False where a number on which a forecast rests is infinite or NaN.
    pub fn is_finite(&self) -> bool {
        let forward = [self.signal_rms, self.signal_std, self.sensitivity];
        let backward =
            [self.gradient_rms, self.input_gradient_rms, self.noise_rms, self.effect, self.alignment];
        forward.iter().chain(&backward).all(|number| number.is_finite())
    }
}

impl Facts {
    /// False where a number of the first pass or of the trial is infinite or NaN.
    pub fn is_finite(&self) -> bool {
        let losses = [self.start_loss].into_iter().chain(self.trial.losses.iter().copied());
        let layers = self.layers.iter().chain(&self.trial.layers);
        losses.into_iter().all(f64::is_finite) && layers.into_iter().all(LayerFacts::is_finite)
    }

    /// The layers but the output layer.
    pub fn hidden(&self) -> &[LayerFacts] {
        &self.layers[..self.layers.len() - 1]
    }

    /// The layer that travels least; `None` where there are no layers.
    pub fn slowest(&self) -> Option<&LayerFacts> {
        self.layers.iter().min_by(|a, b| a.travel.total_cmp(&b.travel))
    }

    /// The travel of the slowest layer; infinite where no layer has one.
    pub fn least_travel(&self) -> f64 {
        self.layers.iter().map(|layer| layer.travel).fold(f64::INFINITY, f64::min)
    }

    /// The loss of equal logits, in nats: that of a network that knows nothing at all. One logit stands for two classes.
    pub fn equal_loss(&self) -> f64 {
        (self.setup.architecture.outputs.max(2) as f64).ln()
    }

    /// The first losses of the run, one per iteration from 0: that before any update and all of the trial but the
    /// last.
    pub fn known_losses(&self) -> Vec<f64> {
        let tried = self.trial.losses.split_last().map_or(&[][..], |(_, before)| before);
        [self.start_loss].iter().chain(tried).copied().collect()
    }

    /// The final loss below which the run has learned: see [`learned_below`].
    pub fn learned_below(&self) -> f64 {
        learned_below(&self.known_losses(), self.setup.iterations, self.label_entropy)
    }
}

/// A quotient in which 0 divided by anything, by 0 too, is 0.
pub(super) fn ratio(above: f64, below: f64) -> f64 {
    if above == 0.0 { 0.0 } else { above / below }
}
