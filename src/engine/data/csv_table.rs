//! A table in CSV: numbers with a class for each row.
//!
//! The first line names the columns. One column holds the classes, as any text; every other column
//! is an input and holds numbers. A cell that is missing or no number is refused with its row and
//! column: what it should be is the reader's to decide. Nothing here opens a file.

use std::collections::BTreeMap;

use csv::{ByteRecord, ReaderBuilder};

use super::idx::Mismatch;
use crate::text::printable;

/// The most classes; a class is a byte.
const MAX_CLASSES: usize = 256;

/// The most characters of a name or cell that are printed.
const SHOWN: usize = 40;

/// A table, parsed: numbers and classes of its rows, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvTable {
    /// The names of the input columns, at least one.
    pub columns: Vec<String>,
    /// `(rows, columns)`, row by row; every number is finite.
    pub numbers: Vec<f64>,
    /// The class of each row, at least two of them.
    pub classes: Vec<u8>,
    /// The classes' names: in the order of their numbers if all are numbers, else of their text.
    pub class_names: Vec<String>,
    /// True where a nameless first column that counts the rows from 0 or 1 was left out.
    pub had_row_numbers: bool,
}

/// A table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CsvTableError {
    /// The column of the classes was not named, or there is no such column; the text lists them.
    Label(String),
    /// Its content is wrong.
    Mismatch(Mismatch),
}

impl CsvTableError {
    fn mismatch(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Mismatch(Mismatch::new(expected, found))
    }
}

/// The columns of a table, by their place in a line.
struct CsvColumns {
    names: Vec<String>,
    label: usize,
}

impl CsvTable {
    /// Parses a table whose column `label` holds the classes.
    ///
    /// ```
    /// use initlab_engine::data::csv_table::CsvTable;
    ///
    /// let table = CsvTable::parse(b"width,kind\n1.5,pear\n2,apple\n", Some("kind")).unwrap();
    /// assert_eq!(table.columns, ["width"]);
    /// assert_eq!(table.numbers, [1.5, 2.0]);
    /// assert_eq!(table.class_names, ["apple", "pear"]);
    /// assert_eq!(table.classes, [1, 0]);
    /// ```
    ///
    /// # Errors
    /// [`CsvTableError::Label`] where `label` is none, names no column or two; [`CsvTableError::Mismatch`]
    /// for rows of different lengths, a cell that is empty or no finite number, fewer than two classes or
    /// more than 256, and a table without a column of numbers.
    pub fn parse(bytes: &[u8], label: Option<&str>) -> Result<Self, CsvTableError> {
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            return Err(CsvTableError::mismatch(
                "a table in UTF-8",
                "UTF-16; a spreadsheet saves it as CSV UTF-8",
            ));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes); // a byte order mark
        let mut reader = ReaderBuilder::new().from_reader(bytes);
        let layout =
            CsvColumns::new(reader.byte_headers().map_err(|error| parse_error(bytes, &error))?, label)?;
        let (mut numbers, mut labels) = (Vec::new(), Labels::default());
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(|error| parse_error(bytes, &error))? {
            let line = record.position().map_or(0, |start| line_of(bytes, start));
            let place = Place { row: labels.of_rows.len() + 1, line };
            if is_left_open(bytes, &record, reader.position().byte()) {
                let found = format!("one that is opened in line {line}, or in its row, and never closed");
                return Err(CsvTableError::mismatch("quotes that are closed", found));
            }
            for (column, cell) in record.iter().enumerate() {
                if column == layout.label {
                    labels.push(&text(cell), place, &layout)?;
                } else {
                    numbers.push(number(cell, place, &layout.names[column])?);
                }
            }
        }
        let (class_names, classes) = labels.sorted(&layout)?;
        let mut columns = layout.names;
        columns.remove(layout.label);
        let mut table = Self { columns, numbers, classes, class_names, had_row_numbers: false };
        table.leave_out_row_numbers();
        if table.columns.is_empty() {
            return Err(CsvTableError::mismatch("a column of numbers beside the classes", "none"));
        }
        Ok(table)
    }

    /// The number of input columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Leaves out a nameless first column that counts the rows from 0 or 1, as pandas writes it.
    fn leave_out_row_numbers(&mut self) {
        let width = self.width();
        if self.columns.first().is_none_or(|name| !name.is_empty()) {
            return;
        }
        let first = self.numbers.iter().step_by(width);
        let start = self.numbers.first().copied().unwrap_or_default();
        let counts = first.enumerate().all(|(row, number)| *number == row as f64 + start);
        if counts && (start == 0.0 || start == 1.0) {
            let kept = self.numbers.iter().enumerate().filter(|(index, _)| !index.is_multiple_of(width));
            self.numbers = kept.map(|(_, number)| *number).collect();
            self.columns.remove(0);
            self.had_row_numbers = true;
        }
    }
}

/// True of a last record that goes on over lines because a quote is not closed; `end` is where the reader is.
fn is_left_open(bytes: &[u8], record: &ByteRecord, end: u64) -> bool {
    let is_last = end >= bytes.len() as u64;
    let goes_on = || record.iter().any(|cell| cell.contains(&b'\n'));
    is_last && goes_on() && bytes.split(|byte| *byte == b'"').count() % 2 == 0 // an odd number of quotes
}

impl CsvColumns {
    fn new(header: &ByteRecord, label: Option<&str>) -> Result<Self, CsvTableError> {
        let names: Vec<String> = header.iter().map(text).collect();
        match names.as_slice() {
            [] => return Err(CsvTableError::mismatch("a first line with the names of the columns", "none")),
            [only] if only.contains([';', '\t']) => {
                let found = if only.contains(';') { "semicolons" } else { "tabs" };
                return Err(CsvTableError::mismatch("columns that are separated by commas", found));
            }
            _ => {}
        }
        let listed = || {
            let names: Vec<String> = names.iter().map(|name| printable(name, SHOWN)).collect();
            let is_name = |name: &String| name.parse::<f64>().is_err() && !name.starts_with('#');
            let hint = if names.iter().all(is_name) { "" } else { " (the first line has to name them)" };
            format!("its columns are {}{hint}", printable(&names.join(", "), 1000))
        };
        let Some(label) = label else {
            return Err(CsvTableError::Label(format!(
                "--label COLUMN names the column of the classes; {}",
                listed()
            )));
        };
        let mut places = names.iter().enumerate().filter(|(_, name)| *name == label).map(|(place, _)| place);
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(Self { label: place, names }),
            (None, _) => Err(CsvTableError::Label(format!(
                "no column '{}' for '--label'; {}",
                printable(label, SHOWN),
                listed()
            ))),
            _ => {
                Err(CsvTableError::Label(format!("two columns '{}' for '--label'", printable(label, SHOWN))))
            }
        }
    }
}

/// The place of a cell, to be named in errors.
#[derive(Clone, Copy)]
struct Place {
    /// The row, from 1, without the line of the names.
    row: usize,
    /// The line in the file, from 1.
    line: u64,
}

impl Place {
    /// The cell in words: `'n/a' in row 3 (line 4), column 'width'`.
    fn cell(self, found: &str, column: &str) -> String {
        format!("{found} in row {} (line {}), column '{}'", self.row, self.line, printable(column, SHOWN))
    }
}

/// The classes met so far: a number for each text, in the order in which they came.
#[derive(Default)]
struct Labels {
    numbers: BTreeMap<String, usize>,
    of_rows: Vec<u8>,
}

impl Labels {
    /// Takes the label of the next row.
    fn push(&mut self, label: &str, place: Place, layout: &CsvColumns) -> Result<(), CsvTableError> {
        let column = &layout.names[layout.label];
        if label.is_empty() {
            return Err(CsvTableError::mismatch("a class", place.cell("an empty cell", column)));
        }
        let next = self.numbers.len();
        let number = match self.numbers.get(label) {
            Some(number) => *number,
            None => *self.numbers.entry(label.to_owned()).or_insert(next),
        };
        let Ok(number) = u8::try_from(number) else {
            let expected = format!("at most {MAX_CLASSES} classes in column '{}'", printable(column, SHOWN));
            let found = format!("one more in row {} (line {})", place.row, place.line);
            return Err(CsvTableError::mismatch(expected, found));
        };
        self.of_rows.push(number);
        Ok(())
    }

    /// The names of the classes in order, and the class of each row.
    fn sorted(self, layout: &CsvColumns) -> Result<(Vec<String>, Vec<u8>), CsvTableError> {
        if self.numbers.len() < 2 {
            let expected =
                format!("at least two classes in column '{}'", printable(&layout.names[layout.label], SHOWN));
            let found = self
                .numbers
                .keys()
                .next()
                .map_or("no row".to_owned(), |only| format!("only '{}'", printable(only, SHOWN)));
            return Err(CsvTableError::mismatch(expected, found));
        }
        let mut names: Vec<(String, usize)> = self.numbers.into_iter().collect();
        if names.iter().all(|(name, _)| finite(name).is_some()) {
            names.sort_by(|a, b| finite(&a.0).unwrap_or(0.0).total_cmp(&finite(&b.0).unwrap_or(0.0)));
        }
        let mut ranks = [0; MAX_CLASSES];
        for (rank, (_, number)) in (0_u8..=255).zip(&names) {
            ranks[*number] = rank;
        }
        let classes = self.of_rows.into_iter().map(|number| ranks[usize::from(number)]).collect();
        Ok((names.into_iter().map(|(name, _)| name).collect(), classes))
    }
}

/// A cell as text, without the white space around it.
fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

/// A cell as a finite number.
fn number(cell: &[u8], place: Place, column: &str) -> Result<f64, CsvTableError> {
    let text = text(cell);
    finite(&text).ok_or_else(|| {
        let found = match text.as_str() {
            "" => "an empty cell".to_owned(),
            text => format!("'{}'", printable(text, SHOWN)),
        };
        CsvTableError::mismatch("a number", place.cell(&found, column))
    })
}

/// A text as a finite number.
fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The line, from 1, of a record that the parser says starts here: it counts the empty lines before it to it.
fn line_of(bytes: &[u8], start: &csv::Position) -> u64 {
    let from_here = bytes.get(start.byte() as usize..).unwrap_or_default();
    let empty = from_here.iter().take_while(|byte| b"\r\n".contains(byte));
    start.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

/// The error of the parser: for a row of another length with its line and its number of cells.
fn parse_error(bytes: &[u8], error: &csv::Error) -> CsvTableError {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, |start| line_of(bytes, start));
            CsvTableError::mismatch(
                format!("{expected_len} cells in every row"),
                format!("{len} in line {line}"),
            )
        }
        _ => CsvTableError::mismatch("a table in CSV", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A table of these rows, its classes in the column in the middle.
    fn csv(rows: &[(f64, u8, f64)]) -> String {
        let row = |(a, class, b): &(f64, u8, f64)| format!("{a},\"c, {class}\",{b}\n");
        format!("a,b,c\n{}", rows.iter().map(row).collect::<String>())
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = CsvTable::parse(&bytes, None);
            let _ = CsvTable::parse(&[b"a,b,c\n", &bytes[..]].concat(), Some("b"));
        }

        #[test]
        fn numbers_and_classes_are_read_as_they_were_written(
            rows in prop::collection::vec((-1e9..1e9_f64, any::<u8>(), any::<i32>().prop_map(f64::from)), 1..50)
        ) {
            match CsvTable::parse(csv(&rows).as_bytes(), Some("b")) {
                Ok(table) => {
                    let numbers: Vec<f64> = rows.iter().flat_map(|(a, _, c)| [*a, *c]).collect();
                    prop_assert_eq!(table.numbers, numbers);
                    for (class, row) in table.classes.iter().zip(&rows) {
                        prop_assert_eq!(&table.class_names[usize::from(*class)], &format!("c, {}", row.1));
                    }
                }
                Err(_) => prop_assert!(rows.iter().all(|row| row.1 == rows[0].1), "one class"),
            }
        }
    }

    #[test]
    fn only_a_nameless_column_that_counts_is_left_out() {
        let columns = |text: &str| {
            let table = CsvTable::parse(text.as_bytes(), Some("k")).unwrap();
            (table.columns.len(), table.numbers.len())
        };
        assert_eq!(columns(",a,k\n0,5,x\n1,5,y\n"), (1, 2));
        assert_eq!(columns(",a,k\n1,5,x\n2,5,y\n"), (1, 2));
        assert_eq!(columns(",a,k\n1,5,x\n3,5,y\n"), (2, 4));
        assert_eq!(columns("n,a,k\n0,5,x\n1,5,y\n"), (2, 4));
    }
}
