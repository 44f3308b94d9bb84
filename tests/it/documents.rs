//! What README says of results is what comes out.

use crate::command::{initlab, unpacked};
use crate::figures::{drawn_with, versions};
use initlab::stats::label_entropy;
use std::fs;
use std::path::Path;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// A text whose lines may be broken elsewhere.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every block of README without a language is a part of what the default `compare` prints.
#[test]
fn readme_quotes_what_the_program_prints() {
    let folder = tempfile::tempdir().unwrap();
    let ended = initlab(folder.path(), &["compare"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let found = versions(&folder.path().join("results/compare/run.json"));
    if drawn_with().is_none_or(|expected| expected != found) {
        eprintln!("SKIPPED: README's numbers are those of other arithmetic than {found}");
        return;
    }
    let (readme, printed) = (readme(), words(&ended.stdout));
    let blocks: Vec<&str> = readme.split("```").skip(1).step_by(2).filter(|b| b.starts_with('\n')).collect();
    assert_eq!(blocks.len(), 2, "the table and the why");
    for block in blocks {
        assert!(printed.contains(&words(block)), "README has\n{block}\nbut printed was\n{}", ended.stdout);
    }
}

/// The labels in a file of MNIST, which follow eight bytes.
fn labels(name: &str) -> Vec<u8> {
    unpacked(name).split_off(8)
}

#[test]
fn readme_knows_the_labels_of_mnist() {
    let entropy = label_entropy(&labels("train-labels-idx1-ubyte"));
    assert!(readme().contains(&format!("the entropy of the labels, {entropy:.4}")), "{entropy}");
    let test = labels("t10k-labels-idx1-ubyte");
    let ones = test.iter().map(|label| f64::from(u8::from(*label == 1))).sum::<f64>() / test.len() as f64;
    assert!(words(&readme()).contains(&format!("{:.2} % is the share of ones", 100.0 * ones)), "{ones}");
}
