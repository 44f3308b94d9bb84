//! A data set from a table in CSV, from file to memory.
//!
//! The file is read once and hashed (`read`, `load`), parsed ([`CsvTable`]), split ([`Split`]), and each
//! column brought to mean 0 and standard deviation 1 on the rows to learn from (`scales`, `examples`).

use std::path::Path;

use ndarray::Array2;

use super::checksum::VerifiedFile;
use super::csv_table::{CsvTable, CsvTableError};
use super::data_set::{DataSet, check_memory};
use super::error::{DataError, shown};
use super::split::{Split, Standardization};
use crate::Real;
use crate::files::open::take;
use crate::files::{open_or_pipe, sha256};
use crate::nn::inputs::{Examples, Inputs};
use crate::text::printable;

/// Memory that loading takes, in bytes per byte of the file: the file itself, and for each cell of two
/// characters or more a number in double precision and one in the network's.
const MEMORY_PER_BYTE: u64 = 1 + (size_of::<f64>() + size_of::<Real>()) as u64 / 2;

/// Loads a table; columns are standardized on the rows to learn from. `label` is the column of the classes,
/// `memory` what is free, in bytes.
///
/// # Errors
/// Those of [`CsvTable::parse`] with the path, and where no class has three rows, a number overflows when it
/// is standardized, the file cannot be read, changes meanwhile, is a gzip archive, or is too large for
/// `memory`.
pub(super) fn load(path: &Path, label: Option<&str>, memory: Option<u64>) -> Result<DataSet, DataError> {
    let bytes = read(path, memory)?;
    let name = printable(&path.file_name().unwrap_or_default().to_string_lossy(), 255);
    let file = VerifiedFile { name, bytes: bytes.len() as u64, sha256: sha256(&[&bytes]), known: None };
    let table = CsvTable::parse(&bytes, label).map_err(|error| match error {
        CsvTableError::Label(text) => DataError::Label { text: format!("{}: {text}", shown(path)) },
        CsvTableError::Mismatch(fault) => DataError::malformed(path, fault.expected, fault.found),
    })?;
    drop(bytes);
    let split = Split::new(&table.classes);
    if split.test.is_empty() {
        let expected = "three rows or more of a class: a fifth of each is set apart for testing";
        let found = format!("{} rows, fewer than three of each class", table.classes.len());
        return Err(DataError::malformed(path, expected, found));
    }
    let scales = scales(&table, &split.train);
    let examples = |rows: &[usize]| examples(&table, &scales, rows).map_err(|fault| fault_of(path, fault));
    Ok(DataSet {
        train: examples(&split.train)?,
        test: examples(&split.test)?,
        shape: format!("{} columns", table.width()),
        notes: notes(&table, &split),
        warnings: warnings(&table, &scales),
        class_names: table.class_names,
        files: vec![file],
        place: path.into(),
        label: label.map(str::to_owned),
    })
}

/// The bytes of a file, read once, after its size was held against the memory that is free; of a pipe, as many as fit.
fn read(path: &Path, memory: Option<u64>) -> Result<Vec<u8>, DataError> {
    let unreadable = |cause| DataError::unreadable(path, cause);
    let file = open_or_pipe(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    check_memory(path, length.saturating_mul(MEMORY_PER_BYTE), memory)?;
    let bytes = take(file, memory.map_or(u64::MAX, |memory| memory / MEMORY_PER_BYTE)).map_err(unreadable)?;
    if length > 0 && bytes.len() as u64 != length {
        let found = format!("{} of {length} bytes", bytes.len());
        return Err(DataError::malformed(path, "a file that stays as it is while it is read", found));
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(DataError::malformed(path, "a table in CSV", "a gzip archive; unpack it first"));
    }
    Ok(bytes)
}

/// The scale of each column over these rows.
fn scales(table: &CsvTable, rows: &[usize]) -> Vec<Standardization> {
    let width = table.width();
    let column =
        |column| Standardization::of(rows.iter().map(move |row| table.numbers[row * width + column]));
    (0..width).map(column).collect()
}

/// Some rows as examples; or the row, from 0, and the column of a number that is too far from the others.
fn examples(
    table: &CsvTable,
    scales: &[Standardization],
    rows: &[usize],
) -> Result<Examples, (usize, String)> {
    let width = table.width();
    let mut inputs = Vec::with_capacity(rows.len() * width);
    for row in rows {
        for (column, number) in table.numbers[row * width..][..width].iter().enumerate() {
            inputs.push(scales[column].apply(*number).ok_or_else(|| (*row, table.columns[column].clone()))?);
        }
    }
    let inputs = Array2::from_shape_vec((rows.len(), width), inputs).expect("a whole number of rows");
    let labels = rows.iter().map(|row| table.classes[*row]).collect();
    Ok(Examples { inputs: Inputs::Dense(inputs), labels })
}

/// The error of a number that overflows; rows are counted from 1 in it.
fn fault_of(path: &Path, (row, column): (usize, String)) -> DataError {
    let found = format!("one in row {}, column '{}'", row + 1, printable(&column, 40));
    DataError::malformed(path, "no number that overflows when its column is standardized", found)
}

/// The sentences that a reader of the results needs to understand them.
fn notes(table: &CsvTable, split: &Split) -> Vec<String> {
    let (apart, all) = (split.test.len(), table.classes.len());
    let mut notes = vec![format!(
        "{apart} of {all} rows, a fifth of each class, are set apart for testing; each column is standardized \
         on the other {}",
        split.train.len()
    )];
    if table.had_row_numbers {
        notes.push("the first column has no name and counts the rows: it is left out".into());
    }
    notes
}

/// The warnings about a table: columns that are constant, classes without a row for testing.
fn warnings(table: &CsvTable, scales: &[Standardization]) -> Vec<String> {
    let mut warnings = Vec::new();
    let constant = scales.iter().zip(&table.columns).filter(|(scale, _)| scale.is_constant());
    let constant: Vec<&str> = constant.map(|(_, name)| name.as_str()).collect();
    if !constant.is_empty() {
        let names = printable(&constant.join(", "), 200);
        let (columns, they) = if constant.len() == 1 { ("column", "it is") } else { ("columns", "they are") };
        let are = if constant.len() == 1 { "is" } else { "are" };
        warnings
            .push(format!("{columns} {names} {are} constant in the training part: {they} 0 for the network"));
    }
    let rows_of = |class: usize| table.classes.iter().filter(|of_row| usize::from(**of_row) == class).count();
    let untested: Vec<&str> = table
        .class_names
        .iter()
        .enumerate()
        .filter(|(class, _)| rows_of(*class) < 3)
        .map(|(_, name)| name.as_str())
        .collect();
    if !untested.is_empty() {
        let names = printable(&untested.join(", "), 200);
        warnings.push(format!("too few rows to set one apart for testing, of class {names}"));
    }
    warnings
}
