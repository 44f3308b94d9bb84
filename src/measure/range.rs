//! From where to where a histogram is drawn.
//!
//! A side on which the function is bounded ends at the bound; an open side ends where 0.5 % of the
//! finite values of all layers lie beyond it. All layers of a row share one range, so that a signal
//! which grows or vanishes can be seen to do so. Gradients are drawn around 0.

use super::layer::Quantity;
use crate::nn::activation::Activation;
use crate::stats::quantile;

/// The share of values that may lie beyond an open side.
const BEYOND: f64 = 0.005;

/// The book draws everything from 0 to 1.
const BOOK: (f64, f64) = (0.0, 1.0);

/// Between which values a function stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The largest lower bound, where there is one.
    pub low: Option<f64>,
    /// The smallest upper bound, where there is one.
    pub high: Option<f64>,
    /// Whether the bounds are only approached, far from 0: a unit near one has no derivative left.
    pub approached: bool,
}

/// Between which values an activation stays.
pub fn bounds(activation: Activation) -> Bounds {
    let (low, high, approached) = match activation {
        Activation::Identity | Activation::LeakyRelu => (None, None, false),
        Activation::Sigmoid => (Some(0.0), Some(1.0), true),
        Activation::Tanh | Activation::Softsign => (Some(-1.0), Some(1.0), true),
        Activation::Relu => (Some(0.0), None, false),
        Activation::Elu => (Some(-1.0), None, true),
        // −λα.
        Activation::Selu => (Some(-1.758_099_340_847_376_6), None, true),
        // The minimum of z Φ(z), at z = −0.7518.
        Activation::Gelu => (Some(-0.169_971), None, false),
        // The minimum of z / (1 + e^−z), at z = −1.2785.
        Activation::Silu => (Some(-0.278_465), None, false),
        Activation::Softplus => (Some(0.0), None, true),
    };
    Bounds { low, high, approached }
}

/// The range in which the values of all layers of one quantity are drawn; its ends are apart.
pub fn range(activation: Activation, quantity: Quantity, book: bool, layers: &[Vec<f64>]) -> (f64, f64) {
    if book && quantity == Quantity::Activation {
        return BOOK;
    }
    let finite = || layers.iter().flatten().copied().filter(|value| value.is_finite());
    if quantity == Quantity::Activation {
        let Bounds { low, high, .. } = bounds(activation);
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
    fn every_activation_reaches_its_bounds_and_stays_within_them() {
        for &(name, activation) in Activation::NAMED {
            let values: Vec<f64> =
                (-40_000..=40_000).map(|i| activation.value(f64::from(i) / 1000.0)).collect();
            let ends = [quantile(&values, 0.0), quantile(&values, 1.0)];
            let Bounds { low, high, .. } = bounds(activation);
            for (bound, end) in [low, high].into_iter().zip(ends) {
                // Softsign is still 1/41 from its bounds there.
                assert!(bound.is_none_or(|bound| (bound - end).abs() < 0.025), "{name}: {bound:?}, {end}");
                assert!(bound.is_some() || end.abs() > 0.39, "{name} has a bound at {end}");
            }
            assert!(low.is_none_or(|low| ends[0] >= low - 1e-6), "{name} goes below {low:?}");
        }
    }

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
