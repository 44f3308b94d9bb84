//! Loading a data set, whatever its form.

use std::path::Path;

use super::data_set::DataSet;
use super::error::DataError;
use super::find::{DataPlace, find};
use super::table_options::TableOptions;
use super::{built_in, idx_set, table_set};

/// The data set that is asked for, and what the caller knows of the machine.
#[derive(Clone, Debug, Default)]
pub struct DataRequest<'a> {
    /// The folder or file that was named; otherwise it is the MNIST inside the program.
    pub named: Option<&'a Path>,
    /// What is to be done with a table; refused for IDX files.
    pub table: TableOptions,
    /// Bytes of memory that are free, where that is known.
    pub memory: Option<u64>,
}

impl DataSet {
    /// Finds, loads and verifies a data set.
    ///
    /// Well-formed files with an unknown checksum are a warning.
    ///
    /// # Errors
    /// A data set that is not there, is there in part or more than once, is malformed (with what was
    /// expected and what was found), unreadable or too large for the memory that is free; and a wish
    /// that does not fit a table, or is given for IDX files.
    pub fn load(request: &DataRequest) -> Result<Self, DataError> {
        let DataRequest { named, ref table, memory } = *request;
        match named.map(find).transpose()? {
            Some(DataPlace::Table(path)) => table_set::load(&path, table, memory),
            _ if table.are_for_a_table() => Err(DataError::Label {
                text: "--label, --drop, --only, --missing, --no-header and --test are for tables, which --data FILE names; IDX \
                       files have their labels and their test examples in files of their own"
                    .into(),
            }),
            Some(DataPlace::Idx(folder)) => idx_set::load(&folder, memory),
            None => built_in::load(memory),
        }
    }
}
