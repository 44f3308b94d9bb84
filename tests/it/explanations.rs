//! No explanation contradicts its verdict: read off more than three hundred small runs, most of which fail in
//! one way or another.

use crate::command::{data, initlab, unpacked};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// 320 runs: five initializers, four activations, two depths, four rates, two optimizers.
const GRID: &str = r#"init = ["zeros", "std=0.01", "He", "std=1", "std=1e10"]
activation = ["relu", "tanh", "sigmoid", "identity"]
depth = [1, 6]
width = 8
learning_rate = [1e-6, 0.01, 1, 1e6]
optimizer = ["sgd", "adam"]
iterations = 40
batch_size = 16
"#;

/// Causes with the verdicts beside which they may stand.
const MAY_STAND: [(&str, &[&str]); 15] = [
    ("identical units", &["stalled"]),
    ("output barely depends on the input", &["stalled"]),
    ("forward signal vanishes", &["stalled"]),
    ("forward signal explodes", &["stalled", "diverged"]),
    ("forward signal overflows", &["diverged"]),
    ("gradient vanishes", &["stalled"]),
    ("gradient explodes", &["stalled", "diverged"]),
    ("saturated", &["stalled"]),
    ("dead", &["stalled"]),
    ("steps too small", &["stalled"]),
    ("steps too large", &["stalled", "diverged"]),
    ("gradient noise", &["stalled"]),
    ("batch norm over few examples", &["stalled"]),
    ("weight decay", &["stalled", "diverged"]),
    ("unexplained", &["stalled", "diverged"]),
];

#[test]
fn no_why_contradicts_its_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    small_mnist(&small);
    let mut seen = Vec::new();
    for row in summary(GRID, &small) {
        let [verdict, cause, why, diverged_at] =
            ["verdict", "cause", "why", "diverged_at"].map(|column| row[column].as_str());
        assert_eq!(cause.is_empty(), verdict == "learned", "{row:?}");
        assert_eq!(diverged_at.is_empty(), verdict != "diverged", "{row:?}");
        assert!(why.starts_with(verdict), "{row:?}");
        assert!(!why.contains("NaN"), "{row:?}");
        if !cause.is_empty() {
            let allowed = MAY_STAND.iter().find(|(name, _)| *name == cause).expect("a cause of the table");
            assert!(allowed.1.contains(&verdict), "{row:?}");
        }
        seen.push(verdict.to_owned());
    }
    assert_eq!(seen.len(), 320);
    for verdict in ["learned", "stalled", "diverged"] {
        assert!(seen.iter().any(|one| one == verdict), "no run is {verdict}: the grid shows too little");
    }
}

/// Weight decay that outweighs gradients, and such that halves weights within four updates.
const DECAY: &str = r#"init = ["He"]
activation = ["relu", "tanh", "sigmoid"]
depth = [2, 5]
width = 40
optimizer = ["sgd", "momentum"]
learning_rate = 0.02
weight_decay = [0, 0.3, 1, 10]
batch_size = 64
iterations = 400
"#;

/// Where weight decay is named as the cause, the same network learns without it, or does what is then predicted of it.
#[test]
fn what_is_blamed_on_weight_decay_learns_without_it() {
    let rows = summary(DECAY, &data());
    let network = |row| cells(row, ["activation", "depth", "optimizer"]);
    let (without, with): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row["weight_decay"] == "0");
    let blamed: Vec<_> = with.iter().filter(|row| row["cause"] == "weight decay").collect();
    let (mut learned, mut stalled) = (0, 0);
    for row in blamed {
        let alone = without.iter().find(|other| network(other) == network(row)).expect("a run without");
        let why = &row["why"];
        match why.split_once("; without weight decay it is predicted to ").map(|(_, clause)| clause) {
            None => learned += usize::from(alone["verdict"] == "learned"),
            Some(clause) if clause.starts_with("stall") && alone["verdict"] == "stalled" => stalled += 1,
            Some(clause) => assert!(clause.starts_with("learn, but only"), "{row:?}, {alone:?}"),
        }
        assert!(why.contains("; without") || alone["verdict"] == "learned", "{row:?}, {alone:?}");
    }
    assert!(learned >= 12 && stalled >= 2, "too few: {learned}, {stalled}, {rows:?}");
    let halved = with.iter().filter(|row| row["weight_decay"] == "10");
    assert!(halved.clone().all(|row| row["cause"] == "weight decay"), "{with:?}");
    assert_eq!(halved.count(), 12);
}

/// A part of `scripts/grids/noise.toml`.
const NOISE: &str = r#"init = ["Xavier", "He"]
activation = ["relu", "tanh"]
depth = [2, 4]
width = 50
optimizer = ["sgd", "momentum"]
learning_rate = [0.03, 0.1]
batch_size = [1, 2, 128]
iterations = 1000
"#;

/// Where the noise of mini-batches is named as the cause, the same network learns with large ones.
#[test]
fn what_is_blamed_on_noise_learns_with_larger_mini_batches() {
    let rows = summary(NOISE, &data());
    let network = |row| cells(row, ["initializer", "activation", "depth", "optimizer", "learning_rate"]);
    let blamed: Vec<_> = rows.iter().filter(|row| row["cause"] == "gradient noise").collect();
    assert!(blamed.len() >= 8, "too few runs: {rows:?}");
    for row in blamed {
        let large = rows.iter().find(|other| other["batch_size"] == "128" && network(other) == network(row));
        assert_eq!(large.expect("a run of 128")["verdict"], "learned", "{row:?}");
    }
}

/// Where larger weights would not be enough, that is told of a run that small ones held, and nothing where they would.
#[test]
fn what_larger_weights_would_do_is_told_where_they_are_not_enough() {
    let grid = "init = [\"std=0.01\", \"He\"]\ndepth = 4\nwidth = 100\nlearning_rate = [0.01, 10]\niterations = 300\n";
    let rows = summary(grid, &data());
    let row = |init: &str, rate: &str| {
        let is_it =
            |row: &&HashMap<String, String>| row["initializer"] == init && row["learning_rate"] == rate;
        rows.iter().find(is_it).unwrap_or_else(|| panic!("{rows:?}"))
    };
    let of_small = &row("std=0.01", "10")["why"];
    // How many updates it takes depends on the precision: the larger the numbers it holds, the more.
    assert!(
        of_small.contains("; with He it is predicted to diverge (99 % sure): the loss leaves all bounds"),
        "{rows:?}"
    );
    assert!(of_small.ends_with(", so also lower the learning rate"), "{rows:?}");
    assert_eq!(row("He", "10")["verdict"], "diverged");
    assert!(!row("std=0.01", "0.01")["why"].contains("; with"), "{rows:?}");
    assert_eq!(row("He", "0.01")["verdict"], "learned");
}

/// Weights of std 3 stall Adam at any rate, and He's at a lower one do not; of two examples and of a hundred alike.
const CIRCLE: &str = r#"init = ["std=3", "He"]
depth = 3
width = 50
optimizer = "adam"
learning_rate = [0.01, 0.1]
batch_norm = [false, true]
batch_size = [2, 100]
iterations = 300
"#;

/// Where the advice alone would not help, that is told, and what is told of the advised run comes true.
#[test]
fn what_is_told_of_the_advised_run_comes_true() {
    let rows = summary(CIRCLE, &data());
    let find = |row: &HashMap<String, String>, column: &str, value: &str| {
        let mut wanted = row.clone();
        wanted.insert(column.to_owned(), value.to_owned());
        let columns = ["initializer", "learning_rate", "batch_norm", "batch_size"];
        rows.iter().find(|other| cells(other, columns) == cells(&wanted, columns)).expect("a run").clone()
    };
    let (mut of_rate, mut of_examples) = (0, 0);
    for row in &rows {
        if row["why"].contains("; at a tenth of the learning rate it is predicted to stall")
            && row["learning_rate"] == "0.1"
        {
            assert_eq!(find(row, "learning_rate", "0.01")["verdict"], "stalled", "{row:?}");
            of_rate += 1;
        }
        if row["cause"] == "batch norm over few examples" {
            let many = find(row, "batch_size", "100");
            let stalls = row["why"].contains("; over 100 examples it is predicted to stall");
            assert_eq!(many["verdict"], if stalls { "stalled" } else { "learned" }, "{row:?}, {many:?}");
            of_examples += 1;
        }
    }
    assert!(of_rate >= 1 && of_examples >= 1, "{of_rate}, {of_examples}, {rows:?}");
}

/// A part of `scripts/grids/rates.toml`.
const RATES: &str = r#"init = ["std=0.01", "Xavier", "He"]
activation = ["relu", "tanh", "sigmoid"]
depth = 5
width = 60
optimizer = ["adagrad", "rmsprop", "adam"]
learning_rate = [0.001, 0.01, 1]
batch_size = 64
iterations = 300
"#;

/// Where too large steps are named as the cause, the same network learns at a lower rate; where something else
/// is, it does not, unless its first layers see no gradient at all.
#[test]
fn what_is_blamed_on_large_steps_learns_at_a_lower_rate() {
    let rows = summary(RATES, &data());
    let network = |row| cells(row, ["initializer", "activation", "optimizer"]);
    let rate = |row: &HashMap<String, String>| row["learning_rate"].parse::<f64>().unwrap();
    let mut blamed = 0;
    for row in rows.iter().filter(|row| row["verdict"] == "stalled") {
        let learns_lower = rows.iter().any(|other| {
            network(other) == network(row) && rate(other) < rate(row) && other["verdict"] == "learned"
        });
        let is_blamed = row["cause"] == "steps too large";
        let without_gradient = row["initializer"] == "std=0.01" && row["activation"] == "sigmoid";
        assert!(is_blamed == learns_lower || without_gradient, "{row:?}");
        blamed += usize::from(is_blamed && learns_lower);
    }
    assert!(blamed > 15, "too few runs stall: {rows:?}");
}

/// What a row has in some columns.
fn cells<const N: usize>(row: &HashMap<String, String>, columns: [&str; N]) -> [String; N] {
    columns.map(|column| row[column].clone())
}

/// The rows of `summary.csv` of a sweep over these settings.
fn summary(grid: &str, data: &Path) -> Vec<HashMap<String, String>> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("grid.toml"), grid).unwrap();
    let ended = initlab(folder.path(), &["sweep", "grid.toml", "-q", "--data", data.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let mut table = csv::Reader::from_path(folder.path().join("results/sweep/grid/summary.csv")).unwrap();
    table.deserialize().map(Result::unwrap).collect()
}

/// The first 300 training and 60 test images of MNIST as a data set of their own.
fn small_mnist(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for (name, count, head, size) in [
        ("train-images-idx3-ubyte", 300_u32, 16, 784),
        ("train-labels-idx1-ubyte", 300, 8, 1),
        ("t10k-images-idx3-ubyte", 60, 16, 784),
        ("t10k-labels-idx1-ubyte", 60, 8, 1),
    ] {
        let mut whole = unpacked(name);
        whole.truncate(head + count as usize * size);
        whole[4..8].copy_from_slice(&count.to_be_bytes());
        fs::write(folder.join(name), whole).unwrap();
    }
}
