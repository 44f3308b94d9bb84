//! The signal and the gradient through a chain of dense layers, predicted from the weights' variances.
//!
//! The mean field of [`nn::theory`](crate::nn::theory), layer by layer, with the variances found: right
//! for wide layers whose weights are independent, so for untrained ones.
//!
//! With `σ_w² = fan_in · E[w²]` and `σ_b² = E[b²]` of each layer, z standard normal and inputs of mean
//! square 1: `q₁ = σ_w² + σ_b²`, `q_{l+1} = σ_w² E[f(√q_l z)²] + σ_b²` (Poole et al. 2016, eq. 3); back,
//! `g_l² = fan_out E[w²] E[f′(√q_l z)²] · g_{l+1}²` with `fan_out` and `w` of layer `l + 1`, and 1 at the
//! last layer. Weights and biases enter by their mean squares: a mean other than 0 counts as spread.

use super::weights::{VectorReport, WeightReport};
use crate::nn::activation::Activation;
use crate::nn::theory::{derivative_moment, next_q};
use crate::text::counted;

/// The predicted size of one layer's signal and gradient, for inputs of mean square 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainPrediction {
    /// The root mean square of its pre-activations, `√q`.
    pub signal: f64,
    /// The root mean square of the gradient with respect to them, relative to the last layer's: 1 in the
    /// last layer, above 1 where the gradient grows on its way back.
    pub gradient: f64,
}

/// The reason why a file has no prediction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoChain {
    /// Fewer than two weight tensors.
    #[error("a chain has two weight tensors or more, found {0}")]
    TooFew(usize),
    /// The first weight tensor that is no matrix.
    #[error("only chains of dense layers are predicted, and {name} has {axes} axes")]
    NotDense {
        /// Its name.
        name: String,
        /// How many axes it has.
        axes: usize,
    },
    /// The first weight tensor with a number that is NaN or infinite.
    #[error("{0} has numbers that are NaN or infinite")]
    NotFinite(String),
    /// The first layer that does not take what the one before it in the file gives.
    #[error("the layers are no chain: {before} gives {}, the next one, {after}, takes {takes}", counted(*gives, "number"))]
    Apart {
        /// The weights before.
        before: String,
        /// Their units.
        gives: usize,
        /// The weights that come next.
        after: String,
        /// Their inputs.
        takes: usize,
    },
}

/// The prediction for each layer in order, or why there is none: the file must be a chain of two dense
/// layers or more, each taking what the one before gives.
///
/// `weights` are all weight tensors in the order of the file, `vectors` has their biases. One weight tensor of another number of axes, or with a number that is NaN or
/// infinite, and there is no prediction. The activation stands between the layers, not before the first
/// one nor after the last.
pub fn predict(
    weights: &[WeightReport],
    vectors: &[VectorReport],
    activation: Activation,
) -> Result<Vec<ChainPrediction>, NoChain> {
    if let Some(reason) = no_chain(weights) {
        return Err(reason);
    }
    let mut squares: Vec<f64> = Vec::new();
    for weight in weights {
        let (sigma_w2, sigma_b2) = variances(weight, vectors);
        squares.push(match squares.last() {
            None => sigma_w2 + sigma_b2,
            Some(q) => next_q(activation, sigma_w2, sigma_b2, *q),
        });
    }
    Ok(with_gradients(weights, &squares, activation))
}

/// What keeps weights from being a chain of dense layers.
pub fn no_chain(weights: &[WeightReport]) -> Option<NoChain> {
    if weights.len() < 2 {
        return Some(NoChain::TooFew(weights.len()));
    }
    let name = |weight: &WeightReport| weight.name.clone();
    let stacked = weights.iter().find(|weight| weight.shape.len() != 2);
    let stacked = stacked.map(|weight| NoChain::NotDense { name: name(weight), axes: weight.shape.len() });
    let apart = || {
        let pair = weights.windows(2).find(|pair| pair[0].fans.fan_out != pair[1].fans.fan_in)?;
        let (gives, takes) = (pair[0].fans.fan_out, pair[1].fans.fan_in);
        Some(NoChain::Apart { before: name(&pair[0]), gives, after: name(&pair[1]), takes })
    };
    let broken = || weights.iter().find(|weight| weight.sample.not_finite > 0);
    stacked.or_else(apart).or_else(|| broken().map(|weight| NoChain::NotFinite(name(weight))))
}

/// `fan_in` times the mean square of a weight, and the mean square of the biases: 0 where there are none.
fn variances(weight: &WeightReport, vectors: &[VectorReport]) -> (f64, f64) {
    let square = weight.bias.and_then(|bias| vectors.get(bias)).map_or(0.0, |bias| bias.square);
    (weight.fans.fan_in as f64 * weight.sample.rms.powi(2), square)
}

/// From the last layer back: each gradient passes the weights behind it and the derivative. `squares` are
/// the `q` of the layers.
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
