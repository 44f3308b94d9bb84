//! A network before training: what was drawn, what its first mini-batch shows, and what is predicted.

use super::Plan;
use super::rows::LayerRow;
use crate::data::DataSet;
use crate::data::batches::Batches;
use crate::diagnosis::layer::numbers;
use crate::diagnosis::{Diagnosis, LayerMeasurements, Measurements, diagnose, measure};
use crate::nn::network::{LayerSpan, Network};
use crate::stats::standard_deviation;

/// A network before training with its diagnosis.
#[derive(Debug)]
pub struct Start {
    /// The network.
    pub network: Network,
    /// What its first mini-batch shows.
    pub measured: Measurements,
    /// What is predicted from that.
    pub diagnosis: Diagnosis,
}

impl Start {
    /// The network that a plan starts from; an initializer that needs data gets the first mini-batch.
    pub fn new(plan: &Plan, data: &DataSet) -> Self {
        let (sizes, examples) = (data.sizes(), &data.train);
        let size = plan.training.network.batch_size as usize;
        let batches = Batches::with_replacement(plan.seed, examples.labels.len(), size);
        let first = batches.clone().draw().to_vec();
        let architecture = plan.training.architecture(sizes.inputs, sizes.outputs);
        let network = Network::initialized(architecture, &plan.init, plan.seed, &examples.inputs, &first);
        let iterations = plan.training.network.iterations as usize;
        let measured = measure(&network, examples, &batches, plan.update(), iterations);
        let diagnosis = diagnose(&measured);
        Self { network, measured, diagnosis }
    }

    /// One row per layer: what was asked for, what was drawn, and what the first mini-batch shows.
    pub fn layers(&self, plan: &Plan) -> Vec<LayerRow> {
        let init = plan.init.for_activation(plan.training.activation).expect("plans are checked");
        let row = |(span, layer): (&LayerSpan, &LayerMeasurements)| LayerRow {
            initializer: plan.init.to_string(),
            seed: plan.seed,
            layer: layer.layer,
            fan_in: span.fans.fan_in,
            fan_out: span.fans.fan_out,
            target_std: init.target_std(span.fans),
            measured_std: standard_deviation(&numbers(&self.network.weights(layer.layer - 1))),
            signal_std: layer.signal_std,
            sensitivity: layer.sensitivity,
            gradient_rms: layer.gradient_rms,
            update_ratio: layer.update_ratio,
            travel: layer.travel,
        };
        self.network.spans.iter().zip(&self.measured.layers).map(row).collect()
    }
}
