//! The signal and the gradient through a chain of dense layers, predicted from the weights' variances.
//!
//! The mean field of [`nn::theory`](crate::nn::theory), layer by layer, with the variances found: right
//! for wide layers whose weights are independent, so for untrained ones.

use super::weights::WeightReport;
use crate::model_file::Tensor;
use crate::nn::activation::Activation;
use crate::nn::theory::{derivative_moment, next_q};

/// What one layer is predicted to do to inputs of mean square 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainPrediction {
    /// The root mean square of its pre-activations.
    pub signal: f64,
    /// The root mean square of the gradient with respect to them, relative to the last layer's.
    pub gradient: f64,
}

/// The prediction for each layer in order; none unless the file is a chain of two dense layers or more,
/// each taking what the one before gives.
pub fn predict(
    weights: &[WeightReport],
    tensors: &[&Tensor<'_>],
    activation: Activation,
) -> Option<Vec<ChainPrediction>> {
    let dense = weights.iter().all(|weight| weight.shape.len() == 2 && weight.sample.not_finite == 0);
    let fits = weights.windows(2).all(|pair| pair[0].fans.fan_out == pair[1].fans.fan_in);
    if weights.len() < 2 || !dense || !fits {
        return None;
    }
    let mut squares: Vec<f64> = Vec::new();
    for weight in weights {
        let (sigma_w2, sigma_b2) = variances(weight, tensors);
        squares.push(match squares.last() {
            None => sigma_w2 + sigma_b2,
            Some(q) => next_q(activation, sigma_w2, sigma_b2, *q),
        });
    }
    Some(with_gradients(weights, &squares, activation))
}

/// `fan_in` times the mean square of a weight, and the mean square of the biases.
fn variances(weight: &WeightReport, tensors: &[&Tensor<'_>]) -> (f64, f64) {
    let stem = |name: &str| name.rsplit_once(['.', '/']).map(|(stem, _)| stem.to_owned());
    let is_bias = |tensor: &&&Tensor<'_>| {
        tensor.shape == [weight.fans.fan_out] && stem(&tensor.name) == stem(&weight.name)
    };
    let biases = tensors.iter().find(is_bias).map(|tensor| tensor.values()).unwrap_or_default();
    let square = biases.iter().map(|b| b * b).sum::<f64>() / biases.len().max(1) as f64;
    (weight.fans.fan_in as f64 * weight.sample.rms.powi(2), square)
}

/// From the last layer back: each gradient passes the weights behind it and the derivative.
fn with_gradients(weights: &[WeightReport], squares: &[f64], activation: Activation) -> Vec<ChainPrediction> {
    let mut gradient = 1.0;
    let mut layers = Vec::new();
    for (index, q) in squares.iter().enumerate().rev() {
        if let Some(behind) = weights.get(index + 1) {
            let passed = behind.fans.fan_out as f64 * behind.sample.rms.powi(2);
            gradient *= passed * derivative_moment(activation, *q);
        }
        layers.push(ChainPrediction { signal: q.sqrt(), gradient: gradient.sqrt() });
    }
    layers.reverse();
    layers
}
