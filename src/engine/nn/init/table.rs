//! The one table of initializers: every name, what it means, its formula and where it comes from.
//!
//! Command line, CSV labels, figures, help, docs and tests all read [`NAMED`]; how a row is found and
//! written stands in [`names`](super::names).

use super::named::{InitKind, NamedInit};
use super::{Biases, Distribution, DistributionShape, Fan, Init, Weights};
use crate::nn::names::choose;
use crate::nn::number::parse_number;
use crate::text::exact;

use DistributionShape::{Normal, Truncated, Uniform};
use InitKind::{Exactly, Parametrized};

/// Every initializer there is, in the order in which help and docs list them.
pub const NAMED: &[NamedInit] = &[
    NamedInit {
        name: "Xavier",
        aliases: &[],
        kind: Exactly(Init::scaled(1.0, Fan::In, Normal)),
        formula: "N(0, 1/fan_in)",
        source: "Saito, Deep Learning from Scratch, 6.2.2; after Glorot & Bengio 2010",
    },
    NamedInit {
        name: "He",
        aliases: &[],
        kind: Exactly(Init::scaled(2.0, Fan::In, Normal)),
        formula: "N(0, 2/fan_in)",
        source: "He et al. 2015, eq. 10; Saito, Deep Learning from Scratch, 6.2.3",
    },
    NamedInit {
        name: "std",
        aliases: &["normal"],
        kind: Parametrized {
            symbol: "S",
            example: "0.01",
            default: None,
            parse: |text| Ok(Init::fixed(Distribution::Normal { std: positive(text)? })),
            show: |init| match init.weights {
                Weights::Fixed(Distribution::Normal { std }) => Some(exact(std)),
                _ => None,
            },
        },
        formula: "N(0, S²)",
        source: "Saito, Deep Learning from Scratch, 6.2.1",
    },
    NamedInit {
        name: "lecun_normal",
        aliases: &["flax_default"],
        kind: Exactly(Init::scaled(1.0, Fan::In, Truncated)),
        formula: "normal cut at 2σ, variance 1/fan_in",
        source: "LeCun et al. 1998, as in Keras and JAX",
    },
    NamedInit {
        name: "lecun_uniform",
        aliases: &[],
        kind: Exactly(Init::scaled(1.0, Fan::In, Uniform)),
        formula: "U(±√(3/fan_in))",
        source: "LeCun et al. 1998, as in Keras and JAX",
    },
    NamedInit {
        name: "glorot_normal",
        aliases: &["xavier_normal"],
        kind: Exactly(Init::scaled(1.0, Fan::Average, Truncated)),
        formula: "normal cut at 2σ, variance 2/(fan_in + fan_out)",
        source: "Glorot & Bengio 2010, eq. 12, as in Keras and JAX",
    },
    NamedInit {
        name: "glorot_uniform",
        aliases: &["xavier_uniform", "keras_default"],
        kind: Exactly(Init::scaled(1.0, Fan::Average, Uniform)),
        formula: "U(±√(6/(fan_in + fan_out)))",
        source: "Glorot & Bengio 2010, eq. 16",
    },
    NamedInit {
        name: "he_normal",
        aliases: &["kaiming_normal"],
        kind: Exactly(Init::scaled(2.0, Fan::In, Truncated)),
        formula: "normal cut at 2σ, variance 2/fan_in",
        source: "He et al. 2015, eq. 10, as in Keras and JAX",
    },
    NamedInit {
        name: "he_uniform",
        aliases: &["kaiming_uniform"],
        kind: Exactly(Init::scaled(2.0, Fan::In, Uniform)),
        formula: "U(±√(6/fan_in))",
        source: "He et al. 2015, eq. 10",
    },
    NamedInit {
        name: "pytorch_default",
        aliases: &[],
        kind: Exactly(Init { biases: Biases::LikeWeights, ..Init::scaled(1.0 / 3.0, Fan::In, Uniform) }),
        formula: "U(±1/√fan_in), biases too",
        source: "torch.nn.Linear; LeCun et al. 1998 up to a factor √3",
    },
    NamedInit {
        name: "orthogonal",
        aliases: &[],
        kind: Parametrized {
            symbol: "G",
            example: "1.5",
            default: Some("1"),
            parse: |text| Ok(Init::of(Weights::Orthogonal { gain: positive(text)? })),
            show: |init| match init.weights {
                Weights::Orthogonal { gain } => Some(exact(gain)),
                _ => None,
            },
        },
        formula: "WᵀW = G² I, or WWᵀ where fan_in < fan_out; G = 1 if not given",
        source: "Saxe et al. 2013",
    },
    NamedInit {
        name: "lsuv",
        aliases: &[],
        kind: Exactly(LSUV),
        formula: "orthogonal, then each layer scaled: Var[z] = 1 ± 0.1 on a batch",
        source: "Mishkin & Matas 2015",
    },
    NamedInit {
        name: "critical",
        aliases: &["edge_of_chaos"],
        kind: Exactly(Init::of(Weights::Critical)),
        formula: "the mean_field W:B for which χ₁ = 1 with this activation",
        source: "Poole et al. 2016; Schoenholz et al. 2017",
    },
    NamedInit {
        name: "mean_field",
        aliases: &[],
        kind: Parametrized {
            symbol: "W:B",
            example: "1.5:0.05",
            default: None,
            parse: mean_field,
            show: show_mean_field,
        },
        formula: "N(0, W/fan_in), biases N(0, B): the σ_w² and σ_b² of theory",
        source: "Poole et al. 2016",
    },
    NamedInit {
        name: "identity",
        aliases: &[],
        kind: Parametrized {
            symbol: "G",
            example: "0.5",
            default: Some("1"),
            parse: |text| Ok(Init::of(Weights::Identity { gain: finite(text)? })),
            show: |init| match init.weights {
                Weights::Identity { gain } => Some(exact(gain)),
                _ => None,
            },
        },
        formula: "G on the diagonal, zeros elsewhere; G = 1 if not given",
        source: "Le et al. 2015",
    },
    NamedInit {
        name: "zero_hadamard",
        aliases: &[],
        kind: Exactly(Init::of(Weights::ZeroHadamard)),
        formula: "identity; where fan_out > fan_in of a Hadamard matrix, H/√size",
        source: "ZerO: Zhao et al. 2021, algorithm 1",
    },
    NamedInit {
        name: "sparse",
        aliases: &[],
        kind: Parametrized {
            symbol: "S",
            example: "0.9",
            default: None,
            parse: |text| Ok(Init::of(Weights::Sparse { sparsity: share(text)? })),
            show: |init| match init.weights {
                Weights::Sparse { sparsity } => Some(exact(sparsity)),
                _ => None,
            },
        },
        formula: "⌈S·fan_in⌉ zeros per unit, the rest N(0, 0.01²)",
        source: "Martens 2010; torch.nn.init.sparse_",
    },
    NamedInit {
        name: "zeros",
        aliases: &[],
        kind: Exactly(Init::fixed(Distribution::Constant(0.0))),
        formula: "0",
        source: "shows why not",
    },
    NamedInit {
        name: "ones",
        aliases: &[],
        kind: Exactly(Init::fixed(Distribution::Constant(1.0))),
        formula: "1",
        source: "shows why not",
    },
    NamedInit {
        name: "constant",
        aliases: &[],
        kind: Parametrized {
            symbol: "V",
            example: "0.01",
            default: None,
            parse: |text| Ok(Init::fixed(Distribution::Constant(finite(text)?))),
            show: |init| match init.weights {
                Weights::Fixed(Distribution::Constant(value)) => Some(exact(value)),
                _ => None,
            },
        },
        formula: "V",
        source: "shows why not",
    },
    NamedInit {
        name: "uniform",
        aliases: &[],
        kind: Parametrized {
            symbol: "B",
            example: "0.05",
            default: None,
            parse: |text| Ok(Init::fixed(Distribution::Uniform { bound: positive(text)? })),
            show: |init| match init.weights {
                Weights::Fixed(Distribution::Uniform { bound }) => Some(exact(bound)),
                _ => None,
            },
        },
        formula: "U(±B)",
        source: "one bound for every layer, whatever its size",
    },
    NamedInit {
        name: "truncated_normal",
        aliases: &[],
        kind: Parametrized {
            symbol: "S",
            example: "0.01",
            default: None,
            parse: |text| Ok(Init::fixed(Distribution::Truncated { std: positive(text)? })),
            show: |init| match init.weights {
                Weights::Fixed(Distribution::Truncated { std }) => Some(exact(std)),
                _ => None,
            },
        },
        formula: "normal cut at 2σ, std S after the cut",
        source: "one std for every layer, whatever its size",
    },
    NamedInit {
        name: "variance_scaling",
        aliases: &[],
        kind: Parametrized {
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
    parse_number(text, "a finite number", |_| true)
}

fn positive(text: &str) -> Result<f64, String> {
    parse_number(text, "a number above 0", |x| x > 0.0)
}

fn not_negative(text: &str) -> Result<f64, String> {
    parse_number(text, "a number, 0 or above", |x| x >= 0.0)
}

fn share(text: &str) -> Result<f64, String> {
    parse_number(text, "a number from 0 to below 1", |x| (0.0..1.0).contains(&x))
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
            Some(format!("{}:{}", exact(scale), exact(variance)))
        }
        _ => None,
    }
}

fn variance_scaling(text: &str) -> Result<Init, String> {
    let [scale, fan, shape] = text.split(':').collect::<Vec<_>>()[..] else {
        return Err(format!("expected SCALE:FAN:DISTRIBUTION, found '{text}'"));
    };
    let fan = choose("fan", Fan::NAMED, fan).map_err(|e| e.to_string())?;
    let shape = choose("distribution", DistributionShape::NAMED, shape).map_err(|e| e.to_string())?;
    Ok(Init::scaled(positive(scale)?, fan, shape))
}

fn show_variance_scaling(init: &Init) -> Option<String> {
    let Weights::VarianceScaling { scale, fan, shape } = init.weights else {
        return None;
    };
    let fan = Fan::NAMED.iter().find(|row| row.1 == fan)?.0;
    let shape = DistributionShape::NAMED.iter().find(|row| row.1 == shape)?.0;
    Some(format!("{}:{fan}:{shape}", exact(scale)))
}
