//! One network of the grid: training, accuracy on the way, what became of it.

use super::Plan;
use super::rows::{AccuracyRow, SummaryRow};
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::experiments::Observer;
use crate::experiments::args::NetworkArgs;
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::nn::init::{Distribution, Init};
use crate::nn::network::Network;
use crate::results::{Table, Tables};
use crate::stats::{Ending, Verdict};
use crate::train::Stopped;
use crate::train::evaluate::{Evaluation, Evaluator};
use std::ops::ControlFlow;

/// The network of a plan before training, and how it is trained.
pub(super) fn start<'a>(plan: &Plan, data: &'a DataSet) -> (TrainingSetup<'a>, Network) {
    let (sizes, examples) = (data.sizes(), &data.train);
    let NetworkArgs { iterations, batch_size, .. } = plan.training.network;
    let init = Init::fixed(Distribution::Normal { std: plan.std });
    let samples = examples.labels.len().min(plan.samples as usize);
    let setup = TrainingSetup {
        examples,
        labels: examples.labels[..samples].into(),
        batches: Batches::with_replacement(plan.seed, samples, batch_size as usize),
        update: plan.update(),
        iterations: iterations as usize,
        loss_at: plan.training.loss_at,
    };
    (setup, Network::new(plan.training.architecture(sizes.inputs, sizes.outputs), &init, plan.seed))
}

/// Trains the network of a plan to its end.
pub(super) fn train(plan: &Plan, data: &DataSet, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
    let (setup, network) = start(plan, data);
    let eval_every = plan.training.eval_every;
    let mut log = AccuracyLog {
        plan,
        evaluator: Evaluator::of_first(setup.labels.len(), &network, setup.examples),
        rows: Vec::new(),
        overflow: None,
    };
    let run = setup.train(network, observer, |updates, loss, network| {
        let is_due = eval_every.is_some_and(|every| (updates - 1).is_multiple_of(every as usize));
        if is_due && loss.is_finite() && log.overflow.is_none() {
            log.evaluate(updates, network);
        }
    })?;
    let summary = [log.summary(&run, data.sizes().outputs)];
    let tables = [Table::from_rows("accuracy", &log.rows), Table::from_rows("summary", &summary)];
    ControlFlow::Continue(Tables::from_iter(tables))
}

/// How many examples a network in training names right.
struct AccuracyLog<'a> {
    plan: &'a Plan,
    evaluator: Evaluator<'a>,
    rows: Vec<AccuracyRow>,
    /// After how many updates an evaluation overflowed.
    overflow: Option<usize>,
}

impl AccuracyLog<'_> {
    /// Takes the accuracy after so many updates, unless an update has made the network overflow: then
    /// what its logits name is no answer.
    fn evaluate(&mut self, updates: usize, network: &Network) {
        let Evaluation { loss, accuracy } = self.evaluator.evaluate(network);
        if !loss.is_finite() {
            self.overflow.get_or_insert(updates);
            return;
        }
        self.rows.push(AccuracyRow {
            std: self.plan.std,
            batch_norm: self.plan.training.batch_norm,
            seed: self.plan.seed,
            iteration: updates,
            train_loss: loss,
            train_accuracy: accuracy,
        });
    }

    fn summary(&self, run: &JudgedRun, classes: usize) -> SummaryRow {
        let ending = self.overflow.map_or(run.ending, Ending::diverged);
        let last = self.rows.last().map(|row| row.train_accuracy);
        SummaryRow {
            std: self.plan.std,
            batch_norm: self.plan.training.batch_norm,
            seed: self.plan.seed,
            updates: run.losses.len(),
            final_loss: ending.or_nan(run.final_loss),
            final_accuracy: last.filter(|_| ending.verdict != Verdict::Diverged),
            verdict: ending.verdict,
            diverged_at: ending.diverged_at,
            classes,
            cause: None,
            why: None,
            remedy: None,
        }
    }
}
