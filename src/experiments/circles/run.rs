//! One network on the rings: training, and what it then thinks of points and places.

use super::history::History;
use super::rows::{BoundaryRow, PointRow, SummaryRow};
use super::streams::examples;
use super::{Plan, REACH, Task};
use crate::Real;
use crate::data::batches::Batches;
use crate::data::circles::Rings;
use crate::experiments::Observer;
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::nn::batch_norm::Statistics;
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::network::Network;
use crate::nn::rows::RowBlock;
use crate::results::{Table, Tables};
use crate::train::evaluate::Evaluator;
use crate::train::{LossAt, Stopped};
use std::ops::ControlFlow;

/// A plan with its points.
pub(super) struct RingsRun<'a> {
    plan: &'a Plan,
    train: Rings,
    test: Rings,
}

impl<'a> RingsRun<'a> {
    /// Makes its points.
    pub(super) fn new(plan: &'a Plan) -> Self {
        let Task { points, test_points, noise, .. } = plan.task;
        let train = plan.streams.train(points as usize, noise);
        let test = plan.streams.test(test_points as usize, noise);
        Self { plan, train, test }
    }

    /// Trains a network on all points at a time, then asks it what it has learned.
    pub(super) fn train(&self, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let Plan { init, streams, .. } = self.plan;
        let learned = examples(&self.train);
        let (setup, network) = self.start(&learned);
        let mut history = History::new(setup.iterations);
        history.see(0, &network);
        let run = setup.train(network, observer, |updates, _, network| history.see(updates, network))?;
        let mut points = self.points(&run.network, "train", &self.train);
        points.extend(self.points(&run.network, "test", &self.test));
        ControlFlow::Continue(Tables::from_iter([
            Table::from_iter("loss", run.loss_rows(&init.to_string(), streams.seed())),
            Table::from_rows("points", &points),
            Table::from_rows("boundary", &self.boundary(&run.network)),
            Table::from_rows("parameters", &history.rows(self.plan)),
            Table::from_rows("summary", &[self.summary(&run)]),
        ]))
    }

    /// Hands the network and how it is trained to `take`.
    pub(super) fn with_training(&self, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        let learned = examples(&self.train);
        let (setup, network) = self.start(&learned);
        take(setup, network);
    }

    /// The network before training, and how it is trained on these examples.
    fn start<'b>(&self, learned: &'b Examples) -> (TrainingSetup<'b>, Network) {
        let Plan { init, streams, task } = self.plan;
        let setup = TrainingSetup {
            examples: learned,
            labels: learned.labels.as_slice().into(),
            batches: Batches::full(learned.labels.len()),
            update: task.rate.sgd(),
            iterations: task.iterations as usize,
            loss_at: LossAt::Before,
        };
        (setup, streams.network(self.plan.architecture(), init, learned))
    }

    fn points(&self, network: &Network, set: &str, rings: &Rings) -> Vec<PointRow> {
        let row = |((&[x, y], &label), logit): ((&[f64; 2], &u8), Real)| PointRow {
            initializer: self.plan.init.to_string(),
            seed: self.plan.streams.seed(),
            set: set.to_owned(),
            x,
            y,
            label,
            logit,
        };
        let logits = logits(network, &rings.points);
        rings.points.iter().zip(&rings.labels).zip(logits).map(row).collect()
    }

    fn boundary(&self, network: &Network) -> Vec<BoundaryRow> {
        let side = self.plan.task.grid;
        let along = |cell: u32| REACH * (f64::from(2 * cell + 1) / f64::from(side) - 1.0);
        let places: Vec<[f64; 2]> =
            (0..side).flat_map(|row| (0..side).map(move |column| [along(column), along(row)])).collect();
        let row = |(&[x, y], logit): (&[f64; 2], Real)| BoundaryRow {
            initializer: self.plan.init.to_string(),
            seed: self.plan.streams.seed(),
            x,
            y,
            logit,
        };
        places.iter().zip(logits(network, &places)).map(row).collect()
    }

    fn summary(&self, run: &JudgedRun) -> SummaryRow {
        let accuracy = |rings| Evaluator::new(&run.network, &examples(rings)).evaluate(&run.network).accuracy;
        let ending = run.ending;
        SummaryRow {
            initializer: self.plan.init.to_string(),
            seed: self.plan.streams.seed(),
            generator: self.plan.streams.generator().to_owned(),
            first_loss: run.losses[0],
            final_loss: ending.or_nan(run.final_loss),
            train_accuracy: ending.or_nan(accuracy(&self.train)),
            test_accuracy: ending.or_nan(accuracy(&self.test)),
            verdict: ending.verdict,
            diverged_at: ending.diverged_at,
            cause: None,
            why: None,
            remedy: None,
        }
    }
}

/// The log-odds that a network gives to the inner ring at each place.
pub(super) fn logits(network: &Network, places: &[[f64; 2]]) -> Vec<Real> {
    /// Places that are in memory at a time.
    const AT_ONCE: usize = 512;
    let inputs = Inputs::Dense(ndarray::Array2::from(places.to_vec()).mapv(|x| x as Real)); // (places, 2)
    let every: Vec<u32> = (0..places.len() as u32).collect();
    let mut block = RowBlock::new(network, &inputs, AT_ONCE.min(places.len()));
    let mut logits = Vec::with_capacity(places.len());
    for indices in every.chunks(AT_ONCE) {
        block.forward(network, &inputs, indices, Statistics::Running);
        logits.extend(block.logits(network));
    }
    logits
}
