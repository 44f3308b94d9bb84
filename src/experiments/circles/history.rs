//! A network at ten moments of its training, so that one can see how it came to its boundary.

use super::Plan;
use super::rows::ParameterRow;
use crate::nn::network::{Architecture, Network};

/// The numbers of updates after which the parameters are kept: none, then 1/256, 1/128, … and all of those that are
/// asked for. Most of what happens to a boundary happens early.
fn moments(iterations: usize) -> Vec<usize> {
    let mut moments: Vec<usize> = (0..9).rev().map(|halvings| iterations >> halvings).collect();
    moments.insert(0, 0);
    moments.dedup();
    moments
}

/// The rows that the networks of all moments have together.
pub(super) fn row_count(architecture: &Architecture, iterations: usize) -> u64 {
    let parameters: usize = architecture.fans().iter().map(|fans| (fans.fan_in + 1) * fans.fan_out).sum();
    (moments(iterations).len() * parameters) as u64
}

/// A run's network at the moments that came.
pub(super) struct History {
    moments: Vec<usize>,
    kept: Vec<(usize, Network)>,
}

impl History {
    /// Nothing kept yet.
    pub(super) fn new(iterations: usize) -> Self {
        let moments = moments(iterations);
        Self { kept: Vec::with_capacity(moments.len()), moments }
    }

    /// Keeps the network if this is one of the moments.
    pub(super) fn see(&mut self, updates: usize, network: &Network) {
        if self.moments.contains(&updates) {
            self.kept.push((updates, network.clone()));
        }
    }

    /// Every parameter of every network, layer by layer: of each unit its weights, then its bias.
    pub(super) fn rows(&self, plan: &Plan) -> Vec<ParameterRow> {
        self.kept.iter().flat_map(|(updates, network)| rows(plan, *updates, network)).collect()
    }
}

fn rows(plan: &Plan, updates: usize, network: &Network) -> Vec<ParameterRow> {
    let row = |layer, from, to, value| ParameterRow {
        initializer: plan.init.to_string(),
        seed: plan.streams.seed(),
        activation: plan.task.activation,
        updates,
        layer: layer + 1,
        from,
        to: to + 1,
        value,
    };
    let mut rows = Vec::new();
    for layer in 0..network.spans.len() {
        let (weights, biases) = (network.weights(layer), network.biases(layer)); // (fan_in, fan_out), (fan_out)
        for (unit, bias) in biases.iter().enumerate() {
            let weights = weights.column(unit);
            rows.extend(weights.iter().enumerate().map(|(from, w)| row(layer, Some(from + 1), unit, *w)));
            rows.push(row(layer, None, unit, *bias));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_begin_with_the_start_end_with_the_end_and_are_ten_where_there_are_enough() {
        assert_eq!(moments(15_000), [0, 58, 117, 234, 468, 937, 1875, 3750, 7500, 15_000]);
        assert_eq!(moments(3), [0, 1, 3]);
        assert_eq!(moments(1), [0, 1]);
    }
}
