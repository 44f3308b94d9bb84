//! Matrix products of the training step, written so that every number has one defined order of sums.
//!
//! One tile kernel serves all three dense products of a layer (forward, signal, weight gradient); the first
//! layer's two sparse ones have a kernel each. Each output element is the same chain of fused
//! multiply-adds, in ascending order of the inner index, whatever tile, panel or thread computes it:
//! columns are treated alike bit for bit, the partition of work cannot change a result, and the
//! sparse path, which only leaves out products with zero, agrees with the dense one exactly.
//!
//! Rows are padded to the widest vectors of all ([`super::matrix`]), so no kernel has a tail; vectors that are
//! padding alone are left out.

pub mod dense;
mod factor;
pub mod sparse;

pub use dense::{Left, add_rows, product};
pub use sparse::{Columns, Pair, SparseColumns, SparseRows, sparse_gradient, sparse_product};

use super::matrix::stride;
use super::simd::Vectors;
use crate::Real;

/// What the sums of a product start from; numbers, or vectors of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitialSum<'a, Number = Real> {
    /// Zeros.
    Zero,
    /// For every row, this row.
    Row(&'a [Number]),
    /// What stands in the product's place: the product is added to it.
    Existing,
}

impl<'a> InitialSum<'a> {
    /// The same in vectors.
    #[inline(always)]
    fn vectors<S: Vectors>(self) -> InitialSum<'a, S::Vector> {
        match self {
            InitialSum::Zero => InitialSum::Zero,
            InitialSum::Row(row) => InitialSum::Row(S::vectors(row)),
            InitialSum::Existing => InitialSum::Existing,
        }
    }
}

impl<Vector: Copy> InitialSum<'_, Vector> {
    /// The first sums of `V` vectors of a row, which begin at vector `first` of it and stand at `there`.
    #[inline(always)]
    fn sums<const V: usize>(self, zero: Vector, there: &[Vector], first: usize) -> [Vector; V] {
        match self {
            InitialSum::Zero => [zero; V],
            InitialSum::Row(row) => read(&row[first..]),
            InitialSum::Existing => read(there),
        }
    }

    /// Writes them where rows of a product are padding alone.
    #[inline(always)]
    fn pad(self, zero: Vector, rows: &mut [Vector], RowShape { step, used }: RowShape) {
        for row in rows.chunks_exact_mut(step) {
            for (v, vector) in row.iter_mut().enumerate().skip(used) {
                [*vector] = self.sums(zero, &[*vector], v);
            }
        }
    }
}

/// The first `V` vectors of a row, by value: a copy through a function that is not inlined would keep them
/// out of registers.
#[inline(always)]
fn read<Vector: Copy, const V: usize>(row: &[Vector]) -> [Vector; V] {
    *row.first_chunk().expect("as many vectors as the panel is wide")
}

/// Replaces the first `V` vectors of a row.
#[inline(always)]
fn write<Vector: Copy, const V: usize>(row: &mut [Vector], vectors: [Vector; V]) {
    *row.first_chunk_mut().expect("as many vectors as the panel is wide") = vectors;
}

/// How many rows of `columns` numbers, padded, there are; refuses what is not whole rows.
fn rows_of(values: &[Real], columns: usize) -> usize {
    assert!(columns > 0, "rows of nothing");
    let stride = stride(columns);
    assert!(values.len().is_multiple_of(stride), "{} numbers in rows of {stride}", values.len());
    values.len() / stride
}

/// Rows as a kernel sees them, in vectors.
#[derive(Clone, Copy)]
struct RowShape {
    /// From one row to the next.
    step: usize,
    /// Those that are not padding alone.
    used: usize,
}

impl RowShape {
    #[inline(always)]
    fn of<S: Vectors>(columns: usize) -> Self {
        Self { step: stride(columns) / S::WIDTH, used: columns.div_ceil(S::WIDTH) }
    }
}

#[cfg(test)]
mod tests;
