use super::*;
use crate::Real;
use crate::nn::activation::Activation;
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::loss::Loss;
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::{Optimizer, Update};
use crate::train::LossAt;
use crate::train::step::Trainer;
use ndarray::Array2;
use std::collections::BTreeMap;

const ITERATIONS: usize = 12;

/// Forty examples of three numbers in two classes.
fn examples() -> Examples {
    let number = |(row, column): (usize, usize)| ((7 * row + 5 * column) % 11) as Real / 5.0 - 1.0;
    let inputs = Array2::from_shape_fn((40, 3), number);
    let labels = inputs.rows().into_iter().map(|row| u8::from(row.sum() > 0.0)).collect();
    Examples { inputs: Inputs::Dense(inputs), labels }
}

/// The files of a run of a small network, with everything kept after five updates.
fn exported(optimizer: Optimizer, batch_norm: bool, loss_at: LossAt) -> BTreeMap<String, Vec<u8>> {
    let examples = examples();
    let architecture = Architecture {
        inputs: 3,
        hidden: vec![17, 5],
        outputs: 2,
        activation: Activation::Tanh,
        batch_norm,
        loss: Loss::SoftmaxCrossEntropy,
    };
    let update = Update { optimizer, learning_rate: 0.1, momentum: 0.9, weight_decay: 0.01 };
    let network = Network::new(architecture.clone(), &"Xavier".parse().unwrap(), 1);
    let mut trainer = Trainer::new(network, &examples, update, 4);
    let setup = RecordedSetup { from: 0, iterations: ITERATIONS, loss_at, at: vec![5] };
    let mut draw = 0;
    let run = record(&mut trainer, &setup, || {
        draw += 1;
        (0..4).map(|k| (13 * draw + 7 * k) % 40).collect()
    });
    files(Spec::new(&architecture, &update, loss_at, ITERATIONS), &run, Some(&examples)).into_iter().collect()
}

/// How the replay of these files from an update on compares with them.
fn replayed(files: &BTreeMap<String, Vec<u8>>, from: usize) -> Comparison {
    let export = load(files).unwrap();
    let again = export.replay(export.examples.as_ref().unwrap(), from).unwrap();
    assert_eq!(again.losses.len(), ITERATIONS - from);
    compare(&export.run_from(from), &again, from, 0.0)
}

#[test]
fn every_optimizer_comes_out_again_in_bits_from_the_start_and_from_a_step() {
    for &(name, optimizer) in Optimizer::NAMED {
        for (batch_norm, loss_at) in [(false, LossAt::Before), (true, LossAt::After)] {
            let files = exported(optimizer, batch_norm, loss_at);
            for from in [0, 5] {
                let found = replayed(&files, from);
                assert_eq!(found, Comparison { losses: 0.0, arrays: 0.0, first: vec![] }, "{name} {from}");
            }
        }
    }
}

/// The export as others would write it: without checksums, and with one number changed.
fn changed(file: &str, array: &str, index: usize) -> BTreeMap<String, Vec<u8>> {
    let mut files = exported(Optimizer::Adam, true, LossAt::Before);
    let spec = Spec { sha256: BTreeMap::new(), ..load(&files).unwrap().spec };
    files.insert("spec.json".to_owned(), serde_json::to_vec(&spec).unwrap());
    let mut arrays = arrays::from_file(&files[file]).unwrap();
    arrays.iter_mut().find(|found| found.name == array).unwrap().values[index] += 0.5;
    files.insert(file.to_owned(), arrays::to_npz(&arrays));
    files
}

#[test]
fn the_first_difference_is_named_by_iteration_layer_and_unit() {
    for array in ["W2", "W2.second", "d_W2", "z2", "d_z2", "a2", "gamma2"] {
        let (index, place) = if array == "gamma2" { (3, (0, 3)) } else { (8, (1, 3)) };
        let found = replayed(&changed("at-5.npz", array, index), 0);
        let [difference] = &found.first[..] else { panic!("{array}: {:?}", found.first) };
        assert_eq!((difference.iteration, difference.array.as_str()), (5, array));
        assert_eq!(difference.place, Some(place), "{array}");
        assert!((found.arrays - 0.5).abs() < 1e-6 && found.losses == 0.0);
    }
}

/// A run from other weights differs from its first loss on.
#[test]
fn a_run_from_other_weights_differs_from_the_first_loss_on() {
    let found = replayed(&changed("start.npz", "W1", 0), 0);
    let names: Vec<(usize, &str)> =
        found.first.iter().map(|difference| (difference.iteration, difference.array.as_str())).collect();
    assert_eq!(names, [(0, "loss"), (5, "W1")]);
}

#[test]
fn an_edited_file_and_the_other_precision_are_refused() {
    let files = exported(Optimizer::Sgd, false, LossAt::Before);
    for name in files.keys().filter(|name| *name != "spec.json") {
        let mut edited = files.clone();
        *edited.get_mut(name).unwrap().last_mut().unwrap() ^= 1;
        let error = load(&edited).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name}: expected SHA-256 ")), "{error}");
        edited.remove(name);
        assert_eq!(
            load(&edited).unwrap_err().to_string(),
            format!("{name}: it is missing; spec.json lists it")
        );
    }
    let mut other = files.clone();
    let [own, others] = if size_of::<Real>() == 8 { ["f64", "f32"] } else { ["f32", "f64"] };
    let text = String::from_utf8(files["spec.json"].clone()).unwrap();
    other
        .insert("spec.json".to_owned(), text.replace(&format!("\"{own}\""), &format!("\"{others}\"")).into());
    let error = load(&other).unwrap_err().to_string();
    assert!(error.contains(&format!("in {others}, this build computes in {own}: cargo build")), "{error}");
    let text = text.replace("\"rmsprop_decay\": 0.99", "\"rmsprop_decay\": 0.9");
    other.insert("spec.json".to_owned(), text.into());
    assert!(load(&other).is_err());
}

#[test]
fn what_contradicts_itself_is_refused() {
    let export = load(&exported(Optimizer::Sgd, false, LossAt::Before)).unwrap();
    let refused = |examples: &Examples, from| export.replay(examples, from).unwrap_err().to_string();
    let mut few = examples();
    assert_eq!(refused(&few, 6), "at-6.npz: it is not in the folder");
    few.labels[3] = 2;
    assert_eq!(refused(&few, 0), "labels.npy: it has class 2 of 2");
    few.labels.truncate(3);
    assert!(refused(&few, 0).starts_with("batches.npy: it has example"));
}
