//! `symmetry`: why not start from zeros?
//!
//! Units of one layer that start alike receive equal gradients and stay alike for ever: a layer of a
//! hundred is a layer of one. Shown on MNIST, bit for bit, against random weights and against weights
//! of which a single one was changed.
//!
//! Read [`smallest_case`] for the reason in its smallest form, this file for the settings, `run` for the
//! run, [`crate::train::unit_similarity`] for what is measured, [`rows`] for what is left behind, [`figures`] and
//! [`explain`](mod@explain) for how it is shown.

pub mod explain;
pub mod figures;
pub mod rows;
mod run;
pub mod smallest_case;
#[cfg(test)]
mod tests;

use super::args::{NetworkArgs, RateArgs, Seeds, distinct, each_once, positive, possible};
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::Real;
use crate::data::DataSizes;
use crate::data::data_set::FIRST_SEED;
use crate::experiments::caption::{Description, batch, caption, rate};
use crate::experiments::judged_run::TrainingSetup;
use crate::experiments::names::{activation_name, initializer_name};
use crate::nn::activation::Activation;
use crate::nn::init::{Distribution, Init, Weights};
use crate::nn::loss::Loss;
use crate::nn::network::Architecture;
use crate::nn::network::Network;
use crate::nn::number::whole_number;
use crate::plot::Figure;
use crate::results::{Table, TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use crate::train::step::Trainer;
use run::SymmetryRun;
use serde::Serialize;
use std::fmt;
use std::ops::ControlFlow;

/// The settings of the experiment.
#[derive(clap::Args, Clone, Debug, Serialize)]
pub struct Config {
    /// Initializers to compare; `initlab initializers` lists them.
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        default_value = "zeros,constant=0.01,std=0.01,He",
        value_parser = initializer_name(),
        hide_possible_values = true
    )]
    pub init: Vec<Init>,
    /// Initializers that are also run with a single weight changed, the one between the first units of
    /// the first and the second layer [default: those of --init that are constant and not zero].
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = initializer_name(), hide_possible_values = true)]
    pub one_changed: Option<Vec<Init>>,
    /// By how much that weight is changed.
    #[arg(long, value_name = "AMOUNT", default_value = "0.1", value_parser = positive)]
    pub changed_by: f64,
    /// Functions after each hidden layer, each a column of the figure.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "relu,sigmoid", value_parser = activation_name())]
    pub activation: Vec<Activation>,
    /// The network and how it is trained.
    #[command(flatten)]
    pub task: Task,
    /// Which seeds are run.
    #[command(flatten)]
    pub seeds: Seeds,
}

/// The network and how it is trained.
#[derive(clap::Args, Clone, Debug, Serialize)]
#[command(
    next_help_heading = "Network and training",
    mut_arg("hidden", |arg| arg.default_value("100,100")),
    mut_arg("learning_rate", |arg| arg.default_value("0.1")),
    mut_arg("iterations", |arg| arg.default_value("1000"))
)]
pub struct Task {
    /// Units, examples, updates.
    #[command(flatten)]
    #[serde(flatten)]
    pub network: NetworkArgs,
    /// The learning rate.
    #[command(flatten)]
    #[serde(flatten)]
    pub rate: RateArgs,
    /// Compares the units every K updates.
    #[arg(long, value_name = "K", default_value = "10", value_parser = whole_number(1..))]
    pub every: u32,
}

/// What a network's weights are before training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Start {
    /// What they are drawn from.
    pub init: Init,
    /// By how much one of them is changed then.
    pub one_changed_by: Option<f64>,
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remark = if self.one_changed_by.is_some() { " (one weight changed)" } else { "" };
        write!(f, "{}{remark}", self.init)
    }
}

/// One piece of work.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// The smallest case, for which a pencil is enough.
    OnPaper,
    /// One network on MNIST.
    Network {
        /// The weights before training.
        start: Start,
        /// The function after each hidden layer.
        activation: Activation,
        /// Seed of weights and mini-batches.
        seed: u64,
        /// The network and how it is trained.
        task: Task,
    },
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnPaper => f.write_str("1-2-1 on paper"),
            Self::Network { start, activation, seed, .. } => write!(f, "{activation} {start} seed {seed}"),
        }
    }
}

/// The experiment on symmetry.
#[derive(Debug)]
pub struct Symmetry;

impl Experiment for Symmetry {
    const NAME: &'static str = "symmetry";
    const QUESTION: &'static str = "Why not zeros?";
    type Config = Config;
    type Plan = Plan;

    fn seed(plan: &Plan) -> u64 {
        match plan {
            Plan::Network { seed, .. } => *seed,
            Plan::OnPaper => FIRST_SEED,
        }
    }

    fn needs_data(_: &Config) -> bool {
        true
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        distinct(&config.init)?;
        each_once("--activation", "activation", &config.activation)?;
        config.activation.iter().try_for_each(|activation| possible(&config.init, *activation))?;
        config.task.check()?;
        let (starts, seeds) = (starts(config)?, config.seeds.list()?);
        let mut plans = vec![Plan::OnPaper];
        for &activation in &config.activation {
            for &start in &starts {
                let plan = |&seed| Plan::Network { start, activation, seed, task: config.task.clone() };
                plans.extend(seeds.iter().map(plan));
            }
        }
        Ok(plans)
    }

    fn columns(plan: &Plan) -> Vec<TableColumns> {
        match plan {
            Plan::OnPaper => vec![TableColumns::of::<smallest_case::PaperRow>("paper")],
            Plan::Network { .. } => vec![
                TableColumns::of::<rows::LossRow>("loss"),
                TableColumns::of::<rows::SymmetryRow>("symmetry"),
                TableColumns::of::<rows::SummaryRow>("summary"),
            ],
        }
    }

    fn cost(plan: &Plan, sizes: DataSizes) -> Cost {
        match plan {
            Plan::OnPaper => Cost { iterations: 1, bytes: 0, rows: 1000 },
            Plan::Network { activation, task, .. } => task.cost(*activation, sizes),
        }
    }

    fn caption(config: &Config, plans: &[Plan]) -> String {
        let described = |plan: &Plan| match plan {
            Plan::OnPaper => None,
            Plan::Network { start, activation, task, .. } => {
                let NetworkArgs { hidden, batch_size, .. } = task.network.clone();
                let rate = rate(task.rate.learning_rate);
                let words = vec![activation.to_string(), start.init.to_string(), rate, batch(batch_size)];
                Some(Description { hidden, words })
            }
        };
        caption(plans.iter().filter_map(described), Some(&config.seeds))
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        match plan {
            Plan::OnPaper => {
                observer.iterations_done(1)?;
                ControlFlow::Continue(Tables::from_iter([Table::from_rows("paper", &smallest_case::rows())]))
            }
            Plan::Network { start, activation, seed, task } => {
                SymmetryRun::new(*start, *activation, *seed, task).train(data.set(), observer)
            }
        }
    }

    fn with_training(plan: &Plan, data: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        if let Plan::Network { start, activation, seed, task } = plan {
            let (setup, network) = SymmetryRun::new(*start, *activation, *seed, task).start(data.set());
            take(setup, network);
        }
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        figures::figures(tables)
    }

    fn explanation(tables: &Tables) -> Result<Answer, TableError> {
        explain::explain(tables)
    }
}

/// The weights before training, in the order in which they are reported: what was changed stands
/// behind what it was changed from.
fn starts(config: &Config) -> Result<Vec<Start>, ConfigError> {
    let one_changed = match &config.one_changed {
        Some(chosen) => chosen.clone(),
        None => config.init.iter().copied().filter(is_constant).collect(),
    };
    if let Some(foreign) = one_changed.iter().find(|changed| !config.init.contains(changed)) {
        return Err(ConfigError {
            flag: "--one-changed",
            value: foreign.to_string(),
            expected: "an initializer that is also in --init, to be compared with it".to_owned(),
        });
    }
    if let Some(init) = one_changed.iter().find(|init| stays(init, config.changed_by)) {
        return Err(ConfigError {
            flag: "--changed-by",
            value: config.changed_by.to_string(),
            expected: format!("an amount that changes a weight of {init} in the precision of this program"),
        });
    }
    let mut starts = Vec::new();
    for &init in &config.init {
        starts.push(Start { init, one_changed_by: None });
        if one_changed.contains(&init) {
            starts.push(Start { init, one_changed_by: Some(config.changed_by) });
        }
    }
    Ok(starts)
}

/// True where a change of this amount is lost in rounding: of weights that are known before they are drawn.
fn stays(init: &Init, amount: f64) -> bool {
    let Weights::Fixed(Distribution::Constant(value)) = init.weights else { return false };
    value as Real + amount as Real == value as Real
}

/// Whether all weights are equal, but not zero.
fn is_constant(init: &Init) -> bool {
    matches!(init.weights, Weights::Fixed(Distribution::Constant(value)) if value != 0.0)
}

impl Task {
    fn architecture(&self, activation: Activation, sizes: DataSizes) -> Architecture {
        Architecture {
            inputs: sizes.inputs,
            hidden: self.network.hidden(),
            outputs: sizes.outputs,
            activation,
            batch_norm: false,
            loss: Loss::SoftmaxCrossEntropy,
        }
    }

    fn cost(&self, activation: Activation, sizes: DataSizes) -> Cost {
        let NetworkArgs { hidden, batch_size, iterations } = &self.network;
        let training =
            Trainer::bytes(&self.architecture(activation, sizes), &self.rate.sgd(), *batch_size as usize);
        let looks = u64::from(iterations / self.every) + 1;
        let rows = u64::from(*iterations) + looks * 2 * hidden.len() as u64;
        Cost { iterations: *iterations as usize, bytes: 2 * training, rows }
    }

    /// Refuses layers of one unit, which is like no other.
    fn check(&self) -> Result<(), ConfigError> {
        match self.network.hidden.iter().find(|units| **units < 2) {
            None => Ok(()),
            Some(units) => Err(ConfigError {
                flag: "--hidden",
                value: units.to_string(),
                expected: "at least 2 units in each layer, to be compared".to_owned(),
            }),
        }
    }
}
