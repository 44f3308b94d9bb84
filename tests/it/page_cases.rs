//! `tests/browser/cases.json`: numbers that the page's scripts must reproduce, held against the Rust side.
//!
//! `node --test tests/browser` reads the same file. `cargo test --test it write_the_cases -- --ignored` writes it
//! anew.

use initlab::nn::activation::Activation;
use initlab::nn::theory::{derivative_moment, second_moment};
use initlab::stats::{band, smooth, student_t};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/cases.json")
}

#[test]
fn the_cases_are_what_this_side_computes() {
    let found: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    assert!(found["fields"].as_array().unwrap().len() >= 30);
    agree("", &found, &cases());
}

#[test]
#[ignore = "writes tests/browser/cases.json"]
fn write_the_cases() {
    std::fs::write(file(), serde_json::to_string_pretty(&cases()).unwrap() + "\n").unwrap();
}

/// Equal texts, equal shapes, and numbers that differ by at most 1e-9 of their size: between systems the last
/// digits of `exp` and `tanh` differ.
fn agree(path: &str, found: &Value, expected: &Value) {
    match (found, expected) {
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{path}");
            for (index, pair) in found.iter().zip(expected).enumerate() {
                agree(&format!("{path}[{index}]"), pair.0, pair.1);
            }
        }
        (Value::Object(found), Value::Object(expected)) => {
            assert!(found.keys().eq(expected.keys()), "{path}");
            for (key, value) in found {
                agree(&format!("{path}.{key}"), value, &expected[key]);
            }
        }
        (Value::Number(found), Value::Number(expected)) => {
            let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
            assert!(
                (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3),
                "{path}: {found}, {expected}"
            );
        }
        _ => assert_eq!(found, expected, "{path}"),
    }
}

fn cases() -> Value {
    let fields = Activation::NAMED.iter().flat_map(|(name, f)| SQUARES.map(|q| moments(name, *f, q)));
    json!({
        "fields": fields.collect::<Vec<_>>(),
        "kaiser": [smoothed(&noisy(40)), smoothed(&noisy(11)), smoothed(&noisy(10))],
        "exponential": [exponential(0.0), exponential(0.6), exponential(0.97)],
        "bands": Vec::from([2, 3, 5, 10, 40].map(banded)),
    })
}

/// Mean squares of pre-activations: nearly vanished, as usual, exploding.
const SQUARES: [f64; 4] = [1e-6, 0.7, 1.3, 40.0];

fn moments(name: &str, activation: Activation, q: f64) -> Value {
    let (value, slope) = (second_moment(activation, q), derivative_moment(activation, q));
    json!({"activation": name, "q": q, "second_moment": value, "slope_moment": slope})
}

/// A falling curve with ripples.
fn noisy(length: usize) -> Vec<f64> {
    (0..length).map(|i| 2.3 * (-0.05 * i as f64).exp() + 0.1 * (1.7 * i as f64).sin()).collect()
}

fn smoothed(values: &[f64]) -> Value {
    json!({"values": values, "smoothed": smooth(values).unwrap_or_else(|| values.to_vec())})
}

/// The debiased average by its definition: each value weighs the less the longer ago it was.
fn exponential(weight: f64) -> Value {
    let values = noisy(40);
    let at = |last: usize| {
        let weights = (0..=last).map(|index| weight.powi(i32::try_from(last - index).unwrap()));
        let sum: f64 = weights.clone().zip(&values).map(|(weight, value)| weight * value).sum();
        sum / weights.sum::<f64>()
    };
    json!({"weight": weight, "values": values, "smoothed": (0..values.len()).map(at).collect::<Vec<_>>()})
}

fn banded(count: usize) -> Value {
    let values = noisy(count);
    let found = band(&values);
    json!({"values": values, "mean": found.mean, "half_width": found.half_width, "student": student_t(count)})
}
