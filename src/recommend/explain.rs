//! The first answer in words: the candidates in tables, what the columns mean, who is not predicted to
//! learn and why; and what the trial found.
//!
//! Not here: the recommendation itself ([`advice`](super::advice)).

use super::assess::Assessment;
use super::candidates::CRITICAL;
use super::config::Config;
use super::distance::passing_signal;
use super::predict::LayerPrediction;
use super::trial::TrialOutcome;
use super::words::{short, wrapped};
use crate::experiments::over_seeds::with_band;
use crate::nn::init::{Biases, Weights};
use crate::stats::{Band, Verdict};
use crate::text::counted;
use crate::text::{TextTable, enumeration};

/// The first answer: signal and gradient of every candidate, then the ranking, in so many columns.
///
/// The parts, with an empty line between them: a table of the signal and one of the gradient, the ranking
/// under its legend, the long names, the causes that hold candidates. A part without content is left out.
pub fn first_answer(config: &Config, ranked: &[Assessment], columns: usize) -> String {
    let signals = [
        "Before training. Predicted: on paper, for infinitely wide layers (–: no prediction); measured: on \
         one mini-batch.",
        "Signal: standard deviation of the pre-activations.",
        "Gradient: root mean square of dL/da of one example.",
    ];
    let [intro, signal, gradient] = signals.map(|text| wrapped(text, columns));
    let tables = [signal + &signal_table(ranked, columns), gradient + &gradient_table(ranked, columns)];
    let names: Vec<String> = ranked.iter().filter_map(|row| long_name(config, row, columns)).collect();
    let parts =
        [intro + &tables.join("\n"), ranking(config, ranked, columns), names.concat(), held(ranked, columns)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What a candidate's name stands for, a sentence, where the name does not say it: for `exact gain` its
/// label, for `critical` its variances and, where that explains its distance, the signal that it is for.
///
/// ```text
/// exact gain is variance_scaling=2.3517:fan_in:normal.
/// ```
fn long_name(config: &Config, row: &Assessment, columns: usize) -> Option<String> {
    let name = &row.candidate.name;
    let text = match (row.candidate.label(), row.candidate.init.weights, row.candidate.init.biases) {
        (Some(label), ..) => format!("{name} is {label}."),
        (None, Weights::VarianceScaling { scale, .. }, Biases::Normal { variance }) if name == CRITICAL => {
            let passing = passing_signal(config.activation, scale, variance);
            let passing = passing.filter(|signal| (signal - 1.0).abs() > 0.05 && row.distance > 0.01);
            let why = passing.map_or(String::new(), |signal| {
                format!(
                    "; it passes differences on at their size for a signal of {}, not of 1: hence its distance",
                    short(signal)
                )
            });
            let activation = config.activation;
            format!(
                "{name} is N(0, {}/fan_in), biases N(0, {}), for {activation}{why}.",
                short(scale),
                short(variance)
            )
        }
        _ => return None,
    };
    Some(wrapped(&text, columns))
}

/// The first and the last hidden layer, from 1; one number where they are the same.
fn shown_layers(ranked: &[Assessment]) -> Vec<usize> {
    match ranked.first().map_or(1, |row| row.hidden().len()) {
        1 => vec![1],
        last => vec![1, last],
    }
}

/// The standard deviation of the pre-activations, predicted and measured.
fn signal_table(ranked: &[Assessment], columns: usize) -> String {
    layer_table(ranked, columns, |row, layer| {
        let paper = row.predicted.as_ref().map(|layers| layers[layer].signal);
        (paper, row.hidden()[layer].signal_std)
    })
}

/// The root mean square of the gradient with respect to the activations, predicted and measured.
fn gradient_table(ranked: &[Assessment], columns: usize) -> String {
    let paper = |row: &Assessment, layer: usize| {
        row.predicted.as_ref().and_then(|layers: &Vec<LayerPrediction>| layers[layer].gradient)
    };
    layer_table(ranked, columns, |row, layer| (paper(row, layer), row.gradients[layer]))
}

/// A row per candidate, and for the first and the last hidden layer what is predicted and measured; a dash
/// where there is no prediction. `numbers` takes a layer's index, from 0.
fn layer_table(
    ranked: &[Assessment],
    columns: usize,
    numbers: impl Fn(&Assessment, usize) -> (Option<f64>, f64),
) -> String {
    let layers = shown_layers(ranked);
    let above = layers.iter().flat_map(|layer| [format!("layer {layer}:"), String::new()]);
    let above: Vec<String> = [String::new()].into_iter().chain(above).collect();
    let mut table = TextTable::new(&above.iter().map(String::as_str).collect::<Vec<_>>());
    let below = layers.iter().flat_map(|_| ["predicted".to_owned(), "measured".to_owned()]);
    table.push(["initializer".to_owned()].into_iter().chain(below));
    for row in ranked {
        let cells = layers.iter().flat_map(|layer| {
            let (paper, here) = numbers(row, layer - 1);
            [paper.map_or("–".to_owned(), short), short(here)]
        });
        table.push([row.candidate.name.clone()].into_iter().chain(cells));
    }
    table.within(columns)
}

/// The legend of the column `predicted`.
const PREDICTED: &str = "predicted: the verdict and how sure it is; of a verdict that is not certain 97 % is the most that \
                         is said.";
/// The legend of the column `distance`.
const DISTANCE: &str = "distance: of its scale from the one at which a layer passes a small difference between two \
                        inputs on at its size, for a signal of 1 (0: exactly that one; 0.69: the squared difference \
                        doubles or halves per layer; –: weights without spread have none).";
/// What is added to it with batch norm.
const SCALED_ANEW: &str = " Batch norm sets every hidden layer's scale anew: with it the distance tells the weights apart, \
                           not what becomes of a difference.";

/// The candidates in order, with what the order follows from: a legend, then a row per candidate.
///
/// ```text
///     initializer     predicted  distance  travel  sensitivity   update
///  1  He           learned 97 %         0    1.46        0.616  0.00409
///  2  Xavier       learned 97 %     0.693   0.740        0.616  0.00176
///  3  zeros        stalled 99 %         –       –            0        0
/// ```
fn ranking(config: &Config, ranked: &[Assessment], columns: usize) -> String {
    let headings = ["    initializer", "predicted", "distance", "travel", "sensitivity", "update"];
    let mut table = TextTable::new(&headings);
    for (index, row) in ranked.iter().enumerate() {
        table.push([
            format!("{:>2}  {}", index + 1, row.candidate.name),
            format!("{} {:.0} %", row.diagnosis.predicted, 100.0 * row.diagnosis.confidence),
            short(row.distance),
            short(row.travel()),
            short(row.sensitivity()),
            short(row.update_ratio()),
        ]);
    }
    let legend = [
        order(ranked),
        PREDICTED.to_owned(),
        format!("{DISTANCE}{}", if config.batch_norm { SCALED_ANEW } else { "" }),
        format!(
            "travel: how far the slowest layer can move in {}, in units of its weights (–: they are 0).",
            counted(config.iterations as usize, "iteration")
        ),
        "sensitivity: how much the last hidden layer changes with the input, in units of its size."
            .to_owned(),
        "update: the mean update of the fastest layer, in units of its weights.".to_owned(),
    ];
    legend.map(|text| wrapped(&text, columns)).concat() + &table.within(columns)
}

/// The rules by which the candidates are ordered, a sentence; of verdicts that there are.
fn order(ranked: &[Assessment]) -> String {
    let rules = [
        (Verdict::Learned, "those predicted to learn, the least distance first"),
        (Verdict::Stalled, "those predicted to stall, the furthest travel first"),
        (Verdict::Diverged, "those predicted to diverge, the least distance first"),
    ];
    let there = |verdict| ranked.iter().any(|row| row.diagnosis.predicted == verdict);
    let rules: Vec<&str> = rules.into_iter().filter(|rule| there(rule.0)).map(|rule| rule.1).collect();
    format!("Order: {}.", rules.join("; then "))
}

/// The candidates that are not predicted to learn: a sentence per verdict and cause, with their names.
///
/// ```text
/// Predicted to stall, identical units: zeros.
/// ```
fn held(ranked: &[Assessment], columns: usize) -> String {
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
        wrapped(&format!("Predicted to {}, {cause}: {}.", verdict.verb(), enumeration(&names)), columns)
    };
    causes.into_iter().map(line).collect()
}

/// The trial's results, a row per candidate that was tried, and how far apart they are.
///
/// ```text
/// Trial: 100 iterations, 3 seeds; loss: mean of the last 25 iterations, ± half of
/// its 95 % interval.
/// initializer             loss
/// He           0.7502 ± 0.1005
/// Xavier       0.8823 ± 0.1128
/// Xavier − He, seed by seed: +0.1321 [+0.1144, +0.1498].
/// ```
pub fn trial_text(ranked: &[Assessment], trial: &TrialOutcome, columns: usize) -> String {
    let seeds = trial.results.first().map_or(0, |result| result.losses.len());
    let mut table = TextTable::new(&["initializer", "loss"]);
    for result in &trial.results {
        table.push([result.candidate.name.clone(), with_band(&result.losses, 4)]);
    }
    let quarter = trial.iterations.div_ceil(4);
    let head = format!(
        "Trial: {}, {}; loss: mean of the last {}, ± half of its 95 % interval. {}",
        counted(trial.iterations, "iteration"),
        counted(seeds, "seed"),
        counted(quarter, "iteration"),
        passed_over(ranked, trial)
    );
    let difference = trial_sentence(trial);
    let difference = if difference.is_empty() { difference } else { wrapped(&difference, columns) };
    wrapped(&head, columns) + &table.within(columns) + &difference
}

/// The ranks that were tried, two sentences, where they are not the first two: those between have the
/// distance of the first and were passed over.
fn passed_over(ranked: &[Assessment], trial: &TrialOutcome) -> String {
    let rank = |name: &str| ranked.iter().position(|row| row.candidate.name == name).map_or(0, |at| at + 1);
    let [_, second] = &trial.results[..] else { return String::new() };
    let between = match rank(&second.candidate.name) {
        0..=2 => return String::new(),
        3 => "Rank 2 was".to_owned(),
        4 => "Ranks 2 and 3 were".to_owned(),
        second => format!("Ranks 2 to {} were", second - 1),
    };
    format!(
        "Tried: ranks 1 and {}. {between} passed over for having the distance of rank 1, to 0.01: there \
         is little to tell apart.",
        rank(&second.candidate.name)
    )
}

/// How far apart the two that were tried are, with the 95 % interval of the mean difference, or which of
/// them diverged; empty where only one was tried.
fn trial_sentence(trial: &TrialOutcome) -> String {
    let [first, second, ..] = &trial.results[..] else { return String::new() };
    let diverged: Vec<String> = [first, second]
        .into_iter()
        .filter(|result| result.diverged())
        .map(|result| format!("{} {}.", result.candidate.name, result.divergence()))
        .collect();
    let (first, second) = (&first.candidate.name, &second.candidate.name);
    match trial.difference() {
        None => diverged.join(" "),
        Some(Band { mean, half_width }) => {
            let half = half_width.unwrap_or(f64::NAN);
            let open = if half < mean.abs() { "" } else { ": the interval has 0 in it" };
            format!(
                "{second} − {first}, seed by seed: {mean:+.4} [{:+.4}, {:+.4}]{open}.",
                mean - half,
                mean + half
            )
        }
    }
}
