//! `circles`: can a small network separate two rings, and what does its cost do meanwhile?
//!
//! The well-known exercise on initialization: a 2-10-5-1 network learns which of two rings a point
//! lies on, from weights that are zero, far too large, or just right. Its random numbers are by
//! default those of the exercise, so that in double precision its digits come out again.
//!
//! Read this file for the settings, [`streams`] for what a run starts from, `run` for the run, [`rows`]
//! for what it leaves behind, [`figures`] and [`explain`](mod@explain) for how that is shown.

pub mod explain;
pub mod figures;
mod history;
pub mod rows;
mod run;
pub mod streams;
#[cfg(test)]
mod tests;

use super::args::{RateArgs, Seeds, distinct, not_negative, possible};
use super::failures::{add_explanations, explanation};
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::data::DataSizes;
use crate::diagnosis::{Kind, Setup, Trials};
use crate::experiments::caption::{Description, caption, rate};
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::experiments::names::{activation_name, initializer_name};
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::loss::Loss;
use crate::nn::network::Architecture;
use crate::nn::network::Network;
use crate::nn::number::{seed, whole_number};
use crate::plot::Figure;
use crate::results::{TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use run::RingsRun;
use serde::Serialize;
use std::fmt;
use std::ops::ControlFlow;
use streams::{PUBLISHED_WEIGHTS, Streams};

/// Half the side of the square, around the origin, on which a network is asked what it thinks.
pub const REACH: f64 = 1.5;

/// The settings of the experiment.
#[derive(clap::Args, Clone, Debug, Serialize)]
pub struct Config {
    /// Initializers to compare; `initlab initializers` lists them.
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        default_value = "zeros,std=10,He,Xavier,std=0.01",
        value_parser = initializer_name(),
        hide_possible_values = true
    )]
    pub init: Vec<Init>,
    /// Points and training.
    #[command(flatten)]
    pub task: Task,
    /// Draws points and weights from our own streams of this seed [default: NumPy's streams with the
    /// seeds of the published exercise, 1 and 2 for the points, 3 for the weights].
    #[arg(long, value_name = "S", value_parser = seed, help_heading = "Seeds")]
    pub seed: Option<u64>,
    /// How many seeds: S, S+1, …, without --seed 3, 4, … for the weights alone; from two on, the cost
    /// is shown as mean and 95 % band.
    #[arg(long, value_name = "N", default_value = "1", value_parser = whole_number(1..=10_000),
          help_heading = "Seeds")]
    pub seeds: u32,
}

/// The points and how they are learned.
#[derive(clap::Args, Clone, Debug, Serialize)]
#[command(next_help_heading = "Points and training")]
pub struct Task {
    /// Points to learn from, half of them on each ring.
    #[arg(long, value_name = "N", default_value = "300", value_parser = points)]
    pub points: u32,
    /// Points to be measured on.
    #[arg(long, value_name = "N", default_value = "100", value_parser = points)]
    pub test_points: u32,
    /// Standard deviation of the noise that moves each point off its ring, in x and in y.
    #[arg(long, value_name = "STD", default_value = "0.05", value_parser = not_negative)]
    pub noise: f64,
    /// Function after each of the two hidden layers.
    #[arg(long, value_name = "NAME", default_value_t = Activation::Relu, value_parser = activation_name())]
    pub activation: Activation,
    /// The learning rate.
    #[command(flatten)]
    #[serde(flatten)]
    pub rate: RateArgs,
    /// Updates per network, each on all points.
    #[arg(long, value_name = "N", default_value = "15000", value_parser = whole_number(1..=10_000_000))]
    pub iterations: u32,
    /// Cells per side of the map of decisions.
    #[arg(long, value_name = "N", default_value = "120", value_parser = whole_number(2..=1000))]
    pub grid: u32,
}

fn points(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|n| (2..=100_000).contains(n));
    number
        .ok_or_else(|| "expected a whole number from 2 to 100000, one point at least on each ring".to_owned())
}

/// One network: an initializer, its random numbers, and how it is trained.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// What the weights are drawn from.
    pub init: Init,
    /// Where points and weights come from.
    pub streams: Streams,
    /// Points and training.
    pub task: Task,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} seed {}", self.init, self.streams.seed())
    }
}

/// The changes that this experiment has flags for.
const HELPING: &[Kind] = &[Kind::Weights, Kind::LowerRate, Kind::HigherRate, Kind::MoreUpdates];

impl Plan {
    /// The network and its training; weights come from our own streams, whatever the plan's.
    fn setup(&self) -> Setup {
        Setup {
            architecture: self.architecture(),
            init: self.init,
            update: self.task.rate.sgd(),
            examples: self.task.points as usize,
            batch_size: None,
            iterations: self.task.iterations as usize,
            seed: self.streams.seed(),
        }
    }

    fn architecture(&self) -> Architecture {
        Architecture {
            inputs: 2,
            hidden: vec![10, 5],
            outputs: 1,
            activation: self.task.activation,
            batch_norm: false,
            loss: Loss::BinaryCrossEntropy,
        }
    }
}

/// The experiment on two rings.
#[derive(Debug)]
pub struct Circles;

impl Experiment for Circles {
    const NAME: &'static str = "circles";
    const QUESTION: &'static str = "Two rings: which initial weights find the boundary between them?";
    type Config = Config;
    type Plan = Plan;

    fn seed(plan: &Self::Plan) -> u64 {
        plan.streams.seed()
    }

    fn needs_data(_: &Config) -> bool {
        false
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        distinct(&config.init)?;
        possible(&config.init, config.task.activation)?;
        let streams = streams(config)?;
        let plan = |init: Init, streams| Plan { init, streams, task: config.task.clone() };
        Ok(config.init.iter().flat_map(|init| streams.iter().map(|s| plan(*init, *s))).collect())
    }

    fn columns(_: &Plan) -> Vec<TableColumns> {
        vec![
            TableColumns::of::<rows::LossRow>("loss"),
            TableColumns::of::<rows::PointRow>("points"),
            TableColumns::of::<rows::BoundaryRow>("boundary"),
            TableColumns::of::<rows::ParameterRow>("parameters"),
            TableColumns::of::<rows::SummaryRow>("summary"),
        ]
    }

    fn cost(plan: &Plan, _: DataSizes) -> Cost {
        let Task { points, test_points, iterations, grid, .. } = plan.task;
        let architecture = plan.architecture();
        let rows = u64::from(points + test_points)
            + u64::from(iterations)
            + u64::from(grid).pow(2)
            + history::row_count(&architecture, iterations as usize);
        let bytes = JudgedRun::bytes(&architecture, &plan.task.rate.sgd(), points as usize);
        Cost { iterations: iterations as usize, bytes, rows }
    }

    fn caption(config: &Config, plans: &[Plan]) -> String {
        let described = |Plan { init, task, .. }: &Plan| Description {
            words: vec![task.activation.to_string(), init.to_string(), rate(task.rate.learning_rate)],
            ..Description::default()
        };
        let seeds = Seeds { seed: config.seed.unwrap_or_default(), seeds: config.seeds };
        let is_named = config.seed.is_some() || config.seeds > 1;
        caption(plans.iter().map(described), is_named.then_some(&seeds))
    }

    fn run(plan: &Plan, _: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        RingsRun::new(plan).train(observer)
    }

    fn with_training(plan: &Plan, _: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        RingsRun::new(plan).with_training(take);
    }

    fn assemble(config: &Config, mut parts: Vec<Option<Tables>>, _: &Data) -> Result<Tables, TableError> {
        let plans = Self::plans(config).expect("settings were checked before their runs");
        let kind = |plan: &Plan| plan.init.to_string();
        let explain = |plan: &Plan| {
            let points = streams::examples(&plan.streams.train(plan.task.points as usize, plan.task.noise));
            explanation(&plan.setup(), HELPING, &Trials::new(&points, []))
        };
        add_explanations::<_, rows::SummaryRow>(&plans, &mut parts, kind, explain)?;
        Tables::joined(parts)
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        figures::figures(tables)
    }

    fn explanation(tables: &Tables) -> Result<Answer, TableError> {
        explain::explain(tables)
    }
}

fn streams(config: &Config) -> Result<Vec<Streams>, ConfigError> {
    let Some(first) = config.seed else {
        refuse_what_numpy_cannot_draw(&config.init)?;
        return Ok((0..config.seeds).map(|i| Streams::Numpy(PUBLISHED_WEIGHTS + i)).collect());
    };
    let seeds = Seeds { seed: first, seeds: config.seeds };
    Ok(seeds.list()?.into_iter().map(Streams::Own).collect())
}

fn refuse_what_numpy_cannot_draw(inits: &[Init]) -> Result<(), ConfigError> {
    match inits.iter().find(|init| !Streams::Numpy(PUBLISHED_WEIGHTS).can_draw(init)) {
        None => Ok(()),
        Some(init) => Err(ConfigError {
            flag: "--init",
            value: init.to_string(),
            expected: "weights that are drawn one by one and biases of 0, as published; with --seed S our own streams \
                       draw from any initializer"
                .to_owned(),
        }),
    }
}
