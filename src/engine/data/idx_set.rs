//! A data set of four IDX files, from folder to memory.
//!
//! The heads of all four files are read and held against each other and against the memory that is
//! free; then each file is read once; then what was read is hashed while the images are brought into the
//! form that networks take.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::checksum::checksum_warnings;
use super::classes::Classes;
use super::data_set::{DataSet, check_memory};
use super::error::DataError;
use super::files::FILES;
use super::find::IdxFolder;
use super::idx::IdxHeader;
use super::idx_file::{OpenFile, ReadFile};
use crate::nn::inputs::{Examples, Inputs};

/// Memory that loading takes, in bytes per byte of the files: the bytes, a second copy while they
/// are read, and the compressed form.
const MEMORY_PER_BYTE: u64 = 3;

/// Loads and verifies a data set; `memory` is what is free, in bytes. The warnings name each checksum that is
/// not known.
pub(super) fn load(found: &IdxFolder, memory: Option<u64>) -> Result<DataSet, DataError> {
    let files = FILES.iter().zip(&found.files).map(|((_, kind), file)| OpenFile::open(*kind, file));
    let files: Vec<OpenFile> = files.collect::<Result<_, _>>()?;
    check_shapes(&files)?;
    check_room(&found.folder, files.iter().map(OpenFile::header), memory)?;
    let files = files.into_par_iter().map(OpenFile::read).collect::<Result<_, _>>()?;
    assemble(place(found), &found.set, files)
}

/// Refuses files with these heads where there is less memory than loading them takes.
pub(super) fn check_room(
    place: &Path,
    headers: impl Iterator<Item = IdxHeader>,
    memory: Option<u64>,
) -> Result<(), DataError> {
    let bytes: u64 = headers.map(IdxHeader::file_bytes).sum();
    check_memory(place, bytes.saturating_mul(MEMORY_PER_BYTE), memory)
}

/// Refuses another number of labels than of images, and test images of another size than training images.
fn check_shapes(files: &[OpenFile]) -> Result<(), DataError> {
    for pair in files.chunks_exact(2) {
        let (count, found) = (pair[0].header().count, pair[1].header().count);
        if count != found {
            let expected = format!("{count} labels, one for each image of {}", pair[0].name);
            return Err(DataError::malformed(&pair[1].path, expected, found.to_string()));
        }
    }
    let size = |file: usize| (files[file].header().rows, files[file].header().columns);
    let ((rows, columns), (test_rows, test_columns)) = (size(0), size(2));
    if (rows, columns) != (test_rows, test_columns) {
        let expected = format!("images of {rows} x {columns} pixels, as in {}", files[0].name);
        let found = format!("{test_rows} x {test_columns}");
        return Err(DataError::malformed(&files[2].path, expected, found));
    }
    Ok(())
}

/// Hashes what was read while it becomes examples: pixels as fractions of 255, compressed where most are 0;
/// labels from 0 on. `set` is the beginning of the files' names.
pub(super) fn assemble(place: PathBuf, set: &str, mut files: Vec<ReadFile>) -> Result<DataSet, DataError> {
    let classes = Classes::of_training(&files[1].content).map_err(|fault| files[1].fault(fault))?;
    let IdxHeader { rows, columns, .. } = files[0].header;
    let width = files[0].header.example_bytes() as usize;
    let hash = || files.par_iter().enumerate().map(|(index, file)| file.verified(index)).collect::<Vec<_>>();
    let compress = |file: usize| Inputs::sparse_from_bytes(&files[file].content, width);
    let (verified, (train, test)) = rayon::join(hash, || (compress(0), compress(2)));
    let warnings = checksum_warnings(&verified);
    let mut examples = |sparse: Option<Inputs>, images: usize| {
        let mut labels = std::mem::take(&mut files[images + 1].content);
        classes.count_from_zero(&mut labels).map_err(|fault| files[images + 1].fault(fault))?;
        let pixels = std::mem::take(&mut files[images].content);
        let inputs = sparse.unwrap_or_else(|| Inputs::dense_from_bytes(pixels, width));
        Ok(Examples { inputs, labels })
    };
    let (train, test) = (examples(train, 0)?, examples(test, 2)?);
    Ok(DataSet {
        train,
        test,
        shape: format!("{rows} x {columns} pixels"),
        class_names: classes.names(),
        files: verified,
        place,
        label: None,
        columns: Vec::new(),
        rows: None,
        notes: notes(set, classes),
        warnings,
    })
}

/// The folder, with the beginning of the file names where they have one.
fn place(found: &IdxFolder) -> PathBuf {
    if found.set.is_empty() { found.folder.clone() } else { found.folder.join(Path::new(&found.set)) }
}

/// The sentences that a reader of the results needs to understand them.
fn notes(set: &str, classes: Classes) -> Vec<String> {
    let mut notes = Vec::new();
    if classes.first == 1 {
        let last = classes.count;
        notes.push(format!("labels go from 1 to {last}: the network's first output stands for label 1"));
    }
    if set.to_lowercase().starts_with("emnist") {
        notes.push(
            "EMNIST's files hold each image transposed, and it is used like that: dense layers do not \
             know which pixels are neighbours"
                .into(),
        );
    }
    notes
}
