//! Loading a data set, whatever its form.

use std::path::Path;

use super::data_set::DataSet;
use super::error::DataError;
use super::find::{DataPlace, find};
use super::{idx_set, table_set};

/// The data set that is asked for, and what the caller knows of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataRequest<'a> {
    /// The folder or file that was named; otherwise the default folders are looked through.
    pub named: Option<&'a Path>,
    /// The column of a table that holds the classes; required for a table, refused for IDX files.
    pub label: Option<&'a str>,
    /// The running program, beside which data may lie.
    pub executable: Option<&'a Path>,
    /// Bytes of memory that are free, where that is known.
    pub memory: Option<u64>,
    /// True where unpacked copies may be kept in a folder of ours; nothing else is ever written.
    pub keep_copies: bool,
}

impl DataSet {
    /// Finds, loads and verifies a data set.
    ///
    /// Well-formed files with an unknown checksum are a warning.
    ///
    /// # Errors
    /// A data set that is not there, is there in part or more than once, is malformed (with what was
    /// expected and what was found), unreadable or too large for the memory that is free; and a label
    /// that is missing, names no column, or is given for IDX files.
    pub fn load(request: &DataRequest) -> Result<Self, DataError> {
        let DataRequest { named, label, executable, memory, keep_copies } = *request;
        match find(named, executable)? {
            DataPlace::Idx(_) if label.is_some() => Err(DataError::Label {
                text:
                    "--label names the column of a table; IDX files have their labels in files of their own"
                        .into(),
            }),
            DataPlace::Idx(folder) => idx_set::load(*folder, memory, keep_copies),
            DataPlace::Table(path) => table_set::load(&path, label, memory),
        }
    }
}
