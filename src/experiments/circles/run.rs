//! One network on the rings: training, and what it then thinks of points and places.

use super::history::History;
use super::rows::LossRow;
use super::rows::{BoundaryRow, PointRow, SummaryRow};
use super::streams::examples;
use super::{Plan, REACH, Task};
use crate::Real;
use crate::data::batches::Batches;
use crate::data::circles::Rings;
use crate::experiments::Observer;
use crate::nn::batch_norm::Statistics;
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::network::Network;
use crate::nn::rows::RowBlock;
use crate::results::{Table, Tables};
use crate::stats::{FINAL_ITERATIONS, label_entropy, mean_of_last, verdict};
use crate::train::evaluate::Evaluator;
use crate::train::step::Trainer;
use crate::train::{LossAt, Stopped, train};
use std::ops::ControlFlow;

/// One plan in training.
pub(super) struct RingsRun<'a> {
    plan: &'a Plan,
    train: Rings,
    test: Rings,
    losses: Vec<Real>,
    history: History,
}

impl<'a> RingsRun<'a> {
    /// Makes its points.
    pub(super) fn new(plan: &'a Plan) -> Self {
        let Task { points, test_points, noise, .. } = plan.task;
        let train = plan.streams.train(points as usize, noise);
        let test = plan.streams.test(test_points as usize, noise);
        let iterations = plan.task.iterations as usize;
        let losses = Vec::with_capacity(iterations);
        Self { plan, train, test, losses, history: History::new(iterations) }
    }

    /// Trains it on all points at a time, then looks at what it has learned.
    pub(super) fn train(mut self, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let (learned, measured) = (examples(&self.train), examples(&self.test));
        let network = self.plan.streams.network(self.plan.architecture(), &self.plan.init, &learned);
        let count = learned.labels.len();
        let (mut batches, iterations) = (Batches::full(count), self.plan.task.iterations as usize);
        let update = self.plan.task.rate.sgd();
        let mut trainer = Trainer::new(network, &learned, update, count);
        self.history.see(0, trainer.network());
        train(&mut trainer, &mut batches, iterations, LossAt::Before, |iteration, loss, network| {
            self.losses.push(loss);
            self.history.see(iteration + 1, network);
            observer.iterations_done(iteration + 1)
        })?;
        let summary = self.summary(trainer.network(), &learned, &measured);
        ControlFlow::Continue(self.tables(trainer.network(), summary))
    }

    fn tables(&self, network: &Network, summary: SummaryRow) -> Tables {
        let (initializer, seed) = (self.plan.init.to_string(), self.plan.streams.seed());
        let row = |(iteration, loss): (usize, &Real)| LossRow {
            initializer: initializer.clone(),
            seed,
            iteration,
            loss: *loss,
        };
        let losses: Vec<LossRow> = self.losses.iter().enumerate().map(row).collect();
        let mut points = self.points(network, "train", &self.train);
        points.extend(self.points(network, "test", &self.test));
        Tables::from_iter([
            Table::from_rows("loss", &losses),
            Table::from_rows("points", &points),
            Table::from_rows("boundary", &self.boundary(network)),
            Table::from_rows("parameters", &self.history.rows(self.plan)),
            Table::from_rows("summary", &[summary]),
        ])
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

    fn summary(&self, network: &Network, learned: &Examples, measured: &Examples) -> SummaryRow {
        let losses: Vec<f64> = self.losses.iter().map(|loss| f64::from(*loss)).collect();
        let accuracy = |examples| Evaluator::new(network, examples).evaluate(network).accuracy;
        let ending = verdict(&losses, label_entropy(&learned.labels));
        let final_loss = mean_of_last(&losses, FINAL_ITERATIONS);
        SummaryRow {
            initializer: self.plan.init.to_string(),
            seed: self.plan.streams.seed(),
            generator: self.plan.streams.generator().to_owned(),
            first_loss: self.losses[0],
            final_loss: ending.or_nan(final_loss),
            train_accuracy: ending.or_nan(accuracy(learned)),
            test_accuracy: ending.or_nan(accuracy(measured)),
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
