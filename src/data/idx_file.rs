//! One IDX file of a data set: opened, read, compared with its archive.
//!
//! [`OpenFile::open`] reads the head, [`OpenFile::read`] the rest of the same opening, and
//! [`ReadFile::verified`] hashes it. The four together are loaded in `idx_set`.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::Crc;

use super::checksum::{VerifiedFile, known, sha256};
use super::error::DataError;
use super::files::open_file;
use super::find::IdxPaths;
use super::idx::{IdxHeader, IdxKind, Mismatch};
use super::idx_reader::{ContentError, IdxReader};

/// A file of a data set, its head read.
pub(super) struct OpenFile {
    /// Its name, without `.gz`.
    pub name: String,
    /// The path that was opened, to be named in errors: the plain file or its archive.
    pub given: PathBuf,
    /// True where it is no archive.
    pub is_plain: bool,
    /// The archive of a plain file.
    archive: Option<PathBuf>,
    reader: IdxReader<Box<dyn Read + Send>>,
}

/// A file of a data set, read and closed.
pub(super) struct ReadFile {
    /// Its name, without `.gz`.
    name: String,
    /// The path that was opened.
    given: PathBuf,
    /// The archive of a plain file.
    archive: Option<PathBuf>,
    /// Its head.
    pub header: IdxHeader,
    /// The bytes after the head.
    pub content: Vec<u8>,
}

/// The fault of a plain file that can be opened and is malformed by its head or length; none for a good one,
/// and for one that cannot be opened.
pub(super) fn is_torn(kind: IdxKind, plain: &Path) -> Option<DataError> {
    open_reader(kind, plain, true).err().filter(|fault| matches!(fault, DataError::Malformed { .. }))
}

impl OpenFile {
    /// Opens a file, its archive where there is no plain one, and reads its head.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] where the system does not give it, [`DataError::Malformed`] where head or
    /// length are wrong.
    pub fn open(kind: IdxKind, paths: &IdxPaths) -> Result<Self, DataError> {
        let is_plain = paths.plain.is_some();
        let given = paths.plain.as_ref().or(paths.archive.as_ref()).cloned().unwrap_or_default();
        let archive = paths.archive.clone().filter(|_| is_plain);
        let reader = open_reader(kind, &given, is_plain)?;
        Ok(Self { name: paths.name.clone(), given, is_plain, archive, reader })
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
        let Self { name, given, archive, reader, .. } = self;
        let header = reader.header;
        let content = reader.read().map_err(|error| DataError::content(&given, error))?;
        Ok(ReadFile { name, given, archive, header, content })
    }

    /// Closes it in favour of `content`, the bytes after the head as the `mnist` crate has read them.
    pub fn with_content(self, content: Vec<u8>) -> ReadFile {
        let Self { name, given, archive, reader, .. } = self;
        ReadFile { name, given, archive, header: reader.header, content }
    }
}

/// Opens a plain file or an archive and reads its head.
fn open_reader(
    kind: IdxKind,
    path: &Path,
    is_plain: bool,
) -> Result<IdxReader<Box<dyn Read + Send>>, DataError> {
    let open = || -> Result<_, ContentError> {
        let file: File = open_file(path).map_err(ContentError::Io)?;
        let length = file.metadata().map_err(ContentError::Io)?.len();
        if is_plain {
            Ok(IdxReader::plain(kind, file, length)?.boxed())
        } else {
            Ok(IdxReader::archive(kind, file, length)?.boxed())
        }
    };
    open().map_err(|error| DataError::content(path, error))
}

impl ReadFile {
    /// True where the archive beside it holds something else, by its own checksum and length, or cannot be
    /// read; false where there is no archive.
    pub fn differs_from_archive(&self) -> bool {
        let Some(archive) = &self.archive else { return false };
        let mut crc = Crc::new();
        crc.update(&self.header.to_bytes());
        crc.update(&self.content);
        let end = [crc.sum().to_le_bytes(), crc.amount().to_le_bytes()];
        !last_bytes(archive).is_ok_and(|last| last == end.as_flattened())
    }

    /// Its checksum, as file number `file` of [`FILES`](super::files::FILES).
    pub fn verified(&self, file: usize) -> VerifiedFile {
        let sha256 = sha256(&[&self.header.to_bytes(), &self.content]);
        let (name, bytes) = (self.name.clone(), self.header.file_bytes());
        VerifiedFile { name, bytes, known: known(file, &sha256), sha256 }
    }

    /// An error of this file's content.
    pub fn fault(&self, Mismatch { expected, found }: Mismatch) -> DataError {
        DataError::malformed(&self.given, expected, found)
    }
}

/// The end of an archive: CRC-32 and length of what it holds (RFC 1952).
fn last_bytes(archive: &Path) -> io::Result<[u8; 8]> {
    let (mut file, mut last) = (open_file(archive)?, [0; 8]);
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut last)?;
    Ok(last)
}
