//! The recommendation in words: which candidate, why, and what to do where none will do.
//!
//! [`chosen`] picks the candidate, [`is_hopeless`] and [`unfit`] say whether it may be recommended,
//! [`needs_warning`] whether not without one; [`warning`] and [`recommendation`] write the two paragraphs, in this
//! order, with which `recommend` ends.
//! Texts are broken into lines of `columns` characters and end with a line end. `ranked` is the ranking, the
//! best first, with one candidate at least; `trial` is `None` where nothing was tried.

use super::assess::Assessment;
use super::config::Config;
use super::remedies::Remedy;
use super::trial::{Comparison, TrialOutcome};
use super::words::{short, wrapped};
use crate::diagnosis::Cause;
use crate::stats::{STALL_MARGIN, Verdict};
use crate::text::enumeration;

/// The recommendation in a few sentences: which, why, and what the trial adds; or that none is recommended.
///
/// ```text
/// Recommended: He. Of the candidates predicted to learn, none has a scale nearer
/// to the one that passes differences between inputs on at their size. Its signal
/// goes from 1.38 in layer 1 to 1.54 in layer 2, its gradient back from 0.325 to
/// 0.283, and in 2000 iterations its slowest layer can move by 1.78 times its size.
/// The trial agrees with the ranking.
/// ```
pub fn recommendation(
    config: &Config,
    ranked: &[Assessment],
    trial: Option<&TrialOutcome>,
    columns: usize,
) -> String {
    let chosen = chosen(ranked, trial);
    if let Some(why) = unfit(ranked, trial) {
        let name = &chosen.candidate.name;
        let subject = if ranked.len() > 1 { format!("the first, {name},") } else { name.clone() };
        let verdict = chosen.diagnosis.predicted;
        let but = if verdict == Verdict::Learned { "but" } else { "and" };
        let text = format!(
            "No candidate is recommended: {subject} is predicted to {}, {but} {why}.",
            verdict.verb()
        );
        return wrapped(&text, columns);
    }
    let name = &chosen.candidate.name;
    let label = chosen.candidate.label().map_or(String::new(), |label| format!(" ({label})"));
    let head = match trial {
        None => "Recommended (predicted, not tried)",
        Some(_) => "Recommended",
    };
    let only = if is_hopeless(ranked, trial) { ", if nothing else may change" } else { "" };
    let said = [
        format!("{head}{only}: {name}{label}."),
        place(ranked, chosen),
        reason(config, chosen),
        trial.map_or(String::new(), |trial| verdict_of(trial, chosen)),
    ];
    wrapped(&said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "), columns)
}

/// The assessment of the candidate that stands first after the trial: the first of the ranking, but where
/// the trial contradicts the ranking the second that was tried.
///
/// # Panics
/// If `ranked` is empty, or the trial is one of other candidates.
pub fn chosen<'a>(ranked: &'a [Assessment], trial: Option<&TrialOutcome>) -> &'a Assessment {
    let Some(trial) = trial else { return &ranked[0] };
    let winner = &trial.winner().candidate;
    ranked.iter().find(|row| row.candidate == *winner).expect("only ranked candidates are tried")
}

/// The reason why not even the chosen candidate may be recommended, as the end of a sentence.
///
/// `None` where it may: where it learns or is predicted to, and where it is held back but still the best
/// choice "if nothing else may change", as the recommendation then says.
pub fn unfit(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> Option<&'static str> {
    let chosen = chosen(ranked, trial);
    if is_raised(ranked, trial) {
        return Some("the trial raised its loss: a smaller learning rate is what helps");
    }
    if !is_hopeless(ranked, trial) || chosen.diagnosis.predicted == Verdict::Learned {
        return None;
    }
    match chosen.diagnosis.cause.as_ref().map(|finding| finding.cause) {
        _ if chosen.diagnosis.predicted == Verdict::Diverged => Some("none is predicted to do anything else"),
        Some(Cause::IdenticalUnits) => {
            Some("units that start alike stay alike: the layer is worth a single unit")
        }
        Some(Cause::StepsTooLarge) => Some("its steps are too large: a smaller learning rate is what helps"),
        Some(Cause::FewExamples) => {
            Some("its mini-batches are too small for batch norm: larger ones are what helps")
        }
        Some(Cause::GradientNoise) => {
            Some("its mini-batches differ too much: larger ones or a smaller learning rate is what helps")
        }
        Some(Cause::Dead) => Some("a layer that is 0 for every input passes nothing on and is not trained"),
        _ if chosen.reach() == 0.0 => Some("its slowest layer cannot move"),
        _ => None,
    }
}

/// The reason why the chosen one stands first in the ranking, a sentence; empty where it does not, where it
/// is the only one, and where all are predicted to diverge.
fn place(ranked: &[Assessment], chosen: &Assessment) -> String {
    let predicted = chosen.diagnosis.predicted;
    let alike = ranked.iter().filter(|row| row.diagnosis.predicted == predicted).count();
    match predicted {
        _ if chosen.candidate != ranked[0].candidate || ranked.len() == 1 => String::new(),
        Verdict::Learned if !chosen.is_promising() => {
            "Its forecast is the toss of a coin, and no other candidate has a better one.".to_owned()
        }
        Verdict::Learned if alike > 1 => {
            "Of the candidates predicted to learn, none has a scale nearer to the one that passes differences \
             between inputs on at their size."
                .to_owned()
        }
        Verdict::Learned => "No other candidate is predicted to learn.".to_owned(),
        Verdict::Stalled if alike > 1 => format!(
            "Of the {alike} candidates predicted to stall, there is none whose slowest layer can move further."
        ),
        Verdict::Stalled => "All others are predicted to diverge.".to_owned(),
        Verdict::Diverged => String::new(),
    }
}

/// What was measured of the chosen one, in a sentence: signal, gradient and travel. Numbers that are 0 or
/// not finite are not told: signal and gradient together, travel by itself; empty where nothing is left.
fn reason(config: &Config, chosen: &Assessment) -> String {
    let hidden = chosen.hidden();
    let last = hidden.len() - 1;
    let numbers =
        [hidden[0].signal_std, hidden[last].signal_std, chosen.gradients[last], chosen.gradients[0]];
    let there = |number: &f64| number.is_finite() && *number > 0.0;
    let [first_signal, last_signal, last_gradient, first_gradient] = numbers.map(short);
    let between = match last {
        _ if !numbers.iter().all(there) => None,
        0 => Some(format!("its signal in the hidden layer is {first_signal}")),
        _ => Some(format!(
            "its signal goes from {first_signal} in layer 1 to {last_signal} in layer {}, its gradient back from \
             {last_gradient} to {first_gradient}",
            last + 1
        )),
    };
    let travel = Some(chosen.travel()).filter(there).map(|travel| {
        let iterations = config.iterations;
        format!("in {iterations} iterations its slowest layer can move by {} times its size", short(travel))
    });
    let said = between.into_iter().chain(travel).collect::<Vec<_>>().join(", and ");
    let mut letters = said.chars();
    letters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// What the trial says about the recommended one, beside what was predicted; empty for a single candidate
/// that learned as predicted.
fn verdict_of(trial: &TrialOutcome, chosen: &Assessment) -> String {
    let bar = format!(
        "(a loss below {:.2} under every seed, where guessing has {:.2})",
        trial.threshold,
        trial.threshold + STALL_MARGIN
    );
    let mut said = match trial.comparison() {
        Comparison::Confirmed => "The trial agrees with the ranking.".to_owned(),
        Comparison::Open => {
            "The trial cannot tell the two apart, so the ranking before it decides.".to_owned()
        }
        Comparison::Contradicted => format!(
            "The trial contradicts the ranking, which had {} first: the trial decides.",
            trial.results[0].candidate.name
        ),
        Comparison::NobodyLearned => format!(
            "In the trial neither got below guessing {bar}: it decides nothing, and the ranking before it stands."
        ),
        Comparison::BothDiverged => "Both diverged in the trial.".to_owned(),
        Comparison::Alone if trial.results[0].diverged() => "It diverged in the trial.".to_owned(),
        Comparison::Alone if !trial.winner_learned() => {
            format!("In the trial it did not get below guessing {bar}.")
        }
        Comparison::Alone => String::new(),
    };
    let predicted = chosen.diagnosis.predicted;
    if predicted != Verdict::Learned && trial.winner_learned() {
        let remark =
            format!(" It was predicted to {}, but learned in the trial: the trial counts.", predicted.verb());
        said.push_str(&remark);
    }
    said
}

/// A loss above so many times its start was raised by the steps.
const RAISED: f64 = 1.1;

/// True if the trial left the loss of the chosen one above its start and above guessing, under most seeds, and its
/// steps moved something. A loss that starts far above guessing is not put down to steps.
fn is_raised(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> bool {
    let Some(trial) = trial else { return false };
    let measured = &chosen(ranked, Some(trial)).measured;
    if !measured.may_be_raised_in(trial.iterations) {
        return false;
    }
    let level = RAISED * measured.start_loss.max(trial.threshold);
    let losses = &trial.winner().losses;
    2 * losses.iter().filter(|loss| **loss > level).count() > losses.len()
}

/// True if the chosen one did not learn in the trial, which had the time after which that was forecast.
fn is_refuted(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> bool {
    trial.is_some_and(|trial| had_time(chosen(ranked, Some(trial)), trial) && !trial.winner_learned())
}

/// True if a [`warning`] is due: the choice is hopeless, or doubtful.
pub fn needs_warning(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> bool {
    is_hopeless(ranked, trial) || is_doubtful(ranked, trial)
}

/// True if the chosen one is predicted to learn, but not surely, and did not in a trial that is shorter.
fn is_doubtful(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> bool {
    let (chosen, tried_in_vain) = (chosen(ranked, trial), trial.is_some_and(|trial| !trial.winner_learned()));
    tried_in_vain && !chosen.is_surely_promising() && !is_hopeless(ranked, trial)
}

/// True if the trial had the time after which a candidate is forecast to learn.
fn had_time(row: &Assessment, trial: &TrialOutcome) -> bool {
    row.diagnosis.learns_after.is_some_and(|after| after <= trial.iterations)
}

/// True if no candidate will do, as far as is known: every one that was tried diverged under a seed, or the
/// chosen one is not predicted to learn by more than the toss of a coin and did not learn in the trial either, or the
/// trial raised its loss or gave it time enough in vain.
pub fn is_hopeless(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> bool {
    let diverged = trial.is_some_and(TrialOutcome::all_diverged) || is_raised(ranked, trial);
    let is_promising = chosen(ranked, trial).is_promising() && !is_refuted(ranked, trial);
    diverged || (!is_promising && !trial.is_some_and(TrialOutcome::winner_learned))
}

/// The warning that no candidate helps, and what is predicted to; printed where it is due ([`needs_warning`]).
///
/// `helping` are the changes of settings that are predicted to help, none where nothing is.
pub fn warning(
    config: &Config,
    ranked: &[Assessment],
    trial: Option<&TrialOutcome>,
    helping: &[Remedy],
    columns: usize,
) -> String {
    let best = chosen(ranked, trial);
    if is_doubtful(ranked, trial) {
        return wrapped(&format!("Warning: {}. {}", doubt(best), others(helping)), columns);
    }
    let name = &best.candidate.name;
    let none = match config.init.len() {
        0 => "no initializer is".to_owned(),
        1 => format!("{name} is not"),
        _ => "no initializer of these is".to_owned(),
    };
    let why = match (&best.diagnosis.cause, trial) {
        (Some(finding), _) if config.init.len() == 1 => finding.sentence.clone(),
        (Some(finding), _) => format!("even with {name}, {}", finding.sentence),
        (None, Some(trial)) if trial.all_diverged() => {
            format!("{name} {} in the trial", trial.winner().divergence())
        }
        (None, Some(_)) if is_raised(ranked, trial) => format!("the trial raised even the loss of {name}"),
        (None, Some(_)) => format!("{name} did not get below guessing in the trial"),
        (None, None) => format!("that {name} learns is as likely wrong as right"),
    };
    // What the trial refutes was predicted to learn.
    let expected = if best.is_promising() { "expected" } else { "predicted" };
    wrapped(&format!("Warning: {none} {expected} to help: {why}. {}", others(helping)), columns)
}

/// What is known of a candidate whose forecast is unsure, and not borne out by a trial that is shorter.
fn doubt(best: &Assessment) -> String {
    let (name, confidence) = (&best.candidate.name, 100.0 * best.diagnosis.confidence);
    format!(
        "that {name} learns is predicted with {confidence:.0} % only, and in the trial it did not get below guessing"
    )
}

/// The changes of settings that are predicted to help, in a sentence.
fn others(helping: &[Remedy]) -> String {
    match &helping.iter().map(Remedy::to_string).collect::<Vec<_>>()[..] {
        [] => "None of the other settings tried is predicted to help either.".to_owned(),
        some => format!(
            "Predicted to learn: {}.",
            enumeration(&some.iter().map(String::as_str).collect::<Vec<_>>())
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::TrialResult;
    use super::super::{Sample, assess, candidates, rank, test_config};
    use super::*;

    /// He, forecast to learn after 300 iterations, and a trial of so many that stood at guessing.
    fn warned(confidence: f64, iterations: usize) -> Option<String> {
        let config = test_config(&["--init", "He", "--learning-rate", "0.1"]);
        let mut ranked = rank(assess(&config, candidates(&config), &Sample::noise(&config)));
        let diagnosis = &mut ranked[0].diagnosis;
        (diagnosis.predicted, diagnosis.confidence) = (Verdict::Learned, confidence);
        (diagnosis.cause, diagnosis.learns_after) = (None, Some(300));
        let start = ranked[0].measured.start_loss;
        let result = TrialResult { candidate: ranked[0].candidate.clone(), losses: vec![start; 3] };
        let trial = TrialOutcome { iterations, results: vec![result], threshold: start - 0.1 };
        let trial = Some(&trial);
        needs_warning(&ranked, trial).then(|| warning(&config, &ranked, trial, &[], 1000))
    }

    /// A trial says nothing against a sure forecast of a later time, makes an unsure one doubtful and refutes one
    /// whose time it had.
    #[test]
    fn a_trial_at_guessing_counts_against_a_forecast_by_its_time_and_confidence() {
        assert_eq!(warned(0.95, 100), None);
        let doubtful = warned(0.58, 100).expect("a warning");
        assert!(
            doubtful.starts_with("Warning: that He learns is predicted with 58 % only, and in the"),
            "{doubtful}"
        );
        let refuted = warned(0.95, 300).expect("a warning");
        let expected = "Warning: He is not expected to help: He did not get below guessing in the trial.";
        assert!(refuted.starts_with(expected), "{refuted}");
    }
}
