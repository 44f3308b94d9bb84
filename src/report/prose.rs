//! An explanation as HTML: paragraphs, and tables of aligned columns as they are.

use maud::{Markup, html};

/// The blocks of a text, which empty lines separate.
///
/// A block in which a line has columns (two spaces between words) or is indented keeps its line breaks; every
/// other one is a paragraph per line.
pub fn blocks(text: &str) -> Markup {
    let blocks =
        text.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.trim().is_empty());
    html! {
        @for block in blocks {
            @if is_aligned(block) {
                pre tabindex="0" { (block) }
            } @else {
                @for line in block.lines() { p { (line.trim()) } }
            }
        }
    }
}

fn is_aligned(block: &str) -> bool {
    block.lines().any(|line| line.trim_end().contains("  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_paragraphs_and_columns_stay_aligned() {
        let html = blocks("name  loss\nHe    0.2\n\nHe <b>wins</b>.\nXavier is late.\n").into_string();
        let expected = "<pre tabindex=\"0\">name  loss\nHe    0.2</pre><p>He &lt;b&gt;wins&lt;/b&gt;.</p><p>Xavier is late.</p>";
        assert_eq!(html, expected);
    }
}
