//! The columns of a table: what is in each, what becomes of it, and what is doubtful about it.

use std::collections::BTreeMap;
use std::fmt;

use super::table_options::TableOptions;
use super::table_text::{Place, SHOWN, TableText, TextTableError, text};
use crate::text::{counted, exact, printable};

/// Cells that say nothing, as files of many kinds have them.
const GAPS: [&str; 10] = ["", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None"];

/// The most different texts of a column that becomes inputs, one for each.
const MOST_TEXTS: usize = 100;

/// The reason of a column that a reader left out.
pub(super) const AS_ASKED: &str = "as asked";

/// What was found in a column, over all rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundColumn {
    /// All cells.
    pub rows: usize,
    /// Cells that are numbers.
    pub numbers: usize,
    /// Cells that say nothing, and where the first is.
    pub gaps: usize,
    first_gap: Option<Place>,
    /// The first cell that is neither.
    first_text: Option<(Place, String)>,
    /// Different cells with their counts, [`MOST_TEXTS`] and one at most.
    texts: BTreeMap<String, usize>,
    /// The smallest and the largest number.
    range: Option<(f64, f64)>,
    /// True where every number is one more than that of the row before, from 0 or 1 on.
    counts_rows: bool,
    /// True where numbers are whole and rise from row to row.
    rises: bool,
    last: Option<f64>,
}

/// What becomes of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnRole {
    /// It holds the classes.
    Label,
    /// It is an input.
    Number,
    /// It is an input for each of these texts; for two texts, one input that is 1 for the second.
    Texts(Vec<String>),
    /// It is left out, for this reason.
    LeftOut(&'static str),
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub found: FoundColumn,
    /// What becomes of it.
    pub role: ColumnRole,
}

/// A text as a number, finite or not; none for a gap, though `nan` is a number to Rust.
pub(super) fn number(cell: &str) -> Option<f64> {
    if is_gap(cell) { None } else { cell.parse().ok() }
}

/// True of a cell that says nothing.
pub(super) fn is_gap(cell: &str) -> bool {
    GAPS.contains(&cell)
}

/// Reads every row once and decides what becomes of each column.
///
/// # Errors
/// Where a wish names no column or two, where a column of numbers has a cell that is none, one of texts too many different ones,
/// and where a column that is used has gaps and nobody said what becomes of them.
pub fn columns(table: &TableText, wishes: &TableOptions) -> Result<Vec<Column>, TextTableError> {
    let label = label(table, wishes)?;
    if wishes.drop.contains(&table.names[label]) {
        let name = printable(&table.names[label], SHOWN);
        return Err(TextTableError::Wish(format!(
            "--drop names the column of --label, '{name}'; take it out of --drop"
        )));
    }
    let asked = wishes
        .drop
        .iter()
        .map(|name| ("--drop", name))
        .chain(wishes.only.iter().map(|name| ("--only", name)));
    for (flag, name) in asked {
        if !table.names.contains(name) {
            return Err(unknown(table, flag, name));
        }
    }
    let mut found =
        vec![FoundColumn { counts_rows: true, rises: true, ..FoundColumn::default() }; table.names.len()];
    table.rows(|place, record| {
        found.iter_mut().zip(record).for_each(|(found, cell)| found.take(place, &text(cell)));
        Ok(())
    })?;
    let columns = found.into_iter().zip(&table.names).enumerate().map(|(at, (found, name))| {
        let role = if at == label { ColumnRole::Label } else { found.role(name, wishes)? };
        Ok(Column { name: name.clone(), found, role })
    });
    columns.collect()
}

/// The place of the column that holds the classes.
fn label(table: &TableText, wishes: &TableOptions) -> Result<usize, TextTableError> {
    let Some(label) = &wishes.label else {
        let listed = table.listed();
        return Err(TextTableError::Wish(format!(
            "--label COLUMN names the column of the classes; {listed}"
        )));
    };
    let mut places =
        table.names.iter().enumerate().filter(|(_, name)| *name == label).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => Err(unknown(table, "--label", label)),
        _ => Err(TextTableError::Wish(format!(
            "two columns '{}' for '--label': rename one in the file",
            printable(label, SHOWN)
        ))),
    }
}

fn unknown(table: &TableText, flag: &str, name: &str) -> TextTableError {
    TextTableError::Wish(format!("no column '{}' for '{flag}'; {}", printable(name, SHOWN), table.listed()))
}

fn not_a_number(cell: &str, column: &str) -> TextTableError {
    TextTableError::mismatch("a number", format!("{cell}; {} leaves the column out", dropped(column)))
}

/// The flag that leaves a column out, as a shell takes it.
fn dropped(name: &str) -> String {
    let shown = printable(name, SHOWN);
    let quoted =
        if name.contains([',', '"']) { format!("\"{}\"", shown.replace('"', "\"\"")) } else { shown };
    let is_word = quoted.chars().all(|c| c.is_alphanumeric() || "_-.:/+".contains(c));
    if is_word { format!("--drop {quoted}") } else { format!("--drop '{}'", quoted.replace('\'', "'\\''")) }
}

impl FoundColumn {
    /// Takes the cell of the next row.
    fn take(&mut self, place: Place, cell: &str) {
        self.rows += 1;
        if is_gap(cell) {
            self.gaps += 1;
            self.first_gap.get_or_insert(place);
            (self.counts_rows, self.rises) = (false, false);
            return;
        }
        if let Some(count) = self.texts.get_mut(cell) {
            *count += 1;
        } else if self.texts.len() <= MOST_TEXTS {
            self.texts.insert(cell.to_owned(), 1);
        }
        match number(cell) {
            Some(number) if number.is_finite() => self.take_number(number),
            _ => {
                self.first_text.get_or_insert((place, cell.to_owned()));
            }
        }
    }

    fn take_number(&mut self, number: f64) {
        self.numbers += 1;
        let (low, high) = self.range.unwrap_or((number, number));
        self.range = Some((low.min(number), high.max(number)));
        self.counts_rows &= self.last.map_or(number == 0.0 || number == 1.0, |last| number == last + 1.0);
        self.rises &= number.fract() == 0.0 && self.last.is_none_or(|last| number > last);
        self.last = Some(number);
    }

    /// What becomes of a column that does not hold the classes.
    fn role(&self, name: &str, wishes: &TableOptions) -> Result<ColumnRole, TextTableError> {
        let is_named = wishes.only.iter().any(|only| only == name);
        if wishes.drop.iter().any(|drop| drop == name) || (!wishes.only.is_empty() && !is_named) {
            return Ok(ColumnRole::LeftOut(AS_ASKED));
        }
        if self.counts_rows && self.numbers > 2 && self.first_text.is_none() && !is_named {
            return Ok(ColumnRole::LeftOut("it counts the rows; --only names it where it is to stay"));
        }
        if self.numbers == 0 && self.first_text.is_none() {
            return Ok(ColumnRole::LeftOut("it is empty"));
        }
        self.refuse_gaps(name, wishes)?;
        let Some((place, cell)) = &self.first_text else { return Ok(ColumnRole::Number) };
        let texts: usize =
            self.texts.iter().filter(|(text, _)| number(text).is_none()).map(|(_, count)| count).sum();
        if number(cell).is_some() || self.numbers >= texts {
            let found = format!("'{}'", printable(cell, SHOWN));
            return Err(not_a_number(&place.cell(&found, name), name));
        }
        if self.texts.len() > MOST_TEXTS {
            return Err(TextTableError::Wish(format!(
                "column '{0}' has more than {MOST_TEXTS} different texts, too many for an input each; {1} leaves it out",
                printable(name, SHOWN),
                dropped(name)
            )));
        }
        Ok(ColumnRole::Texts(self.texts.keys().cloned().collect()))
    }

    fn refuse_gaps(&self, name: &str, wishes: &TableOptions) -> Result<(), TextTableError> {
        let (Some(place), None) = (self.first_gap, wishes.missing) else { return Ok(()) };
        Err(TextTableError::Wish(format!(
            "{} of column '{1}', the first in row {2} (line {3}): --missing drop leaves such rows out, --missing mean puts \
             the column's mean, {4} leaves the column out",
            counted(self.gaps, "gap"),
            printable(name, SHOWN),
            place.row,
            place.line,
            dropped(name)
        )))
    }
}

impl Column {
    /// The names of the inputs that it becomes.
    pub fn inputs(&self) -> Vec<String> {
        let of_text = |text: &String| format!("{}={text}", self.name);
        match &self.role {
            ColumnRole::Number => vec![self.name.clone()],
            ColumnRole::Texts(texts) if texts.len() == 2 => vec![of_text(&texts[1])],
            ColumnRole::Texts(texts) => texts.iter().map(of_text).collect(),
            ColumnRole::Label | ColumnRole::LeftOut(_) => Vec::new(),
        }
    }

    /// True where its cells become inputs.
    pub fn is_input(&self) -> bool {
        matches!(self.role, ColumnRole::Number | ColumnRole::Texts(_))
    }

    /// Refuses a cell of an input that is no number where one is needed, or a gap where nobody said what becomes of it.
    pub(super) fn check(
        &self,
        cell: &str,
        place: Place,
        wishes: &TableOptions,
    ) -> Result<(), TextTableError> {
        if is_gap(cell) && wishes.missing.is_none() {
            let gap = place.cell("a gap", &self.name);
            return Err(TextTableError::Wish(format!(
                "{gap}: --missing drop leaves such rows out, --missing mean puts the mean"
            )));
        }
        if self.role == ColumnRole::Number
            && !is_gap(cell)
            && number(cell).is_none_or(|number| !number.is_finite())
        {
            let found = format!("'{}'", printable(cell, SHOWN));
            return Err(not_a_number(&place.cell(&found, &self.name), &self.name));
        }
        Ok(())
    }

    /// True of a text that is not among those of the table.
    pub(super) fn does_not_know(&self, cell: &str) -> bool {
        matches!(&self.role, ColumnRole::Texts(texts) if !is_gap(cell) && !texts.iter().any(|text| text == cell))
    }

    /// Adds the inputs of a cell; NaN for a gap, 0 for a text that is not among those of the table.
    pub fn push(&self, cell: &str, inputs: &mut Vec<f64>) {
        match &self.role {
            ColumnRole::Number => inputs.push(number(cell).unwrap_or(f64::NAN)),
            ColumnRole::Texts(texts) => {
                let texts = if texts.len() == 2 { &texts[1..] } else { texts };
                let of_text =
                    |text: &String| if is_gap(cell) { f64::NAN } else { f64::from(u8::from(text == cell)) };
                inputs.extend(texts.iter().map(of_text));
            }
            ColumnRole::Label | ColumnRole::LeftOut(_) => {}
        }
    }

    /// What is in it, in words: `numbers from 1 to 7`, `3 texts`.
    pub fn content(&self) -> String {
        match (self.found.range, &self.found.first_text) {
            (Some((low, high)), None) => format!("numbers from {} to {}", exact(low), exact(high)),
            (_, Some(_)) if self.found.texts.len() > MOST_TEXTS => format!("more than {MOST_TEXTS} texts"),
            (_, Some(_)) => counted(self.found.texts.len(), "text"),
            (None, None) => "nothing".to_owned(),
        }
    }

    /// A doubt about an input: whole numbers that rise from row to row are rarely measured, and texts that are nearly all different
    /// tell nothing of other rows.
    pub fn doubt(&self) -> Option<String> {
        let (name, dropped) = (printable(&self.name, SHOWN), dropped(&self.name));
        let (texts, rows) = (self.found.texts.len(), self.found.texts.values().sum::<usize>());
        if matches!(self.role, ColumnRole::Texts(_)) && texts > 2 && 2 * texts > rows {
            return Some(format!(
                "column {name} has {texts} texts in {} (a comma or a unit makes a text of a number): {dropped} leaves it out",
                counted(rows, "row")
            ));
        }
        let is_identifier = self.role == ColumnRole::Number && self.found.rises && self.found.numbers > 2;
        is_identifier.then(|| {
            format!("column {name} rises from row to row, as numbers of rows do: {dropped} leaves it out")
        })
    }
}

impl fmt::Display for ColumnRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label => f.write_str("classes"),
            Self::Number => f.write_str("an input"),
            Self::Texts(texts) if texts.len() == 2 => {
                write!(f, "an input, 1 for {}", printable(&texts[1], SHOWN))
            }
            Self::Texts(texts) => write!(f, "{} inputs, one for each", texts.len()),
            Self::LeftOut(reason) => write!(f, "left out: {reason}"),
        }
    }
}
