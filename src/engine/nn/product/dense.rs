//! Dense products: one tile kernel for `x · W`, `d · Wᵀ` and `xᵀ · d`.
//!
//! [`product`] picks the instruction set, `panels` cuts the columns, a `PanelProduct` its rows into tiles, and
//! a factor (`factor`) multiplies a tile.

use super::super::matrix::{LANES, Matrix};
use super::super::simd::{Vectors, on_widest};
use super::factor::{ByColumns, ByRows, Factor, PIECE, Packed, Right};
use super::{InitialSum, RowShape, rows_of, write};
use crate::Real;
use pulp::{Simd, WithSimd};

/// The left factor of a dense product.
#[derive(Clone, Copy, Debug)]
pub enum Left<'a> {
    /// A matrix as it stands.
    Matrix(&'a Matrix),
    /// The transpose of a matrix, from this column of it on.
    Transpose(&'a Matrix, usize),
}

impl Left<'_> {
    /// Rows, and the inner length.
    fn shape(&self) -> (usize, usize) {
        match self {
            Self::Matrix(matrix) => (matrix.all().len() / matrix.stride(), matrix.stride()),
            Self::Transpose(matrix, first) => {
                (matrix.stride().saturating_sub(*first), matrix.all().len() / matrix.stride())
            }
        }
    }
}

/// `out = start + left · right`, for `out` (rows, columns) and `right` (inner, columns), both row-major with
/// rows a [`stride`](super::super::matrix::stride) apart; of the padding of `right`, which is zero, and of `out`,
/// which becomes that of `start`, only what shares a vector with a column is computed.
///
/// The number of rows and the inner length follow from the lengths of `out` and `right`.
///
/// # Panics
/// If `left` is too small for them, `right` is empty, or a slice is not whole rows.
pub fn product(start: InitialSum, left: Left, right: &[Real], out: &mut [Real], columns: usize) {
    let (rows, inner, has) = (rows_of(out, columns), rows_of(right, columns), left.shape());
    assert!(rows <= has.0 && inner <= has.1, "a left factor {has:?}, not ({rows}, {inner})");
    assert!(inner > 0, "a product of nothing");
    on_widest(Product { start, left, right, out, columns });
}

/// Adds every row of a matrix to `sums`, whose length is that of a row.
///
/// # Panics
/// If that length is not whole vectors, or `rows` are not whole rows.
pub fn add_rows(rows: &[Real], sums: &mut [Real]) {
    assert!(sums.len().is_multiple_of(LANES), "{} numbers are not whole vectors", sums.len());
    rows_of(rows, sums.len());
    on_widest(AddRows { rows, sums });
}

/// The arguments of [`add_rows`].
pub(super) struct AddRows<'a> {
    pub rows: &'a [Real],
    pub sums: &'a mut [Real],
}

impl WithSimd for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (rows, sums) = (S::vectors(self.rows), S::vectors_mut(self.sums));
        let (columns, one) = (sums.len(), simd.splat(1.0));
        for (column, sum) in sums.iter_mut().enumerate() {
            for row in rows.chunks_exact(columns) {
                *sum = simd.multiply_add(one, row[column], *sum);
            }
        }
    }
}

/// The arguments of [`product`].
pub(super) struct Product<'a> {
    pub start: InitialSum<'a>,
    pub left: Left<'a>,
    pub right: &'a [Real],
    pub out: &'a mut [Real],
    pub columns: usize,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (right, out) = (S::vectors(self.right), S::vectors_mut(self.out));
        let (start, row) = (self.start.vectors::<S>(), RowShape::of::<S>(self.columns));
        start.pad(simd.splat(0.0), out, row);
        match self.left {
            Left::Matrix(matrix) => {
                let left = ByRows { values: matrix.all(), stride: matrix.stride() };
                panels(simd, start, left, right, out, row);
            }
            Left::Transpose(matrix, first) => {
                let left = ByColumns { values: matrix.all(), stride: matrix.stride(), first };
                panels(simd, start, left, right, out, row);
            }
        }
    }
}

/// All columns of a product, four vectors at a time where there are 32 registers and two where there are
/// fewer: the sums of a tile, the vectors that it needs and one number stay in registers.
#[inline(always)]
fn panels<S: Vectors, F: Factor>(
    simd: S,
    start: InitialSum<S::Vector>,
    left: F,
    right: &[S::Vector],
    out: &mut [S::Vector],
    row: RowShape,
) {
    let (mut first, mut space) = (0, None);
    while first < row.used {
        let right = Right { simd, values: right, step: row.step, first };
        let panel = PanelProduct { start, left, right, step: row.step, first };
        first += match (S::MANY_REGISTERS, row.used - first) {
            (true, 4..) => panel.run::<6, 4>(out, &mut space),
            (true, 3) => panel.run::<8, 3>(out, &mut space),
            (true, 2) => panel.run::<8, 2>(out, &mut space),
            (true, _) => panel.run::<8, 1>(out, &mut space),
            (false, 2..) => panel.run::<6, 2>(out, &mut space),
            (false, _) => panel.run::<12, 1>(out, &mut space),
        };
    }
}

/// From so many columns on, the rows of a panel lie too far apart for the first cache.
const PACKED_FROM: usize = 512;

/// Some columns of a product.
#[derive(Clone, Copy)]
struct PanelProduct<'a, S: Vectors, F> {
    start: InitialSum<'a, S::Vector>,
    left: F,
    right: Right<'a, S>,
    /// Vectors from one row of the product to the next.
    step: usize,
    /// The vector of a row at which the panel begins.
    first: usize,
}

impl<S: Vectors, F: Factor> PanelProduct<'_, S, F> {
    /// Computes a panel of `V` vectors, and returns `V`: piece by piece, each in one stretch of memory,
    /// where the rows of the right factor are long.
    #[inline(always)]
    fn run<const R: usize, const V: usize>(
        &self,
        out: &mut [S::Vector],
        space: &mut Option<Packed>,
    ) -> usize {
        let packed = self.step * S::WIDTH >= PACKED_FROM;
        let length = if packed { PIECE * self.right.step } else { self.right.values.len() };
        for (index, values) in self.right.values.chunks(length).enumerate() {
            let mut right = Right { values, ..self.right };
            if packed {
                right = right.packed::<V>(space.get_or_insert_with(Packed::new));
            }
            let start = if index == 0 { self.start } else { InitialSum::Existing };
            let left = self.left.skip(index * PIECE);
            PanelProduct { start, left, right, ..*self }.tiles::<R, V>(out);
        }
        V
    }

    /// All rows of the panel: `R` at a time, then four, then single ones.
    #[inline(always)]
    fn tiles<const R: usize, const V: usize>(&self, out: &mut [S::Vector]) {
        let rows = out.len() / self.step;
        let mut row = 0;
        while row + R <= rows {
            self.tile::<R, V>(row, out);
            row += R;
        }
        while row + 4 <= rows {
            self.tile::<4, V>(row, out);
            row += 4;
        }
        while row < rows {
            self.tile::<1, V>(row, out);
            row += 1;
        }
    }

    /// `R` rows by `V` vectors of sums, in registers from the first product to the last.
    #[inline(always)]
    fn tile<const R: usize, const V: usize>(&self, row: usize, out: &mut [S::Vector]) {
        let place = |r: usize| (row + r) * self.step + self.first;
        let zero = self.right.simd.splat(0.0);
        let mut sums = [[zero; V]; R];
        for (r, sums) in sums.iter_mut().enumerate() {
            *sums = self.start.sums(zero, &out[place(r)..], self.first);
        }
        self.left.multiply(row, self.right, &mut sums);
        for (r, &sums) in sums.iter().enumerate() {
            write(&mut out[place(r)..], sums);
        }
    }
}
