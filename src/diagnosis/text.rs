//! Numbers in the sentences of findings and explanations.

/// A number with two significant digits, or with all that it has before the point; with a power of ten below
/// 0.001 and from 10,000 on.
///
/// ```text
/// 0.0412 → 0.041    1.98 → 2.0    351.2 → 351    0.000412 → 4.1e-4
/// ```
pub(super) fn short(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-3..1e4).contains(&size) {
        let digits = (1 - size.log10().floor() as i32).max(0) as usize;
        return format!("{number:.digits$}");
    }
    format!("{number:.1e}")
}

/// A number with six significant digits, less where the rest are zeros; a large one as in [`short`].
///
/// A product with a setting in f32 has no more.
///
/// ```text
/// 0.01 · 201 → 2.01
/// ```
pub(super) fn exact(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().expect("a number that was written reads back");
    if rounded.abs() < 1e4 { rounded.to_string() } else { short(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_two_digits() {
        let table = [
            (0.0, "0"),
            (0.066_4, "0.066"),
            (2.302, "2.3"),
            (13.4, "13"),
            (1234.5, "1234"),
            (1.234e-7, "1.2e-7"),
            (5e23, "5.0e23"),
            (0.999, "1.00"),
        ];
        for (number, expected) in table {
            assert_eq!(short(number), expected);
        }
    }

    #[test]
    fn exact_numbers_tell_apart_what_two_digits_do_not() {
        let found = [f64::from(0.01_f32) * 201.0, 2.0 * 1.9, 2.0, 123_456.0].map(exact);
        assert_eq!(found, ["2.01", "3.8", "2", "1.2e5"]);
    }
}
