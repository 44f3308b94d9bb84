//! What a layer's values amount to: one row of statistics and one histogram per quantity.
//!
//! [`Activations::run`](super::Activations) and [`during_training`](super::during_training) add snapshot after snapshot to a [`Measured`]; its two lists become `layers.csv` and `bins.csv`.
//! Only the snapshot before training and the last one keep histograms.

use super::Plan;
use super::predict::Prediction;
use crate::results::gap;
use crate::stats::{BinCounts, even_edges, histogram};
use crate::train::layer_values::{LayerValues, Quantity, ValueStatistics, numbers};
use crate::train::value_range::range;
use serde::{Deserialize, Serialize};

/// One row of `layers.csv`: what one quantity of one layer amounts to.
///
/// Written once per snapshot, quantity and hidden layer; `figures` and `explain` read it. Statistics are of
/// all `samples × units` values, of weight gradients of all `fan_in × units`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRow {
    /// Name of the activation function.
    pub activation: String,
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights, inputs and signal.
    pub seed: u64,
    /// Hidden layer, from 1.
    pub layer: usize,
    /// What is looked at: `activation`, `d_activation` or `d_weight`.
    pub quantity: Quantity,
    /// Mean of all values.
    pub mean: f64,
    /// Standard deviation of all values.
    pub std: f64,
    /// Root of their mean square.
    pub rms: f64,
    /// The rms that infinitely wide layers would have; NaN where there is no such prediction.
    #[serde(with = "gap")]
    pub predicted_rms: Option<f64>,
    /// 98th percentile (Glorot & Bengio 2010, fig. 3).
    pub percentile_98: f64,
    /// Share within 0.02 of a bound that the function only approaches; NaN where it has none.
    #[serde(with = "gap")]
    pub saturated: Option<f64>,
    /// Share that is exactly 0, from 0 to 1.
    pub zero: f64,
    /// Share outside of the range of the histogram; NaN where none is kept.
    #[serde(with = "gap")]
    pub outside: Option<f64>,
    /// Standard deviation across the units for one example, averaged over the examples (of weight
    /// gradients: for one input, averaged over the inputs). Near 0: all units say the same.
    pub spread: f64,
    /// Standard deviation across the examples for one unit, averaged over the units (of weight
    /// gradients: across the inputs). Near 0: the layer says the same whatever it is shown.
    pub spread_of_examples: f64,
    /// Updates done before this snapshot; 0: the network as it was initialized.
    pub iteration: usize,
}

/// One row of `bins.csv`: how many values lie between two edges.
///
/// Each histogram has three rows more than bins: what lies below, what lies above (an edge is
/// infinite), and what is not finite (both edges are NaN). So its counts add up to all values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BinRow {
    /// Name of the activation function.
    pub activation: String,
    /// Canonical label.
    pub initializer: String,
    /// Seed of weights, inputs and signal.
    pub seed: u64,
    /// Hidden layer, from 1.
    pub layer: usize,
    /// What is looked at.
    pub quantity: Quantity,
    /// Lower edge.
    pub low: f64,
    /// Upper edge.
    pub high: f64,
    /// How many values lie there.
    pub count: usize,
    /// Updates done before this snapshot; 0: the network as it was initialized.
    pub iteration: usize,
}

/// The rows of one snapshot, or of several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Statistics.
    pub layers: Vec<LayerRow>,
    /// Histograms, of the snapshots that keep them.
    pub bins: Vec<BinRow>,
}

/// One snapshot of a network: when, and what of it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// What is run.
    pub plan: &'a Plan,
    /// Updates done.
    pub iteration: usize,
    /// Whether histograms are kept, not only statistics.
    pub bins: bool,
}

impl Measured {
    /// Adds the rows of one snapshot, quantity by quantity.
    ///
    /// `layers` has the values of each hidden layer, `predicted` the prediction for each or nothing. The
    /// layers of one quantity share the range of their histograms.
    pub fn add(&mut self, snapshot: Snapshot, layers: &[LayerValues], predicted: &[Prediction]) {
        for &(_, quantity) in Quantity::NAMED {
            let values: Vec<Vec<f64>> =
                layers.iter().map(|layer| numbers(&quantity.of(layer).view())).collect();
            let ends = range(snapshot.plan.activation, quantity, snapshot.plan.book, &values);
            for (index, values) in values.iter().enumerate() {
                let units = quantity.of(&layers[index]).ncols();
                let found = snapshot.bins.then(|| {
                    let edges = even_edges(ends.0, ends.1, snapshot.plan.bins as usize);
                    let found = histogram(values, &edges);
                    self.bins.extend(bin_rows(snapshot, index + 1, quantity, &edges, &found));
                    found
                });
                self.layers.push(LayerRow {
                    outside: found.as_ref().map(outside),
                    predicted_rms: predicted.get(index).and_then(|layer| layer.rms(quantity)),
                    ..layer_row(snapshot, index + 1, quantity, values, units)
                });
            }
        }
    }
}

fn layer_row(snapshot: Snapshot, layer: usize, quantity: Quantity, values: &[f64], units: usize) -> LayerRow {
    let ValueStatistics { mean, std, rms, percentile_98, zero, spread, spread_of_examples } =
        ValueStatistics::of(values, units);
    let of_units = quantity == Quantity::Activation;
    LayerRow {
        activation: snapshot.plan.activation.to_string(),
        initializer: snapshot.plan.init.to_string(),
        seed: snapshot.plan.seed,
        layer,
        quantity,
        mean,
        std,
        rms,
        predicted_rms: None,
        percentile_98,
        saturated: of_units.then(|| snapshot.plan.activation.saturated_share(values)).flatten(),
        zero,
        outside: None,
        spread,
        spread_of_examples,
        iteration: snapshot.iteration,
    }
}

/// The share of values that no bin holds.
fn outside(found: &BinCounts) -> f64 {
    (found.below + found.above + found.not_finite) as f64 / found.total() as f64
}

fn bin_rows(
    snapshot: Snapshot,
    layer: usize,
    quantity: Quantity,
    edges: &[f64],
    found: &BinCounts,
) -> Vec<BinRow> {
    let row = |(low, high): (f64, f64), count: usize| BinRow {
        activation: snapshot.plan.activation.to_string(),
        initializer: snapshot.plan.init.to_string(),
        seed: snapshot.plan.seed,
        layer,
        quantity,
        low,
        high,
        count,
        iteration: snapshot.iteration,
    };
    let last = edges[edges.len() - 1];
    let outer = [
        row((f64::NEG_INFINITY, edges[0]), found.below),
        row((last, f64::INFINITY), found.above),
        row((f64::NAN, f64::NAN), found.not_finite),
    ];
    let inner = edges.windows(2).zip(&found.counts).map(|(edges, count)| row((edges[0], edges[1]), *count));
    inner.chain(outer).collect()
}
