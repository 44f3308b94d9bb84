//! Claiming a results folder, with a warning where the system has no locks.

use super::outputs::command_line;
use super::print::to_stderr;
use crate::results::{FolderLock, ResultsFolder};

/// Claims a folder for this process, in the name of its command line.
pub fn lock(folder: &ResultsFolder) -> anyhow::Result<FolderLock> {
    let lock = folder.lock(&command_line().join(" "))?;
    lock.warning().into_iter().for_each(|warning| to_stderr(&format!("warning: {warning}")));
    Ok(lock)
}
