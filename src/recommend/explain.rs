//! What is printed: the candidates in two tables, the trial, the recommendation with its reason.

use super::assess::Assessment;
use super::config::Config;
use super::predict::LayerPrediction;
use super::remedies::remedies;
use super::sample::Sample;
use super::trial::{Comparison, TrialOutcome, TrialResult};
use crate::experiments::table_text::{TextTable, enumeration, significant, with_band};
use crate::stats::{Band, Verdict};

/// The first answer: signal and gradient of every candidate, then the ranking.
pub fn first_answer(ranked: &[Assessment]) -> String {
    let names: Vec<String> = ranked.iter().filter_map(long_name).collect();
    let parts = [signals(ranked), ranking(ranked), names.concat(), held(ranked)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn long_name(row: &Assessment) -> Option<String> {
    Some(format!("{} is {}.\n", row.candidate.name, row.candidate.label()?))
}

/// Signal and gradient in the first and the last hidden layer, on paper and measured.
fn signals(ranked: &[Assessment]) -> String {
    let last = ranked.first().map_or(1, |row| row.hidden().len());
    let layers: Vec<usize> = if last == 1 { vec![1] } else { vec![1, last] };
    let mut quantities = vec![String::new()];
    let mut columns = vec!["initializer".to_owned()];
    for word in ["signal", "grad."] {
        for layer in &layers {
            quantities.extend([word.to_owned(), format!("in {layer}")]);
            columns.extend(["paper".to_owned(), "here".to_owned()]);
        }
    }
    let headings: Vec<&str> = quantities.iter().map(String::as_str).collect();
    let mut table = TextTable::new(&headings);
    table.push(columns);
    for row in ranked {
        table.push(signal_row(row, &layers));
    }
    format!(
        "Before training. signal: std of pre-activations; grad.: rms of dL/da of one\n\
         example; paper: infinitely wide layers; here: measured on one mini-batch.\n{table}"
    )
}

fn signal_row(row: &Assessment, layers: &[usize]) -> Vec<String> {
    let paper = |layer: usize| row.predicted.as_ref().map(|layers| layers[layer - 1]);
    let number = |number: Option<f64>| number.map_or("–".to_owned(), short);
    let signal = |layer: &usize| {
        let predicted = paper(*layer).map(|LayerPrediction { signal, .. }| signal);
        [number(predicted), short(row.hidden()[layer - 1].signal_std)]
    };
    let gradient = |layer: &usize| {
        [number(paper(*layer).and_then(|layer| layer.gradient)), short(row.gradients[layer - 1])]
    };
    let cells = layers.iter().flat_map(signal).chain(layers.iter().flat_map(gradient));
    [row.candidate.name.clone()].into_iter().chain(cells).collect()
}

/// A number in at most seven characters.
fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 1000.0 || (size < 0.001 && size > 0.0) => format!("{number:.0e}"),
        _ => significant(number),
    }
}

/// The candidates in order, with what the order follows from.
fn ranking(ranked: &[Assessment]) -> String {
    let mut table = TextTable::new(&[
        "    initializer",
        "sensitivity",
        "update ratio",
        "travel",
        "distance",
        "predicted",
    ]);
    for (index, row) in ranked.iter().enumerate() {
        table.push([
            format!("{:>2}  {}", index + 1, row.candidate.name),
            short(row.sensitivity()),
            short(row.update_ratio()),
            short(row.travel()),
            format!("{:.3}", row.distance),
            format!("{} {:.0} %", row.diagnosis.predicted, 100.0 * row.diagnosis.confidence),
        ]);
    }
    format!(
        "Ranked by predicted verdict, then by distance of the scale from the one that\n\
         passes differences between inputs on unchanged: mean |ln χ| over the layers.\n\
         sensitivity: of the last hidden layer to its inputs; update ratio: of the\n\
         fastest layer; travel: of the slowest, in units of its weights.\n{table}"
    )
}

/// The candidates that are not predicted to learn, by cause.
fn held(ranked: &[Assessment]) -> String {
    let mut causes: Vec<(Verdict, String, Vec<&str>)> = Vec::new();
    for row in ranked {
        let Some(finding) = &row.diagnosis.cause else { continue };
        let (verdict, cause) = (row.diagnosis.predicted, finding.cause.to_string());
        match causes.iter_mut().find(|other| other.0 == verdict && other.1 == cause) {
            Some(group) => group.2.push(&row.candidate.name),
            None => causes.push((verdict, cause, vec![&row.candidate.name])),
        }
    }
    let line = |(verdict, cause, names): (Verdict, String, Vec<&str>)| {
        wrapped(&format!("Predicted to be {verdict}, {cause}: {}.", enumeration(&names)))
    };
    causes.into_iter().map(line).collect()
}

/// The trial's results and how far apart they are.
pub fn trial_text(trial: &TrialOutcome) -> String {
    let seeds = trial.results.first().map_or(0, |result| result.losses.len());
    let mut table = TextTable::new(&["initializer", "loss"]);
    for result in &trial.results {
        table.push([result.candidate.name.clone(), with_band(&result.losses, 4)]);
    }
    let quarter = trial.iterations.div_ceil(4);
    format!(
        "Trial: {} iterations, {seeds} seeds; loss: mean of the last {quarter} iterations, ± half\n\
         of its 95 % interval.\n{table}{}",
        trial.iterations,
        trial_sentence(trial)
    )
}

fn trial_sentence(trial: &TrialOutcome) -> String {
    let [first, second, ..] = &trial.results[..] else { return String::new() };
    let (first, second) = (&first.candidate.name, &second.candidate.name);
    let said = match (trial.comparison(), trial.difference()) {
        (Comparison::BothDiverged, _) => "Both diverged.".to_owned(),
        (_, None) => {
            let blown =
                trial.results.iter().find(|result| result.diverged()).expect("there is no difference");
            format!("{} diverged.", blown.candidate.name)
        }
        (comparison, Some(Band { mean, half_width })) => {
            let half = half_width.unwrap_or(f64::NAN);
            let open = if comparison == Comparison::Open { ": the interval has 0 in it" } else { "" };
            format!(
                "{second} − {first}, seed by seed: {mean:+.4} [{:+.4}, {:+.4}]{open}.",
                mean - half,
                mean + half
            )
        }
    };
    wrapped(&said)
}

/// The recommendation in a few sentences: which, why, and what the trial adds.
pub fn recommendation(config: &Config, ranked: &[Assessment], trial: Option<&TrialOutcome>) -> String {
    let chosen = chosen(ranked, trial);
    let name = &chosen.candidate.name;
    let label = chosen.candidate.label().map_or(String::new(), |label| format!(" ({label})"));
    let head = match trial {
        None => "Recommended (predicted, not tried)",
        Some(_) => "Recommended",
    };
    let only = if is_hopeless(ranked, trial) { ", if nothing else may change" } else { "" };
    let head = format!("{head}{only}: {name}{label}.");
    let said = [
        head,
        place(ranked, chosen),
        reason(config, chosen),
        trial.map_or(String::new(), |trial| verdict_of(trial, chosen)),
    ];
    wrapped(&said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

/// The assessment of the candidate that is recommended.
pub fn chosen<'a>(ranked: &'a [Assessment], trial: Option<&TrialOutcome>) -> &'a Assessment {
    let Some(trial) = trial else { return &ranked[0] };
    let winner = &trial.winner().candidate;
    ranked.iter().find(|row| row.candidate == *winner).expect("only ranked candidates are tried")
}

/// Why the chosen one stands first in the ranking, where it does.
fn place(ranked: &[Assessment], chosen: &Assessment) -> String {
    let learners = ranked.iter().filter(|row| row.diagnosis.predicted == Verdict::Learned).count();
    match chosen.diagnosis.predicted {
        _ if chosen.candidate != ranked[0].candidate => String::new(),
        Verdict::Learned if learners > 1 => {
            "Of the candidates predicted to learn, none has a scale nearer to the one that passes differences \
             between inputs on unchanged."
                .to_owned()
        }
        Verdict::Learned => "No other candidate is predicted to learn.".to_owned(),
        Verdict::Stalled => "Of the candidates, its slowest layer can move furthest.".to_owned(),
        Verdict::Diverged => String::new(),
    }
}

/// What was measured of the chosen one, in a sentence.
fn reason(config: &Config, chosen: &Assessment) -> String {
    let hidden = chosen.hidden();
    let (first, last) = (&hidden[0], &hidden[hidden.len() - 1]);
    let between = if hidden.len() == 1 {
        format!("Its signal in the hidden layer is {}", short(first.signal_std))
    } else {
        format!(
            "Its signal goes from {} in layer 1 to {} in layer {}, its gradient back from {} to {}",
            short(first.signal_std),
            short(last.signal_std),
            hidden.len(),
            short(chosen.gradients[hidden.len() - 1]),
            short(chosen.gradients[0])
        )
    };
    format!(
        "{between}, and in {} iterations its slowest layer can move by {} of itself.",
        config.iterations,
        short(chosen.travel())
    )
}

/// What the trial says about the recommended one, beside what was predicted.
fn verdict_of(trial: &TrialOutcome, chosen: &Assessment) -> String {
    let mut said = match trial.comparison() {
        Comparison::Confirmed => "The trial agrees with the ranking.".to_owned(),
        Comparison::Open => {
            "The trial cannot tell the two apart, so the ranking before it decides.".to_owned()
        }
        Comparison::Contradicted => format!(
            "The trial contradicts the ranking, which had {} first: the trial decides.",
            trial.results[0].candidate.name
        ),
        Comparison::BothDiverged => "Both diverged in the trial.".to_owned(),
        Comparison::Alone if trial.results[0].diverged() => "It diverged in the trial.".to_owned(),
        Comparison::Alone => String::new(),
    };
    let predicted = chosen.diagnosis.predicted;
    if predicted != Verdict::Learned && trial.winner_learned() {
        let remark =
            format!(" It was predicted to be {predicted}, but learned in the trial: the trial counts.");
        said.push_str(&remark);
    }
    said
}

/// True if no candidate will do, as far as is known.
pub fn is_hopeless(ranked: &[Assessment], trial: Option<&TrialOutcome>) -> bool {
    let diverged = trial.is_some_and(|trial| trial.results.iter().all(TrialResult::diverged));
    let none = ranked.iter().all(|row| row.diagnosis.predicted != Verdict::Learned);
    diverged || (none && !trial.is_some_and(TrialOutcome::winner_learned))
}

/// The warning that no initializer helps, and what is predicted to.
pub fn warning(config: &Config, ranked: &[Assessment], sample: &Sample) -> String {
    let best = &ranked[0];
    let why = match &best.diagnosis.cause {
        Some(finding) => format!("even with {}, {}", best.candidate.name, finding.sentence),
        None => "every trial diverged".to_owned(),
    };
    let helping = remedies(config, &best.candidate, sample);
    let what: Vec<String> =
        helping.iter().map(|(remedy, name)| format!("{} (with {name})", remedy.flags)).collect();
    let what = match &what[..] {
        [] => "None of the other settings tried is predicted to help either.".to_owned(),
        some => format!(
            "Predicted to learn: {}.",
            enumeration(&some.iter().map(String::as_str).collect::<Vec<_>>())
        ),
    };
    wrapped(&format!("Warning: no initializer is predicted to help: {why}. {what}"))
}

/// Columns of a terminal.
const COLUMNS: usize = 80;

/// Breaks a text into lines that fit a terminal.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            lines.push(word.to_owned());
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.join("\n") + "\n"
}
