//! Three mixes of networks drawn from a seed, each cell as the flags of `compare` that train it.

use initlab::Real;
use initlab::data::DataSet;
use initlab::nn::inputs::{Examples, Inputs};
use ndarray::Array2;
use ndarray_rand::rand_distr::{Distribution, StandardNormal};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a cell learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The digits.
    Mnist,
    /// A table whose columns are on scales from 0.01 to 100.
    Raw,
    /// A table of standardized columns.
    Standardized,
    /// Two classes, 95 to 5.
    Imbalanced,
}

/// One network to be trained.
#[derive(Clone, Debug)]
pub struct Cell {
    pub source: Source,
    /// The flags of `compare`, a name and a value in turn; `--batch-norm` has the value "".
    pub flags: Vec<(String, String)>,
}

/// The names of the mixes: rates that a practitioner would try; depths, initializers and optimizers as in the
/// chapter and beyond; anything that the flags allow.
pub const MIXES: [&str; 3] = ["plausible", "common", "wide"];

/// So many cells of a mix; the same for the same seed.
pub fn cells(mix: &str, seed: u64, count: usize) -> Vec<Cell> {
    let draw = match mix {
        "plausible" => plausible,
        "common" => common,
        "wide" => wide,
        other => panic!("expected one of {}, found {other}", MIXES.join(", ")),
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| draw(&mut random)).collect()
}

fn one<'a>(random: &mut ChaCha8Rng, of: &[&'a str]) -> &'a str {
    of.choose(random).expect("a list with something in it")
}

/// A number drawn evenly in its logarithm, with two digits.
fn between(random: &mut ChaCha8Rng, low: f64, high: f64) -> String {
    let number = (random.random_range(low.ln()..=high.ln())).exp();
    format!("{number:.1e}").parse::<f64>().expect("a number that was written").to_string()
}

fn whole(random: &mut ChaCha8Rng, low: f64, high: f64) -> String {
    (random.random_range(low.ln()..=high.ln())).exp().round().to_string()
}

fn flags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(flag, value)| ((*flag).to_owned(), (*value).to_owned())).collect()
}

fn plausible(random: &mut ChaCha8Rng) -> Cell {
    let activation = one(random, &["relu", "tanh", "sigmoid", "gelu", "silu", "elu", "leaky_relu", "selu"]);
    let init = one(
        random,
        &[
            "std=0.01",
            "std=0.05",
            "Xavier",
            "He",
            "glorot_uniform",
            "he_normal",
            "lecun_normal",
            "pytorch_default",
            "orthogonal",
        ],
    );
    let (optimizer, rates): (&str, &[&str]) = [
        ("sgd", &["0.01", "0.03", "0.1", "0.3"][..]),
        ("momentum", &["0.003", "0.01", "0.03"]),
        ("nesterov", &["0.003", "0.01", "0.03"]),
        ("adagrad", &["0.01", "0.03"]),
        ("rmsprop", &["0.0003", "0.001", "0.003"]),
        ("adam", &["0.0003", "0.001", "0.003"]),
    ][random.random_range(0..6)];
    let hidden = vec![one(random, &["50", "100"]); random.random_range(2..=5)].join(",");
    let (batch, iterations) = (one(random, &["32", "64", "128"]), one(random, &["300", "400", "600"]));
    let rate = one(random, rates);
    cell(Source::Mnist, random, activation, &hidden, init, (optimizer, rate), (batch, iterations))
}

fn common(random: &mut ChaCha8Rng) -> Cell {
    let activation = one(random, &["relu", "tanh", "sigmoid", "gelu", "softplus"]);
    let init = one(
        random,
        &["zeros", "std=0.01", "std=0.1", "std=1", "Xavier", "He", "glorot_uniform", "orthogonal"],
    );
    let setting =
        [("sgd", "0.01"), ("sgd", "0.1"), ("momentum", "0.01"), ("rmsprop", "0.001"), ("adam", "0.001")]
            [random.random_range(0..5)];
    let hidden = vec![one(random, &["50", "80", "100"]); random.random_range(2..=7)].join(",");
    let size = (one(random, &["64", "100", "128"]), one(random, &["300", "500"]));
    cell(Source::Mnist, random, activation, &hidden, init, setting, size)
}

fn wide(random: &mut ChaCha8Rng) -> Cell {
    let source =
        [Source::Mnist, Source::Mnist, Source::Mnist, Source::Raw, Source::Standardized, Source::Imbalanced]
            [random.random_range(0..6)];
    let activation = one(
        random,
        &[
            "identity",
            "sigmoid",
            "tanh",
            "relu",
            "leaky_relu",
            "elu",
            "selu",
            "gelu",
            "silu",
            "softplus",
            "softsign",
        ],
    );
    let init = wide_init(random);
    let (optimizer, usual) = [
        ("sgd", 0.1),
        ("momentum", 0.01),
        ("nesterov", 0.01),
        ("adagrad", 0.03),
        ("rmsprop", 0.001),
        ("adam", 0.001),
    ][random.random_range(0..6)];
    let rate = between(random, usual / 300.0, usual * 300.0);
    let widths = widths(random);
    let (batch, iterations) = size(random, source, &widths);
    let hidden = widths.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let mut drawn =
        cell(source, random, activation, &hidden, &init, (optimizer, &rate), (&batch, &iterations));
    if random.random_bool(0.3) {
        drawn.flags.push(("--weight-decay".to_owned(), between(random, 1e-4, 3.0)));
    }
    if batch != "1" && random.random_bool(0.2) {
        drawn.flags.push(("--batch-norm".to_owned(), String::new()));
    }
    drawn
}

/// An initializer by name, or a standard deviation.
fn wide_init(random: &mut ChaCha8Rng) -> String {
    let named = [
        "zeros",
        "ones",
        "Xavier",
        "He",
        "lecun_uniform",
        "glorot_normal",
        "glorot_uniform",
        "he_normal",
        "he_uniform",
        "orthogonal",
        "pytorch_default",
        "keras_default",
        "uniform=0.05",
        "identity=1",
        "sparse=0.5",
        "lsuv",
        "zero_hadamard",
    ];
    if random.random_bool(0.4) {
        format!("std={}", between(random, 1e-3, 3.0))
    } else {
        one(random, &named).to_owned()
    }
}

/// One to twelve layers of 2 to 300 units, alike, narrowing, or with a bottleneck.
fn widths(random: &mut ChaCha8Rng) -> Vec<usize> {
    let depth: usize = random.random_range(1..=12);
    let width =
        |random: &mut ChaCha8Rng, low: f64| (random.random_range(low.ln()..=300_f64.ln())).exp() as usize;
    let first = width(random, 10.0);
    match random.random_range(0..4) {
        0 => (0..depth).map(|_| width(random, 2.0)).collect(),
        1 => (0..depth).map(|layer| (first as f64 * 0.75_f64.powf(layer as f64)).max(2.0) as usize).collect(),
        2 => {
            let mut all = vec![first; depth];
            let narrow = random.random_range(0..depth);
            all[narrow] = random.random_range(2..=6);
            all
        }
        _ => vec![first; depth],
    }
}

/// Examples of a mini-batch and iterations, so many that no cell takes more than some seconds.
fn size(random: &mut ChaCha8Rng, source: Source, widths: &[usize]) -> (String, String) {
    let batch = whole(random, 1.0, 1000.0);
    let iterations: f64 = whole(random, 100.0, 1000.0).parse().expect("a number");
    let inputs = if source == Source::Mnist { 200 } else { 12 };
    let weights: usize = std::iter::once(&inputs).chain(widths).zip(widths).map(|(a, b)| a * b).sum();
    let work = batch.parse::<f64>().expect("a number") * weights as f64;
    (batch, iterations.min((2e9 / work).max(100.0)).round().to_string())
}

fn cell(
    source: Source,
    random: &mut ChaCha8Rng,
    activation: &str,
    hidden: &str,
    init: &str,
    (optimizer, rate): (&str, &str),
    (batch, iterations): (&str, &str),
) -> Cell {
    let seed = random.random_range(1..1000).to_string();
    let flags = flags(&[
        ("--init", init),
        ("--activation", activation),
        ("--hidden", hidden),
        ("--optimizer", optimizer),
        ("--learning-rate", rate),
        ("--batch-size", batch),
        ("--iterations", iterations),
        ("--seed", &seed),
    ]);
    Cell { source, flags }
}

/// A table of 750 rows around the centres of its classes, 600 of them to learn from.
pub fn table(source: Source) -> DataSet {
    let (columns, shares): (usize, &[f64]) = match source {
        Source::Raw => (12, &[0.4, 0.3, 0.3]),
        Source::Imbalanced => (10, &[0.95, 0.05]),
        _ => (8, &[0.25; 4]),
    };
    let mut random = ChaCha8Rng::seed_from_u64(7 + columns as u64);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    let centres: Vec<Vec<f64>> =
        shares.iter().map(|_| (0..columns).map(|_| 1.5 * normal()).collect()).collect();
    let scale = |column: usize| match source {
        Source::Raw => 10_f64.powf((column % 5) as f64 - 2.0),
        _ => 0.5,
    };
    let mut examples = |rows: usize| {
        let labels: Vec<u8> = (0..rows).map(|row| class(shares, (row as f64 + 0.5) / rows as f64)).collect();
        let value = |(row, column): (usize, usize)| {
            (scale(column) * (centres[usize::from(labels[row])][column] + normal())) as Real
        };
        let inputs = Inputs::Dense(Array2::from_shape_fn((rows, columns), value));
        Examples { inputs, labels }
    };
    let (train, test) = (examples(600), examples(150));
    DataSet::of_examples(train, test, shares.len())
}

/// The class at this share of the rows.
fn class(shares: &[f64], at: f64) -> u8 {
    let mut sum = 0.0;
    let end = |share: &f64| {
        sum += share;
        sum > at
    };
    shares.iter().position(end).unwrap_or(shares.len() - 1) as u8
}
