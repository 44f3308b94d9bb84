//! An answer as HTML.

use crate::text::{Answer, Block, TextTable};
use maud::{Markup, html};

/// Tables, paragraphs and lists, in the order of the answer.
pub fn blocks(answer: &Answer) -> Markup {
    html! {
        @for block in &answer.blocks {
            @match block {
                Block::Details { heading, table: rows } => details { summary { (heading) } (table(rows)) },
                Block::Table(rows) => (table(rows)),
                Block::Sentence(sentence) => p { (sentence) },
                Block::Legend(legend) => p.muted { (legend) },
                Block::List { heading, items } => {
                    @if !heading.is_empty() { p { (heading) } }
                    ul { @for item in items { li { (item) } } }
                },
            }
        }
    }
}

/// A table in a box that scrolls, with the keyboard too.
fn table(table: &TextTable) -> Markup {
    let class = |column| (!table.is_text(column)).then_some("number");
    html! {
        div.scroll tabindex="0" role="group" aria-label="the numbers" {
            table {
                thead { tr { @for (column, heading) in table.headings().iter().enumerate() {
                    th scope="col" class=[class(column)] { (heading.trim()) }
                } } }
                tbody { @for row in table.rows() { tr { @for (column, cell) in row.iter().enumerate() {
                    td class=[class(column)] { (cell.trim()) }
                } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> TextTable {
        let mut table = TextTable::new(&["name", "loss"]);
        table.push(["He", "0.2"]);
        table
    }

    #[test]
    fn tables_sentences_and_lists_are_elements_of_their_own() {
        let answer = Answer::new().with_table(example()).with_list("Why:", ["He <b>wins</b>."]);
        let html = blocks(&answer.with_sentence("So be it.")).into_string();
        let head =
            "<thead><tr><th scope=\"col\">name</th><th scope=\"col\" class=\"number\">loss</th></tr></thead>";
        let body = "<tbody><tr><td>He</td><td class=\"number\">0.2</td></tr></tbody>";
        assert!(html.contains(&format!("<table>{head}{body}</table>")), "{html}");
        let rest = "<p>Why:</p><ul><li>He &lt;b&gt;wins&lt;/b&gt;.</li></ul><p>So be it.</p>";
        assert!(html.ends_with(rest), "{html}");
    }

    #[test]
    fn details_are_behind_their_heading() {
        let answer = Answer::new().with_sentence("It vanishes.").with_details("By layer", example());
        let html = blocks(&answer).into_string();
        assert!(html.starts_with("<p>It vanishes.</p><details><summary>By layer</summary><div"), "{html}");
    }
}
