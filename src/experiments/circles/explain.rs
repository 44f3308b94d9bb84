//! What the tables of `circles` say, for the terminal.

use super::rows::{PointRow, SummaryRow};
use crate::experiments::failures::learns_with;
use crate::experiments::over_seeds::{
    of_seed, percent_with_band, seeds, verdicts, with_band, with_band_table,
};
use crate::results::{TableError, Tables};
use crate::stats::{Verdict, label_entropy, mean};
use crate::text::{Answer, TextTable, enumeration, fixed};
use std::f64::consts::LN_2;

/// A table of the runs and its meaning.
pub fn explain(tables: &Tables) -> Result<Answer, TableError> {
    let rows = tables.rows::<SummaryRow>("summary")?;
    let groups: Vec<&[SummaryRow]> = rows.chunk_by(|a, b| a.initializer == b.initializer).collect();
    let mut table = TextTable::new(&HEADINGS);
    groups.iter().for_each(|runs| table.push(answer_line(runs)));
    let guess = guess(&tables.rows::<PointRow>("points")?);
    let meaning = meaning(&groups, guess);
    let reasons = groups.iter().flat_map(|runs| reason(runs));
    Ok(with_band_table(Answer::new(), table).with_sentence(meaning).with_list("", reasons))
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
        seeds(runs[0].seed, runs.len()),
        with_band(&over(|run| f64::from(run.first_loss)), 4),
        with_band(&over(|run| run.final_loss), 4),
        percent_with_band(&over(|run| run.train_accuracy)),
        percent_with_band(&over(|run| run.test_accuracy)),
        verdicts(&runs.iter().map(SummaryRow::ending).collect::<Vec<_>>()),
    ]
}

/// The table in a sentence or two.
fn meaning(groups: &[&[SummaryRow]], guess: f64) -> String {
    let sentences = [stalled(groups), diverged(groups), best(groups)];
    let there = sentences.into_iter().flatten().collect::<Vec<_>>().join("; ");
    let even = (guess - LN_2).abs() < 1e-12;
    let what =
        if even { "Tossing a coin costs ln 2 =" } else { "Knowing only how often each ring occurs costs" };
    format!("{what} {}: {there}.", fixed(guess, 4))
}

/// What was seen of an initializer's first run that did not learn, and with what it learns.
fn reason(runs: &[SummaryRow]) -> Vec<String> {
    let Some(run) = runs.iter().find(|run| run.why.is_some()) else { return Vec::new() };
    let of_seed = of_seed(run.seed, runs.len());
    let why = run.why.as_deref().unwrap_or_default();
    vec![format!("{}{of_seed}: {why}.", run.initializer), learns_with(run.remedy.as_deref())]
}

/// The initializers of which every run, or some run, came to this end.
fn named<'a>(groups: &[&'a [SummaryRow]], all: bool, verdicts: &[Verdict]) -> Vec<&'a str> {
    let ended = |run: &SummaryRow| verdicts.contains(&run.verdict);
    let fits = |runs: &&&[SummaryRow]| if all { runs.iter().all(ended) } else { runs.iter().any(ended) };
    groups.iter().filter(fits).map(|runs| runs[0].initializer.as_str()).collect()
}

fn stalled(groups: &[&[SummaryRow]]) -> Option<String> {
    let learned = named(groups, true, &[Verdict::Learned]).len();
    match &named(groups, true, &[Verdict::Stalled, Verdict::Worsened])[..] {
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
    let texts: Vec<String> = named(groups, false, &[Verdict::Diverged]).iter().map(text).collect();
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
