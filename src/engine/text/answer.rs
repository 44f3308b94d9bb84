//! An answer as data: tables, sentences and lists, rendered where they are shown.

use super::{TextTable, hanging};
use std::fmt;

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Aligned columns.
    Table(TextTable),
    /// Aligned columns that are there for whoever asks, under their heading: on the terminal with `-v`, on the page
    /// behind the heading.
    Details {
        /// What the table shows.
        heading: String,
        /// Its rows.
        table: TextTable,
    },
    /// A paragraph of its own.
    Sentence(String),
    /// What marks in the table before it mean; no part of what is said.
    Legend(String),
    /// Items under a heading, which may be empty.
    List {
        /// What the items have in common.
        heading: String,
        /// One or more.
        items: Vec<String>,
    },
}

/// What is said to a reader, in order.
///
/// A block without content is left out, so nobody who builds an answer asks whether there is something to say.
///
/// ```
/// use initlab_engine::text::{Answer, TextTable};
///
/// let mut table = TextTable::new(&["initializer", "loss"]);
/// table.push(["He", "0.1"]);
/// let answer = Answer::new().with_table(table).with_sentence("").with_list("Why:", ["He learned."]);
/// assert_eq!(answer.to_text(None), "initializer  loss\nHe            0.1\n\nWhy:\n  He learned.\n");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The parts, none of them empty.
    pub blocks: Vec<Block>,
}

impl Answer {
    /// An answer that says nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same answer, then a table; nothing for one without rows.
    #[must_use]
    pub fn with_table(self, table: TextTable) -> Self {
        if table.rows().is_empty() { self } else { self.with(Block::Table(table)) }
    }

    /// The same answer, then a table for whoever asks; nothing for one without rows.
    #[must_use]
    pub fn with_details(self, heading: impl Into<String>, table: TextTable) -> Self {
        let heading = heading.into();
        if table.rows().is_empty() { self } else { self.with(Block::Details { heading, table }) }
    }

    /// The answer without its details, and with a line that says how to see them.
    ///
    /// ```
    /// use initlab_engine::text::{Answer, TextTable};
    ///
    /// let mut table = TextTable::new(&["layer", "rms"]);
    /// table.push(["1", "0.1"]);
    /// let answer = Answer::new().with_sentence("It vanishes.").with_details("By layer", table);
    /// assert_eq!(answer.clone().brief().to_text(None), "It vanishes.\n-v shows the numbers, too.\n");
    /// assert!(answer.to_text(None).contains("By layer\nlayer  rms"));
    /// ```
    #[must_use]
    pub fn brief(mut self) -> Self {
        let all = self.blocks.len();
        self.blocks.retain(|block| !matches!(block, Block::Details { .. }));
        if self.blocks.len() < all { self.with_sentence("-v shows the numbers, too.") } else { self }
    }

    /// The same answer, then a sentence; nothing for an empty one.
    #[must_use]
    pub fn with_sentence(self, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        if sentence.is_empty() { self } else { self.with(Block::Sentence(sentence)) }
    }

    /// The same answer, then what marks in its last table mean; nothing for no text.
    #[must_use]
    pub fn with_legend(self, legend: &str) -> Self {
        if legend.is_empty() { self } else { self.with(Block::Legend(legend.to_owned())) }
    }

    /// The same answer, then a list under a heading, which may be empty; nothing where there are no items.
    #[must_use]
    pub fn with_list<T: Into<String>>(
        self,
        heading: impl Into<String>,
        items: impl IntoIterator<Item = T>,
    ) -> Self {
        let items: Vec<String> = items.into_iter().map(Into::into).collect();
        if items.is_empty() { self } else { self.with(Block::List { heading: heading.into(), items }) }
    }

    /// The same answer, then another one.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.blocks.extend(other.blocks);
        self
    }

    fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The answer in lines for a terminal of so many columns. Without a number, as for a file, a sentence is one
    /// line and tables have 80 columns.
    ///
    /// An empty line stands after a table or a list, and before a list with a heading.
    pub fn to_text(&self, columns: Option<usize>) -> String {
        let mut text = String::new();
        let mut previous = None;
        for block in &self.blocks {
            if previous.is_some_and(|previous| is_apart(previous, block)) {
                text.push('\n');
            }
            text += &rendered(block, columns);
            previous = Some(block);
        }
        text
    }

    /// Every sentence and every item, without tables and their legends.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Table(_) | Block::Details { .. } | Block::Legend(_) => Vec::new(),
            Block::Sentence(sentence) => vec![sentence.as_str()],
            Block::List { items, .. } => items.iter().map(String::as_str).collect(),
        })
    }
}

/// As [`Answer::to_text`] without a number of columns.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_text(None))
    }
}

/// True if an empty line stands between two blocks.
fn is_apart(previous: &Block, block: &Block) -> bool {
    let has_heading = matches!(block, Block::List { heading, .. } if !heading.is_empty());
    has_heading || !matches!(previous, Block::Sentence(_) | Block::Legend(_))
}

fn rendered(block: &Block, columns: Option<usize>) -> String {
    let line = |text: &str| columns.map_or(text.to_owned(), |columns| hanging(text, columns)) + "\n";
    let fitted = |table: &TextTable| columns.map_or(table.to_string(), |columns| table.within(columns));
    match block {
        Block::Table(table) => fitted(table),
        Block::Details { heading, table } => line(heading) + &fitted(table),
        Block::Sentence(text) | Block::Legend(text) => line(text),
        Block::List { heading, items } => {
            let heading = if heading.is_empty() { String::new() } else { line(heading) };
            heading + &items.iter().map(|item| line(&format!("  {item}"))).collect::<String>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_set_apart_and_sentences_broken_at_the_width() {
        let mut table = TextTable::new(&["name", "x"]);
        table.push(["He", "1"]);
        let answer = Answer::new()
            .with_sentence("It learned, by and large:")
            .with_table(table.clone())
            .with_sentence("One.")
            .with_list("", ["an item of two lines"])
            .then(Answer::new().with_list("Why:", ["so"]).with_table(table));
        let expected = "It learned, by\n    and large:\nname  x\nHe    1\n\nOne.\n  an item of two\n      lines\n\nWhy:\n  so\n\nname  x\nHe    1\n";
        assert_eq!(answer.to_text(Some(16)), expected);
        assert_eq!(answer.sentences().collect::<Vec<_>>().len(), 4);
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let empty = Answer::new()
            .with_table(TextTable::new(&["name"]))
            .with_sentence("")
            .with_list("Why:", Vec::<String>::new());
        assert_eq!((empty.to_string(), empty.blocks.len()), (String::new(), 0));
    }
}
