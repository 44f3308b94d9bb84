//! What the tables of `circles` say, for the terminal.

use super::rows::SummaryRow;
use crate::experiments::table_text::{
    TextTable, digits, enumeration, percent_with_band, verdicts, with_band,
};
use crate::results::{TableError, Tables};
use crate::stats::{Verdict, mean};
use std::f64::consts::LN_2;

/// A table of the runs and its meaning.
pub fn explain(tables: &Tables) -> Result<String, TableError> {
    let rows = tables.rows::<SummaryRow>("summary")?;
    let mut text = TextTable::new(&HEADINGS);
    rows.chunk_by(|a, b| a.initializer == b.initializer).for_each(|runs| text.push(answer_line(runs)));
    Ok(format!("{text}\n{}", meaning(&rows)))
}

const HEADINGS: [&str; 7] =
    ["initializer", "seed", "first cost", "final cost", "train accuracy", "test accuracy", "verdict"];

/// One initializer's runs in one line: each number of a single run, mean ± half of the 95 % band of
/// several.
fn answer_line(runs: &[SummaryRow]) -> [String; 7] {
    let over = |value: fn(&SummaryRow) -> f64| runs.iter().map(value).collect::<Vec<f64>>();
    [
        runs[0].initializer.clone(),
        if let [run] = runs { run.seed.to_string() } else { format!("{} seeds", runs.len()) },
        with_band(&over(|run| f64::from(run.first_loss)), 4),
        with_band(&over(|run| run.final_loss), 4),
        percent_with_band(&over(|run| run.train_accuracy)),
        percent_with_band(&over(|run| run.test_accuracy)),
        verdicts(&runs.iter().map(SummaryRow::ending).collect::<Vec<_>>()),
    ]
}

/// The table in a sentence or two.
fn meaning(rows: &[SummaryRow]) -> String {
    let groups: Vec<&[SummaryRow]> = rows.chunk_by(|a, b| a.initializer == b.initializer).collect();
    let stalled = |runs: &&&[SummaryRow]| runs.iter().all(|run| run.verdict == Verdict::Stalled);
    let names: Vec<&str> = groups.iter().filter(stalled).map(|runs| runs[0].initializer.as_str()).collect();
    let coin = match &names[..] {
        [] => "every network gets below that".to_owned(),
        [name] => format!("{name} never gets below that"),
        names => format!("{} never get below that", enumeration(names)),
    };
    let final_loss = |runs: &[SummaryRow]| mean(&runs.iter().map(|run| run.final_loss).collect::<Vec<_>>());
    let learned = groups.iter().filter(|runs| runs.iter().all(|run| run.verdict == Verdict::Learned));
    let best = learned.min_by(|a, b| final_loss(a).total_cmp(&final_loss(b)));
    let best = best.map_or(String::new(), |runs| {
        let accuracy = mean(&runs.iter().map(|run| 100.0 * run.test_accuracy).collect::<Vec<_>>());
        let (name, cost) = (&runs[0].initializer, final_loss(runs));
        format!("; {name} comes down to {cost:.4} and names the ring of {accuracy:.2} % of the test points")
    });
    format!("Tossing a coin costs ln 2 = {}: {coin}{best}.", digits(LN_2, 4))
}
