//! The inputs of a network: examples with labels, dense or sparse.
//!
//! Most pixels of MNIST are zero, and a product with zero changes no sum, so images with few non-zero
//! pixels are kept in compressed form. Which form is used follows from the measured density alone
//! and cannot be seen in any result.

use super::product::{Pair, SparseRows};
use crate::Real;
use ndarray::Array2;
use rayon::prelude::*;

/// Examples with their labels.
#[derive(Clone, Debug)]
pub struct Examples {
    /// One row of numbers per example, `(examples, width)`.
    pub inputs: Inputs,
    /// One class per example, from 0.
    pub labels: Vec<u8>,
}

/// Rows of numbers, in whichever form suits them.
#[derive(Clone, Debug)]
pub enum Inputs {
    /// Numbers as they are, `(examples, width)`.
    Dense(Array2<Real>),
    /// Bytes, of which byte `v` means `scale[v]`, `(examples, width)`.
    Bytes {
        /// The bytes.
        bytes: Array2<u8>,
        /// The number that each byte stands for.
        scale: Box<[Real; 256]>,
    },
    /// Bytes of which most are zero.
    Sparse {
        /// The non-zero bytes.
        rows: SparseRows,
        /// Numbers per example.
        width: usize,
    },
}

/// Above this share of pairs of bytes that are not zero the dense kernels are faster.
const DENSE_FROM: f64 = 0.5;

impl Inputs {
    /// Bytes as fractions of 255, dense or sparse by their measured density; `width` bytes per example.
    ///
    /// ```
    /// use initlab_engine::nn::inputs::Inputs;
    ///
    /// let inputs = Inputs::from_bytes(vec![0, 255, 0, 0, 51, 0], 2);
    /// assert_eq!((inputs.len(), inputs.width()), (3, 2));
    /// assert_eq!(inputs.to_dense().row(2).to_vec(), [0.2, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If `bytes` is not a whole number of rows.
    pub fn from_bytes(bytes: Vec<u8>, width: usize) -> Self {
        Self::sparse_from_bytes(&bytes, width).unwrap_or_else(|| Self::dense_from_bytes(bytes, width))
    }

    /// Bytes as fractions of 255 in compressed form, where enough of them are zero; `None` elsewhere, and for
    /// an odd width, one above 65,535 and more than 2³² pairs of bytes.
    pub fn sparse_from_bytes(bytes: &[u8], width: usize) -> Option<Self> {
        let whole_pairs = width.is_multiple_of(2) && u16::try_from(width).is_ok();
        if !whole_pairs || u32::try_from(bytes.len() / 2).is_err() {
            return None;
        }
        let starts = starts(bytes, width);
        let is_sparse = f64::from(starts[starts.len() - 1]) < DENSE_FROM * (bytes.len() / 2) as f64;
        let rows = || SparseRows { pairs: compress(bytes, width, &starts), starts, scale: fractions() };
        is_sparse.then(rows).map(|rows| Self::Sparse { rows, width })
    }

    /// Bytes as fractions of 255, all of them kept.
    ///
    /// # Panics
    /// If `bytes` is not a whole number of rows.
    pub fn dense_from_bytes(bytes: Vec<u8>, width: usize) -> Self {
        let shape = (bytes.len() / width, width);
        let bytes = Array2::from_shape_vec(shape, bytes).expect("a whole number of rows");
        Self::Bytes { bytes, scale: fractions() }
    }

    /// The same numbers in dense form.
    pub fn to_dense(&self) -> Array2<Real> {
        let mut dense = Array2::zeros((self.len(), self.width()));
        for (index, mut row) in dense.rows_mut().into_iter().enumerate() {
            self.copy_row(index as u32, row.as_slice_mut().expect("rows are contiguous"));
        }
        dense
    }

    /// Numbers per example.
    pub fn width(&self) -> usize {
        match self {
            Self::Dense(values) => values.ncols(),
            Self::Bytes { bytes, .. } => bytes.ncols(),
            Self::Sparse { width, .. } => *width,
        }
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        match self {
            Self::Dense(values) => values.nrows(),
            Self::Bytes { bytes, .. } => bytes.nrows(),
            Self::Sparse { rows, .. } => rows.starts.len() - 1,
        }
    }

    /// True where there is no example.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes one example into `out`, which is at least as long as an example; what is longer stays.
    ///
    /// # Panics
    /// If there is no example of that index.
    pub fn copy_row(&self, index: u32, out: &mut [Real]) {
        let row = index as usize;
        match self {
            Self::Dense(values) => out.iter_mut().zip(values.row(row)).for_each(|(o, v)| *o = *v),
            Self::Bytes { bytes, scale } => {
                out.iter_mut().zip(bytes.row(row)).for_each(|(o, v)| *o = scale[usize::from(*v)]);
            }
            Self::Sparse { rows, width } => {
                out[..*width].fill(0.0);
                for pair in rows.row(index) {
                    let numbers = pair.bytes.map(|byte| rows.scale[usize::from(byte)]);
                    out[2 * usize::from(pair.index)..][..2].copy_from_slice(&numbers);
                }
            }
        }
    }
}

/// The fraction of 255 that each byte stands for.
fn fractions() -> Box<[Real; 256]> {
    Box::new(std::array::from_fn(|byte| byte as Real / 255.0))
}

/// Rows compressed at a time, each chunk by one thread.
const ROWS_PER_CHUNK: usize = 1024;

/// Where each row's pairs that are not zero start in the list of all of them, and where the list ends.
fn starts(bytes: &[u8], width: usize) -> Vec<u32> {
    let lengths: Vec<u32> = bytes.par_chunks_exact(width).map(nonzero).collect();
    let ends = lengths.iter().scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    [0].into_iter().chain(ends).collect()
}

/// The pairs of all rows that are not zero.
fn compress(bytes: &[u8], width: usize, starts: &[u32]) -> Vec<Pair> {
    let mut pairs = vec![Pair::default(); starts[starts.len() - 1] as usize];
    let mut chunks = Vec::new();
    let mut rest = &mut pairs[..];
    for (chunk, bytes) in bytes.chunks(ROWS_PER_CHUNK * width).enumerate() {
        let first = chunk * ROWS_PER_CHUNK;
        let length = starts[first + bytes.len() / width] - starts[first];
        let (here, after) = rest.split_at_mut(length as usize);
        chunks.push((bytes, here));
        rest = after;
    }
    chunks.into_par_iter().for_each(|(bytes, pairs)| compress_chunk(bytes, width, pairs));
    pairs
}

fn compress_chunk(bytes: &[u8], width: usize, mut pairs: &mut [Pair]) {
    let mut space = vec![Pair::default(); width / 2];
    for row in bytes.chunks_exact(width) {
        let (here, after) = pairs.split_at_mut(compress_row(row, &mut space));
        here.copy_from_slice(&space[..here.len()]);
        pairs = after;
    }
}

/// Writes the pairs of a row into `space` and returns how many there are; without a branch, because no
/// one could predict it.
fn compress_row(row: &[u8], space: &mut [Pair]) -> usize {
    let mut count = 0;
    for (index, bytes) in row.chunks_exact(2).enumerate() {
        let bytes = [bytes[0], bytes[1]];
        space[count] = Pair { index: index as u16, bytes };
        count += usize::from(bytes != [0, 0]);
    }
    count
}

/// How many pairs of bytes are not zero.
fn nonzero(bytes: &[u8]) -> u32 {
    bytes.chunks_exact(2).map(|pair| u32::from(u16::from_ne_bytes([pair[0], pair[1]]) != 0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::product::SparseColumns;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_form_holds_the_same_numbers(mut bytes in prop::collection::vec(any::<u8>(), 60), keep in 0..60usize) {
            bytes[keep..].fill(0);
            let inputs = Inputs::from_bytes(bytes.clone(), 12);
            let expected: Vec<Real> = bytes.iter().map(|b| Real::from(*b) / 255.0).collect();
            prop_assert_eq!((inputs.len(), inputs.width()), (5, 12));
            prop_assert_eq!(inputs.to_dense().into_raw_vec_and_offset().0, expected);
        }

        #[test]
        fn columns_are_the_transpose_of_the_chosen_rows(bytes in prop::collection::vec(any::<u8>(), 60), chosen in prop::collection::vec(0..5u32, 0..9)) {
            let sparse: Vec<u8> = bytes.iter().map(|b| if b % 4 == 0 { *b } else { 0 }).collect();
            let scale = Box::new(std::array::from_fn(|byte| byte as Real));
            let starts = starts(&sparse, 12);
            let rows = SparseRows { pairs: compress(&sparse, 12, &starts), starts, scale };
            let mut columns = SparseColumns::new(12, 9);
            columns.gather(&rows, &[0, 1, 2]); // something to be forgotten
            columns.gather(&rows, &chosen);
            for column in 0..6 {
                let bytes = |row: u32| [0, 1].map(|half| sparse[row as usize * 12 + 2 * column + half]);
                let expected: Vec<Pair> = chosen.iter().enumerate()
                    .map(|(place, &row)| Pair { index: place as u16, bytes: bytes(row) })
                    .filter(|pair| pair.bytes != [0, 0]).collect();
                prop_assert_eq!(columns.column(column), expected);
            }
        }
    }
}
