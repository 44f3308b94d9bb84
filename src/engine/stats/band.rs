//! The mean of several curves, with the band in which it is known.
//!
//! Curves are runs that differ in their seed alone. The band is the 95 % confidence interval of
//! the mean after Student, which is honest for three or five seeds where ±2σ is not.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::summary::{finite_length, mean, standard_deviation};

/// The share outside of a 95 % interval on either side.
const ABOVE: f64 = 0.025;

/// The probability with which as many pairs as [`pairs_needed`] says tell a difference from 0.
const POWER: f64 = 0.8;

/// A mean and how well it is known, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The arithmetic mean; NaN for no values.
    pub mean: f64,
    /// Half of the 95 % confidence interval, mean ± this; `None` for fewer than two values.
    pub half_width: Option<f64>,
}

/// The mean of several curves, iteration by iteration.
#[derive(Debug, Clone, PartialEq)]
pub struct BandedCurve {
    /// Mean over the curves that still run at that iteration, one entry per iteration from 0.
    pub mean: Vec<f64>,
    /// Lower end of the 95 % band.
    ///
    /// It stops where fewer than two curves are left, so it may be shorter than `mean`, and is
    /// empty for a single curve: no band is drawn from one value.
    pub low: Vec<f64>,
    /// Upper end of the band, as long as `low`.
    pub high: Vec<f64>,
    /// The number of curves at the start.
    pub n: usize,
    /// The number of them that ended before the longest one's last row: the diverged ones.
    pub ended_early: usize,
}

/// Mean and 95 % confidence interval of values that are thought of as draws from one distribution.
///
/// The half width is t · s / √n with Student's t at n − 1 degrees of freedom.
///
/// ```
/// let band = initlab_engine::stats::band(&[1.0, 2.0, 3.0]);
/// assert_eq!(band.mean, 2.0);
/// assert!((band.half_width.unwrap() - 4.302_653 / 3.0_f64.sqrt()).abs() < 1e-6);
/// ```
pub fn band(values: &[f64]) -> Band {
    simultaneous_band(values, 1)
}

/// The same for one of several means that are read together: with a probability of 95 % or more, all of so many intervals
/// hold their means (Bonferroni: each leaves out the share 5 % / `comparisons`).
///
/// ```
/// use initlab_engine::stats::{band, simultaneous_band};
///
/// let values = [1.0, 2.0, 3.0];
/// assert_eq!(simultaneous_band(&values, 1), band(&values));
/// assert!(simultaneous_band(&values, 6).half_width > band(&values).half_width);
/// ```
pub fn simultaneous_band(values: &[f64], comparisons: usize) -> Band {
    band_with(values, t_quantile(values.len(), 1.0 - ABOVE / comparisons as f64))
}

/// The least number of pairs whose mean difference is told from 0 with a probability of about 80 %, by an interval that is
/// one of `comparisons`, if these differences have the mean and the standard deviation of all.
///
/// The smallest n with (t(1 − 0.025 / comparisons) + t(0.8)) s / √n ≤ |mean|, both at n − 1 degrees of freedom. None where
/// that is more than `most`, or no number: for fewer than two differences, or equal ones.
///
/// ```
/// // Mean 1, standard deviation 1.
/// assert_eq!(initlab_engine::stats::pairs_needed(&[0.0, 1.0, 2.0], 1, 10_000), Some(10));
/// assert_eq!(initlab_engine::stats::pairs_needed(&[-1.0, 0.0, 1.0], 1, 10_000), None);
/// ```
pub fn pairs_needed(differences: &[f64], comparisons: usize, most: usize) -> Option<usize> {
    let effect = mean(differences).abs() / standard_deviation(differences);
    let tells = |pairs: usize| {
        let both = t_quantile(pairs, 1.0 - ABOVE / comparisons as f64)? + t_quantile(pairs, POWER)?;
        Some(both / (pairs as f64).sqrt() <= effect)
    };
    if !effect.is_finite() || tells(most) != Some(true) {
        return None;
    }
    let (mut too_few, mut enough) = (1, most);
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        *if tells(middle) == Some(true) { &mut enough } else { &mut too_few } = middle;
    }
    Some(enough)
}

/// Mean and band of several curves at every iteration.
///
/// A curve ends at its last point or before its first value that is not finite, and is left out
/// from there on; the result is as long as the longest curve that is left, empty for no curves.
///
/// ```
/// let curves = [vec![2.0, 1.0, 0.5], vec![4.0, f64::NAN, f64::NAN]];
/// let banded = initlab_engine::stats::banded(&curves);
/// assert_eq!(banded.mean, [3.0, 1.0, 0.5]);
/// assert_eq!(banded.low.len(), 1); // from the second iteration on one curve is left
/// assert_eq!((banded.n, banded.ended_early), (2, 1));
/// ```
pub fn banded<C: AsRef<[f64]>>(curves: &[C]) -> BandedCurve {
    let curves: Vec<&[f64]> = curves.iter().map(AsRef::as_ref).collect();
    let rows = curves.iter().map(|curve| curve.len()).max().unwrap_or(0);
    let finite: Vec<&[f64]> = curves.iter().map(|curve| &curve[..finite_length(curve)]).collect();
    let bands = bands(&finite);
    let ends = |side: f64| {
        let end = move |band: &Band| Some(band.mean + side * band.half_width?);
        bands.iter().map_while(end).collect()
    };
    BandedCurve {
        mean: bands.iter().map(|band| band.mean).collect(),
        low: ends(-1.0),
        high: ends(1.0),
        n: curves.len(),
        ended_early: finite.iter().filter(|curve| curve.len() < rows).count(),
    }
}

/// One band per iteration, over the curves that are long enough.
fn bands(curves: &[&[f64]]) -> Vec<Band> {
    let length = curves.iter().map(|curve| curve.len()).max().unwrap_or(0);
    // A quantile costs far more than a mean, and only the count of curves decides it.
    let quantiles: Vec<_> = (0..=curves.len()).map(student_t).collect();
    let at = |iteration: usize| {
        let values: Vec<f64> = curves.iter().filter_map(|curve| curve.get(iteration).copied()).collect();
        band_with(&values, quantiles[values.len()])
    };
    (0..length).map(at).collect()
}

/// The band of values whose t quantile is known.
fn band_with(values: &[f64], quantile: Option<f64>) -> Band {
    let standard_error = standard_deviation(values) / (values.len() as f64).sqrt();
    Band { mean: mean(values), half_width: quantile.map(|quantile| quantile * standard_error) }
}

/// Student's t for a two-sided 95 % interval from `count` values; `None` for fewer than two.
pub fn student_t(count: usize) -> Option<f64> {
    t_quantile(count, 1.0 - ABOVE)
}

/// The quantile of Student's t for `count` values, at n − 1 degrees of freedom; `None` for fewer than two.
fn t_quantile(count: usize, probability: f64) -> Option<f64> {
    let freedom = count.checked_sub(1).filter(|&freedom| freedom > 0)?;
    let distribution = StudentsT::new(0.0, 1.0, freedom as f64).ok()?;
    Some(distribution.inverse_cdf(probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_the_tables() {
        // scipy.stats.t.ppf(1 - 0.025 / comparisons, n - 1)
        let table = [
            (2, 1, 12.706_204_736),
            (3, 1, 4.302_652_730),
            (5, 1, 2.776_445_105),
            (10, 1, 2.262_157_163),
            (2, 6, 76.390_009_311),
            (5, 6, 4.851_008_443),
        ];
        for (count, comparisons, expected) in table {
            let found = t_quantile(count, 1.0 - ABOVE / f64::from(comparisons)).unwrap();
            assert!((found - expected).abs() < 1e-8 * expected, "n = {count}: {found} is not {expected}");
        }
        assert_eq!((student_t(0), student_t(1)), (None, None));
    }

    /// scipy.stats: the least n with 1 - nct.cdf(t.ppf(1 - 0.025 / m, n - 1), n - 1, sqrt(n)) >= 0.8
    #[test]
    fn the_number_of_pairs_is_that_of_the_noncentral_t() {
        for (comparisons, expected) in [(1, 10), (6, 16)] {
            assert_eq!(pairs_needed(&[0.0, 1.0, 2.0], comparisons, 10_000), Some(expected));
        }
        assert_eq!(pairs_needed(&[0.0, 1.0, 2.0], 6, 15), None);
        assert_eq!(pairs_needed(&[1.0, 1.0], 1, 100), None, "no spread");
        assert_eq!(pairs_needed(&[0.0, 0.0], 1, 100), None);
    }

    #[test]
    fn one_value_has_no_band() {
        assert_eq!(band(&[3.0]), Band { mean: 3.0, half_width: None });
        assert_eq!(band(&[3.0, 3.0]).half_width, Some(0.0));
        assert!(band(&[]).mean.is_nan());
    }

    #[test]
    fn curves_are_averaged_iteration_by_iteration() {
        let found = banded(&[vec![1.0, 10.0], vec![3.0, 30.0]]);
        assert_eq!(found.mean, [2.0, 20.0]);
        let half_width = found.high[0] - found.mean[0];
        assert!((half_width - 12.706_204_736).abs() < 1e-8, "{half_width}"); // s = √2, √n = √2
        assert_eq!(found.low[1], 20.0 - band(&[10.0, 30.0]).half_width.unwrap());
        assert_eq!((found.n, found.ended_early), (2, 0));
    }

    #[test]
    fn a_diverged_curve_leaves_and_takes_nothing_along() {
        let diverged = vec![5.0, f64::INFINITY];
        let found = banded(&[diverged, vec![1.0; 4], vec![3.0, 3.0, 3.0, f64::NAN]]);
        assert_eq!(found.mean, [3.0, 2.0, 2.0, 1.0]);
        assert_eq!((found.low.len(), found.high.len()), (3, 3)); // one curve alone has no band
        assert_eq!((found.n, found.ended_early), (3, 2));
    }

    #[test]
    fn one_curve_none_and_all_diverged() {
        let one = banded(&[[1.0, 2.0]]);
        assert_eq!((one.mean.len(), one.low.len(), one.ended_early), (2, 0, 0));
        let none = banded::<Vec<f64>>(&[]);
        assert_eq!((none.mean.len(), none.n), (0, 0));
        let diverged = banded(&[[1.0, f64::NAN], [1.0, f64::INFINITY]]);
        assert_eq!((diverged.mean.len(), diverged.ended_early), (1, 2));
    }
}
