//! A data set from a table in CSV, from file to memory.
//!
//! The file is read once and hashed (`read`, `load`), parsed ([`CsvTable`]), split ([`Split`]), and each
//! column brought to mean 0 and standard deviation 1 on the rows to learn from ([`TableRows`]).

use std::io::Read as _;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::checksum::VerifiedFile;
use super::columns::{AS_ASKED, Column, ColumnRole, is_gap};
use super::csv_table::CsvTable;
use super::data_set::{DataSet, FIRST_SEED, check_memory};
use super::error::{DataError, shown};
use super::split::{Split, Standardization};
use super::table_options::TableOptions;
use super::table_rows::TableRows;
use super::table_text::TextTableError;
use crate::Real;
use crate::files::open::take;
use crate::files::{open_or_pipe, sha256};
use crate::text::{counted, printable};

/// Memory that loading takes, in bytes per byte of the file: the file itself, and for each cell of two
/// characters or more a number in double precision and one in the network's.
const MEMORY_PER_BYTE: u64 = 1 + (size_of::<f64>() + size_of::<Real>()) as u64 / 2;

/// Classes with fewer rows than this on average, all of them numbers, are rather measured.
const LEAST_ROWS: usize = 5;

/// Pairs of classes that a warning names.
const MOST_PAIRS: usize = 4;

/// Loads a table as a reader wishes; inputs are standardized on the rows to learn from. `memory` is what is free, in bytes.
///
/// # Errors
/// Those of [`CsvTable::parse`] and [`CsvTable::append`] with the path, and where no class has three rows, a number overflows
/// when it is standardized, a file cannot be read, changes meanwhile, or is too large for `memory`.
pub(super) fn load(path: &Path, wishes: &TableOptions, memory: Option<u64>) -> Result<DataSet, DataError> {
    let (bytes, file) = read(path, memory)?;
    let most = memory.map_or(u64::MAX, |memory| memory.saturating_sub(bytes.len() as u64));
    let mut table = CsvTable::parse_within(&bytes, wishes, most).map_err(|error| fault(path, error, most))?;
    drop(bytes);
    let mut files = vec![file];
    let split = match &wishes.test {
        Some(test) => {
            let rows = table.classes.len();
            files.push(append(&mut table, test, wishes, memory)?);
            Split { train: (0..rows).collect(), test: (rows..table.classes.len()).collect() }
        }
        None => Split::of(FIRST_SEED, &table.classes),
    };
    if split.test.is_empty() {
        let expected = "three rows or more of a class: a fifth of each is set apart for testing";
        let numbers = table.class_names.iter().all(|name| name.parse::<f64>().is_ok());
        let measured = if numbers { "; numbers that were measured are no classes" } else { "" };
        let found = format!("{} rows, fewer than three of each class{measured}", table.classes.len());
        return Err(DataError::malformed(path, expected, found));
    }
    let width = table.width();
    let rows =
        TableRows { numbers: std::mem::take(&mut table.numbers), width, classes: table.classes.clone() };
    let scales = rows.scales(&split.train);
    let examples = rows.examples(&split, &scales);
    let mut warnings = warnings(&table, &scales, &split);
    if files.len() == 2 && files[0].sha256 == files[1].sha256 {
        warnings
            .push("the rows to test on are those to learn from: --test names a copy of the same file".into());
    }
    if let Some((row, column)) = rows.overflow(&split, &examples) {
        return Err(too_far(path, row, &table.inputs[column]));
    }
    let [train, test] = examples;
    Ok(DataSet {
        train,
        test,
        shape: counted(width, "column"),
        notes: notes(&table, &split, wishes),
        warnings,
        class_names: table.class_names,
        columns: table.columns,
        files,
        place: path.into(),
        label: wishes.label.clone(),
        rows: wishes.test.is_none().then_some(rows),
    })
}

/// Adds the rows of the table to test on.
fn append(
    table: &mut CsvTable,
    test: &Path,
    wishes: &TableOptions,
    memory: Option<u64>,
) -> Result<VerifiedFile, DataError> {
    let (bytes, file) = read(test, memory)?;
    let rows = table.classes.len();
    table.append(&bytes, wishes).map_err(|error| fault(test, error, u64::MAX))?;
    if table.classes.len() == rows {
        return Err(DataError::malformed(test, "rows to test on", "none"));
    }
    Ok(file)
}

/// The error of a table with its file; `available` are the bytes that its inputs might take.
fn fault(path: &Path, error: TextTableError, available: u64) -> DataError {
    match error {
        TextTableError::TooLarge(needed) => DataError::TooLarge { path: path.into(), needed, available },
        TextTableError::Wish(text) => DataError::Label { text: format!("{}: {text}", shown(path)) },
        TextTableError::Mismatch(fault) => DataError::malformed(path, fault.expected, fault.found),
    }
}

/// The bytes of a file, read once, after its size was held against the memory that is free; of a pipe, as many as fit. A gzip
/// archive is unpacked.
fn read(path: &Path, memory: Option<u64>) -> Result<(Vec<u8>, VerifiedFile), DataError> {
    let unreadable = |cause| DataError::unreadable(path, cause);
    let file = open_or_pipe(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    check_memory(path, length.saturating_mul(MEMORY_PER_BYTE), memory)?;
    let most = memory.map_or(u64::MAX, |memory| memory / MEMORY_PER_BYTE);
    let bytes = take(file, most).map_err(unreadable)?;
    if length > 0 && bytes.len() as u64 != length {
        let found = format!("{} of {length} bytes", bytes.len());
        return Err(DataError::malformed(path, "a file that stays as it is while it is read", found));
    }
    let name = printable(&path.file_name().unwrap_or_default().to_string_lossy(), 255);
    let file = VerifiedFile { name, bytes: bytes.len() as u64, sha256: sha256(&[&bytes]), known: None };
    Ok((unpacked(path, bytes, most)?, file))
}

/// What is in a gzip archive, at most so many bytes; other bytes as they are.
fn unpacked(path: &Path, bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut inside = Vec::new();
    let read = MultiGzDecoder::new(&bytes[..]).take(most.saturating_add(1)).read_to_end(&mut inside);
    read.map_err(|cause| DataError::malformed(path, "a gzip archive that is whole", cause.to_string()))?;
    check_memory(
        path,
        (inside.len() as u64).saturating_mul(MEMORY_PER_BYTE),
        Some(most.saturating_mul(MEMORY_PER_BYTE)),
    )?;
    Ok(inside)
}

/// The error of a number that overflows; rows are counted from 1 in it.
fn too_far(path: &Path, row: usize, column: &str) -> DataError {
    let found = format!("one in row {}, column '{}'", row + 1, printable(column, 40));
    DataError::malformed(path, "no number that overflows when its column is standardized", found)
}

/// The sentences that a reader of the results needs to understand them.
fn notes(table: &CsvTable, split: &Split, wishes: &TableOptions) -> Vec<String> {
    let (apart, all) = (split.test.len(), table.classes.len());
    let rest = split.train.len();
    let mut notes = vec![match &wishes.test {
        Some(_) => format!("each column is standardized on the {rest} rows to learn from"),
        None => format!(
            "{apart} of {all} rows, a fifth of each class, are set apart for testing, other rows under every seed, so that ± includes \
             the split; each column is standardized on the other {rest}"
        ),
    }];
    let left_out = |column: &Column| match column.role {
        ColumnRole::LeftOut(reason) if reason != AS_ASKED => {
            Some(format!("column '{}' is left out: {reason}", printable(&column.name, 40)))
        }
        _ => None,
    };
    notes.extend(table.columns.iter().filter_map(left_out));
    if table.dropped > 0 {
        notes.push(format!("left out: {} with a gap", counted(table.dropped, "row")));
    }
    notes
}

/// The warnings about a table: what is doubtful about its classes and columns, inputs that are constant, classes without a row for
/// testing.
fn warnings(table: &CsvTable, scales: &[Standardization], split: &Split) -> Vec<String> {
    let names = |names: &[&str]| printable(&names.join(", "), 200);
    let mut warnings: Vec<String> = table.columns.iter().filter_map(Column::doubt).collect();
    warnings.extend(doubts(&table.class_names, table.classes.len()));
    if table.unknown > 0 {
        let cells = counted(table.unknown, "cell");
        warnings.push(format!("{cells} of the rows to test on have texts that no row to learn from has"));
    }
    let constant = scales.iter().zip(&table.inputs).filter(|(scale, _)| scale.is_constant());
    let constant: Vec<&str> = constant.map(|(_, name)| name.as_str()).collect();
    if !constant.is_empty() {
        let (columns, they) = if constant.len() == 1 { ("column", "it is") } else { ("columns", "they are") };
        let are = if constant.len() == 1 { "is" } else { "are" };
        let names = names(&constant);
        warnings
            .push(format!("{columns} {names} {are} constant in the training part: {they} 0 for the network"));
    }
    let is_tested = |class: usize| split.test.iter().any(|row| usize::from(table.classes[*row]) == class);
    let classes = table.class_names.iter().enumerate();
    let untested: Vec<&str> =
        classes.filter(|(class, _)| !is_tested(*class)).map(|(_, name)| name.as_str()).collect();
    if !untested.is_empty() {
        warnings.push(format!("no row to test on of class {}", names(&untested)));
    }
    warnings
}

/// What is doubtful about classes: measured numbers, and names that look like one.
fn doubts(classes: &[String], rows: usize) -> Vec<String> {
    let numbers: Vec<f64> = classes.iter().filter_map(|name| name.parse().ok()).collect();
    let is_measured = numbers.len() == classes.len()
        && (numbers.iter().any(|number| number.fract() != 0.0) || rows < LEAST_ROWS * classes.len());
    let measured = is_measured.then(|| {
        let count = classes.len();
        format!("the classes are {count} different numbers: a quantity that was measured is no class, and is not learned as one; \
             put it into a few intervals first")
    });
    let plain = |name: &String| match name.parse::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) => name.trim_end_matches('.').to_lowercase(),
    };
    let same = classes.iter().enumerate().filter_map(|(at, name)| {
        let other = classes[..at].iter().find(|other| plain(other) == plain(name))?;
        Some(format!("'{}' and '{}'", printable(other, 40), printable(name, 40)))
    });
    let same: Vec<String> = same.collect();
    let more = same.len().saturating_sub(MOST_PAIRS);
    let more = if more > 0 { format!(", and {more} more pairs") } else { String::new() };
    let pairs = same[..same.len().min(MOST_PAIRS)].join(", ");
    let same = (!same.is_empty())
        .then(|| format!("classes {pairs}{more} look like one: write them alike in the file"));
    let gap = classes.iter().find(|name| is_gap(name)).map(|name| {
        format!("class '{}' looks like a gap: --missing drop leaves its rows out", printable(name, 40))
    });
    measured.into_iter().chain(same).chain(gap).collect()
}
