//! Matrix products of the training step, written so that every number has one defined order of sums.
//!
//! One tile kernel serves all three dense products of a layer (forward, signal, weight gradient), and
//! one row kernel the two sparse ones. Each output element is the same chain of fused
//! multiply-adds, in ascending order of the inner index, whatever tile, panel or thread computes it:
//! columns are treated alike bit for bit, the partition of work cannot change a result, and the
//! sparse path, which only leaves out products with zero, agrees with the dense one exactly.
//!
//! Rows are padded to whole vectors ([`super::matrix`]), so no kernel has a tail.

// A kernel has to be compiled inside each of its versions to use their instructions.
#![allow(clippy::inline_always)]

pub mod dense;
mod factor;
pub mod sparse;

pub use dense::{Left, add_rows, product};
pub use sparse::{Columns, Pair, SparseColumns, SparseRows, sparse_gradient, sparse_product};

use super::simd::Vectors;
use crate::Real;

/// What the sums of a product start from; numbers, or vectors of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start<'a, Number = Real> {
    /// Zeros.
    Zero,
    /// For every row, this row.
    Row(&'a [Number]),
    /// What stands in the product's place: the product is added to it.
    There,
}

impl<'a> Start<'a> {
    /// The same in vectors.
    #[inline(always)]
    fn vectors<S: Vectors>(self) -> Start<'a, S::Vector> {
        match self {
            Start::Zero => Start::Zero,
            Start::Row(row) => Start::Row(S::vectors(row)),
            Start::There => Start::There,
        }
    }
}

impl<Vector: Copy> Start<'_, Vector> {
    /// Writes the first sums of some vectors of a row into `zeros`; they begin at vector `first` of it, and
    /// stand at `there`.
    #[inline(always)]
    fn write(self, zeros: &mut [Vector], there: &[Vector], first: usize) {
        match self {
            Start::Zero => (),
            Start::Row(row) => zeros.copy_from_slice(&row[first..][..zeros.len()]),
            Start::There => zeros.copy_from_slice(&there[..zeros.len()]),
        }
    }
}

#[cfg(test)]
mod tests;
