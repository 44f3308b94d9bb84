//! A probe: a batch sent through a network and a gradient back, and every layer's values kept.
//!
//! Forward and backward are the engine's. What the engine does not keep, the gradient with respect to the
//! activations before it passes the derivative, is one product more.
//!
//! Not here: what the numbers amount to ([`super::layer_values::ValueStatistics`]).

use super::layer_values::LayerValues;
use crate::Real;
use crate::nn::batch_norm::Statistics;
use crate::nn::init::Init;
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::network::{Architecture, Network};
use crate::nn::rows::RowBlock;
use crate::rng::{Purpose, stream};
use ndarray::Array2;
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;

/// A batch and the source of the gradient that is sent back through a network.
#[derive(Debug)]
pub struct Probe {
    examples: Examples,
    every: Vec<u32>,
    signal: Signal,
}

/// The source of the gradient.
#[derive(Debug)]
enum Signal {
    /// Standard normal numbers `(samples, width)` in place of the gradient with respect to the last activations.
    Noise(Array2<Real>),
    /// The mean loss of the examples' labels.
    Labels,
}

impl Probe {
    /// Standard normal inputs `(samples, inputs)` and a standard normal gradient `(samples, outputs)`, drawn
    /// from streams of their own: all networks of one seed get the same.
    pub fn on_noise(seed: u64, samples: usize, inputs: usize, outputs: usize) -> Self {
        let draw = |purpose, width| {
            let numbers: Array2<f64> =
                Array2::random_using((samples, width), StandardNormal, &mut stream(seed, purpose, 0));
            numbers.mapv(|number| number as Real)
        };
        let inputs = Inputs::Dense(draw(Purpose::Inputs, inputs));
        Self::new(
            Examples { inputs, labels: vec![0; samples] },
            Signal::Noise(draw(Purpose::Signals, outputs)),
        )
    }

    /// Examples that a seed picks, each at most once, and the gradient of their mean loss. At most `samples`
    /// of them, all where there are fewer.
    pub fn on_examples(seed: u64, samples: usize, from: &Examples) -> Self {
        let mut stream = stream(seed, Purpose::Selection, 0);
        let samples = samples.min(from.labels.len());
        let chosen = rand::seq::index::sample(&mut stream, from.labels.len(), samples);
        let mut inputs = Array2::zeros((samples, from.inputs.width()));
        for (mut row, index) in inputs.rows_mut().into_iter().zip(chosen.iter()) {
            from.inputs.copy_row(index as u32, row.as_slice_mut().expect("rows are contiguous"));
        }
        let labels = chosen.iter().map(|index| from.labels[index]).collect();
        Self::new(Examples { inputs: Inputs::Dense(inputs), labels }, Signal::Labels)
    }

    fn new(examples: Examples, signal: Signal) -> Self {
        Self { every: (0..examples.inputs.len() as u32).collect(), examples, signal }
    }

    /// Numbers per input.
    pub fn width(&self) -> usize {
        self.examples.inputs.width()
    }

    /// Mean square of the inputs, over examples and numbers of an example.
    pub fn mean_square(&self) -> f64 {
        let inputs = self.examples.inputs.to_dense();
        inputs.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / inputs.len() as f64
    }

    /// The network that an initializer makes; one that needs data gets the probe's inputs.
    ///
    /// The outputs of noise are the last activations themselves, so there are as many: a gradient that is put
    /// there is the gradient with respect to the last activations.
    pub fn network(&self, architecture: Architecture, init: &Init, seed: u64) -> Network {
        let (last, outputs) = (architecture.hidden.len(), architecture.outputs);
        let mut network = Network::initialized(architecture, init, seed, &self.examples.inputs, &self.every);
        if matches!(self.signal, Signal::Noise(_)) {
            network.weights_mut(last).assign(&Array2::eye(outputs));
        }
        network
    }

    /// Sends everything through and back; one entry per hidden layer, from the first on.
    pub fn capture(&self, network: &Network) -> Vec<LayerValues> {
        let samples = self.every.len();
        let mut block = RowBlock::new(network, &self.examples.inputs, samples);
        block.forward(network, &self.examples.inputs, &self.every, Statistics::Batch);
        match &self.signal {
            Signal::Labels => block.loss(network, &self.examples, &self.every, 1.0 / samples as Real),
            Signal::Noise(signal) => {
                block.d_logits.view_mut(samples, signal.ncols()).assign(signal);
            }
        }
        block.backward(network, &network.transposed());
        (0..network.spans.len() - 1).map(|layer| self.values(network, &block, layer)).collect()
    }

    fn values(&self, network: &Network, block: &RowBlock, layer: usize) -> LayerValues {
        let units = |layer: usize| network.spans[layer].fans.fan_out;
        let (samples, inputs) = (self.every.len(), self.examples.inputs.width());
        let x = match layer {
            0 => block.x.view(samples, inputs),
            _ => block.layers[layer - 1].a.view(samples, units(layer - 1)),
        };
        let d_z = block.d_z(layer).view(samples, units(layer));
        let d_z_above = block.d_z(layer + 1).view(samples, units(layer + 1));
        LayerValues {
            activation: block.layers[layer].a.view(samples, units(layer)).to_owned(),
            d_activation: d_z_above.dot(&network.weights(layer + 1).t()), // (samples, units)
            d_weight: x.t().dot(&d_z),                                    // (fan_in, units)
        }
    }
}
