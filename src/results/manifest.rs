//! The manifest of a command, `run.json`: what was asked, with what, on which machine, how long.
//!
//! The only file of a results folder that may differ between two runs of one command. Its values
//! all come from the caller; there is no clock and no look at the machine here.
//!
//! It is written twice: with `complete: false` before the first file of a command changes, with
//! `complete: true` after the last. Shortened, one of `compare` is
//!
//! ```text
//! {
//!   "experiment": "compare",
//!   "complete": true,
//!   "files": ["initialization.csv", "loss.csv", "loss.svg"],
//!   "command": ["initlab", "compare", "--init", "He"],
//!   "settings": {"init": ["He"], "learning_rate": [0.01]},
//!   "caption": "hidden 4 × 100 · relu · He · sgd · rate 0.01 · batch 128 · seed 1",
//!   "runs": ["4ac81e…"],
//!   "versions": {"initlab": "…", "engine": 2, "precision": "f32", "arithmetic": "fused", "functions": "…"},
//!   "data": [{"file": "train-images-idx3-ubyte", "sha256": "…"}],
//!   "data_path": "data",
//!   "machine": {"host": "…", "cpu": "…", "threads": 2},
//!   "started": "2025-01-31T12:00:00Z",
//!   "seconds": {"training": 12.5}
//! }
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text::printable;

/// Characters of an error's text that are shown; it may quote the file.
const LONGEST_REASON: usize = 300;

/// The content of `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The name of the experiment whose tables these are.
    #[serde(default)]
    pub experiment: String,
    /// False while the files are being written: those of two commands may then stand side by side.
    #[serde(default = "yes")]
    pub complete: bool,
    /// The files that were written, this one apart.
    #[serde(default)]
    pub files: Vec<String>,
    /// The command line, word by word.
    pub command: Vec<String>,
    /// Every setting with its value, defaults included.
    pub settings: Value,
    /// The line below the titles of figures; manifests from before the field have none.
    #[serde(default)]
    pub caption: String,
    /// The id of every run that went into the files, in their order.
    pub runs: Vec<String>,
    /// The program that computed the results.
    pub versions: Versions,
    /// The files of the data set; none for experiments on made-up data.
    pub data: Vec<DataFile>,
    /// The folder or file that the data came from; empty for experiments on made-up data.
    #[serde(default)]
    pub data_path: String,
    /// The column of a table that held the classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where it ran.
    pub machine: Machine,
    /// When it started, as RFC 3339 text: `2025-01-31T12:00:00Z`.
    pub started: String,
    /// Seconds that each stage took, by name.
    pub seconds: BTreeMap<String, f64>,
}

/// The program that computed the results: equal versions give equal bytes on equal CPUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The version of this program.
    pub initlab: String,
    /// The number that is raised whenever results change: `experiments::ENGINE`.
    pub engine: u32,
    /// The engine's floating-point type: `f32` or `f64`.
    pub precision: String,
    /// The CPU's way to add a product to a sum: `fused` or `separate`.
    pub arithmetic: String,
    /// Fingerprint of what the system's `exp`, `tanh` and the like return.
    #[serde(default)]
    pub functions: String,
}

/// A file of the data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Its name, without its folder.
    pub file: String,
    /// SHA-256 of its unpacked bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Where a command ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The host's name.
    pub host: String,
    /// The CPU's model name, as the system gives it.
    pub cpu: String,
    /// Number of threads that worked at the same time.
    pub threads: usize,
}

/// Manifests from before the field were only written at the end.
fn yes() -> bool {
    true
}

impl Manifest {
    /// Reads the file's bytes. Fields of later versions are passed over, fields that earlier versions did not
    /// write have the value of their `serde` default.
    ///
    /// # Errors
    /// What is wrong with the bytes, with line and column, in at most 300 characters.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| printable(&error.to_string(), LONGEST_REASON))
    }

    /// The file's bytes: JSON in indented lines, the last one ended too.
    ///
    /// # Panics
    /// Never: a manifest has nothing that JSON cannot hold.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest is JSON");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_indented_json_that_reads_back() {
        let manifest = Manifest {
            experiment: "compare".into(),
            complete: true,
            files: vec!["loss.csv".into()],
            command: ["initlab", "compare", "--out", "my results"].map(String::from).to_vec(),
            settings: serde_json::json!({"init": ["He", "Xavier"], "learning_rate": 0.01}),
            caption: "relu · rate 0.01".into(),
            runs: vec!["45d98189".into()],
            versions: Versions {
                initlab: "0.1.0".into(),
                engine: 1,
                precision: "f32".into(),
                arithmetic: "fused".into(),
                functions: "cbf29ce484222325".into(),
            },
            data: vec![DataFile { file: "train-images-idx3-ubyte".into(), sha256: "ba89".into() }],
            data_path: "data".into(),
            label: None,
            machine: Machine { host: "host".into(), cpu: "a \"CPU\"".into(), threads: 2 },
            started: "2025-01-31T12:00:00Z".into(),
            seconds: BTreeMap::from([("total".into(), 12.5), ("data".into(), 0.1)]),
        };
        let json = manifest.to_json();
        let text = std::str::from_utf8(&json).unwrap();
        assert!(text.starts_with("{\n  \"experiment\": \"compare\",\n  \"complete\": true,\n"), "{text}");
        assert!(
            text.ends_with("  \"seconds\": {\n    \"data\": 0.1,\n    \"total\": 12.5\n  }\n}\n"),
            "{text}"
        );
        assert_eq!(serde_json::from_slice::<Manifest>(&json).unwrap(), manifest);
    }
}
