//! `tests/browser/network.json`: networks with their losses over 100 steps, which the page's arithmetic must reproduce.
//!
//! `node --test tests/browser` reads the same file. In double precision, `cargo test --features f64 --test it
//! write_the_networks -- --ignored` writes it anew.

use initlab::Real;
use initlab::nn::activation::Activation;
use initlab::nn::inputs::{Examples, Inputs};
use initlab::nn::loss::Loss;
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::{Optimizer, Update};
use initlab::train::step::Trainer;
use ndarray::Array2;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const STEPS: usize = 100;
const BATCH: usize = 10;
const EXAMPLES: usize = 40;
const INPUTS: usize = 8;

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/network.json")
}

#[test]
fn the_losses_are_what_this_side_computes() {
    let found: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    for (found, expected) in found["networks"].as_array().unwrap().iter().zip(networks()) {
        assert_eq!(found["name"], expected["name"]);
        let losses = |network: &Value| -> Vec<f64> {
            network["losses"].as_array().unwrap().iter().map(|loss| loss.as_f64().unwrap()).collect()
        };
        for (step, (a, b)) in losses(found).iter().zip(losses(&expected)).enumerate() {
            assert!((a - b).abs() < 1e-10, "{}, step {step}: {a}, {b}", found["name"]);
        }
    }
    assert_eq!(found["networks"].as_array().unwrap().len(), networks().len());
}

#[test]
#[ignore = "writes tests/browser/network.json"]
fn write_the_networks() {
    let rows: Vec<Vec<Real>> =
        (0..EXAMPLES).map(|example| (0..INPUTS).map(|k| input(example, k)).collect()).collect();
    let all =
        json!({"inputs": rows, "batches": (0..STEPS).map(batch).collect::<Vec<_>>(), "networks": networks()});
    std::fs::write(file(), serde_json::to_string(&all).unwrap() + "\n").unwrap();
}

/// Every activation × SGD and Adam × batch norm; each other optimizer once; the loss of one output.
fn networks() -> Vec<Value> {
    let grid = Activation::NAMED.iter().flat_map(|(name, activation)| {
        [("sgd", false), ("sgd", true), ("adam", false), ("adam", true)]
            .map(|(optimizer, batch_norm)| network((name, *activation), optimizer, batch_norm, 4))
    });
    let others = ["momentum", "nesterov", "adagrad", "rmsprop"];
    let others = others.map(|optimizer| network(("tanh", Activation::Tanh), optimizer, false, 4));
    let binary = ["sgd", "adam"].map(|optimizer| network(("relu", Activation::Relu), optimizer, false, 1));
    grid.chain(others).chain(binary).collect()
}

/// One network with its first weights and its losses.
fn network(
    (name, activation): (&str, Activation),
    optimizer: &str,
    batch_norm: bool,
    outputs: usize,
) -> Value {
    let loss = if outputs == 1 { Loss::BinaryCrossEntropy } else { Loss::SoftmaxCrossEntropy };
    let architecture =
        Architecture { inputs: INPUTS, hidden: vec![7, 6], outputs, activation, batch_norm, loss };
    let network = Network::new(architecture, &"mean_field=1.5:0.1".parse().unwrap(), 1);
    let layers: Vec<Value> = (0..3)
        .map(|layer| json!({"weights": network.weights(layer).iter().collect::<Vec<_>>(), "biases": network.biases(layer).to_vec()}))
        .collect();
    let learning_rate = if optimizer == "adam" { 0.005 } else { 0.02 };
    let rule: Optimizer = optimizer.parse().unwrap();
    let update = Update { optimizer: rule, learning_rate, momentum: 0.9, weight_decay: 0.0 };
    let examples = examples(outputs);
    let mut trainer = Trainer::new(network, &examples, update, BATCH);
    let losses: Vec<Real> = (0..STEPS).map(|step| trainer.step(&batch(step))).collect();
    json!({"name": format!("{name} {optimizer} batch_norm {batch_norm} outputs {outputs}"), "activation": name,
        "optimizer": optimizer, "batch_norm": batch_norm, "outputs": outputs, "rate": learning_rate,
        "labels": examples.labels, "layers": layers, "losses": losses})
}

fn examples(outputs: usize) -> Examples {
    let inputs = Array2::from_shape_fn((EXAMPLES, INPUTS), |(example, k)| input(example, k));
    Examples {
        inputs: Inputs::Dense(inputs),
        labels: (0..EXAMPLES).map(|i| (i % outputs.max(2)) as u8).collect(),
    }
}

/// A third of the inputs is 0, as pixels are.
fn input(example: usize, k: usize) -> Real {
    let at = (example * INPUTS + k) as Real;
    if (example + k).is_multiple_of(3) {
        0.0
    } else {
        (1.3 * at).sin() + if k % 4 == example % 4 { 1.0 } else { 0.0 }
    }
}

/// The examples of a step; one of them may come twice.
fn batch(step: usize) -> Vec<u32> {
    (0..BATCH).map(|place| ((7 * step + 11 * place * place) % EXAMPLES) as u32).collect()
}
