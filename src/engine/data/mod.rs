//! Data sets: IDX files such as MNIST's, tables, two rings, and the mini-batches drawn from them.
//!
//! Never writes results and never prints. Its only files are the data set's own, and MNIST's in a temporary
//! folder. A file is read once: the bytes that are hashed are the bytes that networks learn from.
//!
//! Read in this order: [`data_set`] (what is loaded) and `load` (the way to it), `built_in` (the MNIST inside the
//! program) and `mnist` (the crate that reads it), [`find`](mod@find) and [`files`] (where other data are, under which
//! names), [`idx`] and [`idx_reader`] (the format), `idx_file` and `idx_set` (one and four such files),
//! [`table_options`], [`table_text`], [`columns`](mod@columns), [`csv_table`], [`split`], [`table_rows`] and `table_set` (tables: what is
//! wished, names and cells, what becomes of each column, inputs and classes), [`classes`] and [`checksum`] (what its labels and checksums
//! say), [`circles`] (the rings), [`batches`] (which examples an iteration sees), [`error`] (what can be wrong).
//!
//! From a request to a data set:
//!
//! ```text
//! DataSet::load ─▶ built_in ─▶ mnist, or idx_reader ─▶ idx_set ──────▶ classes, checksum ─▶ DataSet
//!      └─▶ find ─▶ four IDX files ─▶ idx_set ─▶ idx_file ────────────▶ classes, checksum ─▶ DataSet
//!            └───▶ a table ────────▶ table_set ─▶ columns ─▶ csv_table ─▶ split ───────────▶ DataSet
//! ```

pub mod batches;
mod built_in;
pub mod checksum;
pub mod circles;
pub mod classes;
pub mod columns;
pub mod csv_table;
pub mod data_set;
pub mod error;
pub mod files;
pub mod find;
pub mod idx;
mod idx_file;
pub mod idx_reader;
mod idx_set;
mod load;
mod mnist;
pub mod split;
pub mod table_options;
pub mod table_rows;
mod table_set;
pub mod table_text;
#[cfg(test)]
mod tests;

pub use checksum::{VerifiedFile, known_data_set};
pub use data_set::{DataSet, DataSizes};
pub use error::DataError;
pub use load::DataRequest;
pub use table_options::TableOptions;
