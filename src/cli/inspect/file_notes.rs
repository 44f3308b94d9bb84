//! What concerns a whole file, and how two files differ, for readers.

use crate::cli::print::{raw_to_stdout, to_stdout};
use crate::inspect::travel::{FileComparison, Travel};
use crate::inspect::{ChainPrediction, FileReport, NoChain};
use crate::model_file::Foreign;
use crate::text::counted;
use crate::text::printable;
use crate::text::significant;

/// Names of a list that are told, at most.
pub const TOLD: usize = 3;
/// Characters of a name that are told, at most.
pub const LONGEST: usize = 120;

/// A name or text of the file in one cell: tabs, line ends and marks of direction would look like something else.
pub fn plain(text: &str) -> String {
    printable(&text.replace(char::is_control, "\u{fffd}"), 1000)
}

/// Three digits; a dash where there is no such number, as the kurtosis of what is constant.
pub fn number(number: f64) -> String {
    if number.is_finite() { significant(number, 3) } else { "-".to_owned() }
}

/// The first names of a list, and how many more there are.
pub fn list<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = names.len().saturating_sub(TOLD);
    let first: Vec<String> = names.take(TOLD).map(|name| printable(name, LONGEST)).collect();
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}

/// What concerns the whole file, and is neither fault nor note on its weights.
pub fn notes(report: &FileReport) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(weight) = report.weights.first().filter(|_| report.layout_guessed) {
        let layout = weight.layout;
        notes.push(format!(
            "layout guessed, see --layout: nothing in the file tells units from inputs; read as {layout}"
        ));
    }
    let embeddings: Vec<&String> =
        report.weights.iter().filter(|weight| weight.is_embedding()).map(|weight| &weight.name).collect();
    if !embeddings.is_empty() {
        let what = "embedding by its name, not compared with He or with the other tensors";
        notes.push(format!("{what}: {}", list(embeddings.into_iter())));
    }
    let mut reasons: Vec<&str> = Vec::new();
    for foreign in &report.foreign {
        if !reasons.contains(&foreign.reason.as_str()) && reasons.len() < 20 {
            reasons.push(&foreign.reason);
        }
    }
    for reason in reasons {
        let of_reason = |foreign: &&Foreign| foreign.reason == reason;
        let names: Vec<&String> =
            report.foreign.iter().filter(of_reason).map(|foreign| &foreign.name).collect();
        notes.push(format!("not looked at ({}): {}", printable(reason, LONGEST), list(names.into_iter())));
    }
    notes.extend(report.chain.iter().flat_map(predictions));
    notes
}

/// The signal and the gradient of every layer, or why they are not predicted.
fn predictions(chain: &Result<Vec<ChainPrediction>, NoChain>) -> Vec<String> {
    let layers = match chain {
        Ok(layers) => layers,
        Err(reason) => return vec![format!("no signal is predicted: {reason}")],
    };
    let heading = "predicted for inputs of mean square 1 and independent weights, layer by layer:".to_owned();
    let mut lines = vec![heading];
    lines.extend(layers.iter().enumerate().map(prediction));
    if let (Some(change), Some(last)) = (change(layers), lines.last_mut()) {
        *last += &change;
    }
    lines
}

fn prediction((index, layer): (usize, &ChainPrediction)) -> String {
    let (signal, gradient) = (significant(layer.signal, 3), significant(layer.gradient, 3));
    format!(
        "layer {}: rms of pre-activations {signal}, of their gradient {gradient} (last layer: 1)",
        index + 1
    )
}

/// A signal that is a hundred times smaller or larger in the last layer than in the first.
fn change(layers: &[ChainPrediction]) -> Option<String> {
    let ratio = layers.last()?.signal / layers.first()?.signal;
    let what = match ratio {
        ratio if ratio < 0.01 => "vanishes",
        ratio if ratio > 100.0 => "explodes",
        _ => return None,
    };
    Some(format!("; the signal {what}: {} times layer 1's", significant(ratio, 3)))
}

/// Prints how two files differ: what did not move, what moved most, whether norms grew, then each tensor.
pub fn print_travel(comparison: &FileComparison, before: &str, after: &str) {
    to_stdout(&format!("# from {} to {}", printable(before, LONGEST), printable(after, LONGEST)));
    let travels = &comparison.travels;
    let still: Vec<&String> =
        travels.iter().filter(|travel| travel.moved == 0.0).map(|travel| &travel.name).collect();
    let most = travels.iter().max_by(|a, b| a.moved.total_cmp(&b.moved));
    to_stdout(&format!("# {} of {} moved", travels.len() - still.len(), counted(travels.len(), "tensor")));
    if !still.is_empty() {
        to_stdout(&format!("# did not move: {}", list(still.into_iter())));
    }
    if let Some(most) = most.filter(|most| most.moved > 0.0) {
        to_stdout(&format!(
            "# moved most: {}, by {} of its length",
            printable(&most.name, LONGEST),
            significant(most.moved, 3)
        ));
    }
    let mut growth: Vec<f64> =
        travels.iter().map(|travel| travel.growth).filter(|growth| growth.is_finite()).collect();
    growth.sort_by(f64::total_cmp);
    if let Some(median) = growth.get(growth.len() / 2) {
        to_stdout(&format!("# median length: {} times that before", significant(*median, 3)));
    }
    for (names, file) in comparison.alone.iter().zip([before, after]).filter(|(names, _)| !names.is_empty()) {
        to_stdout(&format!("# only in {}: {}", printable(file, LONGEST), list(names.iter())));
    }
    raw_to_stdout("tensor\tmoved\tlength after/before");
    let row = |travel: &Travel| {
        format!("{}\t{}\t{}", plain(&travel.name), number(travel.moved), number(travel.growth))
    };
    travels.iter().for_each(|travel| raw_to_stdout(&row(travel)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_vanishes_or_explodes_is_told() {
        let told = |first: f64, last: f64| {
            let layer = |signal: f64| ChainPrediction { signal, gradient: 1.0 };
            predictions(&Ok(vec![layer(first), layer(last)])).pop().unwrap()
        };
        for (first, last, expected) in [
            (0.5, 0.004, Some("; the signal vanishes: 0.00800 times layer 1's")),
            (0.5, 0.0, Some("; the signal vanishes: 0 times layer 1's")),
            (0.5, 0.006, None),
            (0.5, 45.0, None),
            (0.5, 55.0, Some("; the signal explodes: 110 times layer 1's")),
            (0.5, f64::INFINITY, Some("; the signal explodes: inf times layer 1's")),
            (0.0, 0.0, None),
            (f64::INFINITY, f64::INFINITY, None),
        ] {
            let line = told(first, last);
            let ends = expected.is_some_and(|text| line.ends_with(text));
            assert!(ends || expected.is_none() && !line.contains("the signal"), "{first} {last}: {line}");
        }
    }
}
