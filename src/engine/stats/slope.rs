//! Whether a curve still falls at its end.

use super::band::student_t;
use super::summary::mean;

/// True if a straight line through these values, by least squares, has a slope whose 95 % interval is below 0 (Student's t
/// with n − 2 degrees of freedom).
///
/// ```
/// use initlab_engine::stats::falls;
///
/// let noisy = |slope: f64| (0..100).map(|i| slope * f64::from(i) + f64::from(i % 3)).collect::<Vec<f64>>();
/// assert!(falls(&noisy(-0.02)) && !falls(&noisy(0.0)) && !falls(&noisy(0.02)));
/// assert!(!falls(&[2.0, 1.0])); // no line is known from two values
/// ```
pub fn falls(values: &[f64]) -> bool {
    let Some(quantile) = values.len().checked_sub(1).and_then(student_t) else { return false };
    let (n, center) = (values.len() as f64, mean(values));
    let from_middle = |i: usize| i as f64 - (n - 1.0) / 2.0;
    let squares: f64 = (0..values.len()).map(|i| from_middle(i).powi(2)).sum();
    let product = |(i, value): (usize, &f64)| from_middle(i) * (value - center);
    let slope = values.iter().enumerate().map(product).sum::<f64>() / squares;
    let rest = |(i, value): (usize, &f64)| (value - center - slope * from_middle(i)).powi(2);
    let rest: f64 = values.iter().enumerate().map(rest).sum();
    slope < -quantile * (rest / (n - 2.0) / squares).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// from scipy.stats import linregress, t
    /// for third in (1.1, 0.9):
    ///     r = linregress(range(6), [1.0, 0.95, third, 0.7, 0.8, 0.6])
    ///     print(r.slope / r.stderr, t.ppf(0.975, 4))  # -2.651, then -4.666; 2.776
    /// ```
    #[test]
    fn a_slope_is_told_from_0_by_its_interval() {
        assert!(!falls(&[1.0, 0.95, 1.1, 0.7, 0.8, 0.6]));
        assert!(falls(&[1.0, 0.95, 0.9, 0.7, 0.8, 0.6]));
        assert!(!falls(&[1.0, f64::NAN, 0.5]) && !falls(&[]) && !falls(&[1.0]));
    }
}
