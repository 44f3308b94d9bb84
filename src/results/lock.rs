//! The lock of a results folder: one process at a time assembles its files.
//!
//! The system's advisory lock, not the file's presence, is what counts: it ends with its process,
//! however that ends, so a killed command never has to be cleaned up after. The file stays, for
//! removing it would let two processes lock two files of one name.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::error::ResultsError;

/// The file that is locked; it says who holds it.
const LOCK_FILE: &str = ".lock";

/// A claim on a results folder; dropping it releases the folder.
#[derive(Debug)]
#[must_use = "the folder is released when the lock is dropped"]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Claims `folder`, or says who has it.
    pub(super) fn acquire(folder: &Path, command: &str) -> Result<Self, ResultsError> {
        let path = folder.join(LOCK_FILE);
        let file = open(&path).map_err(ResultsError::system("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(folder, &file)),
            Err(TryLockError::Error(reason)) => {
                return Err(ResultsError::system("lock", &path)(reason));
            }
        }
        sign(&file, command).map_err(ResultsError::system("write", &path))?;
        Ok(Self { _file: file })
    }
}

/// Opens the lock file without changing it: it may be another's.
fn open(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}

/// Writes down who holds the lock, in place of who held it before.
fn sign(mut file: &File, command: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(format!("process {}: {command}\n", std::process::id()).as_bytes())
}

/// The error that names the holder, as far as it has signed.
fn locked(folder: &Path, mut file: &File) -> ResultsError {
    let mut signature = Vec::new();
    // Where it cannot be read the folder is taken all the same.
    let _ = file.read_to_end(&mut signature);
    let holder = match String::from_utf8_lossy(&signature).trim() {
        "" => "another process".to_owned(),
        signature => signature.to_owned(),
    };
    ResultsError::Locked { folder: folder.to_owned(), holder }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn the_second_is_told_who_holds_the_folder() {
        let folder = tempdir().unwrap();
        let _held = FolderLock::acquire(folder.path(), "initlab compare --seeds 5").unwrap();
        let error = FolderLock::acquire(folder.path(), "initlab circles").unwrap_err();
        let expected = format!(
            "the results folder {} is in use by process {}: initlab compare --seeds 5; \
             wait for it or name another folder",
            folder.path().display(),
            std::process::id()
        );
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_lock_ends_with_its_holder_and_the_next_one_signs() {
        let folder = tempdir().unwrap();
        drop(FolderLock::acquire(folder.path(), "a long command line").unwrap());
        let _held = FolderLock::acquire(folder.path(), "b").unwrap();
        let signature = std::fs::read_to_string(folder.path().join(LOCK_FILE)).unwrap();
        assert_eq!(signature, format!("process {}: b\n", std::process::id()));
    }

    #[test]
    fn a_stale_file_is_no_lock_and_an_unsigned_lock_is_one() {
        let folder = tempdir().unwrap();
        let path = folder.path().join(LOCK_FILE);
        std::fs::write(&path, "process 1: killed long ago").unwrap();
        drop(FolderLock::acquire(folder.path(), "a").unwrap());
        let file = open(&path).unwrap();
        file.set_len(0).unwrap();
        file.try_lock().unwrap();
        let error = FolderLock::acquire(folder.path(), "b").unwrap_err().to_string();
        assert!(error.contains("is in use by another process;"), "{error}");
    }
}
