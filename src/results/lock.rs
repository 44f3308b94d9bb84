//! The lock of a results folder: one process at a time assembles its files.
//!
//! The system's advisory lock, not the file's presence, is what counts: it ends with its process,
//! however that ends, so a killed command never has to be cleaned up after. The file stays, for
//! removing it would let two processes lock two files of one name.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use super::error::ResultsError;
use super::layout::LOCK;
use crate::files::open::open_own;
use crate::text::printable;

/// A claim on a results folder; dropping it releases the folder.
///
/// While it holds, `.lock` has one line, which the error of another process quotes:
///
/// ```text
/// process 4711: initlab compare --seeds 5
/// ```
#[derive(Debug)]
#[must_use = "the folder is released when the lock is dropped"]
pub struct FolderLock {
    file: File,
    warning: Option<String>,
}

/// Looks at a lock that nobody has signed yet, and the time between them: its holder is about to.
const LOOKS: usize = 50;
/// The pause after each of these looks: half a second in all.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
/// Characters of a signature that are shown: a lock file may hold anything.
const LONGEST_SIGNATURE: usize = 300;

impl FolderLock {
    /// Claims `folder`, or says who has it.
    ///
    /// Where the file system has no locks (some network file systems), the folder is claimed all the
    /// same, with a [`warning`](Self::warning).
    ///
    /// # Errors
    /// [`ResultsError::Locked`] while another process has it, [`ResultsError::System`] if the lock file
    /// cannot be opened or written.
    pub(super) fn acquire(folder: &Path, command: &str) -> Result<Self, ResultsError> {
        let path = folder.join(LOCK);
        let file = open(&path).map_err(ResultsError::system("open", &path))?;
        let mut warning = None;
        for look in 0.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => match signature(&file) {
                    None if look < LOOKS => std::thread::sleep(BETWEEN_LOOKS),
                    holder => return Err(locked(folder, holder)),
                },
                Err(TryLockError::Error(reason)) => {
                    warning = Some(no_lock(&path, &reason));
                    break;
                }
            }
        }
        sign(&file, command).map_err(ResultsError::system("write", &path))?;
        Ok(Self { file, warning })
    }

    /// The reason why other processes are not kept out, if they are not.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }
}

impl Drop for FolderLock {
    /// Clears the signature while the lock still holds, so that nobody reads a former holder's.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// Opens the lock file without changing it: it may be another's.
fn open(path: &Path) -> io::Result<File> {
    open_own(path, File::options().read(true).write(true).create(true).truncate(false))
}

/// The warning for a file system without locks: what cannot be locked, why, and what to leave alone.
fn no_lock(path: &Path, reason: &io::Error) -> String {
    format!(
        "{} cannot be locked ({reason}): start no second command on this folder before this one has ended",
        path.display()
    )
}

/// Writes down who holds the lock, in place of who held it before.
fn sign(mut file: &File, command: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(format!("process {}: {command}\n", std::process::id()).as_bytes())
}

/// The signature of whoever holds the lock; `None` if there is none (yet) or it cannot be read.
fn signature(mut file: &File) -> Option<String> {
    let mut bytes = Vec::new();
    file.rewind().ok()?;
    // At most four bytes a character.
    file.take(4 * LONGEST_SIGNATURE as u64).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(printable(text.trim(), LONGEST_SIGNATURE)).filter(|text| !text.is_empty())
}

/// The error that names the holder.
fn locked(folder: &Path, holder: Option<String>) -> ResultsError {
    let holder = holder.unwrap_or_else(|| "another process".to_owned());
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
        let signature = std::fs::read_to_string(folder.path().join(LOCK)).unwrap();
        assert_eq!(signature, format!("process {}: b\n", std::process::id()));
    }

    #[test]
    fn a_stale_file_is_no_lock_and_an_unsigned_lock_is_one() {
        let folder = tempdir().unwrap();
        let path = folder.path().join(LOCK);
        std::fs::write(&path, "process 1: killed long ago").unwrap();
        drop(FolderLock::acquire(folder.path(), "a").unwrap());
        let file = open(&path).unwrap();
        file.set_len(0).unwrap();
        file.try_lock().unwrap();
        let error = FolderLock::acquire(folder.path(), "b").unwrap_err().to_string();
        assert!(error.contains("is in use by another process;"), "{error}");
    }

    #[test]
    fn a_signature_of_anything_is_shown_short_and_plain() {
        let folder = tempdir().unwrap();
        let _held = FolderLock::acquire(folder.path(), &"\u{1b}[31mred\n".repeat(10_000)).unwrap();
        let error = FolderLock::acquire(folder.path(), "b").unwrap_err().to_string();
        assert!(error.len() < 1000 && !error.contains(|c: char| c.is_control()), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_lock_is_refused_and_its_file_left_alone() {
        let folder = tempdir().unwrap();
        let users = folder.path().join("users.txt");
        std::fs::write(&users, "precious").unwrap();
        std::os::unix::fs::symlink(&users, folder.path().join(LOCK)).unwrap();
        let error = FolderLock::acquire(folder.path(), "a").unwrap_err().to_string();
        assert!(error.ends_with(".lock: it is a link, which is not written through"), "{error}");
        std::fs::remove_file(folder.path().join(LOCK)).unwrap();
        std::fs::hard_link(&users, folder.path().join(LOCK)).unwrap();
        let error = FolderLock::acquire(folder.path(), "a").unwrap_err().to_string();
        assert!(error.contains("(a hard link)"), "{error}");
        assert_eq!(std::fs::read(&users).unwrap(), b"precious");
    }
}
