//! Data sets: IDX files such as MNIST's, tables, two rings, and the mini-batches drawn from them.
//!
//! Never writes results and never prints. Its only files are the data set's own and the unpacked
//! copies beside our own archives. A file is read once: the bytes that are hashed are the bytes that
//! networks learn from.
//!
//! Read in this order: [`data_set`] (what is loaded), [`find`](mod@find) and [`files`] (where it is looked for, under
//! which names), [`idx`] and [`idx_reader`] (the format), `idx_set` (four such files), `mnist` (the crate
//! that reads MNIST), [`classes`] and [`checksum`] (what its labels and checksums say), `copies`
//! (unpacked archives), [`circles`] (the rings), [`batches`] (which examples an iteration sees), [`error`]
//! (what can be wrong).

pub mod batches;
pub mod checksum;
pub mod circles;
pub mod classes;
mod copies;
pub mod data_set;
pub mod error;
pub mod files;
pub mod find;
pub mod idx;
mod idx_file;
pub mod idx_reader;
mod idx_set;
mod mnist;
#[cfg(test)]
mod tests;

pub use checksum::VerifiedFile;
pub use data_set::{DataRequest, DataSet};
pub use error::DataError;

/// The pixels of one image of MNIST: 28 × 28.
pub const PIXELS: usize = 28 * 28;

/// The classes of MNIST: digits.
pub const CLASSES: usize = 10;
