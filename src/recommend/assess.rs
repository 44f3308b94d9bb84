//! Assessment of a candidate before any training: on paper, measured, and the verdict to be expected.

use super::candidates::Candidate;
use super::config::Config;
use super::distance::distance;
use super::predict::{LayerPrediction, predict};
use super::sample::Sample;
use crate::data::batches::Batches;
use crate::diagnosis::layer::numbers;
use crate::diagnosis::measure::bytes;
use crate::diagnosis::probe::Probe;
use crate::diagnosis::{Diagnosis, LayerMeasurements, Measurements, diagnose, measure};
use crate::nn::network::Network;
use crate::stats::{Verdict, rms};
use rayon::prelude::*;

/// Everything that is known of a candidate before training, under one seed.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The candidate.
    pub candidate: Candidate,
    /// What is predicted on paper, one entry per hidden layer; `None` where the paper says nothing.
    pub predicted: Option<Vec<LayerPrediction>>,
    /// The measurements, one row per dense layer, the output layer last.
    pub measured: Measurements,
    /// Root mean square of the gradient of one example's loss with respect to the activations, one per
    /// hidden layer, from the first on.
    pub gradients: Vec<f64>,
    /// How far its scale is from the one that passes differences between inputs on unchanged, in natural
    /// logarithms ([`distance`](fn@distance)); 0 for exactly that one, infinite for weights without spread.
    pub distance: f64,
    /// The verdict to be expected, and why.
    pub diagnosis: Diagnosis,
}

/// Assesses every candidate, in their order, under the first seed; several at a time, on the threads of the
/// current pool. All candidates see the same mini-batches and the same probe.
pub fn assess(config: &Config, candidates: Vec<Candidate>, sample: &Sample) -> Vec<Assessment> {
    let probe = Probe::on_examples(config.seed, config.batch_size as usize, &sample.examples);
    candidates.into_par_iter().map(|candidate| of_one(config, candidate, sample, &probe)).collect()
}

/// About how much memory one candidate at work needs, in bytes.
pub fn bytes_of_one(config: &Config) -> u64 {
    let architecture = config.architecture();
    let parameters: usize = architecture.fans().iter().map(|fans| (fans.fan_in + 1) * fans.fan_out).sum();
    // The network itself, and the probe's gradients with respect to its weights.
    let beside = 2 * (parameters * size_of::<crate::Real>()) as u64;
    beside + bytes(&architecture, &config.update(), config.batch_size as usize)
}

fn of_one(config: &Config, candidate: Candidate, sample: &Sample, probe: &Probe) -> Assessment {
    let (examples, architecture) = (&sample.examples, config.architecture());
    let batches = Batches::with_replacement(config.seed, examples.labels.len(), config.batch_size as usize);
    let first = batches.clone().draw().to_vec();
    let predicted = predict(&architecture, &candidate.init, probe.mean_square());
    let network = Network::initialized(architecture, &candidate.init, config.seed, &examples.inputs, &first);
    let measured = measure(&network, examples, &batches, config.update(), config.iterations as usize);
    let gradient = |d_activation: &ndarray::Array2<crate::Real>| {
        d_activation.nrows() as f64 * rms(&numbers(&d_activation.view()))
    };
    let gradients = probe.capture(&network).iter().map(|layer| gradient(&layer.d_activation)).collect();
    let distance = distance(&network.architecture, &candidate.init, &measured);
    let diagnosis = diagnose(&measured);
    Assessment { candidate, predicted, measured, gradients, distance, diagnosis }
}

impl Assessment {
    /// The measurements of the hidden layers.
    pub fn hidden(&self) -> &[LayerMeasurements] {
        &self.measured.layers[..self.measured.layers.len() - 1]
    }

    /// True if it is predicted to learn, by more than the toss of a coin.
    pub fn is_promising(&self) -> bool {
        self.diagnosis.predicted == Verdict::Learned && self.diagnosis.confidence > 0.5
    }

    /// True if it is predicted to learn, with a confidence of 0.8 at least.
    pub fn is_surely_promising(&self) -> bool {
        self.is_promising() && self.diagnosis.is_sure()
    }

    /// Spread of the last hidden layer's activations over inputs, in units of their size: 0 where every input
    /// looks the same.
    pub fn sensitivity(&self) -> f64 {
        self.hidden().last().expect("a network has a hidden layer").sensitivity
    }

    /// The mean update over the run of the fastest layer, in units of its weights; layers whose weights are 0
    /// are left out, 0 where all are.
    pub fn update_ratio(&self) -> f64 {
        self.measured.layers.iter().map(|layer| layer.update_ratio).fold(0.0, f64::max)
    }

    /// How far the slowest layer can move during the training, in units of its weights; infinite where the
    /// weights of every layer are 0.
    pub fn travel(&self) -> f64 {
        self.measured.least_travel()
    }

    /// The same, with 0 for weights of 0: that they move by infinitely many times themselves is no merit.
    pub fn reach(&self) -> f64 {
        Some(self.travel()).filter(|travel| travel.is_finite()).unwrap_or(0.0)
    }
}
