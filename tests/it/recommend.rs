//! `recommend` through the binary, on the data that ships with the program: what it recommends must be true
//! of its own tables.

use crate::command::{data, initlab};

fn recommended(words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let data = data();
    let shared = ["recommend", "--data", data.to_str().unwrap()];
    let ended = initlab(folder.path(), &[&shared[..], words].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout
}

/// The text in one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 100 iterations of a deep network of sigmoid end above guessing: the lesser loss decided, for what then stalled.
#[test]
fn losses_at_guessing_do_not_overrule_a_prediction() {
    let text = recommended(&["--sizes", "784,64,64,64,64,10", "--activation", "sigmoid"]);
    let said = flat(&text);
    assert!(said.contains("Recommended: critical."), "{text}");
    assert!(said.contains("neither got below guessing (a loss below 2.28 under every seed"), "{text}");
    assert!(said.contains("lsuv − critical, seed by seed") && !said.contains("contradicts"), "{text}");
    assert!(said.contains("for sigmoid; it passes differences on at their size for a signal of"), "{text}");
    assert!(
        !text
            .lines()
            .take_while(|line| !line.contains("Recommended"))
            .any(|line| line.contains("mean_field"))
    );
}

#[test]
fn what_is_dead_or_diverges_is_not_recommended() {
    let text =
        recommended(&["--sizes", "784,50,50,50,10", "--learning-rate", "5", "--optimizer", "momentum"]);
    let said = flat(&text);
    assert!(
        said.contains("No candidate is recommended: the first, lsuv, is predicted to stall, and its steps"),
        "{text}"
    );
    assert!(!said.contains("can move by"), "{text}");
    assert!(said.contains("those predicted to stall, the furthest travel first"), "{text}");
    assert!(said.contains("The lines for ") && !text.contains("*= 1.0"), "{text}");
}

#[test]
fn for_zeros_another_initializer_is_the_remedy() {
    for init in ["zeros", "zeros,ones"] {
        let text = recommended(&["--sizes", "784,50,50,10", "--trial", "none", "--init", init]);
        let said = flat(&text);
        assert!(said.contains("Predicted to learn: --init He."), "{text}");
        assert!(said.contains("No candidate is recommended") && !said.contains(" inf "), "{text}");
        assert!(said.contains("The lines for He, as in --init He: # for every layer"), "{text}");
        assert!(said.contains("--code pytorch nn.init.kaiming_normal_(layer.weight"), "{text}");
    }
}

#[test]
fn lines_fit_80_columns() {
    let text =
        recommended(&["--sizes", "784,30,30,10", "--activation", "gelu", "--trial", "2", "--code", "burn"]);
    let code = text.find("\nlet ").unwrap();
    for line in text[..code].lines().filter(|line| !line.contains(&*data().to_string_lossy())) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(text[code..].contains("let fan_in: usize = 784;"), "{text}");
}
