//! Tables of words and numbers for people.

use super::printable;
use std::fmt;
use std::ops::Range;

/// Characters of a line, as many as a terminal has that nobody has widened.
const WIDTH: usize = 80;
/// Between two columns.
const GAP: &str = "  ";
/// The most characters of a cell.
const LONGEST: usize = 100;

/// A table of words and numbers with aligned columns: the first one to the left, the others to the
/// right. One that is wider than 80 characters is cut into several, each with the columns again that name a
/// row: the first one, unless it is said how many.
///
/// ```
/// use initlab_engine::text::TextTable;
///
/// let mut table = TextTable::new(&["initializer", "final loss"]);
/// table.push(["He", "0.1"]);
/// table.push(["std=0.01", "2.3"]);
/// let text = "initializer  final loss\nHe                  0.1\nstd=0.01            2.3\n";
/// assert_eq!(table.to_string(), text);
/// ```
///
/// A last column of text is aligned to the left:
///
/// ```
/// use initlab_engine::text::TextTable;
///
/// let mut table = TextTable::new(&["run", "settings"]).with_text_at_the_end();
/// table.push(["1", "depth 2"]);
/// assert_eq!(table.to_string(), "run  settings\n1    depth 2\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTable {
    /// The headings, then the rows.
    rows: Vec<Vec<String>>,
    /// How many columns, from the left, tell one row from the others.
    keys: usize,
    /// True if the last column is text, aligned to the left.
    has_text_at_the_end: bool,
}

impl TextTable {
    /// A table with these headings.
    pub fn new<T: AsRef<str>>(headings: &[T]) -> Self {
        let mut table = Self { rows: Vec::new(), keys: 1, has_text_at_the_end: false };
        table.push(headings);
        table
    }

    /// The same table, whose last column is text.
    #[must_use]
    pub fn with_text_at_the_end(self) -> Self {
        Self { has_text_at_the_end: true, ..self }
    }

    /// The same table, in which so many columns name a row.
    #[must_use]
    pub fn with_keys(self, keys: usize) -> Self {
        Self { keys, ..self }
    }

    /// Adds a row with one cell per heading; a cell may come from a file, and is cut where it is long.
    pub fn push<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(|cell| printable(cell.as_ref(), LONGEST)).collect());
    }

    /// The headings.
    pub fn headings(&self) -> &[String] {
        &self.rows[0]
    }

    /// The rows, one cell per heading each.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows[1..]
    }

    /// True for a column that is aligned to the left.
    pub fn is_text(&self, column: usize) -> bool {
        column == 0 || self.has_text_at_the_end && column + 1 == self.rows[0].len()
    }

    /// True if some cell has this sign in it.
    pub fn contains(&self, sign: char) -> bool {
        self.rows.iter().flatten().any(|cell| cell.contains(sign))
    }

    /// The table in lines of at most `columns` characters, cut where it is wider.
    pub fn within(&self, columns: usize) -> String {
        let widths: Vec<usize> = (0..self.rows[0].len()).map(|column| self.width(column)).collect();
        let line = |row: &Vec<String>, group: &Range<usize>| {
            let cell = |column: usize| {
                if self.is_text(column) {
                    format!("{:<width$}", row[column], width = widths[column])
                } else {
                    format!("{:>width$}", row[column], width = widths[column])
                }
            };
            let cells: Vec<String> = (0..self.keys).chain(group.clone()).map(cell).collect();
            cells.join(GAP).trim_end().to_owned() + "\n"
        };
        let part = |group| self.rows.iter().map(|row| line(row, &group)).collect::<String>();
        self.groups(&widths, columns).into_iter().map(part).collect::<Vec<_>>().join("\n")
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
    }

    /// The columns after the keys in groups that fit into a line beside them, at least one in each.
    fn groups(&self, widths: &[usize], line: usize) -> Vec<Range<usize>> {
        let keys = widths[..self.keys].iter().sum::<usize>() + (self.keys - 1) * GAP.len();
        let (mut groups, mut start, mut used) = (Vec::new(), self.keys, keys);
        for (column, width) in widths.iter().enumerate().skip(self.keys) {
            if used + GAP.len() + width > line && column > start {
                groups.push(start..column);
                (start, used) = (column, keys);
            }
            used += GAP.len() + width;
        }
        groups.push(start..widths.len());
        groups
    }
}

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.within(WIDTH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = TextTable::new(&["name", "x"]);
        table.push(["Xavier", "1.25"]);
        assert_eq!(table.to_string(), "name       x\nXavier  1.25\n");
    }

    #[test]
    fn a_table_that_is_too_wide_is_cut_with_its_first_column_again() {
        let mut table = TextTable::new(&["name", "a", "b", "c"]);
        let cell = |length: usize| "x".repeat(length);
        table.push(["He".to_owned(), cell(40), cell(32), cell(1)]);
        let lines: Vec<String> = table.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines.iter().map(|line| line.chars().count()).max(), Some(80));
        assert_eq!(lines[3..], ["name  c", "He    x"]);
        table.push(["He".to_owned(), cell(200), cell(1), cell(1)]);
        assert_eq!(table.to_string().lines().count(), 7, "a wide column stands alone");
    }

    #[test]
    fn every_part_of_a_cut_table_has_all_columns_that_name_a_row() {
        let mut table = TextTable::new(&["init", "depth", "loss", "cause"]).with_keys(2);
        table.push(["He", "2", "0.5", "none"]);
        table.push(["He", "5", "0.6", "none"]);
        let parts = "init  depth  loss\nHe        2   0.5\nHe        5   0.6\n\ninit  depth  cause\nHe        2   none\nHe        5   none\n";
        assert_eq!(table.within(20), parts);
    }

    #[test]
    fn a_cell_of_a_file_is_short_and_plain() {
        let mut table = TextTable::new(&["name", "x"]);
        table.push(["\u{1b}[31m".to_owned() + &"x".repeat(100_000), "y".repeat(100_000)]);
        let text = table.to_string();
        assert!(text.len() < 500 && !text.contains('\u{1b}'), "{} bytes", text.len());
    }

    #[test]
    fn a_wide_table_is_folded_with_its_first_column() {
        let mut table = TextTable::new(&["name", "x", "yy"]);
        table.push(["He", "1", "2"]);
        assert_eq!(table.within(11), table.to_string());
        assert_eq!(table.within(10), "name  x\nHe    1\n\nname  yy\nHe     2\n");
    }
}
