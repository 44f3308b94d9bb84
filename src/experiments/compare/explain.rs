//! What a comparison says: a line per initializer, and why.

use super::claims::claims;
use super::figures::shown_losses;
use super::rates::{Edge, SHOWN, edges, extended};
use super::rows::{AccuracyRow, DifferenceRow, LayerRow, RateRow, SummaryRow};
use crate::diagnosis::Forecast;
use crate::experiments::Extended;
use crate::experiments::curves::CurveGroup;
use crate::experiments::failures::learns_with;
use crate::experiments::over_seeds::{percent_with_band, seeds, verdicts, with_band, with_band_table};
use crate::nn::init::names::label_for_readers;
use crate::results::{TableError, Tables};
use crate::stats::{FINAL_ITERATIONS, Verdict, banded, falls};
use crate::text::{Answer, TextTable, counted, exact, fixed, significant};

/// What is said where no initializer has a best learning rate.
const NO_BEST: &str = "No initializer has a best one of these learning rates: at each of them a run diverged, or none \
                       learned on the seeds that choose; rates.csv has the numbers.";
/// What is said, behind its name, of one initializer that has none.
const NONE: &str = "has none: at each rate a run diverged, or none learned on the seeds that choose.";
/// The heading of the reasons.
const WHY: &str = "Why:";

/// The table, and below it what sets the initializers apart and why.
pub fn explain(tables: &Tables) -> Result<Answer, TableError> {
    let summary = tables.rows::<SummaryRow>("summary")?;
    let rates = Rates::of(tables)?;
    let first_runs: Vec<SummaryRow> =
        summary.chunk_by(|a, b| a.initializer == b.initializer).map(|runs| runs[0].clone()).collect();
    let shown: Vec<SummaryRow> =
        summary.into_iter().enumerate().filter(|(run, _)| rates.shows(*run)).map(|(_, row)| row).collect();
    let without_best = rates.names(false);
    let told = |run: &SummaryRow| {
        run.verdict != Verdict::Learned && without_best.contains(&run.initializer.as_str())
    };
    let others: Vec<SummaryRow> = first_runs.into_iter().filter(told).collect();
    let layers = tables.rows::<LayerRow>("initialization")?;
    let answer = if shown.is_empty() && !without_best.is_empty() {
        Answer::new().with_sentence(NO_BEST)
    } else {
        let differences = tables.rows::<DifferenceRow>("differences").unwrap_or_default();
        let (short, falling) = (short_runs(&shown, tables), rates.falling(tables)?);
        let results = results(&shown, &rates)
            .with_sentence(short)
            .with_sentence(rates.sentence())
            .with_sentence(falling);
        results.then(claims(&differences)).with_list(WHY, reasons(&shown, &layers))
    };
    Ok(answer.with_list(rates.why_at_the_first(), reasons(&others, &layers)))
}

/// What a verdict on few iterations is worth, where there is one that is in doubt.
fn short_runs(shown: &[SummaryRow], tables: &Tables) -> String {
    let accuracy: Vec<AccuracyRow> = tables.rows("accuracy").unwrap_or_default();
    let longest = accuracy.iter().map(|row| row.iteration).max().unwrap_or(FINAL_ITERATIONS);
    let doubtful = shown.iter().any(|run| run.verdict == Verdict::Stalled);
    let short = doubtful && longest < FINAL_ITERATIONS;
    let told = || {
        format!(
            "In {longest} iterations, fewer than the {FINAL_ITERATIONS} of whose losses a final loss is the mean, a run \
             that still falls may be called stalled."
        )
    };
    if short { told() } else { String::new() }
}

/// One line per initializer.
fn results(shown: &[SummaryRow], rates: &Rates) -> Answer {
    let mut headings =
        vec!["initializer", "seed", "final loss", "best", "to loss < 1", "test accuracy", "verdict"];
    headings.extend((!rates.rows.is_empty()).then_some("rate"));
    let mut table = TextTable::new(&headings);
    for runs in shown.chunk_by(|a, b| a.initializer == b.initializer) {
        let rate = rates.cell(&runs[0].initializer);
        table.push(line(runs).into_iter().chain(rate));
    }
    with_band_table(Answer::new(), table)
}

/// The learning rates of a comparison that has several.
struct Rates {
    rows: Vec<RateRow>,
}

impl Rates {
    fn of(tables: &Tables) -> Result<Self, TableError> {
        let there = tables.iter().any(|table| table.name() == "rates");
        Ok(Self { rows: if there { tables.rows("rates")? } else { Vec::new() } })
    }

    /// True for a run whose result is in the table: every run of one rate, the best rate's of several.
    fn shows(&self, run: usize) -> bool {
        self.rows.get(run).is_none_or(|row| row.best && row.used_for == SHOWN)
    }

    fn best_of(&self, initializer: &str) -> Option<&RateRow> {
        self.rows.iter().find(|row| row.best && row.initializer == initializer)
    }

    /// How the best rates were chosen, which of them lie at the edge of those tried, and who has none.
    fn sentence(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut tried: Vec<f64> = self.rows.iter().map(|row| row.learning_rate).collect();
        tried.sort_unstable_by(f64::total_cmp);
        tried.dedup();
        let chosen = format!(
            "Each initializer at its own best of {} learning rates, chosen on other seeds than those shown{}.",
            tried.len(),
            self.by_validation()
        );
        let none = self.names(false).into_iter().map(|name| format!("{name} {NONE}"));
        [chosen].into_iter().chain(self.at_edge(&tried)).chain(none).collect::<Vec<_>>().join(" ")
    }

    /// What the rates were chosen by, where examples were set apart for it.
    fn by_validation(&self) -> String {
        let held_out = self.rows.iter().find_map(|row| row.held_out);
        held_out.map_or(String::new(), |count| {
            format!(", by the loss on {} set apart", counted(count, "training example"))
        })
    }

    /// Whose losses, the mean over the shown seeds, still fall in the second half of those of which the final loss is the
    /// mean: the first may be the start of a short run.
    fn falling(&self, tables: &Tables) -> Result<String, TableError> {
        if self.rows.is_empty() {
            return Ok(String::new());
        }
        let losses = shown_losses(tables, &self.rows)?;
        let last = losses.iter().flat_map(|group| &group.runs).map(|run| run.losses.len()).max().unwrap_or(0);
        let last = last.min(FINAL_ITERATIONS) / 2;
        let still_falls = |group: &&CurveGroup| {
            let runs: Vec<&[f64]> = group.runs.iter().map(|run| &run.losses[..]).collect();
            let mean = banded(&runs).mean;
            falls(&mean[mean.len().saturating_sub(last)..])
        };
        let names: Vec<&str> = losses.iter().filter(still_falls).map(|group| group.name.as_str()).collect();
        let told = |names: &str| format!("Over the last {last} iterations the loss still falls: {names}.");
        Ok(if names.is_empty() { String::new() } else { told(&names.join(", ")) })
    }

    /// The names of initializers that have a best rate, or of those that have none.
    fn names(&self, with_best: bool) -> Vec<&str> {
        let mut names: Vec<&str> = self.rows.iter().map(|row| row.initializer.as_str()).collect();
        names.dedup();
        names.retain(|name| self.best_of(name).is_some() == with_best);
        names
    }

    /// The heading of the reasons of first runs that did not learn, which are at the first rate.
    fn why_at_the_first(&self) -> String {
        self.rows
            .first()
            .map_or(String::new(), |row| format!("Why, at learning rate {}:", exact(row.learning_rate)))
    }

    /// The rate of an initializer in the table.
    fn cell(&self, initializer: &str) -> Option<String> {
        let row = self.best_of(initializer)?;
        Some(exact(row.learning_rate) + if row.at_edge { " (edge)" } else { "" })
    }

    /// Which best rates are the smallest or the largest of those tried, and the rates with which to go on: a sentence each.
    fn at_edge(&self, tried: &[f64]) -> Vec<String> {
        let edges = edges(&self.rows);
        let told = edges.iter().map(|Edge { side, rate, names, .. }| {
            let (names, rate) = (names.join(", "), exact(*rate));
            format!("{names}: {rate}, the {side} tried, is at the edge: its best may lie beyond.")
        });
        let told = told.collect();
        let Extended::Beyond(mut rates) = extended(tried, &self.rows) else { return told };
        rates.sort_unstable_by(f64::total_cmp);
        let rates: Vec<String> = rates.into_iter().map(exact).collect();
        [told, vec![format!("To go on: --extend-rates, or --learning-rate {}.", rates.join(","))]].concat()
    }
}

/// One line per initializer and verdict: what was seen, and for runs that did not learn with what they do.
fn reasons(shown: &[SummaryRow], layers: &[LayerRow]) -> Vec<String> {
    let runs = shown.chunk_by(|a, b| a.initializer == b.initializer);
    runs.flat_map(one_per_verdict).flat_map(|(run, same, all)| reason(run, same, all, layers)).collect()
}

/// The first run of each verdict that the runs of one initializer came to, how many came to it, and how many runs there are.
fn one_per_verdict(runs: &[SummaryRow]) -> Vec<(&SummaryRow, usize, usize)> {
    let is_first = |(index, run): &(usize, &SummaryRow)| {
        runs[..*index].iter().all(|earlier| earlier.verdict != run.verdict)
    };
    let count = |verdict| runs.iter().filter(|run| run.verdict == verdict).count();
    runs.iter().enumerate().filter(is_first).map(|(_, run)| (run, count(run.verdict), runs.len())).collect()
}

/// What is said of one run, which stands for so many of its initializer.
fn reason(run: &SummaryRow, same: usize, all: usize, layers: &[LayerRow]) -> Vec<String> {
    let seeds = if all == 1 { String::new() } else { format!(" ({same} of {all} seeds, here {})", run.seed) };
    let why = run.why.clone().unwrap_or_else(|| signal(run, layers) + &by_heart(run));
    let ending = if same == 1 { run.ending().to_string() } else { run.verdict.to_string() };
    let seen = format!("{}{seeds} {ending}: {why}.", run.initializer);
    let remedy = run.cause.as_ref().map(|_| learns_with(run.remedy.as_deref()));
    [seen].into_iter().chain(remedy).collect()
}

/// How the signal of a run goes from its first layer to its last.
fn signal(run: &SummaryRow, layers: &[LayerRow]) -> String {
    let mut own = layers.iter().filter(|row| row.initializer == run.initializer && row.seed == run.seed);
    let std = |row: Option<&LayerRow>| row.map_or("–".to_owned(), |row| significant(row.signal_std, 2));
    let (first, last) = (own.next(), own.next_back());
    match last {
        None => format!("the signal is {} in its only layer", std(first)),
        Some(row) => {
            format!("the signal goes from {} in layer 1 to {} in layer {}", std(first), std(last), row.layer)
        }
    }
}

/// What is added of a network that learned its own examples alone, or is far too sure of others.
fn by_heart(run: &SummaryRow) -> String {
    if f64::from(run.test_loss) < run.label_entropy || run.test_loss.is_nan() {
        return String::new();
    }
    let [test, guessing] = [f64::from(run.test_loss), run.label_entropy].map(|loss| significant(loss, 2));
    format!("; on test examples its loss is {test}, where guessing has {guessing}")
}

/// The verdict that is predicted for a network, for the terminal before training.
pub fn prediction(name: &str, forecast: Forecast) -> String {
    format!("{name}: predicted to {} ({})\n", forecast.verdict.verb(), forecast.confidence)
}

/// One initializer's runs in one line: each number of a single run, mean ± half of the 95 % band of
/// several.
fn line(runs: &[SummaryRow]) -> [String; 7] {
    let over = |value: fn(&SummaryRow) -> f64| runs.iter().map(value).collect::<Vec<f64>>();
    let to_1: Vec<f64> = runs.iter().filter_map(|run| run.iterations_to_1).map(|n| n as f64).collect();
    let to_1 = match runs.len() - to_1.len() {
        // It starts there: with two or three classes guessing has a loss of 1 or less.
        0 if to_1.iter().all(|n| *n == 0.0) => "–".to_owned(),
        0 => with_band(&to_1, 0),
        never if to_1.is_empty() => if never == 1 { "never" } else { "never (all)" }.to_owned(),
        never => format!("{} ({never} never)", with_band(&to_1, 0)),
    };
    [
        label_for_readers(&runs[0].initializer),
        seeds(runs[0].seed, runs.len()),
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
    let mut text = TextTable::new(&headings).with_keys(2);
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
        row.target_std.map_or("–".to_owned(), |std| fixed(std, 5)),
        fixed(row.measured_std, 5),
        significant(row.signal_std, 3),
    ]
}

#[cfg(test)]
mod tests;
