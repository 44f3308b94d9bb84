//! A named array of a model file, and why bytes are none.

use super::element::Element;
use ndarray::ArrayViewD;
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
    /// The numbers, little-endian.
    pub bytes: Cow<'a, [u8]>,
    /// For each axis by how many numbers one step moves in the bytes; none where the last axis is the fastest
    /// and nothing is left out. No step leaves the bytes.
    pub strides: Option<Vec<usize>>,
    /// True where units are the last axis, false where they are the first; none where the file does not say.
    pub units_last: Option<bool>,
}

impl<'a> Tensor<'a> {
    /// A tensor whose last axis is the fastest, and of whose axes nothing more is known.
    pub fn new(
        name: impl Into<String>,
        shape: &[usize],
        element: Element,
        bytes: impl Into<Cow<'a, [u8]>>,
    ) -> Self {
        let (name, bytes) = (name.into(), bytes.into());
        Self { name, shape: shape.to_vec(), element, bytes, strides: None, units_last: None }
    }

    /// Numbers in single precision, whatever the engine's, the last axis the fastest.
    pub fn single(name: String, numbers: &ArrayViewD<f64>) -> Tensor<'static> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| (*number as f32).to_le_bytes()).collect();
        Tensor::new(name, numbers.shape(), Element::F32, bytes)
    }

    /// The same, with bytes of its own.
    pub fn into_owned(self) -> Tensor<'static> {
        Tensor { bytes: Cow::Owned(self.bytes.into_owned()), ..self }
    }

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
        let mut values = Vec::new();
        self.read_numbers(0, self.len(), &mut values);
        values
    }

    /// Replaces `numbers` by some of the tensor's, counted with the last axis fastest: `count` of them from
    /// number `from` on; by none unless they are of a type that is read.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn read_numbers(&self, from: usize, count: usize, numbers: &mut Vec<f64>) {
        numbers.clear();
        if !self.element.is_read() {
            return;
        }
        let size = self.element.size();
        match &self.strides {
            None => self.element.decode(&self.bytes[from * size..(from + count) * size], numbers),
            Some(strides) => (from..from + count).for_each(|index| {
                let at = place(index, &self.shape, strides) * size;
                self.element.decode(&self.bytes[at..at + size], numbers);
            }),
        }
    }
}

/// Where in the bytes, counted in numbers, the number `index` stands, which counts with the last axis fastest.
fn place(mut index: usize, shape: &[usize], strides: &[usize]) -> usize {
    let mut place = 0;
    for (size, stride) in shape.iter().zip(strides).rev() {
        place += index % size * stride;
        index /= size;
    }
    place
}

/// Something in a model file that is no tensor which can be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Its name in the file.
    pub name: String,
    /// What it is, or what is wrong with it.
    pub reason: String,
}

/// The reason why bytes are no model file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The bytes are of no format that is read; the text names what they look like, and how to convert them.
    #[error("expected a model file (.safetensors, .pt, .keras, .h5, .onnx, .npz or .npy), found {0}")]
    Unknown(String),
    /// The file is broken; the text says what was expected, and where.
    #[error("not a valid {format} file: {reason}")]
    Broken {
        /// The ending of such files.
        format: &'static str,
        /// Expected and found.
        reason: String,
    },
    /// An array that is a file of its own is none that can be read; expected and found.
    #[error("{0}")]
    Array(String),
    /// The only member of the file cannot be read.
    #[error("member '{name}': {reason}")]
    Member {
        /// The member's name.
        name: String,
        /// Expected and found.
        reason: String,
    },
}

impl FormatError {
    /// What is wrong, without the name of the member.
    pub fn reason(self) -> String {
        match self {
            Self::Broken { reason, .. } | Self::Member { reason, .. } => reason,
            Self::Unknown(text) | Self::Array(text) => text,
        }
    }
}
