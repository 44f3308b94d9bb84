//! `inspect`: what a model file's weights were drawn from, and what is wrong with them.

use super::exit;
use super::print::{raw_to_stdout, to_stdout};
use crate::experiments::table_text::significant;
use crate::inspect::{
    self, ChainPrediction, FileReport, Fit, InspectOptions, Layout, Untrained, WeightReport,
};
use crate::model_file;
use crate::nn::activation::Activation;
use crate::nn::number::counted;
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
    /// gradient where the file is a chain of dense layers.
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
    let sample = &weight.sample;
    [
        // Tabs and line ends in a name would look like columns and rows.
        weight.name.replace(char::is_control, "\u{fffd}"),
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
        or_dash(&weight.faults),
    ]
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
    format!(
        "{}  {}, {}: fan_in {}, fan_out {}\n  std {} (He × {he}, Glorot × {glorot}, LeCun × {lecun}), mean {}, \
         kurtosis {}\n  fits   {fits}{faults}",
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
    if number.is_finite() { significant(number) } else { "-".to_owned() }
}

fn shape(weight: &WeightReport) -> String {
    weight.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// The standard deviation over those of He, Glorot and LeCun.
fn relative(weight: &WeightReport) -> [f64; 3] {
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
    let weights = &report.weights;
    let count = |answer| weights.iter().filter(|weight| weight.untrained() == answer).count();
    let (untrained, perhaps) = (count(Untrained::Yes), count(Untrained::Perhaps));
    let faulty = weights.iter().filter(|weight| !weight.faults.is_empty()).count();
    let mut notes = vec![format!(
        "{}; untrained by their looks: {untrained} (an initializer explains the numbers), perhaps: {perhaps} (only a \
         distribution of the tensor's own width does); with faults: {faulty}",
        counted(weights.len(), "weight tensor")
    )];
    if let Some(weight) = weights.first().filter(|_| report.layout_guessed) {
        let layout = weight.layout;
        notes.push(format!(
            "layout guessed, see --layout: nothing in the file tells units from inputs; read as {layout}"
        ));
    }
    notes.extend(report.vectors.iter().map(|(name, faults)| format!("{name}: {}", or_dash(faults))));
    if !report.skipped.is_empty() {
        notes.push(format!("not floating-point, not looked at: {}", report.skipped.join(", ")));
    }
    if let Some(chain) = &report.chain {
        notes.push(
            "predicted for inputs of mean square 1 and independent weights, layer by layer:".to_owned(),
        );
        notes.extend(chain.iter().enumerate().map(prediction));
    }
    notes
}

fn prediction((index, layer): (usize, &ChainPrediction)) -> String {
    let (signal, gradient) = (significant(layer.signal), significant(layer.gradient));
    format!(
        "layer {}: rms of pre-activations {signal}, of their gradient {gradient} (last layer: 1)",
        index + 1
    )
}
