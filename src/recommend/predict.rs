//! Prediction on paper: signal and gradient of every hidden layer, were the layers infinitely wide.
//!
//! [`wide_layers`](mod@crate::nn::wide_layers), back from the softmax.
//!
//! Not here: weights that are not drawn around 0, and a gradient through batch norm.

use crate::nn::init::{Fans, Init};
use crate::nn::network::Architecture;
use crate::nn::wide_layers::{WideGradient, WideLayer, gradients, wide_layers};

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
    let Architecture { activation, batch_norm, outputs, .. } = *architecture;
    let law = |fans: Fans, input| {
        let unit = || (1.0 / (fans.fan_in as f64 * input), init.bias_distribution(fans).std().powi(2));
        if init.needs_data { Some(unit()) } else { init.variances(fans) }
    };
    let layers = wide_layers(activation, batch_norm, mean_square, &architecture.fans(), law)?;
    let (logits, hidden) = layers.split_last()?;
    let last = logits.fans.fan_out as f64 * logits.variance * logit_gradient(logits.q, outputs);
    let row = |(layer, back): (&WideLayer, WideGradient)| LayerPrediction {
        signal: layer.q.sqrt(),
        gradient: (!batch_norm).then(|| back.d_activation.sqrt()),
    };
    Some(hidden.iter().zip(gradients(activation, hidden, last)).map(row).collect())
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
