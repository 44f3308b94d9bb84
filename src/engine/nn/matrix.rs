//! Numbers in memory as the kernels want them: aligned, in rows of whole vectors.
//!
//! A vector that crosses the end of a cache line costs two loads, and a `Vec` of numbers starts
//! anywhere; so every array of the step loop starts at a line, and so does each of its rows.

use crate::Real;
use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder};
use std::ops::{Deref, DerefMut};

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;
/// Padding unit of a row, in numbers: one AVX-512 vector.
pub const LANES: usize = LINE / size_of::<Real>();

/// The number of elements from one row to the next: `columns` rounded up to whole vectors, 16 numbers in
/// single precision and 8 in double.
pub fn stride(columns: usize) -> usize {
    columns.next_multiple_of(LANES)
}

/// Numbers of which the first starts a cache line; used as a slice.
#[derive(Debug, Default)]
pub struct Aligned {
    /// The numbers, after some that only move them to their place.
    values: Vec<Real>,
    first: usize,
}

impl Aligned {
    /// So many zeros.
    pub fn zeros(length: usize) -> Self {
        let values = vec![0.0; length + LANES - 1];
        let first = values.as_ptr().align_offset(LINE);
        let mut aligned = Self { values, first };
        aligned.values.truncate(first + length);
        aligned
    }
}

impl Deref for Aligned {
    type Target = [Real];

    fn deref(&self) -> &[Real] {
        &self.values[self.first..]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [Real] {
        &mut self.values[self.first..]
    }
}

impl Clone for Aligned {
    fn clone(&self) -> Self {
        let mut copy = Self::zeros(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

impl PartialEq for Aligned {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

/// A row-major matrix whose rows are padded to whole vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    values: Aligned,
    columns: usize,
    stride: usize,
}

impl Matrix {
    /// Zeros `(rows, stride(columns))`.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        let stride = stride(columns);
        Self { values: Aligned::zeros(rows * stride), columns, stride }
    }

    /// The number of elements of a row, without padding.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of elements from one row to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Every element, padding included.
    pub fn all(&self) -> &[Real] {
        &self.values
    }

    /// Every element, padding included, to be written.
    pub fn all_mut(&mut self) -> &mut [Real] {
        &mut self.values
    }

    /// The elements of the first rows, padding included.
    ///
    /// # Panics
    /// If there are fewer rows; so does [`Matrix::top_mut`].
    pub fn top(&self, rows: usize) -> &[Real] {
        &self.values[..rows * self.stride]
    }

    /// The elements of the first rows, padding included, to be written.
    pub fn top_mut(&mut self, rows: usize) -> &mut [Real] {
        &mut self.values[..rows * self.stride]
    }

    /// The upper left corner `(rows, columns)`.
    ///
    /// # Panics
    /// If the matrix is smaller.
    pub fn view(&self, rows: usize, columns: usize) -> ArrayView2<'_, Real> {
        assert!(columns <= self.stride, "{columns} columns of {}", self.stride);
        let shape = (rows, columns).strides((self.stride, 1));
        ArrayView2::from_shape(shape, self.top(rows)).expect("rows stand a stride apart")
    }

    /// The upper left corner `(rows, columns)`, to be written.
    ///
    /// # Panics
    /// If the matrix is smaller.
    pub fn view_mut(&mut self, rows: usize, columns: usize) -> ArrayViewMut2<'_, Real> {
        assert!(columns <= self.stride, "{columns} columns of {}", self.stride);
        let shape = (rows, columns).strides((self.stride, 1));
        ArrayViewMut2::from_shape(shape, self.top_mut(rows)).expect("rows stand a stride apart")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_starts_a_cache_line_in_copies_too() {
        for rows in 0..40 {
            let matrix = Matrix::zeros(rows, 10 + rows);
            for matrix in [matrix.clone(), matrix] {
                let starts = matrix.all().chunks_exact(matrix.stride()).map(|row| row.as_ptr().addr());
                assert!(starts.clone().all(|start| start % LINE == 0));
                assert_eq!(starts.count(), rows);
            }
        }
    }

    #[test]
    fn views_are_corners() {
        let mut matrix = Matrix::zeros(3, 2);
        matrix.view_mut(2, 2).fill(1.0);
        assert_eq!(matrix.all().iter().sum::<Real>(), 4.0);
        assert_eq!(matrix.view(3, 1).column(0).to_vec(), [1.0, 1.0, 0.0]);
        assert_eq!(matrix.top(1)[..3], [1.0, 1.0, 0.0]);
    }
}
