//! One network of the grid: training, accuracy on the way, what became of it.

use super::Plan;
use super::rows::{AccuracyRow, SummaryRow};
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::experiments::Observer;
use crate::experiments::args::{NetworkArgs, Training};
use crate::nn::init::{Distribution, Init};
use crate::nn::inputs::Examples;
use crate::nn::network::Network;
use crate::results::{Table, Tables};
use crate::stats::{Ending, FINAL_ITERATIONS, Verdict, label_entropy, mean_of_last, verdict};
use crate::train::evaluate::{Evaluation, Evaluator};
use crate::train::step::Trainer;
use crate::train::{Stopped, train};
use std::ops::ControlFlow;

/// One plan in training.
pub(super) struct ScaleRun<'a> {
    plan: &'a Plan,
    examples: &'a Examples,
    /// How many of them are learned from: the first ones.
    samples: usize,
    evaluator: Evaluator<'a>,
    network: Network,
    losses: Vec<f64>,
    accuracy: Vec<AccuracyRow>,
    /// After how many updates an evaluation overflowed.
    overflow: Option<usize>,
}

impl<'a> ScaleRun<'a> {
    /// The network that the plan starts from.
    pub fn new(plan: &'a Plan, data: &'a DataSet) -> Self {
        let (sizes, examples) = (data.sizes(), &data.train);
        let init = Init::fixed(Distribution::Normal { std: plan.std });
        let network = Network::new(plan.training.architecture(sizes.inputs, sizes.outputs), &init, plan.seed);
        let samples = examples.labels.len().min(plan.samples as usize);
        let evaluator = Evaluator::of_first(samples, &network, examples);
        Self { plan, examples, samples, evaluator, network, losses: vec![], accuracy: vec![], overflow: None }
    }

    /// Trains it to its end.
    pub fn train(mut self, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let Training { loss_at, eval_every, .. } = self.plan.training;
        let NetworkArgs { iterations, batch_size, .. } = self.plan.training.network;
        let update = self.plan.update();
        let mut trainer = Trainer::new(self.network.clone(), self.examples, update, batch_size as usize);
        let mut batches = Batches::with_replacement(self.plan.seed, self.samples, batch_size as usize);
        train(&mut trainer, &mut batches, iterations as usize, loss_at, |iteration, loss, network| {
            self.losses.push(loss.into());
            if loss.is_finite()
                && self.overflow.is_none()
                && eval_every.is_some_and(|every| iteration.is_multiple_of(every as usize))
            {
                self.evaluate(iteration + 1, network);
            }
            observer.iterations_done(iteration + 1)
        })?;
        let summary = [self.summary()];
        let tables = [Table::from_rows("accuracy", &self.accuracy), Table::from_rows("summary", &summary)];
        ControlFlow::Continue(Tables::from_iter(tables))
    }

    /// Takes the accuracy after so many updates, unless an update has made the network overflow: then
    /// what its logits name is no answer.
    fn evaluate(&mut self, updates: usize, network: &Network) {
        let Evaluation { loss, accuracy } = self.evaluator.evaluate(network);
        if !loss.is_finite() {
            self.overflow.get_or_insert(updates);
            return;
        }
        self.accuracy.push(AccuracyRow {
            std: self.plan.std,
            batch_norm: self.plan.training.batch_norm,
            seed: self.plan.seed,
            iteration: updates,
            train_loss: loss,
            train_accuracy: accuracy,
        });
    }

    fn summary(&self) -> SummaryRow {
        let ending = match self.overflow {
            Some(at) => Ending::diverged(at),
            None => verdict(&self.losses, label_entropy(&self.examples.labels[..self.samples])),
        };
        let last = self.accuracy.last().map(|row| row.train_accuracy);
        SummaryRow {
            std: self.plan.std,
            batch_norm: self.plan.training.batch_norm,
            seed: self.plan.seed,
            updates: self.losses.len(),
            final_loss: ending.or_nan(mean_of_last(&self.losses, FINAL_ITERATIONS)),
            final_accuracy: last.filter(|_| ending.verdict != Verdict::Diverged),
            verdict: ending.verdict,
            diverged_at: ending.diverged_at,
            classes: self.network.architecture.outputs,
            cause: None,
            why: None,
            remedy: None,
        }
    }
}
