use super::dense::{AddRows, Product};
use super::sparse::{Collect, Scatter};
use super::*;
use crate::nn::matrix::{LANES, Matrix};
use crate::nn::simd::{Check, arithmetic, on_every};
use crate::rng::{Purpose, stream};
use ndarray::{Array2, s};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use pulp::Simd;
use rand::Rng;
use std::ops::Range;
use std::panic;

/// What the kernels must equal bit for bit: one chain of products per element, in order.
fn naive(left: &Array2<Real>, right: &Array2<Real>, start: &Array2<Real>, fused: bool) -> Array2<Real> {
    Array2::from_shape_fn(start.dim(), |(row, column)| {
        (0..left.ncols()).fold(start[(row, column)], |sum, k| {
            let (x, y) = (left[(row, k)], right[(k, column)]);
            if fused { x.mul_add(y, sum) } else { x * y + sum }
        })
    })
}

fn noise(rows: usize, columns: usize, index: u64) -> Array2<Real> {
    let mut stream = stream(7, Purpose::Inputs, index);
    Array2::<f64>::random_using((rows, columns), StandardNormal, &mut stream).mapv(|x| x as Real)
}

fn padded(factor: &Array2<Real>) -> Matrix {
    let mut matrix = Matrix::zeros(factor.nrows(), factor.ncols());
    matrix.view_mut(factor.nrows(), factor.ncols()).assign(factor);
    matrix
}

/// The corner of a product that its factors have, and how many numbers stand beside it that `start` does not have.
fn corner(out: &Matrix, start: &Matrix, rows: usize, columns: usize) -> (Array2<Real>, usize) {
    let beside = |matrix: &Matrix| matrix.view(rows, matrix.stride()).slice(s![.., columns..]).to_owned();
    let changed = beside(out).iter().zip(&beside(start)).filter(|(a, b)| a != b).count();
    (out.view(rows, columns).to_owned(), changed)
}

#[test]
fn dense_products_equal_the_naive_ones_bit_for_bit() {
    for (rows, inner, columns) in [
        (1, 1, 1),
        (3, 7, LANES),
        (22, 9, LANES - 1),
        (17, 4, 2 * LANES),
        (21, 5, 3 * LANES - 5),
        (13, 31, 100),
        (17, 9, 8 * LANES),
        (22, 100, 13 * LANES - 9),
        (7, 300, 512 + LANES),
        (13, 96, 512 + 2 * LANES - 3),
        (19, 192, 512 + 3 * LANES - 12 % LANES),
    ] {
        on_every(&Dense { rows, inner, columns });
    }
}

#[derive(Debug)]
struct Dense {
    rows: usize,
    inner: usize,
    columns: usize,
}

impl Check for Dense {
    fn on<S: Simd>(&self, simd: S, fused: bool) {
        let &Self { rows, inner, columns } = self;
        let (left, right) = (noise(rows, inner, 1), noise(inner, columns, 2));
        let (start, zeros) = (padded(&noise(rows, columns, 3)), Matrix::zeros(rows, columns));
        let (plain, transposed) = (padded(&left), padded(&left.t().into_owned()));
        let row = start.top(1);
        let mut rows_alike = Matrix::zeros(rows, columns);
        rows_alike.all_mut().chunks_exact_mut(row.len()).for_each(|sums| sums.copy_from_slice(row));
        for (from, sums) in
            [(InitialSum::Existing, &start), (InitialSum::Row(row), &rows_alike), (InitialSum::Zero, &zeros)]
        {
            let expected = naive(&left, &right, &sums.view(rows, columns).to_owned(), fused);
            for factor in [Left::Matrix(&plain), Left::Transpose(&transposed, 0)] {
                let mut out = start.clone();
                if from != InitialSum::Existing {
                    out.all_mut().fill(9.0); // something to be overwritten, padding too
                }
                let right = padded(&right);
                let product =
                    Product { start: from, left: factor, right: right.all(), out: out.all_mut(), columns };
                simd.vectorize(product);
                let corner = corner(&out, sums, rows, columns);
                assert_eq!(corner, (expected.clone(), 0), "{simd:?}, {self:?}, {from:?}, {factor:?}");
            }
        }
    }
}

#[test]
fn a_part_of_a_transpose_gives_those_rows_of_the_product() {
    let (left, right) = (noise(20, 9, 1), noise(9, 32, 2));
    let transposed = padded(&left.t().into_owned());
    let mut out = Array2::zeros((5, 32));
    let (right_values, sums) = (right.as_slice().unwrap(), out.as_slice_mut().unwrap());
    product(InitialSum::Zero, Left::Transpose(&transposed, 11), right_values, sums, 32);
    let part = left.slice(s![11..16, ..]).into_owned();
    assert_eq!(out, naive(&part, &right, &Array2::zeros((5, 32)), arithmetic() == "fused"));
}

#[test]
fn a_left_factor_that_is_too_small_is_refused() {
    let small = padded(&noise(4, 4, 1));
    let right = vec![1.0; 6 * 16];
    for (left, rows) in
        [(Left::Matrix(&small), 5), (Left::Transpose(&small, 0), 4), (Left::Transpose(&small, 14), 3)]
    {
        let refused =
            panic::catch_unwind(|| product(InitialSum::Zero, left, &right, &mut vec![0.0; rows * 16], 16));
        assert!(refused.is_err(), "{left:?} for {rows} rows by 6");
    }
}

#[test]
fn added_rows_are_added_in_order() {
    on_every(&Added);
}

struct Added;

impl Check for Added {
    fn on<S: Simd>(&self, simd: S, _: bool) {
        let (rows, mut sums) = (noise(30, 48, 1), noise(1, 48, 2));
        let expected = rows.outer_iter().fold(sums.row(0).to_owned(), |sum, row| sum + row);
        simd.vectorize(AddRows { rows: rows.as_slice().unwrap(), sums: sums.as_slice_mut().unwrap() });
        assert_eq!(sums.row(0), expected, "{simd:?}");
    }
}

#[test]
fn what_is_not_whole_rows_is_refused() {
    let refused = |rows: usize, sums: usize| {
        panic::catch_unwind(|| add_rows(&vec![0.0; rows], &mut vec![0.0; sums])).is_err()
    };
    assert!(!refused(3 * LANES, LANES));
    assert!(refused(3 * LANES + 1, LANES) && refused(3 * LANES, LANES + 1) && refused(LANES, 0));
    let empty =
        || product(InitialSum::Zero, Left::Matrix(&Matrix::zeros(1, 1)), &[], &mut [0.0; LANES], LANES);
    assert!(panic::catch_unwind(empty).is_err());
}

#[test]
fn sparse_products_equal_the_dense_ones_bit_for_bit() {
    for (rows, inner, columns, density) in [
        (5, 10, 16, 0.5),
        (11, 784, 100, 0.2),
        (4, 60, 151, 0.0),
        (3, 20, 64, 1.0),
        (7, 30, 40, 0.4),
        (6, 12, 9, 0.4),
    ] {
        on_every(&Sparse { rows, inner, columns, density });
    }
}

struct Sparse {
    rows: usize,
    inner: usize,
    columns: usize,
    density: f64,
}

impl Check for Sparse {
    fn on<S: Simd>(&self, simd: S, fused: bool) {
        let &Self { rows, inner, columns, density } = self;
        let mut random = stream(7, Purpose::Inputs, 4);
        let bytes = Array2::from_shape_simple_fn((rows, inner), || {
            if random.random_bool(density) { random.random_range(1..=255u8) } else { 0 }
        });
        let sparse = compress(&bytes);
        let left = bytes.mapv(|byte| sparse.scale[usize::from(byte)]);
        let mut gathered = SparseColumns::new(inner, rows);
        gathered.gather(&sparse, &(0..rows as u32).collect::<Vec<_>>());
        let columns_of = |range| Columns { columns: &gathered, scale: &sparse.scale, range };

        let (factor, there) = (noise(inner, columns, 5), noise(rows, columns, 6));
        let (right, mut out) = (padded(&factor), padded(&there));
        let scatter =
            Scatter { left: &columns_of(0..inner), right: right.all(), out: out.all_mut(), columns };
        simd.vectorize(scatter);
        let expected = (naive(&left, &factor, &there, fused), 0);
        assert_eq!(corner(&out, &padded(&there), rows, columns), expected, "{simd:?}, density {density}");

        let (signal, there) = (noise(rows, columns, 7), noise(inner, columns, 8));
        for (start, sums) in
            [(InitialSum::Existing, there.clone()), (InitialSum::Zero, Array2::zeros(there.dim()))]
        {
            let (right, mut out) = (padded(&signal), padded(&there));
            if start == InitialSum::Zero {
                out.all_mut().fill(9.0);
            }
            let (half, stride) = (inner / 4 * 2, out.stride()); // in two parts, as two threads would
            for range in [0..half, half..inner] {
                let part = &mut out.all_mut()[range.start * stride..range.end * stride];
                let left = &columns_of(range);
                simd.vectorize(Collect { start, left, right: right.all(), out: part, columns });
            }
            let expected = (naive(&left.t().into_owned(), &signal, &sums, fused), 0);
            let got = corner(&out, &padded(&there), inner, columns);
            assert_eq!(got, expected, "{simd:?}, gradient, density {density}, {start:?}");
        }
    }
}

#[test]
fn a_sparse_product_starts_from_zeros_a_row_or_what_is_there() {
    let bytes = Array2::from_shape_fn((5, 10), |(row, column)| ((row * column) % 3) as u8);
    let sparse = compress(&bytes);
    let mut gathered = SparseColumns::new(10, 5);
    gathered.gather(&sparse, &[0, 1, 2, 3, 4]);
    let columns = Columns { columns: &gathered, scale: &sparse.scale, range: 0..10 };
    let left = bytes.mapv(|byte| sparse.scale[usize::from(byte)]);
    let (factor, there, row) = (noise(10, 32, 1), noise(5, 32, 2), noise(1, 32, 3));
    let rows_alike = row.broadcast((5, 32)).unwrap().to_owned();
    let row = row.as_slice().unwrap();
    for (start, sums) in [
        (InitialSum::Zero, Array2::zeros((5, 32))),
        (InitialSum::Row(row), rows_alike),
        (InitialSum::Existing, there.clone()),
    ] {
        let (mut out, right) = (there.clone(), factor.as_slice().unwrap());
        sparse_product(start, &columns, right, out.as_slice_mut().unwrap(), 32);
        assert_eq!(out, naive(&left, &factor, &sums, arithmetic() == "fused"), "{start:?}");
    }
}

#[test]
fn a_sparse_product_refuses_a_factor_without_a_row_for_each_column() {
    let sparse = compress(&Array2::from_elem((5, 10), 1));
    let mut gathered = SparseColumns::new(10, 5);
    gathered.gather(&sparse, &[0, 1, 2, 3, 4]);
    let refused = |range: Range<usize>, rows: usize| {
        let left = Columns { columns: &gathered, scale: &sparse.scale, range };
        let product =
            || sparse_product(InitialSum::Zero, &left, &vec![0.0; rows * 32], &mut [0.0; 5 * 32], 32);
        panic::catch_unwind(panic::AssertUnwindSafe(product)).is_err()
    };
    assert!(!refused(0..10, 10) && refused(0..10, 9) && refused(0..10, 11) && refused(0..9, 9));
}

fn compress(bytes: &Array2<u8>) -> SparseRows {
    let scale = Box::new(std::array::from_fn(|byte| byte as Real / 255.0));
    let mut sparse = SparseRows { starts: vec![0], pairs: vec![], scale };
    for row in bytes.rows() {
        let pairs = row.iter().step_by(2).zip(row.iter().skip(1).step_by(2)).enumerate();
        let pairs = pairs.map(|(index, (&a, &b))| Pair { index: index as u16, bytes: [a, b] });
        sparse.pairs.extend(pairs.filter(|pair| pair.bytes != [0, 0]));
        sparse.starts.push(sparse.pairs.len() as u32);
    }
    sparse
}
