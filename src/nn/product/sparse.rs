//! Sparse products: most of one factor is zero, and what is zero is left out.
//!
//! The non-zero pixels of images are kept row by row. The forward product goes through the rows; the
//! gradient sums over the batch, pixel by pixel, so it wants the same elements column by column.

use super::super::matrix::LANES;
use super::{Start, multiply_add, unrolled};
use crate::Real;
use multiversion::multiversion;
use multiversion::target::match_target;
use std::ops::Range;

/// Rows of small numbers, most of them zero, in compressed form.
#[derive(Clone, Debug)]
pub struct SparseRows {
    /// Where each row's elements start; one more than there are rows.
    pub starts: Vec<u32>,
    /// The non-zero elements, row after row, in ascending order within a row.
    pub elements: Vec<Element>,
    /// The number that each byte stands for.
    pub scale: Box<[Real; 256]>,
}

/// A non-zero element of a row or a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its place in the row or column.
    pub index: u16,
    /// Its value; `scale` says which number this is.
    pub byte: u8,
}

impl SparseRows {
    /// The non-zero elements of one row.
    pub fn row(&self, row: u32) -> &[Element] {
        &self.elements[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }
}

/// Columns of a few chosen sparse rows, each with room for an element of every row.
#[derive(Clone, Debug, Default)]
pub struct SparseColumns {
    elements: Vec<Element>,
    lengths: Vec<u32>,
    capacity: usize,
}

impl SparseColumns {
    /// Turns the chosen rows into columns: column `c` lists, in ascending order, the places in
    /// `chosen` whose rows have a non-zero element `c`.
    ///
    /// Allocates only where `width` or `capacity` is another than the last time.
    ///
    /// # Panics
    /// If more than `capacity` rows are chosen.
    pub fn gather(&mut self, rows: &SparseRows, chosen: &[u32], width: usize, capacity: usize) {
        assert!(chosen.len() <= capacity, "room for {capacity} rows, not for {}", chosen.len());
        self.capacity = capacity;
        self.elements.resize(width * capacity, Element::default());
        self.lengths.clear();
        self.lengths.resize(width, 0);
        let (elements, lengths) = (&mut self.elements[..], &mut self.lengths[..]);
        for (place, &row) in chosen.iter().enumerate() {
            for &Element { index, byte } in rows.row(row) {
                let length = &mut lengths[usize::from(index)];
                let end = usize::from(index) * capacity + *length as usize;
                elements[end] = Element { index: place as u16, byte };
                *length += 1;
            }
        }
    }

    /// The non-zero elements of one column.
    pub fn column(&self, column: usize) -> &[Element] {
        &self.elements[column * self.capacity..][..self.lengths[column] as usize]
    }
}

/// `out = start + left[rows] · right`, for `out` `(rows.len(), columns)` and `right` `(inner, columns)`.
///
/// # Panics
/// If `columns` is not a multiple of [`LANES`] or `out` has another number of rows.
pub fn sparse_product(
    start: Start,
    left: &SparseRows,
    rows: &[u32],
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
    assert_eq!(out.len(), rows.len() * columns);
    product(start, left, rows, right, out, columns);
}

/// Some columns of a sparse factor, which are the rows of its transpose.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    /// All columns.
    pub of: &'a SparseColumns,
    /// The number that each byte stands for.
    pub scale: &'a [Real; 256],
    /// Which columns.
    pub which: Range<usize>,
}

/// `out = start + leftᵀ · right`, for `out` `(left.which.len(), columns)` and `right` with a row for each row
/// that `left` was gathered from.
///
/// # Panics
/// If `columns` is not a multiple of [`LANES`] or `out` has another number of rows.
pub fn sparse_gradient(start: Start, left: Columns, right: &[Real], out: &mut [Real], columns: usize) {
    assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
    assert_eq!(out.len(), left.which.len() * columns);
    gradient(start, left, right, out, columns);
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
fn product(start: Start, left: &SparseRows, rows: &[u32], right: &[Real], out: &mut [Real], columns: usize) {
    match_target! {
        "x86_64+avx512f" => product_by::<true, 7>(start, left, rows, right, out, columns),
        "x86_64+fma" => product_by::<true, 3>(start, left, rows, right, out, columns),
        "aarch64" => product_by::<true, 3>(start, left, rows, right, out, columns),
        _ => product_by::<false, 3>(start, left, rows, right, out, columns),
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
fn gradient(start: Start, left: Columns, right: &[Real], out: &mut [Real], columns: usize) {
    match_target! {
        "x86_64+avx512f" => gradient_by::<true, 7>(start, left, right, out, columns),
        "x86_64+fma" => gradient_by::<true, 3>(start, left, right, out, columns),
        "aarch64" => gradient_by::<true, 3>(start, left, right, out, columns),
        _ => gradient_by::<false, 3>(start, left, right, out, columns),
    }
}

/// Rows that go through `right` together.
const GROUP: usize = 32;
/// Bytes of `right` that a group uses up before it goes on: what stays in the first cache beside the
/// rows themselves.
const BYTES_AT_ONCE: usize = 36 * 1024;

/// All groups of rows, panel by panel: panels of `V` vectors, then of one.
#[inline(always)]
fn product_by<const FUSED: bool, const V: usize>(
    start: Start,
    left: &SparseRows,
    rows: &[u32],
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    let whole = columns - columns % (V * LANES);
    for (rows, out) in rows.chunks(GROUP).zip(out.chunks_mut(GROUP * columns)) {
        for first in (0..whole).step_by(V * LANES) {
            group::<FUSED, V>(start, left, rows, right, out, columns, first);
        }
        for first in (whole..columns).step_by(LANES) {
            group::<FUSED, 1>(start, left, rows, right, out, columns, first);
        }
    }
}

/// Takes a group of rows through a panel of `right` slice by slice, so that each slice is loaded into
/// the first cache once per group and not once per row.
#[inline(always)]
fn group<const FUSED: bool, const V: usize>(
    start: Start,
    left: &SparseRows,
    rows: &[u32],
    right: &[Real],
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    let inner = right.len() / columns;
    let at_once = BYTES_AT_ONCE / (V * LANES * size_of::<Real>());
    let mut rest: [&[Element]; GROUP] = [&[]; GROUP];
    rest.iter_mut().zip(rows).for_each(|(rest, &row)| *rest = left.row(row));
    let mut start = start;
    for end in (at_once..inner + at_once).step_by(at_once) {
        for (rest, out_row) in rest.iter_mut().zip(out.chunks_exact_mut(columns)) {
            let below = rest.iter().take_while(|element| usize::from(element.index) < end).count();
            let (here, after) = rest.split_at(below);
            *rest = after;
            row::<FUSED, V>(start, here, &left.scale, right, columns, first, out_row);
        }
        start = Start::There;
    }
}

/// All columns of `left`, panel by panel: a panel of `right` stays in the first cache meanwhile.
#[inline(always)]
fn gradient_by<const FUSED: bool, const V: usize>(
    start: Start,
    left: Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    let whole = columns - columns % (V * LANES);
    for first in (0..whole).step_by(V * LANES) {
        for (column, out_row) in left.which.clone().zip(out.chunks_exact_mut(columns)) {
            row::<FUSED, V>(start, left.of.column(column), left.scale, right, columns, first, out_row);
        }
    }
    for first in (whole..columns).step_by(LANES) {
        for (column, out_row) in left.which.clone().zip(out.chunks_exact_mut(columns)) {
            row::<FUSED, 1>(start, left.of.column(column), left.scale, right, columns, first, out_row);
        }
    }
}

/// One row by `V` vectors of sums, in registers from the first element to the last.
#[inline(always)]
fn row<const FUSED: bool, const V: usize>(
    start: Start,
    elements: &[Element],
    scale: &[Real; 256],
    right: &[Real],
    columns: usize,
    first: usize,
    out_row: &mut [Real],
) {
    if elements.is_empty() && start == Start::There {
        return;
    }
    let mut sums = [[0.0; LANES]; V];
    start.write(out_row, first, sums.as_flattened_mut());
    for element in elements {
        let x = scale[usize::from(element.byte)];
        let right_row = &right[usize::from(element.index) * columns + first..][..V * LANES];
        unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
            for (sum, &y) in sums[VECTOR].iter_mut().zip(&right_row[VECTOR * LANES..][..LANES]) {
                *sum = multiply_add::<FUSED>(x, y, *sum);
            }
        });
    }
    out_row[first..][..V * LANES].copy_from_slice(sums.as_flattened());
}
