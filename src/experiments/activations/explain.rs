//! What the numbers say, for the terminal: one sentence per pair, and a short table for whoever asks.
//!
//! The sentence is decided by numbers alone; the thresholds stand on top. Of several seeds the
//! means are shown.
//!
//! ```text
//! tanh, std=0.01: the signal vanishes (rms × 0.100 per layer, 1.0e-5 in layer 5); going back, …
//!   layer                      1        2        3        4        5
//!   rms                   0.0986  0.00984   9.9e-4   9.9e-5   1.0e-5
//!     infinite width      0.0992  0.00992   9.9e-4   9.9e-5   9.9e-6
//! ```

use super::pair_means::{PairMeans, pairs, shown_layers};
use super::rows::LayerRow;
use crate::text::{Answer, TextTable, percent};

/// From this share of the last layer on, a pair saturates.
const SATURATED: f64 = 0.5;
/// Below this ratio of spread to rms, units or examples count as the same.
const ALIKE: f64 = 0.1;
/// The word for a size that changes by less than this factor from the first layer to the last: judged over
/// the whole depth, for a factor close to 1 per layer leaves little after twenty.
const CHANGES: [(f64, &str); 5] = [
    (VANISHES, "vanishes"),
    (1.0 / KEPT, "shrinks"),
    (KEPT, "keeps its size"),
    (EXPLODES, "grows"),
    (f64::INFINITY, "explodes"),
];
/// A size that changes by no more than this factor counts as kept.
const KEPT: f64 = 1.5;
/// Below this factor from the first layer to the last, a size vanishes.
const VANISHES: f64 = 0.01;
/// Above this factor, it explodes.
const EXPLODES: f64 = 100.0;
/// Weight gradients whose sizes in different layers stay within this factor look even.
const EVEN: f64 = 3.0;

/// One sentence and one table per pair of activation and initializer and per moment.
pub fn explain(rows: &[LayerRow]) -> Answer {
    pairs(rows).flat_map(moments).fold(Answer::new(), Answer::then)
}

/// A pair before training, and after it if there was any.
fn moments(pair: &[LayerRow]) -> Vec<Answer> {
    let LayerRow { activation, initializer, .. } = &pair[0];
    let looks = || pair.iter().map(|row| row.iteration);
    let (first, last) = (looks().min().unwrap_or(0), looks().max().unwrap_or(0));
    let answer = |iteration: &usize| {
        let means = PairMeans::new(pair, *iteration);
        let when = match (last, iteration) {
            (0, _) => String::new(),
            (_, 0) => " before training".to_owned(),
            _ => format!(" after {iteration} updates"),
        };
        let sentence = format!("{activation}, {initializer}{when}: {}.", sentence(&means));
        let heading = format!("{activation}, {initializer}{when}: layer by layer");
        Answer::new().with_sentence(sentence).with_details(heading, table(&means))
    };
    [first, last].iter().take(if last == first { 1 } else { 2 }).map(answer).collect()
}

/// How a number is written into a table.
type Cell = fn(f64) -> String;

/// Layers from left to right, quantities from top to bottom; what is known of no layer is left out.
fn table(means: &PairMeans) -> TextTable {
    let layers = shown_layers(means.rms.len());
    let numbers: Vec<String> = layers.iter().map(|layer| (layer + 1).to_string()).collect();
    let mut table = TextTable::new(&[&["  layer".to_owned()], &numbers[..]].concat());
    let rows: [(&str, &[f64], Cell); 7] = [
        ("rms", &means.rms, significant),
        ("  infinite width", &means.predicted, significant),
        ("saturated", &means.saturated, percent),
        ("exactly 0", &means.zero, percent),
        ("spread across units", &means.spread, significant),
        ("rms of dL/da", &means.d_activation, significant),
        ("rms of dL/dW", &means.d_weight, significant),
    ];
    for (name, values, cell) in rows {
        if name == "rms" || values.iter().any(|value| !value.is_nan()) {
            let cells = layers.iter().map(|layer| cell(values[*layer]));
            table.push([format!("  {name}")].into_iter().chain(cells));
        }
    }
    table
}

fn significant(number: f64) -> String {
    crate::text::significant(number, 3)
}

/// What happens to the signal, to the gradient, and whether the weight gradient shows it.
pub fn sentence(means: &PairMeans) -> String {
    let back = Trend::of(&means.d_activation.iter().rev().copied().collect::<Vec<_>>());
    format!("{}; {}{}", forward(means), backward(means, back), weights(means, back))
}

/// What happens to the signal, the first of these that holds: it overflows, is gone, saturates, vanishes; all
/// units say the same; the input makes no difference; else how its size changes.
fn forward(means: &PairMeans) -> String {
    let last = means.rms.len() - 1;
    let (layer, rms) = (last + 1, means.rms[last]);
    let change = Trend::of(&means.rms);
    let saturated = means.saturated[last];
    let [units, examples] = [means.spread[last] / rms, means.spread_of_examples[last] / rms];
    if let Some(broken) = means.rms.iter().position(|rms| !rms.is_finite()) {
        format!("the signal overflows in layer {}", broken + 1)
    } else if rms == 0.0 {
        format!("the signal is gone: every activation of layer {layer} is 0")
    } else if saturated > SATURATED {
        format!(
            "it saturates: {} of layer {layer} is at a bound{}",
            percent(saturated),
            drastic(change, rms, layer)
        )
    } else if change.is_some_and(|change| change.total < VANISHES) {
        format!("the signal {}", describe(change, rms, layer))
    } else if units == 0.0 {
        format!("all units of layer {layer} are exactly the same{}", drastic(change, rms, layer))
    } else if units < ALIKE {
        format!(
            "all units are nearly the same: those of layer {layer} differ by {} of their rms{}",
            percent(units),
            drastic(change, rms, layer)
        )
    } else if examples < ALIKE {
        format!(
            "the output barely depends on the input: layer {layer} differs by {} of its rms from example to example{}",
            percent(examples),
            drastic(change, rms, layer)
        )
    } else {
        format!("the signal {}", describe(change, rms, layer))
    }
}

/// What an exploding signal does, for a sentence that is about something else.
fn drastic(change: Option<Trend>, rms: f64, layer: usize) -> String {
    let explodes = change.is_some_and(|change| change.total > EXPLODES);
    if explodes { format!(", and the signal {}", describe(change, rms, layer)) } else { String::new() }
}

/// What happens to the gradient on its way from the last layer to the first.
fn backward(means: &PairMeans, change: Option<Trend>) -> String {
    match means.d_activation[0] {
        first if !first.is_finite() => "the gradient overflows on its way back".to_owned(),
        0.0 => "no gradient reaches layer 1".to_owned(),
        first => format!("going back, the gradient {}", describe(change, first, 1)),
    }
}

/// Says so where the weight gradients look even although the gradient vanishes or explodes (Glorot &
/// Bengio 2010, eq. 14).
fn weights(means: &PairMeans, change: Option<Trend>) -> String {
    if let Some(broken) = means.d_weight.iter().position(|rms| !rms.is_finite()) {
        return format!(", and dL/dW is no number in layer {}", broken + 1);
    }
    let smallest = means.d_weight.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = means.d_weight.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return ", and dL/dW is 0 in every hidden layer".to_owned();
    }
    let drastic = change.is_some_and(|change| !(VANISHES..=EXPLODES).contains(&change.total));
    let even = largest.is_finite() && largest <= EVEN * smallest;
    if !drastic || !even {
        return String::new();
    }
    let [smallest, largest] = [smallest, largest].map(significant);
    format!(", which dL/dW does not show: its rms is {smallest} to {largest} in every layer")
}

/// The factor by which a size changes from the first layer to the last.
#[derive(Clone, Copy)]
struct Trend {
    total: f64,
    /// As a geometric mean.
    per_layer: f64,
}

impl Trend {
    /// `None` for a single layer.
    fn of(sizes: &[f64]) -> Option<Self> {
        let steps = sizes.len() - 1;
        let total = sizes[steps] / sizes[0];
        (steps > 0).then(|| Self { total, per_layer: total.powf(1.0 / steps as f64) })
    }
}

/// What a size does whose last value, in `layer`, is `rms`. A factor that is no number is that of a value
/// that is none.
fn describe(change: Option<Trend>, rms: f64, layer: usize) -> String {
    let rms = significant(rms);
    let Some(Trend { total, per_layer }) = change else { return format!("has rms {rms} in the only layer") };
    let word = CHANGES.iter().find(|(below, _)| total < *below).map_or("overflows", |(_, word)| word);
    let (total, per_layer) = (significant(total), significant(per_layer));
    format!("{word} (rms × {total} in all, × {per_layer} per layer, {rms} in layer {layer})")
}
