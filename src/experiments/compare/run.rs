//! One plan from its first weights to its tables.

use super::Plan;
use super::prepared::Prepared;
use super::rates::VALIDATION;
use super::rows::{AccuracyRow, SummaryRow, ValidationRow};
use crate::Real;
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::data::split::set_apart;
use crate::diagnosis::{FirstUpdates, TRIAL_UPDATES};
use crate::experiments::args::NetworkArgs;
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::experiments::{Data, Observer};
use crate::nn::inputs::Examples;
use crate::nn::network::Network;
use crate::results::{Table, Tables};
use crate::stats::{first_below, minimum, smooth};
use crate::train::evaluate::{Evaluation, Evaluator};
use crate::train::{LossAt, Stopped};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// The loss whose first iteration below is reported.
const THRESHOLD: f64 = 1.0;

/// How the network of a plan is trained, and the examples that are set apart.
pub(super) fn training<'a>(plan: &Plan, data: &'a DataSet) -> (TrainingSetup<'a>, Vec<u32>) {
    let NetworkArgs { iterations, batch_size, .. } = plan.training.network;
    let (labels, size) = (&data.train.labels, batch_size as usize);
    let (labels, batches, apart) = match plan.held_out {
        None => (labels.into(), Batches::with_replacement(plan.seed, labels.len(), size), Vec::new()),
        Some(held) => {
            let [apart, others] = set_apart(held.count(labels.len()), labels);
            let learned = others.iter().map(|example| labels[*example as usize]).collect();
            (Cow::Owned(learned), Batches::among(plan.seed, others.into(), size), apart)
        }
    };
    let setup = TrainingSetup {
        examples: &data.train,
        labels,
        batches,
        update: plan.update(),
        iterations: iterations as usize,
        loss_at: plan.training.loss_at,
    };
    (setup, apart)
}

/// What a run on which a rate is chosen has on the examples that it did not learn from.
fn validation(plan: &Plan, run: &JudgedRun, apart: Vec<u32>, examples: &Examples) -> ValidationRow {
    let (held_out, ending) = (apart.len(), run.ending);
    let Evaluation { loss, accuracy } = Evaluator::of(apart, &run.network, examples).evaluate(&run.network);
    ValidationRow {
        initializer: plan.init.to_string(),
        seed: plan.seed,
        held_out,
        validation_loss: ending.or_nan(loss.into()) as Real,
        validation_accuracy: ending.or_nan(accuracy),
    }
}

/// One plan in training.
pub struct TrainingRun<'a> {
    plan: &'a Plan,
    data: &'a DataSet,
    network: Network,
    first_updates: FirstUpdates<'a>,
    evaluator: Evaluator<'a>,
    accuracy: Vec<AccuracyRow>,
}

impl<'a> TrainingRun<'a> {
    /// The network before training, and what is known of it where it was measured for the reader already. A run that takes
    /// its losses after the updates does not see those before them, so it is measured by itself.
    pub fn new(plan: &'a Plan, data: &'a Data) -> Self {
        let (set, examples) = (data.set(), &data.set().train);
        let setup = plan.setup(set.sizes());
        let network = setup.network(examples);
        let own = || (plan.training.loss_at == LossAt::After).then(|| setup.facts(examples));
        let first_updates = match data.take_facts(&setup).or_else(own) {
            Some(facts) => FirstUpdates::known(facts, examples),
            None => FirstUpdates::new(&network, &setup, examples, TRIAL_UPDATES),
        };
        let evaluator = Evaluator::new(&network, &set.test);
        Self { plan, data: set, network, first_updates, evaluator, accuracy: Vec::new() }
    }

    /// Trains it, evaluates it, and puts everything into tables.
    pub fn train(mut self, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let eval_every = self.plan.training.eval_every;
        let network = self.network.clone();
        let (setup, apart) = training(self.plan, self.data);
        let run = setup.train(network, observer, |done, loss, network| {
            self.first_updates.see(loss, network);
            if eval_every.is_some_and(|k| done.is_multiple_of(k as usize)) {
                self.evaluate(done, network);
            }
        })?;
        let done = run.losses.len();
        if self.accuracy.last().is_none_or(|row| row.iteration != done) {
            self.evaluate(done, &run.network);
        }
        let prepared = Prepared::of(self.network, self.first_updates.facts());
        let mut tables = tables(self.plan, &run, &prepared, &self.accuracy);
        if self.plan.held_out.is_some() {
            let row = validation(self.plan, &run, apart, &self.data.train);
            tables.push(Table::from_rows(VALIDATION, &[row]));
        }
        ControlFlow::Continue(tables)
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
}

fn tables(plan: &Plan, run: &JudgedRun, prepared: &Prepared, accuracy: &[AccuracyRow]) -> Tables {
    let last = accuracy.last().expect("a run ends with an evaluation");
    Tables::from_iter([
        Table::from_rows("initialization", &prepared.layers(plan)),
        Table::from_iter("loss", run.loss_rows(&plan.init.to_string(), plan.seed)),
        Table::from_rows("accuracy", accuracy),
        Table::from_rows("summary", &[summary(plan, run, prepared, last)]),
    ])
}

fn summary(plan: &Plan, run: &JudgedRun, prepared: &Prepared, last: &AccuracyRow) -> SummaryRow {
    let losses: Vec<f64> = run.losses.iter().map(|loss| f64::from(*loss)).collect();
    let smoothed = smooth(&losses).unwrap_or(losses);
    let (ending, final_loss) = (run.ending, run.final_loss);
    let Prepared { facts, forecast, .. } = prepared;
    SummaryRow {
        initializer: plan.init.to_string(),
        seed: plan.seed,
        final_loss: ending.or_nan(final_loss),
        best_loss: ending.or_nan(minimum(&smoothed)),
        iterations_to_1: first_below(&smoothed, THRESHOLD),
        test_loss: ending.or_nan(last.test_loss.into()) as Real,
        test_accuracy: ending.or_nan(last.test_accuracy),
        label_entropy: run.label_entropy,
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
