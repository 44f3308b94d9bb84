//! What the summary of a sweep says, for the terminal.

use super::setting::shown;
use crate::experiments::raw_table::RawTable;
use crate::text::{Answer, TextTable, counted, fixed, significant};
use std::collections::BTreeMap;

/// Longer tables are only counted on the terminal.
const MOST_ROWS: usize = 60;

/// More kinds of failure are in the table alone.
const MOST_KINDS: usize = 8;

/// The summary with few digits, unless it is long, how many runs came to which end, and with what those that failed learn.
pub fn explain(summary: &RawTable) -> Answer {
    let answer = Answer::new();
    let answer = if summary.rows.len() > MOST_ROWS { answer } else { answer.with_table(listing(summary)) };
    answer.with_sentence(verdicts(summary)).with_list("", remedies(summary).into_iter().take(MOST_KINDS))
}

/// How a cell of a table is written for the terminal.
type Shown = fn(&str) -> String;

/// What is measured and shown of each run, with the column of the summary and how its cells are written.
const MEASURED: [(&str, &str, Shown); 5] = [
    ("final loss", "final_loss", |cell| number(cell, |loss| fixed(loss, 4))),
    ("test accuracy", "test_accuracy", |cell| number(cell, |share| format!("{:.2} %", 100.0 * share))),
    ("travel", "travel", |cell| number(cell, |travel| significant(travel, 3))),
    ("verdict", "verdict", str::to_owned),
    ("cause", "cause", |cell| if cell.is_empty() { "–" } else { cell }.to_owned()),
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
        let measured = MEASURED.iter().map(|(_, column, text)| text(summary.cell(row, column)));
        text.push(row[..settings].iter().map(|cell| shown(cell).to_owned()).chain(measured));
    }
    text
}

/// The kinds of failure, the most frequent first: how many runs, their cause, and the keys of the file with which they learn.
fn remedies(summary: &RawTable) -> Vec<String> {
    let mut kinds: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    for row in summary.rows.iter().filter(|row| !summary.cell(row, "cause").is_empty()) {
        *kinds.entry(["verdict", "cause", "remedy"].map(|column| summary.cell(row, column))).or_default() +=
            1;
    }
    let mut kinds: Vec<([&str; 3], usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let line = |([verdict, cause, remedy], count): ([&str; 3], usize)| {
        let runs = counted(count, "run");
        if remedy.is_empty() {
            return format!(
                "{runs} {verdict} ({cause}): no change that was tried is expected to make them learn"
            );
        }
        format!("{runs} {verdict} ({cause}): expected to learn with {}", keys(remedy))
    };
    kinds.into_iter().map(line).collect()
}

/// Flags as keys of a file: `--learning-rate 0.1 --batch-norm` is `learning_rate = 0.1, batch_norm = true`.
fn keys(flags: &str) -> String {
    let key = |flag: &str| match flag.trim().split_once(' ') {
        Some((name, value)) if value.parse::<f64>().is_ok() => {
            format!("{} = {value}", name.replace('-', "_"))
        }
        Some((name, value)) => format!("{} = \"{value}\"", name.replace('-', "_")),
        None => format!("{} = true", flag.trim().replace('-', "_")),
    };
    flags.split("--").filter(|flag| !flag.is_empty()).map(key).collect::<Vec<_>>().join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_become_keys() {
        assert_eq!(
            keys("--init He --learning-rate 0.1 --batch-norm"),
            "init = \"He\", learning_rate = 0.1, batch_norm = true"
        );
    }
}
