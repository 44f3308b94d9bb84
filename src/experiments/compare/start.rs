//! What a network starts from: its layers' weights, and what becomes of a signal in them.

use super::Plan;
use super::rows::LayerRow;
use crate::data::batches::Batches;
use crate::data::{CLASSES, PIXELS};
use crate::diagnosis::layer::numbers;
use crate::nn::batch_norm::Statistics;
use crate::nn::inputs::Examples;
use crate::nn::network::Network;
use crate::nn::rows::RowBlock;
use crate::stats::standard_deviation;

/// A network before training, and the mini-batch it is first shown.
#[derive(Debug)]
pub struct Start {
    /// The network.
    pub network: Network,
    batch: Vec<u32>,
}

impl Start {
    /// The network that a plan starts from; an initializer that needs data gets the first mini-batch.
    pub fn new(plan: &Plan, examples: &Examples) -> Self {
        let Plan { init, seed, training, .. } = plan;
        let mut batches =
            Batches::with_replacement(*seed, examples.labels.len(), training.network.batch_size as usize);
        let batch = batches.draw().to_vec();
        let architecture = training.architecture(PIXELS, CLASSES);
        Self { network: Network::initialized(architecture, init, *seed, &examples.inputs, &batch), batch }
    }

    /// One row per layer: what was asked for, what was drawn, and what it does to the signal.
    pub fn layers(&self, plan: &Plan, examples: &Examples) -> Vec<LayerRow> {
        let init = plan.init.for_activation(plan.training.activation).expect("plans are checked");
        let mut block = RowBlock::new(&self.network, &examples.inputs, self.batch.len());
        block.forward(&self.network, &examples.inputs, &self.batch, Statistics::Batch);
        let row = |(layer, span): (usize, &crate::nn::network::LayerSpan)| LayerRow {
            initializer: plan.init.to_string(),
            seed: plan.seed,
            layer: layer + 1,
            fan_in: span.fans.fan_in,
            fan_out: span.fans.fan_out,
            target_std: init.target_std(span.fans),
            measured_std: standard_deviation(&numbers(&self.network.weights(layer))),
            signal_std: standard_deviation(&numbers(&block.z(layer, span.fans.fan_out))),
        };
        self.network.spans.iter().enumerate().map(row).collect()
    }
}
