//! The numbers that are written along an axis: round ones, in as many digits as their steps need.
//!
//! ```text
//! 0 to 2.5, about five        0.0  0.5  1.0  1.5  2.0  2.5
//! 10⁻³ to 1, logarithmic      0.001  0.01  0.1  1
//! ```

use super::number::{number, superscript};

/// A value and how it is written.
type Written = (f64, String);

/// About `wanted` numbers from `low` to `high`, two of them at least; of a `whole` axis whole ones.
pub(super) fn linear((low, high): (f64, f64), wanted: usize, whole: bool) -> Vec<Written> {
    let least = if whole { 1.0 } else { 0.0 };
    let of = |wanted: usize| linear_by(low, high, nice_step((high - low) / wanted as f64).max(least));
    two_at_least(wanted, of)
}

/// About `wanted` powers of ten, or one, two and five times these, between ends that are logarithms.
pub(super) fn log((low, high): (f64, f64), wanted: usize, powers: bool) -> Vec<Written> {
    if high - low < 0.7 && !powers {
        return linear((10f64.powf(low), 10f64.powf(high)), wanted, false);
    }
    two_at_least(wanted, |wanted| log_by(low, high, wanted, powers))
}

/// Asks for more until there are two: a single number says where an axis is, but not how long.
fn two_at_least(wanted: usize, of: impl Fn(usize) -> Vec<Written>) -> Vec<Written> {
    let wanted = wanted.max(1);
    (wanted..wanted + 8).map(&of).find(|ticks| ticks.len() > 1).unwrap_or_else(|| of(wanted))
}

/// The multiples of `step` from `low` to `high`.
fn linear_by(low: f64, high: f64, step: f64) -> Vec<Written> {
    // A tick that misses an end by rounding only is at the end.
    let first = (low / step - 1e-6).ceil() as i64;
    let last = (high / step + 1e-6).floor() as i64;
    (first..=last)
        .map(|i| i as f64 * step)
        .map(|value| (value, number(value, step, low.abs().max(high.abs()))))
        .collect()
}

/// The least of 1, 2, 5 times a power of ten that is not far below `least`.
fn nice_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= 0.8 * least)
        .unwrap_or(10.0 * power)
}

/// Powers of ten between two logarithms, every second (third, …) where there are more than `wanted`; with 2
/// and 5 times each where powers alone would be few.
fn log_by(low: f64, high: f64, wanted: usize, powers: bool) -> Vec<Written> {
    let wanted = i32::try_from(wanted).unwrap_or(i32::MAX);
    let (first, last) = ((low - 1e-9).ceil() as i32, (high + 1e-9).floor() as i32);
    let between = last - first < 1 || 3.0 * (high - low) <= 1.3 * f64::from(wanted);
    let mantissas: &[f64] = if between && !powers { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let plain = first >= -4 && last <= 4 && !powers;
    let stride = (last - first) / wanted + 1;
    (first - 1..=last)
        .filter(|power| power.rem_euclid(stride) == 0)
        .flat_map(|power| mantissas.iter().map(move |mantissa| (*mantissa, power)))
        .map(|(mantissa, power)| (mantissa * 10f64.powi(power), log_label(mantissa, power, plain)))
        .filter(|(value, _)| (low - 1e-9..=high + 1e-9).contains(&value.log10()))
        .collect()
}

/// `mantissa` times ten to the `power`, as a plain number or as `2×10⁻⁷`.
fn log_label(mantissa: f64, power: i32, plain: bool) -> String {
    if plain {
        let value = mantissa * 10f64.powi(power);
        return number(value, 10f64.powi(power), value);
    }
    if mantissa == 1.0 {
        return format!("10{}", superscript(power));
    }
    format!("{mantissa}×10{}", superscript(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: Vec<Written>) -> Vec<String> {
        ticks.into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn a_single_number_is_never_alone() {
        assert_eq!(labels(linear((-0.35, 0.35), 2, false)), ["−0.2", "0.0", "0.2"]);
        assert_eq!(labels(linear((-3.4e-4, 3.4e-4), 2, false)), ["−2×10⁻⁴", "0", "2×10⁻⁴"]);
        for (low, high) in [(-7.1, -0.9), (-1.5, 0.3), (0.0, 1.0), (-0.9, 0.9), (2.2, 8.9)] {
            for wanted in 1..9 {
                assert!(log((low, high), wanted, false).len() > 1, "{low} {high} {wanted}");
            }
        }
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(labels(linear((0.0, 2.0), 6, true)), ["0", "1", "2"]);
        assert_eq!(labels(linear((0.0, 2000.0), 5, true)), labels(linear((0.0, 2000.0), 5, false)));
    }

    #[test]
    fn powers_of_ten_are_written_alike_whatever_the_ends() {
        assert_eq!(labels(log((-2.0, 0.0), 4, true)), ["10⁻²", "10⁻¹", "10⁰"]);
        assert_eq!(labels(log((-9.0, -8.0), 9, true)), ["10⁻⁹", "10⁻⁸"]);
    }
}
