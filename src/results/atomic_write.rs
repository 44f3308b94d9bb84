//! Atomic writes: a temporary file in the same folder, then a rename into place.
//!
//! A rename within a folder is one step for everybody who looks. What a killed process leaves is
//! a file with a name of ours ([`PREFIX`], [`SUFFIX`]) that nothing reads.

use std::fs::{self, DirEntry, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use super::error::ResultsError;

/// Beginning of a temporary file's name; `tempfile` puts random characters between it and [`SUFFIX`].
const PREFIX: &str = ".initlab-";
/// End of a temporary file's name.
const SUFFIX: &str = ".tmp";

/// A temporary file lives for the milliseconds of one write; after an hour its writer is gone.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Bytes that a probe writes: one block, so that a full disk has no room for it.
const BLOCK: usize = 4096;

/// Whether a file's bytes are forced to the disk before it gets its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fsync {
    /// Forced: whoever sees the file after a power cut sees all of it.
    Yes,
    /// Left to the system: for files that say themselves whether they are whole.
    No,
}

/// Puts a file with these bytes at `path`, in place of what was there.
///
/// # Errors
/// [`ResultsError::System`] for `path`; a file that was there before is then unchanged.
pub(super) fn atomic_write(path: &Path, bytes: &[u8], fsync: Fsync) -> Result<(), ResultsError> {
    try_write(path, bytes, fsync).map_err(ResultsError::system("write", path))
}

/// Like [`atomic_write`], with the system's own error. Where it fails before the rename, the temporary file
/// is removed with its handle.
fn try_write(path: &Path, bytes: &[u8], fsync: Fsync) -> io::Result<()> {
    let temporary = create(path.parent().unwrap_or(Path::new("")))?;
    // Through `as_file`, whose errors do not name the temporary file: the user has never heard of it.
    temporary.as_file().write_all(bytes)?;
    if fsync == Fsync::Yes {
        temporary.as_file().sync_all()?;
    }
    temporary.persist(path).map(drop).map_err(|refused| refused.error)
}

/// Proves that files can be written in `folder`, and clears away what killed processes left there.
///
/// # Errors
/// [`ResultsError::System`] with the attempt `write files in` if one block cannot be written and forced to
/// the disk. Leftovers that cannot be removed are no error.
pub(super) fn probe(folder: &Path) -> Result<(), ResultsError> {
    let now = try_probe(folder).map_err(ResultsError::system("write files in", folder))?;
    remove_leftovers(folder, now);
    Ok(())
}

/// Writes a file and removes it again; returns its time, by the clock of whoever keeps the folder.
fn try_probe(folder: &Path) -> io::Result<SystemTime> {
    let temporary = create(folder)?;
    temporary.as_file().write_all(&[0; BLOCK])?;
    temporary.as_file().sync_all()?;
    let now = temporary.as_file().metadata()?.modified()?;
    // Not `close`, whose error names the temporary file: the user has never heard of it.
    fs::remove_file(temporary.into_temp_path())?;
    Ok(now)
}

/// A new temporary file, which removes itself unless it gets a name.
///
/// `tempfile` would make it readable by its owner alone; results are files like any other, with
/// the permissions that the user's umask gives.
fn create(folder: &Path) -> io::Result<NamedTempFile> {
    let open = |path: &Path| File::options().write(true).create_new(true).open(path);
    tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).make_in(folder, open)
}

/// Removes temporary files that are too old to be in use.
///
/// One that cannot be looked at or removed stays: it is in nobody's way.
fn remove_leftovers(folder: &Path, now: SystemTime) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for leftover in entries.filter(|entry| is_leftover(entry, now)) {
        let _ = fs::remove_file(leftover.path());
    }
}

/// True for a plain file with a name of ours whose last change is more than [`LIFETIME`] before `now`.
fn is_leftover(entry: &DirEntry, now: SystemTime) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    let ours = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    // Not followed if it is a link: only a plain file of that name can be ours.
    let plain = entry.metadata().ok().filter(fs::Metadata::is_file);
    let time = plain.and_then(|metadata| metadata.modified().ok());
    let age = time.and_then(|time| now.duration_since(time).ok());
    ours && age.is_some_and(|age| age > LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_no_temporary_file_stays() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("-loss 1.csv");
        for (bytes, fsync) in [(b"one", Fsync::Yes), (b"two", Fsync::No)] {
            atomic_write(&path, bytes, fsync).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        probe(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["-loss 1.csv"]);
    }

    #[test]
    fn only_our_own_old_files_are_cleared_away() {
        let folder = tempdir().unwrap();
        let hour = Duration::from_secs(3600);
        let files = [
            (".initlab-old.tmp", 2 * hour),
            (".initlab-new.tmp", hour / 2),
            (".other-old.tmp", 2 * hour),
            ("loss.csv", 2 * hour),
        ];
        for (name, age) in files {
            let file = File::create(folder.path().join(name)).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - age).unwrap();
        }
        fs::create_dir(folder.path().join(".initlab-folder.tmp")).unwrap();
        probe(folder.path()).unwrap();
        let expected = [".initlab-folder.tmp", ".initlab-new.tmp", ".other-old.tmp", "loss.csv"];
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn errors_name_the_wanted_file_and_never_the_temporary_one() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("gone/loss.csv");
        let error = atomic_write(&path, b"", Fsync::Yes).unwrap_err().to_string();
        let expected = format!("cannot write {}: No such file or directory", path.display());
        assert!(error.starts_with(&expected) && !error.contains(PREFIX), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn files_have_the_permissions_of_ordinary_ones() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempdir().unwrap();
        let [ours, ordinary] = ["ours", "ordinary"].map(|name| folder.path().join(name));
        atomic_write(&ours, b"", Fsync::Yes).unwrap();
        fs::write(&ordinary, b"").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(ours), mode(ordinary));
    }
}
