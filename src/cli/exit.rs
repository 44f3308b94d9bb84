//! Exit codes of the command.

use crate::data::DataError;
use crate::experiments::ConfigError;
use crate::experiments::sweep::file::FileError;
use crate::model_file::FormatError;
use crate::replay::ReplayError;
use crate::results::ResultsError;

/// Done; a diverged run is a result, not a failure.
pub const DONE: u8 = 0;
/// Input or output failed.
pub const IO: u8 = 1;
/// Usage or settings; nothing was touched.
pub const USAGE: u8 = 2;
/// The data set or model file is missing or corrupt.
pub const DATA: u8 = 3;
/// The results folder is locked by another process.
pub const LOCKED: u8 = 4;
/// Finished, but some runs failed.
pub const RUNS_FAILED: u8 = 5;
/// A model file departs from the recipe that it was held against, or a replay from its export.
pub const DEPARTS: u8 = 6;

/// The code of an error that ended the command, by the type of the error that `anyhow` carries.
///
/// ```
/// use initlab::cli::exit;
/// use initlab::experiments::ConfigError;
///
/// let error = ConfigError { flag: "--seed", value: "x".into(), expected: "a number".into() };
/// assert_eq!(exit::of(&error.into()), exit::USAGE);
/// ```
pub fn of(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<ResultsError>() {
        Some(ResultsError::Locked { .. }) => LOCKED,
        Some(ResultsError::Foreign { .. }) => USAGE,
        None if error.is::<ConfigError>() || error.is::<FileError>() => USAGE,
        None if error.downcast_ref::<DataError>().is_some_and(DataError::is_usage) => USAGE,
        None if matches!(error.downcast_ref(), Some(ReplayError::Precision { .. })) => USAGE,
        None if error.is::<ReplayError>() => DATA,
        None if error.is::<DataError>() || error.is::<FormatError>() => DATA,
        _ => IO,
    }
}
