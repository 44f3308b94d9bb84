//! Short tables for the terminal.

use crate::results::shown::shown;
use crate::stats::{Band, Ending, Verdict, band};
use std::fmt;
use std::ops::Range;

/// Characters of a line, as many as a terminal has that nobody has widened.
const WIDTH: usize = 80;
/// Between two columns.
const GAP: &str = "  ";

/// A table of words and numbers with aligned columns: the first one to the left, the others to the
/// right. One that is wider than 80 characters is cut into several, each with the columns again that name a
/// row: the first one, unless it is said how many.
///
/// ```
/// use initlab::experiments::table_text::TextTable;
///
/// let mut table = TextTable::new(&["initializer", "final loss"]);
/// table.push(["He".to_owned(), "0.1".to_owned()]);
/// table.push(["std=0.01".to_owned(), "2.3".to_owned()]);
/// let text = "initializer  final loss\nHe                  0.1\nstd=0.01            2.3\n";
/// assert_eq!(table.to_string(), text);
/// ```
///
/// A last column of text is aligned to the left:
///
/// ```
/// use initlab::experiments::table_text::TextTable;
///
/// let mut table = TextTable::new(&["run", "settings"]).with_text_at_the_end();
/// table.push(["1".to_owned(), "depth 2".to_owned()]);
/// assert_eq!(table.to_string(), "run  settings\n1    depth 2\n");
/// ```
#[derive(Clone, Debug)]
pub struct TextTable {
    rows: Vec<Vec<String>>,
    /// How many columns, from the left, tell one row from the others.
    keys: usize,
    /// True if the last column is text, aligned to the left.
    has_text_at_the_end: bool,
}

impl TextTable {
    /// A table with these headings.
    pub fn new(headings: &[&str]) -> Self {
        let headings = headings.iter().map(|heading| shown(heading, LONGEST)).collect();
        Self { rows: vec![headings], keys: 1, has_text_at_the_end: false }
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
    pub fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| shown(&cell, LONGEST)).collect());
    }

    /// The table in lines of at most `columns` characters, cut where it is wider.
    pub fn within(&self, columns: usize) -> String {
        let widths: Vec<usize> = (0..self.rows[0].len()).map(|column| self.width(column)).collect();
        let line = |row: &Vec<String>, group: &Range<usize>| {
            let first = format!("{:<width$}", row[0], width = widths[0]);
            let cell = |column: usize| match widths.len() - column {
                1 if self.has_text_at_the_end => format!("{GAP}{}", row[column]),
                _ => format!("{GAP}{:>width$}", row[column], width = widths[column]),
            };
            let others = (1..self.keys).chain(group.clone()).map(cell);
            (first + &others.collect::<String>()).trim_end().to_owned() + "\n"
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

/// The most characters of a cell.
const LONGEST: usize = 100;

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.within(WIDTH))
    }
}

/// A number with `places` digits after the point; infinities and NaN as `inf`, `-inf` and `NaN`.
pub fn digits(number: f64, places: usize) -> String {
    format!("{number:.places$}")
}

/// So many places, but at most seven digits: a loss of ten thousand needs no places, one of ten million an
/// exponent.
fn short(number: f64, places: usize) -> String {
    match number.abs() {
        huge if huge >= 1e7 => format!("{number:.2e}"),
        large if large >= 1e3 => digits(number, places.min((6.0 - large.log10().floor()) as usize)),
        _ => digits(number, places),
    }
}

/// The mean of the numbers that there are, ± half of its 95 % confidence band where there are several.
///
/// NaN stands for a value that does not exist, as the final loss of a diverged run: then the text says
/// of how many the mean is, and it is a dash where there is none.
pub fn with_band(numbers: &[f64], places: usize) -> String {
    with_band_in(numbers, places, "")
}

/// The same with a unit behind the numbers.
fn with_band_in(numbers: &[f64], places: usize, unit: &str) -> String {
    let there: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    if there.is_empty() {
        return "–".to_owned();
    }
    let Band { mean, half_width } = band(&there);
    let half_width = half_width.map_or(String::new(), |half| format!(" ± {}", short(half, places)));
    let missing = there.len() < numbers.len();
    let of = if missing { format!(" ({} of {})", there.len(), numbers.len()) } else { String::new() };
    format!("{}{half_width}{unit}{of}", short(mean, places))
}

/// The seed that a sentence is about, to stand behind a name: ` (seed 1)`; nothing where there is one run.
pub fn of_seed(seed: u64, runs: usize) -> String {
    if runs > 1 { format!(" (seed {seed})") } else { String::new() }
}

/// A table, and below it what `±` means where it stands in one.
pub fn with_band_legend(table: &str) -> String {
    let legend = "± is half of the 95 % confidence interval of the mean over seeds.\n";
    format!("{table}{}", if table.contains('±') { legend } else { "" })
}

/// The mean of shares in per cent, as [`with_band`] writes it: `90.00 ± 1.00 %`, `90.00 % (1 of 2)`.
pub fn percent_with_band(shares: &[f64]) -> String {
    with_band_in(&shares.iter().map(|share| 100.0 * share).collect::<Vec<_>>(), 2, " %")
}

/// The verdicts of several runs, counted: `6 of 8 learned, 2 stalled`; of one run, its own.
pub fn verdicts(endings: &[Ending]) -> String {
    if let [only] = endings {
        return only.to_string();
    }
    let count = |verdict| endings.iter().filter(|ending| ending.verdict == verdict).count();
    let counts =
        [Verdict::Learned, Verdict::Stalled, Verdict::Diverged].map(|verdict| (count(verdict), verdict));
    let there = counts.iter().filter(|(count, _)| *count > 0).enumerate();
    let text = |(index, (count, verdict)): (usize, &(usize, Verdict))| match index {
        0 => format!("{count} of {} {verdict}", endings.len()),
        _ => format!("{count} {verdict}"),
    };
    there.map(text).collect::<Vec<_>>().join(", ")
}

/// A number with three significant digits: 0.0412, 1.98, 351. Below 0.001 and from 1000 on it has two and
/// its power of ten: 2.4e-7.
///
/// ```
/// use initlab::experiments::table_text::significant;
///
/// assert_eq!([0.041_23, 351.4, 2.4e-7].map(significant), ["0.0412", "351", "2.4e-7"]);
/// ```
pub fn significant(number: f64) -> String {
    let power = number.abs().log10().floor();
    // 0.9999 has the digits of 1.00: rounding may lead to the next power of ten.
    let power = power + f64::from(u8::from(number.abs() / 10f64.powf(power) >= 9.995));
    match power {
        _ if number == 0.0 => "0".to_owned(),
        power if (-3.0..3.0).contains(&power) => digits(number, (2.0 - power) as usize),
        power if power.is_finite() => format!("{number:.1e}"),
        _ => number.to_string(),
    }
}

/// A share from 0 to 1 in per cent, short: 0 %, < 0.1 %, 0.5 %, 53 %.
pub fn percent(share: f64) -> String {
    match 100.0 * share {
        0.0 => "0 %".to_owned(),
        percent if percent < 0.1 => "< 0.1 %".to_owned(),
        percent if percent < 10.0 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`; nothing for no names.
pub fn enumeration(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Breaks a text into lines of at most `width` characters, but for longer words.
pub fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_sentence() {
        let texts = [&[][..], &["a"], &["a", "b"], &["a", "b", "c"]].map(enumeration);
        assert_eq!(texts, ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = TextTable::new(&["name", "x"]);
        table.push(["Xavier".to_owned(), "1.25".to_owned()]);
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
        table.push(["He", "2", "0.5", "none"].map(str::to_owned));
        table.push(["He", "5", "0.6", "none"].map(str::to_owned));
        let parts = "init  depth  loss\nHe        2   0.5\nHe        5   0.6\n\ninit  depth  cause\nHe        2   none\nHe        5   none\n";
        assert_eq!(table.within(20), parts);
    }

    #[test]
    fn large_numbers_have_few_digits() {
        let texts = [9.5, 1234.56, 92_345.678, 10_384_889.5].map(|number| short(number, 4));
        assert_eq!(texts, ["9.5000", "1234.560", "92345.68", "1.04e7"]);
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
        table.push(["He", "1", "2"].map(str::to_owned));
        assert_eq!(table.within(11), table.to_string());
        assert_eq!(table.within(10), "name  x\nHe    1\n\nname  yy\nHe     2\n");
    }

    #[test]
    fn three_digits_say_how_large_a_number_is() {
        let numbers = [0.0, 0.041_23, 0.999_97, 1.981, -351.4, 2.44e-7, 12_345.0, f64::NAN, f64::INFINITY];
        let texts = ["0", "0.0412", "1.00", "1.98", "-351", "2.4e-7", "1.2e4", "NaN", "inf"];
        assert_eq!(numbers.map(significant), texts);
    }

    #[test]
    fn a_share_that_is_not_0_does_not_look_like_0() {
        let shares = [0.0, 1e-9, 0.0049, 0.5263, 1.0, f64::NAN];
        assert_eq!(shares.map(percent), ["0 %", "< 0.1 %", "0.5 %", "53 %", "100 %", "NaN %"]);
    }

    #[test]
    fn a_mean_says_how_many_values_it_is_of() {
        assert_eq!(with_band(&[1.0, f64::NAN], 2), "1.00 (1 of 2)");
        assert_eq!(with_band(&[f64::NAN], 2), "–");
        assert_eq!(with_band(&[2.0, 2.0], 1), "2.0 ± 0.0");
    }

    #[test]
    fn verdicts_are_counted() {
        let of = |verdict| Ending { verdict, diverged_at: None };
        let [learned, stalled] = [of(Verdict::Learned), of(Verdict::Stalled)];
        assert_eq!(verdicts(&[learned]), "learned");
        assert_eq!(verdicts(&[Ending::diverged(3)]), "diverged at 3");
        assert_eq!(verdicts(&[learned, stalled, learned]), "2 of 3 learned, 1 stalled");
        assert_eq!(verdicts(&[Ending::diverged(3), Ending::diverged(5)]), "2 of 2 diverged");
    }
}
