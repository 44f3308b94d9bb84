//! Settings that several experiments share. One field is flag, help text and part of a run's id.

use super::ConfigError;
use crate::Real;
use crate::experiments::names::activation_name;
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::loss::Loss;
use crate::nn::network::Architecture;
use crate::nn::number::{as_the_engine_has_it, parse_number, seed, whole_number};
use crate::nn::optimizer::{Optimizer, Update};
use crate::train::LossAt;
use clap::Args;
use serde::Serialize;
use std::fmt::Display;

/// Which seeds are run.
#[derive(Args, Clone, Debug, Serialize)]
#[command(next_help_heading = "Seeds")]
pub struct Seeds {
    /// The first seed; weights and mini-batches follow from it.
    #[arg(long, value_name = "S", default_value = "1", value_parser = seed)]
    pub seed: u64,
    /// How many seeds: S, S+1, …; figures show their mean, from three on with its 95 % band.
    #[arg(long, value_name = "N", default_value = "1", value_parser = whole_number(1..=10_000))]
    pub seeds: u32,
}

impl Seeds {
    /// The seeds in order: S, S + 1, ….
    ///
    /// # Errors
    /// [`ConfigError`] for `--seed` if they do not fit into 64 bits.
    pub fn list(&self) -> Result<Vec<u64>, ConfigError> {
        let end = self.seed.checked_add(u64::from(self.seeds)).ok_or_else(|| ConfigError {
            flag: "--seed",
            value: self.seed.to_string(),
            expected: format!("a number from which on {} seeds fit into 64 bits", self.seeds),
        })?;
        Ok((self.seed..end).collect())
    }
}

/// Units of the hidden layers, examples per iteration, number of updates.
///
/// The defaults are those of `compare`; an experiment with others says so where it takes these flags.
#[derive(Args, Clone, Debug, Serialize)]
pub struct NetworkArgs {
    /// Units of each hidden layer.
    #[arg(long, value_name = "UNITS,…", value_delimiter = ',', default_value = "100,100,100,100",
          value_parser = whole_number(1..=65_536))]
    pub hidden: Vec<u32>,
    /// Examples per iteration, drawn with replacement.
    #[arg(long, value_name = "N", default_value = "128", value_parser = whole_number(1..=60_000))]
    pub batch_size: u32,
    /// Updates per network.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = whole_number(1..=10_000_000))]
    pub iterations: u32,
}

impl NetworkArgs {
    /// The hidden layers' units, from the inputs to the outputs.
    pub fn hidden(&self) -> Vec<usize> {
        self.hidden.iter().map(|units| *units as usize).collect()
    }
}

/// The learning rate of an experiment that takes only one.
#[derive(Args, Clone, Debug, Serialize)]
pub struct RateArgs {
    /// Learning rate η, the step length of gradient descent.
    #[arg(long, value_name = "RATE", default_value = "0.01", value_parser = positive)]
    pub learning_rate: f64,
}

impl RateArgs {
    /// Plain gradient descent at this rate.
    pub fn sgd(&self) -> Update {
        let learning_rate = self.learning_rate as Real;
        Update { optimizer: Optimizer::Sgd, learning_rate, momentum: 0.0, weight_decay: 0.0 }
    }
}

/// The network and how it is trained, the learning rate apart.
#[derive(Args, Clone, Debug, Serialize)]
#[command(next_help_heading = "Network and training")]
pub struct Training {
    /// Function after each hidden layer.
    #[arg(long, value_name = "NAME", default_value_t = Activation::Relu, value_parser = activation_name())]
    pub activation: Activation,
    /// Normalize each hidden layer over the mini-batch before its activation (γ 1, β 0, ε 1e-6).
    #[arg(long)]
    pub batch_norm: bool,
    /// Units, examples, updates.
    #[command(flatten)]
    #[serde(flatten)]
    pub network: NetworkArgs,
    /// Rule of the update: sgd, momentum, nesterov, adagrad, rmsprop, adam.
    #[arg(long, value_name = "NAME", default_value_t = Optimizer::Sgd)]
    pub optimizer: Optimizer,
    /// Share of the last step that momentum and nesterov keep.
    #[arg(long, value_name = "SHARE", default_value = "0.9", value_parser = share)]
    pub momentum: f64,
    /// λ: adds λ·w to the gradient of each weight; the loss that is logged stays the data's.
    #[arg(long, value_name = "λ", default_value = "0", value_parser = not_negative)]
    pub weight_decay: f64,
    /// When an iteration's loss is taken: before its update, or after it on the same batch (the
    /// book's way, which costs another forward pass).
    #[arg(long, value_name = "WHEN", default_value_t = LossAt::Before)]
    pub loss_at: LossAt,
    /// Test loss and accuracy every K updates, not only at the end.
    #[arg(long, value_name = "K", value_parser = whole_number(1..))]
    pub eval_every: Option<u32>,
}

impl Training {
    /// A network for examples of `inputs` numbers in `outputs` classes.
    pub fn architecture(&self, inputs: usize, outputs: usize) -> Architecture {
        Architecture {
            inputs,
            hidden: self.network.hidden(),
            outputs,
            activation: self.activation,
            batch_norm: self.batch_norm,
            loss: Loss::SoftmaxCrossEntropy,
        }
    }

    /// The rule of the update with its numbers.
    pub fn update(&self, learning_rate: f64) -> Update {
        Update {
            optimizer: self.optimizer,
            learning_rate: learning_rate as Real,
            momentum: self.momentum as Real,
            weight_decay: self.weight_decay as Real,
        }
    }

    /// Refuses batch norm over batches of one example: there is nothing to normalize.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.batch_norm && self.network.batch_size < 2 {
            return Err(ConfigError {
                flag: "--batch-size",
                value: self.network.batch_size.to_string(),
                expected: "at least 2 examples with batch norm, which normalizes over them".to_owned(),
            });
        }
        Ok(())
    }
}

/// Refuses two names of one initializer: their runs would be the same.
pub fn distinct(inits: &[Init]) -> Result<(), ConfigError> {
    each_once("--init", "initializer", inits)
}

/// Refuses a list in which something stands twice, also under another name.
///
/// ```
/// use initlab::experiments::args::each_once;
///
/// assert!(each_once("--learning-rate", "learning rate", &[0.1, 0.01]).is_ok());
/// let error = each_once("--learning-rate", "learning rate", &[0.1, 0.1]).unwrap_err();
/// assert!(error.expected.starts_with("each learning rate once; number 2 of the list"));
/// ```
pub fn each_once<T: PartialEq + Display>(
    flag: &'static str,
    noun: &str,
    list: &[T],
) -> Result<(), ConfigError> {
    match list.iter().enumerate().find(|(index, item)| list[..*index].contains(item)) {
        Some((index, item)) => Err(ConfigError {
            flag,
            value: item.to_string(),
            expected: format!("each {noun} once; number {} of the list is this one again", index + 1),
        }),
        None => Ok(()),
    }
}

/// Refuses an initializer that does not exist for this activation: a critical point that is not there.
pub fn possible(inits: &[Init], activation: Activation) -> Result<(), ConfigError> {
    for init in inits {
        init.for_activation(activation).map_err(|reason| ConfigError {
            flag: "--init",
            value: init.to_string(),
            expected: format!(
                "an initializer that exists for this activation: {reason}; it exists for {}",
                others(*init)
            ),
        })?;
    }
    Ok(())
}

/// The activations for which an initializer exists.
fn others(init: Init) -> String {
    let exists = |row: &&(&'static str, Activation)| init.for_activation(row.1).is_ok();
    Activation::NAMED.iter().filter(exists).map(|row| row.0).collect::<Vec<_>>().join(", ")
}

/// Reads a finite number above 0.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    parse_number(text, "a finite number above 0", |x| x > 0.0).map(as_the_engine_has_it)
}

/// Reads a finite number that is 0 or above.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    parse_number(text, "a finite number, 0 or above", |x| x >= 0.0).map(as_the_engine_has_it)
}

/// Reads a number from 0 to below 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    parse_number(text, "a number from 0 to below 1", |x| (0.0..1.0).contains(&x)).map(as_the_engine_has_it)
}
