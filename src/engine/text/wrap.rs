//! Lines of a width.

/// A text in lines of at most `width` characters, but for longer words. White space of any kind, and as much
/// of it as there is, counts as one space.
///
/// ```
/// assert_eq!(initlab_engine::text::lines("one two  three\nfour", 9), ["one two", "three", "four"]);
/// ```
pub fn lines(text: &str, width: usize) -> Vec<String> {
    filled(text.split_whitespace(), width, width)
}

/// A line that is wider than a terminal as several, those after the first indented by four more than the first.
///
/// ```
/// let line = "  He learned: its slowest layer";
/// assert_eq!(initlab_engine::text::hanging(line, 20), "  He learned: its\n      slowest layer");
/// ```
pub fn hanging(line: &str, width: usize) -> String {
    let text = line.trim_start_matches(' ');
    let (own, indent) = (line.len() - text.len(), line.len() - text.len() + 4);
    // No terminal is as narrow as twice the indent.
    if line.chars().count() <= width || width <= 2 * indent {
        return line.to_owned();
    }
    let lines = filled(text.split(' '), width - own, width - indent);
    " ".repeat(own) + &lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// Words in lines: the first one of at most `first` characters, the others of at most `rest`.
fn filled<'a>(words: impl Iterator<Item = &'a str>, first: usize, rest: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0;
    for word in words {
        let needed = word.chars().count() + 1;
        if let Some(line) = lines.last_mut().filter(|_| needed <= room) {
            *line = format!("{line} {word}");
            room -= needed;
        } else {
            room = (if lines.is_empty() { first } else { rest }).saturating_sub(needed - 1);
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_blanks_with_an_indent() {
        assert_eq!(hanging("short", 20), "short");
        assert_eq!(
            hanging("a/path/without/any/blank/in/it and more", 20),
            "a/path/without/any/blank/in/it\n    and more"
        );
        assert_eq!(
            hanging("größer als größer als größer", 12),
            "größer als\n    größer\n    als\n    größer"
        );
        assert_eq!(hanging("one two three", 3), "one two three", "no terminal is as narrow as that");
    }
}
