//! What is counted of the cells: right forecasts, beside those of a plain trial, and advice that helped.

use crate::mixes::Cell;
use initlab::experiments::compare::rows::SummaryRow;
use initlab::stats::Verdict;

/// A cell, what became of it, and what became of it with what was advised.
pub struct Outcome {
    pub cell: Cell,
    pub first: SummaryRow,
    pub advised: Option<SummaryRow>,
    pub trial: Verdict,
}

pub const HEADER: &str = "source,flags,predicted,confidence,trial,verdict,final_loss,label_entropy,clear,right,cause,why,remedy,\
                          advised_verdict,advised_loss";

/// A run that learned is clear where it ends below this share of the loss of guessing (1 of MNIST's 2.3).
const CLEAR: f64 = 0.45;
/// A run ends worse where its final loss is higher by more than this share of the label entropy.
const WORSE: f64 = 0.05;

impl Outcome {
    fn is_clear(&self) -> bool {
        self.first.verdict != Verdict::Learned || self.first.final_loss < CLEAR * self.first.label_entropy
    }

    /// A loss that is driven up may stay finite or not, and may end above its start or near it.
    fn is_right(&self, predicted: Verdict) -> bool {
        let near = [[Verdict::Worsened, Verdict::Diverged], [Verdict::Worsened, Verdict::Stalled]];
        let pair = [predicted, self.first.verdict];
        pair[0] == pair[1] || near.iter().any(|near| pair.iter().all(|verdict| near.contains(verdict)))
    }

    fn failed(&self) -> bool {
        self.first.verdict != Verdict::Learned
    }

    fn is_helped(&self) -> bool {
        self.advised.as_ref().is_some_and(|run| run.verdict == Verdict::Learned)
    }

    fn is_harmed(&self) -> bool {
        let is_worse = |run: &SummaryRow| {
            let diverged = |run: &SummaryRow| run.verdict == Verdict::Diverged;
            (diverged(run) && !diverged(&self.first))
                || run.final_loss > self.first.final_loss + WORSE * self.first.label_entropy
        };
        self.advised.as_ref().is_some_and(is_worse)
    }

    pub fn row(&self) -> String {
        let words = |(flag, value): &(String, String)| format!("{flag} {value}");
        let flags = self.cell.flags.iter().map(words).collect::<Vec<_>>().join(" ");
        let SummaryRow { predicted, confidence, verdict, final_loss, label_entropy, .. } = &self.first;
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let advised = self.advised.as_ref();
        format!(
            "{:?},\"{flags}\",{predicted},{confidence},{},{verdict},{final_loss},{label_entropy},{},{},{},\"{}\",{},{},{}",
            self.cell.source,
            self.trial,
            self.is_clear(),
            self.is_right(*predicted),
            text(&self.first.cause),
            text(&self.first.why),
            text(&self.first.remedy),
            advised.map_or(String::new(), |run| run.verdict.to_string()),
            advised.map_or(String::new(), |run| run.final_loss.to_string()),
        )
    }
}

/// Prints the counts.
pub fn report(outcomes: &[Outcome]) {
    let clear: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.is_clear()).collect();
    let count = |is: &dyn Fn(&Outcome) -> bool| clear.iter().filter(|outcome| is(outcome)).count();
    let right = count(&|outcome| outcome.is_right(outcome.first.predicted));
    let trial = count(&|outcome| outcome.is_right(outcome.trial));
    let alone =
        count(&|outcome| outcome.is_right(outcome.first.predicted) && !outcome.is_right(outcome.trial));
    let trial_alone =
        count(&|outcome| !outcome.is_right(outcome.first.predicted) && outcome.is_right(outcome.trial));
    let percent = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
    eprintln!("{} cells, {} clear", outcomes.len(), clear.len());
    eprintln!("forecast right: {right} ({:.1} %)", percent(right, clear.len()));
    eprintln!(
        "plain trial right: {trial} ({:.1} %); forecast alone {alone}, trial alone {trial_alone}",
        percent(trial, clear.len())
    );
    confusion(&clear);
    calibration(&clear);
    advice(outcomes);
}

fn confusion(clear: &[&Outcome]) {
    let all = [Verdict::Learned, Verdict::Stalled, Verdict::Worsened, Verdict::Diverged];
    eprintln!("\n| predicted | learned | stalled | worsened | diverged |\n|---|---|---|---|---|");
    for predicted in all {
        let count = |verdict| {
            let is = |outcome: &&&Outcome| {
                outcome.first.predicted == predicted && outcome.first.verdict == verdict
            };
            clear.iter().filter(is).count().to_string()
        };
        eprintln!("| {predicted} | {} |", all.map(count).join(" | "));
    }
}

fn calibration(clear: &[&Outcome]) {
    let mut shares: Vec<f64> = clear.iter().map(|outcome| outcome.first.confidence).collect();
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    for share in shares {
        let those: Vec<_> = clear.iter().filter(|outcome| outcome.first.confidence == share).collect();
        let right = those.iter().filter(|outcome| outcome.is_right(outcome.first.predicted)).count();
        eprintln!("said {share}: {right} of {} right", those.len());
    }
}

fn advice(outcomes: &[Outcome]) {
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.failed()).collect();
    let count = |is: fn(&Outcome) -> bool| failed.iter().filter(|outcome| is(outcome)).count();
    let (helped, none) = (count(Outcome::is_helped), count(|outcome| outcome.advised.is_none()));
    eprintln!(
        "\n{} failed; with the remedy {helped} learned ({:.1} %), {none} had none, {} ended worse",
        failed.len(),
        100.0 * helped as f64 / failed.len().max(1) as f64,
        count(Outcome::is_harmed)
    );
}
