//! The whole network's gradients against central differences, which need double precision.

use super::Statistics;
use crate::nn::activation::Activation;
use crate::nn::gradient::{Part, gradient};
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::loss::Loss;
use crate::nn::network::{Architecture, LayerSpan, Network};
use crate::nn::rows::RowBlock;
use crate::rng::{Purpose, Stream, stream};
use ndarray::Array2;
use rand::Rng;
use std::ops::Range;

/// Step of the difference quotient.
const STEP: f64 = 1e-5;
/// Rows of the batch. With one row every `ẑ` is 0, and the check would prove nothing.
const ROWS: usize = 9;
const INPUTS: usize = 7;
const CLASSES: usize = 3;
const EVERY: [u32; ROWS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

#[test]
fn gradients_agree_with_central_differences() {
    for &(name, activation) in Activation::NAMED {
        let (network, examples) = clear_of_kinks(activation);
        let computed = gradients(&network, &examples);
        for (layer, span) in network.spans.iter().enumerate() {
            for (array, range) in arrays(span) {
                let (difference, size) = compare(&network, &examples, &computed, range);
                if is_taken_out_again(&network, layer, array) {
                    assert!(size < 1e-9, "{name}, {array} of layer {layer} change nothing: {size:e}");
                } else {
                    assert!(size > 1e-3, "{name}, {array} of layer {layer}: zeros would prove nothing");
                    let relative = difference / size;
                    assert!(relative < 1e-6, "{name}, {array} of layer {layer}: {relative:e}");
                }
            }
        }
    }
}

/// Whether an array only shifts what a batch norm subtracts the mean of, so that its gradient is 0.
fn is_taken_out_again(network: &Network, layer: usize, array: &str) -> bool {
    let has_norm = |layer: usize| network.spans[layer].norm.is_some();
    let linear = network.architecture.activation == Activation::Identity;
    (array == "biases" && has_norm(layer)) || (array == "beta" && linear && has_norm(layer + 1))
}

fn arrays(span: &LayerSpan) -> Vec<(&'static str, Range<usize>)> {
    let mut arrays = vec![("weights", span.weights.clone()), ("biases", span.biases.clone())];
    if let Some(norm) = &span.norm {
        arrays.extend([("gamma", norm.gamma.clone()), ("beta", norm.beta.clone())]);
    }
    arrays
}

/// ‖g − ĝ‖ and max(‖g‖, ‖ĝ‖) over one array of parameters.
fn compare(network: &Network, examples: &Examples, computed: &[f64], array: Range<usize>) -> (f64, f64) {
    let (mut differences, mut sizes, mut estimates) = (0.0, 0.0, 0.0);
    for index in array {
        let loss_at = |offset: f64| {
            let mut moved = network.clone();
            moved.parameters[index] += offset;
            forward(&moved, examples).losses.iter().sum::<f64>() / ROWS as f64
        };
        let estimate = (loss_at(STEP) - loss_at(-STEP)) / (2.0 * STEP);
        differences += (computed[index] - estimate).powi(2);
        sizes += computed[index].powi(2);
        estimates += estimate.powi(2);
    }
    (differences.sqrt(), f64::max(sizes, estimates).sqrt())
}

fn forward(network: &Network, examples: &Examples) -> RowBlock {
    // Room for more rows than there are: what is not in use must not enter the statistics.
    let mut block = RowBlock::new(network, &examples.inputs, ROWS + 2);
    block.forward(network, &examples.inputs, &EVERY, Statistics::Batch);
    block.loss(network, examples, &EVERY, 1.0 / ROWS as f64);
    block
}

fn gradients(network: &Network, examples: &Examples) -> Vec<f64> {
    let mut block = forward(network, examples);
    block.backward(network, &network.transposed());
    let of = |part: &Part| {
        let mut out = vec![0.0; part.len(network)];
        gradient(std::slice::from_ref(&block), &examples.inputs, part, &mut out);
        out
    };
    Part::of(network).iter().flat_map(of).collect()
}

/// A random task and network none of whose units is so near a kink that a step could cross it.
fn clear_of_kinks(activation: Activation) -> (Network, Examples) {
    let clear = |(network, examples): &(Network, Examples)| {
        let layers = forward(network, examples).layers;
        let ys = layers.into_iter().filter_map(|layer| layer.norm).flat_map(|norm| norm.y.all().to_vec());
        let near = |y: f64| activation.kinks().iter().any(|kink| (y - kink).abs() < 100.0 * STEP && y != 0.0);
        !ys.into_iter().any(near)
    };
    (0..).map(|seed| task(activation, seed)).find(clear).expect("most seeds are clear")
}

fn task(activation: Activation, seed: u64) -> (Network, Examples) {
    let mut random = stream(seed, Purpose::Inputs, 0);
    let numbers = Array2::from_shape_simple_fn((ROWS, INPUTS), || random.random_range(-1.0..1.0));
    let labels = EVERY.iter().map(|row| (row % CLASSES as u32) as u8).collect();
    (network(activation, seed, &mut random), Examples { inputs: Inputs::Dense(numbers), labels })
}

/// Random weights, biases, γ and β; γ of both signs.
fn network(activation: Activation, seed: u64, random: &mut Stream) -> Network {
    let architecture = Architecture {
        inputs: INPUTS,
        hidden: vec![6, 5],
        outputs: CLASSES,
        activation,
        batch_norm: true,
        loss: Loss::SoftmaxCrossEntropy,
    };
    let mut network = Network::new(architecture, &"He".parse().expect("a name"), seed);
    for span in network.spans.clone() {
        for (_, array) in &arrays(&span)[1..] {
            for parameter in &mut network.parameters[array.clone()][..span.fans.fan_out] {
                let size = random.random_range(0.3..1.5);
                *parameter = if random.random_bool(0.5) { size } else { -size };
            }
        }
    }
    network
}
