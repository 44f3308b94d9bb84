//! The forecast: from facts to the verdict that a run is predicted to end with, and how sure that is.
//!
//! What the trial shows counts first: the whole run where it is as short, numbers that are not finite, a loss that has come down
//! already, units that are all one, a network that no longer tells its inputs apart. Where it leaves the question open, training is carried on: on paper (`chain`)
//! where the network knows nothing yet, along the trial's own losses where it starts far above that. How often each is
//! right stands in `docs/DIAGNOSIS.md`.

use super::chain::Chain;
use super::facts::Facts;
use super::setup::Setup;
use crate::stats::{Band, FINAL_ITERATIONS, Verdict, band, mean_of_last, verdict, worse_above};
use std::fmt;

/// A prediction of how a run ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// The verdict.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
}

/// How sure a forecast is: the share of right ones among forecasts made for the same reason, in four steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// As likely wrong as right.
    NoIdea,
    /// Rather right than wrong.
    Open,
    /// Nine in ten.
    Likely,
    /// At most one in thirty is wrong.
    Sure,
}

impl Confidence {
    /// The share of right forecasts that the word stands for.
    pub fn share(self) -> f64 {
        match self {
            Self::NoIdea => 0.5,
            Self::Open => 0.7,
            Self::Likely => 0.9,
            Self::Sure => 0.97,
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoIdea => "no idea",
            Self::Open => "open",
            Self::Likely => "likely",
            Self::Sure => "sure",
        })
    }
}

/// After the trial, the last hidden layer must vary over inputs by this share of its size. Of the networks of three grids
/// 18 were below and had not learned; the least that learned was at 3.2e-4.
const LEAST_SENSITIVITY: f64 = 3e-4;
/// One update that is forecast to change a layer by more than this part of itself is too large. Of the networks of three
/// grids that were above, four did not learn and two did; of the 25 between 0.2 and this, six did not.
const LARGEST_GROWTH: f64 = 0.5;
/// A trial whose loss is so many times that of equal logits is of a network that is wrong, and loud: no chance of a
/// mini-batch (between 1.1 and 1.5 it makes no difference on three grids).
pub(super) const LOUD: f64 = 1.2;
/// A forecast with this factor of time to spare is a likely one; what stands out of noise does so by this factor too, as a 95 %
/// interval has it.
const MARGIN: f64 = 2.0;

/// Predicts how a run ends.
pub fn forecast(facts: &Facts) -> Forecast {
    if facts.trial.losses.len() >= facts.setup.iterations {
        let verdict = verdict(&facts.known_losses(), facts.label_entropy, || facts.start_loss).verdict;
        return Forecast { verdict, confidence: Confidence::Sure };
    }
    let level = facts.learned_below();
    if !facts.is_finite() {
        return Forecast { verdict: Verdict::Diverged, confidence: Confidence::Sure };
    }
    if has_learned(facts, level) {
        return Forecast { verdict: Verdict::Learned, confidence: Confidence::Sure };
    }
    if is_one_unit(facts) || facts.trial.sensitivity() < LEAST_SENSITIVITY {
        return Forecast { verdict: without_learning(facts), confidence: Confidence::Sure };
    }
    if facts.trial.mean_loss() > LOUD * facts.equal_loss() {
        of_loud(facts, level)
    } else {
        of_silent(facts, level)
    }
}

/// True where the second half of the trial has come down to where a run has learned, beyond what its mini-batches differ
/// by, the upper end of the 95 % interval of its mean; and its last loss has too, which is of enough examples
/// to have a rare class among them.
fn has_learned(facts: &Facts, level: f64) -> bool {
    let losses = facts.known_losses();
    let Band { mean, half_width } = band(&losses[losses.len() / 2..]);
    let last = facts.trial.losses.last().copied().unwrap_or(mean);
    last < level && mean + half_width.unwrap_or(0.0) < level
}

/// True where all units of a hidden layer are one, and stay so.
fn is_one_unit(facts: &Facts) -> bool {
    facts.hidden().iter().any(|layer| layer.units > 1 && layer.distinct_units == 1)
}

/// The verdict on a run that ends as its trial does.
fn without_learning(facts: &Facts) -> Verdict {
    let losses = facts.known_losses();
    let end = mean_of_last(&losses, losses.len().div_ceil(2));
    let worse_above = worse_above(facts.start_loss, facts.label_entropy);
    if end > worse_above { Verdict::Worsened } else { Verdict::Stalled }
}

/// Of a network that knows nothing yet: the chain is followed until the loss has come down. Where noise has thrown every layer
/// about as far as it has moved by then, that is no way down.
fn of_silent(facts: &Facts, level: f64) -> Forecast {
    let (mut chain, mut losses) = (Chain::new(facts), facts.known_losses());
    let known = losses.len();
    let end = (MARGIN * facts.setup.iterations as f64) as usize;
    while losses.len() < end && mean_of_last(&losses, FINAL_ITERATIONS) >= level {
        let growth = chain.step();
        if growth > LARGEST_GROWTH && may_overshoot(facts) && losses.len() <= facts.setup.iterations {
            return Forecast { verdict: Verdict::Diverged, confidence: Confidence::NoIdea };
        }
        losses.push(chain.loss);
    }
    if losses.len() == known {
        return Forecast { verdict: Verdict::Learned, confidence: Confidence::Open };
    }
    let is_drowned = chain.way_beyond_noise() < MARGIN;
    by_time(facts, if is_drowned { end } else { losses.len() }, end)
}

/// Of a network that is wrong, and loud: its loss falls, or rises, about as a power of the iterations, `L(t) ∝ t⁻ᵖ`. Two
/// stretches of the trial, whose means lie a factor of two apart in time, give the exponent ([`Trial::exponent`](super::facts::Trial::exponent)).
fn of_loud(facts: &Facts, level: f64) -> Forecast {
    let (loss, exponent) = (facts.trial.mean_loss(), facts.trial.exponent());
    let at = 0.75 * facts.trial.losses.len() as f64;
    let mut losses = facts.known_losses();
    let end = (MARGIN * facts.setup.iterations as f64) as usize;
    while losses.len() < end && mean_of_last(&losses, FINAL_ITERATIONS) >= level {
        losses.push(loss * (losses.len() as f64 / at).powf(-exponent));
    }
    by_time(facts, losses.len(), end)
}

/// The forecast of a run that learns after so many iterations, or not by the end of what was followed.
fn by_time(facts: &Facts, after: usize, end: usize) -> Forecast {
    let iterations = facts.setup.iterations;
    if after > iterations {
        let confidence = if after >= end { Confidence::Sure } else { Confidence::Open };
        return Forecast { verdict: without_learning(facts), confidence };
    }
    let is_clear = MARGIN * after as f64 <= iterations as f64;
    let confidence = if is_clear { Confidence::Likely } else { Confidence::Open };
    Forecast { verdict: Verdict::Learned, confidence }
}

/// True where updates grow with the gradient, and layers can grow a signal without end.
fn may_overshoot(facts: &Facts) -> bool {
    let Setup { architecture, update, .. } = &facts.setup;
    let is_bounded = architecture.batch_norm || architecture.activation.is_bounded();
    !is_bounded && !update.optimizer.rescales_gradients()
}
