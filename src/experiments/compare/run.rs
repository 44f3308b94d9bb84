//! One plan from its first weights to its tables.

use super::Plan;
use super::prepared::Prepared;
use super::rows::{AccuracyRow, LossRow, SummaryRow};
use crate::Real;
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::experiments::Observer;
use crate::experiments::args::{NetworkArgs, Training};
use crate::nn::network::Network;
use crate::results::{Table, Tables};
use crate::stats::{FINAL_ITERATIONS, first_below, mean_of_last, minimum, smooth, verdict};
use crate::train::evaluate::{Evaluation, Evaluator};
use crate::train::step::Trainer;
use crate::train::{Stopped, train};
use std::ops::ControlFlow;

/// The loss whose first iteration below is reported.
const THRESHOLD: f64 = 1.0;

/// One plan in training.
pub struct TrainingRun<'a> {
    plan: &'a Plan,
    data: &'a DataSet,
    prepared: Prepared,
    evaluator: Evaluator<'a>,
    losses: Vec<Real>,
    accuracy: Vec<AccuracyRow>,
}

impl<'a> TrainingRun<'a> {
    /// The network before training.
    pub fn new(plan: &'a Plan, data: &'a DataSet) -> Self {
        let prepared = Prepared::new(plan, data);
        Self {
            plan,
            data,
            evaluator: Evaluator::new(&prepared.network, &data.test),
            prepared,
            losses: Vec::with_capacity(plan.training.network.iterations as usize),
            accuracy: Vec::new(),
        }
    }

    /// Trains it, evaluates it, and puts everything into tables.
    pub fn train(mut self, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let Training { loss_at, eval_every, .. } = self.plan.training;
        let NetworkArgs { iterations, batch_size, .. } = self.plan.training.network;
        let update = self.plan.update();
        let mut trainer =
            Trainer::new(self.prepared.network.clone(), &self.data.train, update, batch_size as usize);
        let examples = self.data.train.labels.len();
        let mut batches = Batches::with_replacement(self.plan.seed, examples, batch_size as usize);
        train(&mut trainer, &mut batches, iterations as usize, loss_at, |iteration, loss, network| {
            self.losses.push(loss);
            let done = iteration + 1;
            if eval_every.is_some_and(|k| done.is_multiple_of(k as usize)) {
                self.evaluate(done, network);
            }
            observer.iterations_done(done)
        })?;
        let done = self.losses.len();
        if self.accuracy.last().is_none_or(|row| row.iteration != done) {
            self.evaluate(done, trainer.network());
        }
        ControlFlow::Continue(self.tables())
    }

    fn evaluate(&mut self, iteration: usize, network: &Network) {
        let Evaluation { loss, accuracy } = self.evaluator.evaluate(network);
        self.accuracy.push(AccuracyRow {
            initializer: self.plan.init.to_string(),
            seed: self.plan.seed,
            iteration,
            test_loss: loss,
            test_accuracy: accuracy,
        });
    }

    fn tables(&self) -> Tables {
        let initializer = self.plan.init.to_string();
        let loss = |(iteration, loss): (usize, &Real)| LossRow {
            initializer: initializer.clone(),
            seed: self.plan.seed,
            iteration,
            loss: *loss,
        };
        Tables::from_iter([
            Table::from_rows("initialization", &self.prepared.layers(self.plan)),
            Table::from_iter("loss", self.losses.iter().enumerate().map(loss)),
            Table::from_rows("accuracy", &self.accuracy),
            Table::from_rows("summary", &[self.summary()]),
        ])
    }

    fn summary(&self) -> SummaryRow {
        let losses: Vec<f64> = self.losses.iter().map(|loss| f64::from(*loss)).collect();
        let smoothed = smooth(&losses).unwrap_or_else(|| losses.clone());
        let last = self.accuracy.last().expect("a run ends with an evaluation");
        let ending = verdict(&losses, self.prepared.facts.label_entropy);
        let final_loss = mean_of_last(&losses, FINAL_ITERATIONS);
        let Prepared { facts, forecast, .. } = &self.prepared;
        SummaryRow {
            initializer: self.plan.init.to_string(),
            seed: self.plan.seed,
            final_loss: ending.or_nan(final_loss),
            best_loss: ending.or_nan(minimum(&smoothed)),
            iterations_to_1: first_below(&smoothed, THRESHOLD),
            test_loss: ending.or_nan(last.test_loss.into()) as Real,
            test_accuracy: ending.or_nan(last.test_accuracy),
            label_entropy: facts.label_entropy,
            predicted: forecast.verdict,
            confidence: forecast.confidence.share(),
            verdict: ending.verdict,
            diverged_at: ending.diverged_at,
            cause: None,
            why: None,
            remedy: None,
            travel: facts.least_travel(),
        }
    }
}
