//! Numbers as text. One rule for all: plain digits from 0.0001 to below a million, beyond that a power of ten.

/// Powers of ten whose numbers are written without one.
const PLAIN: std::ops::Range<i32> = -4..6;

/// A number as it is: the shortest text that reads back, of at most 24 characters.
///
/// Labels of initializers and of runs are written with it, so it is part of their ids.
///
/// ```
/// use initlab_engine::text::exact;
///
/// assert_eq!([10.0, 0.01, 1e-7].map(exact), ["10", "0.01", "1e-7"]);
/// ```
pub fn exact(number: f64) -> String {
    let plain = number == 0.0 || (1e-4..1e7).contains(&number.abs());
    if plain { number.to_string() } else { format!("{number:e}") }
}

/// A measured number with so many significant digits, zeros at its end included; whole numbers keep all their
/// digits.
///
/// ```
/// use initlab_engine::text::significant;
///
/// let numbers = [0.0, 0.041_23, 0.999_97, 3121.4, 2.4e-7, f64::NAN];
/// assert_eq!(numbers.map(|x| significant(x, 3)), ["0", "0.0412", "1.00", "3121", "2.40e-7", "NaN"]);
/// ```
pub fn significant(number: f64, digits: usize) -> String {
    let scientific = format!("{number:.places$e}", places = digits - 1);
    // The power after rounding: 0.9999 has the digits of 1.00. Infinity and NaN have none.
    let power = scientific.split_once('e').and_then(|(_, power)| power.parse::<i32>().ok());
    match power {
        _ if number == 0.0 => "0".to_owned(),
        Some(power) if PLAIN.contains(&power) => {
            format!("{number:.places$}", places = (digits.cast_signed() as i32 - 1 - power).max(0) as usize)
        }
        _ => scientific,
    }
}

/// The same with *at most* so many digits: without zeros at its end.
///
/// ```
/// use initlab_engine::text::rounded;
///
/// assert_eq!([2.4026, 0.25, 100.0, 2.0e-7].map(|x| rounded(x, 2)), ["2.4", "0.25", "100", "2e-7"]);
/// ```
pub fn rounded(number: f64, digits: usize) -> String {
    let text = significant(number, digits);
    let (mantissa, power) = text.split_at(text.find('e').unwrap_or(text.len()));
    if mantissa.contains('.') {
        format!("{}{power}", mantissa.trim_end_matches('0').trim_end_matches('.'))
    } else {
        text
    }
}

/// A number of a column with so many places after the point, but of at most seven digits: a loss of ten
/// thousand needs no places, one of ten million an exponent.
///
/// ```
/// use initlab_engine::text::fixed;
///
/// assert_eq!([9.5, 92_345.678, 1.04e7].map(|x| fixed(x, 4)), ["9.5000", "92345.68", "1.04e7"]);
/// ```
pub fn fixed(number: f64, places: usize) -> String {
    match number.abs() {
        huge if (1e7..f64::INFINITY).contains(&huge) => format!("{number:.2e}"),
        large if (1e3..1e7).contains(&large) => {
            let places = places.min((6.0 - large.log10().floor()) as usize);
            format!("{number:.places$}")
        }
        _ => format!("{number:.places$}"),
    }
}

/// A share from 0 to 1 in per cent: one that is not 0 does not look like 0.
///
/// ```
/// use initlab_engine::text::percent;
///
/// assert_eq!([0.0, 1e-9, 0.0049, 0.5263].map(percent), ["0 %", "< 0.1 %", "0.5 %", "53 %"]);
/// ```
pub fn percent(share: f64) -> String {
    match 100.0 * share {
        0.0 => "0 %".to_owned(),
        percent if percent < 0.1 => "< 0.1 %".to_owned(),
        percent if percent < 10.0 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A number, and how it is written with two, three and four digits, with at most three, and with two places.
    #[test]
    fn every_form_of_a_number() {
        let table = [
            (0.0, ["0", "0", "0", "0", "0.00"]),
            (0.000_123_456, ["0.00012", "0.000123", "0.0001235", "0.000123", "0.00"]),
            (0.066_4, ["0.066", "0.0664", "0.06640", "0.0664", "0.07"]),
            (0.999_97, ["1.0", "1.00", "1.000", "1", "1.00"]),
            (-13.45, ["-13", "-13.4", "-13.45", "-13.4", "-13.45"]),
            (1234.56, ["1235", "1235", "1235", "1235", "1234.56"]),
            (999_999.5, ["1.0e6", "1.00e6", "1.000e6", "1e6", "999999.5"]),
            (1.234e-7, ["1.2e-7", "1.23e-7", "1.234e-7", "1.23e-7", "0.00"]),
            (5e23, ["5.0e23", "5.00e23", "5.000e23", "5e23", "5.00e23"]),
            (f64::INFINITY, ["inf", "inf", "inf", "inf", "inf"]),
            (f64::NAN, ["NaN", "NaN", "NaN", "NaN", "NaN"]),
        ];
        for (number, expected) in table {
            let [two, three, four] = [2, 3, 4].map(|digits| significant(number, digits));
            assert_eq!([two, three, four, rounded(number, 3), fixed(number, 2)], expected, "{number}");
        }
        assert_eq!([1.0, f64::NAN].map(percent), ["100 %", "NaN %"]);
        // A product with a setting in single precision: six digits tell what two do not.
        assert_eq!(rounded(f64::from(0.01_f32) * 201.0, 6), "2.01");
    }

    proptest! {
        #[test]
        fn exact_numbers_read_back(number in any::<f64>()) {
            prop_assert_eq!(exact(number).parse::<f64>().unwrap().to_bits(), number.to_bits());
            prop_assert!(exact(number).len() <= 24);
        }
    }
}
