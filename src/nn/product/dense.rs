//! Dense products: one tile kernel for `x · W`, `d · Wᵀ` and `xᵀ · d`.

use super::super::matrix::{LANES, Matrix};
use super::super::simd::{Vectors, on_widest};
use super::Start;
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

/// `out = start + left · right`, for `out` (rows, columns) and `right` (inner, columns), both row-major with
/// `columns` elements per row; `columns` is a multiple of [`LANES`].
///
/// The number of rows and the inner length follow from the lengths of `out` and `right`.
///
/// # Panics
/// If `left` is too small for them, or `columns` is not a multiple of [`LANES`].
pub fn product(start: Start, left: Left, right: &[Real], out: &mut [Real], columns: usize) {
    assert_eq!(columns % LANES, 0, "rows must be padded to whole vectors");
    on_widest(Product { start, left, right, out, columns });
}

/// Adds every row of a matrix to `sums`, whose length is that of a row.
pub fn add_rows(rows: &[Real], sums: &mut [Real]) {
    on_widest(AddRows { rows, sums });
}

struct AddRows<'a> {
    rows: &'a [Real],
    sums: &'a mut [Real],
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

struct Product<'a> {
    start: Start<'a>,
    left: Left<'a>,
    right: &'a [Real],
    out: &'a mut [Real],
    columns: usize,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (right, out) = (S::vectors(self.right), S::vectors_mut(self.out));
        let (start, columns) = (self.start.vectors::<S>(), self.columns / S::WIDTH);
        match self.left {
            Left::Matrix(matrix) => {
                let left = Rows { values: matrix.all(), stride: matrix.stride(), first: 0 };
                panels(simd, start, left, right, out, columns);
            }
            Left::Transpose(matrix, first) => {
                let left = Columns { values: matrix.all(), stride: matrix.stride(), first };
                panels(simd, start, left, right, out, columns);
            }
        }
    }
}

/// Some columns of the right factor, `V` vectors wide.
#[derive(Clone, Copy)]
struct Right<'a, Vector> {
    values: &'a [Vector],
    /// Vectors from one row to the next.
    step: usize,
    /// The first column.
    first: usize,
}

impl<'a, Vector> Right<'a, Vector> {
    #[inline(always)]
    fn rows<const V: usize>(self) -> impl ExactSizeIterator<Item = &'a [Vector]> {
        self.values.chunks_exact(self.step).map(move |row| &row[self.first..][..V])
    }
}

/// A left factor as tiles read it.
trait Factor: Copy {
    /// Adds `R` of its rows, from `row` on, times the right factor to the sums of a tile.
    fn multiply<S: Vectors, const R: usize, const V: usize>(
        self,
        simd: S,
        row: usize,
        right: Right<S::Vector>,
        sums: &mut [[S::Vector; V]; R],
    );
    /// The factor from this inner index on.
    fn from(self, inner: usize) -> Self;
}

/// A factor whose rows are a matrix's rows, from a column `first` on.
#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [Real],
    stride: usize,
    first: usize,
}

impl Factor for Rows<'_> {
    #[inline(always)]
    fn multiply<S: Vectors, const R: usize, const V: usize>(
        self,
        simd: S,
        row: usize,
        right: Right<S::Vector>,
        sums: &mut [[S::Vector; V]; R],
    ) {
        let inner = right.values.len() / right.step;
        let mut rows = [self.values; R];
        for (r, values) in rows.iter_mut().enumerate() {
            *values = &values[(row + r) * self.stride + self.first..][..inner];
        }
        for (k, right) in (0..inner).zip(right.rows::<V>()) {
            for (sums, row) in sums.iter_mut().zip(&rows) {
                add_product(simd, row[k], right, sums);
            }
        }
    }

    #[inline(always)]
    fn from(self, inner: usize) -> Self {
        Self { first: self.first + inner, ..self }
    }
}

/// A factor whose rows are a matrix's columns, from a column `first` on.
#[derive(Clone, Copy)]
struct Columns<'a> {
    values: &'a [Real],
    stride: usize,
    first: usize,
}

impl Factor for Columns<'_> {
    #[inline(always)]
    fn multiply<S: Vectors, const R: usize, const V: usize>(
        self,
        simd: S,
        row: usize,
        right: Right<S::Vector>,
        sums: &mut [[S::Vector; V]; R],
    ) {
        for (left, right) in self.values.chunks_exact(self.stride).zip(right.rows::<V>()) {
            for (sums, &x) in sums.iter_mut().zip(&left[self.first + row..][..R]) {
                add_product(simd, x, right, sums);
            }
        }
    }

    #[inline(always)]
    fn from(self, inner: usize) -> Self {
        Self { values: &self.values[inner * self.stride..], ..self }
    }
}

/// `sums += x · right`.
#[inline(always)]
fn add_product<S: Vectors>(simd: S, x: Real, right: &[S::Vector], sums: &mut [S::Vector]) {
    let x = simd.splat(x);
    for (sum, &y) in sums.iter_mut().zip(right) {
        *sum = simd.multiply_add(x, y, *sum);
    }
}

/// All columns of a product, four vectors at a time where there are 32 registers and two where there are
/// fewer: the sums of a tile, the vectors they need and one number stay in registers.
#[inline(always)]
fn panels<S: Vectors, F: Factor>(
    simd: S,
    start: Start<S::Vector>,
    left: F,
    right: &[S::Vector],
    out: &mut [S::Vector],
    columns: usize,
) {
    let mut first = 0;
    while first < columns {
        let right = Right { values: right, step: columns, first };
        let panel = Panel { simd, start, left, right, columns, first };
        first += match (columns - first, S::REGISTER_COUNT >= 32) {
            (4.., true) => panel.run::<6, 4>(out),
            (3, true) => panel.run::<8, 3>(out),
            (2, true) => panel.run::<12, 2>(out),
            (_, true) => panel.run::<16, 1>(out),
            (2.., false) => panel.run::<6, 2>(out),
            (_, false) => panel.run::<12, 1>(out),
        };
    }
}

/// Some columns of a product.
#[derive(Clone, Copy)]
struct Panel<'a, S: Vectors, F> {
    simd: S,
    start: Start<'a, S::Vector>,
    left: F,
    right: Right<'a, S::Vector>,
    /// Vectors of a row of the product.
    columns: usize,
    /// Where the panel begins in a row.
    first: usize,
}

/// From so many columns on, the rows of a panel lie too far apart for the first cache.
const PACKED_FROM: usize = 512;
/// Inner length of a packed piece of a panel.
const PIECE: usize = 128;

/// A piece of a panel, in one stretch of memory: up to four vectors wide.
#[repr(align(64))]
struct Packed([Real; PIECE * 4 * LANES]);

impl<S: Vectors, F: Factor> Panel<'_, S, F> {
    /// Computes a panel of `V` vectors, and returns `V`.
    #[inline(always)]
    fn run<const R: usize, const V: usize>(&self, out: &mut [S::Vector]) -> usize {
        if self.columns * S::WIDTH < PACKED_FROM {
            self.tiles::<R, V>(out);
        } else {
            self.packed::<R, V>(out);
        }
        V
    }

    /// The panel piece by piece, each in one stretch of memory.
    #[inline(always)]
    #[allow(
        clippy::large_stack_arrays,
        reason = "32 kB of stack are there; the heap would cost a call per panel"
    )]
    fn packed<const R: usize, const V: usize>(&self, out: &mut [S::Vector]) {
        let mut space = Packed([0.0; PIECE * 4 * LANES]);
        let space = S::vectors_mut(&mut space.0);
        for (index, values) in self.right.values.chunks(PIECE * self.right.step).enumerate() {
            let rows = Right { values, ..self.right }.rows::<V>();
            let values = &mut space[..rows.len() * V];
            for (to, row) in values.chunks_exact_mut(V).zip(rows) {
                to.copy_from_slice(row);
            }
            let right = Right { values, step: V, first: 0 };
            let start = if index == 0 { self.start } else { Start::There };
            let left = self.left.from(index * PIECE);
            Panel { start, left, right, ..*self }.tiles::<R, V>(out);
        }
    }

    /// All rows of the panel: `R` at a time, then four, then single ones.
    #[inline(always)]
    fn tiles<const R: usize, const V: usize>(&self, out: &mut [S::Vector]) {
        let rows = out.len() / self.columns;
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
        let place = |r: usize| (row + r) * self.columns + self.first;
        let mut sums = [[self.simd.splat(0.0); V]; R];
        for (r, sums) in sums.iter_mut().enumerate() {
            self.start.write(sums, &out[place(r)..], self.first);
        }
        self.left.multiply(self.simd, row, self.right, &mut sums);
        for (r, sums) in sums.iter().enumerate() {
            out[place(r)..][..V].copy_from_slice(sums);
        }
    }
}
