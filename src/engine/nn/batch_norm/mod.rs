//! Batch normalization by hand: forward and backward (Ioffe & Szegedy 2015).
//!
//! It stands between a hidden layer's `z = x · W + b` and its activation. Each unit is brought to
//! mean 0 and variance 1 over the batch, then to what it learns to want: `y = γ ẑ + β`. A network in
//! training uses the statistics of its batch; a network that is looked at uses running ones, which
//! belong to the network but are no parameters.
//!
//! Only the formulas are here. Which rows make up a batch stands in [`super::rows`].

use super::matrix::{Matrix, stride};
use crate::Real;

/// ε, which keeps a quotient finite where a unit does not vary. The book writes it as `10e-7`.
pub const EPSILON: Real = 1e-6;
/// The share of their past that the running statistics keep at each update, as in the book.
pub const MOMENTUM: Real = 0.9;

/// The source of the mean and the variance by which a unit is normalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistics {
    /// Those of the rows at hand, which are a whole batch: in training.
    Batch,
    /// The running ones: when a network is looked at, example by example.
    Running,
}

/// Mean and variance of each unit of a layer, both of the layer's stride; padding has 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// Arithmetic mean.
    pub mean: Vec<Real>,
    /// Mean square distance from it: divided by the number of rows, not by one less.
    pub variance: Vec<Real>,
}

impl Moments {
    /// Zeros, from which the running statistics start, as in the book.
    pub fn zero(units: usize) -> Self {
        let zeros = vec![0.0; stride(units)];
        Self { mean: zeros.clone(), variance: zeros }
    }

    /// Measures the rows of `z`, each as long as `mean`; at least one row.
    pub fn measure(&mut self, z: &[Real]) {
        let Self { mean, variance } = self;
        let rows = (z.len() / mean.len()) as Real;
        mean.fill(0.0);
        for z in z.chunks_exact(mean.len()) {
            mean.iter_mut().zip(z).for_each(|(mean, z)| *mean += z);
        }
        mean.iter_mut().for_each(|mean| *mean /= rows);
        variance.fill(0.0);
        for z in z.chunks_exact(mean.len()) {
            let squares = z.iter().zip(&*mean).map(|(z, mean)| (z - mean) * (z - mean));
            variance.iter_mut().zip(squares).for_each(|(variance, square)| *variance += square);
        }
        variance.iter_mut().for_each(|variance| *variance /= rows);
    }

    /// Moves running statistics towards those of a batch: `r ← 0.9 r + 0.1 batch`.
    pub fn follow(&mut self, batch: &Self) {
        let follow = |(running, batch): (&mut Real, &Real)| {
            *running = MOMENTUM * *running + (1.0 - MOMENTUM) * batch;
        };
        self.mean.iter_mut().zip(&batch.mean).for_each(follow);
        self.variance.iter_mut().zip(&batch.variance).for_each(follow);
    }
}

/// A layer's batch norm, apart from the rows that go through it.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// γ, 1 at the start; padding has 0.
    pub gamma: &'a [Real],
    /// β, 0 at the start.
    pub beta: &'a [Real],
    /// The running statistics.
    pub running: &'a Moments,
}

/// The arrays that a layer's batch norm computes for the rows of a block.
#[derive(Clone, Debug)]
pub struct NormRows {
    /// `ẑ = (z − mean) / σ`, where `σ = √(variance + ε)`; `(rows, units)`.
    pub normalized: Matrix,
    /// `y = γ ẑ + β`, which the activation is applied to; in its place, on the way back, the gradient
    /// with respect to it; `(rows, units)`.
    pub y: Matrix,
    /// Statistics of the rows; `(stride)` each.
    pub moments: Moments,
    /// `1 / σ`; `(stride)`.
    pub inverse_std: Vec<Real>,
    /// Gradient of the loss with respect to γ; `(stride)`.
    pub d_gamma: Vec<Real>,
    /// Gradient of the loss with respect to β; `(stride)`.
    pub d_beta: Vec<Real>,
}

impl NormRows {
    /// Space for `capacity` rows of a layer of this many units.
    pub fn new(capacity: usize, units: usize) -> Self {
        let (rows, zeros) = (Matrix::zeros(capacity, units), vec![0.0; stride(units)]);
        Self {
            normalized: rows.clone(),
            y: rows,
            moments: Moments::zero(units),
            inverse_std: zeros.clone(),
            d_gamma: zeros.clone(),
            d_beta: zeros,
        }
    }

    /// Normalizes the rows of `z` `(rows, stride)` and returns `y`, as many rows of it.
    pub fn forward(&mut self, norm: Norm, z: &[Real], statistics: Statistics) -> &[Real] {
        let Self { normalized, y, moments, inverse_std, .. } = self;
        let moments = match statistics {
            Statistics::Running => norm.running,
            Statistics::Batch => {
                moments.measure(z);
                &*moments
            }
        };
        for (inverse_std, variance) in inverse_std.iter_mut().zip(&moments.variance) {
            *inverse_std = 1.0 / (variance + EPSILON).sqrt(); // (stride)
        }
        let (normalized, y) = (&mut normalized.all_mut()[..z.len()], &mut y.all_mut()[..z.len()]);
        for_each_row(inverse_std.len(), z, normalized, |z, normalized| {
            let units = normalized.iter_mut().zip(z).zip(&moments.mean).zip(&*inverse_std);
            units.for_each(|(((out, z), mean), inverse_std)| *out = (z - mean) * inverse_std); // (rows, stride)
        });
        for_each_row(inverse_std.len(), normalized, y, |normalized, y| {
            let units = y.iter_mut().zip(normalized).zip(norm.gamma).zip(norm.beta);
            units.for_each(|(((y, normalized), gamma), beta)| *y = gamma * normalized + beta); // (rows, stride)
        });
        y
    }

    /// Writes the gradient with respect to `z`, given the one with respect to `y` in the place of `y`, and
    /// keeps those with respect to γ and β.
    ///
    /// Every `z` of a unit moves its mean and its variance too, and so all rows of `ẑ`. Put together,
    /// with `m` rows:
    ///
    /// `d_β = Σ d_y`, `d_γ = Σ d_y ẑ`, `d_z = γ / σ · (d_y − (d_β + ẑ d_γ) / m)`.
    pub fn backward(&mut self, gamma: &[Real], d_z: &mut [Real]) {
        let Self { normalized, y: d_y, inverse_std, d_gamma, d_beta, .. } = self;
        let (units, rows) = (gamma.len(), (d_z.len() / gamma.len()) as Real);
        let (normalized, d_y) = (&normalized.all()[..d_z.len()], &d_y.all()[..d_z.len()]);
        d_beta.fill(0.0);
        d_gamma.fill(0.0);
        for (d_y, normalized) in d_y.chunks_exact(units).zip(normalized.chunks_exact(units)) {
            d_beta.iter_mut().zip(d_y).for_each(|(sum, d_y)| *sum += d_y); // (stride)
            let products = d_y.iter().zip(normalized).map(|(d_y, normalized)| d_y * normalized);
            d_gamma.iter_mut().zip(products).for_each(|(sum, product)| *sum += product); // (stride)
        }
        let rows_of_each = d_y.chunks_exact(units).zip(normalized.chunks_exact(units));
        for (d_z, (d_y, normalized)) in d_z.chunks_exact_mut(units).zip(rows_of_each) {
            let shared = normalized.iter().zip(&*d_beta).zip(&*d_gamma);
            let shared = shared.map(|((normalized, d_beta), d_gamma)| (d_beta + normalized * d_gamma) / rows);
            let scale = gamma.iter().zip(&*inverse_std).map(|(gamma, inverse_std)| gamma * inverse_std);
            let own = d_y.iter().zip(shared).map(|(d_y, shared)| d_y - shared);
            d_z.iter_mut().zip(own).zip(scale).for_each(|((d_z, own), scale)| *d_z = scale * own); // (stride)
        }
    }
}

/// Calls `each` with a row of `from` and the same row of `to`.
fn for_each_row(stride: usize, from: &[Real], to: &mut [Real], mut each: impl FnMut(&[Real], &mut [Real])) {
    from.chunks_exact(stride).zip(to.chunks_exact_mut(stride)).for_each(|(from, to)| each(from, to));
}

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "f64"))]
mod gradient_check;
