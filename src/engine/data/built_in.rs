//! MNIST as it comes with the program: the four archives of the folder `data`, inside the binary.
//!
//! They are inflated into a temporary folder, where the `mnist` crate reads them, and the folder is gone before
//! a network is made. Where no such folder can be had (no `/tmp`, a full disk, a system whose folders cannot be
//! locked), they are inflated in memory and read by our own [`IdxReader`]: the same bytes. A folder is locked by
//! the process that uses it; one without a lock is a killed process's, and the next start removes it.

use std::fs::{self, DirEntry, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use rayon::prelude::*;

use super::data_set::DataSet;
use super::error::DataError;
use super::files::FILES;
use super::idx_file::ReadFile;
use super::idx_reader::IdxReader;
use super::{idx_set, mnist};
use crate::files::list;

/// The name of this data set's place, where another has a path.
const PLACE: &str = "built-in data";

/// The four archives, in the order of [`FILES`].
const ARCHIVES: [&[u8]; 4] = [
    include_bytes!("../../../data/train-images-idx3-ubyte.gz"),
    include_bytes!("../../../data/train-labels-idx1-ubyte.gz"),
    include_bytes!("../../../data/t10k-images-idx3-ubyte.gz"),
    include_bytes!("../../../data/t10k-labels-idx1-ubyte.gz"),
];

/// Bytes of an archive that are inflated before they are written.
const WRITTEN_AT_ONCE: usize = 1 << 18;

/// The beginning of a temporary folder's name.
const PREFIX: &str = "initlab-mnist-";

/// Loads and verifies MNIST; `memory` is what is free, in bytes.
///
/// # Errors
/// [`DataError::TooLarge`] where it does not fit into memory.
pub(super) fn load(memory: Option<u64>) -> Result<DataSet, DataError> {
    idx_set::check_room(Path::new(PLACE), mnist::HEADERS.into_iter(), memory)?;
    let contents = through_files(&std::env::temp_dir()).or_else(|_| in_memory())?;
    let files = mnist::HEADERS.iter().zip(FILES).zip(contents).map(|((header, (name, _)), content)| {
        ReadFile { name: name.into(), path: name.into(), header: *header, content }
    });
    idx_set::assemble(PLACE.into(), "", files.collect())
}

/// The bytes after each file's head, read by the `mnist` crate from a temporary folder below `parent`.
fn through_files(parent: &Path) -> io::Result<[Vec<u8>; 4]> {
    remove_leftovers(parent);
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
    let _lock = lock(folder.path())?;
    let paths = FILES.map(|(name, _)| folder.path().join(name));
    ARCHIVES.into_par_iter().zip(&paths).try_for_each(|(archive, path)| {
        let mut file = BufWriter::with_capacity(WRITTEN_AT_ONCE, File::create_new(path)?);
        io::copy(&mut MultiGzDecoder::new(archive), &mut file)?;
        file.flush()
    })?;
    mnist::read(paths.each_ref().map(std::path::PathBuf::as_path)).map_err(io::Error::other)
}

/// The same bytes, without a file.
fn in_memory() -> Result<[Vec<u8>; 4], DataError> {
    let read = |(archive, (name, kind)): (&[u8], (&str, _))| {
        let reader = IdxReader::archive(kind, archive, archive.len() as u64);
        let content = reader.and_then(IdxReader::read);
        content.map_err(|error| DataError::content(Path::new(name), error))
    };
    let contents: Vec<Vec<u8>> = ARCHIVES.into_par_iter().zip(FILES).map(read).collect::<Result<_, _>>()?;
    Ok(contents.try_into().expect("four archives"))
}

/// Locks a folder until the file is dropped; an error where another process has it.
fn lock(folder: &Path) -> io::Result<File> {
    let opened = File::open(folder)?;
    opened.try_lock()?;
    Ok(opened)
}

/// Removes the temporary folders of processes that were killed; one that cannot be removed stays.
fn remove_leftovers(parent: &Path) {
    let ours = |entry: &DirEntry| {
        // Not followed if it is a link: only a folder of that name can be ours.
        entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type().is_ok_and(|t| t.is_dir())
    };
    for leftover in list(parent).into_iter().flatten().filter(ours) {
        if let Ok(_lock) = lock(&leftover.path()) {
            let _ = fs::remove_dir_all(leftover.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn both_ways_give_the_same_bytes_and_leave_nothing() {
        let parent = tempdir().unwrap();
        assert!(through_files(parent.path()).unwrap() == in_memory().unwrap());
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
        through_files(&parent.path().join("nowhere")).unwrap_err();
    }

    #[test]
    fn a_killed_process_s_folder_is_removed_and_one_in_use_is_not() {
        let parent = tempdir().unwrap();
        let names = ["killed", "in-use"].map(|name| parent.path().join(format!("{PREFIX}{name}")));
        names.iter().for_each(|name| fs::create_dir(name).unwrap());
        fs::write(names[0].join(FILES[0].0), "half of it").unwrap();
        fs::create_dir(parent.path().join("another-s")).unwrap();
        let in_use = lock(&names[1]).unwrap();
        remove_leftovers(parent.path());
        assert_eq!(names.each_ref().map(|name| name.exists()), [false, true]);
        drop(in_use);
        through_files(parent.path()).unwrap();
        assert!(!names[1].exists() && parent.path().join("another-s").exists());
    }
}
