//! Assessment of a candidate before any training: on paper, measured, and the verdict to be expected.

use super::candidates::Candidate;
use super::config::Config;
use super::distance::distance;
use super::predict::{LayerPrediction, predict};
use super::sample::Sample;
use crate::diagnosis::measure::bytes;
use crate::diagnosis::{Confidence, Facts, Forecast, TRIAL_UPDATES, forecast, measure};
use crate::stats::{Verdict, rms};
use crate::train::layer_values::numbers;
use crate::train::probe::Probe;
use ndarray::Array2;
use rayon::prelude::*;

/// Everything that is known of a candidate before training, under one seed.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The candidate.
    pub candidate: Candidate,
    /// What is predicted on paper, one entry per hidden layer; `None` where the paper says nothing.
    pub predicted: Option<Vec<LayerPrediction>>,
    /// What is measured.
    pub facts: Facts,
    /// Root mean square of the gradient of one example's loss with respect to the activations, one per
    /// hidden layer, from the first on.
    pub gradients: Vec<f64>,
    /// How far its scale is from the one that passes differences between inputs on unchanged, in natural
    /// logarithms ([`distance`](fn@distance)); 0 for exactly that one, infinite for weights without spread.
    pub distance: f64,
    /// The verdict to be expected.
    pub forecast: Forecast,
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
    let setup = config.setup(candidate.init, sample);
    let network = setup.network(&sample.examples);
    let facts = measure(&network, &setup, &sample.examples, TRIAL_UPDATES);
    let gradient = |d_activation: &Array2<crate::Real>| {
        d_activation.nrows() as f64 * rms(&numbers(&d_activation.view()))
    };
    Assessment {
        predicted: predict(&network.architecture, &candidate.init, probe.mean_square()),
        gradients: probe.capture(&network).iter().map(|layer| gradient(&layer.d_activation)).collect(),
        distance: distance(&network.architecture, &candidate.init, &facts),
        forecast: forecast(&facts),
        facts,
        candidate,
    }
}

impl Assessment {
    /// How sure it is that it learns; `None` where that is not predicted.
    pub fn learns(&self) -> Option<Confidence> {
        (self.forecast.verdict == Verdict::Learned).then_some(self.forecast.confidence)
    }

    /// How far the slowest layer can move during the training, in units of its weights, with 0 for weights of 0: that
    /// they move by infinitely many times themselves is no merit.
    pub fn reach(&self) -> f64 {
        Some(self.facts.least_travel()).filter(|travel| travel.is_finite()).unwrap_or(0.0)
    }
}
