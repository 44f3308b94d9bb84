//! `compare`: how fast does one network learn under each initializer?
//!
//! The textbook figure ("Deep Learning from Scratch", fig. 6-15): one perceptron per initializer,
//! trained on the same mini-batches of MNIST, the loss of every iteration.
//!
//! This file has the settings and the contract, `start` the network before training, `run` its training,
//! [`rows`] the tables, [`figures`] and [`explain`](mod@explain) what is shown.

pub mod explain;
pub mod figures;
pub mod rows;
mod run;
mod start;

use super::args::{Seeds, Training, distinct, possible};
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::Real;
use crate::data::{CLASSES, PIXELS};
use crate::nn::init::Init;
use crate::plot::Figure;
use crate::results::{TableColumns, TableError, Tables};
use crate::train::Stopped;
use crate::train::step::Trainer;
use run::TrainingRun;
use serde::Serialize;
use start::Start;
use std::fmt;
use std::ops::ControlFlow;

/// The settings of the comparison.
#[derive(clap::Args, Clone, Debug, Serialize)]
pub struct Config {
    /// Initializers to compare; `initlab initializers` lists them.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "std=0.01,Xavier,He")]
    pub init: Vec<Init>,
    /// The network and how it is trained.
    #[command(flatten)]
    pub training: Training,
    /// Which seeds are run.
    #[command(flatten)]
    pub seeds: Seeds,
}

/// One network: an initializer, a seed, and how it is trained.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// What the weights are drawn from.
    pub init: Init,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// The network and how it is trained.
    pub training: Training,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} seed {}", self.init, self.seed)
    }
}

/// The comparison of initializers.
#[derive(Debug)]
pub struct Compare;

impl Experiment for Compare {
    const NAME: &'static str = "compare";
    const QUESTION: &'static str = "How fast does a network learn under each initializer?";
    type Config = Config;
    type Plan = Plan;

    fn needs_mnist(_: &Config) -> bool {
        true
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        distinct(&config.init)?;
        possible(&config.init, config.training.activation)?;
        let seeds = config.seeds.list()?;
        let plan = |init: Init, seed| Plan { init, seed, training: config.training.clone() };
        Ok(config.init.iter().flat_map(|init| seeds.iter().map(|seed| plan(*init, *seed))).collect())
    }

    fn columns(_: &Plan) -> Vec<TableColumns> {
        vec![
            TableColumns::of::<rows::LayerRow>("initialization"),
            TableColumns::of::<rows::LossRow>("loss"),
            TableColumns::of::<rows::AccuracyRow>("accuracy"),
            TableColumns::of::<rows::SummaryRow>("summary"),
        ]
    }

    fn cost(plan: &Plan) -> Cost {
        let architecture = plan.training.architecture(PIXELS, CLASSES);
        let bytes = Trainer::bytes(&architecture, &plan.training.update(), plan.training.batch_size as usize);
        let iterations = plan.training.iterations as usize;
        Cost { iterations, bytes: bytes + (iterations * size_of::<Real>()) as u64 }
    }

    fn initial_summary(plans: &[&Plan], data: &Data) -> String {
        let train = &data.mnist().train;
        let mut shown: Vec<Init> = Vec::new();
        let first_of_each = plans.iter().filter(|plan| {
            let new = !shown.contains(&plan.init);
            shown.push(plan.init);
            new
        });
        explain::initial_table(first_of_each.flat_map(|plan| Start::new(plan, train).layers(plan, train)))
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        TrainingRun::new(plan, data.mnist()).train(observer)
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        figures::figures(tables)
    }

    fn explanation(tables: &Tables) -> Result<String, TableError> {
        Ok(explain::explain(&tables.rows("summary")?, &tables.rows("initialization")?))
    }
}
