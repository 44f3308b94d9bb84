//! What a comparison says: a line per initializer, and why.

use super::rows::{LayerRow, SummaryRow};
use crate::experiments::table_text::{
    TextTable, digits, percent_with_band, significant, verdicts, with_band,
};

/// The table for the terminal, and below it what each initializer does to the signal.
pub fn explain(summary: &[SummaryRow], layers: &[LayerRow]) -> String {
    let headings = ["initializer", "seed", "final loss", "best", "to loss < 1", "test accuracy", "verdict"];
    let mut table = TextTable::new(&headings);
    for runs in summary.chunk_by(|a, b| a.initializer == b.initializer) {
        table.push(line(runs));
    }
    let banded = summary.windows(2).any(|pair| pair[0].initializer == pair[1].initializer);
    let band =
        if banded { "± is half of the 95 % confidence interval of the mean over seeds.\n" } else { "" };
    format!("{table}{band}\n{}", reasons(layers))
}

/// One sentence per initializer: how the spread of pre-activations changes from the first hidden layer
/// to the last layer, before any training.
fn reasons(layers: &[LayerRow]) -> String {
    let runs = layers.chunk_by(|a, b| a.initializer == b.initializer && a.seed == b.seed);
    let mut told: Vec<&str> = Vec::new();
    let mut text = String::from("Why: the std of pre-activations before training, from layer to layer:\n");
    for run in runs {
        if !told.contains(&run[0].initializer.as_str()) {
            told.push(&run[0].initializer);
            text += &reason(run);
        }
    }
    text
}

fn reason(run: &[LayerRow]) -> String {
    let signal: Vec<String> = run.iter().map(|row| significant(row.signal_std)).collect();
    format!("  {}: {} ({})\n", run[0].initializer, signal.join(" → "), judgement(run))
}

/// A signal that loses or gains more than this factor over the network has vanished or exploded.
const LOST: f64 = 100.0;

fn judgement(run: &[LayerRow]) -> &'static str {
    let change = run[run.len() - 1].signal_std / run[0].signal_std;
    match change {
        _ if run[0].signal_std == 0.0 => "no signal at all: every unit says the same",
        _ if change < LOST.recip() => "the signal vanishes: the last layers have nothing to learn from",
        _ if change > LOST => "the signal explodes",
        _ if change < 0.5 => "the signal shrinks",
        _ if change > 2.0 => "the signal grows",
        _ => "the signal keeps its size",
    }
}

/// One initializer's runs in one line: each number of a single run, mean ± half of the 95 % band of
/// several.
fn line(runs: &[SummaryRow]) -> [String; 7] {
    let over = |value: fn(&SummaryRow) -> f64| runs.iter().map(value).collect::<Vec<f64>>();
    let to_1: Vec<f64> = runs.iter().filter_map(|run| run.iterations_to_1).map(|n| n as f64).collect();
    let to_1 = match runs.len() - to_1.len() {
        0 => with_band(&to_1, 0),
        never if to_1.is_empty() => if never == 1 { "never" } else { "never (all)" }.to_owned(),
        never => format!("{} ({never} never)", with_band(&to_1, 0)),
    };
    [
        runs[0].initializer.clone(),
        if let [run] = runs { run.seed.to_string() } else { format!("{} seeds", runs.len()) },
        with_band(&over(|run| run.final_loss), 4),
        with_band(&over(|run| run.best_loss), 4),
        to_1,
        percent_with_band(&over(|run| run.test_accuracy)),
        verdicts(&runs.iter().map(SummaryRow::ending).collect::<Vec<_>>()),
    ]
}

/// What each layer starts from, for the terminal.
pub fn initial_table(rows: impl IntoIterator<Item = LayerRow>) -> String {
    let headings = ["initializer", "layer", "fan_in", "fan_out", "target std", "measured std", "signal std"];
    let mut text = TextTable::new(&headings);
    rows.into_iter().for_each(|row| text.push(cells(row)));
    text.to_string()
}

/// The row for the terminal.
fn cells(row: LayerRow) -> [String; 7] {
    [
        row.initializer,
        row.layer.to_string(),
        row.fan_in.to_string(),
        row.fan_out.to_string(),
        row.target_std.map_or("–".to_owned(), |std| digits(std, 5)),
        digits(row.measured_std, 5),
        significant(row.signal_std),
    ]
}
