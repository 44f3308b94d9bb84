//! How similar the units of a layer are, and which parameters training has moved.

use crate::Real;
use crate::nn::network::Network;
use std::collections::BTreeSet;

/// The similarity of some units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitSimilarity {
    /// How many there are.
    pub units: usize,
    /// How many of them differ in at least one bit of one weight.
    pub distinct: usize,
    /// The largest difference between any two of them in any one weight; NaN where a weight is not finite.
    pub largest_difference: Real,
}

/// Compares a hidden layer's units by the weights and the bias that enter them.
pub fn incoming(network: &Network, layer: usize) -> UnitSimilarity {
    let (weights, biases) = (network.weights(layer), network.biases(layer));
    let unit =
        |(column, bias): (ndarray::ArrayView1<Real>, &Real)| column.iter().chain([bias]).copied().collect();
    compare(&weights.columns().into_iter().zip(biases).map(unit).collect::<Vec<Vec<Real>>>())
}

/// Compares the last hidden layer's units by the weights that leave them, those of the output layer.
pub fn outgoing(network: &Network) -> UnitSimilarity {
    let weights = network.weights(network.spans.len() - 1);
    compare(&weights.rows().into_iter().map(|row| row.to_vec()).collect::<Vec<Vec<Real>>>())
}

/// Compares units, each the list of its weights; all lists have one length.
fn compare(units: &[Vec<Real>]) -> UnitSimilarity {
    let bits = |unit: &Vec<Real>| unit.iter().map(|w| w.to_bits()).collect::<Vec<_>>();
    let distinct = units.iter().map(bits).collect::<BTreeSet<_>>().len();
    let spread = |i: usize| {
        let low = units.iter().map(|unit| unit[i]).fold(Real::INFINITY, Real::min);
        units.iter().map(|unit| unit[i]).fold(Real::NEG_INFINITY, Real::max) - low
    };
    let unknown = units.iter().flatten().any(|w| !w.is_finite());
    let largest = (0..units[0].len()).map(spread).fold(0.0, Real::max);
    let largest_difference = if unknown { Real::NAN } else { largest };
    UnitSimilarity { units: units.len(), distinct, largest_difference }
}

/// The largest of some differences, none of them below 0; NaN where one of them is NaN; 0 for none.
///
/// ```
/// use initlab_engine::train::unit_similarity::largest;
///
/// assert_eq!(largest([0.5, 2.0, 1.0].into_iter()), 2.0);
/// assert!(largest([0.5, f32::NAN as _, 1.0].into_iter()).is_nan());
/// ```
pub fn largest(differences: impl Iterator<Item = Real>) -> Real {
    differences
        .fold(0.0, |largest: Real, next| if largest.is_nan() || next <= largest { largest } else { next })
}

/// The weights and biases that differ from those of `start`: `W3 b3`, `all`, or `nothing`.
pub fn moved(start: &Network, now: &Network) -> String {
    let mut names = Vec::new();
    for (layer, span) in now.spans.iter().enumerate() {
        for (name, range) in [("W", &span.weights), ("b", &span.biases)] {
            if start.parameters[range.clone()] != now.parameters[range.clone()] {
                names.push(format!("{name}{}", layer + 1));
            }
        }
    }
    match names.len() {
        0 => "nothing".to_owned(),
        n if n == 2 * now.spans.len() => "all".to_owned(),
        _ => names.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation;
    use crate::nn::loss::Loss;
    use crate::nn::network::Architecture;

    fn network() -> Network {
        let architecture = Architecture {
            inputs: 3,
            hidden: vec![4],
            outputs: 2,
            activation: Activation::Relu,
            batch_norm: false,
            loss: Loss::SoftmaxCrossEntropy,
        };
        Network::new(architecture, &"ones".parse().unwrap(), 0)
    }

    #[test]
    fn one_weight_makes_one_unit_different() {
        let mut network = network();
        let same = UnitSimilarity { units: 4, distinct: 1, largest_difference: 0.0 };
        assert_eq!((incoming(&network, 0), outgoing(&network)), (same, same));
        network.weights_mut(0)[(2, 1)] = 1.5;
        assert_eq!(incoming(&network, 0), UnitSimilarity { units: 4, distinct: 2, largest_difference: 0.5 });
        network.weights_mut(1)[(3, 0)] = -1.0;
        assert_eq!(outgoing(&network), UnitSimilarity { units: 4, distinct: 2, largest_difference: 2.0 });
    }

    #[test]
    fn a_bias_counts_too() {
        let mut network = network();
        let last = network.spans[0].biases.start + 3;
        network.parameters[last] = 0.25;
        assert_eq!(incoming(&network, 0), UnitSimilarity { units: 4, distinct: 2, largest_difference: 0.25 });
    }

    #[test]
    fn what_moved_is_named() {
        let (start, mut now) = (network(), network());
        assert_eq!(moved(&start, &now), "nothing");
        now.weights_mut(1)[(0, 0)] = 2.0;
        assert_eq!(moved(&start, &now), "W2");
        let every = now.parameters.iter_mut();
        every.for_each(|p| *p += 1.0);
        assert_eq!(moved(&start, &now), "all");
    }

    #[test]
    fn a_difference_that_is_no_number_is_not_taken_for_none() {
        assert!(largest([0.0, Real::NAN, 1.0].into_iter()).is_nan());
        assert_eq!(largest([0.0, 2.0, 1.0].into_iter()), 2.0);
    }
}
