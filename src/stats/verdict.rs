//! What became of a run: one word for its table and its legend.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::summary::{finite_length, mean_of_last};

/// How many iterations at the end make up a run's final loss.
pub const FINAL_ITERATIONS: usize = 100;

/// How far below the entropy of the labels, in nats, a final loss must lie to count as learning.
///
/// A network that knows only how often each label occurs reaches that entropy and no less.
pub const STALL_MARGIN: f64 = 0.02;

/// What became of a run. In tables it is its text: `learned`, `stalled`, `diverged at 12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Verdict {
    /// The final loss is clearly below what the label frequencies alone give.
    Learned,
    /// The final loss is not below that.
    Stalled,
    /// The loss became infinite or NaN.
    Diverged {
        /// The iteration of that loss, from 0.
        at: usize,
    },
}

/// Judges a run by its losses, one per iteration, in nats.
///
/// `label_entropy` is the entropy of the training labels. A run without a single loss has not
/// learned: it stalled.
///
/// ```
/// use initlab::stats::{Verdict, verdict};
/// assert_eq!(verdict(&[2.3, f64::NAN], 2.301), Verdict::Diverged { at: 1 });
/// assert_eq!(verdict(&[2.3; 500], 2.301).to_string(), "stalled");
/// ```
pub fn verdict(losses: &[f64], label_entropy: f64) -> Verdict {
    let end = finite_length(losses);
    if end < losses.len() {
        return Verdict::Diverged { at: end };
    }
    if mean_of_last(losses, FINAL_ITERATIONS) < label_entropy - STALL_MARGIN {
        Verdict::Learned
    } else {
        Verdict::Stalled
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            // `pad` lets a caller align the words in a column.
            Self::Learned => formatter.pad("learned"),
            Self::Stalled => formatter.pad("stalled"),
            Self::Diverged { at } => formatter.pad(&format!("diverged at {at}")),
        }
    }
}

/// A text that is no [`Verdict`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected learned, stalled or diverged at an iteration, found `{found}`")]
pub struct NotAVerdict {
    found: String,
}

impl FromStr for Verdict {
    type Err = NotAVerdict;

    fn from_str(text: &str) -> Result<Self, NotAVerdict> {
        let diverged = || {
            let at = text.strip_prefix("diverged at ")?.parse().ok()?;
            Some(Self::Diverged { at })
        };
        match text {
            "learned" => Ok(Self::Learned),
            "stalled" => Ok(Self::Stalled),
            _ => diverged().ok_or_else(|| NotAVerdict { found: text.to_owned() }),
        }
    }
}

impl From<Verdict> for String {
    fn from(verdict: Verdict) -> Self {
        verdict.to_string()
    }
}

impl TryFrom<String> for Verdict {
    type Error = NotAVerdict;

    fn try_from(text: String) -> Result<Self, NotAVerdict> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTROPY: f64 = 2.301_159;

    #[test]
    fn only_the_last_hundred_losses_count() {
        let mut losses = vec![2.3; 300];
        assert_eq!(verdict(&losses, ENTROPY), Verdict::Stalled);
        losses[200..].fill(0.2);
        assert_eq!(verdict(&losses, ENTROPY), Verdict::Learned);
        losses.rotate_left(100);
        assert_eq!(verdict(&losses, ENTROPY), Verdict::Stalled);
    }

    #[test]
    fn the_margin_separates_learned_from_stalled() {
        assert_eq!(verdict(&[ENTROPY - STALL_MARGIN; 100], ENTROPY), Verdict::Stalled);
        assert_eq!(verdict(&[ENTROPY - 0.0201; 100], ENTROPY), Verdict::Learned);
        assert_eq!(verdict(&[], ENTROPY), Verdict::Stalled);
    }

    #[test]
    fn the_first_loss_that_is_not_finite_ends_it() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(verdict(&[0.1, 0.1, bad, 0.1], ENTROPY), Verdict::Diverged { at: 2 });
        }
    }

    #[test]
    fn its_text_reads_back() {
        let table = [
            (Verdict::Learned, "learned"),
            (Verdict::Stalled, "stalled"),
            (Verdict::Diverged { at: 12 }, "diverged at 12"),
        ];
        for (verdict, text) in table {
            assert_eq!(verdict.to_string(), text);
            assert_eq!(text.parse(), Ok(verdict));
        }
        assert_eq!(format!("{:<9}|", Verdict::Learned), "learned  |");
        let error = "diverged at noon".parse::<Verdict>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected learned, stalled or diverged at an iteration, found `diverged at noon`"
        );
    }
}
