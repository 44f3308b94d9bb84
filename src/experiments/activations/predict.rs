//! What infinitely wide layers would show, beside what was measured.
//!
//! Signal and gradient are those of [`wide_layers`](mod@crate::nn::wide_layers). The gradient meets the inputs of its
//! layer in `E[dW_l²] = samples E[a_{l−1}²] E[dz_l²]`. That of a loss is not independent of the forward signal, so on images
//! there is a prediction for activations only.

use super::{On, Plan};
use crate::nn::init::Fans;
use crate::nn::wide_layers::{WideGradient, WideLayer, gradients, wide_layers};
use crate::train::layer_values::Quantity;

/// The rms of every quantity of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    activation: f64,
    /// Of `d_activation` and `d_weight`, on noise.
    gradients: Option<(f64, f64)>,
}

impl Prediction {
    /// The predicted rms of a quantity, where there is one.
    pub fn rms(&self, quantity: Quantity) -> Option<f64> {
        match quantity {
            Quantity::Activation => Some(self.activation),
            Quantity::DActivation => self.gradients.map(|(d_activation, _)| d_activation),
            Quantity::DWeight => self.gradients.map(|(_, d_weight)| d_weight),
        }
    }
}

/// One prediction per hidden layer for inputs with this mean square; none where the weights are not
/// drawn around 0.
pub fn predict(plan: &Plan, inputs: usize, mean_square: f64) -> Vec<Prediction> {
    let units: Vec<usize> = [inputs].into_iter().chain(plan.hidden.iter().map(|n| *n as usize)).collect();
    let fans: Vec<Fans> = units.windows(2).map(|pair| Fans { fan_in: pair[0], fan_out: pair[1] }).collect();
    let init = plan.init.for_activation(plan.activation).expect("plans are checked");
    let law = |fans, _| init.variances(fans);
    let layers = wide_layers(plan.activation, false, mean_square, &fans, law).unwrap_or_default();
    let back = gradients(plan.activation, &layers, 1.0); // 1: the gradient that is sent back
    let row = |(layer, back): (&WideLayer, WideGradient)| {
        let d_weight = f64::from(plan.samples) * layer.input * back.d_z;
        let gradients = (back.d_activation.sqrt(), d_weight.sqrt());
        Prediction {
            activation: layer.activation.sqrt(),
            gradients: (plan.on == On::Noise).then_some(gradients),
        }
    };
    layers.iter().zip(back).map(row).collect()
}
