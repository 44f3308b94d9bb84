//! LSUV (Mishkin & Matas 2015, "All you need is a good init"): weights that fit the data.
//!
//! The second step of the initializer of that name. The first one has drawn orthonormal weights; here
//! each layer in turn, from the input on, is divided by the standard deviation of its pre-activations
//! on one batch, until their variance is 1. No other initializer needs data.

use super::batch_norm::Statistics;
use super::inputs::Inputs;
use super::network::Network;
use super::rows::RowBlock;
use crate::Real;

/// How far from 1 the variance of a layer's pre-activations may stay.
pub const TOLERANCE: f64 = 0.1;
/// Divisions per layer, at most. Without biases one is enough, but for rounding.
const ROUNDS: usize = 10;

/// Scales the weights of each layer until the variance of its pre-activations on a batch is within
/// [`TOLERANCE`] of 1, and returns the variances that are left, one per layer.
///
/// `batch` are indices of examples of `inputs`; a variance is taken over all units and examples of a layer.
/// A layer in which nothing varies (its inputs are all zero, say) cannot be scaled and stays as it is: its
/// variance is returned as 0. Biases are not scaled.
pub fn scale_to_unit_variance(network: &mut Network, inputs: &Inputs, batch: &[u32]) -> Vec<f64> {
    let mut block = RowBlock::new(network, inputs, batch.len());
    let layers = 0..network.spans.len();
    layers.map(|layer| scale_layer(network, layer, &mut block, inputs, batch)).collect()
}

/// Scales one layer, those before it being scaled already, and returns its variance: one forward pass per
/// division, and one before the first.
fn scale_layer(
    network: &mut Network,
    layer: usize,
    block: &mut RowBlock,
    inputs: &Inputs,
    batch: &[u32],
) -> f64 {
    let mut measure = |network: &Network| {
        block.forward(network, inputs, batch, Statistics::Batch);
        variance(block, layer, network.spans[layer].fans.fan_out)
    };
    let mut found = measure(network);
    for _ in 0..ROUNDS {
        let can_be_scaled = found > 0.0 && found.is_finite();
        if (found - 1.0).abs() <= TOLERANCE || !can_be_scaled {
            break;
        }
        network.weights_mut(layer).mapv_inplace(|w| (f64::from(w) / found.sqrt()) as Real);
        found = measure(network);
    }
    found
}

/// The variance of all pre-activations of a layer: over units and examples.
fn variance(block: &RowBlock, layer: usize, units: usize) -> f64 {
    let z = block.z(layer, units).mapv(f64::from); // (rows, units)
    let mean = z.mean().unwrap_or(f64::NAN);
    z.mapv(|z| (z - mean) * (z - mean)).mean().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation;
    use crate::nn::init::Init;
    use crate::nn::loss::Loss;
    use crate::nn::network::Architecture;
    use ndarray::Array2;

    fn architecture(activation: Activation) -> Architecture {
        let loss = Loss::SoftmaxCrossEntropy;
        Architecture { inputs: 30, hidden: vec![40, 20, 20], outputs: 5, activation, loss, batch_norm: false }
    }

    /// Inputs of mean 3 and spread 7: far from what any formula expects.
    fn inputs() -> Inputs {
        let noise = "std=7".parse::<Init>().unwrap();
        let shape = crate::nn::init::Fans { fan_in: 64, fan_out: 30 };
        Inputs::Dense(noise.draw_weights(shape, 9, 0).mapv(|x| (x + 3.0) as Real))
    }

    #[test]
    fn every_layer_ends_with_unit_variance_on_its_batch() {
        let lsuv: Init = "lsuv".parse().unwrap();
        let batch: Vec<u32> = (0..64).collect();
        for &(name, activation) in Activation::NAMED {
            let mut network = Network::initialized(architecture(activation), &lsuv, 1, &inputs(), &batch);
            let before = network.parameters.clone();
            let left = scale_to_unit_variance(&mut network, &inputs(), &batch);
            assert!(left.iter().all(|v| (v - 1.0).abs() <= TOLERANCE), "{name}: {left:?}");
            assert_eq!(network.parameters, before, "{name}: a second time changes nothing");
        }
    }

    #[test]
    fn scaled_layers_stay_orthogonal() {
        let lsuv: Init = "lsuv".parse().unwrap();
        let batch: Vec<u32> = (0..64).collect();
        let network = Network::initialized(architecture(Activation::Tanh), &lsuv, 1, &inputs(), &batch);
        let weights = network.weights(1).mapv(f64::from);
        let gram = weights.t().dot(&weights); // (20, 20)
        let scaled = Array2::<f64>::eye(20) * gram[[0, 0]];
        assert!((&gram / gram[[0, 0]] - &scaled / gram[[0, 0]]).iter().all(|x| x.abs() < 1e-5));
        assert!((gram[[0, 0]] - 1.0).abs() > 0.1, "not scaled at all");
    }

    #[test]
    fn nothing_to_measure_changes_nothing() {
        let lsuv: Init = "lsuv".parse().unwrap();
        let dark = Inputs::Dense(Array2::zeros((4, 30)));
        let network = Network::initialized(architecture(Activation::Relu), &lsuv, 1, &dark, &[0, 1, 2, 3]);
        assert_eq!(network.parameters, Network::drawn(architecture(Activation::Relu), &lsuv, 1).parameters);
    }

    #[test]
    #[should_panic(expected = "lsuv is more than draws")]
    fn a_network_without_data_cannot_be_had() {
        let _ = Network::new(architecture(Activation::Relu), &"lsuv".parse().unwrap(), 1);
    }
}
