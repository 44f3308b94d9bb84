//! A table as texts by row and column, for columns that are known only at run time.

use crate::results::Table;

/// The columns of a run's own tables that name the run.
const NAMES: [&str; 2] = ["initializer", "seed"];

/// A table as text, cell by cell.
///
/// ```
/// use initlab::experiments::raw_table::RawTable;
/// use initlab::results::Table;
///
/// let mut raw = RawTable::of(&Table::parse("loss", b"initializer,loss\nHe,2.31\n").unwrap());
/// raw.push_column("learning_rate", "0.01");
/// assert_eq!(raw.cell(&raw.rows[0], "learning_rate"), "0.01");
/// assert_eq!(raw.into_table("loss").to_csv(), b"initializer,loss,learning_rate\nHe,2.31,0.01\n");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

    /// The position of a column, from 0; `None` where there is none of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The table of that name with these cells.
    ///
    /// # Panics
    /// If a row is not as long as the header.
    pub fn into_table(self, name: &str) -> Table {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(record).expect("memory takes rows of one length");
        }
        let bytes = writer.into_inner().expect("memory takes every write");
        Table::parse(name, &bytes).expect("what was just written reads back")
    }

    /// Adds a last column with one value in every row.
    pub fn push_column(&mut self, name: &str, value: &str) {
        self.header.push(name.to_owned());
        self.rows.iter_mut().for_each(|row| row.push(value.to_owned()));
    }

    /// The cell of a row in the column of that name; empty where there is no such column.
    pub fn cell<'a>(&self, row: &'a [String], name: &str) -> &'a str {
        self.column(name).map_or("", |index| row[index].as_str())
    }

    /// The cells of a row outside of the columns that name a run.
    pub fn beyond_names<'a>(&self, row: &'a [String]) -> impl Iterator<Item = &'a str> + use<'a> {
        let names: Vec<usize> = NAMES.iter().filter_map(|name| self.column(name)).collect();
        row.iter().enumerate().filter(move |(index, _)| !names.contains(index)).map(|(_, cell)| cell.as_str())
    }
}
