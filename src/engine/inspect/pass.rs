//! One pass over a tensor: the sums, extremes and comparisons of all its numbers.

use super::layout::TensorAxes;
use crate::model_file::Tensor;

/// Sums that run side by side.
const LANES: usize = 8;
/// The largest numbers that are kept, at least.
const KEPT: usize = 64;

/// The sums of one pass.
pub struct Pass {
    /// Numbers that are not below it in size are left out of everything, as those that are NaN.
    limit: f64,
    /// Subtracted before powers are taken, so that a mean far from 0 does not drown them.
    pub pivot: f64,
    /// Sums of the first four powers of what is left, and of squares as they are.
    powers: [[f64; LANES]; 5],
    /// The smallest and the largest.
    pub range: [f64; 2],
    /// The sizes of the largest, `KEPT` at least where there are so many, and what a size must exceed to be one.
    top: (Vec<f64>, f64),
    /// How many were left out.
    pub left_out: usize,
    /// How many zeros there are.
    pub zeros: usize,
    /// The sum of squares of each row and column.
    pub row_squares: Vec<f64>,
    /// See [`row_squares`](Self::row_squares).
    pub column_squares: Vec<f64>,
    /// A hash of each unit, signs aside: each unit is taken so that its first number other than 0 is positive.
    pub hashes: Vec<u64>,
    /// The sign of that number, 0 where there is none.
    pub signs: Vec<f64>,
}

impl Pass {
    /// Over all numbers of a tensor whose size is below the limit.
    pub fn over(tensor: &Tensor<'_>, axes: &TensorAxes, pivot: f64, limit: f64) -> Self {
        let mut pass = Self {
            limit,
            pivot,
            powers: [[0.0; LANES]; 5],
            range: [f64::INFINITY, f64::NEG_INFINITY],
            top: (Vec::new(), 0.0),
            left_out: 0,
            zeros: 0,
            row_squares: Vec::with_capacity(axes.rows),
            column_squares: vec![0.0; axes.columns],
            hashes: vec![0; axes.count()],
            signs: vec![0.0; axes.count()],
        };
        let mut row = Vec::new();
        for index in 0..axes.rows {
            tensor.read_numbers(index * axes.columns, axes.columns, &mut row);
            pass.add(&mut row, axes.units_last);
        }
        pass
    }

    /// The means of the first four powers of the distance from the pivot, and of squares, of so many numbers.
    pub fn means(&self, count: usize) -> [f64; 5] {
        self.powers.map(|lanes| lanes.iter().sum::<f64>() / count as f64)
    }

    /// The sizes of the largest numbers, the largest first.
    pub fn largest(&mut self) -> &[f64] {
        self.cut();
        &self.top.0
    }

    /// Takes in the next row; numbers that are left out count as 0 in the sums of squares.
    fn add(&mut self, row: &mut [f64], units_last: bool) {
        let limit = self.limit;
        let stays = |x: f64| x.abs() < limit;
        let left_out = row.iter().filter(|x| !stays(**x)).count();
        if left_out > 0 {
            let kept: Vec<f64> = row.iter().copied().filter(|x| stays(*x)).collect();
            self.add_powers(&kept);
            row.iter_mut().filter(|x| !stays(**x)).for_each(|x| *x = 0.0);
            self.left_out += left_out;
        } else {
            self.add_powers(row);
        }
        let index = self.row_squares.len();
        self.row_squares.push(row.iter().map(|x| x * x).sum());
        row.iter().zip(&mut self.column_squares).for_each(|(x, sum)| *sum += x * x);
        if units_last {
            for ((x, hash), sign) in row.iter().zip(&mut self.hashes).zip(&mut self.signs) {
                mix(*x, hash, sign);
            }
        } else {
            let (mut hash, mut sign) = (0, 0.0);
            row.iter().for_each(|x| mix(*x, &mut hash, &mut sign));
            (self.hashes[index], self.signs[index]) = (hash, sign);
        }
    }

    fn add_powers(&mut self, numbers: &[f64]) {
        let [mut low, mut high] = [f64::INFINITY, f64::NEG_INFINITY];
        for lanes in numbers.chunks(LANES) {
            for (lane, x) in lanes.iter().enumerate() {
                let d = x - self.pivot;
                let powers = [d, d * d, d * d * d, d * d * d * d, x * x];
                self.powers.iter_mut().zip(powers).for_each(|(sums, power)| sums[lane] += power);
            }
        }
        numbers.iter().for_each(|x| (low, high) = (low.min(*x), high.max(*x)));
        self.range = [self.range[0].min(low), self.range[1].max(high)];
        self.zeros += numbers.iter().filter(|x| **x == 0.0).count();
        if high.max(-low) > self.top.1 {
            self.add_largest(numbers);
        }
    }

    fn add_largest(&mut self, numbers: &[f64]) {
        for x in numbers {
            if x.abs() > self.top.1 {
                self.top.0.push(x.abs());
            }
            if self.top.0.len() == 2 * KEPT {
                self.cut();
            }
        }
    }

    /// Keeps the largest only.
    fn cut(&mut self) {
        let (top, floor) = &mut self.top;
        top.sort_unstable_by(|a, b| b.total_cmp(a));
        top.truncate(KEPT);
        *floor = if top.len() == KEPT { top[KEPT - 1] } else { 0.0 };
    }
}

/// Takes a number into a unit's hash.
pub fn mix(x: f64, hash: &mut u64, sign: &mut f64) {
    if *sign == 0.0 && x != 0.0 {
        *sign = x.signum();
    }
    let bits = (x * *sign + 0.0).to_bits(); // + 0.0: one zero, not two
    *hash = (hash.rotate_left(5) ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    *hash ^= *hash >> 32;
}
