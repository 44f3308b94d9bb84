//! PairMeans the table of layers: its pairs, and one pair at one moment as lists by layer.

use super::rows::LayerRow;
use crate::stats::mean;
use crate::train::layer_values::Quantity;

/// A table or a row of panels shows at most so many layers.
const MOST_SHOWN: usize = 10;

/// The rows of each pair of activation and initializer, in the order of the table.
pub fn pairs(rows: &[LayerRow]) -> impl Iterator<Item = &[LayerRow]> {
    rows.chunk_by(|a, b| a.activation == b.activation && a.initializer == b.initializer)
}

/// Which layers are shown, from 0: all of them, or ten at even distances from first to last.
///
/// ```
/// use initlab::experiments::activations::pair_means::shown_layers;
///
/// assert_eq!(shown_layers(3), [0, 1, 2]);
/// assert_eq!(shown_layers(20), [0, 2, 4, 6, 8, 10, 12, 14, 16, 19]);
/// ```
pub fn shown_layers(layers: usize) -> Vec<usize> {
    let columns = layers.min(MOST_SHOWN);
    (0..columns).map(|column| column * (layers - 1) / (columns - 1).max(1)).collect()
}

/// One pair at one moment: means over the seeds, by layer. What is not known is NaN.
#[derive(Clone, Debug)]
pub struct PairMeans {
    /// Root mean square of the activations.
    pub rms: Vec<f64>,
    /// What infinitely wide layers would have.
    pub predicted: Vec<f64>,
    /// Share of saturated units.
    pub saturated: Vec<f64>,
    /// Share of activations that are exactly 0.
    pub zero: Vec<f64>,
    /// Spread across the units for one example.
    pub spread: Vec<f64>,
    /// Spread across the examples for one unit.
    pub spread_of_examples: Vec<f64>,
    /// Root mean square of the gradient with respect to the activations.
    pub d_activation: Vec<f64>,
    /// Root mean square of the gradient with respect to the weights.
    pub d_weight: Vec<f64>,
}

impl PairMeans {
    /// Reads the rows of one pair after `iteration` updates. Without such rows all lists are empty.
    pub fn new(pair: &[LayerRow], iteration: usize) -> Self {
        let rows: Vec<&LayerRow> = pair.iter().filter(|row| row.iteration == iteration).collect();
        let activation = |of| by_layer(&rows, Quantity::Activation, of);
        Self {
            rms: activation(|row| row.rms),
            predicted: activation(|row| row.predicted_rms.unwrap_or(f64::NAN)),
            saturated: activation(|row| row.saturated.unwrap_or(f64::NAN)),
            zero: activation(|row| row.zero),
            spread: activation(|row| row.spread),
            spread_of_examples: activation(|row| row.spread_of_examples),
            d_activation: by_layer(&rows, Quantity::DActivation, |row| row.rms),
            d_weight: by_layer(&rows, Quantity::DWeight, |row| row.rms),
        }
    }
}

/// The mean over the seeds of one column.
fn by_layer(rows: &[&LayerRow], quantity: Quantity, of: fn(&LayerRow) -> f64) -> Vec<f64> {
    let layers = rows.iter().map(|row| row.layer).max().unwrap_or(0);
    let layer = |layer| {
        let here = rows.iter().filter(|row| row.quantity == quantity && row.layer == layer);
        mean(&here.map(|row| of(row)).collect::<Vec<_>>())
    };
    (1..=layers).map(layer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_layers_are_shown_from_the_first_to_the_last() {
        assert_eq!(shown_layers(1), [0]);
        assert_eq!(shown_layers(5), [0, 1, 2, 3, 4]);
        assert_eq!(shown_layers(100), [0, 11, 22, 33, 44, 55, 66, 77, 88, 99]);
        assert!(shown_layers(0).is_empty());
    }
}
