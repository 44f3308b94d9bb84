//! Data sets: MNIST from checked IDX files, two rings, and the mini-batches drawn from either.
//!
//! Never writes results and never prints. Its only files are the data set's own and the unpacked
//! copies beside their archives.
//!
//! Read in this order: `idx` (the format), `files` (their names), `find` (where to look), `source` and `archive` (one
//! file, checked), `mnist` (loading), `checksum` (which data set it is), `circles` (the rings), `batches`
//! (which examples an iteration sees), `error` (what can be wrong).

mod archive;
pub mod batches;
pub mod checksum;
pub mod circles;
pub mod error;
pub mod files;
pub mod find;
pub mod idx;
pub mod mnist;
mod source;
#[cfg(test)]
mod tests;

pub use checksum::VerifiedFile;
pub use error::DataError;
pub use files::FILES;
pub use find::{candidates, find};
pub use idx::{CLASSES, PIXELS};
pub use mnist::{Images, Mnist};
