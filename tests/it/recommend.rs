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

#[test]
fn the_first_line_says_what_to_use() {
    let text = recommended(&["--sizes", "784,50,50,50,50,10", "--learning-rate", "0.02"]);
    assert!(text.starts_with("Use ") || text.starts_with("Keep "), "{text}");
    assert!(
        text.contains("Loss after 100 iterations under 3 seeds: ") && text.contains("pytorch_default"),
        "{text}"
    );
    assert!(text.lines().count() < 25, "{text}");
    let tables = recommended(&["--sizes", "784,50,50,50,50,10", "--learning-rate", "0.02", "--verbose"]);
    assert!(tables.starts_with(text.trim_end()) && tables.contains("distance: of its scale"), "{tables}");
}

/// A shallow ReLU network with Adam learns as well from PyTorch's own weights: that is said, and nothing is to be pasted.
#[test]
fn a_default_that_is_as_good_is_kept() {
    let words = ["--sizes", "784,64,10", "--optimizer", "adam", "--init", "pytorch_default,std=0.0001"];
    let text = recommended(&words);
    assert!(
        text.starts_with("Keep PyTorch's default (pytorch_default): nothing that was tried is better."),
        "{text}"
    );
    assert!(!text.contains("nn.init"), "{text}");
}

#[test]
fn where_no_weights_are_enough_the_change_is_told_first() {
    let text =
        recommended(&["--sizes", "784,50,50,50,10", "--learning-rate", "5", "--optimizer", "momentum"]);
    let said = flat(&text);
    assert!(said.starts_with("No weights alone are enough, not even "), "{text}");
    assert!(said.contains("with --") && said.contains("Why: "), "{text}");
}

#[test]
fn for_zeros_another_initializer_is_the_remedy() {
    for init in ["zeros", "zeros,ones"] {
        let text = recommended(&["--sizes", "784,50,50,10", "--trial", "none", "--init", init]);
        let said = flat(&text);
        assert!(said.contains("with --init He Why: all 50 units of layer 1 have the same weights"), "{text}");
        assert!(said.contains("nn.init.kaiming_normal_(layer.weight"), "{text}");
    }
}

/// One output tells two classes; a network without a hidden layer has weights too.
#[test]
fn one_output_and_no_hidden_layer_are_networks() {
    for sizes in ["20,64,1", "20,3"] {
        let folder = tempfile::tempdir().unwrap();
        let ended = initlab(folder.path(), &["recommend", "--sizes", sizes, "--learning-rate", "0.1", "-v"]);
        assert_eq!(ended.code, 0, "{sizes}: {}", ended.stderr);
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

/// The object says what the text says.
#[test]
fn json_has_the_recommendation_and_every_candidate() {
    let words = ["--sizes", "784,50,50,50,50,10", "--learning-rate", "0.02"];
    let text = recommended(&words);
    let object: serde_json::Value =
        serde_json::from_str(&recommended(&[&words[..], &["--format", "json"]].concat())).unwrap();
    assert_eq!(object["version"], 1);
    let chosen = object["candidate"].as_str().unwrap();
    assert!(text.lines().next().unwrap().contains(chosen), "{chosen}: {text}");
    assert!(flat(&text).contains(&flat(object["why"][0].as_str().unwrap())), "{object}: {text}");
    let candidates = object["candidates"].as_array().unwrap();
    assert!(
        candidates.len() > 10 && candidates.iter().all(|row| row["signal"].as_array().unwrap().len() == 5)
    );
    assert_eq!(object["trial"]["results"][0]["losses"].as_array().unwrap().len(), 3);
}
