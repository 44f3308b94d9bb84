//! Smoothing of a noisy curve, as the textbook figure does it.
//!
//! A Kaiser window of 11 points slides along the curve; the curve is continued at both ends by its
//! own mirror image, so the result is as long as the input. The weights are computed from their
//! definition, not listed, so the shape can be read off the code.

use super::summary::finite_length;

/// The number of points that the window spans: odd, so that it has a middle.
pub const WINDOW: usize = 11;

/// How narrow the Kaiser window is; 0 would be a plain moving average.
const BETA: f64 = 2.0;

/// How many points lie on either side of the window's middle.
const HALF: usize = WINDOW / 2;

/// Smooths a curve with a Kaiser window (11 points, β = 2); `None` for fewer than 11 points.
///
/// A run that diverged ends in a loss that is infinite or NaN. One such value would swallow its
/// ten neighbours, so only the points before the first of them are smoothed (and counted), and the
/// rest follows as it is: the result is as long as the input and diverges at the same place.
///
/// ```
/// let ramp: Vec<f64> = (0..20).map(f64::from).collect();
/// let smoothed = initlab_engine::stats::smooth(&ramp).unwrap();
/// assert!((smoothed[10] - 10.0).abs() < 1e-12); // a line stays a line
/// assert!((smoothed[0] - 2.319006978088).abs() < 1e-12); // but for its mirrored ends
/// ```
pub fn smooth(values: &[f64]) -> Option<Vec<f64>> {
    let (finite, rest) = values.split_at(finite_length(values));
    if finite.len() < WINDOW {
        return None;
    }
    let weights = kaiser_weights();
    let smoothed = (0..finite.len()).map(|index| weighted(finite, &weights, index));
    Some(smoothed.chain(rest.iter().copied()).collect())
}

/// The weighted mean of the window whose middle is `index`.
fn weighted(values: &[f64], weights: &[f64; WINDOW], index: usize) -> f64 {
    let terms = weights.iter().enumerate();
    terms.map(|(offset, weight)| weight * extended(values, index + offset)).sum()
}

/// The curve continued at both ends; `position` counts from `HALF` points before its start.
///
/// To the left stand x\[5\] … x\[1\], which leaves the first point out; to the right x\[n−1\] …
/// x\[n−5\], which repeats the last one. The sources do it so, and their figure depends on it.
fn extended(values: &[f64], position: usize) -> f64 {
    if position < HALF {
        return values[HALF - position];
    }
    let (index, length) = (position - HALF, values.len());
    let mirrored = |index: usize| 2 * length - 1 - index;
    values[if index < length { index } else { mirrored(index) }]
}

/// w(k) = I₀(β √(1 − (k/5)²)) / I₀(β) for k = −5 … 5, divided by its sum.
///
/// I₀(β) cancels in the division. Kaiser (1974), "Nonrecursive digital filter design using the
/// I₀-sinh window function".
fn kaiser_weights() -> [f64; WINDOW] {
    let shape = std::array::from_fn(|index| {
        let offset = index as f64 / HALF as f64 - 1.0; // -1 ..= 1
        bessel_i0(BETA * (1.0 - offset * offset).sqrt())
    });
    let sum: f64 = shape.iter().sum();
    shape.map(|weight| weight / sum)
}

/// The modified Bessel function I₀(x) = Σ ((x/2)ᵏ / k!)², for |x| up to about 10.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0; // (x/2)ᵏ / k!
    let mut sum = 1.0;
    // With x at most β = 2 the terms fall like 1/k!²: the twentieth is below 1e-36.
    for k in 1..=30 {
        term *= x / 2.0 / f64::from(k);
        sum += term * term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(length: u32) -> Vec<f64> {
        (0..length).map(f64::from).collect()
    }

    fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len());
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < tolerance, "{index}: {found} is not {expected}");
        }
    }

    #[test]
    fn bessel_function_matches_tables() {
        // Abramowitz & Stegun, table 9.8: I₀(1), I₀(2).
        assert!((bessel_i0(1.0) - 1.266_065_877_752_008).abs() < 1e-15);
        assert!((bessel_i0(2.0) - 2.279_585_302_336_067).abs() < 1e-15);
    }

    #[test]
    fn weights_are_numpys() {
        // numpy.kaiser(11, 2) / numpy.kaiser(11, 2).sum(), the left half and the middle.
        let half = [
            0.052_445_173_9,
            0.073_094_180_7,
            0.091_778_039_1,
            0.106_660_796_9,
            0.116_245_185_5,
            0.119_553_247_7,
        ];
        let mirrored = half[..HALF].iter().rev();
        let expected: Vec<f64> = half.iter().chain(mirrored).copied().collect();
        assert_close(&kaiser_weights(), &expected, 1e-10);
    }

    #[test]
    fn a_ramp_bends_at_its_ends_as_in_the_book() {
        // The book's smooth_curve on numpy.arange(20).
        let mut expected = vec![
            2.319_006_978_088,
            2.438_560_225_800,
            2.790_603_844_593,
            3.355_969_057_187,
            4.104_890_347_897,
        ];
        expected.extend((5..=14).map(f64::from));
        expected.extend([
            14.947_554_826_051,
            15.769_570_297_458,
            16.426_713_549_110,
            16.885_417_964_803,
            17.121_216_398_056,
        ]);
        assert_close(&smooth(&ramp(20)).unwrap(), &expected, 1e-12);
    }

    #[test]
    fn a_flat_curve_stays_flat_to_its_ends() {
        assert_close(&smooth(&[2.3; 11]).unwrap(), &[2.3; 11], 1e-14);
    }

    #[test]
    fn fewer_than_eleven_points_are_left_alone() {
        assert!(smooth(&ramp(10)).is_none());
        assert!(smooth(&ramp(11)).is_some());
        let mut diverged = ramp(10);
        diverged.push(f64::INFINITY);
        assert!(smooth(&diverged).is_none());
    }

    #[test]
    fn a_diverged_curve_keeps_its_end_and_nothing_leaks_from_it() {
        let mut diverged = ramp(20);
        diverged.extend([f64::INFINITY, 7.0, f64::NAN]);
        let smoothed = smooth(&diverged).unwrap();
        assert_eq!(smoothed[..20], smooth(&ramp(20)).unwrap()[..]);
        assert_eq!(smoothed[20..22], [f64::INFINITY, 7.0]);
        assert!(smoothed[22].is_nan() && smoothed.len() == 23);
    }
}
