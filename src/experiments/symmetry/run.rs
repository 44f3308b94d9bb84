//! One network on MNIST, its units compared again and again.

use super::rows::{LossRow, SummaryRow, SymmetryRow};
use super::{Start, Task};
use crate::Real;
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::experiments::Observer;
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::nn::activation::Activation;
use crate::nn::network::Network;
use crate::results::{Table, Tables};
use crate::train::evaluate::Evaluator;
use crate::train::unit_similarity::{UnitSimilarity, incoming, largest, moved, outgoing};
use crate::train::{LossAt, Stopped};
use std::ops::ControlFlow;

/// One network in training.
pub(super) struct SymmetryRun<'a> {
    start: Start,
    activation: Activation,
    seed: u64,
    task: &'a Task,
    symmetry: Vec<SymmetryRow>,
}

impl<'a> SymmetryRun<'a> {
    /// Nothing has happened yet.
    pub(super) fn new(start: Start, activation: Activation, seed: u64, task: &'a Task) -> Self {
        Self { start, activation, seed, task, symmetry: Vec::new() }
    }

    /// The weights before training; an initializer that needs data takes the first mini-batch.
    fn initial_network(&self, data: &DataSet, first_batch: &[u32]) -> Network {
        let architecture = self.task.architecture(self.activation, data.sizes());
        let inputs = &data.train.inputs;
        let mut network =
            Network::initialized(architecture, &self.start.init, self.seed, inputs, first_batch);
        if let Some(amount) = self.start.one_changed_by {
            network.weights_mut(1)[(0, 0)] += amount as Real;
        }
        network
    }

    /// The network before training, and how it is trained.
    pub(super) fn start<'b>(&self, data: &'b DataSet) -> (TrainingSetup<'b>, Network) {
        let (labels, network) = (&data.train.labels, &self.task.network);
        let setup = TrainingSetup {
            examples: &data.train,
            labels: labels.as_slice().into(),
            batches: Batches::with_replacement(self.seed, labels.len(), network.batch_size as usize),
            update: self.task.rate.sgd(),
            iterations: network.iterations as usize,
            loss_at: LossAt::Before,
        };
        let start = self.initial_network(data, setup.batches.clone().draw());
        (setup, start)
    }

    /// Trains it and compares its units on the way.
    pub(super) fn train(mut self, data: &DataSet, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let (setup, start) = self.start(data);
        let (iterations, every) = (setup.iterations, self.task.every as usize);
        self.compare(0, &start);
        let run = setup.train(start.clone(), observer, |done, _, network| {
            if done.is_multiple_of(every) || done == iterations {
                self.compare(done, network);
            }
        })?;
        let summary = self.summary(&start, &run, data);
        ControlFlow::Continue(Tables::from_iter([
            Table::from_rows("loss", &self.loss_rows(&run)),
            Table::from_rows("symmetry", &self.symmetry),
            Table::from_rows("summary", &[summary]),
        ]))
    }

    /// Adds the rows of one moment.
    fn compare(&mut self, iteration: usize, network: &Network) {
        let last = network.spans.len() - 1;
        for layer in 0..last {
            self.push(iteration, layer, "incoming", incoming(network, layer));
        }
        self.push(iteration, last - 1, "outgoing", outgoing(network));
    }

    fn push(&mut self, iteration: usize, layer: usize, weights: &str, alike: UnitSimilarity) {
        self.symmetry.push(SymmetryRow {
            activation: self.activation.to_string(),
            initializer: self.start.to_string(),
            seed: self.seed,
            iteration,
            layer: layer + 1,
            weights: weights.to_owned(),
            units: alike.units,
            distinct_units: alike.distinct,
            largest_difference: alike.largest_difference,
        });
    }

    fn loss_rows(&self, run: &JudgedRun) -> Vec<LossRow> {
        let row = |(iteration, loss): (usize, &Real)| LossRow {
            activation: self.activation.to_string(),
            initializer: self.start.to_string(),
            seed: self.seed,
            iteration,
            loss: *loss,
        };
        run.losses.iter().enumerate().map(row).collect()
    }

    fn summary(&self, start: &Network, run: &JudgedRun, data: &DataSet) -> SummaryRow {
        let JudgedRun { network: end, ending, final_loss, .. } = run;
        let hidden: Vec<UnitSimilarity> =
            (0..end.spans.len() - 1).map(|layer| incoming(end, layer)).collect();
        let ever = self.symmetry.iter().filter(|row| row.weights == "incoming");
        SummaryRow {
            activation: self.activation.to_string(),
            initializer: self.start.to_string(),
            seed: self.seed,
            units: hidden.iter().map(|layer| layer.units).sum(),
            distinct_units: hidden.iter().map(|layer| layer.distinct).sum(),
            largest_difference: largest(ever.map(|row| row.largest_difference)),
            moved: moved(start, end),
            final_loss: ending.or_nan(*final_loss),
            test_accuracy: ending.or_nan(Evaluator::new(end, &data.test).evaluate(end).accuracy),
            verdict: ending.verdict,
            diverged_at: ending.diverged_at,
        }
    }
}
