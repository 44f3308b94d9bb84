//! What the summary of a sweep says, for the terminal.

use crate::experiments::raw_table::RawTable;
use crate::text::{Answer, TextTable, counted, fixed, significant};
use std::collections::BTreeMap;

/// Longer tables are only counted on the terminal.
const MOST_ROWS: usize = 60;

/// The summary with few digits, unless it is long, and how many runs came to which end.
pub fn explain(summary: &RawTable) -> Answer {
    let answer = Answer::new();
    let answer = if summary.rows.len() > MOST_ROWS { answer } else { answer.with_table(listing(summary)) };
    answer.with_sentence(verdicts(summary))
}

/// How a cell of a table is written for the terminal.
type Shown = fn(&str) -> String;

/// What is measured and shown of each run, with the column of the summary and how its cells are written.
const MEASURED: [(&str, &str, Shown); 5] = [
    ("final loss", "final_loss", |cell| number(cell, |loss| fixed(loss, 4))),
    ("test accuracy", "test_accuracy", |cell| number(cell, |share| format!("{:.2} %", 100.0 * share))),
    ("travel", "travel", |cell| number(cell, |travel| significant(travel, 3))),
    ("verdict", "verdict", str::to_owned),
    ("cause", "cause", |cell| if cell.is_empty() { "–".to_owned() } else { cell.replace('_', " ") }),
];

/// A number as it is shown; a dash for one that does not exist.
fn number(cell: &str, shown: impl Fn(f64) -> String) -> String {
    cell.parse().ok().filter(|number: &f64| number.is_finite()).map_or("–".to_owned(), shown)
}

/// The settings that differ, the seed, and what matters most of what was measured, with few digits.
fn listing(summary: &RawTable) -> TextTable {
    let settings = summary.column("seed").map_or(0, |seed| seed + 1);
    let names = summary.header[..settings].iter().map(|name| name.replace('_', " "));
    let headings: Vec<String> = names.chain(MEASURED.map(|row| row.0.to_owned())).collect();
    let mut text = TextTable::new(&headings).with_keys(settings.max(1));
    for row in &summary.rows {
        let measured = MEASURED.iter().map(|(_, column, shown)| shown(summary.cell(row, column)));
        text.push(row[..settings].iter().cloned().chain(measured));
    }
    text
}

/// The number of runs by verdict.
fn verdicts(summary: &RawTable) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    if let Some(verdict) = summary.column("verdict") {
        for row in &summary.rows {
            *counts.entry(row[verdict].as_str()).or_default() += 1;
        }
    }
    let counts: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    format!("{}: {}", counted(summary.rows.len(), "run"), counts.join(", "))
}
