//! Files of known weights: the initializer is found, faults are found, healthy tensors have none.

use super::*;
use crate::nn::activation::Activation;
use crate::nn::init::names::{InitKind, NAMED};
use crate::nn::init::{Fans, Init};

mod meant;
mod whole_file;

fn tensor(name: &str, shape: &[usize], numbers: &[f64]) -> Tensor<'static> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| (*x as f32).to_le_bytes()).collect();
    Tensor::new(name, shape, Element::F32, bytes)
}

/// Weights `(fan_in, fan_out)` of one initializer.
fn drawn(label: &str, fan_in: usize, fan_out: usize, seed: u64) -> Vec<f64> {
    let init: Init = label.parse().unwrap();
    init.draw_weights(Fans { fan_in, fan_out }, seed, 0).into_iter().collect()
}

fn one(label: &str, fan_in: usize, fan_out: usize, seed: u64) -> WeightReport {
    alone(label, fan_in, fan_out, seed).weights.remove(0)
}

fn alone(label: &str, fan_in: usize, fan_out: usize, seed: u64) -> FileReport {
    let tensors = [tensor("a.kernel", &[fan_in, fan_out], &drawn(label, fan_in, fan_out, seed))];
    inspect(&tensors, InspectOptions { activation: None, layout: Some(Layout::InOut) })
}

/// The faults of one tensor.
fn faults_of<'a>(report: &'a FileReport, name: &str) -> Vec<&'a str> {
    let own = report.findings.iter().filter(|finding| finding.kind.is_fault && finding.tensor == name);
    own.map(|finding| finding.text.as_str()).collect()
}

fn labels() -> impl Iterator<Item = String> {
    NAMED.iter().map(|row| match row.kind {
        InitKind::Exactly(_) => row.name.to_owned(),
        InitKind::Parametrized { example, .. } => format!("{}={example}", row.name),
    })
}

/// Every row of the table, by the label that it should be listed under.
#[test]
fn the_initializer_is_listed_first() {
    let others = [
        ("lsuv", "orthogonal"), // the weights before its step on data
        ("mean_field=1.5:0.05", "variance_scaling=1:fan_avg:normal"), // 1.5/300 = 2/(300 + 100)
        ("std=0.01", "std=0.0"),
        ("truncated_normal=0.01", "truncated_normal=0.0"),
        ("uniform=0.05", "uniform=0.0"),
        ("constant=0.01", "constant=0.01"),
        ("sparse=0.9", "sparse=0.9"),
    ];
    for label in labels().filter(|label| label != "critical") {
        let report = one(&label, 300, 100, 7);
        let first = report.fits.first().unwrap_or_else(|| panic!("nothing fits {label}"));
        let expected = others.iter().find(|row| row.0 == label).map_or(label.as_str(), |row| row.1);
        assert!(first.labels.iter().any(|found| found.starts_with(expected)), "{label}: {:?}", report.fits);
    }
}

#[test]
fn the_right_distribution_is_rarely_left_out_even_of_small_tensors() {
    let mut missed = 0;
    for seed in 0..300 {
        for label in ["He", "he_normal", "he_uniform", "glorot_uniform", "pytorch_default"] {
            let report = one(label, 40, 25, seed);
            let listed = report.fits.iter().any(|fit| fit.labels.iter().any(|found| found == label));
            missed += u32::from(!listed);
        }
    }
    assert!(missed <= 2, "{missed} of 1500");
}

/// Of 1,200 numbers the distribution functions of a uniform and a normal distribution of one width do not differ enough.
#[test]
fn light_tails_are_no_normal_distribution_s() {
    for seed in 0..50 {
        let report = one("he_uniform", 40, 30, seed);
        let labels: Vec<&str> =
            report.fits.iter().flat_map(|fit| &fit.labels).map(|label| &**label).collect();
        assert!(labels.contains(&"he_uniform") && !labels.contains(&"He"), "{labels:?}");
    }
}

#[test]
fn healthy_tensors_have_no_faults() {
    let sizes = [(784, 100), (100, 10), (10, 300), (300, 300), (64, 256)];
    for label in ["Xavier", "he_normal", "glorot_uniform", "pytorch_default", "orthogonal", "std=0.01"] {
        for seed in 0..4 {
            let draw = |(index, (a, b)): (usize, &(usize, usize))| {
                tensor(&format!("{index}.kernel"), &[*a, *b], &drawn(label, *a, *b, seed * 10 + index as u64))
            };
            let tensors: Vec<_> = sizes.iter().enumerate().map(draw).collect();
            let report = inspect(&tensors, InspectOptions { layout: Some(Layout::InOut), activation: None });
            assert!(report.answer.healthy, "{label}, seed {seed}: {:?}", report.findings);
            assert_eq!(report.answer.training, TrainingState::Untrained, "{label}, seed {seed}");
        }
    }
}

/// A change to the third of five healthy tensors `(100, 80)`.
fn spoiled(change: impl Fn(&mut Vec<f64>)) -> FileReport {
    let layer = |index: u64| {
        let mut numbers = drawn("He", 100, 80, index);
        if index == 2 {
            change(&mut numbers);
        }
        tensor(&format!("{index}.kernel"), &[100, 80], &numbers)
    };
    let tensors: Vec<_> = (0..5).map(layer).collect();
    inspect(&tensors, InspectOptions { layout: Some(Layout::InOut), activation: None })
}

#[test]
fn planted_faults_are_found_and_only_those() {
    type Planted = (&'static str, fn(&mut Vec<f64>));
    let planted: [Planted; 18] = [
        ("all zero", |w| w.fill(0.0)),
        ("constant 0.5", |w| w.fill(0.5)),
        ("1 NaN or infinite", |w| w[17] = f64::NAN),
        ("2 NaN or infinite", |w| w[3..5].fill(f64::INFINITY)),
        ("1 repeated unit (number 9, counted from 0)", |w| {
            (0..100).for_each(|i| w[i * 80 + 9] = w[i * 80 + 4]);
        }),
        ("1 huge value (up to", |w| w[40] = 30.0),
        ("2 huge values (up to", |w| w[40..42].fill(20.0)),
        ("30 units have only weights of 0", |w| (0..100).for_each(|i| w[i * 80..i * 80 + 30].fill(0.0))),
        ("1 unit has only weights of 0", |w| (0..100).for_each(|i| w[i * 80 + 5] = 0.0)),
        ("constant 0.3", |w| w.fill(0.3)),
        ("constant 1e-30", |w| w.fill(1e-30)),
        ("8.0", |w| w.iter_mut().for_each(|x| *x *= 8.0)),
        ("2.5", |w| w.iter_mut().for_each(|x| *x *= 2.5)),
        ("0.4", |w| w.iter_mut().for_each(|x| *x *= 0.4)),
        ("0.2", |w| w.iter_mut().for_each(|x| *x /= 5.0)),
        ("1 unit is another times -1 (the first is number 9", |w| {
            (0..100).for_each(|i| w[i * 80 + 9] = -w[i * 80 + 4]);
        }),
        ("2 inputs have only weights of 0", |w| w[160..320].fill(0.0)),
        ("all weights have one sign", |w| w.iter_mut().for_each(|x| *x = x.abs())),
    ];
    for (expected, change) in planted {
        let report = spoiled(change);
        for index in 0..5 {
            let faults = faults_of(&report, &format!("{index}.kernel"));
            if index == 2 {
                assert!(faults.len() == 1 && faults[0].starts_with(expected), "{expected}: {faults:?}");
            } else {
                assert!(faults.is_empty(), "{expected} in tensor 2, but tensor {index}: {faults:?}");
            }
        }
    }
}

#[test]
fn trained_weights_fit_nothing() {
    // Training changes weights of some inputs more than of others.
    let report =
        spoiled(|w| w.iter_mut().enumerate().for_each(|(i, x)| *x *= 1.0 + (i / 80 % 10) as f64 / 10.0));
    assert_eq!(report.weights[2].untrained(), Untrained::No, "{:?}", report.weights[2].fits);
    assert_eq!(report.weights[1].untrained(), Untrained::Yes);
    assert_eq!(spoiled(|w| w[17] = f64::NAN).weights[2].untrained(), Untrained::Unknown);
    assert_eq!(one("std=0.3", 100, 80, 1).untrained(), Untrained::Perhaps);
}

#[test]
fn layouts_are_guessed_from_biases_fields_and_names() {
    let zeros = |name: &str, shape: &[usize]| tensor(name, shape, &vec![0.0; shape.iter().product()]);
    let table = [
        (vec![zeros("0.weight", &[5, 9]), zeros("0.bias", &[5])], Layout::OutIn),
        (vec![zeros("0.weight", &[5, 9]), zeros("0.bias", &[9])], Layout::InOut),
        (vec![zeros("W1", &[9, 5]), zeros("b1", &[5])], Layout::InOut),
        (vec![zeros("W1", &[5, 9]), zeros("b1", &[5])], Layout::OutIn),
        (vec![zeros("c.w", &[3, 3, 16, 32])], Layout::InOut),
        (vec![zeros("c.w", &[32, 16, 3, 3])], Layout::OutIn),
        (vec![zeros("d.kernel", &[7, 7])], Layout::InOut),
        (vec![zeros("d.weight", &[7, 7])], Layout::OutIn),
        (vec![zeros("arr_0", &[9, 5]), zeros("arr_1", &[5])], Layout::InOut),
        (vec![zeros("coefs_0", &[9, 5]), zeros("intercepts_0", &[5])], Layout::InOut),
        (vec![zeros("hidden0_W", &[9, 5]), zeros("hidden0_b", &[5])], Layout::InOut),
    ];
    for (tensors, expected) in table {
        let report = inspect(&tensors, InspectOptions::default());
        assert_eq!(
            (report.weights[0].layout, report.layout_guessed),
            (expected, false),
            "{}",
            tensors[0].name
        );
    }
    let lone = [zeros("arr_0", &[784, 128])];
    assert!(inspect(&lone, InspectOptions::default()).layout_guessed);
    let said = InspectOptions { layout: Some(Layout::InOut), activation: None };
    assert!(!inspect(&lone, said).layout_guessed);
    let fans = |shape: &[usize], layout| TensorAxes::of("w", shape, layout, None).fans();
    assert_eq!(fans(&[3, 5, 16, 32], Layout::InOut), Fans { fan_in: 240, fan_out: 480 });
    assert_eq!(fans(&[32, 16, 3, 5], Layout::OutIn), Fans { fan_in: 240, fan_out: 480 });
}

/// He's weights keep the signal of a ReLU network, and its gradient where layers are equally wide.
#[test]
fn a_chain_of_dense_layers_is_predicted() {
    let sizes = [(400, 300), (300, 300), (300, 300)];
    let layer = |(index, (a, b)): (usize, &(usize, usize))| {
        tensor(&format!("{index}.kernel"), &[*a, *b], &drawn("He", *a, *b, index as u64))
    };
    let tensors: Vec<_> = sizes.iter().enumerate().map(layer).collect();
    let relu = InspectOptions { layout: Some(Layout::InOut), activation: Some(Activation::Relu) };
    let chain = inspect(&tensors, relu).chain.unwrap().unwrap();
    assert!(chain.iter().all(|layer| (layer.signal - 2f64.sqrt()).abs() < 0.03), "{chain:?}");
    assert!(chain.iter().all(|layer| (layer.gradient - 1.0).abs() < 0.03), "{chain:?}");
    assert_eq!(inspect(&tensors[1..2], relu).chain, Some(Err(NoChain::TooFew(1))));
}

#[test]
fn few_numbers_do_not_crash() {
    for shape in [[1, 1], [1, 5], [5, 1], [2, 2], [0, 3]] {
        let numbers: Vec<f64> = (0..shape[0] * shape[1]).map(|i| i as f64 * 0.1).collect();
        inspect(&[tensor("w", &shape, &numbers)], InspectOptions::default());
    }
}

/// NumPy's users call their arrays W1, b1, W2, b2: each layer has its own biases, found by its number.
#[test]
fn biases_of_names_without_parts_are_those_of_their_number() {
    let square = |seed| drawn("lecun_normal", 50, 50, seed);
    let biases = |value: f64| vec![value; 50];
    let tensors = [
        tensor("W1", &[50, 50], &square(1)),
        tensor("W2", &[50, 50], &square(2)),
        tensor("b1", &[50], &biases(0.0)),
        tensor("b2", &[50], &biases(3.0)),
    ];
    let options = InspectOptions { activation: Some(Activation::Tanh), layout: Some(Layout::InOut) };
    let chain = inspect(&tensors, options).chain.unwrap().unwrap();
    assert!((chain[0].signal - 1.0).abs() < 0.1 && (chain[1].signal - 3.07).abs() < 0.1, "{chain:?}");
}

#[test]
fn a_single_weight_that_is_no_number_is_not_called_constant() {
    for value in [f64::NAN, f64::INFINITY] {
        let report = inspect(&[tensor("a.weight", &[1, 1], &[value])], InspectOptions::default());
        assert_eq!(faults_of(&report, "a.weight"), ["1 NaN or infinite"]);
    }
}

/// PyTorch's `xavier_normal_` and its fan out have no name in the table.
#[test]
fn variance_scalings_without_a_name_are_found() {
    let unnamed = [
        "variance_scaling=1:fan_avg:normal",
        "variance_scaling=2:fan_out:normal",
        "variance_scaling=2:fan_out:uniform",
    ];
    let first = |label: &str, fan_in: usize, fan_out: usize| one(label, fan_in, fan_out, 3).fits[0].clone();
    for label in unnamed {
        for (fan_in, fan_out) in [(784, 100), (100, 300), (576, 64)] {
            let fit = first(label, fan_in, fan_out);
            assert!(!fit.parametrized && fit.labels == [label], "{label} {fan_in} {fan_out}: {fit:?}");
        }
        let square = first(label, 100, 100);
        assert!(!unnamed.contains(&square.labels[0].as_str()), "a row of the table comes first: {square:?}");
    }
    assert_eq!(first(unnamed[1], 64, 128).labels, ["Xavier", unnamed[1]], "one meaning: 2/128 = 1/64");
}

/// They are no further explanation where a row of the table has the same shape, nor of other widths.
#[test]
fn variance_scalings_without_a_name_are_rare_elsewhere() {
    let has_unnamed = |report: &WeightReport| {
        report.fits.iter().flat_map(|fit| &fit.labels).any(|label| label.starts_with("variance_scaling"))
    };
    let mut width = 0.003;
    let (mut found, mut tried) = (0, 0);
    while width < 0.5 {
        found += u32::from(has_unnamed(&one(&format!("std={width}"), 300, 100, tried)));
        tried += 1;
        width *= 1.05;
    }
    // The window of the mean square is ±2 % of the width: one step of 5 % in two candidates.
    assert!(found <= 3, "{found} of {tried}");
    // Of few numbers, and of layers that are nearly square, `xavier_normal_` is told beside others.
    for label in ["He", "he_uniform", "glorot_uniform", "pytorch_default"] {
        for (fan_in, fan_out) in [(300, 100), (784, 100)] {
            let report = one(label, fan_in, fan_out, 5);
            assert!(!has_unnamed(&report), "{label}: {:?}", report.fits);
        }
    }
}
