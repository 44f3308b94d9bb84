//! Errors of files and folders; each names the file, the attempt and the reason.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file or folder that could not be used.
///
/// The system's reason is part of the text, not of a chain behind it: whoever prints the error
/// prints all of it, once.
#[derive(Debug, Error)]
pub enum ResultsError {
    /// The system refused: no space, no permission, no such file.
    #[error("cannot {attempt} {}: {reason}", path.display())]
    System {
        /// The attempt, as a verb: "write", "read".
        attempt: &'static str,
        /// The file or folder it was tried on.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// A file stands where a folder is needed.
    #[error("cannot use {} as a results folder: {} is a file", folder.display(), file.display())]
    FileInTheWay {
        /// The folder that was asked for.
        folder: PathBuf,
        /// The file: the same path or one above it.
        file: PathBuf,
    },
    /// A file of ours is not what it should be.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault, as a clause: "it breaks off", or the message of the JSON reader for `run.json`.
        reason: String,
    },
    /// Files of someone else stand where ours would.
    #[error("{} holds {files}, which initlab did not write, or not as it is now: move it away, or name another folder", folder.display())]
    Foreign {
        /// The folder that was asked for.
        folder: PathBuf,
        /// The names of the files, or of the first of them.
        files: String,
    },
    /// Another process works in this folder.
    #[error("the results folder {} is in use by {holder}; wait for it or name another folder", folder.display())]
    Locked {
        /// The folder that was asked for.
        folder: PathBuf,
        /// Process id and command line of the other process, as it wrote them down.
        holder: String,
    },
}

impl ResultsError {
    /// Its text without the path of the folder above: the same wherever that lies.
    pub fn without_folder(&self, above: &Path) -> String {
        let place = above.display().to_string();
        let text = self.to_string();
        text.replace(&format!("{place}{}", std::path::MAIN_SEPARATOR), "")
    }

    /// Turns the system's reason into an error that names the attempt and the path.
    pub(super) fn system(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |reason| Self::System { attempt, path, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_path_attempt_and_reason() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = ResultsError::system("write", Path::new("my results/loss.csv"))(full);
        assert_eq!(error.to_string(), "cannot write my results/loss.csv: no storage space");
        let error = ResultsError::FileInTheWay { folder: "a/b".into(), file: "a".into() };
        assert_eq!(error.to_string(), "cannot use a/b as a results folder: a is a file");
    }
}
