//! Prediction on paper: signal and gradient of every hidden layer, were the layers infinitely wide.
//!
//! Forward, `q₁ = σ_w² E[x²] + σ_b²` and `q_{l+1} = σ_w² E[f(√q_l z)²] + σ_b²` (Poole et al. 2016), with
//! batch norm `q_{l+1} = σ_w² E[f(z)²] + σ_b²`. Back, from the softmax,
//! `E[da_l²] = fan_out Var[w] E[dz_{l+1}²]` and `E[dz_l²] = E[f′(√q_l z)²] E[da_l²]`.
//!
//! Not here: weights that are not drawn around 0, and a gradient through batch norm.

use crate::nn::init::{Distribution, Fans, Init};
use crate::nn::network::Architecture;
use crate::nn::theory::{derivative_moment, second_moment};

/// The prediction for one hidden layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerPrediction {
    /// Root of the second moment of the pre-activations: their standard deviation, as their mean is 0.
    pub signal: f64,
    /// Root mean square of the gradient of one example's loss with respect to the activations; `None` with
    /// batch norm.
    pub gradient: Option<f64>,
}

/// One prediction per hidden layer for inputs with this mean square; `None` where the weights' variance
/// does not follow from the sizes.
///
/// So there is none for `identity`, `zero_hadamard`, constants other than 0, and `critical` without its
/// activation. LSUV is predicted by what it is meant to do: each layer's variance is 1.
///
/// ```
/// use initlab::nn::{activation::Activation, loss::Loss, network::Architecture};
/// use initlab::recommend::predict::predict;
///
/// let architecture = Architecture {
///     inputs: 784,
///     hidden: vec![100, 100],
///     outputs: 10,
///     activation: Activation::Relu,
///     loss: Loss::SoftmaxCrossEntropy,
///     batch_norm: false,
/// };
/// let layers = predict(&architecture, &"He".parse()?, 1.0).unwrap();
/// assert!(layers.iter().all(|layer| (layer.signal - 2f64.sqrt()).abs() < 1e-12));
/// assert_eq!(predict(&architecture, &"identity".parse()?, 1.0), None);
/// # Ok::<(), initlab::nn::init::names::InitError>(())
/// ```
pub fn predict(architecture: &Architecture, init: &Init, mean_square: f64) -> Option<Vec<LayerPrediction>> {
    let fans = architecture.fans();
    let forward = forward(architecture, init, mean_square, &fans)?;
    let (hidden, logits) = forward.split_at(fans.len() - 1);
    let mut gradients = vec![None; hidden.len()];
    if !architecture.batch_norm {
        let mut d_z = logit_gradient(logits[0].q, architecture.outputs);
        for layer in (0..hidden.len()).rev() {
            let d_a = fans[layer + 1].fan_out as f64 * forward[layer + 1].variance * d_z;
            gradients[layer] = Some(d_a.sqrt());
            d_z = derivative_moment(architecture.activation, hidden[layer].q) * d_a;
        }
    }
    let row = |(layer, gradient): (&Layer, Option<f64>)| LayerPrediction { signal: layer.q.sqrt(), gradient };
    Some(hidden.iter().zip(gradients).map(row).collect())
}

/// A layer on paper: the second moment of its pre-activations, the variance of its weights.
struct Layer {
    q: f64,
    variance: f64,
}

/// Every dense layer on paper, from the first to the logits; none where one layer's variance is not known.
fn forward(architecture: &Architecture, init: &Init, mean_square: f64, fans: &[Fans]) -> Option<Vec<Layer>> {
    let mut moment = mean_square;
    let layer = |fans: &Fans| {
        let fan_in = fans.fan_in as f64;
        let variance = if init.needs_data { 1.0 / (fan_in * moment) } else { variance(init, *fans)? };
        let q = fan_in * variance * moment + init.bias_distribution(*fans).std().powi(2);
        moment = second_moment(architecture.activation, if architecture.batch_norm { 1.0 } else { q });
        Some(Layer { q, variance })
    };
    fans.iter().map(layer).collect()
}

/// The variance of a layer's weights, if their mean is 0 and it is known beforehand.
fn variance(init: &Init, fans: Fans) -> Option<f64> {
    match init.distribution(fans) {
        Some(Distribution::Constant(value)) if value != 0.0 => None,
        _ => init.target_std(fans).map(|std| std * std),
    }
}

/// The mean square of softmax(x) − t over `outputs` independent logits x of second moment `q`, whatever
/// the label: (E[Σp²] − 2/K + 1)/K, with e^q/(K − 1 + e^q) for E[Σp²], the quotient of the moments of
/// lognormal numbers.
fn logit_gradient(q: f64, outputs: usize) -> f64 {
    let classes = outputs as f64;
    let concentration = 1.0 / ((classes - 1.0) * (-q).exp() + 1.0);
    (concentration - 2.0 / classes + 1.0) / classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation;
    use crate::nn::loss::Loss;

    fn architecture(hidden: Vec<usize>, activation: Activation) -> Architecture {
        let (inputs, outputs, loss) = (100, 10, Loss::SoftmaxCrossEntropy);
        Architecture { inputs, hidden, outputs, activation, batch_norm: false, loss }
    }

    /// ReLU with He's weights: q = 2 E[x²] in every layer; back, fan_out · 2/fan_in · 1/2 per layer.
    #[test]
    fn he_keeps_relu_as_its_derivation_says() {
        let he: Init = "He".parse().unwrap();
        let layers = predict(&architecture(vec![50, 40], Activation::Relu), &he, 0.5).unwrap();
        assert!(layers.iter().all(|layer| (layer.signal - 1.0).abs() < 1e-12), "{layers:?}");
        let ratio = layers[0].gradient.unwrap() / layers[1].gradient.unwrap();
        assert!((ratio - (40.0 * 2.0 / 50.0 / 2.0_f64).sqrt()).abs() < 1e-12, "{ratio}");
    }

    #[test]
    fn logits_of_nothing_and_of_certainty_have_known_gradients() {
        // p = 1/10: ((9/10)² + 9 · (1/10)²)/10 = 0.09; one p = 1: right once in ten, else two errors of 1.
        assert!((logit_gradient(0.0, 10) - 0.09).abs() < 1e-15);
        assert!((logit_gradient(800.0, 10) - 0.18).abs() < 1e-15);
    }

    #[test]
    fn what_follows_no_variance_has_no_prediction() {
        let shape = architecture(vec![50, 40], Activation::Relu);
        assert_eq!(predict(&shape, &"identity".parse().unwrap(), 1.0), None);
        assert_eq!(predict(&shape, &"ones".parse().unwrap(), 1.0), None);
        let lsuv = predict(&shape, &"lsuv".parse().unwrap(), 0.3).unwrap();
        assert!(lsuv.iter().all(|layer| (layer.signal - 1.0).abs() < 1e-12));
    }
}
