//! The text of a table: the names of its columns and its rows of cells, nothing of what they mean.
//!
//! Cells are separated by commas, semicolons or tabs, whichever the first line has most of. Nothing here opens a file.

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::idx::Mismatch;
use crate::text::printable;

/// The most characters of a name or cell that are printed.
pub(super) const SHOWN: usize = 40;

/// A table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextTableError {
    /// What was asked for does not fit the table; the text says what to type.
    Wish(String),
    /// Its content is wrong.
    Mismatch(Mismatch),
    /// Its inputs take so many bytes, more than there may be: texts become an input each.
    TooLarge(u64),
}

impl TextTableError {
    pub(super) fn mismatch(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Mismatch(Mismatch::new(expected, found))
    }
}

/// The place of a row, to be named in errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The row, from 1, without the line of the names.
    pub row: usize,
    /// The line in the file, from 1.
    pub line: u64,
}

impl Place {
    /// The cell in words: `'n/a' in row 3 (line 4), column 'width'`.
    pub(super) fn cell(self, found: &str, column: &str) -> String {
        format!("{found} in row {} (line {}), column '{}'", self.row, self.line, printable(column, SHOWN))
    }
}

/// A table's text.
#[derive(Clone, Debug)]
pub struct TableText<'a> {
    bytes: &'a [u8],
    separator: u8,
    has_names: bool,
    /// The names of the columns, at least one.
    pub names: Vec<String>,
}

/// What may separate cells.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Files of other kinds: how they begin, what they are, and what of pandas reads them.
const OTHERS: [(&[u8], &str, &str); 7] = [
    (b"PK\x03\x04", "a zip archive, as spreadsheets are", "pandas.read_excel(FILE)"),
    (b"\xD0\xCF\x11\xE0", "a spreadsheet of the old kind", "pandas.read_excel(FILE)"),
    (b"PAR1", "Parquet", "pandas.read_parquet(FILE)"),
    (b"ARROW1", "Arrow", "pandas.read_feather(FILE)"),
    (b"@relation", "ARFF", "pandas.DataFrame(scipy.io.arff.loadarff(FILE)[0])"),
    (b"{", "JSON", "pandas.read_json(FILE)"),
    (b"[", "JSON", "pandas.read_json(FILE)"),
];

impl<'a> TableText<'a> {
    /// Finds separator and names; with `no_header` the first line is a row, and names are 1, 2, ….
    ///
    /// # Errors
    /// For UTF-16, a file of another kind, an empty one, and a first line that looks like a row.
    pub fn new(bytes: &'a [u8], no_header: bool) -> Result<Self, TextTableError> {
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            return Err(TextTableError::mismatch(
                "a table in UTF-8",
                "UTF-16; a spreadsheet saves it as CSV UTF-8",
            ));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes); // a byte order mark
        refuse_others(bytes)?;
        let separator = separator(bytes);
        let mut table = Self { bytes, separator, has_names: !no_header, names: Vec::new() };
        let mut reader = table.reader();
        let first = reader.byte_headers().map_err(|error| parse_error(bytes, &error))?;
        let first: Vec<String> = first.iter().map(text).collect();
        if first.is_empty() {
            return Err(TextTableError::mismatch("a first line with the names of the columns", "none"));
        }
        if table.has_names && is_row(&first) {
            return Err(TextTableError::Wish(format!(
                "the first line looks like a row ({}); --no-header takes it as one and names the columns 1, 2, …",
                printable(&first.join(", "), SHOWN)
            )));
        }
        table.names =
            if table.has_names { first } else { (1..=first.len()).map(|n| n.to_string()).collect() };
        Ok(table)
    }

    /// Hands every row with its place on.
    ///
    /// # Errors
    /// Those of `each`; a row of another length, and a quote that is never closed.
    pub fn rows(
        &self,
        mut each: impl FnMut(Place, &ByteRecord) -> Result<(), TextTableError>,
    ) -> Result<(), TextTableError> {
        let bytes = self.bytes;
        let (mut reader, mut record, mut row) = (self.reader(), ByteRecord::new(), 0);
        while reader.read_byte_record(&mut record).map_err(|error| parse_error(bytes, &error))? {
            row += 1;
            let line = record.position().map_or(0, |start| line_of(bytes, start));
            if is_left_open(bytes, &record, reader.position().byte()) {
                let found = format!("one that is opened in line {line}, or in its row, and never closed");
                return Err(TextTableError::mismatch("quotes that are closed", found));
            }
            each(Place { row, line }, &record)?;
        }
        Ok(())
    }

    /// The names in one line, for errors.
    pub(super) fn listed(&self) -> String {
        let names: Vec<String> = self.names.iter().map(|name| printable(name, SHOWN)).collect();
        format!("its columns are {}", printable(&names.join(", "), 1000))
    }

    fn reader(&self) -> Reader<&'a [u8]> {
        ReaderBuilder::new().delimiter(self.separator).has_headers(self.has_names).from_reader(self.bytes)
    }
}

/// Names a file of another kind, with the line that makes a table of it.
fn refuse_others(bytes: &[u8]) -> Result<(), TextTableError> {
    let comments = |line: &&[u8]| line.starts_with(b"%") || line.trim_ascii().is_empty();
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !comments(line)).unwrap_or_default();
    let starts = |magic: &[u8]| {
        let start = first.trim_ascii_start();
        start.get(..magic.len()).is_some_and(|start| start.eq_ignore_ascii_case(magic))
    };
    match OTHERS.iter().find(|(magic, ..)| starts(magic)) {
        Some((_, kind, reader)) => Err(TextTableError::mismatch(
            "a table in CSV",
            format!("{kind}; in Python, {reader}.to_csv('table.csv', index=False) makes a table of it"),
        )),
        None => Ok(()),
    }
}

/// What the first line has most of, a comma where it has none.
fn separator(bytes: &[u8]) -> u8 {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let cells = |separator: &u8| line.split(|byte| byte == separator).count();
    SEPARATORS.into_iter().rev().max_by_key(cells).unwrap_or(b',')
}

/// True of a first line with a broken number in it, or of numbers most of all that do not rise as names of pixels and years do.
fn is_row(cells: &[String]) -> bool {
    let numbers: Vec<f64> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
    let is_broken = numbers.iter().any(|number| number.fract() != 0.0);
    is_broken || (2 * numbers.len() > cells.len() && !numbers.is_sorted_by(|a, b| a < b))
}

/// A cell as text, without the white space around it.
pub(super) fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

/// True of a last record that goes on over lines because a quote is not closed; `end` is where the reader is.
fn is_left_open(bytes: &[u8], record: &ByteRecord, end: u64) -> bool {
    let is_last = end >= bytes.len() as u64;
    let goes_on = || record.iter().any(|cell| cell.contains(&b'\n'));
    is_last && goes_on() && bytes.split(|byte| *byte == b'"').count() % 2 == 0 // an odd number of quotes
}

/// The line, from 1, of a record that the parser says starts here: it counts the empty lines before it to it.
fn line_of(bytes: &[u8], start: &csv::Position) -> u64 {
    let from_here = bytes.get(start.byte() as usize..).unwrap_or_default();
    let empty = from_here.iter().take_while(|byte| b"\r\n".contains(byte));
    start.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

/// The error of the parser: for a row of another length with its line and its number of cells.
fn parse_error(bytes: &[u8], error: &csv::Error) -> TextTableError {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, |start| line_of(bytes, start));
            TextTableError::mismatch(
                format!("{expected_len} cells in every row"),
                format!("{len} in line {line}"),
            )
        }
        _ => TextTableError::mismatch("a table in CSV", error.to_string()),
    }
}
