//! What can be wrong with a data set, in words that say what to do.
//!
//! Each text names the file, what was expected and what was found, and stands alone: the cause
//! is part of the text, not a second error behind it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::files::FILES;
use super::idx::Mismatch;

/// A data set that is missing, corrupt or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// No folder holds all four files; each with what is missing there.
    #[error("{}", missing(folders))]
    Missing {
        /// Every folder looked in and what is missing there, in the order of the search.
        folders: Vec<(PathBuf, String)>,
    },
    /// A file is there but its content is not that of a data set of this shape.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Malformed {
        /// The file, or the archive it comes from.
        path: PathBuf,
        /// What a good file has.
        expected: String,
        /// What this one has.
        found: String,
    },
    /// The operating system would not give us the file.
    #[error("{}: expected a readable file, found: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// An archive could be unpacked neither beside itself nor into the temporary folder.
    #[error(
        "{}: expected room for the unpacked file beside it or in the temporary folder, found: {cause}",
        archive.display()
    )]
    CannotUnpack {
        /// The archive.
        archive: PathBuf,
        /// What the operating system says of the temporary folder.
        cause: io::Error,
    },
}

impl DataError {
    /// A file whose content is wrong.
    pub(super) fn malformed(path: &Path, mismatch: Mismatch) -> Self {
        let Mismatch { expected, found } = mismatch;
        Self::Malformed { path: path.into(), expected, found }
    }

    /// A file that could not be read.
    pub(super) fn unreadable(path: &Path, cause: io::Error) -> Self {
        Self::Unreadable { path: path.into(), cause }
    }
}

/// The report of a search without success.
fn missing(folders: &[(PathBuf, String)]) -> String {
    let mut text = String::from("expected the four files of MNIST, found no folder with all of them:\n");
    for (folder, missing) in folders {
        let _ = writeln!(text, "  {}: {missing}", folder.display());
    }
    text += "Put these four, each as it is or with .gz, into one folder and name it with --data DIR:\n";
    text + "  " + &FILES.map(|(name, _)| name).join("\n  ")
}
