//! One number from many.
//!
//! Every function takes values as they come and leaves them as they are. Sums run from first to
//! last, so equal input gives equal bits.

use crate::Real;

/// Arithmetic mean; NaN for no values.
///
/// ```
/// assert_eq!(initlab_engine::stats::mean(&[1.0, 2.0, 6.0]), 3.0);
/// ```
pub fn mean(values: &[f64]) -> f64 {
    // An empty f64 sum is -0, and 0/0 is the NaN that is promised.
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sample standard deviation, with n − 1 below the sum of squares; NaN for fewer than two values.
///
/// ```
/// assert_eq!(initlab_engine::stats::standard_deviation(&[1.0, 2.0, 3.0]), 1.0);
/// assert!(initlab_engine::stats::standard_deviation(&[1.0]).is_nan());
/// ```
pub fn standard_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let center = mean(values);
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// Root of the mean square, √E\[x²\]; NaN for no values.
///
/// ```
/// assert_eq!(initlab_engine::stats::rms(&[3.0, -3.0]), 3.0);
/// ```
pub fn rms(values: &[f64]) -> f64 {
    let squares: f64 = values.iter().map(|value| value * value).sum();
    (squares / values.len() as f64).sqrt()
}

/// The same of numbers of the networks' precision.
pub fn rms_of(numbers: &[Real]) -> f64 {
    let squares: f64 = numbers.iter().map(|number| f64::from(*number) * f64::from(*number)).sum();
    (squares / numbers.len() as f64).sqrt()
}

/// The smallest value that is not NaN; NaN if there is none.
pub fn minimum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::min)
}

/// Mean of the last `count` values, of all where there are fewer; NaN for no values.
///
/// ```
/// assert_eq!(initlab_engine::stats::mean_of_last(&[9.0, 1.0, 2.0], 2), 1.5);
/// ```
pub fn mean_of_last(values: &[f64], count: usize) -> f64 {
    mean(&values[values.len().saturating_sub(count)..])
}

/// Index of the first value strictly below `threshold`, from 0; `None` if there is none. NaN is none.
pub fn first_below(values: &[f64], threshold: f64) -> Option<usize> {
    values.iter().position(|&value| value < threshold)
}

/// The number of values before the first one that is infinite or NaN.
///
/// All of them, where every value is finite: this is where a curve ends.
///
/// ```
/// assert_eq!(initlab_engine::stats::finite_length(&[2.3, 1.9, f64::INFINITY, 1.0]), 2);
/// ```
pub fn finite_length(values: &[f64]) -> usize {
    let end = values.iter().position(|value| !value.is_finite());
    end.unwrap_or(values.len())
}

/// The value below which a share `probability` of the values lies.
///
/// Between two values it is interpolated linearly, as `numpy.quantile` does by default; NaN for
/// no values or where one of them is NaN.
///
/// ```
/// assert_eq!(initlab_engine::stats::quantile(&[4.0, 1.0, 2.0, 3.0], 0.5), 2.5);
/// ```
///
/// # Panics
/// If `probability` is outside 0 … 1.
pub fn quantile(values: &[f64], probability: f64) -> f64 {
    assert!((0.0..=1.0).contains(&probability), "a probability lies in 0 … 1, found {probability}");
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    interpolate(&sorted, probability * (sorted.len() - 1) as f64)
}

/// The value at a fractional index of a sorted slice.
fn interpolate(sorted: &[f64], index: f64) -> f64 {
    let low = sorted[index.floor() as usize];
    let high = sorted[index.ceil() as usize];
    // Two equal infinities have no difference to interpolate.
    if low == high {
        return low;
    }
    low + (high - low) * index.fract()
}

/// Entropy of labels in nats: the loss of knowing only how frequent each class is.
///
/// ```
/// assert_eq!(initlab_engine::stats::label_entropy(&[0, 1, 0, 1]), std::f64::consts::LN_2);
/// ```
pub fn label_entropy(labels: &[u8]) -> f64 {
    let share = |&count: &u32| f64::from(count) / labels.len() as f64;
    counts(labels).iter().filter(|&&count| count > 0).map(share).map(|p| -p * p.ln()).sum()
}

/// The share of the most frequent label: what naming it always gets right; NaN of no labels.
///
/// ```
/// assert_eq!(initlab_engine::stats::largest_share(&[0, 1, 1, 1]), 0.75);
/// ```
pub fn largest_share(labels: &[u8]) -> f64 {
    let most = counts(labels).into_iter().max().unwrap_or(0);
    f64::from(most) / labels.len() as f64
}

/// How often each label is there.
fn counts(labels: &[u8]) -> [u32; 256] {
    let mut counts = [0_u32; 256];
    labels.iter().for_each(|label| counts[usize::from(*label)] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAMPLE: [f64; 5] = [2.0, 4.0, 4.0, 5.0, 10.0];

    #[test]
    fn a_sample_worked_out_by_hand() {
        assert_eq!(mean(&SAMPLE), 5.0);
        assert_eq!(standard_deviation(&SAMPLE), 3.0); // √((9+1+1+0+25)/4)
        assert_eq!(rms(&[3.0, -4.0]), 12.5_f64.sqrt());
        assert_eq!(mean_of_last(&SAMPLE, 2), 7.5);
        assert_eq!(mean_of_last(&SAMPLE, 100), 5.0);
        assert_eq!(first_below(&SAMPLE, 4.0), Some(0));
        assert_eq!(first_below(&SAMPLE, 2.0), None);
        assert_eq!(minimum(&[3.0, f64::NAN, 1.0, f64::INFINITY]), 1.0);
    }

    #[test]
    fn what_does_not_exist_is_nan() {
        let missing = [
            mean(&[]),
            rms(&[]),
            minimum(&[]),
            mean_of_last(&[], 100),
            mean_of_last(&SAMPLE, 0),
            quantile(&[], 0.5),
            quantile(&[1.0, f64::NAN], 0.5),
            standard_deviation(&[1.0]),
        ];
        assert!(missing.iter().all(|value| value.is_nan()), "{missing:?}");
    }

    #[test]
    fn a_curve_ends_before_its_first_value_that_is_not_finite() {
        assert_eq!(finite_length(&SAMPLE), 5);
        assert_eq!(finite_length(&[1.0, f64::NAN, 2.0]), 1);
        assert_eq!(finite_length(&[f64::NEG_INFINITY]), 0);
    }

    #[test]
    fn quantiles_are_numpys() {
        // numpy.quantile([2, 4, 4, 5, 10], [0, 0.1, 0.5, 0.9, 0.995, 1])
        let expected = [(0.0, 2.0), (0.1, 2.8), (0.5, 4.0), (0.9, 8.0), (0.995, 9.9), (1.0, 10.0)];
        for (probability, value) in expected {
            let found = quantile(&[10.0, 4.0, 2.0, 5.0, 4.0], probability);
            assert!((found - value).abs() < 1e-12, "{probability}: {found} is not {value}");
        }
        assert_eq!(quantile(&[f64::INFINITY, f64::INFINITY], 0.5), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn a_quantile_lies_between_its_neighbours(
            values in prop::collection::vec(-1e6..1e6, 1..50), probability in 0.0..=1.0,
        ) {
            let found = quantile(&values, probability);
            let below = values.iter().filter(|&&value| value < found).count() as f64;
            let above = values.iter().filter(|&&value| value > found).count() as f64;
            let intervals = (values.len() - 1) as f64;
            prop_assert!(below <= (probability * intervals).ceil() + 1e-9);
            prop_assert!(above <= ((1.0 - probability) * intervals).ceil() + 1e-9);
        }
    }
}
