//! Numbers and sentences of a recommendation as text.

use crate::text::{lines, significant};

/// A number with three significant digits; a dash where there is none: for NaN and infinity.
pub fn short(number: f64) -> String {
    if number.is_finite() { significant(number, 3) } else { "–".to_owned() }
}

/// Breaks a text into lines of at most `columns` characters, but for longer words; the last one is ended
/// too.
pub fn wrapped(text: &str, columns: usize) -> String {
    lines(text, columns).join("\n") + "\n"
}
