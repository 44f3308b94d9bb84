//! The settings of a recommendation: the reader's network, how it will be trained, what is tried.

use crate::Real;
use crate::experiments::ConfigError;
use crate::experiments::args::{distinct, not_negative, positive, possible, share};
use crate::experiments::names::activation_name;
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::loss::Loss;
use crate::nn::network::Architecture;
use crate::nn::number::whole_number;
use crate::nn::optimizer::{Optimizer, Update};
use clap::{Args, value_parser};
use std::fmt;
use std::str::FromStr;

/// Every setting of a recommendation.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Sizes of the layers: inputs, units of each hidden layer, outputs.
    #[arg(long, value_name = "INPUTS,UNITS,…,OUTPUTS", value_delimiter = ',', required = true,
          value_parser = whole_number(1..=65_536))]
    pub sizes: Vec<u32>,
    /// Function after each hidden layer.
    #[arg(long, value_name = "NAME", default_value_t = Activation::Relu, value_parser = activation_name())]
    pub activation: Activation,
    /// Normalize each hidden layer over the mini-batch before its activation (γ 1, β 0, ε 1e-6).
    #[arg(long)]
    pub batch_norm: bool,
    /// Rule of the update: sgd, momentum, nesterov, adagrad, rmsprop, adam.
    #[arg(long, value_name = "NAME", default_value_t = Optimizer::Sgd)]
    pub optimizer: Optimizer,
    /// Learning rate η [default: 0.01; 0.001 with rmsprop and adam].
    #[arg(long, value_name = "RATE", value_parser = positive)]
    pub learning_rate: Option<f64>,
    /// Share of the last step that momentum and nesterov keep.
    #[arg(long, value_name = "SHARE", default_value = "0.9", value_parser = share)]
    pub momentum: f64,
    /// λ: adds λ·w to the gradient of each weight.
    #[arg(long, value_name = "λ", default_value = "0", value_parser = not_negative)]
    pub weight_decay: f64,
    /// Examples per iteration, drawn with replacement; at least 2, whose differences are measured.
    #[arg(long, value_name = "N", default_value = "128", value_parser = whole_number(2..=60_000))]
    pub batch_size: u32,
    /// Updates of the training that the recommendation is for.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = whole_number(1..=10_000_000))]
    pub iterations: u32,
    /// Candidates [default: every initializer that needs no argument, and the activation's exact gain].
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub init: Vec<Init>,
    /// Updates of the trial of the best two and the framework's default, or none.
    #[arg(long, value_name = "N|none", default_value = "100")]
    pub trial: TrialLength,
    /// Seeds of the trial.
    #[arg(long, value_name = "N", default_value = "3", value_parser = whole_number(2..=1000))]
    pub seeds: u32,
    /// The first seed; weights and mini-batches follow from it.
    #[arg(long, value_name = "S", default_value = "1", value_parser = value_parser!(u64).range(..1 << 62))]
    pub seed: u64,
}

/// The length of the trial: a number of updates from 1 to 1,000,000, or none.
///
/// ```
/// use initlab::recommend::config::TrialLength;
///
/// assert_eq!("100".parse(), Ok(TrialLength { iterations: Some(100) }));
/// assert_eq!("none".parse(), Ok(TrialLength { iterations: None }));
/// assert!("0".parse::<TrialLength>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrialLength {
    /// Updates; `None` for no trial.
    pub iterations: Option<u32>,
}

impl FromStr for TrialLength {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|n: &u32| (1..=1_000_000).contains(n));
        match count {
            None if text != "none" => Err("expected a whole number from 1 to 1000000, or none".to_owned()),
            iterations => Ok(Self { iterations }),
        }
    }
}

impl Config {
    /// Refuses what is no network, and initializers that do not exist for it.
    ///
    /// # Errors
    /// With the flag, what was given and what was expected: `--sizes` of one layer,
    /// `--init` with one initializer twice or with one that the activation has no numbers for.
    /// Everything else in this module takes settings that were checked.
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse = |expected: &str| {
            let value = self.sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
            Err(ConfigError { flag: "--sizes", value, expected: expected.to_owned() })
        };
        match &self.sizes[..] {
            [_, .., _] => {}
            _ => return refuse("inputs, units of hidden layers, outputs, as in 784,100,10"),
        }
        distinct(&self.init)?;
        possible(&self.init, self.activation)
    }

    /// Inputs of the network: the first of the sizes.
    pub fn inputs(&self) -> usize {
        self.sizes[0] as usize
    }

    /// Outputs of the network, one per class: the last of the sizes.
    pub fn outputs(&self) -> usize {
        self.sizes[self.sizes.len() - 1] as usize
    }

    /// The shape of the network: softmax and cross-entropy, or for one output a sigmoid and its.
    pub fn architecture(&self) -> Architecture {
        let hidden = &self.sizes[1..self.sizes.len() - 1];
        let is_binary = self.outputs() == 1;
        Architecture {
            inputs: self.inputs(),
            hidden: hidden.iter().map(|units| *units as usize).collect(),
            outputs: self.outputs(),
            activation: self.activation,
            batch_norm: self.batch_norm,
            loss: if is_binary { Loss::BinaryCrossEntropy } else { Loss::SoftmaxCrossEntropy },
        }
    }

    /// Classes that the outputs tell apart: one output tells two.
    pub fn classes(&self) -> usize {
        self.outputs().max(2)
    }

    /// η: the one given, else 0.001 with RMSprop and Adam and 0.01 with the others.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate.unwrap_or(self.optimizer.usual_rate())
    }

    /// The rule of the update with its numbers.
    pub fn update(&self) -> Update {
        Update {
            optimizer: self.optimizer,
            learning_rate: self.learning_rate() as Real,
            momentum: self.momentum as Real,
            weight_decay: self.weight_decay as Real,
        }
    }
}

/// The network and its training in one line, the first that `recommend` prints.
///
/// ```text
/// 20-32×2-5, relu; sgd at 0.01, 2000 iterations of 128 examples
/// ```
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let norm = if self.batch_norm { " with batch norm" } else { "" };
        write!(
            f,
            "{}, {}{norm}; {} at {}, {} iterations of {} examples",
            sizes(&self.sizes),
            self.activation,
            self.optimizer,
            self.learning_rate(),
            self.iterations,
            self.batch_size
        )
    }
}

/// Sizes with what repeats counted: `784-100×50-10`.
fn sizes(sizes: &[u32]) -> String {
    let run = |run: &[u32]| match run {
        [size] => size.to_string(),
        [size, ..] => format!("{size}×{}", run.len()),
        [] => String::new(),
    };
    sizes.chunk_by(|a, b| a == b).map(run).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_sizes_are_counted() {
        assert_eq!(sizes(&[784, 100, 100, 10]), "784-100×2-10");
        assert_eq!(sizes(&[2, 3, 2]), "2-3-2");
    }

    #[test]
    fn a_trial_is_a_count_or_none() {
        assert_eq!("none".parse(), Ok(TrialLength { iterations: None }));
        assert_eq!("7".parse(), Ok(TrialLength { iterations: Some(7) }));
        assert!("0".parse::<TrialLength>().is_err() && "few".parse::<TrialLength>().is_err());
    }
}
