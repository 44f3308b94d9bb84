//! One network, trained to its end and judged: what the experiments that train do alike.

use super::Observer;
use crate::Real;
use crate::data::batches::Batches;
use crate::diagnosis::measure;
use crate::nn::inputs::Examples;
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::Update;
use crate::stats::{Ending, FINAL_ITERATIONS, label_entropy, mean, mean_of_last, verdict};
use crate::train::step::Trainer;
use crate::train::{LossAt, Stopped, train};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// What a network learns from, and how.
#[derive(Clone, Debug)]
pub struct TrainingSetup<'a> {
    /// What mini-batches are drawn from.
    pub examples: &'a Examples,
    /// The labels among which guessing is judged: those that can be drawn.
    pub labels: Cow<'a, [u8]>,
    /// The mini-batches.
    pub batches: Batches,
    /// The rule of the update.
    pub update: Update,
    /// The number of updates.
    pub iterations: usize,
    /// When a loss is taken.
    pub loss_at: LossAt,
}

/// A network after its training, and what became of it.
#[derive(Debug)]
pub struct JudgedRun {
    /// The network at its end.
    pub network: Network,
    /// The loss of every iteration; the last one may not be finite.
    pub losses: Vec<Real>,
    /// What became of it.
    pub ending: Ending,
    /// The mean of the last losses, whatever they are.
    pub final_loss: f64,
    /// The entropy of the labels that it learned, in nats.
    pub label_entropy: f64,
}

impl TrainingSetup<'_> {
    /// Trains a network and judges it. `each` gets the number of updates done, the loss of the last one and the
    /// network; the observer gets the number, and may cancel.
    pub fn train(
        mut self,
        network: Network,
        observer: &dyn Observer,
        mut each: impl FnMut(usize, Real, &Network),
    ) -> ControlFlow<Stopped, JudgedRun> {
        let (first_weights, first_batches) = (network.clone(), self.batches.clone());
        let mut trainer = Trainer::new(network, self.examples, self.update, self.batches.size());
        let mut losses = Vec::with_capacity(self.iterations);
        train(&mut trainer, &mut self.batches, self.iterations, self.loss_at, |iteration, loss, network| {
            losses.push(loss);
            each(iteration + 1, loss, network);
            observer.iterations_done(iteration + 1)
        })?;
        let label_entropy = label_entropy(&self.labels);
        let numbers: Vec<f64> = losses.iter().map(|loss| f64::from(*loss)).collect();
        let network = trainer.into_network();
        let start = || self.final_loss_of(first_weights, first_batches);
        ControlFlow::Continue(JudgedRun {
            network,
            losses,
            ending: verdict(&numbers, label_entropy, start),
            final_loss: mean_of_last(&numbers, FINAL_ITERATIONS),
            label_entropy,
        })
    }

    /// The mean loss of a network on the mini-batches of the last iterations, of which the final loss is the mean. So weights that
    /// have not moved have the final loss, whatever mini-batches differ by.
    fn final_loss_of(&self, network: Network, mut batches: Batches) -> f64 {
        let mut trainer = Trainer::new(network, self.examples, self.update, batches.size());
        let last = self.iterations.min(FINAL_ITERATIONS);
        (last..self.iterations).for_each(|_| {
            batches.draw();
        });
        mean(&(0..last).map(|_| f64::from(trainer.loss(batches.draw()))).collect::<Vec<_>>())
    }
}

impl JudgedRun {
    /// About how many bytes a run of this shape takes: while it is trained, or measured for the change that helps.
    pub fn bytes(architecture: &Architecture, update: &Update, batch_size: usize) -> u64 {
        Trainer::bytes(architecture, update, batch_size).max(measure::bytes(architecture, update, batch_size))
    }

    /// The rows of `loss.csv`.
    pub fn loss_rows(&self, initializer: &str, seed: u64) -> impl Iterator<Item = LossRow> {
        let row = move |(iteration, loss): (usize, &Real)| LossRow {
            initializer: initializer.to_owned(),
            seed,
            iteration,
            loss: *loss,
        };
        self.losses.iter().enumerate().map(row)
    }
}

/// One row of `loss.csv`: one iteration of one run. A run that diverged ends with the first loss that is not
/// finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossRow {
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// Iteration, from 0.
    pub iteration: usize,
    /// Mean loss of the iteration's mini-batch, in nats.
    pub loss: Real,
}
