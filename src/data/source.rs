//! One file of a data set: as it lies there, or unpacked from its archive, its head checked.
//!
//! An archive is unpacked once, into a temporary file beside it that takes its final name only
//! when the whole data set has proved good; a refused data set leaves nothing behind. Where the
//! folder cannot be written, the temporary folder serves, for this one time. Nothing here reads
//! pixels or prints.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::archive::unpack;
use super::error::DataError;
use super::files::{archive_of, exists, open_file};
use super::idx::{self, IdxKind, Mismatch};

/// One well-formed file of a data set.
pub(super) struct IdxFile {
    /// Its name among [`FILES`](super::files::FILES).
    pub name: &'static str,
    /// What it holds.
    pub kind: IdxKind,
    /// How many examples it holds.
    pub count: u64,
    /// The file that was given, to be named in errors: the IDX file or its archive.
    pub given: PathBuf,
    unpacked: Option<Unpacked>,
}

/// The content of an archive, gone with this value unless it is kept.
struct Unpacked {
    file: NamedTempFile,
    /// Where it stays once the whole data set is good; nowhere in the temporary folder.
    stays: Option<PathBuf>,
}

impl IdxFile {
    /// Opens one of the four files and checks its head and length.
    ///
    /// A torn copy is unpacked again where its archive lies beside it; that, and a folder that
    /// cannot be written, is told in `warnings`. What is no regular file is never replaced.
    pub fn open(
        folder: &Path,
        (name, kind): (&'static str, IdxKind),
        warnings: &mut Vec<String>,
    ) -> Result<Self, DataError> {
        let (plain, archive) = (folder.join(name), archive_of(folder, name));
        if exists(&plain) {
            match examine(kind, &plain, &plain) {
                Ok(count) => {
                    return Ok(Self { name, kind, count, given: plain, unpacked: None });
                }
                Err(fault @ DataError::Malformed { .. }) if exists(&archive) => {
                    warnings.push(format!("{fault}; unpacked again from {name}.gz"));
                }
                Err(fault) => return Err(fault),
            }
        }
        let (file, beside) = unpack(kind, &archive, folder, &std::env::temp_dir(), warnings)?;
        let count = examine(kind, file.path(), &archive)?;
        let unpacked = Some(Unpacked { file, stays: beside.then_some(plain) });
        Ok(Self { name, kind, count, given: archive, unpacked })
    }

    /// Where the IDX bytes are, as long as this value lives.
    pub fn path(&self) -> &Path {
        match &self.unpacked {
            Some(unpacked) => unpacked.file.path(),
            None => &self.given,
        }
    }

    /// The length of the IDX file in bytes.
    pub fn bytes(&self) -> u64 {
        self.kind.file_bytes(self.count)
    }

    /// An error about the content of this file.
    pub fn fault(&self, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::malformed(&self.given, Mismatch::new(expected, found))
    }

    /// Gives an unpacked file its final name; where that fails, says so.
    pub fn keep(self) -> Option<String> {
        let Unpacked { file, stays } = self.unpacked?;
        let stays = stays?;
        let kept = readable_like(&self.given, &file)
            .and_then(|()| file.as_file().sync_all())
            .and_then(|()| file.persist(&stays).map_err(|failed| failed.error));
        let cause = kept.err()?;
        Some(format!("{}: could not be kept for the next time: {cause}", stays.display()))
    }
}

/// Temporary files are private; what stays gets the archive's permissions.
fn readable_like(archive: &Path, file: &NamedTempFile) -> io::Result<()> {
    file.as_file().set_permissions(fs::metadata(archive)?.permissions())
}

/// The number of examples in the IDX file at `path`; errors name the file that was `given`.
fn examine(kind: IdxKind, path: &Path, given: &Path) -> Result<u64, DataError> {
    let unreadable = |cause| DataError::unreadable(given, cause);
    let file = open_file(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut head = Vec::new();
    file.take(kind.head_bytes()).read_to_end(&mut head).map_err(unreadable)?;
    idx::count(kind, &head, length).map_err(|mismatch| DataError::malformed(given, mismatch))
}
