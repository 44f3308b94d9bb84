//! A data set in memory: what networks learn from and are measured on, and where it came from.
//!
//! [`DataSet::load`], in `load`, is the way in, whatever the form of the data.

use std::path::{Path, PathBuf};

use super::checksum::VerifiedFile;
use super::columns::Column;
use super::error::DataError;
use super::error::shown;
use super::split::Split;
use super::table_rows::TableRows;
use crate::Real;
use crate::files::sha256;
use crate::nn::inputs::Examples;

/// The seed of the split of a table that is not split by another.
pub const FIRST_SEED: u64 = 1;

/// A data set, checked and in the form in which networks take it.
#[derive(Debug)]
pub struct DataSet {
    /// The examples that networks learn from, from files at least one; labels count from 0.
    pub train: Examples,
    /// The examples that they are measured on, of the same width and the same classes.
    pub test: Examples,
    /// One example in words: "28 x 28 pixels", "4 columns".
    pub shape: String,
    /// The name of each class, class 0 first: a label of the IDX file, a text of the table.
    pub class_names: Vec<String>,
    /// The files it came from, with their checksums: four of an IDX set, one of a table, none for noise.
    pub files: Vec<VerifiedFile>,
    /// The folder they were in, followed by the beginning of their names where they have one
    /// (`gzip/emnist-letters`); or the table's file.
    pub place: PathBuf,
    /// The name of the column that held the classes; `None` for IDX files.
    pub label: Option<String>,
    /// The columns of a table, and what became of each; none for IDX files.
    pub columns: Vec<Column>,
    /// The rows of a table whose test examples are not named: `train` and `test` are those of [`FIRST_SEED`], and another seed has
    /// others ([`DataSet::of_seed`]).
    pub rows: Option<TableRows>,
    /// Remarks that a reader of the results should know, one sentence each.
    pub notes: Vec<String>,
    /// Remarks on what is unusual but no fault, one sentence each; empty for MNIST as shipped.
    pub warnings: Vec<String>,
}

/// The sizes of a data set that networks and their cost depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataSizes {
    /// Numbers per example: inputs of a network.
    pub inputs: usize,
    /// Classes: outputs of a network.
    pub outputs: usize,
    /// Examples to learn from.
    pub train: usize,
    /// Examples to measure on.
    pub test: usize,
}

impl DataSizes {
    /// The sizes of MNIST: images of 28 × 28 pixels, ten digits.
    pub const MNIST: Self = Self { inputs: 784, outputs: 10, train: 60_000, test: 10_000 };
}

impl DataSet {
    /// Examples without a file: noise, points, a test's own. Classes are named by their numbers, from 0;
    /// shape and place are empty.
    pub fn of_examples(train: Examples, test: Examples, classes: usize) -> Self {
        Self {
            train,
            test,
            shape: String::new(),
            class_names: (0..classes).map(|class| class.to_string()).collect(),
            files: Vec::new(),
            place: PathBuf::new(),
            label: None,
            columns: Vec::new(),
            rows: None,
            notes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The examples of a table that the run of a seed learns from and is tested on. `None` where they are those of this set, as of
    /// images, and of a table whose test examples are named.
    pub fn of_seed(&self, seed: u64) -> Option<Self> {
        let rows = self.rows.as_ref().filter(|_| seed != FIRST_SEED)?;
        let split = Split::of(seed, &rows.classes);
        let [train, test] = rows.examples(&split, &rows.scales(&split.train));
        Some(Self::of_examples(train, test, self.class_names.len()))
    }

    /// Bytes that [`of_seed`](Self::of_seed) takes at most.
    pub fn bytes_of_seed(&self) -> u64 {
        self.rows.as_ref().map_or(0, |rows| (rows.numbers.len() * size_of::<Real>()) as u64)
    }

    /// Its sizes, from the examples and the names of the classes.
    pub fn sizes(&self) -> DataSizes {
        DataSizes {
            inputs: self.train.inputs.width(),
            outputs: self.class_names.len(),
            train: self.train.labels.len(),
            test: self.test.labels.len(),
        }
    }

    /// The known data set that every file belongs to; `None` where one is unknown, files are mixed, or there
    /// is no file.
    pub fn known(&self) -> Option<&'static str> {
        let known = self.files.first()?.known?;
        self.files.iter().all(|file| file.known == Some(known)).then_some(known)
    }

    /// Everything about it that a run's numbers depend on: the SHA-256 of each file, and for a table
    /// `label COLUMN`, the SHA-256 of what became of the columns, how many rows are left, and whether a run's seed splits them. Part of
    /// a run's id; where the files lie is not.
    pub fn identity(&self) -> Vec<String> {
        let label = self.label.as_ref().map(|label| format!("label {label}"));
        let column = |column: &Column| format!("{}\n{:?}\n", column.name, column.role);
        let columns: String = self.columns.iter().map(column).collect();
        let of_table = label.iter().map(|_| {
            format!(
                "columns {} rows {}+{}",
                sha256(&[columns.as_bytes()]),
                self.train.labels.len(),
                self.test.labels.len()
            )
        });
        let files = self.files.iter().map(|file| file.sha256.clone());
        let split = self.rows.iter().map(|_| "split by the seed".to_owned());
        files.chain(label.clone()).chain(of_table).chain(split).collect()
    }

    /// One line for the terminal: where it is, what it is, its checksums' beginnings.
    ///
    /// ```text
    /// data: MNIST, 60000 training and 10000 test examples of 28 x 28 pixels, 10 classes; SHA-256 …
    /// ```
    pub fn summary(&self) -> String {
        let sums: Vec<&str> = self.files.iter().map(|file| &file.sha256[..8]).collect();
        let known = self.known().map(|known| format!("{known}, ")).unwrap_or_default();
        let DataSizes { outputs, train, test, .. } = self.sizes();
        format!(
            "{}: {known}{train} training and {test} test examples of {}, {outputs} classes; SHA-256 {}",
            shown(&self.place),
            self.shape,
            sums.join(" ")
        )
    }
}

/// Refuses a data set that takes more memory than there is, both in bytes; never where that is not known.
pub(super) fn check_memory(path: &Path, needed: u64, available: Option<u64>) -> Result<(), DataError> {
    match available {
        Some(available) if needed > available => {
            Err(DataError::TooLarge { path: path.into(), needed, available })
        }
        _ => Ok(()),
    }
}
