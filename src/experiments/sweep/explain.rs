//! What the summary of a sweep says, for the terminal.

use crate::experiments::raw_table::RawTable;
use crate::experiments::table_text::TextTable;
use std::collections::BTreeMap;

/// Longer tables are only counted on the terminal.
const MOST_ROWS: usize = 60;

/// The summary with few digits, unless it is long, and how many runs came to which end.
pub fn explain(summary: &RawTable) -> String {
    let counts = verdicts(summary);
    if summary.rows.len() > MOST_ROWS { counts } else { format!("{}\n{counts}", listing(summary)) }
}

/// The summary with few digits.
fn listing(summary: &RawTable) -> TextTable {
    let headings: Vec<String> = summary.header.iter().map(|name| name.replace('_', " ")).collect();
    let mut text = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    let measured = summary.column("seed").unwrap_or(0);
    for row in &summary.rows {
        text.push(row.iter().enumerate().map(|(column, cell)| match cell.parse::<f64>() {
            _ if cell.is_empty() => "never".to_owned(),
            Ok(number) if column > measured && cell.contains('.') => format!("{number:.4}"),
            _ => cell.clone(),
        }));
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
    format!("{} runs: {}", summary.rows.len(), counts.join(", "))
}
