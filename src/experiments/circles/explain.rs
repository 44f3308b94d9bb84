//! What the tables of `circles` say, for the terminal.

use super::rows::{PointRow, SummaryRow};
use crate::experiments::failures::learns_with;
use crate::experiments::table_text::{
    TextTable, digits, enumeration, of_seed, percent_with_band, verdicts, with_band, with_band_legend,
};
use crate::results::{TableError, Tables};
use crate::stats::{Verdict, label_entropy, mean};
use std::f64::consts::LN_2;

/// A table of the runs and its meaning.
pub fn explain(tables: &Tables) -> Result<String, TableError> {
    let rows = tables.rows::<SummaryRow>("summary")?;
    let mut text = TextTable::new(&HEADINGS);
    rows.chunk_by(|a, b| a.initializer == b.initializer).for_each(|runs| text.push(answer_line(runs)));
    let guess = guess(&tables.rows::<PointRow>("points")?);
    let text = with_band_legend(&text.to_string());
    Ok(format!("{text}\n{}\n\n{}", meaning(&rows, guess), reasons(&rows)))
}

/// The cost of a network that knows only how often each ring occurs among the points it learned from, in nats.
fn guess(points: &[PointRow]) -> f64 {
    let learned = points.iter().filter(|point| point.set == "train" && point.seed == points[0].seed);
    let first = learned.filter(|point| point.initializer == points[0].initializer);
    label_entropy(&first.map(|point| point.label).collect::<Vec<_>>())
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
fn meaning(rows: &[SummaryRow], guess: f64) -> String {
    let groups: Vec<&[SummaryRow]> = rows.chunk_by(|a, b| a.initializer == b.initializer).collect();
    let sentences = [stalled(&groups), diverged(&groups), best(&groups)];
    let there = sentences.into_iter().flatten().collect::<Vec<_>>().join("; ");
    let even = (guess - LN_2).abs() < 1e-12;
    let what =
        if even { "Tossing a coin costs ln 2 =" } else { "Knowing only how often each ring occurs costs" };
    format!("{what} {}: {there}.", digits(guess, 4))
}

/// Two lines per initializer of which a run did not learn: what was seen, and with what it learns.
fn reasons(rows: &[SummaryRow]) -> String {
    let reason = |runs: &[SummaryRow]| {
        let SummaryRow { initializer, seed, why, remedy, .. } = runs.iter().find(|run| run.why.is_some())?;
        let of_seed = of_seed(*seed, runs.len());
        let why = why.as_deref().unwrap_or_default();
        Some(format!("  {initializer}{of_seed}: {why}.\n{}", learns_with(remedy.as_deref())))
    };
    rows.chunk_by(|a, b| a.initializer == b.initializer).filter_map(reason).collect::<Vec<_>>().concat()
}

/// The initializers of which every run, or some run, came to this end.
fn named<'a>(groups: &[&'a [SummaryRow]], all: bool, verdict: Verdict) -> Vec<&'a str> {
    let ended = |run: &SummaryRow| run.verdict == verdict;
    let fits = |runs: &&&[SummaryRow]| if all { runs.iter().all(ended) } else { runs.iter().any(ended) };
    groups.iter().filter(fits).map(|runs| runs[0].initializer.as_str()).collect()
}

fn stalled(groups: &[&[SummaryRow]]) -> Option<String> {
    let learned = named(groups, true, Verdict::Learned).len();
    match &named(groups, true, Verdict::Stalled)[..] {
        [] => (learned == groups.len()).then(|| "every network ends below that".to_owned()),
        [name] => Some(format!("{name} does not end clearly below that")),
        names => Some(format!("{} do not end clearly below that", enumeration(names))),
    }
}

fn diverged(groups: &[&[SummaryRow]]) -> Option<String> {
    let of = |name: &str| groups.iter().find(|runs| runs[0].initializer == name).copied().unwrap_or_default();
    let text = |name: &&str| {
        let runs = of(name);
        let times: Vec<usize> = runs.iter().filter_map(|run| run.diverged_at).collect();
        match (runs.len(), times.iter().min()) {
            (1, Some(at)) => format!("{name} diverged at iteration {at}"),
            (n, first) => {
                format!(
                    "{name} diverged with {} of {n} seeds, first at iteration {}",
                    times.len(),
                    first.unwrap_or(&0)
                )
            }
        }
    };
    let texts: Vec<String> = named(groups, false, Verdict::Diverged).iter().map(text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// The initializer that ends lowest, of those of which every run learned.
fn best(groups: &[&[SummaryRow]]) -> Option<String> {
    let over =
        |runs: &[SummaryRow], of: fn(&SummaryRow) -> f64| mean(&runs.iter().map(of).collect::<Vec<_>>());
    let cost = |runs: &[SummaryRow]| over(runs, |run| run.final_loss);
    let learned = groups.iter().filter(|runs| runs.iter().all(|run| run.verdict == Verdict::Learned));
    let runs = learned.min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    let accuracy = over(runs, |run| 100.0 * run.test_accuracy);
    let (name, cost) = (&runs[0].initializer, cost(runs));
    Some(format!("{name} comes down to {cost:.4} and names the ring of {accuracy:.2} % of the test points"))
}
