//! What the tables of `batch-norm` say, for the terminal.

use super::rows::{SummaryRow, of_kind};
use super::{short, word};
use crate::experiments::over_seeds::{seeds, with_band, with_band_table};
use crate::text::{Answer, TextTable};

/// The accuracy above which the answer counts a network as trained.
const GOOD: f64 = 0.9;

/// The accuracy that networks reached, both kinds side by side, and at which scales they are trained.
pub fn explain(summaries: &[SummaryRow]) -> Answer {
    let mut table = TextTable::new(&["std", "seed", "with batch norm", "without"]);
    for runs in summaries.chunk_by(|a, b| a.std == b.std) {
        let (with, without) = (of_kind(runs, true), of_kind(runs, false));
        let seed = seeds(runs[0].seed, with.len());
        table.push([short(runs[0].std), seed, result(&with), result(&without)]);
    }
    let several = summaries.first().is_some_and(|run| run.seed != summaries[summaries.len() - 1].seed);
    let sentence = format!(
        "Accuracy on the examples that were learned from, at the last look. {} above {} % {} and {}.",
        if several { "Every seed is" } else { "It is" },
        100.0 * GOOD,
        trained(summaries, true),
        trained(summaries, false)
    );
    with_band_table(Answer::new(), table).with_sentence(sentence)
}

/// At how many scales every network of a kind is trained, and from which to which.
fn trained(summaries: &[SummaryRow], batch_norm: bool) -> String {
    let is_trained = |run: &&SummaryRow| run.final_accuracy.is_some_and(|accuracy| accuracy > GOOD);
    let scales: Vec<&[SummaryRow]> = summaries.chunk_by(|a, b| a.std == b.std).collect();
    let good = scales.iter().filter(|runs| of_kind(runs, batch_norm).iter().all(is_trained));
    let stds: Vec<String> = good.map(|runs| short(runs[0].std)).collect();
    let range = match &stds[..] {
        [] => String::new(),
        [only] => format!(" (std {only})"),
        [first, .., last] => format!(" (std {first} to {last})"),
    };
    let count = if stds.is_empty() { "none".to_owned() } else { stds.len().to_string() };
    format!("at {count} of {} scales {} batch norm{range}", scales.len(), word(batch_norm))
}

/// The accuracy of one kind of network at one scale; a kind that diverged has none.
fn result(runs: &[&SummaryRow]) -> String {
    let percent: Vec<f64> =
        runs.iter().filter_map(|run| run.final_accuracy).map(|share| 100.0 * share).collect();
    match (runs, runs.len() - percent.len()) {
        (_, 0) => format!("{} %", with_band(&percent, 1)),
        ([run], _) => run.ending().to_string(),
        (_, diverged) => format!("{diverged} of {} diverged", runs.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_explanation_counts_what_is_trained_and_gives_a_diverged_network_no_accuracy() {
        let summaries = SummaryRow::examples();
        let text = explain(&summaries).to_string();
        assert!(text.contains("1    2 seeds     95.0 ± 0.0 %  1 of 2 diverged\n"), "{text}");
        let expected = "above 90 % at 2 of 2 scales with batch norm (std 1 to 0.5) and at 1 of 2 scales without batch norm (std 0.5).";
        assert!(text.trim_end().ends_with(expected), "{text}");
        let alone = [summaries[0].clone(), summaries[3].clone()];
        assert!(
            explain(&alone).to_string().contains("1       1           95.0 %  diverged at 3\n"),
            "{}",
            explain(&alone)
        );
    }
}
