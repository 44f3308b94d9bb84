//! The candidates in tables, what the columns mean, and what the trial found.
//!
//! Not here: the recommendation itself ([`answer`](super::answer)).

use super::assess::Assessment;
use super::candidates::CRITICAL;
use super::config::Config;
use super::distance::passing_signal;
use super::predict::LayerPrediction;
use super::trial::{TrialOutcome, TrialResult, difference};
use super::words::{short, wrapped};
use crate::experiments::over_seeds::with_band;
use crate::nn::init::{Biases, Weights};
use crate::stats::Band;
use crate::text::{TextTable, counted};

/// Signal and gradient of every candidate, then the ranking, in so many columns.
///
/// The parts, with an empty line between them: a table of the signal and one of the gradient, the ranking
/// under its legend, the long names. A part without content is left out.
pub fn tables(config: &Config, ranked: &[Assessment], columns: usize) -> String {
    let signals = [
        "Before training. Predicted: on paper, for infinitely wide layers (–: no prediction); measured: on \
         one mini-batch.",
        "Signal: standard deviation of the pre-activations.",
        "Gradient: root mean square of dL/da of one example.",
    ];
    let [intro, signal, gradient] = signals.map(|text| wrapped(text, columns));
    let tables = [signal + &signal_table(ranked, columns), gradient + &gradient_table(ranked, columns)];
    let names: Vec<String> = ranked.iter().filter_map(|row| long_name(config, row, columns)).collect();
    let parts = [intro + &tables.join("\n"), ranking(config, ranked, columns), names.concat()];
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
    match ranked.first().map_or(1, |row| row.facts.hidden().len().max(1)) {
        1 => vec![1],
        last => vec![1, last],
    }
}

/// The standard deviation of the pre-activations, predicted and measured.
fn signal_table(ranked: &[Assessment], columns: usize) -> String {
    layer_table(ranked, columns, |row, layer| {
        let paper = row.predicted.as_ref().and_then(|layers| layers.get(layer)).map(|layer| layer.signal);
        (paper, row.facts.layers[layer].signal_std)
    })
}

/// The root mean square of the gradient with respect to the activations, predicted and measured.
fn gradient_table(ranked: &[Assessment], columns: usize) -> String {
    let paper = |row: &Assessment, layer: usize| {
        row.predicted.as_ref().and_then(|layers: &Vec<LayerPrediction>| layers.get(layer)?.gradient)
    };
    layer_table(ranked, columns, |row, layer| {
        (paper(row, layer), row.gradients.get(layer).copied().unwrap_or(f64::NAN))
    })
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
///     initializer       predicted  distance  travel  sensitivity   update
///  1  He           learned (sure)         0    1.46        0.616  0.00409
///  2  Xavier       learned (sure)     0.693   0.740        0.616  0.00176
///  3  zeros        stalled (sure)         –       –            0        0
/// ```
fn ranking(config: &Config, ranked: &[Assessment], columns: usize) -> String {
    let headings = ["    initializer", "predicted", "distance", "travel", "sensitivity", "update"];
    let mut table = TextTable::new(&headings);
    for (index, row) in ranked.iter().enumerate() {
        table.push([
            format!("{:>2}  {}", index + 1, row.candidate.name),
            format!("{} ({})", row.forecast.verdict, row.forecast.confidence),
            short(row.distance),
            short(row.facts.least_travel()),
            short(row.facts.hidden().last().map_or(f64::NAN, |last| last.sensitivity)),
            short(row.facts.layers.iter().map(|layer| layer.update_ratio).fold(0.0, f64::max)),
        ]);
    }
    let legend = [
        "Order: how sure it is that they learn, then the least distance; those that stall by the furthest travel.".to_owned(),
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

/// The trial's results, a row per candidate that was tried, with the difference from the first, seed by seed.
///
/// ```text
/// Trial: 100 iterations, 3 seeds; loss: mean of the last 25 iterations, ± half of
/// its 95 % interval.
/// initializer             loss  less that of He
/// He           0.7502 ± 0.1005
/// Xavier       0.8823 ± 0.1128  0.1321 ± 0.0177
/// ```
pub fn trial_table(trial: &TrialOutcome, columns: usize) -> String {
    let Some(first) = trial.results.first() else { return String::new() };
    let less = format!("less that of {}", first.candidate.name);
    let mut table = TextTable::new(&["initializer", "loss", &less]);
    for result in &trial.results {
        let apart = if result == first { String::new() } else { apart(result, first) };
        table.push([result.candidate.name.clone(), with_band(&result.losses, 4), apart]);
    }
    let head = format!(
        "Trial: {}, {}; loss: mean of the last {}, ± half of its 95 % interval.",
        counted(trial.iterations, "iteration"),
        counted(first.losses.len(), "seed"),
        counted(trial.iterations.div_ceil(4), "iteration"),
    );
    wrapped(&head, columns) + &table.within(columns)
}

/// The difference of two candidates, seed by seed; a dash where one of them diverged.
fn apart(of: &TrialResult, from: &TrialResult) -> String {
    let Band { mean, half_width } = difference(of, from);
    if mean.is_nan() {
        "–".to_owned()
    } else {
        format!("{mean:+.4} ± {:.4}", half_width.unwrap_or(f64::NAN))
    }
}
