//! The verdict on a run: one word for its table and its legend.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::summary::{finite_length, mean, mean_of_last};

/// The number of iterations at the end that make up a run's final loss.
pub const FINAL_ITERATIONS: usize = 100;

/// How far below the entropy of the labels and below the first losses a final loss must lie to count as learning, in
/// units of that entropy.
///
/// A network that knows only how often each label occurs reaches the entropy and no less.
pub const STALL_MARGIN: f64 = 0.01;

/// How far above the entropy of the labels and above the loss of the first weights a final loss must lie to count as worse, in units
/// of that entropy.
pub const WORSE_MARGIN: f64 = 0.05;

/// The verdict on a run; in tables it is its text: `learned`, `stalled`, `worsened`, `diverged`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The final loss is clearly below what the label frequencies alone give, and below the first losses.
    Learned,
    /// The final loss is neither below that nor clearly above both.
    Stalled,
    /// The final loss is clearly above what the label frequencies alone give, and above that of the first weights.
    Worsened,
    /// The loss became infinite or NaN.
    Diverged,
}

/// The end of a run: its verdict and, where it diverged, when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The verdict.
    pub verdict: Verdict,
    /// The iteration of the first loss that was not finite, from 0; only of a diverged run.
    pub diverged_at: Option<usize>,
}

/// Judges a run by its losses, one per iteration, in nats.
///
/// `label_entropy` is the entropy of the training labels; `first_weights` gives the loss of the first weights on the examples of
/// the final loss, and is asked where the run has not learned. A run without a single loss has not learned: it stalled.
///
/// ```
/// use initlab_engine::stats::verdict;
/// let first_weights = || 2.3;
/// assert_eq!(verdict(&[2.3, f64::NAN], 2.301, first_weights).to_string(), "diverged at 1");
/// assert_eq!(verdict(&[2.3; 500], 2.301, first_weights).to_string(), "stalled");
/// assert_eq!(verdict(&[2.25; 500], 2.301, first_weights).to_string(), "stalled"); // by chance below 2.301, and not learned
/// assert_eq!(verdict(&[4e22; 500], 2.301, first_weights).to_string(), "worsened"); // driven up by the first update
/// ```
pub fn verdict(losses: &[f64], label_entropy: f64, first_weights: impl FnOnce() -> f64) -> Ending {
    let end = finite_length(losses);
    if end < losses.len() {
        return Ending::diverged(end);
    }
    let last = mean_of_last(losses, FINAL_ITERATIONS);
    let verdict = match last {
        _ if last < learned_below(losses, losses.len(), label_entropy) => Verdict::Learned,
        _ if last > worse_above(first_weights(), label_entropy) => Verdict::Worsened,
        _ => Verdict::Stalled,
    };
    Ending { verdict, diverged_at: None }
}

/// The final loss above which a run has worsened whose first weights have the loss `start`: [`WORSE_MARGIN`] above it and above the
/// label entropy.
pub fn worse_above(start: f64, label_entropy: f64) -> f64 {
    start.max(label_entropy) + WORSE_MARGIN * label_entropy
}

/// The loss that a run of so many iterations starts with: the mean of its first losses, a tenth of it, one at least and ten
/// at most, or the very first where it falls within these. NaN without a loss.
fn start_of(losses: &[f64], iterations: usize) -> f64 {
    let first = &losses[..(iterations / 10).clamp(1, 10).min(losses.len())];
    first.first().map_or(f64::NAN, |start| start.max(mean(first)))
}

/// The final loss below which a run of so many iterations has learned: [`STALL_MARGIN`] below the label entropy,
/// and below the mean of its first losses, for a network may start below the entropy by chance. NaN without a
/// loss.
///
/// ```
/// use initlab_engine::stats::learned_below;
/// assert!((learned_below(&[2.5, 1.0], 2, 2.30) - 2.277).abs() < 1e-12);
/// assert!((learned_below(&[2.25, 1.0], 2, 2.30) - 2.227).abs() < 1e-12);
/// ```
pub fn learned_below(losses: &[f64], iterations: usize, label_entropy: f64) -> f64 {
    match start_of(losses, iterations) {
        unknown if unknown.is_nan() => unknown,
        start => start.min(label_entropy) - STALL_MARGIN * label_entropy,
    }
}

impl Ending {
    /// The end of a run whose loss was not finite at this iteration, from 0.
    pub fn diverged(at: usize) -> Self {
        Self { verdict: Verdict::Diverged, diverged_at: Some(at) }
    }

    /// The number, or NaN for a diverged run, which has no final values.
    pub fn or_nan(&self, value: f64) -> f64 {
        if self.verdict == Verdict::Diverged { f64::NAN } else { value }
    }
}

impl Verdict {
    /// The word for tables and texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::Stalled => "stalled",
            Self::Worsened => "worsened",
            Self::Diverged => "diverged",
        }
    }

    /// What a network is predicted to do: `learn`, `stall`, `diverge`.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Learned => "learn",
            Self::Stalled => "stall",
            Self::Worsened => "worsen",
            Self::Diverged => "diverge",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.pad(self.name()) // lets a caller align the words in a column
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.diverged_at {
            Some(at) => formatter.pad(&format!("{} at {at}", self.verdict)),
            None => self.verdict.fmt(formatter),
        }
    }
}

/// A text that is no [`Verdict`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected learned, stalled, worsened or diverged, found `{found}`")]
pub struct NotAVerdict {
    found: String,
}

impl FromStr for Verdict {
    type Err = NotAVerdict;

    fn from_str(text: &str) -> Result<Self, NotAVerdict> {
        let known = [Self::Learned, Self::Stalled, Self::Worsened, Self::Diverged];
        let found = known.into_iter().find(|verdict| verdict.name() == text);
        found.ok_or_else(|| NotAVerdict { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTROPY: f64 = 2.301_159;

    #[test]
    fn only_the_last_hundred_losses_count() {
        let mut losses = vec![2.3; 300];
        assert_eq!(verdict(&losses, ENTROPY, || 2.4).verdict, Verdict::Stalled);
        losses[200..].fill(0.2);
        assert_eq!(verdict(&losses, ENTROPY, || 2.4).verdict, Verdict::Learned);
        losses.rotate_left(100);
        assert_eq!(verdict(&losses, ENTROPY, || 2.4).verdict, Verdict::Stalled);
    }

    #[test]
    fn the_margin_separates_learned_from_stalled() {
        let ends_at = |last| verdict(&[[2.4; 10].as_slice(), &[last; 100]].concat(), ENTROPY, || 2.4).verdict;
        assert_eq!(ends_at(ENTROPY * (1.0 - STALL_MARGIN)), Verdict::Stalled);
        assert_eq!(ends_at(ENTROPY * 0.9899), Verdict::Learned);
        let at_the_margin =
            verdict(&[[100.0; 10].as_slice(), &[99.0; 100]].concat(), 100.0, || 100.0).verdict;
        assert_eq!(at_the_margin, Verdict::Stalled, "99 is not below 99");
        assert_eq!(ends_at(2.5), Verdict::Stalled);
        assert_eq!(ends_at(2.6), Verdict::Worsened);
        assert_eq!(verdict(&[], ENTROPY, || 2.4).verdict, Verdict::Stalled);
    }

    /// Of 1,000 examples 2 are of the second class: an entropy of 0.0144.
    #[test]
    fn a_rare_class_is_judged_by_its_own_entropy() {
        let ends_at = |last| verdict(&[[0.7; 10].as_slice(), &[last; 100]].concat(), 0.0144, || 0.7).verdict;
        assert_eq!((ends_at(1e-4), ends_at(0.0144)), (Verdict::Learned, Verdict::Stalled));
    }

    /// Three networks at a rate of 1e-9 started at 2.28, 2.30 and 2.31.
    #[test]
    fn a_run_that_starts_below_the_entropy_and_stays_there_has_not_learned() {
        for (losses, expected) in [
            (vec![2.25; 200], Verdict::Stalled),
            ([[2.25; 10].as_slice(), &[2.22; 190]].concat(), Verdict::Learned),
            (vec![2.2], Verdict::Stalled),
            (vec![2.2, 2.1, 2.0], Verdict::Learned),
        ] {
            assert_eq!(verdict(&losses, ENTROPY, || 2.4).verdict, expected, "{losses:?}");
        }
    }

    #[test]
    fn a_loss_is_worse_than_that_of_the_first_weights_on_the_same_examples() {
        let ends_at = |last: f64, first_weights| {
            verdict(&[[1e23; 10].as_slice(), &[last; 100]].concat(), ENTROPY, || first_weights).verdict
        };
        assert_eq!((ends_at(4e22, 2.4), ends_at(4e22, 4e22)), (Verdict::Worsened, Verdict::Stalled));
        assert_eq!((ends_at(2.4, 2.2), ends_at(2.45, 2.2)), (Verdict::Stalled, Verdict::Worsened));
    }

    #[test]
    fn the_first_loss_that_is_not_finite_ends_it() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(verdict(&[0.1, 0.1, bad, 0.1], ENTROPY, || 2.4), Ending::diverged(2));
        }
    }

    #[test]
    fn its_text_reads_back() {
        for verdict in [Verdict::Learned, Verdict::Stalled, Verdict::Worsened, Verdict::Diverged] {
            assert_eq!(verdict.to_string().parse(), Ok(verdict));
            assert!(verdict.verb().len() > 4 && verdict.name().starts_with(verdict.verb()), "{verdict}");
        }
        assert_eq!(format!("{:<9}|", Verdict::Learned), "learned  |");
        assert_eq!(Ending::diverged(12).to_string(), "diverged at 12");
        let error = "diverged at noon".parse::<Verdict>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected learned, stalled, worsened or diverged, found `diverged at noon`"
        );
    }
}
