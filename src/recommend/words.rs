//! Numbers and sentences of a recommendation as text.

use crate::experiments::table_text::lines;

/// A number with three significant digits; a dash where there is none: for NaN and infinity.
///
/// ```
/// use initlab::recommend::words::short;
///
/// let numbers = [0.0, 0.000_412, 1.98, 3121.4, 2.4e-7, f64::NAN];
/// assert_eq!(numbers.map(short), ["0", "0.000412", "1.98", "3121", "2.40e-7", "–"]);
/// ```
pub fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if !number.is_finite() {
        return "–".to_owned();
    }
    let scientific = format!("{number:.2e}");
    // The power after rounding: 0.9999 has the digits of 1.00.
    let power: i32 = scientific.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    match power {
        -4..=3 => format!("{number:.places$}", places = (2 - power).max(0) as usize),
        _ => scientific,
    }
}

/// Breaks a text into lines of at most `columns` characters, but for longer words; the last one is ended
/// too. White space of any kind, and as much of it as there is, counts as one space.
///
/// ```
/// assert_eq!(initlab::recommend::words::wrapped("one two  three\nfour", 9), "one two\nthree\nfour\n");
/// ```
pub fn wrapped(text: &str, columns: usize) -> String {
    lines(text, columns).join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_in_one_form() {
        let numbers = [0.0, 0.000_9, 0.001_05, 0.999_96, 3121.4, 2e-7, 1.2e5, f64::INFINITY];
        let texts = ["0", "0.000900", "0.00105", "1.00", "3121", "2.00e-7", "1.20e5", "–"];
        assert_eq!(numbers.map(short), texts);
    }

    #[test]
    fn lines_are_as_long_as_they_may_be() {
        assert_eq!(wrapped("one two  three\nfour", 9), "one two\nthree\nfour\n");
    }
}
