//! `compare`: how fast does one network learn under each initializer?
//!
//! The textbook figure ("Deep Learning from Scratch", fig. 6-15): one perceptron per initializer,
//! trained on the same mini-batches of MNIST, the loss of every iteration.
//!
//! This file has the settings and the contract, `prepared` the network before training, `run` its training,
//! [`rows`] the tables, [`figures`] and [`explain`](mod@explain) what is shown.

mod assemble;
pub mod claims;
pub mod differences;
pub mod explain;
pub mod figures;
mod prepared;
pub mod rate_figure;
mod rates;
pub mod rows;
mod run;

use super::args::{NetworkArgs, Seeds, Training, distinct, each_once, positive, possible};
use super::failures::{add_explanations, explanation, trained};
use super::{ConfigError, Cost, Data, Experiment, Extended, Observer};
use crate::data::{DataSet, DataSizes};
use crate::diagnosis::{Kind, Setup, Trials};
use crate::experiments::caption::{Description, caption};
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::experiments::names::initializer_name;
use crate::nn::init::Init;
use crate::nn::network::Network;
use crate::nn::optimizer::Update;
use crate::plot::Figure;
use crate::results::{TableColumns, TableError, Tables};
use crate::text::{Answer, exact};
use crate::train::Stopped;
use prepared::Prepared;
use rates::HeldOut;
use rayon::prelude::*;
use rows::SummaryRow;
use run::TrainingRun;
use serde::Serialize;
use std::fmt;
use std::ops::ControlFlow;

/// The settings of the comparison.
#[derive(clap::Args, Clone, Debug, Serialize)]
pub struct Config {
    /// Initializers to compare; `initlab initializers` lists them.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "std=0.01,Xavier,He", value_parser = initializer_name(), hide_possible_values = true)]
    pub init: Vec<Init>,
    /// The initializer that the others are compared with, seed by seed [default: the first that has
    /// results].
    #[arg(long, value_name = "NAME", value_parser = initializer_name(), hide_possible_values = true)]
    pub baseline: Option<Init>,
    /// Learning rate η. Of several, each initializer is shown at its own best one, which is chosen on as
    /// many further seeds.
    #[arg(long, value_name = "RATE,…", value_delimiter = ',', default_value = "0.01", value_parser = positive,
          help_heading = "Network and training")]
    pub learning_rate: Vec<f64>,
    /// Training examples that the runs on which a rate is chosen do not learn from: the best rate has the lowest loss on
    /// them. 0: the lowest final loss in training [default: a sixth, 10,000 of MNIST's].
    #[arg(long, value_name = "EXAMPLES", help_heading = "Network and training")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<u32>,
    /// The network and how it is trained.
    #[command(flatten)]
    pub training: Training,
    /// Which seeds are run.
    #[command(flatten)]
    pub seeds: Seeds,
}

/// One network: an initializer, a learning rate, a seed, and how it is trained.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// What the weights are drawn from.
    pub init: Init,
    /// Learning rate η.
    pub learning_rate: f64,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// The network and how it is trained.
    pub training: Training,
    /// What is set apart where a rate is chosen on this run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOut>,
}

impl Plan {
    /// The rule of the update with its numbers.
    pub fn update(&self) -> Update {
        self.training.update(self.learning_rate)
    }

    /// The run in the words of a caption.
    pub fn described(&self) -> Description {
        Description::of(&self.training, Some(self.init), Some(self.training.optimizer), self.learning_rate)
    }
}

impl Plan {
    /// The network and its training on data of these sizes.
    pub fn setup(&self, sizes: DataSizes) -> Setup {
        let NetworkArgs { batch_size, iterations, .. } = self.training.network;
        Setup {
            architecture: self.training.architecture(sizes.inputs, sizes.outputs),
            init: self.init,
            update: self.update(),
            examples: sizes.train,
            batch_size: Some(batch_size as usize),
            iterations: iterations as usize,
            seed: self.seed,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rate {} seed {}", self.init, exact(self.learning_rate), self.seed)
    }
}

impl Config {
    /// The seeds that are shown, then those on which the best of several rates is chosen: as many more.
    fn seeds(&self) -> Result<Vec<u64>, ConfigError> {
        let factor = if self.learning_rate.len() > 1 { 2 } else { 1 };
        Seeds { seed: self.seeds.seed, seeds: factor * self.seeds.seeds }.list()
    }

    fn check(&self) -> Result<(), ConfigError> {
        distinct(&self.init)?;
        each_once("--learning-rate", "learning rate", &self.learning_rate)?;
        possible(&self.init, self.training.activation)?;
        self.training.check()?;
        if let (Some(count), [_]) = (self.validation, &self.learning_rate[..]) {
            return Err(ConfigError {
                flag: "--validation",
                value: count.to_string(),
                expected: "more than one --learning-rate: of one, nothing is chosen".to_owned(),
            });
        }
        match self.baseline {
            Some(baseline) if !self.init.contains(&baseline) => Err(ConfigError {
                flag: "--baseline",
                value: baseline.to_string(),
                expected: "one of the initializers of --init".to_owned(),
            }),
            _ => Ok(()),
        }
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

    fn seed(plan: &Self::Plan) -> u64 {
        plan.seed
    }

    fn needs_data(_: &Config) -> bool {
        true
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        config.check()?;
        let seeds = config.seeds()?;
        let mut plans = Vec::new();
        for &init in &config.init {
            for &learning_rate in &config.learning_rate {
                let training = &config.training;
                let plan = |&seed| Plan {
                    init,
                    learning_rate,
                    seed,
                    training: training.clone(),
                    held_out: HeldOut::of(config, seed),
                };
                plans.extend(seeds.iter().map(plan));
            }
        }
        Ok(plans)
    }

    fn check_data(config: &Config, sizes: DataSizes) -> Result<(), ConfigError> {
        HeldOut::check(config, sizes)
    }

    fn columns(plan: &Plan) -> Vec<TableColumns> {
        let mut columns = vec![
            TableColumns::of::<rows::LayerRow>("initialization"),
            TableColumns::of::<rows::LossRow>("loss"),
            TableColumns::of::<rows::AccuracyRow>("accuracy"),
            TableColumns::of::<rows::SummaryRow>("summary"),
        ];
        columns.extend(plan.held_out.map(|_| TableColumns::of::<rows::ValidationRow>(rates::VALIDATION)));
        columns
    }

    fn cost(plan: &Plan, sizes: DataSizes) -> Cost {
        let architecture = plan.training.architecture(sizes.inputs, sizes.outputs);
        let NetworkArgs { batch_size, iterations, .. } = plan.training.network;
        let bytes = JudgedRun::bytes(&architecture, &plan.update(), batch_size as usize);
        let iterations = iterations as usize;
        let looks = plan.training.eval_every.map_or(0, |every| iterations / every as usize);
        let rows = iterations + looks + plan.training.network.hidden.len() + 3;
        Cost { iterations, bytes, rows: rows as u64 }
    }

    fn initial_summary(plans: &[&Plan], data: &Data, verbose: bool) -> String {
        let mut shown: Vec<Init> = Vec::new();
        let mut first_of_each = plans.to_vec();
        first_of_each.retain(|plan| {
            let new = !shown.contains(&plan.init);
            shown.push(plan.init);
            new
        });
        let prepare = |plan: &&Plan| data.with_seed(plan.seed, |data| Prepared::new(plan, data.set()));
        let prepared: Vec<Prepared> = first_of_each.par_iter().map(prepare).collect();
        let both = || first_of_each.iter().zip(&prepared);
        let layers = both().flat_map(|(plan, prepared)| prepared.layers(plan));
        let table = if verbose { explain::initial_table(layers) } else { String::new() };
        data.keep_facts(prepared.iter().map(|prepared| prepared.facts.clone()));
        let told: String = both()
            .map(|(plan, prepared)| explain::prediction(&plan.to_string(), prepared.forecast))
            .collect();
        let several = plans.iter().any(|plan| plan.learning_rate != plans[0].learning_rate);
        let others = if several { "(The predictions at the other rates are in summary.csv.)\n" } else { "" };
        table + &told + others
    }

    fn caption(config: &Config, plans: &[Plan]) -> String {
        caption(plans.iter().map(Plan::described), Some(&config.seeds))
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        TrainingRun::new(plan, data).train(observer)
    }

    fn with_training(plan: &Plan, data: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        let network = plan.setup(data.set().sizes()).network(&data.set().train);
        take(run::training(plan, data.set()).0, network);
    }

    fn assemble(config: &Config, mut parts: Vec<Option<Tables>>, data: &Data) -> Result<Tables, TableError> {
        let plans = Self::plans(config).expect("settings were checked before their runs");
        explain_failures(&plans, &mut parts, data.set())?;
        assemble::assemble(config, &plans, &parts)
    }

    fn check_extension(config: &Config) -> Result<(), ConfigError> {
        let [rate] = config.learning_rate[..] else { return Ok(()) };
        let expected = "several for --extend-rates to go on from, as 0.01,0.03,0.1".to_owned();
        Err(ConfigError { flag: "--learning-rate", value: exact(rate), expected })
    }

    fn extended(config: &Config, tables: &Tables) -> Result<Extended<Config>, TableError> {
        let rates = rates::extended(&config.learning_rate, &tables.rows::<rows::RateRow>("rates")?);
        Ok(rates.map(|learning_rate| Config { learning_rate, ..config.clone() }))
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        figures::figures(tables)
    }

    fn explanation(tables: &Tables) -> Result<Answer, TableError> {
        explain::explain(tables)
    }
}

/// Adds to the summaries of runs that did not learn why, and what would make them.
pub(super) fn explain_failures(
    plans: &[Plan],
    parts: &mut [Option<Tables>],
    data: &DataSet,
) -> Result<(), TableError> {
    let setup = |plan: &Plan| plan.setup(data.sizes());
    let trials = Trials::new(&data.train, trained::<_, SummaryRow>(plans, parts, setup));
    let kind = |plan: &Plan| format!("{:?}", Plan { seed: 0, held_out: None, ..plan.clone() });
    add_explanations::<_, SummaryRow>(plans, parts, kind, |plan| {
        explanation(&setup(plan), Kind::ALL, &trials)
    })
}
