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
}
