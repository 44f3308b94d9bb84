//! Examples inside the page: numbers as bytes, compressed, in base64.

use crate::report::embed::base64;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;

/// The examples that the page's networks learn from and are tested on.
#[derive(Clone, Debug)]
pub struct LabData {
    /// What it is, as the page's choice names it: `digits`.
    pub name: String,
    /// Numbers per example.
    pub width: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Inputs to learn from, example by example.
    pub train: Vec<f32>,
    /// Their classes, from 0.
    pub train_labels: Vec<u8>,
    /// Inputs to test on.
    pub test: Vec<f32>,
    /// Their classes.
    pub test_labels: Vec<u8>,
}

impl LabData {
    /// What the page must know before it unpacks the bytes.
    pub fn head(&self) -> Value {
        let side = (self.width as f64).sqrt() as usize;
        let is_image = self.are_bytes() && side * side == self.width;
        json!({
            "name": self.name, "width": self.width, "classes": self.classes, "train": self.train_labels.len(),
            "test": self.test_labels.len(), "side": if is_image { side } else { 0 }, "bytes": self.are_bytes(),
        })
    }

    /// True if every number is a whole number of 255ths, as a pixel is.
    fn are_bytes(&self) -> bool {
        self.inputs().all(|value| (255.0 * value).round() / 255.0 == value && (0.0..=1.0).contains(&value))
    }

    fn inputs(&self) -> impl Iterator<Item = f32> {
        self.train.iter().chain(&self.test).copied()
    }

    /// All inputs, those to learn from first, as bytes or little-endian 32-bit numbers, then all labels: gzipped, in
    /// base64.
    pub fn packed(&self) -> String {
        let inputs: Vec<u8> = if self.are_bytes() {
            self.inputs().map(|value| (255.0 * value).round() as u8).collect()
        } else {
            self.inputs().flat_map(f32::to_le_bytes).collect()
        };
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        let parts = [&inputs, &self.train_labels, &self.test_labels];
        parts.iter().try_for_each(|part| packed.write_all(part)).expect("a list of bytes takes any");
        base64(&packed.finish().expect("a list of bytes takes any"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(train: Vec<f32>) -> LabData {
        let (train_labels, test_labels) = (vec![1; train.len() / 4], vec![0]);
        let classes = vec!["a".to_owned(), "b".to_owned()];
        LabData {
            name: "own".to_owned(),
            width: 4,
            classes,
            train,
            train_labels,
            test: vec![0.0; 4],
            test_labels,
        }
    }

    #[test]
    fn pixels_are_bytes_and_other_numbers_are_not() {
        let pixels = data(vec![0.0, 1.0, 51.0 / 255.0, 0.2]);
        assert_eq!((&pixels.head()["bytes"], &pixels.head()["side"]), (&json!(true), &json!(2)));
        let table = data(vec![-1.5, 0.3, 2.0, 0.0]);
        assert_eq!((&table.head()["bytes"], &table.head()["side"]), (&json!(false), &json!(0)));
        assert!(table.packed().starts_with("H4sI"), "gzip");
    }
}
