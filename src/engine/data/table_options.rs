//! What a reader wants done with a table.

use std::path::PathBuf;

use crate::nn::names::named_family;

/// The wishes of a reader; by default every column beside the classes is an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// The column that holds the classes; required for a table, refused for IDX files.
    pub label: Option<String>,
    /// Columns that are left out.
    pub drop: Vec<String>,
    /// The only columns that are inputs; all where there are none.
    pub only: Vec<String>,
    /// What becomes of gaps; without it a table with gaps is refused.
    pub missing: Option<Missing>,
    /// True where the first line is a row: columns are then named 1, 2, ….
    pub no_header: bool,
    /// A table with the rows to measure on, of the same columns; without it a fifth of each class is set apart.
    pub test: Option<PathBuf>,
}

/// What becomes of a cell that says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Its row is left out.
    Drop,
    /// It takes the mean of its column over the rows to learn from, which is 0 for the network.
    Mean,
}

impl Missing {
    /// Both with their names.
    pub const NAMED: &[(&'static str, Self)] = &[("drop", Self::Drop), ("mean", Self::Mean)];
}

named_family!(Missing, "treatment");

impl TableOptions {
    /// True where something but a label was asked for.
    pub fn are_for_a_table(&self) -> bool {
        *self != Self::default()
    }
}
