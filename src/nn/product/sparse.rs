//! Sparse products: most of one factor is zero, and what is zero is left out.
//!
//! The non-zero pixels of images are kept image by image. A batch turns its own into columns, pixel
//! by pixel, once: both products of the first layer go through them with a pixel's row of weights,
//! or of their gradient, in registers.

use super::super::matrix::LANES;
use super::{Start, multiply_add, unrolled};
use crate::Real;
use multiversion::multiversion;
use multiversion::target::match_target;
use std::hint::black_box;
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

/// Elements of a cache line.
const ELEMENTS_PER_LINE: usize = 64 / size_of::<Element>();

impl SparseRows {
    /// The non-zero elements of one row.
    pub fn row(&self, row: u32) -> &[Element] {
        &self.elements[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// Reads something of every cache line of some rows. They lie anywhere in memory, and it sends for
    /// many lines at once only if nothing is done with one before the next is asked for.
    fn fetch(&self, rows: &[u32]) {
        let lines = |row: &u32| self.row(*row).iter().step_by(ELEMENTS_PER_LINE);
        let bytes = rows.iter().flat_map(lines).map(|element| element.byte);
        black_box(bytes.fold(0, u8::wrapping_add));
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
    /// Room for the columns of `capacity` rows of `width`.
    pub fn new(width: usize, capacity: usize) -> Self {
        let elements = vec![Element::default(); width * capacity];
        Self { elements, lengths: vec![0; width], capacity }
    }

    /// Turns the chosen rows into columns: column `c` lists, in ascending order, the places in
    /// `chosen` whose rows have a non-zero element `c`.
    ///
    /// # Panics
    /// If there are more rows than there is room for.
    pub fn gather(&mut self, rows: &SparseRows, chosen: &[u32]) {
        let Self { elements, lengths, capacity } = self;
        assert!(chosen.len() <= *capacity, "room for {capacity} rows, not for {}", chosen.len());
        rows.fetch(chosen);
        lengths.fill(0);
        for (place, &row) in chosen.iter().enumerate() {
            for &Element { index, byte } in rows.row(row) {
                let length = &mut lengths[usize::from(index)];
                elements[usize::from(index) * *capacity + *length as usize] =
                    Element { index: place as u16, byte };
                *length += 1;
            }
        }
    }

    /// The non-zero elements of one column.
    pub fn column(&self, column: usize) -> &[Element] {
        &self.elements[column * self.capacity..][..self.lengths[column] as usize]
    }
}

/// A sparse factor by its columns, or by some of them.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    /// All columns.
    pub of: &'a SparseColumns,
    /// The number that each byte stands for.
    pub scale: &'a [Real; 256],
    /// Which columns.
    pub which: Range<usize>,
}

/// `out = start + left · right`, for `out` `(rows, columns)` and `right` with a row for each of `left`'s
/// columns.
///
/// # Panics
/// If `columns` is not a multiple of [`LANES`], `right` has another number of rows, or `out` too few.
pub fn sparse_product(start: Start, left: Columns, right: &[Real], out: &mut [Real], columns: usize) {
    assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
    assert_eq!(right.len(), left.which.len() * columns);
    match start {
        Start::Zero => out.fill(0.0),
        Start::Row(row) => out.chunks_exact_mut(columns).for_each(|out_row| out_row.copy_from_slice(row)),
        Start::There => (),
    }
    scatter(left, right, out, columns);
}

/// `out = start + leftᵀ · right`, for `out` with a row for each of `left`'s columns and `right`
/// `(rows, columns)`.
///
/// # Panics
/// If `columns` is not a multiple of [`LANES`], `out` has another number of rows, or `right` too few.
pub fn sparse_gradient(start: Start, left: Columns, right: &[Real], out: &mut [Real], columns: usize) {
    assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
    assert_eq!(out.len(), left.which.len() * columns);
    collect(start, left, right, out, columns);
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
fn scatter(left: Columns, right: &[Real], out: &mut [Real], columns: usize) {
    match_target! {
        "x86_64+avx512f" => scatter_by::<true, 7>(left, right, out, columns),
        "x86_64+fma" => scatter_by::<true, 3>(left, right, out, columns),
        "aarch64" => scatter_by::<true, 3>(left, right, out, columns),
        _ => scatter_by::<false, 3>(left, right, out, columns),
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
fn collect(start: Start, left: Columns, right: &[Real], out: &mut [Real], columns: usize) {
    match_target! {
        "x86_64+avx512f" => collect_by::<true, 7>(start, left, right, out, columns),
        "x86_64+fma" => collect_by::<true, 3>(start, left, right, out, columns),
        "aarch64" => collect_by::<true, 3>(start, left, right, out, columns),
        _ => collect_by::<false, 3>(start, left, right, out, columns),
    }
}

/// Panels of `V` vectors, then of one; a panel of `out` stays in the first cache meanwhile.
#[inline(always)]
fn scatter_by<const FUSED: bool, const V: usize>(
    left: Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    let whole = columns - columns % (V * LANES);
    for first in (0..whole).step_by(V * LANES) {
        scatter_panel::<FUSED, V>(&left, right, out, columns, first);
    }
    for first in (whole..columns).step_by(LANES) {
        scatter_panel::<FUSED, 1>(&left, right, out, columns, first);
    }
}

/// `V` vectors of each row of `right`, in registers while they are added to all rows that want them.
#[inline(always)]
fn scatter_panel<const FUSED: bool, const V: usize>(
    left: &Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    for (column, right_row) in left.which.clone().zip(right.chunks_exact(columns)) {
        let mut y = [[0.0; LANES]; V];
        y.as_flattened_mut().copy_from_slice(&right_row[first..][..V * LANES]);
        for element in left.of.column(column) {
            let x = left.scale[usize::from(element.byte)];
            let sums = &mut out[usize::from(element.index) * columns + first..][..V * LANES];
            unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
                for (sum, &y) in sums[VECTOR * LANES..][..LANES].iter_mut().zip(&y[VECTOR]) {
                    *sum = multiply_add::<FUSED>(x, y, *sum);
                }
            });
        }
    }
}

/// Panels of `V` vectors, then of one; a panel of `right` stays in the first cache meanwhile.
#[inline(always)]
fn collect_by<const FUSED: bool, const V: usize>(
    start: Start,
    left: Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    let whole = columns - columns % (V * LANES);
    for first in (0..whole).step_by(V * LANES) {
        collect_panel::<FUSED, V>(start, &left, right, out, columns, first);
    }
    for first in (whole..columns).step_by(LANES) {
        collect_panel::<FUSED, 1>(start, &left, right, out, columns, first);
    }
}

/// `V` vectors of each row of `out`, in registers from the first element of its column to the last.
#[inline(always)]
fn collect_panel<const FUSED: bool, const V: usize>(
    start: Start,
    left: &Columns,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    for (column, out_row) in left.which.clone().zip(out.chunks_exact_mut(columns)) {
        let mut sums = [[0.0; LANES]; V];
        start.write(out_row, first, sums.as_flattened_mut());
        for element in left.of.column(column) {
            let x = left.scale[usize::from(element.byte)];
            let right_row = &right[usize::from(element.index) * columns + first..][..V * LANES];
            unrolled!(VECTOR in [0 1 2 3 4 5 6] if < V {
                for (sum, &y) in sums[VECTOR].iter_mut().zip(&right_row[VECTOR * LANES..][..LANES]) {
                    *sum = multiply_add::<FUSED>(x, y, *sum);
                }
            });
        }
        out_row[first..][..V * LANES].copy_from_slice(sums.as_flattened());
    }
}
