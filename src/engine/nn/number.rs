//! Numbers that people type, taken in the engine's precision.

use crate::Real;
use crate::text::printable;
use std::ops::{Bound, RangeBounds};

/// Reads a number for which `allowed` holds, in double precision and in the engine's; blanks around it do not count.
///
/// `1e-50` is 0 in single precision, `1e39` infinite, `0.999999999` is 1: a number that would mean
/// something else to the engine is refused.
///
/// ```
/// use initlab_engine::nn::number::parse_number;
///
/// let share = |text| parse_number(text, "a number from 0 to 1", |x| (0.0..=1.0).contains(&x));
/// assert_eq!(share("0.25"), Ok(0.25));
/// assert_eq!(share("2").unwrap_err(), "expected a number from 0 to 1, found '2'");
/// ```
///
/// # Errors
/// A sentence with `expected` and the text found, of which at most 40 characters are quoted: where it is no
/// number, not finite, not allowed, or becomes another number (0, infinity, one that is not allowed) in the
/// engine's precision.
pub fn parse_number(text: &str, expected: &str, allowed: impl Fn(f64) -> bool) -> Result<f64, String> {
    let found = printable(text, LONGEST);
    let number: f64 = text.trim().parse().map_err(|_| format!("expected {expected}, found '{found}'"))?;
    let fits = |number: f64| number.is_finite() && allowed(number);
    let used = f64::from(number as Real);
    if !fits(number) {
        Err(format!("expected {expected}, found '{found}'"))
    } else if !fits(used) || (used == 0.0) != (number == 0.0) {
        Err(format!("expected {expected}; in the precision of this program '{found}' is {used}"))
    } else {
        Ok(number)
    }
}

/// Of all numbers that are one to the engine the shortest, so that they make one run: for settings that the engine takes as they
/// are. (Weights are drawn in double precision, whatever the engine's.)
pub fn as_the_engine_has_it(number: f64) -> f64 {
    (number as Real).to_string().parse().expect("what a number is written as is a number")
}

/// A reader of whole numbers in these bounds, both included; blanks around them do not count.
///
/// ```
/// use initlab_engine::nn::number::whole_number;
///
/// assert_eq!(whole_number(1..=100)("64"), Ok(64));
/// assert_eq!(whole_number(1..=100)("0").unwrap_err(), "expected a whole number from 1 to 100");
/// assert_eq!(whole_number(1..)(" 4294967296").unwrap_err(), "expected a whole number from 1 to 4294967295");
/// ```
///
/// The error is a sentence with what was expected.
pub fn whole_number(
    range: impl RangeBounds<u32> + Clone + Send + Sync + 'static,
) -> impl Fn(&str) -> Result<u32, String> + Clone + Send + Sync + 'static {
    let end = |bound: Bound<&u32>, open| if let Bound::Included(end) = bound { *end } else { open };
    move |text| {
        let number = text.trim().parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (low, high) = (end(range.start_bound(), 0), end(range.end_bound(), u32::MAX));
            format!("expected a whole number from {low} to {high}")
        })
    }
}

/// Reads a seed: any whole number of 64 bits.
///
/// # Errors
/// A sentence with what was expected.
pub fn seed(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

/// Characters of a text that are quoted.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_means_something_else_to_the_engine_is_refused() {
        let positive = |text| parse_number(text, "a number above 0", |x| x > 0.0);
        let share = |text| parse_number(text, "a number from 0 to below 1", |x| (0.0..1.0).contains(&x));
        assert_eq!((positive("1e-30"), share("0.9")), (Ok(1e-30), Ok(0.9)));
        for text in ["0", "-1", "nan", "inf", "1e400", "x", ""] {
            assert!(positive(text).unwrap_err().starts_with("expected a number above 0, found '"), "{text}");
        }
        assert_eq!(positive("1e-50").is_err(), size_of::<Real>() == 4);
        assert_eq!(positive("1e39").is_err(), size_of::<Real>() == 4);
        assert_eq!(share("0.999999999").is_err(), size_of::<Real>() == 4);
        assert!(share("0.99999999999999999").is_err());
        assert_eq!(positive(" 0.25 "), Ok(0.25));
        let equal = [0.1, 0.100_000_000_1, 0.100_000_001_490_116_12].map(as_the_engine_has_it);
        assert_eq!(equal.iter().all(|number| *number == 0.1), size_of::<Real>() == 4, "{equal:?}");
        assert!(positive(&"1".repeat(1_000_000)).unwrap_err().len() < 200);
    }
}
