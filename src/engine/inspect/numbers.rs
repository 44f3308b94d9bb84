//! Numbers of a tensor in labels and faults.

/// The shortest text that the tensor's type rounds to this number: 0.3 for 0.300000012 in single precision.
///
/// `roundoff` is half the distance of neighbouring numbers of the type, relative to them
/// ([`Element::roundoff`](crate::model_file::Element::roundoff)).
///
/// ```
/// use initlab_engine::inspect::numbers::shortest;
///
/// let single = f64::from(0.3_f32);
/// assert_eq!(single.to_string(), "0.30000001192092896");
/// assert_eq!(shortest(single, 2f64.powi(-24)), "0.3");
/// ```
pub fn shortest(number: f64, roundoff: f64) -> String {
    let text = |digits: usize| format!("{number:.digits$e}");
    let is_near = |text: &String| {
        text.parse::<f64>().is_ok_and(|read| (read - number).abs() <= 0.99 * roundoff * number.abs())
    };
    plain(&(0..17).map(text).find(is_near).unwrap_or_else(|| text(17)))
}

/// A number with three significant digits, as in `std=0.0412`.
///
/// ```
/// use initlab_engine::inspect::numbers::three_digits;
///
/// assert_eq!([0.012345, 1234.5, 1e-7].map(three_digits), ["0.0123", "1230", "1.00e-7"]);
/// ```
pub fn three_digits(number: f64) -> String {
    plain(&format!("{number:.2e}"))
}

/// A text in scientific notation, turned into plain decimals from 1e-5 to below 1e7; `NaN` and `inf` stay
/// as they are.
fn plain(scientific: &str) -> String {
    let Some((digits, power)) = scientific.split_once('e') else { return scientific.to_owned() };
    let power: isize = power.parse().expect("a formatted number");
    if !(-5..7).contains(&power) {
        return scientific.to_owned();
    }
    let after_point = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let number: f64 = scientific.parse().expect("a formatted number");
    format!("{number:.places$}", places = after_point.saturating_add_signed(-power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_type_are_short() {
        let single = 2f64.powi(-24);
        let table = [
            (f64::from(0.3f32), single, "0.3"),
            (f64::from(1e-30f32), single, "1e-30"),
            (f64::from(0.01f32), single, "0.01"),
            (0.300_048_828_125, 2f64.powi(-11), "0.3"), // half precision
            (0.1 + 0.2, 2f64.powi(-53), "0.30000000000000004"),
            (-2.5, single, "-2.5"),
            (1200.0, single, "1200"),
        ];
        for (number, roundoff, expected) in table {
            assert_eq!(shortest(number, roundoff), expected);
        }
        let numbers = [0.050_49, 120.04, 1e-20, 31.6, 12_345_678.0];
        assert_eq!(numbers.map(three_digits), ["0.0505", "120", "1.00e-20", "31.6", "1.23e7"]);
    }
}
