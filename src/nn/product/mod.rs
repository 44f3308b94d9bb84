//! Matrix products of the training step, written so that every number has one defined order of sums.
//!
//! One tile kernel serves all three dense products of a layer (forward, signal, weight gradient), and
//! one row kernel the two sparse ones. Each output element is the same chain of fused
//! multiply-adds, in ascending order of the inner index, whatever tile, panel or thread computes it:
//! columns are treated alike bit for bit, the partition of work cannot change a result, and the
//! sparse path, which only leaves out products with zero, agrees with the dense one exactly.
//!
//! Rows are padded to whole vectors ([`super::matrix`]), so no kernel has a tail.

// A kernel has to be compiled inside each of its versions to use their instructions.
#![allow(clippy::inline_always)]

pub mod dense;
pub mod sparse;

pub use dense::{Left, add_rows, product};
pub use sparse::{Columns, Pair, SparseColumns, SparseRows, sparse_gradient, sparse_product};

use super::simd::Vectors;
use crate::Real;

/// What the sums of a product start from; numbers, or vectors of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start<'a, Number = Real> {
    /// Zeros.
    Zero,
    /// For every row, this row.
    Row(&'a [Number]),
    /// What stands in the product's place: the product is added to it.
    There,
}

impl<'a> Start<'a> {
    /// The same in vectors.
    #[inline(always)]
    fn vectors<S: Vectors>(self) -> Start<'a, S::Vector> {
        match self {
            Start::Zero => Start::Zero,
            Start::Row(row) => Start::Row(S::vectors(row)),
            Start::There => Start::There,
        }
    }
}

impl<Vector: Copy> Start<'_, Vector> {
    /// Writes the first sums of some vectors of a row into `zeros`; they begin at vector `first` of it, and
    /// stand at `there`.
    #[inline(always)]
    fn write(self, zeros: &mut [Vector], there: &[Vector], first: usize) {
        match self {
            Start::Zero => (),
            Start::Row(row) => zeros.copy_from_slice(&row[first..][..zeros.len()]),
            Start::There => zeros.copy_from_slice(&there[..zeros.len()]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::matrix::Matrix;
    use crate::nn::simd::arithmetic;
    use crate::rng::{Purpose, stream};
    use ndarray::Array2;
    use ndarray_rand::RandomExt;
    use ndarray_rand::rand_distr::StandardNormal;
    use rand::Rng;

    /// What the kernels must equal bit for bit: one chain of products per element, in order.
    fn naive(left: &Array2<Real>, right: &Array2<Real>, start: &Array2<Real>) -> Array2<Real> {
        let fused = arithmetic() == "fused";
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

    #[test]
    fn dense_products_equal_the_naive_ones_bit_for_bit() {
        for (rows, inner, columns) in [
            (1, 1, 16),
            (3, 7, 16),
            (9, 4, 32),
            (8, 5, 48),
            (13, 31, 112),
            (17, 9, 128),
            (22, 100, 160),
            (7, 300, 528),
        ] {
            let (left, right) = (noise(rows, inner, 1), noise(inner, columns, 2));
            let start = noise(rows, columns, 3);
            let (plain, transposed) = (padded(&left), padded(&left.t().into_owned()));
            let zeros = Array2::zeros((rows, columns));
            let row = start.row(0).to_vec();
            let rows_alike = Array2::from_shape_fn((rows, columns), |(_, column)| row[column]);
            for (from, sums) in
                [(Start::There, &start), (Start::Row(&row), &rows_alike), (Start::Zero, &zeros)]
            {
                let expected = naive(&left, &right, sums);
                for factor in [Left::Matrix(&plain), Left::Transpose(&transposed, 0)] {
                    let mut out = start.clone();
                    let out_values = out.as_slice_mut().unwrap();
                    product(from, factor, right.as_slice().unwrap(), out_values, columns);
                    assert_eq!(out, expected, "{rows} x {inner} x {columns}, {from:?}, {factor:?}");
                }
            }
        }
    }

    #[test]
    fn sparse_products_equal_the_dense_ones_bit_for_bit() {
        let mut random = stream(7, Purpose::Inputs, 4);
        for (rows, inner, columns, density) in
            [(5, 10, 16, 0.5), (11, 784, 112, 0.2), (4, 60, 160, 0.0), (3, 20, 64, 1.0)]
        {
            let bytes = Array2::from_shape_simple_fn((rows, inner), || {
                if random.random_bool(density) { random.random_range(1..=255u8) } else { 0 }
            });
            let sparse = compress(&bytes);
            let left = bytes.mapv(|byte| sparse.scale[usize::from(byte)]);
            let (factor, start) = (noise(inner, columns, 5), noise(rows, columns, 6));
            let chosen: Vec<u32> = (0..rows as u32).collect();
            let mut out = start.clone();
            let mut gathered = SparseColumns::new(inner, rows);
            gathered.gather(&sparse, &chosen);
            let columns_of = |which| Columns { of: &gathered, scale: &sparse.scale, which };
            let right = factor.as_slice().unwrap();
            sparse_product(Start::There, &columns_of(0..inner), right, out.as_slice_mut().unwrap(), columns);
            assert_eq!(out, naive(&left, &factor, &start), "density {density}");
            let (signal, start) = (noise(rows, columns, 7), noise(inner, columns, 8));
            let mut out = start.clone();
            let half = inner / 4 * 2; // in two parts, as two threads would
            for which in [0..half, half..inner] {
                let part = &mut out.as_slice_mut().unwrap()[which.start * columns..which.end * columns];
                let signal = signal.as_slice().unwrap();
                sparse_gradient(Start::There, &columns_of(which), signal, part, columns);
            }
            let transposed = left.t().into_owned();
            assert_eq!(out, naive(&transposed, &signal, &start), "gradient, density {density}");
        }
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
}
