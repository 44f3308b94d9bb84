//! One IDX file of a data set: opened, read, hashed.
//!
//! [`OpenFile::open`] reads the head, [`OpenFile::read`] the rest of the same opening, and
//! [`ReadFile::verified`] hashes it. The four together are loaded in `idx_set`.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::checksum::{VerifiedFile, known};
use super::error::DataError;
use super::find::IdxPath;
use super::idx::{IdxHeader, IdxKind, Mismatch};
use super::idx_reader::{ContentError, IdxReader};
use crate::files::{open, sha256};

/// A file of a data set, its head read.
pub(super) struct OpenFile {
    /// Its name, without `.gz`.
    pub name: String,
    /// Its path, to be named in errors.
    pub path: PathBuf,
    reader: IdxReader<Box<dyn Read + Send>>,
}

/// A file of a data set, read and closed.
pub(super) struct ReadFile {
    /// Its name, without `.gz`.
    pub name: String,
    /// Its path, to be named in errors.
    pub path: PathBuf,
    /// Its head.
    pub header: IdxHeader,
    /// The bytes after the head.
    pub content: Vec<u8>,
}

impl OpenFile {
    /// Opens a file and reads its head.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] where the system does not give it, [`DataError::Malformed`] where head or
    /// length are wrong.
    pub fn open(kind: IdxKind, file: &IdxPath) -> Result<Self, DataError> {
        let IdxPath { name, path, is_archive } = file.clone();
        let reader =
            open_reader(kind, &path, is_archive).map_err(|error| DataError::content(&path, error))?;
        Ok(Self { name, path, reader })
    }

    /// Its head.
    pub fn header(&self) -> IdxHeader {
        self.reader.header
    }

    /// Reads it to its end.
    ///
    /// # Errors
    /// Those of [`OpenFile::open`], now about the bytes after the head.
    pub fn read(self) -> Result<ReadFile, DataError> {
        let Self { name, path, reader } = self;
        let header = reader.header;
        let content = reader.read().map_err(|error| DataError::content(&path, error))?;
        Ok(ReadFile { name, path, header, content })
    }
}

/// Opens a plain file or an archive and reads its head.
fn open_reader(
    kind: IdxKind,
    path: &Path,
    is_archive: bool,
) -> Result<IdxReader<Box<dyn Read + Send>>, ContentError> {
    let file = open(path).map_err(ContentError::Io)?;
    let length = file.metadata().map_err(ContentError::Io)?.len();
    if is_archive {
        Ok(IdxReader::archive(kind, file, length)?.boxed())
    } else {
        Ok(IdxReader::plain(kind, file, length)?.boxed())
    }
}

impl ReadFile {
    /// Its checksum, as file number `file` of [`FILES`](super::files::FILES).
    pub fn verified(&self, file: usize) -> VerifiedFile {
        let sha256 = sha256(&[&self.header.to_bytes(), &self.content]);
        let (name, bytes) = (self.name.clone(), self.header.file_bytes());
        VerifiedFile { name, bytes, known: known(file, &sha256), sha256 }
    }

    /// An error of this file's content.
    pub fn fault(&self, Mismatch { expected, found }: Mismatch) -> DataError {
        DataError::malformed(&self.path, expected, found)
    }
}
