//! A named array of a model file, and why bytes are none.

use super::element::Element;
use std::borrow::Cow;

/// A named array of a model file, its numbers not yet decoded.
#[derive(Clone, Debug)]
pub struct Tensor<'a> {
    /// Its name in the file, as in `layers.0.weight`.
    pub name: String,
    /// The sizes of its axes, in the order of the file; empty for a single number.
    pub shape: Vec<usize>,
    /// The type of its numbers.
    pub element: Element,
    /// The numbers, little-endian, the last axis fastest.
    pub bytes: Cow<'a, [u8]>,
}

impl Tensor<'_> {
    /// How many numbers there are: the product of the sizes, 1 for a single number.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True where an axis has size 0, so that there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers in double precision, the last axis fastest; empty unless they are of a type that is read.
    pub fn values(&self) -> Vec<f64> {
        self.element.decode(&self.bytes)
    }
}

/// The reason why bytes are no model file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The bytes are of no format that is read; the text names what they look like.
    #[error("expected a model file, .safetensors, .npz or .npy, found {0}")]
    Unknown(String),
    /// The crate of that name refuses it; the text is the crate's, or says what does not fit.
    #[error("not a valid .safetensors file: {0}")]
    Safetensors(String),
    /// The archive is broken; the text says what was expected, and at which byte.
    #[error("not a valid .npz file: {0}")]
    Zip(String),
    /// An array that is a file of its own is none that can be read; expected and found.
    #[error("{0}")]
    Array(String),
    /// A member of the archive is no array that can be read.
    #[error("member '{name}': {reason}")]
    Member {
        /// The member's name.
        name: String,
        /// Expected and found.
        reason: String,
    },
}
