//! A named array of a model file, and why bytes are none.

use super::element::Element;
use std::borrow::Cow;

/// A named array of a model file.
#[derive(Clone, Debug)]
pub struct Tensor<'a> {
    /// Its name in the file.
    pub name: String,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// The type of its numbers.
    pub element: Element,
    /// The numbers, little-endian, the last axis fastest.
    pub bytes: Cow<'a, [u8]>,
}

impl Tensor<'_> {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers in double precision, the last axis fastest; empty unless they are floating-point.
    pub fn values(&self) -> Vec<f64> {
        self.element.decode(&self.bytes)
    }
}

/// Why bytes are no model file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// No format that is read.
    #[error("expected a model file, .safetensors, .npz or .npy, found {0}")]
    Unknown(String),
    /// The crate of that name refuses it.
    #[error("not a valid .safetensors file: {0}")]
    Safetensors(String),
    /// The archive is broken.
    #[error("not a valid .npz file: {0}")]
    Zip(String),
    /// A member of the archive is no array that can be read.
    #[error("member '{name}': {reason}")]
    Member {
        /// The member.
        name: String,
        /// Expected and found.
        reason: String,
    },
}
