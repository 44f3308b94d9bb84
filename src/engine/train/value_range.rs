//! From where to where a histogram is drawn.
//!
//! A side on which the function is bounded ends at the bound; an open side ends where 0.5 % of the
//! finite values of all layers lie beyond it. All layers of a row share one range, so that a signal
//! which grows or vanishes can be seen to do so. Gradients are drawn around 0.

use crate::nn::activation::{Activation, RangeEnd};
use crate::stats::quantile;
use crate::train::layer_values::Quantity;

/// The share of values that may lie beyond an open side.
const BEYOND: f64 = 0.005;

/// The book draws everything from 0 to 1.
const BOOK: (f64, f64) = (0.0, 1.0);

/// The range in which the values of all layers of one quantity are drawn; its ends are apart.
///
/// `layers` has the values of each layer; values that are not finite do not count, and without any the
/// range is 0 to 1.
///
/// ```
/// use initlab_engine::train::layer_values::Quantity::{Activation, DWeight};
/// use initlab_engine::train::value_range::range;
/// use initlab_engine::nn::activation::Activation as Function;
///
/// assert_eq!(range(Function::Tanh, Activation, false, &[vec![0.1]]), (-1.0, 1.0));
/// assert_eq!(range(Function::Tanh, Activation, true, &[vec![0.1]]), (0.0, 1.0));
/// assert_eq!(range(Function::Tanh, DWeight, false, &[vec![-2.0, -2.0]]), (-2.0, 2.0));
/// ```
pub fn range(activation: Activation, quantity: Quantity, book: bool, layers: &[Vec<f64>]) -> (f64, f64) {
    if book && quantity == Quantity::Activation {
        return BOOK;
    }
    let finite = || layers.iter().flatten().copied().filter(|value| value.is_finite());
    if quantity == Quantity::Activation {
        let [low, high] = activation.range().map(RangeEnd::value);
        if let (Some(low), Some(high)) = (low, high) {
            return (low, high);
        }
        let values: Vec<f64> = finite().collect();
        let end = |bound: Option<f64>, probability| bound.unwrap_or_else(|| quantile(&values, probability));
        return apart(end(low, BEYOND), end(high, 1.0 - BEYOND));
    }
    let sizes: Vec<f64> = finite().map(f64::abs).collect();
    let end = quantile(&sizes, 1.0 - BEYOND);
    apart(-end, end)
}

/// The range itself where it has two ends, else one around its lower end.
fn apart(low: f64, high: f64) -> (f64, f64) {
    match (low.is_finite(), low < high) {
        (true, true) => (low, high),
        (true, false) => (low, low + 1.0),
        _ => BOOK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_sides_end_at_a_percentile_of_what_is_finite() {
        let mut values: Vec<f64> = (0..=1000).map(f64::from).collect();
        values.extend([f64::INFINITY, f64::NAN]);
        let activation = |f, book| range(f, Quantity::Activation, book, &[values.clone()]);
        assert_eq!(activation(Activation::Relu, false), (0.0, 995.0));
        assert_eq!(activation(Activation::Identity, false), (5.0, 995.0));
        assert_eq!(activation(Activation::Tanh, false), (-1.0, 1.0));
        assert_eq!(activation(Activation::Tanh, true), (0.0, 1.0));
        assert_eq!(range(Activation::Relu, Quantity::DWeight, true, &[values.clone()]), (-995.0, 995.0));
    }

    #[test]
    fn ranges_of_nothing_have_two_ends() {
        for layers in [vec![], vec![vec![0.0; 4]], vec![vec![f64::NAN]]] {
            for quantity in Quantity::NAMED {
                let (low, high) = range(Activation::Relu, quantity.1, false, &layers);
                assert!(low < high, "{layers:?}");
            }
        }
    }
}
