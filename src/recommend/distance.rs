//! Distance of an initializer's scale from the one that passes differences between inputs on unchanged.
//!
//! In wide layers a small difference between two inputs, and a gradient on its way back, is multiplied by
//! `χ = σ_w² E[f′(z)²]` in mean square per layer, z standard normal (Poole et al. 2016, eq. 6, at a signal
//! of size 1). Below 1 inputs become alike, above 1 they part; both cost learning.

use crate::diagnosis::Measurements;
use crate::nn::init::Init;
use crate::nn::network::Architecture;
use crate::nn::theory::derivative_moment;
use crate::stats::mean;

/// The mean of |ln χ| over all dense layers, with `σ_w² = fan_in · Var[w]`; where the variance does not
/// follow from the sizes, the mean square of the weights stands for it. Infinite where all are 0.
pub fn distance(architecture: &Architecture, init: &Init, measured: &Measurements) -> f64 {
    let kept = derivative_moment(architecture.activation, 1.0);
    let layers = architecture.fans().into_iter().zip(&measured.layers);
    let logarithms = layers.map(|(fans, layer)| {
        let std = init.target_std(fans).unwrap_or(layer.weight_rms);
        (fans.fan_in as f64 * std * std * kept).ln().abs()
    });
    // Two ways to one variance differ in their last digits; they are one scale.
    (mean(&logarithms.collect::<Vec<_>>()) * 1e9).round() / 1e9
}
