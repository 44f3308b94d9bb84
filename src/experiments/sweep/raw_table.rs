//! A table whose columns are known only once a sweep file has been read: texts by row and column.

use crate::results::Table;

/// The columns of a run's own tables that name the run.
const NAMES: [&str; 2] = ["initializer", "seed"];

/// A table as text, cell by cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawTable {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl RawTable {
    /// The cells of a table.
    pub fn of(table: &Table) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.to_csv());
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        // A table has been checked when it was made: every record reads and has the header's length.
        let mut records = reader.records().filter_map(Result::ok).map(cells);
        let header = records.next().unwrap_or_default();
        Self { header, rows: records.collect() }
    }

    /// The position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The cells of a row outside of the columns that name a run.
    pub fn beyond_names<'a>(&self, row: &'a [String]) -> impl Iterator<Item = &'a str> + use<'a> {
        let names: Vec<usize> = NAMES.iter().filter_map(|name| self.column(name)).collect();
        row.iter().enumerate().filter(move |(index, _)| !names.contains(index)).map(|(_, cell)| cell.as_str())
    }
}
