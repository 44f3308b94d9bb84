//! A network before training: what was drawn, what its first updates show, and what is predicted.

use super::Plan;
use super::rows::LayerRow;
use crate::data::DataSet;
use crate::diagnosis::{Facts, Forecast, LayerFacts, TRIAL_UPDATES, forecast, measure};
use crate::nn::network::{LayerSpan, Network};
use crate::stats::standard_deviation;
use crate::train::layer_values::numbers;

/// A network before training with its forecast.
#[derive(Debug)]
pub struct Prepared {
    /// The network.
    pub network: Network,
    /// What is measured of it.
    pub facts: Facts,
    /// What is predicted from that.
    pub forecast: Forecast,
}

impl Prepared {
    /// The network that a plan starts from, measured before its run.
    pub fn new(plan: &Plan, data: &DataSet) -> Self {
        let setup = plan.setup(data.sizes());
        let network = setup.network(&data.train);
        let facts = measure(&network, &setup, &data.train, TRIAL_UPDATES);
        Self::of(network, facts)
    }

    /// A network and what was measured of it.
    pub fn of(network: Network, facts: Facts) -> Self {
        Self { forecast: forecast(&facts), network, facts }
    }

    /// One row per layer: what was asked for, what was drawn, and what the first mini-batch shows.
    pub fn layers(&self, plan: &Plan) -> Vec<LayerRow> {
        let init = plan.init.for_activation(plan.training.activation).expect("plans are checked");
        let row = |(span, layer): (&LayerSpan, &LayerFacts)| LayerRow {
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
        self.network.spans.iter().zip(&self.facts.layers).map(row).collect()
    }
}
