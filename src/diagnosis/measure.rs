//! Measures a network before its first update: on its first mini-batch, and in ten steps of a copy.
//!
//! What is measured are plain numbers, one row per layer ([`LayerMeasurements`]), so that whoever judges
//! them ([`super::diagnose`]) never sees a network. The copy is thrown away; the network stays as it is.

use super::travel::travel;
use crate::Real;
use crate::data::batches::Batches;
use crate::nn::inputs::Examples;
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::{Optimizer, Update};
use crate::stats::{mean, rms, standard_deviation};
use crate::train::step::Trainer;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Updates of the copy on which the learning rate is tried.
pub const TRIAL_STEPS: usize = 10;

/// The numbers of one dense layer before training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Share of units that are 0 for every input; 0 in the output layer.
    pub dead: f64,
    /// Root mean square of dL/dW.
    pub gradient_rms: f64,
    /// Root mean square of one sustained update, the mean one over the run, divided by `weight_rms`.
    pub update_ratio: f64,
    /// Root mean square of the sum of the optimizer's updates over the whole run under a constant
    /// gradient, divided by `weight_rms`: how far the layer can move, in units of itself.
    pub travel: f64,
}

/// Everything that is measured before training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurements {
    /// One row per dense layer, from the first hidden one on.
    pub layers: Vec<LayerMeasurements>,
    /// Iterations of the run.
    pub iterations: usize,
    /// The rule that will move the weights.
    pub optimizer: Optimizer,
    /// True where activations stay between two ends, so that no layer can grow a signal.
    pub bounded: bool,
    /// Loss of the first mini-batch before any update.
    pub start_loss: f64,
    /// Losses of the copy after each trial step, on the next mini-batch.
    pub trial_losses: Vec<f64>,
}

/// Measures a network that is about to be trained on `batches` (which are copied, not drawn from).
pub fn measure(
    network: &Network,
    examples: &Examples,
    batches: &Batches,
    update: Update,
    iterations: usize,
) -> Measurements {
    let mut batches = batches.clone();
    let mut trainer = Trainer::new(network.clone(), examples, update, batches.size());
    let batch = batches.draw();
    let start_loss = f64::from(trainer.loss(batch));
    let forward = forward(&trainer);
    let gradients = trainer.differentiate(batch);
    let layers = forward.into_iter().enumerate().map(|(layer, forward)| {
        let own = LayerParameters::new(network, &gradients, layer);
        let weight_rms = rms(&own.weights.iter().map(|w| f64::from(*w)).collect::<Vec<_>>());
        let travel = ratio(travel(&update, &own.weight_gradients, &own.weights, iterations), weight_rms);
        LayerMeasurements {
            distinct_units: own.distinct_units(),
            weight_rms,
            gradient_rms: rms(&own.weight_gradients.iter().map(|g| f64::from(*g)).collect::<Vec<_>>()),
            update_ratio: travel / iterations as f64,
            travel,
            ..forward
        }
    });
    Measurements {
        layers: layers.collect(),
        iterations,
        optimizer: update.optimizer,
        bounded: network.architecture.activation.is_bounded(),
        start_loss,
        trial_losses: trial(&mut trainer, &mut batches),
    }
}

/// About how much memory [`measure`] needs beside the network, in bytes: a trainer, and the gradient in
/// single and double precision of one layer.
pub fn bytes(architecture: &Architecture, update: &Update, batch_size: usize) -> u64 {
    let parameters: usize = architecture.fans().iter().map(|f| (f.fan_in + 3) * f.fan_out).sum();
    Trainer::bytes(architecture, update, batch_size) + (parameters * (3 * size_of::<Real>() + 8)) as u64
}

/// The losses of ten steps, each on the mini-batch after the step's own.
fn trial(trainer: &mut Trainer, batches: &mut Batches) -> Vec<f64> {
    let mut losses: Vec<f64> = (1..TRIAL_STEPS).map(|_| f64::from(trainer.step(batches.draw()))).collect();
    losses.push(f64::from(trainer.loss(batches.draw())));
    losses
}

/// What the forward pass shows of each layer, the other numbers still 0.
fn forward(trainer: &Trainer) -> Vec<LayerMeasurements> {
    let network = trainer.network();
    let activation = network.architecture.activation;
    let hidden = network.architecture.hidden.len();
    let row = |(layer, units): (usize, usize)| {
        let z = Rows::collect(trainer, units, |block| block.z(layer, units));
        let a = Rows::collect(trainer, units, |block| match layer < hidden {
            true => block.layers[layer].a.view(block.rows(), units),
            false => block.z(layer, units),
        });
        let signal_rms = rms(&a.values);
        LayerMeasurements {
            layer: layer + 1,
            units,
            distinct_units: 0,
            weight_rms: 0.0,
            signal_std: standard_deviation(&z.values),
            signal_rms,
            sensitivity: ratio(mean(&a.spreads()), signal_rms),
            saturated: if layer < hidden { activation.saturated_share(&a.values) } else { None },
            dead: if layer < hidden { a.dead_share() } else { 0.0 },
            gradient_rms: 0.0,
            update_ratio: 0.0,
            travel: 0.0,
        }
    };
    network.spans.iter().map(|span| span.fans.fan_out).enumerate().map(row).collect()
}

/// A quotient in which nothing divided by nothing is 0.
fn ratio(above: f64, below: f64) -> f64 {
    if above == 0.0 { 0.0 } else { above / below }
}

/// The values of one layer for a whole batch, row by row.
struct Rows {
    units: usize,
    values: Vec<f64>,
}

impl Rows {
    fn collect<'a>(
        trainer: &'a Trainer,
        units: usize,
        view: impl Fn(&'a crate::nn::rows::RowBlock) -> ndarray::ArrayView2<'a, Real>,
    ) -> Self {
        let values = trainer.blocks().iter().flat_map(|block| view(block).into_iter()).copied();
        Self { units, values: values.map(f64::from).collect() }
    }

    fn column(&self, unit: usize) -> impl Iterator<Item = f64> {
        self.values[unit..].iter().step_by(self.units).copied()
    }

    /// The spread of each unit over the inputs.
    fn spreads(&self) -> Vec<f64> {
        (0..self.units).map(|unit| standard_deviation(&self.column(unit).collect::<Vec<_>>())).collect()
    }

    /// The share of units that are 0 for every input.
    fn dead_share(&self) -> f64 {
        let dead = (0..self.units).filter(|unit| self.column(*unit).all(|value| value == 0.0));
        dead.count() as f64 / self.units as f64
    }
}

/// The parameters of one layer and their gradients, without padding.
struct LayerParameters {
    units: usize,
    weights: Vec<Real>,
    weight_gradients: Vec<Real>,
    biases: Vec<Real>,
    bias_gradients: Vec<Real>,
}

impl LayerParameters {
    fn new(network: &Network, gradients: &[Real], layer: usize) -> Self {
        let span = &network.spans[layer];
        let units = span.fans.fan_out;
        let rows = gradients[span.weights.clone()].chunks(span.stride);
        Self {
            units,
            weights: network.weights(layer).iter().copied().collect(),
            weight_gradients: rows.flat_map(|row| &row[..units]).copied().collect(),
            biases: network.biases(layer).to_vec(),
            bias_gradients: gradients[span.biases.clone()][..units].to_vec(),
        }
    }

    /// How many units differ from each other in any bit of a parameter or of its gradient.
    fn distinct_units(&self) -> usize {
        let mut units: Vec<usize> = (0..self.units).collect();
        units.sort_by(|a, b| self.compare(*a, *b));
        1 + units.windows(2).filter(|pair| self.compare(pair[0], pair[1]).is_ne()).count()
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let column = |values: &[Real], unit: usize| {
            values[unit..].iter().step_by(self.units).map(|value| value.to_bits()).collect::<Vec<_>>()
        };
        let parts = [&self.weights, &self.biases, &self.weight_gradients, &self.bias_gradients];
        let orders = parts.iter().map(|values| column(values, a).cmp(&column(values, b)));
        orders.fold(Ordering::Equal, Ordering::then)
    }
}
