//! No explanation contradicts its verdict: read off more than three hundred small runs, most of which fail in
//! one way or another. And what is advised helps.

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

/// Causes that make a loss infinite, or its run one of a loss that is: none of them may stand beside another verdict.
const OVERFLOWS: &str = "forward signal overflows";

#[test]
fn no_why_contradicts_its_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    small_mnist(&small);
    let mut seen = Vec::new();
    for row in summary(GRID, &small) {
        let [verdict, cause, why, diverged_at, remedy] =
            ["verdict", "cause", "why", "diverged_at", "remedy"].map(|column| row[column].as_str());
        assert_eq!(cause.is_empty(), verdict == "learned", "{row:?}");
        assert_eq!(why.is_empty(), verdict == "learned", "{row:?}");
        assert_eq!(diverged_at == "NaN", verdict != "diverged", "{row:?}");
        assert!(why.chars().count() <= 160 && !why.contains("NaN"), "{row:?}");
        assert!(cause != OVERFLOWS || verdict == "diverged", "{row:?}");
        assert!(remedy.is_empty() || (remedy.starts_with("--") && verdict != "learned"), "{row:?}");
        seen.push(verdict.to_owned());
    }
    assert_eq!(seen.len(), 320);
    for verdict in ["learned", "stalled", "worsened", "diverged"] {
        assert!(seen.iter().any(|one| one == verdict), "no run is {verdict}: the grid shows too little");
    }
}

/// Networks that fail by their weights, their rate, weight decay, small batches or too few updates, as flags of `compare`.
const FAILING: [&str; 12] = [
    "--init std=0.01 --hidden 50,50,50,50 --iterations 400",
    "--init zeros --activation tanh --hidden 40,40 --iterations 300",
    "--init Xavier --activation sigmoid --hidden 50,50,50,50,50 --iterations 400 --learning-rate 0.1",
    "--init He --hidden 50,50 --iterations 300 --learning-rate 30",
    "--init Xavier --activation tanh --hidden 50,50 --iterations 300 --learning-rate 1e-6",
    "--init std=3 --activation tanh --hidden 50,50,50 --iterations 300 --optimizer adam --learning-rate 3",
    "--init He --hidden 40,40 --iterations 400 --weight-decay 3 --learning-rate 0.05",
    "--init He --hidden 50,50,50,50 --iterations 400 --batch-size 1 --learning-rate 0.3",
    "--init ones --activation silu --hidden 64,64,64,64 --learning-rate 0.035 --iterations 200",
    "--init std=1e10 --hidden 30,30 --iterations 200",
    "--init std=0.01 --activation tanh --hidden 50,50 --learning-rate 3 --iterations 300",
    "--init Xavier --hidden 60,60,60,60,60,60 --iterations 150",
];

/// The remedy is typed as it is printed. (Of the grids in `docs/DIAGNOSIS.md` more than nine in ten learn; these are plain.)
#[test]
fn what_failed_learns_with_what_is_advised() {
    for flags in FAILING {
        let first = compared(flags);
        assert_ne!(first["verdict"], "learned", "{flags}: {first:?}");
        let remedy = &first["remedy"];
        assert!(!remedy.is_empty(), "{flags}: {first:?}");
        let second = compared(&format!("{} {remedy}", without(flags, remedy)));
        assert_eq!(second["verdict"], "learned", "{flags}: {first:?}");
    }
}

/// Flags without those that the remedy sets anew.
fn without(flags: &str, remedy: &str) -> String {
    let words: Vec<&str> = flags.split(' ').collect();
    let keeps = |pair: &&[&str]| !remedy.split(' ').any(|word| word == pair[0]);
    words.chunks(2).filter(keeps).map(|pair| pair.join(" ")).collect::<Vec<_>>().join(" ")
}

/// The row of `summary.csv` of a comparison of one initializer.
fn compared(flags: &str) -> HashMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let data = data();
    let words = ["compare", "-q", "--data", data.to_str().unwrap()];
    let ended = initlab(folder.path(), &words.into_iter().chain(flags.split(' ')).collect::<Vec<_>>());
    assert_eq!(ended.code, 0, "{flags}: {}", ended.stderr);
    let mut table = csv::Reader::from_path(folder.path().join("results/compare/summary.csv")).unwrap();
    table.deserialize().next().unwrap().unwrap()
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
