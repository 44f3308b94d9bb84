//! The decision: one recommendation from the ranking, the trial and, where no weights are enough, the table of changes.

use super::assess::Assessment;
use super::candidates::Candidate;
use super::config::Config;
use super::sample::Sample;
use super::trial::{TrialOutcome, is_better};
use crate::diagnosis::{Confidence, Explanation, Kind, Remedy, Trials, explain, what_if};

/// What is recommended.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // there is one, once
pub enum Recommendation {
    /// What the framework does by itself: nothing that was tried is better.
    KeepDefault(Candidate),
    /// These weights, which learned in the trial.
    Tried(Candidate),
    /// These weights, which are predicted to learn.
    Predicted(Candidate, Confidence),
    /// No weights alone: this change, against what holds the best of them.
    Change(Candidate, Remedy, Explanation),
    /// Nothing that was tried is predicted to help.
    Nothing(Candidate, Explanation),
}

/// Decides; `default` is what the framework draws from where nothing is said.
pub fn decide(
    config: &Config,
    ranked: &[Assessment],
    trial: Option<&TrialOutcome>,
    default: &Candidate,
    sample: &Sample,
) -> Recommendation {
    let tried = trial.and_then(|trial| Some((trial, trial.best()?)));
    if let Some((trial, best)) = tried {
        let own = trial.of(default).filter(|own| trial.has_learned(own));
        return match own {
            Some(own) if !is_better(best, own) => Recommendation::KeepDefault(own.candidate.clone()),
            _ => Recommendation::Tried(best.candidate.clone()),
        };
    }
    let first = &ranked[0];
    match first.learns() {
        Some(confidence) => Recommendation::Predicted(first.candidate.clone(), confidence),
        None => change(config, first, sample),
    }
}

/// The smallest change of the best candidate's training that is predicted to learn.
fn change(config: &Config, first: &Assessment, sample: &Sample) -> Recommendation {
    let trials = Trials::new(&sample.examples, []);
    let remedy = what_if(&config.setup(first.candidate.init, sample), Kind::ALL, &trials);
    let explanation = explain(&first.facts, remedy.as_ref());
    match remedy {
        Some(remedy) => Recommendation::Change(first.candidate.clone(), remedy, explanation),
        None => Recommendation::Nothing(first.candidate.clone(), explanation),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assess, candidates, rank, test_config};
    use super::*;

    fn decided(flags: &[&str]) -> Recommendation {
        let config = test_config(flags);
        let sample = Sample::noise(&config);
        let ranked = rank(assess(&config, candidates(&config), &sample));
        let default = Candidate { init: "pytorch_default".parse().expect("a name"), name: String::new() };
        decide(&config, &ranked, None, &default, &sample)
    }

    #[test]
    fn weights_that_are_predicted_to_learn_are_recommended() {
        let found = decided(&["--sizes", "64,64,64,10", "--learning-rate", "0.1"]);
        assert!(
            matches!(&found, Recommendation::Predicted(candidate, _) if candidate.name.to_lowercase().contains("he")),
            "{found:?}"
        );
    }

    #[test]
    fn where_other_weights_are_enough_they_are_the_change() {
        let found = decided(&["--sizes", "64,64,64,10", "--learning-rate", "0.1", "--init", "zeros"]);
        assert!(
            matches!(&found, Recommendation::Change(_, remedy, _) if remedy.flags == "--init He"),
            "{found:?}"
        );
    }

    #[test]
    fn where_no_weights_are_enough_something_else_is_changed() {
        let found = decided(&["--sizes", "64,64,64,10", "--learning-rate", "1000"]);
        assert!(
            matches!(&found, Recommendation::Change(_, remedy, _) if remedy.flags.contains("rate")),
            "{found:?}"
        );
    }
}
