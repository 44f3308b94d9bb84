//! Distance of an initializer's scale from the one that passes differences between inputs on unchanged.
//!
//! In wide layers a small difference between two inputs, and a gradient on its way back, is multiplied by
//! `χ = σ_w² E[f′(z)²]` in mean square per layer, z standard normal (Poole et al. 2016, eq. 6, at a signal
//! of size 1). Below 1 inputs become alike, above 1 they part; both cost learning.

use crate::diagnosis::Facts;
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::network::Architecture;
use crate::nn::theory::{MeanField, derivative_moment};
use crate::stats::mean;

/// The mean of |ln χ| over all dense layers, with `σ_w² = fan_in · Var[w]`; where the variance does not
/// follow from the sizes, the mean square of the weights stands for it. Infinite where they have no spread.
///
/// Natural logarithms, rounded to nine decimals: 0 for the scale that passes differences on at their size
/// (He with ReLU), 0.69 where their square doubles or halves per layer. `facts` has one row per dense
/// layer, in the order of the architecture's.
pub fn distance(architecture: &Architecture, init: &Init, facts: &Facts) -> f64 {
    let kept = derivative_moment(architecture.activation, 1.0);
    let layers = architecture.fans().into_iter().zip(&facts.layers);
    let logarithms = layers.map(|(fans, layer)| {
        let std = init.target_std(fans).unwrap_or(layer.weight_rms);
        (fans.fan_in as f64 * std * std * kept).ln().abs()
    });
    // Two ways to one variance differ in their last digits; they are one scale.
    (mean(&logarithms.collect::<Vec<_>>()) * 1e9).round() / 1e9
}

/// The size of the signal at which these variances pass differences on unchanged, if they are critical:
/// the root of their fixed point; `None` where that is 0 or infinite.
///
/// ```
/// use initlab::nn::activation::Activation;
/// use initlab::recommend::distance::passing_signal;
///
/// assert_eq!(passing_signal(Activation::Relu, 2.0, 0.0), Some(1.0)); // any size: 1 stands for all
/// assert_eq!(passing_signal(Activation::Relu, 1.0, 0.0), None); // the signal dies
/// ```
pub fn passing_signal(activation: Activation, sigma_w2: f64, sigma_b2: f64) -> Option<f64> {
    let signal = MeanField { activation, sigma_w2, sigma_b2 }.fixed_q().sqrt();
    (signal.is_finite() && signal > 0.0).then_some(signal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::init::critical_point;

    /// At the signal that is told, χ is 1; at a signal of 1 it is not.
    #[test]
    fn critical_weights_of_sigmoid_pass_differences_on_at_a_large_signal() {
        let MeanField { sigma_w2, sigma_b2, activation } = critical_point(Activation::Sigmoid).unwrap();
        let signal = passing_signal(activation, sigma_w2, sigma_b2).unwrap();
        let chi = |signal: f64| sigma_w2 * derivative_moment(activation, signal * signal);
        assert!(signal > 2.0 && (chi(signal) - 1.0).abs() < 1e-6, "{signal}: {}", chi(signal));
        assert!((chi(1.0) - 1.0).abs() > 0.5, "{}", chi(1.0));
    }
}
