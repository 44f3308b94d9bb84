//! The examples that candidates are measured on: the reader's data, or noise of the same sizes.
//!
//! From noise nothing can be learned, so there is no trial on it.

use super::config::Config;
use crate::Real;
use crate::diagnosis::Setup;
use crate::nn::init::Init;
use crate::nn::inputs::{Examples, Inputs};
use crate::rng::{Purpose, stream};
use crate::stats::label_entropy;
use ndarray::Array2;
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand::Rng;

/// Examples with the loss that their labels alone allow.
#[derive(Debug)]
pub struct Sample {
    /// The examples.
    pub examples: Examples,
    /// Loss of knowing only how frequent each class is, in nats.
    pub label_entropy: f64,
    /// False for noise, from which nothing can be learned.
    pub is_data: bool,
}

/// Mini-batches that noise is enough for.
const BATCHES: u32 = 4;

impl Config {
    /// The network with these weights and its training.
    pub fn setup(&self, init: Init, sample: &Sample) -> Setup {
        Setup {
            architecture: self.architecture(),
            init,
            update: self.update(),
            examples: sample.examples.labels.len(),
            batch_size: Some(self.batch_size as usize),
            iterations: self.iterations as usize,
            seed: self.seed,
        }
    }
}

impl Sample {
    /// Examples of a data set, at least one.
    pub fn of(examples: Examples) -> Self {
        Self { label_entropy: label_entropy(&examples.labels), examples, is_data: true }
    }

    /// Standard normal inputs, and classes drawn evenly without looking at them: four mini-batches of them.
    ///
    /// Both follow from the first seed. A class is a byte, so of more than 256 outputs the first 256 occur.
    pub fn noise(config: &Config) -> Self {
        let rows = (BATCHES * config.batch_size) as usize;
        let mut inputs = stream(config.seed, Purpose::Inputs, 0);
        let numbers: Array2<f64> = Array2::random_using((rows, config.inputs()), StandardNormal, &mut inputs);
        let mut classes = stream(config.seed, Purpose::Selection, 1);
        let last = (config.classes() - 1).min(usize::from(u8::MAX)) as u8;
        let labels = (0..rows).map(|_| classes.random_range(0..=last)).collect();
        let inputs = Inputs::Dense(numbers.mapv(|number| number as Real));
        Self { is_data: false, ..Self::of(Examples { inputs, labels }) }
    }
}
