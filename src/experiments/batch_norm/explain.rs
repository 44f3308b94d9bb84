//! What the tables of `batch-norm` say, for the terminal.

use super::rows::{SummaryRow, of_kind};
use super::{short, word};
use crate::experiments::table_text::{TextTable, with_band};

/// The accuracy above which the answer counts a network as trained.
const GOOD: f64 = 0.9;
/// The accuracy that networks reached, both kinds side by side, and how many of them are trained.
pub fn explain(summaries: &[SummaryRow]) -> String {
    let mut text = TextTable::new(&["std", "seed", "with batch norm", "without"]);
    for runs in summaries.chunk_by(|a, b| a.std == b.std) {
        let (with, without) = (of_kind(runs, true), of_kind(runs, false));
        let seed = if let [run] = with[..] { run.seed.to_string() } else { format!("{} seeds", with.len()) };
        text.push([short(runs[0].std), seed, result(&with), result(&without)]);
    }
    let trained = |batch_norm| {
        let runs = of_kind(summaries, batch_norm);
        let trained = |run: &&&SummaryRow| run.final_accuracy.is_some_and(|accuracy| accuracy > GOOD);
        format!("{} of {} {} batch norm", runs.iter().filter(trained).count(), runs.len(), word(batch_norm))
    };
    format!("{text}\nabove {} %: {}, {}", 100.0 * GOOD, trained(true), trained(false))
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
        let text = explain(&summaries);
        assert!(text.contains("1    2 seeds     95.0 ± 0.0 %  1 of 2 diverged\n"), "{text}");
        assert!(text.ends_with("above 90 %: 4 of 4 with batch norm, 3 of 4 without batch norm"), "{text}");
        let alone = [summaries[0].clone(), summaries[3].clone()];
        assert!(
            explain(&alone).contains("1       1           95.0 %  diverged at 3\n"),
            "{}",
            explain(&alone)
        );
    }
}
