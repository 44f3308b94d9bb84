//! The part of the measurements that needs gradients: how far an optimizer moves each layer, and to what
//! effect.

use super::facts::{LayerFacts, ratio};
use crate::Real;
use crate::nn::network::Network;
use crate::stats::rms_of;
use crate::train::batch_values::BatchValues;
use crate::train::step::Trainer;
use crate::train::travel::{displacement, travel};
use ndarray::{Array2, ArrayView2};
use std::cmp::Ordering;

/// A batch that has been sent through a network and back, for the measurements that need its gradients.
pub(super) struct Backward<'a> {
    trainer: &'a Trainer<'a>,
    gradients: &'a [Real],
    batch: &'a [u32],
    iterations: usize,
}

impl<'a> Backward<'a> {
    /// `gradients` are those of the trainer's network on `batch`, in the order of its parameters.
    pub fn new(trainer: &'a Trainer, gradients: &'a [Real], batch: &'a [u32], iterations: usize) -> Self {
        Self { trainer, gradients, batch, iterations }
    }

    /// Adds to a layer's row what follows from its gradient, and tells the means of its inputs; `layer` counts from 0.
    pub fn measure(&self, layer: usize, row: &LayerFacts) -> (LayerFacts, Vec<f64>) {
        let own = LayerParameters::new(self.trainer.network(), self.gradients, layer);
        let (inputs, means) = self.inputs(layer).centered();
        let gradient = own.gradient_from_inputs(&means);
        let (effect, alignment) = self.first_step(&inputs, &gradient, row.signal_spread);
        let weight_rms = rms_of(&own.weights);
        // Weights of zero have no size that a way could be compared with.
        let size = if weight_rms == 0.0 { f64::NAN } else { weight_rms };
        let way = travel(self.trainer.update(), &own.weight_gradients, &own.weights, self.iterations);
        let row = LayerFacts {
            distinct_units: own.distinct_units(),
            weight_rms,
            gradient_rms: rms_of(&own.weight_gradients),
            input_gradient_rms: rms_of(&gradient),
            effect,
            alignment,
            update_ratio: way / size / self.iterations as f64,
            travel: way / size,
            ..row.clone()
        };
        (row, means)
    }

    /// The effect and the alignment of the optimizer's first step along a gradient `(fan_in, units)`.
    fn first_step(&self, inputs: &Array2<Real>, gradient: &[Real], spread: f64) -> (f64, f64) {
        let step = displacement(self.trainer.update(), gradient, 1);
        let shape = (inputs.ncols(), gradient.len() / inputs.ncols());
        let moved = inputs.dot(&ArrayView2::from_shape(shape, &step).expect("a layer's shape")); // (rows, units)
        let moved = rms_of(moved.as_slice().expect("a product is contiguous"));
        let product: f64 = step.iter().zip(gradient).map(|(s, g)| -f64::from(*s) * f64::from(*g)).sum();
        let step = rms_of(&step);
        let effect = if spread == 0.0 { 0.0 } else { ratio(moved / spread, step) };
        (effect, ratio(ratio(product, step), rms_of(gradient)))
    }

    /// The values that enter a layer: the inputs, or the activations of the layer before it.
    fn inputs(&self, layer: usize) -> BatchValues {
        if layer > 0 {
            return BatchValues::activations(self.trainer, layer - 1);
        }
        let inputs = &self.trainer.examples().inputs;
        let mut row = vec![0.0; inputs.width()];
        let mut values = Vec::with_capacity(self.batch.len() * row.len());
        for index in self.batch {
            inputs.copy_row(*index, &mut row);
            values.extend(row.iter().map(|value| f64::from(*value)));
        }
        BatchValues { values, units: inputs.width() }
    }
}

/// The parameters of one layer and their gradients, without padding.
pub(super) struct LayerParameters {
    units: usize,
    weights: Vec<Real>,
    weight_gradients: Vec<Real>,
    biases: Vec<Real>,
    bias_gradients: Vec<Real>,
}

impl LayerParameters {
    /// Those of `layer`, from 0; `gradients` are in the order of the network's parameters, padding included.
    pub fn new(network: &Network, gradients: &[Real], layer: usize) -> Self {
        let span = &network.spans[layer];
        let units = span.fans.fan_out;
        let without_padding = |all: &[Real]| {
            let mut values = Vec::with_capacity(span.fans.fan_in * units);
            all[span.weights.clone()]
                .chunks(span.stride)
                .for_each(|row| values.extend_from_slice(&row[..units]));
            values
        };
        Self {
            units,
            weights: without_padding(&network.parameters),
            weight_gradients: without_padding(gradients),
            biases: network.biases(layer).to_vec(),
            bias_gradients: gradients[span.biases.clone()][..units].to_vec(),
        }
    }

    /// The gradient of the weights `(fan_in, units)` less `mean(x) · dL/db`, which is what it would be if
    /// every example had the mean input: a change of the biases does the same.
    pub fn gradient_from_inputs(&self, means: &[f64]) -> Vec<Real> {
        let mut differences = self.weight_gradients.clone();
        for (row, mean) in differences.chunks_mut(self.units).zip(means) {
            for (difference, of_bias) in row.iter_mut().zip(&self.bias_gradients) {
                *difference = (f64::from(*difference) - mean * f64::from(*of_bias)) as Real;
            }
        }
        differences
    }

    /// How many units differ from each other in any bit of a parameter or of its gradient.
    fn distinct_units(&self) -> usize {
        let mut units: Vec<usize> = (0..self.units).collect();
        units.sort_by(|a, b| self.compare(*a, *b));
        1 + units.windows(2).filter(|pair| self.compare(pair[0], pair[1]).is_ne()).count()
    }

    /// An order of units by the bits of their numbers, in which equal ones stand side by side.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let parts = [&self.weights, &self.biases, &self.weight_gradients, &self.bias_gradients];
        let compare = |values: &Vec<Real>| {
            let bits = |unit: usize| values[unit..].iter().step_by(self.units).map(|value| value.to_bits());
            bits(a).cmp(bits(b))
        };
        parts.into_iter().map(compare).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}
