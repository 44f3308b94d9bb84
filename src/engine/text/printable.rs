//! Texts of others, made fit for a terminal: what stands in files may be long or hold escape sequences.

use std::borrow::Cow;

/// A text in at most `longest` characters: control characters are escaped, the rest is cut with an `…`.
///
/// ```
/// use initlab_engine::text::printable;
///
/// assert_eq!(printable("He\u{1b}[31m", 20), "He\\u{1b}[31m");
/// assert_eq!(printable("orthogonal", 5), "orth…");
/// ```
pub fn printable(text: &str, longest: usize) -> String {
    let most = longest.saturating_add(1);
    let escape = |c: char| -> Vec<char> { if is_plain(c) { vec![c] } else { c.escape_default().collect() } };
    let mut shown: Vec<char> = text.chars().take(most).flat_map(escape).take(most).collect();
    if shown.len() > longest {
        shown.truncate(longest.saturating_sub(1));
        shown.push('…');
    }
    shown.into_iter().collect()
}

/// A text of any length with the same escapes; line ends and tabs stay.
///
/// ```
/// assert_eq!(initlab_engine::text::plain("a\tb\u{1b}\n\u{202e}c"), "a\tb\\u{1b}\n\\u{202e}c");
/// ```
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| !is_plain(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(is_odd) {
        return text.into();
    }
    text.chars().map(|c| if is_odd(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// A JSON text whose strings hold the same characters, in JSON's own escapes.
///
/// ```
/// assert_eq!(initlab_engine::text::plain_json("{\"a\u{202e}\":\n1}"), "{\"a\\u202e\":\n1}");
/// ```
pub fn plain_json(json: &str) -> Cow<'_, str> {
    let is_odd = |c: char| !is_plain(c) && c != '\n'; // as many UTF-16 units as characters: one
    if !json.contains(is_odd) {
        return json.into();
    }
    json.chars().map(|c| if is_odd(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }).collect()
}

/// Characters of one of several names that are shown.
const LONGEST_NAME: usize = 60;

/// The first three names, each [`printable`] and short, and an `…` where there are more.
///
/// ```
/// use initlab_engine::text::first_three;
///
/// assert_eq!(first_three(&["a", "b"].map(str::to_owned)), "a, b");
/// assert_eq!(first_three(&["a", "b", "c", "d"].map(str::to_owned)), "a, b, c, …");
/// ```
pub fn first_three(names: &[String]) -> String {
    let first: Vec<String> = names.iter().take(3).map(|name| printable(name, LONGEST_NAME)).collect();
    first.join(", ") + if names.len() > 3 { ", …" } else { "" }
}

/// False for characters that move the cursor, change colours or turn the direction of text: control
/// characters, line and paragraph separators, marks, embeddings, overrides and isolates of direction.
pub fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_long_texts_cut() {
        let table = [
            ("plain é", "plain é"),
            ("a\u{1b}[0mb", "a\\u{1b}[0mb"),
            ("a\nb", "a\\nb"),
            ("x\u{202e}y", "x\\u{202e}y"),
            ("0123456789012345", "0123456789012345"),
            ("01234567890123456", "012345678901234…"),
        ];
        for (text, expected) in table {
            assert_eq!(printable(text, 16), expected);
        }
        assert_eq!(printable(&"\n".repeat(1_000_000), 16).chars().count(), 16);
        assert_eq!(printable("a\nb", usize::MAX), "a\\nb");
    }
}
