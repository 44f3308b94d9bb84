//! Loading the data that a user names, with its remarks.

use super::machine::AvailableMemory;
use super::print::to_stderr;
use crate::data::{DataError, DataRequest, DataSet};
use std::path::Path;

/// Loads a data set and prints its remarks; with `quiet` its warnings alone.
pub fn load_data(named: Option<&Path>, label: Option<&str>, quiet: bool) -> Result<DataSet, DataError> {
    let set = DataSet::load(&DataRequest { named, label, memory: AvailableMemory::now().least() })?;
    set.notes.iter().filter(|_| !quiet).for_each(|note| to_stderr(&format!("note: {note}")));
    set.warnings.iter().for_each(|warning| to_stderr(&format!("warning: {warning}")));
    Ok(set)
}
