//! A setup: everything that a network's training is made of and that could be changed.

use crate::data::batches::Batches;
use crate::nn::init::Init;
use crate::nn::inputs::Examples;
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::Update;

/// A network, its first weights, and how it is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// Its shape.
    pub architecture: Architecture,
    /// What the weights are drawn from.
    pub init: Init,
    /// The rule of the update with its numbers.
    pub update: Update,
    /// Examples that mini-batches are drawn from, the first ones of the training set.
    pub examples: usize,
    /// Examples of a mini-batch, drawn with replacement; `None` for all of them each time.
    pub batch_size: Option<usize>,
    /// Updates of the run.
    pub iterations: usize,
    /// Seed of weights and mini-batches.
    pub seed: u64,
}

impl Setup {
    /// The mini-batches of the run, from its first on.
    pub fn batches(&self) -> Batches {
        match self.batch_size {
            Some(size) => Batches::with_replacement(self.seed, self.examples, size),
            None => Batches::full(self.examples),
        }
    }

    /// The network before training; an initializer that needs data gets the first mini-batch.
    pub fn network(&self, examples: &Examples) -> Network {
        let first = self.batches().draw().to_vec();
        Network::initialized(self.architecture.clone(), &self.init, self.seed, &examples.inputs, &first)
    }
}
