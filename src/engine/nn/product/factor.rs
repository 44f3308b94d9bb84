//! The factors of a dense product, as its tiles read them.

use super::super::matrix::LANES;
use super::super::simd::Vectors;
use super::{read, write};
use crate::Real;

/// Some columns of the right factor, `V` vectors wide.
#[derive(Clone, Copy)]
pub struct Right<'a, S: Vectors> {
    /// The instruction set of the vectors.
    pub simd: S,
    pub values: &'a [S::Vector],
    /// Vectors from one row to the next.
    pub step: usize,
    /// The vector of a row at which the columns begin.
    pub first: usize,
}

/// Inner length of a packed piece of a panel.
pub const PIECE: usize = 96;

/// A piece of a panel, in one stretch of memory: up to four vectors wide.
#[repr(align(64))]
pub struct Packed([Real; PIECE * 4 * LANES]);

impl Packed {
    #[allow(clippy::large_stack_arrays, reason = "24 kB of stack are there; the heap would cost a call")]
    pub fn new() -> Self {
        Self([0.0; PIECE * 4 * LANES])
    }
}

impl<'a, S: Vectors> Right<'a, S> {
    /// The inner length.
    #[inline(always)]
    pub fn inner(self) -> usize {
        self.values.len() / self.step
    }

    /// The same columns, copied into one stretch of memory.
    #[inline(always)]
    pub fn packed<const V: usize>(self, space: &'a mut Packed) -> Self {
        let values = &mut S::vectors_mut(&mut space.0)[..self.inner() * V];
        for (k, row) in self.values.chunks_exact(self.step).enumerate() {
            write::<_, V>(&mut values[k * V..], read(&row[self.first..]));
        }
        Right { values, step: V, first: 0, ..self }
    }
}

/// A left factor as tiles read it.
pub trait Factor: Copy {
    /// Adds `R` of its rows, from `row` on, times the right factor to the sums of a tile.
    fn multiply<S: Vectors, const R: usize, const V: usize>(
        self,
        row: usize,
        right: Right<S>,
        sums: &mut [[S::Vector; V]; R],
    );
    /// The factor from this inner index on.
    fn skip(self, inner: usize) -> Self;
}

/// A factor whose rows are a matrix's rows.
#[derive(Clone, Copy)]
pub struct ByRows<'a> {
    pub values: &'a [Real],
    pub stride: usize,
}

impl Factor for ByRows<'_> {
    #[inline(always)]
    fn multiply<S: Vectors, const R: usize, const V: usize>(
        self,
        row: usize,
        right: Right<S>,
        sums: &mut [[S::Vector; V]; R],
    ) {
        let (simd, inner) = (right.simd, right.inner());
        let mut rows = [self.values; R];
        for (r, values) in rows.iter_mut().enumerate() {
            *values = &values[(row + r) * self.stride..][..inner];
        }
        for (k, row_of_right) in right.values.chunks_exact(right.step).enumerate() {
            let right = read(&row_of_right[right.first..]);
            for (r, sums) in sums.iter_mut().enumerate() {
                add_product(simd, rows[r][k], right, sums);
            }
        }
    }

    #[inline(always)]
    fn skip(self, inner: usize) -> Self {
        Self { values: &self.values[inner..], ..self }
    }
}

/// A factor whose rows are a matrix's columns, from the column `first` on.
#[derive(Clone, Copy)]
pub struct ByColumns<'a> {
    pub values: &'a [Real],
    pub stride: usize,
    pub first: usize,
}

impl Factor for ByColumns<'_> {
    #[inline(always)]
    fn multiply<S: Vectors, const R: usize, const V: usize>(
        self,
        row: usize,
        right: Right<S>,
        sums: &mut [[S::Vector; V]; R],
    ) {
        let (simd, values) = (right.simd, &self.values[..right.inner() * self.stride]);
        for (k, row_of_right) in right.values.chunks_exact(right.step).enumerate() {
            let left = &values[k * self.stride + self.first + row..][..R];
            let right = read(&row_of_right[right.first..]);
            for (r, sums) in sums.iter_mut().enumerate() {
                add_product(simd, left[r], right, sums);
            }
        }
    }

    #[inline(always)]
    fn skip(self, inner: usize) -> Self {
        Self { values: &self.values[inner * self.stride..], ..self }
    }
}

/// `sums += x · right`.
#[inline(always)]
fn add_product<S: Vectors, const V: usize>(
    simd: S,
    x: Real,
    right: [S::Vector; V],
    sums: &mut [S::Vector; V],
) {
    let x = simd.splat(x);
    for (v, sum) in sums.iter_mut().enumerate() {
        *sum = simd.multiply_add(x, right[v], *sum);
    }
}
