//! Numbers as one would write them: as many digits as the axis needs, no more.

/// `value` with the digits that steps of `step` need, where the largest number beside it is `largest`.
///
/// Numbers from ten million on, and steps below a thousandth, are written with the power of ten of the
/// largest, so that all numbers of an axis have one.
pub(super) fn number(value: f64, step: f64, largest: f64) -> String {
    let decimals = |step: f64| (-(step.log10() + 1e-9).floor()).max(0.0) as usize;
    if largest < 1e7 && step >= 0.99e-3 {
        return grouped(&format!("{value:.*}", decimals(step)));
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let power = (largest.log10() + 1e-9).floor();
    let unit = 10f64.powf(power);
    let mantissa = format!("{:.*}", decimals(step / unit), value / unit);
    format!("{}×10{}", grouped(&mantissa), superscript(power as i32))
}

/// A true minus sign, and thin spaces between thousands from five digits on.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("−", d));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    if whole.len() < 5 {
        return format!("{sign}{digits}");
    }
    let (head, tail) = whole.split_at(whole.len() % 3);
    let mut groups: Vec<&str> = (0..tail.len() / 3).map(|i| &tail[3 * i..3 * i + 3]).collect();
    if !head.is_empty() {
        groups.insert(0, head);
    }
    format!("{sign}{}{rest}", groups.join("\u{2009}"))
}

/// `power` as an exponent: `⁻³`.
pub(super) fn superscript(power: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |digit: char| digit.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    power.to_string().chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_step() {
        assert_eq!(number(0.1 + 0.2, 0.1, 1.0), "0.3");
        assert_eq!(number(-0.05, 0.05, 1.0), "−0.05");
        assert_eq!(number(1_234_567.0, 1.0, 2e6), "1\u{2009}234\u{2009}567");
        assert_eq!(number(12_000.0, 1000.0, 2e4), "12\u{2009}000");
        assert_eq!(number(3e-7, 1e-7, 9e-7), "3×10⁻⁷");
        assert_eq!(number(0.0, 1e-7, 9e-7), "0");
    }
}
