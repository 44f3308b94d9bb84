//! What a network is shown: examples with labels, dense or sparse.
//!
//! Most pixels of MNIST are zero, and a product with zero changes no sum, so images with few non-zero
//! pixels are kept in compressed form. Which form is used follows from the measured density alone
//! and cannot be seen in any result.

use super::product::{Element, SparseRows};
use crate::Real;
use ndarray::Array2;
use rayon::prelude::*;

/// Examples with their labels.
#[derive(Clone, Debug)]
pub struct Examples {
    /// One row of numbers per example.
    pub inputs: Inputs,
    /// One class per example.
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

/// Above this share of non-zero bytes the dense kernels are faster.
const DENSE_FROM: f64 = 0.4;

impl Inputs {
    /// Bytes as fractions of 255, dense or sparse by their measured density.
    ///
    /// # Panics
    /// If `bytes` is not a whole number of rows.
    pub fn from_bytes(bytes: Vec<u8>, width: usize) -> Self {
        let scale = Box::new(std::array::from_fn(|byte| byte as Real / 255.0));
        if u16::try_from(width).is_ok() && (nonzero(&bytes) as f64) < DENSE_FROM * bytes.len() as f64 {
            return Self::Sparse { rows: compress(&bytes, width, scale), width };
        }
        let shape = (bytes.len() / width, width);
        let bytes = Array2::from_shape_vec(shape, bytes).expect("a whole number of rows");
        Self::Bytes { bytes, scale }
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

    /// Examples.
    pub fn len(&self) -> usize {
        match self {
            Self::Dense(values) => values.nrows(),
            Self::Bytes { bytes, .. } => bytes.nrows(),
            Self::Sparse { rows, .. } => rows.starts.len() - 1,
        }
    }

    /// Whether there is no example.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes one example into `out`, which is at least as long as an example.
    pub fn copy_row(&self, index: u32, out: &mut [Real]) {
        let row = index as usize;
        match self {
            Self::Dense(values) => out.iter_mut().zip(values.row(row)).for_each(|(o, v)| *o = *v),
            Self::Bytes { bytes, scale } => {
                out.iter_mut().zip(bytes.row(row)).for_each(|(o, v)| *o = scale[usize::from(*v)]);
            }
            Self::Sparse { rows, width } => {
                out[..*width].fill(0.0);
                for element in rows.row(index) {
                    out[usize::from(element.index)] = rows.scale[usize::from(element.byte)];
                }
            }
        }
    }
}

/// Rows compressed at a time, each stretch by one thread.
const ROWS_PER_STRETCH: usize = 1024;

fn compress(bytes: &[u8], width: usize, scale: Box<[Real; 256]>) -> SparseRows {
    let mut starts = vec![0];
    starts.extend(bytes.chunks_exact(width).map(nonzero).scan(0, |end, count| {
        *end += count as u32;
        Some(*end)
    }));
    let mut elements = vec![Element::default(); *starts.last().expect("one more than rows") as usize];
    let mut stretches = Vec::new();
    let mut rest = &mut elements[..];
    for bytes in bytes.chunks(ROWS_PER_STRETCH * width) {
        let (here, after) = rest.split_at_mut(nonzero(bytes));
        stretches.push((bytes, here));
        rest = after;
    }
    stretches.into_par_iter().for_each(|(bytes, mut elements)| {
        let mut space = vec![Element::default(); width];
        for row in bytes.chunks_exact(width) {
            let (here, after) = elements.split_at_mut(compress_row(row, &mut space));
            here.copy_from_slice(&space[..here.len()]);
            elements = after;
        }
    });
    SparseRows { starts, elements, scale }
}

fn nonzero(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte != 0).count()
}

/// Writes the non-zero elements of a row into `space` and returns how many there are; without a
/// branch, because no one could predict it.
fn compress_row(row: &[u8], space: &mut [Element]) -> usize {
    let mut count = 0;
    for (index, &byte) in row.iter().enumerate() {
        space[count] = Element { index: index as u16, byte };
        count += usize::from(byte != 0);
    }
    count
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
            let rows = compress(&sparse, 12, scale);
            let mut columns = SparseColumns::new(12, 9);
            columns.gather(&rows, &[0, 1, 2]); // something to be forgotten
            columns.gather(&rows, &chosen);
            for column in 0..12 {
                let expected: Vec<(u16, u8)> = chosen.iter().enumerate()
                    .map(|(place, &row)| (place as u16, sparse[row as usize * 12 + column]))
                    .filter(|(_, byte)| *byte != 0).collect();
                let found: Vec<(u16, u8)> = columns.column(column).iter().map(|e| (e.index, e.byte)).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
