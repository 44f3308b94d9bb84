//! `draw`: the first weights of a network in a file that frameworks load.

use super::exit;
use super::memory::{Needed, PROGRAM};
use super::name_notes;
use super::new_file::NewFile;
use super::outputs::command_line;
use super::print::to_stdout;
use super::threads;
use crate::experiments::ConfigError;
use crate::inspect::Layout;
use crate::model_file::{Tensor, npz, safetensors_format};
use crate::nn::activation::Activation;
use crate::nn::init::{Fans, Init, Weights};
use crate::nn::number::{seed, whole_number};
use crate::text::printable;
use clap::Args;
use std::path::PathBuf;

/// What is drawn, and how it is laid out.
#[derive(Args, Debug)]
pub struct DrawArgs {
    /// Sizes of the layers, from the inputs to the outputs.
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', required = true, value_parser = whole_number(1..))]
    pub sizes: Vec<u32>,
    /// The initializer.
    #[arg(long, value_name = "NAME", default_value = "He")]
    pub init: Init,
    /// The seed; the weights are those that an experiment with this seed starts from.
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// The activation, which the initializer `critical` asks for.
    #[arg(long, value_name = "NAME")]
    pub activation: Option<Activation>,
    /// Axes of a weight matrix: in_out as in Keras, JAX and burn, tensors named layers_0.kernel,
    /// layers_0.bias, …; or out_in as in PyTorch and candle, named as in an nn.Sequential with an
    /// activation after every layer: 0.weight, 0.bias, 2.weight, …
    #[arg(long, value_name = "LAYOUT", default_value_t = Layout::InOut)]
    pub layout: Layout,
    /// The file, .safetensors or .npz.
    #[arg(long, value_name = "FILE", default_value = "weights.safetensors")]
    pub out: PathBuf,
    /// Overwrites a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// Weights of the largest network that is drawn.
const MOST_WEIGHTS: u64 = 500_000_000;
/// Sizes of the deepest one: an .npz file has at most 65,535 tensors.
const MOST_SIZES: usize = 10_000;

/// Draws and writes.
pub fn draw(wanted: &DrawArgs) -> anyhow::Result<u8> {
    let init = check(wanted)?;
    name_notes::print(&command_line());
    let write = match wanted.out.extension().and_then(|extension| extension.to_str()) {
        Some("safetensors") => safetensors_format::write,
        Some("npz") => npz::write,
        _ => return Err(refuse("--out", &wanted.out.display(), "a file named .safetensors or .npz")),
    };
    let file = NewFile { flag: "--out", path: &wanted.out, force: Some(("--force", wanted.force)) };
    file.check()?;
    needed(&wanted.sizes).check()?;
    let tensors: Vec<Tensor<'_>> = layers(&wanted.sizes)
        .enumerate()
        .flat_map(|(index, fans)| layer(&init, fans, index, wanted))
        .collect();
    file.write(&write(&tensors))?;
    to_stdout(&format!("{}: {} tensors, {init}, seed {}", wanted.out.display(), tensors.len(), wanted.seed));
    Ok(exit::DONE)
}

/// The tensors, the file's members and the file, four bytes a weight each; and the layer that is drawn, in double
/// precision with what its distribution takes beside it.
fn needed(sizes: &[u32]) -> Needed {
    let weights = || layers(sizes).map(|fans| (fans.fan_in * fans.fan_out) as u64);
    let bytes = 12 * weights().sum::<u64>() + 24 * weights().max().unwrap_or(0);
    Needed { flags: "--sizes", bytes: PROGRAM + bytes, threads: threads::cores() }
}

/// The layers between neighbouring sizes: one fewer than there are sizes.
fn layers(sizes: &[u32]) -> impl Iterator<Item = Fans> {
    sizes.windows(2).map(|pair| Fans { fan_in: pair[0] as usize, fan_out: pair[1] as usize })
}

/// The initializer that can be drawn.
fn check(wanted: &DrawArgs) -> anyhow::Result<Init> {
    let weights: u64 = wanted.sizes.windows(2).map(|pair| u64::from(pair[0]) * u64::from(pair[1])).sum();
    if !(2..=MOST_SIZES).contains(&wanted.sizes.len()) || weights > MOST_WEIGHTS {
        let sizes = wanted.sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        return Err(refuse(
            "--sizes",
            &printable(&sizes, 80),
            "from 2 to 10,000 sizes, and at most 500 million weights",
        ));
    }
    if wanted.init.needs_data {
        return Err(refuse("--init", &wanted.init, "an initializer that needs no data, as orthogonal"));
    }
    let resolved = wanted.activation.map(|activation| wanted.init.for_activation(activation)).transpose();
    let init = resolved.map_err(|error| refuse("--init", &wanted.init, &error.to_string()))?;
    let init = init.unwrap_or(wanted.init);
    if init.weights == Weights::Critical {
        return Err(refuse("--init", &init, "--activation beside it: its variances follow from that"));
    }
    Ok(init)
}

/// The error for a setting, which ends the command with exit code 2.
fn refuse(flag: &'static str, value: &dyn std::fmt::Display, expected: &str) -> anyhow::Error {
    ConfigError { flag, value: value.to_string(), expected: expected.to_owned() }.into()
}

/// Weights and biases of one layer.
fn layer(init: &Init, fans: Fans, index: usize, wanted: &DrawArgs) -> [Tensor<'static>; 2] {
    let weights = init.draw_weights(fans, wanted.seed, index);
    let biases = init.draw_biases(fans, wanted.seed, index);
    let (weights, names) = match wanted.layout {
        Layout::InOut => (weights, [format!("layers_{index}.kernel"), format!("layers_{index}.bias")]),
        Layout::OutIn => {
            (weights.reversed_axes(), [format!("{}.weight", 2 * index), format!("{}.bias", 2 * index)])
        }
    };
    let [weight, bias] = names;
    [Tensor::single(weight, &weights.view().into_dyn()), Tensor::single(bias, &biases.view().into_dyn())]
}
