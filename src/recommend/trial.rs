//! The trial: the best candidates and the framework's default, trained for a short while under several seeds.
//!
//! All see the same mini-batches under a seed, so their losses are compared seed by seed. Losses are cross-entropies in nats,
//! each that of a mini-batch before its update.

use super::assess::Assessment;
use super::candidates::Candidate;
use super::config::Config;
use super::rank::is_alike;
use super::sample::Sample;
use crate::diagnosis::Setup;
use crate::stats::{Band, STALL_MARGIN, band, mean_of_last};
use crate::train::step::Trainer;
use crate::train::{LossAt, Stopped, train};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// The losses of one candidate in the trial.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialResult {
    /// The candidate.
    pub candidate: Candidate,
    /// Mean loss of the last quarter of the iterations, one per seed; NaN where the run diverged.
    pub losses: Vec<f64>,
}

/// The trial as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialOutcome {
    /// Iterations of each run.
    pub iterations: usize,
    /// One result per candidate that was tried, in the order of the ranking.
    pub results: Vec<TrialResult>,
    /// Loss below which a run knows more than the frequencies of the classes, in nats.
    pub threshold: f64,
}

/// How many candidates are tried for what their first updates brought.
const BY_FIRST_UPDATES: usize = 2;

/// The candidates that are tried: the first of the ranking; of other scales those whose first updates brought the lowest
/// loss under the first seed; and the framework's default.
pub fn tried<'a>(ranked: &'a [Assessment], default: &Candidate) -> Vec<&'a Assessment> {
    let mut by_loss: Vec<&Assessment> = ranked.iter().collect();
    by_loss.sort_by(|a, b| a.facts.trial.mean_loss().total_cmp(&b.facts.trial.mean_loss()));
    let mut all: Vec<&Assessment> = ranked.first().into_iter().collect();
    for row in by_loss {
        if all.len() <= BY_FIRST_UPDATES && !all.iter().any(|other| is_alike(row, other)) {
            all.push(row);
        }
    }
    let own = ranked.iter().find(|row| row.candidate.init == default.init);
    all.extend(own.filter(|own| !all.iter().any(|other| other.candidate == own.candidate)));
    all
}

/// Trains candidates, each under `config.seeds` seeds from `config.seed` on, for so many iterations; several runs at a
/// time, on the threads of the current pool.
pub fn run_trial(config: &Config, tried: &[&Assessment], sample: &Sample, iterations: usize) -> TrialOutcome {
    let seeds: Vec<u64> = (config.seed..).take(config.seeds as usize).collect();
    let setup =
        |row: &Assessment, seed| Setup { iterations, seed, ..config.setup(row.candidate.init, sample) };
    let runs: Vec<Setup> = tried.iter().flat_map(|row| seeds.iter().map(|seed| setup(row, *seed))).collect();
    let losses: Vec<f64> = runs.par_iter().map(|setup| final_loss(setup, sample)).collect();
    let result = |(row, losses): (&&Assessment, &[f64])| TrialResult {
        candidate: row.candidate.clone(),
        losses: losses.to_vec(),
    };
    let results = tried.iter().zip(losses.chunks(seeds.len())).map(result).collect();
    TrialOutcome { iterations, results, threshold: (1.0 - STALL_MARGIN) * sample.label_entropy }
}

/// The mean loss of the last quarter of a short training; NaN where one of its losses is not finite.
fn final_loss(setup: &Setup, sample: &Sample) -> f64 {
    let mut batches = setup.batches();
    let network = setup.network(&sample.examples);
    let mut trainer = Trainer::new(network, &sample.examples, setup.update, batches.size());
    let mut losses = Vec::with_capacity(setup.iterations);
    let _: ControlFlow<Stopped> =
        train(&mut trainer, &mut batches, setup.iterations, LossAt::Before, |_, loss, _| {
            losses.push(f64::from(loss));
            ControlFlow::Continue(())
        });
    let whole = losses.iter().all(|loss| loss.is_finite());
    if whole { mean_of_last(&losses, setup.iterations.div_ceil(4)) } else { f64::NAN }
}

/// The losses of one candidate less those of another, seed by seed: the mean with its 95 % interval.
pub fn difference(of: &TrialResult, from: &TrialResult) -> Band {
    band(&of.losses.iter().zip(&from.losses).map(|(a, b)| a - b).collect::<Vec<_>>())
}

/// True if a candidate ends lower than another: the interval of the difference is below 0, or only the other diverged.
pub fn is_better(of: &TrialResult, than: &TrialResult) -> bool {
    if of.diverged() || than.diverged() {
        return !of.diverged();
    }
    let Band { mean, half_width } = difference(of, than);
    half_width.is_some_and(|half| mean + half < 0.0)
}

impl TrialResult {
    /// True if it ended lower than another under each of two seeds or more.
    fn is_lower(&self, than: &Self) -> bool {
        let mut pairs = self.losses.iter().zip(&than.losses);
        self.losses.len() > 1 && pairs.all(|(own, other)| own < other)
    }

    /// True if the run under some seed diverged.
    pub fn diverged(&self) -> bool {
        self.losses.iter().any(|loss| loss.is_nan())
    }
}

impl TrialOutcome {
    /// True if a candidate knows more than the frequencies of the classes under every seed.
    pub fn has_learned(&self, result: &TrialResult) -> bool {
        result.losses.iter().all(|loss| *loss < self.threshold)
    }

    /// Of the candidates that learned the first of the ranking, or one that ended lower under every seed; `None` where none
    /// learned.
    pub fn best(&self) -> Option<&TrialResult> {
        let learned = self.results.iter().filter(|result| self.has_learned(result));
        learned.reduce(|best, next| if next.is_lower(best) { next } else { best })
    }

    /// The result of a candidate, if it was tried.
    pub fn of(&self, candidate: &Candidate) -> Option<&TrialResult> {
        self.results.iter().find(|result| result.candidate.init == candidate.init)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(losses: [[f64; 3]; 2]) -> TrialOutcome {
        let result = |(name, losses): (&str, [f64; 3])| TrialResult {
            candidate: Candidate { init: name.parse().expect("a name"), name: name.to_owned() },
            losses: losses.to_vec(),
        };
        let results = ["He", "Xavier"].into_iter().zip(losses).map(result).collect();
        TrialOutcome { iterations: 100, results, threshold: 2.28 }
    }

    #[test]
    fn only_a_lower_loss_under_every_seed_overrules_the_ranking() {
        let nan = f64::NAN;
        let table = [
            ([[1.0, 1.1, 1.2], [2.0, 2.11, 2.19]], Some("He")),
            ([[2.0, 2.11, 2.19], [1.0, 1.1, 1.2]], Some("Xavier")),
            ([[1.1, 1.0, 1.2], [1.0, 1.1, 1.19]], Some("He")),
            ([[1.5, 1.4, 1.3], [1.49, 1.2, 1.0]], Some("Xavier")),
            ([[1.0, nan, 1.2], [2.0, 2.0, 2.0]], Some("Xavier")),
            ([[nan; 3], [nan; 3]], None),
            // At or above guessing, the lesser loss is no merit.
            ([[3.7, 3.8, 3.9], [2.31, 2.32, 2.33]], None),
            ([[3.7, 3.8, 3.9], [2.21, 2.22, 2.23]], Some("Xavier")),
        ];
        for (losses, expected) in table {
            let outcome = outcome(losses);
            assert_eq!(outcome.best().map(|best| best.candidate.name.as_str()), expected, "{losses:?}");
        }
    }
}
