//! The one table of initializers: every name, what it means, its formula and where it comes from.
//!
//! Command line, CSV labels, figures, help, docs and tests all read [`NAMED`]; how a row is found and
//! written stands in [`names`](super::names).

use super::names::{Meaning, Named};
use super::{Biases, Distribution, Fan, Init, Law, Weights};
use crate::nn::names::choose;

use Distribution::{Normal, Truncated, Uniform};
use Meaning::{Exactly, With};

/// Every initializer there is, in the order in which help and docs list them.
pub const NAMED: &[Named] = &[
    Named {
        name: "Xavier",
        aliases: &[],
        meaning: Exactly(Init::scaled(1.0, Fan::In, Normal)),
        formula: "N(0, 1/fan_in)",
        source: "Saito, Deep Learning from Scratch, 6.2.2",
    },
    Named {
        name: "He",
        aliases: &[],
        meaning: Exactly(Init::scaled(2.0, Fan::In, Normal)),
        formula: "N(0, 2/fan_in)",
        source: "Saito, Deep Learning from Scratch, 6.2.3",
    },
    Named {
        name: "std",
        aliases: &["normal"],
        meaning: With {
            symbol: "S",
            example: "0.01",
            default: None,
            parse: |text| Ok(Init::fixed(Law::Normal { std: positive(text)? })),
            show: |init| match init.weights {
                Weights::Fixed(Law::Normal { std }) => Some(std.to_string()),
                _ => None,
            },
        },
        formula: "N(0, S²)",
        source: "Saito, Deep Learning from Scratch, 6.2.1",
    },
    Named {
        name: "lecun_normal",
        aliases: &["flax_default"],
        meaning: Exactly(Init::scaled(1.0, Fan::In, Truncated)),
        formula: "normal cut at 2σ, variance 1/fan_in",
        source: "LeCun et al. 1998, as in Keras and JAX",
    },
    Named {
        name: "lecun_uniform",
        aliases: &[],
        meaning: Exactly(Init::scaled(1.0, Fan::In, Uniform)),
        formula: "U(±√(3/fan_in))",
        source: "LeCun et al. 1998, as in Keras and JAX",
    },
    Named {
        name: "glorot_normal",
        aliases: &["xavier_normal"],
        meaning: Exactly(Init::scaled(1.0, Fan::Average, Truncated)),
        formula: "normal cut at 2σ, variance 2/(fan_in + fan_out)",
        source: "Glorot & Bengio 2010, eq. 12, as in Keras and JAX",
    },
    Named {
        name: "glorot_uniform",
        aliases: &["xavier_uniform", "keras_default"],
        meaning: Exactly(Init::scaled(1.0, Fan::Average, Uniform)),
        formula: "U(±√(6/(fan_in + fan_out)))",
        source: "Glorot & Bengio 2010, eq. 16",
    },
    Named {
        name: "he_normal",
        aliases: &["kaiming_normal"],
        meaning: Exactly(Init::scaled(2.0, Fan::In, Truncated)),
        formula: "normal cut at 2σ, variance 2/fan_in",
        source: "He et al. 2015, eq. 10, as in Keras and JAX",
    },
    Named {
        name: "he_uniform",
        aliases: &["kaiming_uniform"],
        meaning: Exactly(Init::scaled(2.0, Fan::In, Uniform)),
        formula: "U(±√(6/fan_in))",
        source: "He et al. 2015, eq. 10",
    },
    Named {
        name: "pytorch_default",
        aliases: &[],
        meaning: Exactly(Init { biases: Biases::LikeWeights, ..Init::scaled(1.0 / 3.0, Fan::In, Uniform) }),
        formula: "U(±1/√fan_in), biases too",
        source: "torch.nn.Linear; LeCun et al. 1998 up to a factor √3",
    },
    Named {
        name: "orthogonal",
        aliases: &[],
        meaning: With {
            symbol: "G",
            example: "1.5",
            default: Some("1"),
            parse: |text| Ok(Init::of(Weights::Orthogonal { gain: positive(text)? })),
            show: |init| match init.weights {
                Weights::Orthogonal { gain } => Some(gain.to_string()),
                _ => None,
            },
        },
        formula: "WᵀW = G² I, or WWᵀ where fan_in < fan_out; G = 1 if not given",
        source: "Saxe et al. 2013",
    },
    Named {
        name: "lsuv",
        aliases: &[],
        meaning: Exactly(LSUV),
        formula: "orthogonal, then each layer scaled: Var[z] = 1 ± 0.1 on a batch",
        source: "Mishkin & Matas 2015",
    },
    Named {
        name: "critical",
        aliases: &["edge_of_chaos"],
        meaning: Exactly(Init::of(Weights::Critical)),
        formula: "the mean_field W:B for which χ₁ = 1 with this activation",
        source: "Poole et al. 2016; Schoenholz et al. 2017",
    },
    Named {
        name: "mean_field",
        aliases: &[],
        meaning: With {
            symbol: "W:B",
            example: "1.5:0.05",
            default: None,
            parse: mean_field,
            show: show_mean_field,
        },
        formula: "N(0, W/fan_in), biases N(0, B): the σ_w² and σ_b² of theory",
        source: "Poole et al. 2016",
    },
    Named {
        name: "identity",
        aliases: &[],
        meaning: With {
            symbol: "G",
            example: "0.5",
            default: Some("1"),
            parse: |text| Ok(Init::of(Weights::Identity { gain: finite(text)? })),
            show: |init| match init.weights {
                Weights::Identity { gain } => Some(gain.to_string()),
                _ => None,
            },
        },
        formula: "G on the diagonal, zeros elsewhere; G = 1 if not given",
        source: "Le et al. 2015",
    },
    Named {
        name: "zero_hadamard",
        aliases: &[],
        meaning: Exactly(Init::of(Weights::ZeroHadamard)),
        formula: "identity; where fan_out > fan_in of a Hadamard matrix, H/√size",
        source: "ZerO: Zhao et al. 2021, algorithm 1",
    },
    Named {
        name: "sparse",
        aliases: &[],
        meaning: With {
            symbol: "S",
            example: "0.9",
            default: None,
            parse: |text| Ok(Init::of(Weights::Sparse { sparsity: share(text)? })),
            show: |init| match init.weights {
                Weights::Sparse { sparsity } => Some(sparsity.to_string()),
                _ => None,
            },
        },
        formula: "⌈S·fan_in⌉ zeros per unit, the rest N(0, 0.01²)",
        source: "Martens 2010; torch.nn.init.sparse_",
    },
    Named {
        name: "zeros",
        aliases: &[],
        meaning: Exactly(Init::fixed(Law::Constant(0.0))),
        formula: "0",
        source: "shows why not",
    },
    Named {
        name: "ones",
        aliases: &[],
        meaning: Exactly(Init::fixed(Law::Constant(1.0))),
        formula: "1",
        source: "shows why not",
    },
    Named {
        name: "constant",
        aliases: &[],
        meaning: With {
            symbol: "V",
            example: "0.01",
            default: None,
            parse: |text| Ok(Init::fixed(Law::Constant(finite(text)?))),
            show: |init| match init.weights {
                Weights::Fixed(Law::Constant(value)) => Some(value.to_string()),
                _ => None,
            },
        },
        formula: "V",
        source: "shows why not",
    },
    Named {
        name: "uniform",
        aliases: &[],
        meaning: With {
            symbol: "B",
            example: "0.05",
            default: None,
            parse: |text| Ok(Init::fixed(Law::Uniform { bound: positive(text)? })),
            show: |init| match init.weights {
                Weights::Fixed(Law::Uniform { bound }) => Some(bound.to_string()),
                _ => None,
            },
        },
        formula: "U(±B)",
        source: "one bound for every layer, whatever its size",
    },
    Named {
        name: "truncated_normal",
        aliases: &[],
        meaning: With {
            symbol: "S",
            example: "0.01",
            default: None,
            parse: |text| Ok(Init::fixed(Law::Truncated { std: positive(text)? })),
            show: |init| match init.weights {
                Weights::Fixed(Law::Truncated { std }) => Some(std.to_string()),
                _ => None,
            },
        },
        formula: "normal cut at 2σ, std S after the cut",
        source: "one std for every layer, whatever its size",
    },
    Named {
        name: "variance_scaling",
        aliases: &[],
        meaning: With {
            symbol: "S:F:D",
            example: "2:fan_out:normal",
            default: None,
            parse: variance_scaling,
            show: show_variance_scaling,
        },
        formula: "variance S/F, distribution D",
        source: "as in Keras and JAX; F: fan_in, fan_out, fan_avg, fan_geo; D: normal, truncated (cut at 2σ), \
                 uniform",
    },
];

/// Orthonormal weights, and then the step that needs data.
const LSUV: Init = Init { needs_data: true, ..Init::of(Weights::Orthogonal { gain: 1.0 }) };

fn finite(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|x: &f64| x.is_finite());
    number.ok_or_else(|| format!("expected a finite number, found '{text}'"))
}

fn positive(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|x| *x > 0.0);
    number.ok_or_else(|| format!("expected a number above 0, found '{text}'"))
}

fn not_negative(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|x| *x >= 0.0);
    number.ok_or_else(|| format!("expected a number, 0 or above, found '{text}'"))
}

fn share(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|x| (0.0..1.0).contains(x));
    number.ok_or_else(|| format!("expected a number from 0 to below 1, found '{text}'"))
}

fn mean_field(text: &str) -> Result<Init, String> {
    let Some((sigma_w2, sigma_b2)) = text.split_once(':') else {
        return Err(format!("expected W:B, found '{text}'"));
    };
    Ok(Init::mean_field(positive(sigma_w2)?, not_negative(sigma_b2)?))
}

fn show_mean_field(init: &Init) -> Option<String> {
    match (init.weights, init.biases) {
        (Weights::VarianceScaling { scale, .. }, Biases::Normal { variance }) => {
            Some(format!("{scale}:{variance}"))
        }
        _ => None,
    }
}

fn variance_scaling(text: &str) -> Result<Init, String> {
    let [scale, fan, distribution] = text.split(':').collect::<Vec<_>>()[..] else {
        return Err(format!("expected SCALE:FAN:DISTRIBUTION, found '{text}'"));
    };
    let fan = choose("fan", Fan::NAMED, fan).map_err(|e| e.to_string())?;
    let distribution =
        choose("distribution", Distribution::NAMED, distribution).map_err(|e| e.to_string())?;
    Ok(Init::scaled(positive(scale)?, fan, distribution))
}

fn show_variance_scaling(init: &Init) -> Option<String> {
    let Weights::VarianceScaling { scale, fan, distribution } = init.weights else {
        return None;
    };
    let fan = Fan::NAMED.iter().find(|row| row.1 == fan)?.0;
    let distribution = Distribution::NAMED.iter().find(|row| row.1 == distribution)?.0;
    Some(format!("{scale}:{fan}:{distribution}"))
}
