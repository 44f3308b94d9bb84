//! The trial: the best few candidates trained for a short while, under several seeds.
//!
//! Both candidates see the same mini-batches under a seed, so their losses are compared seed by seed.
//!
//! [`run_trial`] trains, [`TrialOutcome::comparison`] judges, [`TrialOutcome::winner`] is the candidate that
//! is recommended. Losses are cross-entropies in nats, each that of a mini-batch before its update.

use super::assess::Assessment;
use super::candidates::Candidate;
use super::config::Config;
use super::rank::different;
use super::sample::Sample;
use crate::data::batches::Batches;
use crate::nn::network::Network;
use crate::stats::{Band, STALL_MARGIN, band, mean_of_last};
use crate::train::step::Trainer;
use crate::train::{LossAt, Stopped, train};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// How many candidates are tried, where the ranking has as many that differ in scale.
pub const TRIED: usize = 2;

/// The losses of one candidate in the trial.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialResult {
    /// The candidate.
    pub candidate: Candidate,
    /// Mean loss of the last quarter of the iterations, one per seed; NaN where the run diverged.
    pub losses: Vec<f64>,
}

/// The trial as a whole: the results, the best before the trial first.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialOutcome {
    /// Iterations of each run.
    pub iterations: usize,
    /// One result per candidate that was tried, in the order of the ranking: one or two.
    pub results: Vec<TrialResult>,
    /// Loss below which a run knows more than the frequencies of the classes: the entropy of the labels
    /// less [`STALL_MARGIN`], in nats.
    pub threshold: f64,
}

/// The verdict of the trial on the ranking before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// The first one is better: the interval of the difference is on its side, or only the second
    /// diverged.
    Confirmed,
    /// The interval of the difference has 0 in it.
    Open,
    /// The second one is better and below guessing under every seed, or only the first diverged or is far above
    /// guessing.
    Contradicted,
    /// Neither is below guessing under every seed: which of two losses at guessing is less says nothing.
    NobodyLearned,
    /// Both diverged, each under some seed.
    BothDiverged,
    /// Only one was tried.
    Alone,
}

/// Trains the best candidates of a ranking that differ in scale, each under `config.seeds` seeds from
/// `config.seed` on, for so many iterations; several runs at a time, on the threads of the current pool.
///
/// # Panics
/// If `config.seeds` is 0, which the command line does not take.
pub fn run_trial(config: &Config, ranked: &[Assessment], sample: &Sample, iterations: usize) -> TrialOutcome {
    let tried: Vec<&Candidate> = different(ranked, TRIED).iter().map(|row| &row.candidate).collect();
    let seeds: Vec<u64> = (config.seed..).take(config.seeds as usize).collect();
    let runs: Vec<(&Candidate, u64)> =
        tried.iter().flat_map(|candidate| seeds.iter().map(|seed| (*candidate, *seed))).collect();
    let losses: Vec<f64> = runs
        .into_par_iter()
        .map(|(candidate, seed)| loss(config, candidate, seed, sample, iterations))
        .collect();
    let result = |(candidate, losses): (&&Candidate, &[f64])| TrialResult {
        candidate: (*candidate).clone(),
        losses: losses.to_vec(),
    };
    let results = tried.iter().zip(losses.chunks(seeds.len())).map(result).collect();
    TrialOutcome { iterations, results, threshold: sample.label_entropy - STALL_MARGIN }
}

/// The mean loss of the last quarter of a short training; NaN where one of its losses is not finite.
fn loss(config: &Config, candidate: &Candidate, seed: u64, sample: &Sample, iterations: usize) -> f64 {
    let (examples, batch_size) = (&sample.examples, config.batch_size as usize);
    let mut batches = Batches::with_replacement(seed, examples.labels.len(), batch_size);
    let first = batches.clone().draw().to_vec();
    let network =
        Network::initialized(config.architecture(), &candidate.init, seed, &examples.inputs, &first);
    let mut trainer = Trainer::new(network, examples, config.update(), batch_size);
    let mut losses = Vec::with_capacity(iterations);
    let _: ControlFlow<Stopped> =
        train(&mut trainer, &mut batches, iterations, LossAt::Before, |_, loss, _| {
            losses.push(f64::from(loss));
            ControlFlow::Continue(())
        });
    let whole = losses.iter().all(|loss| loss.is_finite());
    if whole { mean_of_last(&losses, iterations.div_ceil(4)) } else { f64::NAN }
}

impl TrialResult {
    /// True if the run under some seed diverged.
    pub fn diverged(&self) -> bool {
        self.losses.iter().any(|loss| loss.is_nan())
    }

    /// How it diverged: `diverged`, or `diverged under 1 of 3 seeds`.
    pub fn divergence(&self) -> String {
        let (diverged, all) = (self.losses.iter().filter(|loss| loss.is_nan()).count(), self.losses.len());
        if diverged == all {
            "diverged".to_owned()
        } else {
            format!("diverged under {diverged} of {all} seeds")
        }
    }

    /// True if it ends above twice the loss of guessing under every seed.
    fn is_far_above(&self, threshold: f64) -> bool {
        self.losses.iter().all(|loss| *loss > 2.0 * (threshold + STALL_MARGIN))
    }

    /// True if it knows more than the frequencies of the classes under every seed.
    fn is_below(&self, threshold: f64) -> bool {
        self.losses.iter().all(|loss| *loss < threshold)
    }
}

impl TrialOutcome {
    /// The second candidate's loss less the first one's, seed by seed: the mean, and half of its 95 %
    /// interval; above 0 the first is better. `None` where one was tried alone or a run diverged.
    pub fn difference(&self) -> Option<Band> {
        let [first, second] = &self.results[..] else { return None };
        let pairs: Vec<f64> = second.losses.iter().zip(&first.losses).map(|(b, a)| b - a).collect();
        pairs.iter().all(|pair| pair.is_finite()).then(|| band(&pairs))
    }

    /// Compares the two candidates that were tried, and so judges the ranking.
    pub fn comparison(&self) -> Comparison {
        let [first, second] = &self.results[..] else { return Comparison::Alone };
        match (first.diverged(), second.diverged()) {
            (true, true) => return Comparison::BothDiverged,
            (false, true) => return Comparison::Confirmed,
            (true, false) => return Comparison::Contradicted,
            (false, false) => {}
        }
        let learned = |result: &TrialResult| result.is_below(self.threshold);
        if !learned(first) && !learned(second) {
            let first_is_worse = first.is_far_above(self.threshold) && !second.is_far_above(self.threshold);
            return if first_is_worse { Comparison::Contradicted } else { Comparison::NobodyLearned };
        }
        let Band { mean, half_width } = self.difference().expect("neither diverged");
        match mean {
            _ if half_width.is_none_or(|half| half >= mean.abs()) => Comparison::Open,
            mean if mean > 0.0 => Comparison::Confirmed,
            _ if learned(second) => Comparison::Contradicted,
            _ => Comparison::Open,
        }
    }

    /// The result of the candidate to recommend: the second only where the trial contradicts.
    ///
    /// # Panics
    /// If there are no results; [`run_trial`] gives one at least for a ranking that is not empty.
    pub fn winner(&self) -> &TrialResult {
        let second = self.comparison() == Comparison::Contradicted;
        &self.results[usize::from(second)]
    }

    /// True if every candidate that was tried diverged under a seed.
    pub fn all_diverged(&self) -> bool {
        self.results.iter().all(TrialResult::diverged)
    }

    /// True if the candidate to recommend is below guessing under every seed.
    pub fn winner_learned(&self) -> bool {
        self.winner().is_below(self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(losses: [[f64; 3]; 2]) -> TrialOutcome {
        let result = |losses: [f64; 3]| TrialResult {
            candidate: Candidate { init: "He".parse().unwrap(), name: "He".to_owned() },
            losses: losses.to_vec(),
        };
        TrialOutcome { iterations: 100, results: losses.map(result).to_vec(), threshold: 2.28 }
    }

    #[test]
    fn only_a_clear_difference_overrules_the_ranking() {
        let nan = f64::NAN;
        let table = [
            ([[1.0, 1.1, 1.2], [2.0, 2.11, 2.19]], Comparison::Confirmed),
            ([[2.0, 2.11, 2.19], [1.0, 1.1, 1.2]], Comparison::Contradicted),
            ([[1.0, 1.1, 1.2], [1.1, 1.0, 1.2]], Comparison::Open),
            ([[1.0, 1.1, 1.2], [1.0, 1.1, 1.2]], Comparison::Open),
            ([[1.0, nan, 1.2], [2.0, 2.0, 2.0]], Comparison::Contradicted),
            ([[2.0, 2.0, 2.0], [1.0, nan, 1.2]], Comparison::Confirmed),
            ([[nan; 3], [nan; 3]], Comparison::BothDiverged),
            // At or above guessing, the lesser loss is no merit: 100 iterations of sigmoid, deep.
            ([[3.7, 3.8, 3.9], [2.31, 2.32, 2.33]], Comparison::NobodyLearned),
            ([[2.31, 2.32, 2.33], [2.0, 2.3, 2.0]], Comparison::NobodyLearned),
            ([[3.7, 3.8, 3.9], [2.21, 2.22, 2.23]], Comparison::Contradicted),
            // But twice guessing and more is worse than it, whoever learned.
            ([[51.0, 4.7, 52.0], [2.31, 2.32, 2.33]], Comparison::Contradicted),
            ([[51.0, 4.5, 52.0], [2.31, 2.32, 2.33]], Comparison::NobodyLearned),
            ([[51.0, 51.5, 52.0], [2.31, 2.32, 9.0]], Comparison::Contradicted),
            ([[2.31, 2.32, 2.33], [51.0, 51.5, 52.0]], Comparison::NobodyLearned),
        ];
        for (losses, expected) in table {
            assert_eq!(outcome(losses).comparison(), expected, "{losses:?}");
        }
        assert!(outcome([[2.0; 3], [2.2; 3]]).winner_learned());
        let [some, all] =
            [[1.0, nan, 1.2], [nan; 3]].map(|losses| outcome([losses; 2]).results[0].divergence());
        assert_eq!([some.as_str(), all.as_str()], ["diverged under 1 of 3 seeds", "diverged"]);
        assert!(!outcome([[2.29; 3], [2.295; 3]]).winner_learned());
    }
}
