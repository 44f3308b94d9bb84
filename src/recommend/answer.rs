//! The recommendation in words: what, how sure, and why in a few lines.

use super::assess::Assessment;
use super::decide::Recommendation;
use super::trial::{TrialOutcome, TrialResult};
use super::words::short;
use crate::experiments::over_seeds::with_band;
use crate::nn::init::Init;
use crate::text::counted;

/// The first line: what to do, and how sure that is.
pub fn first_line(recommendation: &Recommendation, trial: Option<&TrialOutcome>, framework: &str) -> String {
    match recommendation {
        Recommendation::KeepDefault(own) => {
            let one = trial.and_then(|trial| trial.of(own)).is_some_and(|result| result.losses.len() == 1);
            let why = if one {
                "it learned in the trial, and one seed cannot tell what is better"
            } else {
                "nothing that was tried is better"
            };
            format!("Keep {framework}'s default ({}): {why}.", own.name)
        }
        Recommendation::Tried(chosen) => {
            format!("Use {} for every layer, the last one too: it learned in the trial.", chosen.title())
        }
        Recommendation::Predicted(chosen, sure) => {
            let tried = trial.and_then(|trial| Some((trial.iterations, trial.of(chosen)?)));
            let seen = match tried {
                None => "not tried".to_owned(),
                Some((count, result)) if result.diverged() => {
                    format!("though it diverged within the {} of its trial", counted(count, "iteration"))
                }
                Some((count, _)) => {
                    format!("though not yet within the {} of its trial", counted(count, "iteration"))
                }
            };
            format!(
                "Use {} for every layer, the last one too: predicted to learn ({sure}, from the weights of one seed), {seen}.",
                chosen.title()
            )
        }
        Recommendation::Change(first, remedy, _) => format!(
            "No weights alone are enough, not even {}. Predicted to learn ({}) with {}",
            first.name, remedy.confidence, remedy.flags
        ),
        Recommendation::Nothing(first, _) => format!(
            "Nothing that was tried is predicted to learn: no weights ({} is the best), and no change of the training.",
            first.name
        ),
    }
}

/// Why, a line per reason.
pub fn reasons(
    recommendation: &Recommendation,
    ranked: &[Assessment],
    trial: Option<&TrialOutcome>,
) -> Vec<String> {
    let candidate = match recommendation {
        Recommendation::Change(_, _, why) | Recommendation::Nothing(_, why) => {
            return vec![format!("Why: {}.", why.why)];
        }
        Recommendation::KeepDefault(chosen)
        | Recommendation::Tried(chosen)
        | Recommendation::Predicted(chosen, _) => chosen,
    };
    let chosen = ranked
        .iter()
        .find(|row| row.candidate == *candidate)
        .expect("only ranked candidates are recommended");
    [Some(signal(chosen)), travel(chosen), trial.map(trial_line)].into_iter().flatten().collect()
}

/// How signal and gradient go through the layers.
fn signal(chosen: &Assessment) -> String {
    let std = |at: usize| short(chosen.facts.layers[at].signal_std);
    match &chosen.gradients[..] {
        [first, .., last] => {
            let depth = chosen.gradients.len();
            let (from, to) = (std(0), std(depth - 1));
            let (gradient, back) = (short(*last), short(*first));
            format!(
                "Its signal goes from {from} in layer 1 to {to} in layer {depth}, its gradient back from {gradient} to {back}."
            )
        }
        _ => format!("Its signal in layer 1 is {}.", std(0)),
    }
}

/// How far the slowest layer can move; none where the weights are 0.
fn travel(chosen: &Assessment) -> Option<String> {
    let slowest = chosen.facts.slowest().filter(|layer| layer.travel.is_finite())?;
    let iterations = counted(chosen.facts.setup.iterations, "iteration");
    Some(format!(
        "In {iterations} its slowest layer, {}, can move by {} times its size.",
        slowest.layer,
        short(slowest.travel)
    ))
}

/// What the trial found of each candidate.
fn trial_line(trial: &TrialOutcome) -> String {
    let one = |result: &TrialResult| {
        let loss = if result.diverged() { "diverged".to_owned() } else { with_band(&result.losses, 3) };
        format!("{} {loss}", result.candidate.name)
    };
    let all: Vec<String> = trial.results.iter().map(one).collect();
    let seeds = trial.results.first().map_or(0, |result| result.losses.len());
    let (iterations, seeds) = (counted(trial.iterations, "iteration"), counted(seeds, "seed"));
    format!(
        "Loss after {iterations} under {seeds}: {}; below {:.3} it has learned.",
        all.join(", "),
        trial.threshold
    )
}

/// The initializer whose lines are printed; `None` where there is nothing to paste.
pub fn pasted(recommendation: &Recommendation) -> Option<Init> {
    match recommendation {
        Recommendation::KeepDefault(_) | Recommendation::Nothing(..) => None,
        Recommendation::Tried(chosen) | Recommendation::Predicted(chosen, _) => Some(chosen.init),
        Recommendation::Change(_, remedy, _) => Some(remedy.setup.init),
    }
}

#[cfg(test)]
mod tests {
    use super::super::candidates::Candidate;
    use super::*;
    use crate::diagnosis::Confidence;

    /// The first line says what its trial saw, and no more than its seeds tell.
    #[test]
    fn the_first_line_says_what_was_seen() {
        let he = Candidate { init: "He".parse().expect("a name"), name: "He".to_owned() };
        let trial = |losses: &[f64]| TrialOutcome {
            iterations: 100,
            results: vec![TrialResult { candidate: he.clone(), losses: losses.to_vec() }],
            threshold: 2.28,
        };
        let predicted = Recommendation::Predicted(he.clone(), Confidence::Sure);
        let kept = Recommendation::KeepDefault(he.clone());
        for (found, losses, expected) in [
            (&predicted, &[][..], "one seed), not tried."),
            (&predicted, &[2.3, 2.3], "one seed), though not yet within the 100 iterations of its trial."),
            (&predicted, &[2.3, f64::NAN], "though it diverged within the 100 iterations of its trial."),
            (&kept, &[1.0, 1.0], "nothing that was tried is better."),
            (&kept, &[1.0], "one seed cannot tell what is better."),
        ] {
            let trial = (!losses.is_empty()).then(|| trial(losses));
            let line = first_line(found, trial.as_ref(), "Keras");
            assert!(line.ends_with(expected), "{line}");
        }
    }
}
