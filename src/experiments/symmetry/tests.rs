//! The experiment as a whole, on noise in the form of MNIST.

use super::rows::{SummaryRow, SymmetryRow};
use super::*;
use crate::data::DataSet;
use crate::nn::inputs::{Examples, Inputs};
use crate::rng::{Purpose, stream};
use clap::Parser;
use rand::RngCore;

/// The settings as they come from a command line.
#[derive(Parser)]
struct SymmetryLine {
    #[command(flatten)]
    config: Config,
}

fn config(words: &[&str]) -> Config {
    SymmetryLine::try_parse_from([&["symmetry"], words].concat())
        .map_or_else(|e| panic!("{e}"), |typed| typed.config)
}

/// Noise in the form of MNIST: what is shown here must hold for any data.
fn noise() -> Data {
    let examples = |index| {
        let mut bytes = vec![0; 40 * 784];
        stream(1, Purpose::Inputs, index).fill_bytes(&mut bytes);
        let labels = bytes.iter().take(40).map(|byte| byte % 10).collect();
        Examples { inputs: Inputs::from_bytes(bytes, 784), labels }
    };
    Data::of(DataSet::of_examples(examples(0), examples(1), 10))
}

fn tables(words: &[&str]) -> Tables {
    let small = ["--hidden", "7,5", "--batch-size", "9", "--iterations", "20", "--every", "5"];
    let (data, mut all) = (noise(), Tables::new());
    for plan in Symmetry::plans(&config(&[&small, words].concat())).unwrap() {
        let ControlFlow::Continue(tables) = Symmetry::run(&plan, &data, &()) else {
            panic!("nobody stopped it");
        };
        all.append(&tables).unwrap();
    }
    all
}

#[test]
fn units_that_start_alike_stay_alike_to_the_last_bit() {
    let tables = tables(&["--init", "zeros,constant=0.01", "--one-changed", "zeros"]);
    let rows: Vec<SymmetryRow> = tables.rows("symmetry").unwrap();
    let alike = rows.iter().filter(|row| !row.initializer.contains("changed"));
    // Two activations, two initializers, five moments, two layers in, one out.
    assert_eq!(alike.clone().count(), 2 * 2 * 5 * 3);
    for row in alike {
        assert_eq!((row.distinct_units, row.largest_difference), (1, 0.0), "{row:?}");
    }
}

#[test]
fn under_relu_zeros_move_nothing_but_the_last_bias() {
    let summary: Vec<SummaryRow> = tables(&["--init", "zeros"]).rows("summary").unwrap();
    let moved: Vec<(&str, &str)> =
        summary.iter().map(|row| (row.activation.as_str(), row.moved.as_str())).collect();
    assert_eq!(moved, [("relu", "b3"), ("sigmoid", "all")]);
}

#[test]
fn one_changed_weight_frees_one_unit_of_each_of_its_two_layers() {
    let tables = tables(&["--init", "constant=0.01", "--activation", "sigmoid"]);
    let rows: Vec<SymmetryRow> = tables.rows("symmetry").unwrap();
    let end = rows.iter().filter(|row| row.initializer.contains("changed") && row.iteration == 20);
    let distinct: Vec<usize> = end.map(|row| row.distinct_units).collect();
    assert_eq!(distinct, [2, 2, 2]);
}

#[test]
fn random_weights_make_every_unit_different_from_the_start() {
    let rows: Vec<SymmetryRow> = tables(&["--init", "std=0.01"]).rows("symmetry").unwrap();
    assert!(rows.iter().all(|row| row.distinct_units == row.units && row.largest_difference > 0.0));
}

#[test]
fn what_cannot_be_run_is_refused() {
    let refused = |words: &[&str]| Symmetry::plans(&config(words)).unwrap_err();
    assert_eq!(refused(&["--one-changed", "ones"]).flag, "--one-changed");
    assert_eq!(refused(&["--activation", "tanh,relu,tanh"]).flag, "--activation");
    assert_eq!(refused(&["--init", "zeros,constant=0"]).flag, "--init");
}

#[test]
fn the_answer_says_which_stayed_alike() {
    let text = Symmetry::explanation(&tables(&["--init", "zeros,constant=0.01,He", "--activation", "relu"]))
        .unwrap()
        .to_string();
    assert!(text.contains("dL/dv2"), "{text}");
    assert!(text.contains("under zeros and constant=0.01 each hidden layer is still one unit"), "{text}");
    assert!(text.contains("exactly 0") && text.contains("7+5 of 12"), "{text}");
}
