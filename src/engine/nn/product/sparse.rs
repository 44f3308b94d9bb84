//! Sparse products: most of one factor is zero, and what is zero is left out.
//!
//! The non-zero pixels of images are kept image by image, two neighbours at a time: strokes are a few
//! pixels wide, so that a pair is hardly ever half empty, and a visit does the work of two. A batch
//! turns its images into columns, pair by pair, once: both products of the first layer go through
//! them with a pair's rows of weights, or of their gradient, in registers.

use super::super::matrix::stride;
use super::super::simd::{Vectors, on_widest};
use super::{InitialSum, RowShape, read, rows_of, write};
use crate::Real;
use pulp::{Simd, WithSimd};
use std::hint::black_box;
use std::ops::Range;

/// Rows of small numbers, most of them zero, in compressed form.
#[derive(Clone, Debug)]
pub struct SparseRows {
    /// Where each row's pairs start; one more than there are rows.
    pub starts: Vec<u32>,
    /// The pairs that are not zero, row after row, in ascending order within a row.
    pub pairs: Vec<Pair>,
    /// The number that each byte stands for.
    pub scale: Box<[Real; 256]>,
}

/// Two neighbouring numbers, not both zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// In a row: which pair of it. In a column: which row it comes from.
    pub index: u16,
    /// The values; `scale` says which numbers these are.
    pub bytes: [u8; 2],
}

/// Pairs of a cache line.
const PAIRS_PER_LINE: usize = 64 / size_of::<Pair>();

impl SparseRows {
    /// The pairs of one row.
    #[inline]
    pub fn row(&self, row: u32) -> &[Pair] {
        &self.pairs[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// Reads something of every cache line of some rows. They lie anywhere in memory, and it sends for
    /// many lines at once only if nothing is done with one before the next is asked for.
    fn fetch(&self, rows: &[u32]) {
        let mut sum = 0_u8;
        for &row in rows {
            for line in self.row(row).chunks(PAIRS_PER_LINE) {
                sum = sum.wrapping_add(line[0].bytes[0]);
            }
        }
        black_box(sum);
    }
}

/// Columns of a few chosen sparse rows, two by two, each with room for a pair of every row.
#[derive(Clone, Debug)]
pub struct SparseColumns {
    pairs: Vec<Pair>,
    /// Where each column's pairs end.
    ends: Vec<usize>,
    capacity: usize,
}

impl SparseColumns {
    /// Room for the columns of `capacity` rows of `width`.
    pub fn new(width: usize, capacity: usize) -> Self {
        let columns = width.div_ceil(2);
        Self { pairs: vec![Pair::default(); columns * capacity], ends: vec![0; columns], capacity }
    }

    /// Turns the chosen rows into columns: column `c` lists, in ascending order, the places in
    /// `chosen` whose rows have a pair `c`.
    ///
    /// # Panics
    /// If there are more rows than there is room for.
    pub fn gather(&mut self, rows: &SparseRows, chosen: &[u32]) {
        let Self { pairs, ends, capacity } = self;
        assert!(chosen.len() <= *capacity, "room for {capacity} rows, not for {}", chosen.len());
        rows.fetch(chosen);
        ends.iter_mut().enumerate().for_each(|(column, end)| *end = column * *capacity);
        let (pairs, ends) = (&mut pairs[..], &mut ends[..]);
        for (place, &row) in chosen.iter().enumerate() {
            for &Pair { index, bytes } in rows.row(row) {
                let end = &mut ends[usize::from(index)];
                pairs[*end] = Pair { index: place as u16, bytes };
                *end += 1;
            }
        }
    }

    /// The pairs of one double column.
    #[inline]
    pub fn column(&self, column: usize) -> &[Pair] {
        &self.pairs[column * self.capacity..self.ends[column]]
    }
}

/// A sparse factor by its columns, or by some of them.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    /// All columns.
    pub columns: &'a SparseColumns,
    /// The number that each byte stands for.
    pub scale: &'a [Real; 256],
    /// Which columns; both ends are even.
    pub range: Range<usize>,
}

impl Columns<'_> {
    /// The double columns.
    fn pairs(&self) -> impl Iterator<Item = &[Pair]> {
        (self.range.start / 2..self.range.end / 2).map(|column| self.columns.column(column))
    }

    /// The two numbers of a pair.
    #[inline(always)]
    fn values(&self, pair: Pair) -> [Real; 2] {
        let [first, second] = pair.bytes;
        [self.scale[usize::from(first)], self.scale[usize::from(second)]]
    }

    fn check(&self, other: &[Real], columns: usize) {
        assert_eq!(rows_of(other, columns), self.range.len(), "a row for each column");
        assert!(self.range.start.is_multiple_of(2) && self.range.end.is_multiple_of(2), "whole pairs");
    }
}

/// `out = start + left · right`, for `out` `(rows, columns)` and `right` with a row for each of `left`'s
/// columns.
///
/// # Panics
/// If `right` or `out` are not whole rows, `right` has another number of rows, `out` too few,
/// or `left` half a pair.
pub fn sparse_product(start: InitialSum, left: &Columns, right: &[Real], out: &mut [Real], columns: usize) {
    left.check(right, columns);
    rows_of(out, columns);
    start.pad(0.0, out, RowShape { step: stride(columns), used: 0 });
    on_widest(Scatter { left, right, out, columns });
}

/// `out = start + leftᵀ · right`, for `out` with a row for each of `left`'s columns and `right`
/// `(rows, columns)`.
///
/// # Panics
/// If `right` or `out` are not whole rows, `out` has another number of rows, `right` too few,
/// or `left` half a pair.
pub fn sparse_gradient(start: InitialSum, left: &Columns, right: &[Real], out: &mut [Real], columns: usize) {
    left.check(out, columns);
    rows_of(right, columns);
    on_widest(Collect { start, left, right, out, columns });
}

/// A sparse kernel, some vectors of every row at a time.
trait Panels {
    /// Computes `V` vectors of every row, from vector `first` on, and returns `V`; rows are `step` vectors apart.
    fn panel<S: Vectors, const V: usize>(&mut self, simd: S, step: usize, first: usize) -> usize;
}

/// Panels of seven or three vectors, as there are registers, then of one; what a kernel comes back to, a
/// panel of the rows of the batch, stays in the first cache meanwhile.
#[inline(always)]
fn panels<S: Vectors>(simd: S, columns: usize, kernel: &mut impl Panels) {
    let (row, mut first) = (RowShape::of::<S>(columns), 0);
    while first < row.used {
        first += match (S::MANY_REGISTERS, row.used - first) {
            (true, 7..) => kernel.panel::<S, 7>(simd, row.step, first),
            (false, 6..) => kernel.panel::<S, 6>(simd, row.step, first),
            (false, 3..) => kernel.panel::<S, 3>(simd, row.step, first),
            _ => kernel.panel::<S, 1>(simd, row.step, first),
        };
    }
}

/// Every row of `right` is added to all rows of `out` that want it.
pub(super) struct Scatter<'a> {
    pub left: &'a Columns<'a>,
    pub right: &'a [Real],
    pub out: &'a mut [Real],
    pub columns: usize,
}

impl WithSimd for Scatter<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        panels(simd, self.columns, &mut self);
    }
}

impl Panels for Scatter<'_> {
    /// `V` vectors of two rows of `right` stay in registers while they are added to all rows that want them.
    #[inline(always)]
    fn panel<S: Vectors, const V: usize>(&mut self, simd: S, step: usize, first: usize) -> usize {
        let (right, out) = (S::vectors(self.right), S::vectors_mut(self.out));
        for (double, pairs) in self.left.pairs().enumerate() {
            let (row0, row1) = right[2 * double * step..][..2 * step].split_at(step);
            let (y0, y1): ([_; V], [_; V]) = (read(&row0[first..]), read(&row1[first..]));
            for &pair in pairs {
                let [x0, x1] = self.left.values(pair);
                let (x0, x1) = (simd.splat(x0), simd.splat(x1));
                let sums = &mut out[usize::from(pair.index) * step + first..][..V];
                for (v, sum) in sums.iter_mut().enumerate() {
                    *sum = simd.multiply_add(x1, y1[v], simd.multiply_add(x0, y0[v], *sum));
                }
            }
        }
        V
    }
}

/// Every row of `out` is the sum of the rows of `right` that it wants.
pub(super) struct Collect<'a> {
    pub start: InitialSum<'a>,
    pub left: &'a Columns<'a>,
    pub right: &'a [Real],
    pub out: &'a mut [Real],
    pub columns: usize,
}

impl WithSimd for Collect<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let (start, row) = (self.start.vectors::<S>(), RowShape::of::<S>(self.columns));
        start.pad(simd.splat(0.0), S::vectors_mut(self.out), row);
        panels(simd, self.columns, &mut self);
    }
}

impl Panels for Collect<'_> {
    /// `V` vectors of two rows of `out` stay in registers from the first pair of their columns to the last.
    #[inline(always)]
    fn panel<S: Vectors, const V: usize>(&mut self, simd: S, step: usize, first: usize) -> usize {
        let (right, out) = (S::vectors(self.right), S::vectors_mut(self.out));
        let start = self.start.vectors::<S>();
        for (double, pairs) in self.left.pairs().enumerate() {
            let (row0, row1) = out[2 * double * step..][..2 * step].split_at_mut(step);
            let (there0, there1) = (&mut row0[first..], &mut row1[first..]);
            let zero = simd.splat(0.0);
            let mut sums0: [S::Vector; V] = start.sums(zero, there0, first);
            let mut sums1: [S::Vector; V] = start.sums(zero, there1, first);
            for &pair in pairs {
                let [x0, x1] = self.left.values(pair);
                let (x0, x1) = (simd.splat(x0), simd.splat(x1));
                let right = &right[usize::from(pair.index) * step + first..][..V];
                for (v, &y) in right.iter().enumerate() {
                    sums0[v] = simd.multiply_add(x0, y, sums0[v]);
                    sums1[v] = simd.multiply_add(x1, y, sums1[v]);
                }
            }
            write(there0, sums0);
            write(there1, sums1);
        }
        V
    }
}
