//! Orthogonal weights (Saxe et al. 2013): matrices that keep lengths.
//!
//! The factor Q of a normal matrix A = QR. A QR factorization is unique only once the signs of R's
//! diagonal are fixed; with all of them positive, Q is uniformly distributed over all orthonormal
//! sets (Mezzadri 2007, "How to generate random matrices from the classical compact groups"). The
//! Gram–Schmidt process divides by lengths, so it finds exactly that Q; done twice per vector, it is
//! orthonormal to rounding ("twice is enough", Parlett 1980, 6.9).

use super::{Distribution, Fans};
use crate::rng::Stream;
use ndarray::{Array2, ArrayViewMut1, s};

/// Weights `(fan_in, fan_out)` with orthonormal columns, or rows where these are fewer.
pub(super) fn draw(fans: Fans, stream: &mut Stream) -> Array2<f64> {
    let normal = Distribution::Normal { std: 1.0 }.draw((fans.fan_in, fans.fan_out), stream);
    if fans.fan_in < fans.fan_out {
        return orthonormal_rows(normal);
    }
    let columns = normal.t().as_standard_layout().into_owned(); // (fan_out, fan_in)
    orthonormal_rows(columns).reversed_axes().as_standard_layout().into_owned()
}

/// Makes the rows orthonormal, one after the other; there are at most as many as columns.
fn orthonormal_rows(mut rows: Array2<f64>) -> Array2<f64> {
    for index in 0..rows.nrows() {
        let (done, mut rest) = rows.multi_slice_mut((s![..index, ..], s![index.., ..]));
        let mut row = rest.row_mut(0);
        for _ in 0..2 {
            done.rows().into_iter().for_each(|direction| {
                let share = direction.dot(&row);
                row.scaled_add(-share, &direction);
            });
        }
        normalize(&mut row);
    }
    rows
}

fn normalize(row: &mut ArrayViewMut1<f64>) {
    let length = row.dot(row).sqrt();
    *row /= length;
}

#[cfg(test)]
mod tests {
    use super::super::Init;
    use super::*;
    use crate::Real;

    /// The largest difference of WᵀW, or WWᵀ where fan_in < fan_out, from gain² I, in the engine's
    /// precision.
    fn defect(weights: &Array2<f64>, gain: f64) -> f64 {
        let weights = weights.mapv(|w| f64::from(w as Real));
        let (fan_in, fan_out) = weights.dim();
        let gram = if fan_in < fan_out { weights.dot(&weights.t()) } else { weights.t().dot(&weights) };
        let difference = gram - Array2::<f64>::eye(fan_in.min(fan_out)) * (gain * gain);
        difference.iter().fold(0.0, |most: f64, x| most.max(x.abs()))
    }

    #[test]
    fn columns_or_rows_are_orthogonal_and_as_long_as_the_gain() {
        for (text, gain) in [("orthogonal", 1.0), ("orthogonal=1.5", 1.5)] {
            let init: Init = text.parse().unwrap();
            for (fan_in, fan_out) in [(784, 100), (30, 80), (64, 64), (5, 1)] {
                let weights = init.draw_weights(Fans { fan_in, fan_out }, 4, 0);
                assert_eq!(weights.dim(), (fan_in, fan_out));
                let defect = defect(&weights, gain);
                assert!(defect < 1e-6, "{text}, {fan_in} to {fan_out}: {defect}");
            }
        }
    }

    /// Uniform over all orthogonal 2 × 2 matrices: a rotation as often as a reflection, and an angle
    /// without preference (with R's signs left as they fall, the first element has one sign).
    #[test]
    fn every_orthogonal_matrix_is_as_likely() {
        let init: Init = "orthogonal".parse().unwrap();
        let draws: Vec<_> =
            (0..2000).map(|seed| init.draw_weights(Fans { fan_in: 2, fan_out: 2 }, seed, 0)).collect();
        let share = |holds: fn(&Array2<f64>) -> bool| draws.iter().filter(|w| holds(w)).count();
        // Each count is binomial(2000, 1/2): mean 1000, standard deviation 22.
        assert!((870..=1130).contains(&share(|w| w[[0, 0]] * w[[1, 1]] > w[[0, 1]] * w[[1, 0]])));
        assert!((870..=1130).contains(&share(|w| w[[0, 0]] > 0.0)));
        assert!((870..=1130).contains(&share(|w| w[[1, 1]] > 0.0)));
        assert!((870..=1130).contains(&share(|w| w[[0, 0]].abs() > w[[0, 1]].abs())));
    }
}
