//! Draws weights with the code that `initlab initializers --code burn` and `--code candle` print, for
//! check.py to look at. `SNIPPETS` names the folder with that code, put into functions by snippets.py.
//!
//! frameworks-check OUT SEEDS SHAPE... : a shape is IN x OUT, or KERNEL x IN x OUT of a convolution.

use burn::backend::NdArray;
use burn::module::Param;
use burn::tensor::{Tensor, backend::Backend};
use candle_core::{DType, Device};
use candle_nn::{VarBuilder, VarMap};
use std::fs;
use std::path::{Path, PathBuf};

mod burn_snippets {
    #![allow(unused_imports)]
    include!(concat!(env!("SNIPPETS"), "/burn.rs"));
}

mod candle_snippets {
    #![allow(unused_imports)]
    include!(concat!(env!("SNIPPETS"), "/candle.rs"));
}

type Engine = NdArray<f32>;

/// Inputs and outputs of a unit, receptive field counted, and the axes.
struct Shape {
    fan_in: usize,
    fan_out: usize,
    kernel: Option<usize>,
    name: String,
}

impl Shape {
    fn parse(name: &str) -> Self {
        let sizes: Vec<usize> = name.split('x').map(|size| size.parse().expect("a size")).collect();
        let (kernel, inputs, units) = match sizes[..] {
            [inputs, units] => (None, inputs, units),
            [kernel, inputs, units] => (Some(kernel), inputs, units),
            _ => panic!("expected two or three sizes, found {name}"),
        };
        let field = kernel.map_or(1, |kernel| kernel * kernel);
        Self { fan_in: inputs * field, fan_out: units * field, kernel, name: name.to_owned() }
    }

    fn field(&self) -> usize {
        self.kernel.map_or(1, |kernel| kernel * kernel)
    }

    fn units(&self) -> usize {
        self.fan_out / self.field()
    }

    fn inputs(&self) -> usize {
        self.fan_in / self.field()
    }
}

fn save(folder: &Path, shape: &Shape, seed: u64, weight: &[f32], bias: &[f32]) {
    fs::create_dir_all(folder).expect("a folder");
    for (what, numbers) in [("weight", weight), ("bias", bias)] {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        fs::write(folder.join(format!("{}.{seed}.{what}", shape.name)), bytes).expect("a file");
    }
}

fn numbers<const D: usize>(parameter: &Param<Tensor<Engine, D>>) -> Vec<f32> {
    parameter.val().into_data().to_vec().expect("single precision")
}

fn burn(out: &Path, label: &str, shape: &Shape, seed: u64) {
    let device = Default::default();
    Engine::seed(seed);
    let (weight, bias) = burn_snippets::initializers(label, shape.fan_in, shape.fan_out);
    let fans = (Some(shape.fan_in), Some(shape.fan_out));
    let weight = match shape.kernel {
        None => numbers::<2>(&weight.init_with([shape.fan_in, shape.fan_out], fans.0, fans.1, &device)),
        Some(k) => {
            numbers::<4>(&weight.init_with([shape.units(), shape.inputs(), k, k], fans.0, fans.1, &device))
        }
    };
    let bias = numbers::<1>(&bias.init([shape.units()], &device));
    save(&out.join("burn").join(label.replace(':', "_")), shape, seed, &weight, &bias);
}

fn candle(out: &Path, label: &str, shape: &Shape, seed: u64) -> candle_core::Result<()> {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let (weight, bias) = candle_snippets::initializers(label, shape.fan_in, shape.fan_out);
    let weight = match shape.kernel {
        None => vb.get_with_hints((shape.fan_out, shape.fan_in), "weight", weight)?,
        Some(k) => vb.get_with_hints((shape.units(), shape.inputs(), k, k), "weight", weight)?,
    };
    let weight = weight.flatten_all()?.to_vec1::<f32>()?;
    let bias = vb.get_with_hints(shape.units(), "bias", bias)?.to_vec1::<f32>()?;
    save(&out.join("candle").join(label.replace(':', "_")), shape, seed, &weight, &bias);
    Ok(())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [out, seeds, shapes @ ..] = &words[..] else { panic!("expected OUT SEEDS SHAPE...") };
    let (out, seeds) = (PathBuf::from(out), seeds.parse().expect("a number of seeds"));
    for shape in shapes.iter().map(|name| Shape::parse(name)) {
        for seed in 0..seeds {
            burn_snippets::LABELS.iter().for_each(|label| burn(&out, label, &shape, seed));
            let drawn = candle_snippets::LABELS.iter().try_for_each(|label| candle(&out, label, &shape, seed));
            drawn.expect("candle draws");
        }
    }
}
