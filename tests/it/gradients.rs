//! Every gradient against central differences, in double precision: layers × activations × losses ×
//! forms of input. Batch, fan_in and fan_out all differ.

#![cfg(feature = "f64")]

use initlab::nn::activation::Activation;
use initlab::nn::init::Init;
use initlab::nn::inputs::{Examples, Inputs};
use initlab::nn::loss::Loss;
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::{Optimizer, Update};
use initlab::nn::rows::RowBlock;
use initlab::rng::{Purpose, stream};
use initlab::train::step::Trainer;
use ndarray::Array2;
use rand::Rng;
use std::ops::Range;

/// Step of the difference quotient.
const STEP: f64 = 1e-5;
const BATCH: usize = 5;
const INPUTS: usize = 8;
/// The update plays no part: only gradients are looked at.
const NO_UPDATE: Update =
    Update { optimizer: Optimizer::Sgd, learning_rate: 0.0, momentum: 0.0, weight_decay: 0.0 };

#[test]
fn gradients_agree_with_central_differences() {
    for &(_, loss) in Loss::NAMED {
        for &(name, activation) in Activation::NAMED {
            for (form, examples) in forms(loss) {
                let network = network(activation, loss, &examples);
                for (array, range) in arrays(&network) {
                    let distance = distance(&network, &examples, range);
                    assert!(distance < 1e-6, "{array}, {name}, {loss}, {form}: {distance:e}");
                }
            }
        }
    }
}

/// ‖g − ĝ‖ / max(‖g‖, ‖ĝ‖) over one array of parameters.
fn distance(network: &Network, examples: &Examples, range: Range<usize>) -> f64 {
    let batch: Vec<u32> = (0..BATCH as u32).collect();
    let mut trainer = Trainer::new(network.clone(), examples, NO_UPDATE, BATCH);
    let gradients = trainer.differentiate(&batch);
    let (mut difference, mut computed, mut estimated) = (0.0, 0.0, 0.0);
    for index in range {
        let loss_at = |offset: f64| {
            let mut moved = network.clone();
            moved.parameters[index] += offset;
            Trainer::new(moved, examples, NO_UPDATE, BATCH).loss(&batch)
        };
        let (g, estimate) = (gradients[index], (loss_at(STEP) - loss_at(-STEP)) / (2.0 * STEP));
        difference += (g - estimate).powi(2);
        computed += g * g;
        estimated += estimate * estimate;
    }
    assert!(computed > 0.0, "a gradient of zeros would prove nothing");
    (difference / f64::max(computed, estimated)).sqrt()
}

/// A network with random weights and biases none of whose pre-activations is near a kink.
fn network(activation: Activation, loss: Loss, examples: &Examples) -> Network {
    (0..)
        .map(|seed| random_network(activation, loss, seed))
        .find(|network| is_clear_of_kinks(network, examples))
        .unwrap()
}

fn random_network(activation: Activation, loss: Loss, seed: u64) -> Network {
    let outputs = if loss == Loss::BinaryCrossEntropy { 1 } else { 3 };
    let architecture =
        Architecture { inputs: INPUTS, hidden: vec![6, 4], outputs, activation, loss, batch_norm: false };
    let init: Init = "He".parse().unwrap();
    let mut network = Network::new(architecture, &init, seed);
    let mut random = stream(seed, Purpose::Biases, 0);
    for span in network.spans.clone() {
        for bias in &mut network.parameters[span.biases][..span.fans.fan_out] {
            *bias = random.random_range(-0.5..0.5);
        }
    }
    network
}

fn is_clear_of_kinks(network: &Network, examples: &Examples) -> bool {
    let mut trainer = Trainer::new(network.clone(), examples, NO_UPDATE, BATCH);
    trainer.loss(&(0..BATCH as u32).collect::<Vec<_>>());
    let hidden = network.spans[..2].iter().enumerate();
    let used = hidden.flat_map(|(layer, span)| {
        let z =
            move |block: &RowBlock| block.z(layer, span.fans.fan_out).iter().copied().collect::<Vec<f64>>();
        trainer.blocks().iter().flat_map(z)
    });
    let near =
        |z: &f64| network.architecture.activation.kinks().iter().any(|kink| (z - kink).abs() < 10.0 * STEP);
    !used.into_iter().any(|z| near(&z))
}

/// The same task with inputs as numbers, as dense bytes and as sparse bytes.
fn forms(loss: Loss) -> Vec<(&'static str, Examples)> {
    let mut random = stream(3, Purpose::Inputs, 0);
    let classes = if loss == Loss::BinaryCrossEntropy { 2 } else { 3 };
    let labels: Vec<u8> = (0..BATCH as u8).map(|i| i % classes).collect();
    let numbers = Array2::from_shape_simple_fn((BATCH, INPUTS), || random.random_range(-1.0..1.0));
    let dense: Vec<u8> = (0..BATCH * INPUTS).map(|_| random.random_range(1..=255)).collect();
    let sparse = dense.iter().enumerate().map(|(i, byte)| if i % 5 == 0 { *byte } else { 0 }).collect();
    let form = |inputs| Examples { inputs, labels: labels.clone() };
    let (dense, sparse) = (Inputs::from_bytes(dense, INPUTS), Inputs::from_bytes(sparse, INPUTS));
    assert!(matches!((&dense, &sparse), (Inputs::Bytes { .. }, Inputs::Sparse { .. })));
    vec![("numbers", form(Inputs::Dense(numbers))), ("bytes", form(dense)), ("sparse bytes", form(sparse))]
}

/// Every array of parameters by name, padding left out of the weights' last row only where there is none.
fn arrays(network: &Network) -> Vec<(String, Range<usize>)> {
    let spans = network.spans.iter().enumerate();
    spans
        .flat_map(|(layer, span)| {
            [
                (format!("weights of layer {layer}"), span.weights.clone()),
                (format!("biases of layer {layer}"), span.biases.clone()),
            ]
        })
        .collect()
}
