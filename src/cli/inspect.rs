//! `inspect`: what a model file's weights were drawn from, and what is wrong with them.

use super::exit;
use super::print::{raw_to_stdout, to_stdout};
use crate::inspect::{
    self, ChainPrediction, FileReport, Fit, InspectOptions, Layout, NoChain, RepeatedTensor, Untrained,
    WeightReport,
};
use crate::model_file;
use crate::nn::activation::Activation;
use crate::text::counted;
use crate::text::significant;
use anyhow::Context;
use clap::Args;
use std::fmt::Display;
use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::PathBuf;

/// The file, and what is known of it.
#[derive(Args, Debug)]
pub struct InspectArgs {
    /// A .safetensors, .npz or .npy file of any framework.
    pub file: PathBuf,
    /// Axes of weights: out_in as in PyTorch and candle, in_out as in Keras, JAX and burn [default:
    /// guessed from biases, receptive fields and names].
    #[arg(long, value_name = "LAYOUT")]
    pub layout: Option<Layout>,
    /// The activation between layers: adds the initializer critical, and the predicted signal and
    /// gradient where the file is a chain of dense layers, else why there is none.
    #[arg(long, value_name = "NAME")]
    pub activation: Option<Activation>,
}

/// Reads the file and prints what it holds: a few lines per tensor on a terminal, else one.
pub fn inspect_file(wanted: &InspectArgs) -> anyhow::Result<u8> {
    let name = || wanted.file.display().to_string();
    let bytes = fs::read(&wanted.file).with_context(|| format!("cannot read {}", name()))?;
    let tensors = model_file::read(&bytes).with_context(name)?;
    let options = InspectOptions { layout: wanted.layout, activation: wanted.activation };
    let report = inspect::inspect(&tensors, options);
    let weights = &report.weights;
    if stdout().is_terminal() {
        weights.iter().for_each(|weight| to_stdout(&block(weight)));
    } else {
        raw_to_stdout(&COLUMNS.join("\t"));
        weights.iter().for_each(|weight| raw_to_stdout(&cells(weight).join("\t")));
    }
    notes(&report).iter().for_each(|note| to_stdout(&format!("# {note}")));
    Ok(exit::DONE)
}

const COLUMNS: [&str; 14] = [
    "tensor",
    "shape",
    "layout",
    "fan_in",
    "fan_out",
    "mean",
    "std",
    "kurtosis",
    "std/He",
    "std/Glorot",
    "std/LeCun",
    "untrained",
    "fits",
    "faults",
];

fn cells(weight: &WeightReport) -> [String; 14] {
    let [he, glorot, lecun] = relative(weight).map(number);
    let (sample, faults) = (&weight.sample, or_dash(&weight.faults));
    [
        plain(&weight.name),
        shape(weight),
        weight.layout.to_string(),
        weight.fans.fan_in.to_string(),
        weight.fans.fan_out.to_string(),
        number(sample.mean),
        number(sample.std),
        number(sample.kurtosis),
        he,
        glorot,
        lecun,
        weight.untrained().to_string(),
        or_dash(&weight.fits.iter().map(fit).collect::<Vec<_>>()),
        plain(&faults),
    ]
}

/// Tabs and line ends in a name would look like columns and rows.
fn plain(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

fn block(weight: &WeightReport) -> String {
    let [he, glorot, lecun] = relative(weight).map(number);
    let (sample, fans) = (&weight.sample, weight.fans);
    let fits: Vec<String> = weight.fits.iter().map(fit).collect();
    let fits = if fits.is_empty() {
        "no initializer: trained, or drawn otherwise".to_owned()
    } else {
        or_dash(&fits)
    };
    let faults = if weight.faults.is_empty() {
        String::new()
    } else {
        format!("\n  FAULT  {}", or_dash(&weight.faults))
    };
    let relative = if weight.is_embedding() {
        "embedding".to_owned()
    } else {
        format!("He × {he}, Glorot × {glorot}, LeCun × {lecun}")
    };
    format!(
        "{}  {}, {}: fan_in {}, fan_out {}\n  std {} ({relative}), mean {}, kurtosis {}\n  fits   {fits}{faults}",
        weight.name,
        shape(weight),
        weight.layout,
        fans.fan_in,
        fans.fan_out,
        number(sample.std),
        number(sample.mean),
        number(sample.kurtosis),
    )
}

/// Three digits; a dash where there is no such number, as the kurtosis of what is constant.
fn number(number: f64) -> String {
    if number.is_finite() { significant(number, 3) } else { "-".to_owned() }
}

fn shape(weight: &WeightReport) -> String {
    weight.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// The standard deviation over those of He, Glorot and LeCun; NaN for an embedding.
fn relative(weight: &WeightReport) -> [f64; 3] {
    if weight.is_embedding() {
        return [f64::NAN; 3];
    }
    let (fan_in, fan_out) = (weight.fans.fan_in as f64, weight.fans.fan_out as f64);
    [2.0 / fan_in, 2.0 / (fan_in + fan_out), 1.0 / fan_in].map(|variance| weight.sample.std / variance.sqrt())
}

fn fit(fit: &Fit) -> String {
    fit.labels.join(" = ")
}

fn or_dash(items: &[impl Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    if items.is_empty() { "-".to_owned() } else { items.join("; ") }
}

/// What concerns the whole file.
fn notes(report: &FileReport) -> Vec<String> {
    let mut notes = vec![summary(report)];
    if let Some(weight) = report.weights.first().filter(|_| report.layout_guessed) {
        let layout = weight.layout;
        notes.push(format!(
            "layout guessed, see --layout: nothing in the file tells units from inputs; read as {layout}"
        ));
    }
    notes.extend(report.vectors.iter().map(|(name, faults)| format!("FAULT {name}: {}", or_dash(faults))));
    let embeddings: Vec<_> = report.weights.iter().filter(|weight| weight.is_embedding()).collect();
    if !embeddings.is_empty() {
        let names: Vec<&str> = embeddings.iter().map(|weight| weight.name.as_str()).collect();
        let what = "embedding by its name, not compared with He or with the other tensors";
        notes.push(format!("{what}: {}", names.join(", ")));
    }
    let copy =
        |copy: &RepeatedTensor| format!("{} has the same numbers as {}: tied or copied", copy.name, copy.of);
    notes.extend(report.copies.iter().map(copy));
    if !report.skipped.is_empty() {
        notes.push(format!("not floating-point, not looked at: {}", report.skipped.join(", ")));
    }
    if !report.narrow.is_empty() {
        notes.push(format!("float8 and narrower, which is not read: {}", report.narrow.join(", ")));
    }
    notes.extend(report.chain.iter().flat_map(predictions));
    notes
}

/// The counts, or what is in a file without weights.
fn summary(report: &FileReport) -> String {
    let weights = &report.weights;
    let count = |answer| weights.iter().filter(|weight| weight.untrained() == answer).count();
    let (untrained, perhaps) = (count(Untrained::Yes), count(Untrained::Perhaps));
    let faulty = weights.iter().filter(|weight| !weight.faults.is_empty()).count();
    let faults = match report.vectors.len() {
        0 => format!("with faults: {faulty}"),
        vectors => format!("with faults: {} ({} among them)", faulty + vectors, counted(vectors, "vector")),
    };
    if weights.is_empty() {
        return format!("no weight tensor (two axes or more); {}; {faults}", contents(report));
    }
    format!(
        "{}; untrained by their looks: {untrained} (an initializer explains the numbers), perhaps: {perhaps} (only a \
         distribution of the tensor's own width does); {faults}",
        counted(weights.len(), "weight tensor")
    )
}

/// How many tensors a file has, by their axes.
fn contents(report: &FileReport) -> String {
    let axes = |(axes, count): (&usize, &usize)| match axes {
        0 => format!("{count} without an axis"),
        1 => format!("{count} of 1 axis"),
        axes => format!("{count} of {axes} axes, empty or not read"),
    };
    let kinds: Vec<String> = report.ranks.iter().map(axes).collect();
    match report.ranks.values().sum() {
        0 => "the file has no tensor".to_owned(),
        count => format!("the file has {}: {}", counted(count, "tensor"), kinds.join(", ")),
    }
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
