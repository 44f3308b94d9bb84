//! The errors of a data set, in words that say what to do.
//!
//! Each text names the file, what was expected and what was found, and stands alone: the cause
//! is part of the text, not a second error behind it.

use std::io;
use std::path::{Path, PathBuf};

use super::files::FILES;
use super::idx::Mismatch;
use super::idx_reader::ContentError;
use crate::text::printable;

/// A data set that is missing, corrupt, too large or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A folder that is not there, or holds none of the four files.
    #[error("{}: expected the four files of a data set, found {found}\n{}", shown(folder), what_to_do())]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// What is there instead, in words.
        found: String,
    },
    /// A folder holds some files of a data set, or more than one data set.
    #[error("{}: expected the four files of one data set, found {found}", shown(folder))]
    Ambiguous {
        /// The folder.
        folder: PathBuf,
        /// The files that it holds, and what to do about it.
        found: String,
    },
    /// A file is there but its content is not that of a data set.
    #[error("{}: expected {expected}, found {found}", shown(path))]
    Malformed {
        /// The file, or the archive it comes from.
        path: PathBuf,
        /// The content of a good file, in words.
        expected: String,
        /// The content of this one, in words.
        found: String,
    },
    /// The operating system did not give us the file.
    #[error("{}: expected a readable file, found: {cause}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// The data set does not fit into memory.
    #[error(
        "{}: expected data that fit into the {} MB of memory that are free, found a data set that needs about {} MB",
        shown(path), available >> 20, needed.div_ceil(1 << 20)
    )]
    TooLarge {
        /// The folder or file.
        path: PathBuf,
        /// Bytes of memory that loading it takes.
        needed: u64,
        /// Bytes of memory that are free.
        available: u64,
    },
    /// The column of a table's labels was not named, or not rightly, or something else was.
    #[error("{text}")]
    Label {
        /// A sentence that says what to type instead.
        text: String,
    },
}

impl DataError {
    /// True where what was typed is to be mended, not the data: the process then ends as after a wrong flag.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::Label { .. })
    }

    /// A file whose content is wrong.
    pub(super) fn malformed(path: &Path, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Malformed { path: path.into(), expected: expected.into(), found: found.into() }
    }

    /// A file that could not be read.
    pub(super) fn unreadable(path: &Path, cause: io::Error) -> Self {
        Self::Unreadable { path: path.into(), cause }
    }

    /// An error of this file's content.
    pub(super) fn content(path: &Path, error: ContentError) -> Self {
        match error {
            ContentError::Mismatch(Mismatch { expected, found }) => Self::malformed(path, expected, found),
            ContentError::Io(cause) => Self::unreadable(path, cause),
        }
    }
}

/// How to come by a data set; several lines, the last one not ended.
fn what_to_do() -> String {
    let names = FILES.map(|(name, _)| name).join("\n  ");
    format!(
        "Put these four, each as it is or with .gz, into one folder and name it with --data DIR:\n  {names}\n\
         MNIST needs no --data: it is in this program. Fashion-MNIST is Debian's package dataset-fashion-mnist."
    )
}

/// A path as text for a terminal.
pub(super) fn shown(path: &Path) -> String {
    printable(&path.display().to_string(), 4096)
}
