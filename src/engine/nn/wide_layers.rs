//! Signal and gradient of a network on paper, layer by layer, were its layers infinitely wide.
//!
//! Forward, `q₁ = σ_w² E[x²] + σ_b²` and `q_{l+1} = σ_w² E[f(√q_l z)²] + σ_b²` with z ~ N(0, 1) (Poole et al. 2016,
//! eq. 3). A gradient that is independent of the signal goes back as `E[dz_l²] = E[f′(√q_l z)²] E[da_l²]` and
//! `E[da_l²] = fan_out Var[w] E[dz_{l+1}²]`, with `fan_out` and `w` of layer `l + 1`.

use super::activation::Activation;
use super::init::Fans;
use super::theory::{derivative_moment, second_moment};

/// A dense layer on paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WideLayer {
    /// Its size.
    pub fans: Fans,
    /// The variance of a weight.
    pub variance: f64,
    /// The mean square of what it takes in.
    pub input: f64,
    /// The second moment of its pre-activations.
    pub q: f64,
    /// The mean square of its activations.
    pub activation: f64,
}

/// The layers of these sizes for inputs with this mean square. `law` has a layer's variances of weights and biases, from its
/// size and the mean square of what it takes in; `None` where it has none for some layer. With `batch_norm` every
/// activation sees a second moment of 1.
///
/// ```
/// use initlab_engine::nn::activation::Activation;
/// use initlab_engine::nn::init::Fans;
/// use initlab_engine::nn::wide_layers::{gradients, wide_layers};
///
/// let fans = [Fans { fan_in: 784, fan_out: 100 }, Fans { fan_in: 100, fan_out: 100 }];
/// let he = |fans: Fans, _| Some((2.0 / fans.fan_in as f64, 0.0));
/// let layers = wide_layers(Activation::Relu, false, 1.0, &fans, he).unwrap();
/// assert!(layers.iter().all(|layer| (layer.q - 2.0).abs() < 1e-12));
/// assert!((gradients(Activation::Relu, &layers, 1.0)[0].d_activation - 1.0).abs() < 1e-12);
/// ```
pub fn wide_layers(
    activation: Activation,
    batch_norm: bool,
    mean_square: f64,
    fans: &[Fans],
    law: impl Fn(Fans, f64) -> Option<(f64, f64)>,
) -> Option<Vec<WideLayer>> {
    let mut input = mean_square;
    let layer = |fans: &Fans| {
        let (variance, bias) = law(*fans, input)?;
        let q = fans.fan_in as f64 * variance * input + bias;
        let out = second_moment(activation, if batch_norm { 1.0 } else { q });
        let layer = WideLayer { fans: *fans, variance, input, q, activation: out };
        input = out;
        Some(layer)
    };
    fans.iter().map(layer).collect()
}

/// The mean squares of the gradients of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WideGradient {
    /// With respect to its activations.
    pub d_activation: f64,
    /// With respect to its pre-activations.
    pub d_z: f64,
}

/// The gradients of the layers, where that of the last one's activations has this mean square.
pub fn gradients(activation: Activation, layers: &[WideLayer], last: f64) -> Vec<WideGradient> {
    let mut d_activation = last;
    let mut back = Vec::new();
    for layer in layers.iter().rev() {
        let d_z = d_activation * derivative_moment(activation, layer.q);
        back.push(WideGradient { d_activation, d_z });
        d_activation = layer.fans.fan_out as f64 * layer.variance * d_z;
    }
    back.reverse();
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pre_activations_have_the_variance_of_the_weights_and_that_of_the_biases() {
        let fans = [Fans { fan_in: 50, fan_out: 20 }];
        let layers = wide_layers(Activation::Identity, false, 2.0, &fans, |_, _| Some((0.01, 0.25))).unwrap();
        assert_eq!(layers[0].q, 50.0 * 0.01 * 2.0 + 0.25);
    }
}
