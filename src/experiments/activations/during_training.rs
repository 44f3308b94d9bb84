//! The same look during training: how every layer's values change while a network learns.
//!
//! Glorot & Bengio 2010, figures 2 to 4: the statistics of the same few hundred test images after
//! every so many updates.

use super::Plan;
use super::rows::{Measured, Snapshot};
use crate::data::batches::Batches;
use crate::data::{DataSet, DataSizes};
use crate::experiments::Observer;
use crate::experiments::args::RateArgs;
use crate::nn::network::Network;
use crate::nn::number::whole_number;
use crate::train::probe::Probe;
use crate::train::step::Trainer;
use crate::train::{LossAt, Stopped, train};
use serde::Serialize;
use std::ops::ControlFlow;

/// How networks are trained, and how often they are looked at.
#[derive(clap::Args, Clone, Debug, Serialize)]
#[command(next_help_heading = "With --during training")]
pub struct TrainingArgs {
    /// Iterations from one look to the next.
    #[arg(long, value_name = "K", default_value = "20", value_parser = whole_number(1..))]
    pub every: u32,
    /// Examples per iteration, drawn with replacement.
    #[arg(long, value_name = "N", default_value = "128", value_parser = whole_number(1..=60_000))]
    pub batch_size: u32,
    /// Updates per network.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = whole_number(1..=10_000_000))]
    pub iterations: u32,
    /// The learning rate of plain gradient descent.
    #[command(flatten)]
    #[serde(flatten)]
    pub rate: RateArgs,
}

impl TrainingArgs {
    /// About how much memory training takes.
    pub fn bytes(&self, plan: &Plan, sizes: DataSizes) -> u64 {
        Trainer::bytes(&plan.architecture(sizes), &self.rate.sgd(), self.batch_size as usize)
    }

    /// Trains the network and adds a look after every few updates; the last one keeps histograms.
    pub fn follow(
        &self,
        plan: &Plan,
        probe: &Probe,
        network: Network,
        data: &DataSet,
        observer: &dyn Observer,
        measured: &mut Measured,
    ) -> ControlFlow<Stopped> {
        let (size, end) = (self.batch_size as usize, self.iterations as usize);
        let mut batches = Batches::with_replacement(plan.seed, data.train.labels.len(), size);
        let mut trainer = Trainer::new(network, &data.train, self.rate.sgd(), size);
        train(&mut trainer, &mut batches, end, LossAt::Before, |iteration, loss, network| {
            let done = iteration + 1;
            let last = done == end || !loss.is_finite();
            if last || done.is_multiple_of(self.every as usize) {
                let snapshot = Snapshot { plan, iteration: done, bins: last };
                measured.add(snapshot, &probe.capture(network), &[]);
            }
            observer.iterations_done(done)
        })
    }
}
