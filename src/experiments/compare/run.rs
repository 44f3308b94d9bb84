//! One plan from its first weights to its tables.

use super::Plan;
use super::prepared::Prepared;
use super::rows::{AccuracyRow, SummaryRow};
use crate::Real;
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::experiments::Observer;
use crate::experiments::args::NetworkArgs;
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::nn::network::Network;
use crate::results::{Table, Tables};
use crate::stats::{first_below, minimum, smooth};
use crate::train::Stopped;
use crate::train::evaluate::{Evaluation, Evaluator};
use std::ops::ControlFlow;

/// The loss whose first iteration below is reported.
const THRESHOLD: f64 = 1.0;

/// How the network of a plan is trained.
pub(super) fn training<'a>(plan: &Plan, data: &'a DataSet) -> TrainingSetup<'a> {
    let NetworkArgs { iterations, batch_size, .. } = plan.training.network;
    let labels = &data.train.labels;
    TrainingSetup {
        examples: &data.train,
        labels,
        batches: Batches::with_replacement(plan.seed, labels.len(), batch_size as usize),
        update: plan.update(),
        iterations: iterations as usize,
        loss_at: plan.training.loss_at,
    }
}

/// One plan in training.
pub struct TrainingRun<'a> {
    plan: &'a Plan,
    data: &'a DataSet,
    prepared: Prepared,
    evaluator: Evaluator<'a>,
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
            accuracy: Vec::new(),
        }
    }

    /// Trains it, evaluates it, and puts everything into tables.
    pub fn train(mut self, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let eval_every = self.plan.training.eval_every;
        let network = self.prepared.network.clone();
        let run = training(self.plan, self.data).train(network, observer, |done, _, network| {
            if eval_every.is_some_and(|k| done.is_multiple_of(k as usize)) {
                self.evaluate(done, network);
            }
        })?;
        let done = run.losses.len();
        if self.accuracy.last().is_none_or(|row| row.iteration != done) {
            self.evaluate(done, &run.network);
        }
        ControlFlow::Continue(self.tables(&run))
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

    fn tables(&self, run: &JudgedRun) -> Tables {
        Tables::from_iter([
            Table::from_rows("initialization", &self.prepared.layers(self.plan)),
            Table::from_iter("loss", run.loss_rows(&self.plan.init.to_string(), self.plan.seed)),
            Table::from_rows("accuracy", &self.accuracy),
            Table::from_rows("summary", &[self.summary(run)]),
        ])
    }

    fn summary(&self, run: &JudgedRun) -> SummaryRow {
        let losses: Vec<f64> = run.losses.iter().map(|loss| f64::from(*loss)).collect();
        let smoothed = smooth(&losses).unwrap_or(losses);
        let last = self.accuracy.last().expect("a run ends with an evaluation");
        let (ending, final_loss) = (run.ending, run.final_loss);
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
