//! A training run as files that anyone can compute again, and the same run computed again from such files.
//!
//! An export is a folder: the [`Spec`], the parameters at the start, at named steps and at the end, every mini-batch and
//! every loss. [`recording`] trains a network and keeps all of that; [`files`](mod@files) makes the folder's files of it, [`load`]
//! reads them, and a replay is [`recording`] once more on what was read, held against it by [`comparison`]. So what is
//! written, computed again and compared is one list of arrays.
//!
//! Not here: files on the disk, and what anything means. The form of the folder is told in `docs/FIDELITY.md`.

pub mod arrays;
pub mod comparison;
pub mod files;
pub mod recording;
pub mod spec;

pub use comparison::{Comparison, Difference, compare};
pub use files::{Export, ReplayError, files, load};
pub use recording::{RecordedSetup, Recording, record};
pub use spec::Spec;

#[cfg(test)]
mod tests;
