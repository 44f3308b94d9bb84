//! One table: rows of a struct on one side, CSV text on the other.
//!
//! A table is kept as its text. Many runs become one file by putting their texts one after the
//! other, without parsing a single number; and what was computed is what is written is what a
//! figure reads.

use csv::{DeserializeErrorKind, ErrorKind, Reader, StringRecord, Writer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow;

use super::columns::columns_of;
use super::table_error::TableError;

/// A struct whose named fields are the columns of a table.
///
/// Anything that derives `Serialize` and `Deserialize` is one. Floats are written in the shortest
/// form that reads back exactly, `NaN`, `inf` and `-inf` literally; `None` is an empty cell.
pub trait Row: Serialize + DeserializeOwned {}

impl<R: Serialize + DeserializeOwned> Row for R {}

/// A named table: a header line and rows, as CSV text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    name: String,
    text: String,
    rows: usize,
}

impl Table {
    /// Writes rows as CSV. The header comes from the type, so a table without rows has one too.
    ///
    /// # Panics
    /// If `R` is not a struct with named fields of plain values: a list has no place in a cell.
    pub fn from_rows<R: Row>(name: &str, rows: &[R]) -> Self {
        Self::collect::<R>(name, rows.iter())
    }

    /// Like [`from_rows`](Self::from_rows), with rows that are made one by one and not kept.
    pub fn from_iter<R: Row>(name: &str, rows: impl IntoIterator<Item = R>) -> Self {
        Self::collect::<R>(name, rows.into_iter())
    }

    fn collect<R: Row>(name: &str, rows: impl Iterator<Item: Borrow<R>>) -> Self {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let written = write_rows::<R>(&mut writer, rows);
        let rows = written.unwrap_or_else(|error| panic!("rows of table {name}: {error}"));
        let bytes = writer.into_inner().expect("memory takes every write");
        let text = String::from_utf8(bytes).expect("serde's strings are UTF-8");
        Self::from_text(name, text, rows)
    }

    /// Takes a CSV file's bytes as a table; every line must have as many cells as the header.
    ///
    /// # Errors
    /// [`TableError::Line`] with the line's number where the bytes are not UTF-8, the first line is missing
    /// or blank, or a line has another number of cells.
    ///
    /// ```
    /// use initlab::results::Table;
    ///
    /// let table = Table::parse("loss", b"initializer,loss\nHe,2.31\nHe,2.29").unwrap();
    /// assert_eq!((table.row_count(), table.columns()), (2, vec!["initializer".into(), "loss".into()]));
    /// let error = Table::parse("loss", b"initializer,loss\nHe\n").unwrap_err();
    /// assert_eq!(error.to_string(), "table loss, line 2: expected 2 cells, found 1");
    /// ```
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, TableError> {
        let mut text = text_of(name, bytes)?.to_owned();
        if text.lines().next().is_none_or(|header| header.trim().is_empty()) {
            let problem = "expected a header line, found nothing";
            return Err(TableError::line(name, 1, problem));
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let rows = count_rows(&text).map_err(|error| TableError::unreadable(name, &error))?;
        Ok(Self::from_text(name, text, rows))
    }

    /// A table from a text that is known to be one: a header line and `rows` rows.
    pub(super) fn from_text(name: &str, text: String, rows: usize) -> Self {
        Self { name: name.to_owned(), text, rows }
    }

    /// The table's name: `loss` for `loss.csv`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows, the header not counted.
    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> Vec<String> {
        let mut reader = Reader::from_reader(self.header().as_bytes());
        reader.headers().map_or_else(|_| Vec::new(), |header| header.iter().map(str::to_owned).collect())
    }

    /// The whole table as the bytes of a CSV file.
    pub fn to_csv(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The table as rows of `R`, whose every field must have its column; others are passed over. An empty
    /// cell where a float is wanted is NaN, as pandas writes it.
    pub fn rows<R: DeserializeOwned>(&self) -> Result<Vec<R>, TableError> {
        let mut reader = Reader::from_reader(self.text.as_bytes());
        let header = reader.headers().map_err(|error| TableError::unreadable(&self.name, &error))?.clone();
        self.require(columns_of::<R>(), &header)?;
        let mut rows = Vec::with_capacity(self.rows);
        for record in reader.records() {
            let record = record.map_err(|error| TableError::unreadable(&self.name, &error))?;
            rows.push(self.row(&header, record)?);
        }
        Ok(rows)
    }

    fn row<R: DeserializeOwned>(
        &self,
        header: &StringRecord,
        mut record: StringRecord,
    ) -> Result<R, TableError> {
        loop {
            let error = match record.deserialize(Some(header)) {
                Ok(row) => return Ok(row),
                Err(error) => error,
            };
            let Some(column) = empty_float(&record, &error) else {
                return Err(TableError::misread(&self.name, header, &record, &error));
            };
            record = with_nan(&record, column);
        }
    }

    /// Puts the rows of `other` below the own ones; both must have the same header.
    pub fn append(&mut self, other: &Self) -> Result<(), TableError> {
        if self.header() != other.header() {
            return Err(self.other_columns(self.header(), other.header()));
        }
        self.text.push_str(&other.text[other.header().len()..]);
        self.rows += other.rows;
        Ok(())
    }

    /// The header with its line end.
    fn header(&self) -> &str {
        let end = self.text.find('\n').map_or(self.text.len(), |end| end + 1);
        &self.text[..end]
    }

    /// Refuses a header in which one of the columns is missing.
    fn require(&self, columns: &[&str], header: &StringRecord) -> Result<(), TableError> {
        let mut missing = columns.iter().filter(|column| !header.iter().any(|found| found == **column));
        if missing.next().is_none() {
            return Ok(());
        }
        Err(self.other_columns(&columns.join(","), self.header()))
    }

    /// The error for a header that is not the expected one.
    fn other_columns(&self, expected: &str, found: &str) -> TableError {
        let [expected, found] = [expected, found].map(|header| header.trim_end().to_owned());
        TableError::Columns { table: self.name.clone(), expected, found }
    }
}

/// Writes the header, which the type knows, and then the rows; returns their number.
fn write_rows<R: Row>(
    writer: &mut Writer<Vec<u8>>,
    mut rows: impl Iterator<Item: Borrow<R>>,
) -> csv::Result<usize> {
    writer.write_record(columns_of::<R>())?;
    rows.try_fold(0, |count, row| writer.serialize(row.borrow()).map(|()| count + 1))
}

/// The bytes as text, or the line in which they stop being one.
fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, TableError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|&byte| byte == b'\n').count() as u64;
        TableError::line(name, line, "expected UTF-8 text, found other bytes")
    })
}

/// The column in which a float was wanted and nothing was found.
fn empty_float(record: &StringRecord, error: &csv::Error) -> Option<usize> {
    let ErrorKind::Deserialize { err, .. } = error.kind() else { return None };
    let column = err.field().filter(|_| matches!(err.kind(), DeserializeErrorKind::ParseFloat(_)))? as usize;
    record.get(column).filter(|cell| cell.is_empty()).map(|_| column)
}

/// The same record, at the same place, with NaN in one column.
fn with_nan(record: &StringRecord, column: usize) -> StringRecord {
    let cell = |(index, cell)| if index == column { "NaN" } else { cell };
    let mut changed: StringRecord = record.iter().enumerate().map(cell).collect();
    changed.set_position(record.position().cloned());
    changed
}

/// Counts the rows below the header; an error if one has another number of cells.
fn count_rows(text: &str) -> csv::Result<usize> {
    let mut reader = Reader::from_reader(text.as_bytes());
    reader.byte_records().try_fold(0, |count, record| record.map(|_| count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct LossRow {
        initializer: String,
        iteration: usize,
        loss: f64,
        accuracy: Option<f32>,
    }

    fn row(initializer: &str, loss: f64) -> LossRow {
        LossRow { initializer: initializer.to_owned(), iteration: 7, loss, accuracy: None }
    }

    fn text(table: &Table) -> &str {
        std::str::from_utf8(table.to_csv()).unwrap()
    }

    #[test]
    fn rows_become_csv_with_the_structs_header() {
        let table = Table::from_rows("loss", &[row("He", 0.1), row("std=0.01", f64::NAN)]);
        let expected = "initializer,iteration,loss,accuracy\nHe,7,0.1,\nstd=0.01,7,NaN,\n";
        assert_eq!((text(&table), table.row_count()), (expected, 2));
    }

    #[test]
    fn the_header_is_the_one_csv_itself_would_write() {
        let mut writer = Writer::from_writer(Vec::new());
        writer.serialize(row("He", 1.5)).unwrap();
        let bytes = writer.into_inner().unwrap();
        assert_eq!(Table::from_rows("loss", &[row("He", 1.5)]).to_csv(), bytes);
    }

    #[test]
    fn an_empty_table_keeps_its_header() {
        let empty = Table::from_rows::<LossRow>("loss", &[]);
        assert_eq!(text(&empty), "initializer,iteration,loss,accuracy\n");
        assert_eq!(empty.rows::<LossRow>(), Ok(vec![]));
        assert_eq!(Table::parse("loss", empty.to_csv()), Ok(empty));
    }

    #[test]
    fn infinities_read_back() {
        let rows = [row("a", f64::INFINITY), row("b", f64::NEG_INFINITY), row("c", -0.0)];
        let table = Table::from_rows("loss", &rows);
        assert!(text(&table).contains(",inf,") && text(&table).contains(",-inf,"));
        let losses = table.rows::<LossRow>().unwrap().into_iter().map(|row| row.loss.to_bits());
        assert!(losses.eq(rows.map(|row| row.loss.to_bits())));
        let not_a_number = Table::from_rows("loss", &[row("d", f64::NAN)]);
        assert!(not_a_number.rows::<LossRow>().unwrap()[0].loss.is_nan());
    }

    #[test]
    fn an_empty_float_is_nan_and_an_empty_count_is_refused() {
        let read = |row: &str| {
            Table::parse("loss", format!("initializer,iteration,loss,accuracy\n{row}").as_bytes())
        };
        let rows: Vec<LossRow> = read("He,7,,\n").unwrap().rows().unwrap();
        assert!(rows[0].loss.is_nan() && rows[0].accuracy.is_none());
        let error = read("He,7,1,\nHe,,,\n").unwrap().rows::<LossRow>().unwrap_err().to_string();
        assert_eq!(error, "table loss, line 3: column iteration: expected a whole number in range, found ``");
    }

    #[test]
    fn appending_is_writing_all_rows_at_once() {
        let rows = [row("a,b", 1.0), row("He", 2.0), row("\"c\"", 3.0)];
        let mut table = Table::from_rows("loss", &rows[..1]);
        table.append(&Table::from_rows("loss", &rows[1..])).unwrap();
        assert_eq!(table, Table::from_rows("loss", &rows));
        let other = Table::parse("loss", b"initializer,loss\nHe,1\n").unwrap();
        assert_eq!(
            table.append(&other).unwrap_err().to_string(),
            "table loss: expected the columns initializer,iteration,loss,accuracy, \
             found initializer,loss"
        );
        assert_eq!(table.row_count(), 3);
    }

    #[test]
    fn a_spreadsheets_file_is_read() {
        let bytes = "\u{feff}loss,note,initializer,iteration,accuracy\r\n1e-3,x,He,7,\r\n";
        let table = Table::parse("loss", bytes.as_bytes()).unwrap();
        assert_eq!(table.rows::<LossRow>(), Ok(vec![row("He", 0.001)]));
    }

    proptest! {
        #[test]
        fn every_float_and_label_reads_back(
            loss in any::<f64>(), accuracy in any::<Option<f32>>(), initializer in "(?s).*",
            iteration: usize,
        ) {
            let row = LossRow { initializer, iteration, loss, accuracy };
            let table = Table::from_rows("loss", std::slice::from_ref(&row));
            let parsed = Table::parse("loss", table.to_csv());
            prop_assert_eq!(parsed.as_ref(), Ok(&table));
            let found = table.rows::<LossRow>().unwrap().remove(0);
            prop_assert_eq!(found.loss.to_bits(), row.loss.to_bits());
            prop_assert_eq!(found.accuracy.map(f32::to_bits), row.accuracy.map(f32::to_bits));
            prop_assert_eq!((found.initializer, found.iteration), (row.initializer, row.iteration));
        }
    }
}
