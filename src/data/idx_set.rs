//! A data set of four IDX files, from folder to memory.
//!
//! The heads of all four files are read and held against each other and against the memory that is
//! free; then each file is read once, by the `mnist` crate where it can; then what was read is hashed
//! while the images are brought into the form that networks take. An archive beside its unpacked copy
//! is compared with it by gzip's own checksum, and wins where they differ (`idx_file`).

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::checksum::checksum_warnings;
use super::classes::Classes;
use super::copies;
use super::data_set::{DataSet, check_memory};
use super::error::{DataError, shown};
use super::files::FILES;
use super::find::{IdxFolder, IdxPaths};
use super::idx::IdxHeader;
use super::idx_file::{OpenFile, ReadFile, is_torn};
use super::mnist;
use crate::nn::inputs::{Examples, Inputs};

/// Memory that loading takes, in bytes per byte of the files: the bytes, a second copy while they
/// are read, and the compressed form.
const MEMORY_PER_BYTE: u64 = 3;

/// Loads and verifies a data set.
///
/// `memory` is what is free, in bytes. With `keep_copies`, and in a folder of ours alone, archives without an
/// unpacked file get one beside them. The warnings name each file that was passed over and each checksum that
/// is not known.
pub(super) fn load(
    mut found: IdxFolder,
    memory: Option<u64>,
    keep_copies: bool,
) -> Result<DataSet, DataError> {
    let keep_copies = keep_copies && copies::is_ours(&found.folder);
    if keep_copies {
        copies::remove_leftovers(&found.folder);
    }
    let mut warnings: Vec<String> = found.files.iter_mut().zip(FILES).filter_map(drop_torn).collect();
    let mut files = read_all(&mut found, memory, keep_copies, &mut warnings)?;
    let differing: Vec<bool> = files.par_iter().map(ReadFile::differs_from_archive).collect();
    if differing.contains(&true) {
        for (paths, _) in found.files.iter_mut().zip(differing).filter(|(_, differs)| *differs) {
            warnings.push(drop_copy(paths, "not what its archive holds"));
        }
        files = read_all(&mut found, memory, keep_copies, &mut warnings)?;
    }
    assemble(&found, files, warnings)
}

/// Passes over a plain file that is malformed where its archive lies beside it; returns the warning, none
/// where the file stays.
fn drop_torn((paths, (_, kind)): (&mut IdxPaths, (&str, super::idx::IdxKind))) -> Option<String> {
    let fault = is_torn(kind, paths.plain.as_deref().filter(|_| paths.archive.is_some())?)?;
    paths.plain = None;
    Some(format!("{fault}; unpacked again from {}.gz", paths.name))
}

/// Passes over a plain file in favour of its archive; returns the warning.
fn drop_copy(paths: &mut IdxPaths, reason: &str) -> String {
    let copy = paths.plain.take().unwrap_or_default();
    format!("{}: {reason}; unpacked again from {}.gz", shown(&copy), paths.name)
}

/// Reads the four files, each once, after everything that can be refused by their heads: in the order of
/// [`FILES`].
fn read_all(
    found: &mut IdxFolder,
    memory: Option<u64>,
    keep_copies: bool,
    warnings: &mut Vec<String>,
) -> Result<Vec<ReadFile>, DataError> {
    if keep_copies {
        warnings.extend(unpack_missing(found)?);
    }
    let files = FILES.iter().zip(&found.files).map(|((_, kind), paths)| OpenFile::open(*kind, paths));
    let files: Vec<OpenFile> = files.collect::<Result<_, _>>()?;
    check_shapes(&files)?;
    let bytes: u64 = files.iter().map(|file| file.header().file_bytes()).sum();
    check_memory(&found.folder, bytes.saturating_mul(MEMORY_PER_BYTE), memory)?;
    match plain_mnist(&files) {
        Some(paths) => {
            let contents = mnist::read(paths.each_ref().map(PathBuf::as_path))?;
            Ok(files.into_iter().zip(contents).map(|(file, content)| file.with_content(content)).collect())
        }
        None => files.into_par_iter().map(OpenFile::read).collect(),
    }
}

/// Unpacks the archives that have no copy; one warning where copies cannot be written.
fn unpack_missing(found: &mut IdxFolder) -> Result<Option<String>, DataError> {
    let IdxFolder { folder, files, .. } = found;
    let unpack = |(index, paths): (usize, &mut IdxPaths)| -> Result<Option<io::Error>, DataError> {
        if paths.plain.is_some() {
            return Ok(None);
        }
        let file = OpenFile::open(FILES[index].1, paths)?.read()?;
        let copy = folder.join(&paths.name);
        match copies::keep(&copy, file.header, &file.content) {
            Ok(()) => paths.plain = Some(copy),
            Err(cause) => return Ok(Some(cause)),
        }
        Ok(None)
    };
    let causes: Vec<_> = files.par_iter_mut().enumerate().map(unpack).collect::<Result<_, _>>()?;
    Ok(causes.into_iter().flatten().next().map(|cause| {
        format!("{}: unpacked again at every start, as copies cannot be kept there: {cause}", shown(folder))
    }))
}

/// Refuses another number of labels than of images, and test images of another size than training images.
fn check_shapes(files: &[OpenFile]) -> Result<(), DataError> {
    for pair in files.chunks_exact(2) {
        let (count, found) = (pair[0].header().count, pair[1].header().count);
        if count != found {
            let expected = format!("{count} labels, one for each image of {}", pair[0].name);
            return Err(DataError::malformed(&pair[1].given, expected, found.to_string()));
        }
    }
    let size = |file: usize| (files[file].header().rows, files[file].header().columns);
    let ((rows, columns), (test_rows, test_columns)) = (size(0), size(2));
    if (rows, columns) != (test_rows, test_columns) {
        let expected = format!("images of {rows} x {columns} pixels, as in {}", files[0].name);
        let found = format!("{test_rows} x {test_columns}");
        return Err(DataError::malformed(&files[2].given, expected, found));
    }
    Ok(())
}

/// The paths of the four files where all are plain and the `mnist` crate can read them; else none.
fn plain_mnist(files: &[OpenFile]) -> Option<[PathBuf; 4]> {
    let all_plain = files.iter().all(|file| file.is_plain);
    let paths: Vec<PathBuf> = files.iter().filter(|_| all_plain).map(|file| file.given.clone()).collect();
    let headers: Vec<IdxHeader> = files.iter().map(OpenFile::header).collect();
    let (paths, headers): ([PathBuf; 4], [IdxHeader; 4]) = (paths.try_into().ok()?, headers.try_into().ok()?);
    mnist::is_readable(headers, paths.each_ref().map(PathBuf::as_path)).then_some(paths)
}

/// Hashes what was read while it becomes examples: pixels as fractions of 255, compressed where most are 0;
/// labels from 0 on.
fn assemble(
    found: &IdxFolder,
    mut files: Vec<ReadFile>,
    mut warnings: Vec<String>,
) -> Result<DataSet, DataError> {
    let classes = Classes::of_training(&files[1].content).map_err(|fault| files[1].fault(fault))?;
    let IdxHeader { rows, columns, .. } = files[0].header;
    let width = files[0].header.example_bytes() as usize;
    let hash = || files.par_iter().enumerate().map(|(index, file)| file.verified(index)).collect::<Vec<_>>();
    let compress = |file: usize| Inputs::sparse_from_bytes(&files[file].content, width);
    let (verified, (train, test)) = rayon::join(hash, || (compress(0), compress(2)));
    warnings.extend(checksum_warnings(&verified));
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
        place: place(found),
        label: None,
        notes: notes(&found.set, classes),
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
