//! `table.csv`: one row per setting, its numbers as mean ± half of the 95 % interval over its seeds.
//!
//! Made from the rows of a summary as texts, so that one piece of code serves the initializers of a
//! comparison and the cells of a sweep. A run without a value (NaN, or an empty cell) is counted and
//! not averaged.
//!
//! Of a comparison over five seeds (each averaged column has three: mean, half width, seeds with a value):
//!
//! ```text
//! initializer,seeds,learned,stalled,worsened,diverged,final_loss,final_loss_pm,final_loss_n,best_loss,…
//! He,5,5,0,0,0,0.1302,0.0081,5,0.1011,…
//! ```
//!
//! The averaged columns are `final_loss`, `best_loss` (nats), `iterations_to_1` and `test_accuracy` (a share
//! from 0 to 1; per cent only in [`paste()`]).

use super::paste::{self, TableFormat};
use super::raw_table::RawTable;
use crate::nn::init::names::label_for_readers;
use crate::results::Table;
use crate::stats::{Band, band};
use std::collections::BTreeSet;

/// The table's name.
pub const NAME: &str = "table";

/// The columns of a summary that are averaged, each with the number of decimal places that a text shows.
const AVERAGED: [(&str, usize); 4] =
    [("final_loss", 4), ("best_loss", 4), ("iterations_to_1", 0), (SHARE, 2)];
/// The one of them that is a share; shown in per cent.
const SHARE: &str = "test_accuracy";
/// The verdicts that are counted.
const COUNTED: [&str; 4] = ["learned", "stalled", "worsened", "diverged"];

/// The table of the runs in `summary`, grouped by the columns called `keys`, in order of appearance.
///
/// `iterations_to_1_n` and the like say how many seeds have a value.
pub fn seed_table(summary: &RawTable, keys: &[&str]) -> Table {
    let mut groups: Vec<(Vec<&str>, Vec<&Vec<String>>)> = Vec::new();
    for row in &summary.rows {
        let key: Vec<&str> = keys.iter().map(|name| summary.cell(row, name)).collect();
        match groups.iter_mut().find(|group| group.0 == key) {
            Some(group) => group.1.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    let cells = |(key, rows): (Vec<&str>, Vec<&Vec<String>>)| {
        let own = key.into_iter().map(str::to_owned);
        own.chain(counts(summary, &rows)).chain(means(summary, &rows)).collect()
    };
    RawTable { header: header(keys), rows: groups.into_iter().map(cells).collect() }.into_table(NAME)
}

/// The names of the columns: keys, counts, and three for each averaged column.
fn header(keys: &[&str]) -> Vec<String> {
    let averaged = AVERAGED.iter().flat_map(|(name, _)| ["", "_pm", "_n"].map(|end| format!("{name}{end}")));
    let fixed = keys.iter().chain(["seeds"].iter()).chain(COUNTED.iter()).map(|name| (*name).to_owned());
    fixed.chain(averaged).collect()
}

/// True of a column whose mean is in the table.
pub fn is_averaged(column: &str) -> bool {
    AVERAGED.iter().any(|(name, _)| *name == column)
}

/// The number of seeds, and how many of their runs learned, stalled, worsened and diverged.
fn counts(summary: &RawTable, rows: &[&Vec<String>]) -> Vec<String> {
    let seeds: BTreeSet<&str> = rows.iter().map(|row| summary.cell(row, "seed")).collect();
    let of = |verdict: &&str| rows.iter().filter(|row| summary.cell(row, "verdict") == *verdict).count();
    std::iter::once(seeds.len()).chain(COUNTED.iter().map(of)).map(|count| count.to_string()).collect()
}

/// Mean, half width (NaN for fewer than two values) and number of values of each averaged column.
fn means(summary: &RawTable, rows: &[&Vec<String>]) -> Vec<String> {
    let of = |(name, _): &(&str, usize)| {
        let cells = rows.iter().filter_map(|row| summary.cell(row, name).parse::<f64>().ok());
        let values: Vec<f64> = cells.filter(|value| value.is_finite()).collect();
        let Band { mean, half_width } = band(&values);
        // With a decimal point, as every column of numbers that are not whole or may be missing.
        [format!("{mean:?}"), format!("{:?}", half_width.unwrap_or(f64::NAN)), values.len().to_string()]
    };
    AVERAGED.iter().flat_map(of).collect()
}

/// `table.csv` ready to paste: mean ± half width in one cell, shares in per cent.
pub fn paste(table: &Table, format: TableFormat) -> String {
    let raw = RawTable::of(table);
    let rows = std::iter::once(headings(&raw)).chain(raw.rows.iter().map(|row| cells(&raw, row)));
    let rows: Vec<Vec<String>> = rows.collect();
    let has_intervals = rows.iter().flatten().any(|cell| cell.contains('±'));
    let caption = if has_intervals {
        "Means over seeds; ± is half of the 95 % confidence interval."
    } else {
        "Results, each of one run or of runs without an interval."
    };
    paste::table(&rows, format, caption, "initlab")
}

/// The columns before the averaged ones, and after them the learning rate where there is one.
fn keys(raw: &RawTable) -> impl Iterator<Item = usize> + '_ {
    let averaged = |name: &str| AVERAGED.iter().any(|(column, _)| name.starts_with(column));
    (0..raw.header.len()).filter(move |index| !averaged(&raw.header[*index]))
}

fn headings(raw: &RawTable) -> Vec<String> {
    let keys = keys(raw).map(|index| raw.header[index].replace('_', " "));
    let averaged = |(name, _): &(&str, usize)| match *name {
        SHARE => format!("{} (%)", name.replace('_', " ")),
        name => name.replace('_', " "),
    };
    keys.chain(AVERAGED.iter().map(averaged)).collect()
}

fn cells(raw: &RawTable, row: &[String]) -> Vec<String> {
    let mean = |(name, places): &(&str, usize)| {
        let factor = if *name == SHARE { 100.0 } else { 1.0 };
        let cell = |end: &str| raw.cell(row, &format!("{name}{end}")).parse::<f64>().ok();
        let number = |end: &str| cell(end).map(|number| factor * number).filter(|number| number.is_finite());
        let (mean, half) = (number(""), number("_pm"));
        let half = half.map_or(String::new(), |half| format!(" ± {half:.places$}"));
        let (used, runs) = (raw.cell(row, &format!("{name}_n")), raw.cell(row, "seeds"));
        let of = if used == runs { String::new() } else { format!(" ({used} of {runs})") };
        mean.map_or("–".to_owned(), |mean| format!("{mean:.places$}{half}{of}"))
    };
    let key = |index: usize| match raw.header[index].as_str() {
        "initializer" => label_for_readers(&row[index]),
        _ if row[index] == "NaN" => "–".to_owned(),
        _ => row[index].strip_suffix(".0").unwrap_or(&row[index]).to_owned(),
    };
    keys(raw).map(key).chain(AVERAGED.iter().map(mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "initializer,seed,final_loss,best_loss,iterations_to_1,test_accuracy,verdict
He,1,0.2,0.1,100,0.9,learned
He,2,0.4,0.1,,0.8,learned
Xavier,1,0.4,0.1,,0.8,learned
zeros,1,NaN,NaN,,NaN,diverged
";

    fn table() -> Table {
        let summary = Table::parse("summary", SUMMARY.as_bytes()).unwrap();
        seed_table(&RawTable::of(&summary), &["initializer"])
    }

    #[test]
    fn what_has_no_value_is_counted_and_not_averaged() {
        let raw = RawTable::of(&table());
        let number = |row: usize, name: &str| raw.cell(&raw.rows[row], name).parse::<f64>();
        assert!((number(0, "final_loss").unwrap() - 0.3).abs() < 1e-12);
        // t(0.975, 1) s / √2 with s = 0.2 / √2.
        assert!((number(0, "final_loss_pm").unwrap() - 12.706_204_736 * 0.1).abs() < 1e-8);
        assert_eq!(number(0, "iterations_to_1_n"), Ok(1.0));
        assert_eq!([raw.cell(&raw.rows[2], "seeds"), raw.cell(&raw.rows[2], "diverged")], ["1", "1"]);
        assert!(number(2, "final_loss").unwrap().is_nan() && number(2, "final_loss_pm").unwrap().is_nan());
    }

    #[test]
    fn it_is_ready_to_paste() {
        let text = paste(&table(), TableFormat::Markdown);
        assert!(
            text.contains("| He | 2 | 2 | 0 | 0 | 0 | 0.3000 ± 1.2706 | 0.1000 ± 0.0000 | 100 (1 of 2) |"),
            "{text}"
        );
        assert!(text.contains("| zeros | 1 | 0 | 0 | 0 | 1 | – | – | – | – |"), "{text}");
        assert!(text.contains("| Xavier (1/n) | 1 |"), "{text}");
        let text = paste(&table(), TableFormat::Latex);
        assert!(text.contains("\\toprule\n") && text.ends_with("\\end{table}\n"), "{text}");
        assert!(
            text.contains("final loss") && text.contains("0.3000 $\\pm$ 1.2706") && text.contains("\\\\\n"),
            "{text}"
        );
    }
}
