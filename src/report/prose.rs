//! An explanation as HTML: sentences, lists, and tables of aligned columns as they are.
//!
//! The text is the one that the terminal shows; its layout alone says what a line is:
//!
//! ```text
//! initializer  seed  final loss      two blanks between words: a line of a table
//! Why, by what was measured:         a sentence, a paragraph of its own
//!   He learned.                      indented: an item of a list
//! ```

use maud::{Markup, html};

/// Tables beyond this number are each behind a heading that opens it, so that the sentences stay together.
const MOST_TABLES: usize = 3;

/// The content of a text, whose blocks empty lines separate: lines with columns (two spaces between words) form a
/// table, indented lines a list, every other line is a paragraph.
pub fn blocks(text: &str) -> Markup {
    let lines: Vec<&str> = text.lines().collect();
    let parts: Vec<&[&str]> = lines.chunk_by(|a, b| LineKind::of(a) == LineKind::of(b)).collect();
    let tables = parts.iter().filter(|part| LineKind::of(part[0]) == LineKind::Columns).count();
    html! {
        @for part in parts {
            @match LineKind::of(part[0]) {
                LineKind::Empty => {},
                LineKind::Columns if tables > MOST_TABLES => details { summary { "the numbers" } (table(part)) },
                LineKind::Columns => (table(part)),
                LineKind::Item => ul { @for line in part { li { (line.trim()) } } },
                LineKind::Sentence => @for line in part { p { (line.trim()) } },
            }
        }
    }
}

/// Lines of a table as they are; the keyboard can scroll them.
fn table(lines: &[&str]) -> Markup {
    html! { pre tabindex="0" { (lines.join("\n")) } }
}

/// The part that a line has in a text.
#[derive(PartialEq)]
enum LineKind {
    /// Nothing but blanks: separates blocks.
    Empty,
    /// Two blanks or more between words: a row of a table.
    Columns,
    /// Indented: an item of a list.
    Item,
    /// Everything else.
    Sentence,
}

impl LineKind {
    /// The kind of a line; blanks between words count before those at its beginning.
    fn of(line: &str) -> Self {
        match line.trim() {
            "" => Self::Empty,
            text if text.contains("  ") => Self::Columns,
            _ if line.starts_with(' ') => Self::Item,
            _ => Self::Sentence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lists_and_tables_are_told_apart() {
        let html =
            blocks("name  loss\nHe    0.2\n\nWhy:\n  He <b>wins</b>.\n  Xavier is late.\n").into_string();
        let expected = "<pre tabindex=\"0\">name  loss\nHe    0.2</pre><p>Why:</p>\
                        <ul><li>He &lt;b&gt;wins&lt;/b&gt;.</li><li>Xavier is late.</li></ul>";
        assert_eq!(html, expected);
    }

    #[test]
    fn many_tables_make_room_for_their_sentences() {
        let html = blocks(&"It vanishes.\n  layer  1\n  rms    0\n\n".repeat(4)).into_string();
        assert_eq!(html.matches("<details><summary>the numbers</summary><pre").count(), 4);
        assert!(html.starts_with("<p>It vanishes.</p><details>"), "{html}");
    }
}
