//! Sparse products: most of one factor is zero, and what is zero is left out.
//!
//! The non-zero pixels of images are kept image by image, two neighbours at a time: strokes are a few
//! pixels wide, so that a pair is hardly ever half empty, and a visit does the work of two. A batch
//! turns its images into columns, pair by pair, once: both products of the first layer go through
//! them with a pair's rows of weights, or of their gradient, in registers.

use super::super::instruction_sets::per_instruction_set;
use super::super::matrix::LANES;
use super::{Start, multiply_add, unrolled, vector};
use crate::Real;
use multiversion::target::match_target;
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
    pub fn row(&self, row: u32) -> &[Pair] {
        &self.pairs[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// Reads something of every cache line of some rows. They lie anywhere in memory, and it sends for
    /// many lines at once only if nothing is done with one before the next is asked for.
    fn fetch(&self, rows: &[u32]) {
        let lines = |row: &u32| self.row(*row).iter().step_by(PAIRS_PER_LINE);
        let bytes = rows.iter().flat_map(lines).map(|pair| pair.bytes[0]);
        black_box(bytes.fold(0, u8::wrapping_add));
    }
}

/// Columns of a few chosen sparse rows, two by two, each with room for a pair of every row.
#[derive(Clone, Debug)]
pub struct SparseColumns {
    pairs: Vec<Pair>,
    lengths: Vec<u32>,
    capacity: usize,
}

impl SparseColumns {
    /// Room for the columns of `capacity` rows of `width`.
    pub fn new(width: usize, capacity: usize) -> Self {
        let columns = width.div_ceil(2);
        Self { pairs: vec![Pair::default(); columns * capacity], lengths: vec![0; columns], capacity }
    }

    /// Turns the chosen rows into columns: column `c` lists, in ascending order, the places in
    /// `chosen` whose rows have a pair `c`.
    ///
    /// # Panics
    /// If there are more rows than there is room for.
    pub fn gather(&mut self, rows: &SparseRows, chosen: &[u32]) {
        let Self { pairs, lengths, capacity } = self;
        assert!(chosen.len() <= *capacity, "room for {capacity} rows, not for {}", chosen.len());
        rows.fetch(chosen);
        lengths.fill(0);
        for (place, &row) in chosen.iter().enumerate() {
            for &Pair { index, bytes } in rows.row(row) {
                let length = &mut lengths[usize::from(index)];
                let end = usize::from(index) * *capacity + *length as usize;
                pairs[end] = Pair { index: place as u16, bytes };
                *length += 1;
            }
        }
    }

    /// The pairs of one double column.
    pub fn column(&self, column: usize) -> &[Pair] {
        &self.pairs[column * self.capacity..][..self.lengths[column] as usize]
    }
}

/// A sparse factor by its columns, or by some of them.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    /// All columns.
    pub of: &'a SparseColumns,
    /// The number that each byte stands for.
    pub scale: &'a [Real; 256],
    /// Which columns; both ends are even.
    pub which: Range<usize>,
}

impl Columns<'_> {
    /// The double columns.
    fn pairs(&self) -> impl Iterator<Item = &[Pair]> {
        (self.which.start / 2..self.which.end / 2).map(|column| self.of.column(column))
    }

    /// The two numbers of a pair.
    #[inline(always)]
    fn values(&self, pair: Pair) -> [Real; 2] {
        pair.bytes.map(|byte| self.scale[usize::from(byte)])
    }

    fn check(&self, other: &[Real], columns: usize) {
        assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
        assert_eq!(other.len(), self.which.len() * columns, "a row for each column");
        assert!(self.which.start.is_multiple_of(2) && self.which.end.is_multiple_of(2), "whole pairs");
    }
}

/// `out = start + left · right`, for `out` `(rows, columns)` and `right` with a row for each of `left`'s
/// columns.
///
/// # Panics
/// If `columns` is not a multiple of [`LANES`], `right` has another number of rows, `out` too few, or
/// `left` half a pair.
pub fn sparse_product(start: Start, left: &Columns, right: &[Real], out: &mut [Real], columns: usize) {
    left.check(right, columns);
    start.write_rows(out, columns);
    scatter(left, right, out, columns);
}

/// `out = start + leftᵀ · right`, for `out` with a row for each of `left`'s columns and `right`
/// `(rows, columns)`.
///
/// # Panics
/// If `columns` is not a multiple of [`LANES`], `out` has another number of rows, `right` too few, or
/// `left` half a pair.
pub fn sparse_gradient(start: Start, left: &Columns, right: &[Real], out: &mut [Real], columns: usize) {
    left.check(out, columns);
    collect(start, left, right, out, columns);
}

per_instruction_set! {
    fn scatter(left: &Columns, right: &[Real], out: &mut [Real], columns: usize) {
        match_target! {
            "x86_64+avx512f" => scatter_by::<true, 7>(left, right, out, columns),
            "x86_64+fma" => scatter_by::<true, 3>(left, right, out, columns),
            "aarch64" => scatter_by::<true, 3>(left, right, out, columns),
            _ => scatter_by::<false, 3>(left, right, out, columns),
        }
    }
}

per_instruction_set! {
    fn collect(start: Start, left: &Columns, right: &[Real], out: &mut [Real], columns: usize) {
        match_target! {
            "x86_64+avx512f" => collect_by::<true, 7>(start, left, right, out, columns),
            "x86_64+fma" => collect_by::<true, 3>(start, left, right, out, columns),
            "aarch64" => collect_by::<true, 3>(start, left, right, out, columns),
            _ => collect_by::<false, 3>(start, left, right, out, columns),
        }
    }
}

/// Panels of `V` vectors, then of one; a panel of `out` stays in the first cache meanwhile.
#[inline(always)]
fn scatter_by<const FUSED: bool, const V: usize>(
    left: &Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    let whole = columns - columns % (V * LANES);
    for first in (0..whole).step_by(V * LANES) {
        scatter_panel::<FUSED, V>(left, right, out, columns, first);
    }
    for first in (whole..columns).step_by(LANES) {
        scatter_panel::<FUSED, 1>(left, right, out, columns, first);
    }
}

/// `V` vectors of two rows of `right`, in registers while they are added to all rows that want them.
#[inline(always)]
fn scatter_panel<const FUSED: bool, const V: usize>(
    left: &Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    for (pairs, rows) in left.pairs().zip(right.chunks_exact(2 * columns)) {
        let (row0, row1) = rows.split_at(columns);
        let (mut y0, mut y1) = ([[0.0; LANES]; V], [[0.0; LANES]; V]);
        unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
            y0[VECTOR] = vector(row0, first + VECTOR * LANES);
            y1[VECTOR] = vector(row1, first + VECTOR * LANES);
        });
        for &pair in pairs {
            let sums = &mut out[usize::from(pair.index) * columns + first..][..V * LANES];
            let x = left.values(pair);
            unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
                let sums = sums[VECTOR * LANES..][..LANES].iter_mut();
                for ((sum, &y0), &y1) in sums.zip(&y0[VECTOR]).zip(&y1[VECTOR]) {
                    *sum = multiply_add::<FUSED>(x[1], y1, multiply_add::<FUSED>(x[0], y0, *sum));
                }
            });
        }
    }
}

/// Panels of `V` vectors, then of one; a panel of `right` stays in the first cache meanwhile.
#[inline(always)]
fn collect_by<const FUSED: bool, const V: usize>(
    start: Start,
    left: &Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    let whole = columns - columns % (V * LANES);
    for first in (0..whole).step_by(V * LANES) {
        collect_panel::<FUSED, V>(start, left, right, out, columns, first);
    }
    for first in (whole..columns).step_by(LANES) {
        collect_panel::<FUSED, 1>(start, left, right, out, columns, first);
    }
}

/// `V` vectors of two rows of `out`, in registers from the first pair of their columns to the last.
#[inline(always)]
fn collect_panel<const FUSED: bool, const V: usize>(
    start: Start,
    left: &Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    for (pairs, rows) in left.pairs().zip(out.chunks_exact_mut(2 * columns)) {
        let (row0, row1) = rows.split_at_mut(columns);
        let (mut sums0, mut sums1) = ([[0.0; LANES]; V], [[0.0; LANES]; V]);
        unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
            sums0[VECTOR] = start.vector(row0, first + VECTOR * LANES);
            sums1[VECTOR] = start.vector(row1, first + VECTOR * LANES);
        });
        for &pair in pairs {
            let right_row = &right[usize::from(pair.index) * columns + first..][..V * LANES];
            let x = left.values(pair);
            unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
                let both = sums0[VECTOR].iter_mut().zip(&mut sums1[VECTOR]);
                for ((sum0, sum1), &y) in both.zip(&right_row[VECTOR * LANES..][..LANES]) {
                    *sum0 = multiply_add::<FUSED>(x[0], y, *sum0);
                    *sum1 = multiply_add::<FUSED>(x[1], y, *sum1);
                }
            });
        }
        unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
            row0[first + VECTOR * LANES..][..LANES].copy_from_slice(&sums0[VECTOR]);
            row1[first + VECTOR * LANES..][..LANES].copy_from_slice(&sums1[VECTOR]);
        });
    }
}
