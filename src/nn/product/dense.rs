//! Dense products: one tile kernel for `x · W`, `d · Wᵀ` and `xᵀ · d`.

use super::super::instruction_sets::per_instruction_set;
use super::super::matrix::{LANES, Matrix};
use super::{Start, multiply_add, unrolled};
use crate::Real;
use multiversion::target::match_target;

/// The left factor of a dense product: element `(row, k)` stands at `row * row_step + k * inner_step`.
///
/// A matrix has steps `(stride, 1)`, its transpose `(1, stride)`.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// The elements.
    pub values: &'a [Real],
    /// Distance between two rows of the factor.
    pub row_step: usize,
    /// Distance between two neighbours along the inner index.
    pub inner_step: usize,
}

impl<'a> Left<'a> {
    /// A matrix as it stands.
    pub fn matrix(matrix: &'a Matrix) -> Self {
        Self { values: matrix.all(), row_step: matrix.stride(), inner_step: 1 }
    }

    /// The transpose of a matrix, from its column `first` on.
    pub fn transpose(matrix: &'a Matrix, first: usize) -> Self {
        let values = matrix.all();
        Self { values: &values[first.min(values.len())..], row_step: 1, inner_step: matrix.stride() }
    }

    /// Ones, in any number.
    pub fn ones() -> Self {
        Self { values: &[1.0], row_step: 0, inner_step: 0 }
    }
}

/// `out = start + left · right`, for `out` (rows, columns) and `right` (inner, columns), both row-major with
/// `columns` elements per row; `columns` is a multiple of [`LANES`].
///
/// The number of rows and the inner length follow from the lengths of `out` and `right`.
///
/// # Panics
/// If `left` is too short for them, or `columns` is not a multiple of [`LANES`].
pub fn product(start: Start, left: Left, right: &[Real], out: &mut [Real], columns: usize) {
    assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
    let (rows, inner) = (out.len() / columns, right.len() / columns);
    let last = rows.saturating_sub(1) * left.row_step + inner.saturating_sub(1) * left.inner_step;
    assert!(last < left.values.len(), "the left factor ends at {}, before {last}", left.values.len());
    dense(start, left, right, out, columns);
}

per_instruction_set! {
    fn dense(start: Start, left: Left, right: &[Real], out: &mut [Real], columns: usize) {
        match_target! {
            "x86_64+avx512f" => dense_wide(start, left, right, out, columns),
            "x86_64+fma" => dense_narrow::<true>(start, left, right, out, columns),
            "aarch64" => dense_narrow::<true>(start, left, right, out, columns),
            _ => dense_narrow::<false>(start, left, right, out, columns),
        }
    }
}

/// Panels of four vectors keep 24 sums of a 6-row tile in AVX-512's 32 registers; what is left of the
/// columns, at most three vectors, is a panel of its own.
#[inline(always)]
fn dense_wide(start: Start, left: Left, right: &[Real], out: &mut [Real], columns: usize) {
    let mut first = 0;
    while first + 4 * LANES <= columns {
        panel::<true, 6, 4, LANES>(start, left, right, out, columns, first);
        first += 4 * LANES;
    }
    match (columns - first) / LANES {
        3 => panel::<true, 8, 3, LANES>(start, left, right, out, columns, first),
        2 => panel::<true, 8, 2, LANES>(start, left, right, out, columns, first),
        1 => panel::<true, 8, 1, LANES>(start, left, right, out, columns, first),
        _ => (),
    }
}

/// Panels of two half-width vectors keep the sums of a tile in the 16 registers of AVX2 or NEON.
#[inline(always)]
fn dense_narrow<const FUSED: bool>(
    start: Start,
    left: Left,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
) {
    for first in (0..columns).step_by(LANES) {
        panel::<FUSED, 4, 2, { LANES / 2 }>(start, left, right, out, columns, first);
    }
}

/// From so many columns on, the rows of a panel lie too far apart for the first cache.
const PACKED_FROM: usize = 512;
/// Inner length of a packed piece of a panel.
const PIECE: usize = 128;

/// A piece of a panel, in one stretch of memory: up to four vectors wide.
#[repr(align(64))]
struct Packed([Real; PIECE * 4 * LANES]);

/// The columns of the right factor that a panel of tiles needs.
#[derive(Clone, Copy)]
struct Right<'a> {
    values: &'a [Real],
    /// Elements from one row to the next.
    step: usize,
    /// The first column.
    first: usize,
}

/// One panel of `V` vectors of `N` columns, from column `first` on: as it stands, or packed piece by
/// piece where rows are long.
#[inline(always)]
#[allow(
    clippy::large_stack_arrays,
    reason = "32 kB of stack are there; the heap would cost a call per panel"
)]
fn panel<const FUSED: bool, const R: usize, const V: usize, const N: usize>(
    start: Start,
    left: Left,
    right: &[Real],
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    if columns < PACKED_FROM {
        let right = Right { values: right, step: columns, first };
        return tiles::<FUSED, R, V, N>(start, left, right, out, columns, first);
    }
    let mut packed = Packed([0.0; PIECE * 4 * LANES]);
    for (index, piece) in right.chunks(PIECE * columns).enumerate() {
        let rows = piece.chunks_exact(columns);
        let values = &mut packed.0[..rows.len() * V * N];
        for (to, row) in values.chunks_exact_mut(V * N).zip(rows) {
            to.copy_from_slice(&row[first..][..V * N]);
        }
        let start = if index == 0 { start } else { Start::There };
        let left = Left { values: &left.values[index * PIECE * left.inner_step..], ..left };
        tiles::<FUSED, R, V, N>(start, left, Right { values, step: V * N, first: 0 }, out, columns, first);
    }
}

/// All rows of a panel: `R` at a time, then four, then single ones.
#[inline(always)]
fn tiles<const FUSED: bool, const R: usize, const V: usize, const N: usize>(
    start: Start,
    left: Left,
    right: Right,
    out: &mut [Real],
    columns: usize,
    first: usize,
) {
    let rows = out.len() / columns;
    let mut row = 0;
    while row + R <= rows {
        tile::<FUSED, R, V, N>(start, left, right, &mut out[row * columns..], columns, first, row);
        row += R;
    }
    while R > 4 && row + 4 <= rows {
        tile::<FUSED, 4, V, N>(start, left, right, &mut out[row * columns..], columns, first, row);
        row += 4;
    }
    while row < rows {
        tile::<FUSED, 1, V, N>(start, left, right, &mut out[row * columns..], columns, first, row);
        row += 1;
    }
}

/// `R` rows by `V` vectors of sums, in registers from the first product to the last.
#[inline(always)]
fn tile<const FUSED: bool, const R: usize, const V: usize, const N: usize>(
    start: Start,
    left: Left,
    right: Right,
    out: &mut [Real],
    columns: usize,
    first: usize,
    row: usize,
) {
    let mut sums = [[[0.0; N]; V]; R];
    for (r, sums) in sums.iter_mut().enumerate() {
        start.write(&out[r * columns..], first, sums.as_flattened_mut());
    }
    let left_values = &left.values[row * left.row_step..];
    for (k, right_row) in right.values.chunks_exact(right.step).enumerate() {
        let right_row = &right_row[right.first..][..V * N];
        unrolled!(ROW in [0 1 2 3 4 5 6 7] if < R {
            let x = left_values[ROW * left.row_step + k * left.inner_step];
            unrolled!(VECTOR in [0 1 2 3] if < V {
                let sums = &mut sums[ROW][VECTOR];
                for (sum, &y) in sums.iter_mut().zip(&right_row[VECTOR * N..][..N]) {
                    *sum = multiply_add::<FUSED>(x, y, *sum);
                }
            });
        });
    }
    for (r, sums) in sums.iter().enumerate() {
        out[r * columns + first..][..V * N].copy_from_slice(sums.as_flattened());
    }
}
