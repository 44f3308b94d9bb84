//! What infinitely wide layers would show, beside what was measured.
//!
//! Forward, the second moment of pre-activations is `q₁ = σ_w² E[x²] + σ_b²` and
//! `q_{l+1} = σ_w² E[f(√q_l z)²] + σ_b²` (Poole et al. 2016). A gradient of independent normal numbers goes back as
//! `E[da_l²] = fan_out Var[w] E[f′(√q_{l+1} z)²] E[da_{l+1}²]`, and meets the inputs of its layer in
//! `E[dW_l²] = samples E[a_{l−1}²] E[dz_l²]`. The gradient of a loss is not independent of the
//! forward signal, so on images there is a prediction for activations only.

use super::{On, Plan};
use crate::nn::init::{Distribution, Fans, Init};
use crate::nn::theory::{derivative_moment, second_moment};
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
    let fans = |layer: usize| Fans { fan_in: units[layer], fan_out: units[layer + 1] };
    let layers = plan.hidden.len();
    let init = plan.init.for_activation(plan.activation).expect("plans are checked");
    let variances: Option<Vec<f64>> = (0..layers).map(|layer| variance(init, fans(layer))).collect();
    let Some(variances) = variances else { return Vec::new() };
    // E[a²] of the inputs and of every layer, and q of every layer.
    let (mut moments, mut q) = (vec![mean_square], Vec::new());
    for (layer, variance) in variances.iter().enumerate() {
        let sigma_w2 = fans(layer).fan_in as f64 * variance;
        q.push(sigma_w2 * moments[layer] + init.bias_distribution(fans(layer)).std().powi(2));
        moments.push(second_moment(plan.activation, q[layer]));
    }
    let mut predictions: Vec<Prediction> =
        moments[1..].iter().map(|a| Prediction { activation: a.sqrt(), gradients: None }).collect();
    let mut d_activation = 1.0; // E[da²] of the last layer: the signal
    for layer in (0..layers).rev().filter(|_| plan.on == On::Noise) {
        let d_z = d_activation * derivative_moment(plan.activation, q[layer]);
        let d_weight = f64::from(plan.samples) * moments[layer] * d_z;
        predictions[layer].gradients = Some((d_activation.sqrt(), d_weight.sqrt()));
        d_activation = units[layer + 1] as f64 * variances[layer] * d_z;
    }
    predictions
}

/// The variance of a layer's weights, if their mean is 0 and it is known beforehand.
fn variance(init: Init, fans: Fans) -> Option<f64> {
    match init.distribution(fans) {
        Some(Distribution::Constant(value)) if value != 0.0 => None,
        _ => init.target_std(fans).map(|std| std * std),
    }
}
