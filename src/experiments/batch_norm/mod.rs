//! `batch-norm`: does the scale of the initial weights still matter under batch norm?
//!
//! The textbook's grid ("Deep Learning from Scratch", fig. 6-19): for each of 16 standard deviations
//! from 1 to 0.0001 one network with batch norm and one without, trained on the same mini-batches of
//! a thousand images, their accuracy on those images.
//!
//! This file has the settings and the contract, `run` the training, [`rows`] the tables, [`figures`] and
//! [`explain`](mod@explain) what is shown.

pub mod explain;
pub mod figures;
pub mod rows;
mod run;

use super::args::{NetworkArgs, RateArgs, Seeds, Training};
use super::failures::{add_explanations, explanation, trained};
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::data::DataSizes;
use crate::diagnosis::{Kind, Setup, Trials};
use crate::experiments::caption::{Description, caption};
use crate::experiments::judged_run::{JudgedRun, TrainingSetup};
use crate::experiments::names::activation_name;
use crate::nn::activation::Activation;
use crate::nn::init::{Distribution, Init};
use crate::nn::network::Network;
use crate::nn::number::whole_number;
use crate::nn::optimizer::{Optimizer, Update};
use crate::plot::Figure;
use crate::results::{TableColumns, TableError, Tables};
use crate::text::{Answer, rounded};
use crate::train::{LossAt, Stopped};
use rows::SummaryRow;
use serde::Serialize;
use std::fmt;
use std::ops::ControlFlow;

/// The smallest standard deviation, as a power of ten; the largest is 1.
const LAST_EXPONENT: f64 = -4.0;

/// The settings of the grid.
#[derive(clap::Args, Clone, Debug, Serialize)]
#[command(
    next_help_heading = "Network and training",
    mut_arg("hidden", |arg| arg.default_value("100,100,100,100,100")),
    mut_arg("batch_size", |arg| arg.default_value("100")),
    mut_arg("iterations", |arg| arg.default_value("200"))
)]
pub struct Config {
    /// Standard deviations of the initial weights, from 1 to 0.0001, evenly spaced in logarithm.
    #[arg(long, value_name = "N", default_value = "16", value_parser = whole_number(2..=64))]
    pub scales: u32,
    /// Function after each hidden layer.
    #[arg(long, value_name = "NAME", default_value_t = Activation::Relu, value_parser = activation_name())]
    pub activation: Activation,
    /// Units, examples, updates.
    #[command(flatten)]
    #[serde(flatten)]
    pub network: NetworkArgs,
    /// Images to learn from: the first N of the training set.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = whole_number(1..=60_000))]
    pub samples: u32,
    /// The learning rate.
    #[command(flatten)]
    #[serde(flatten)]
    pub rate: RateArgs,
    /// Accuracy after updates 1, 1 + K, 1 + 2 K, …
    #[arg(long, value_name = "K", default_value = "10", value_parser = whole_number(1..))]
    pub eval_every: u32,
    /// Which seeds are run.
    #[command(flatten)]
    pub seeds: Seeds,
}

/// One network: the scale of its weights, with or without batch norm, a seed.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Standard deviation of the initial weights.
    pub std: f64,
    /// Seed of weights and mini-batches.
    pub seed: u64,
    /// How many images there are to learn from.
    pub samples: u32,
    /// The learning rate.
    pub rate: RateArgs,
    /// The network, with or without batch norm, and how it is trained.
    pub training: Training,
}

/// The changes that this experiment has flags, or networks, for.
const HELPING: &[Kind] =
    &[Kind::BatchNorm, Kind::LowerRate, Kind::HigherRate, Kind::LargerBatches, Kind::MoreUpdates];

impl Plan {
    /// The network and its training on data of these sizes.
    fn setup(&self, sizes: DataSizes) -> Setup {
        let NetworkArgs { batch_size, iterations, .. } = self.training.network;
        Setup {
            architecture: self.training.architecture(sizes.inputs, sizes.outputs),
            init: Init::fixed(Distribution::Normal { std: self.std }),
            update: self.update(),
            examples: sizes.train.min(self.samples as usize),
            batch_size: Some(batch_size as usize),
            iterations: iterations as usize,
            seed: self.seed,
        }
    }

    fn update(&self) -> Update {
        self.training.update(self.rate.learning_rate)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "std {} {} batch norm seed {}", short(self.std), word(self.training.batch_norm), self.seed)
    }
}

/// The grid of weight scales.
#[derive(Debug)]
pub struct BatchNorm;

impl Experiment for BatchNorm {
    const NAME: &'static str = "batch-norm";
    const QUESTION: &'static str = "Does batch norm forgive a bad scale of the initial weights?";
    type Config = Config;
    type Plan = Plan;

    fn seed(plan: &Self::Plan) -> u64 {
        plan.seed
    }

    fn needs_data(_: &Config) -> bool {
        true
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        let seeds = config.seeds.list()?;
        training(config, true).check()?;
        let mut plans = Vec::new();
        for std in standard_deviations(config.scales) {
            for batch_norm in [true, false] {
                let training = training(config, batch_norm);
                let plan = |seed| Plan {
                    std,
                    seed,
                    samples: config.samples,
                    rate: config.rate.clone(),
                    training: training.clone(),
                };
                plans.extend(seeds.iter().copied().map(plan));
            }
        }
        Ok(plans)
    }

    fn columns(_: &Plan) -> Vec<TableColumns> {
        vec![
            TableColumns::of::<rows::AccuracyRow>("accuracy"),
            TableColumns::of::<rows::SummaryRow>("summary"),
        ]
    }

    fn cost(plan: &Plan, sizes: DataSizes) -> Cost {
        let architecture = plan.training.architecture(sizes.inputs, sizes.outputs);
        let bytes =
            JudgedRun::bytes(&architecture, &plan.update(), plan.training.network.batch_size as usize);
        let iterations = plan.training.network.iterations;
        Cost { iterations: iterations as usize, bytes, rows: u64::from(iterations) + 2 }
    }

    fn caption(config: &Config, plans: &[Plan]) -> String {
        let described = |plan: &Plan| Description::of(&plan.training, None, None, plan.rate.learning_rate);
        caption(plans.iter().map(described), Some(&config.seeds))
    }

    fn initial_summary(plans: &[&Plan], data: &Data, _: bool) -> String {
        let (all, wanted) = (data.sizes().train, plans.first().map_or(0, |plan| plan.samples));
        if wanted as usize <= all {
            return String::new();
        }
        format!(
            "note: --samples {wanted} are more than the {all} examples of the training set; all of them are used"
        )
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        run::train(plan, data.set(), observer)
    }

    fn with_training(plan: &Plan, data: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        let (setup, network) = run::start(plan, data.set());
        take(setup, network);
    }

    fn assemble(config: &Config, mut parts: Vec<Option<Tables>>, data: &Data) -> Result<Tables, TableError> {
        let data = data.set();
        let plans = Self::plans(config).expect("settings were checked before their runs");
        let setup = |plan: &Plan| plan.setup(data.sizes());
        let trials = Trials::new(&data.train, trained::<_, SummaryRow>(&plans, &parts, setup));
        let kind = |plan: &Plan| format!("{:?}", Plan { seed: 0, ..plan.clone() });
        let explain = |plan: &Plan| explanation(&setup(plan), HELPING, &trials);
        add_explanations::<_, SummaryRow>(&plans, &mut parts, kind, explain)?;
        Tables::joined(parts)
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        figures::figures(tables)
    }

    fn explanation(tables: &Tables) -> Result<Answer, TableError> {
        Ok(explain::explain(&tables.rows("summary")?))
    }
}

/// `count` numbers from 1 to 0.0001, each the same multiple of the one before.
fn standard_deviations(count: u32) -> impl Iterator<Item = f64> {
    let last = f64::from(count - 1);
    (0..count).map(move |place| 10f64.powf(LAST_EXPONENT * f64::from(place) / last))
}

fn training(config: &Config, batch_norm: bool) -> Training {
    Training {
        activation: config.activation,
        batch_norm,
        network: config.network.clone(),
        optimizer: Optimizer::Sgd,
        momentum: 0.0,
        weight_decay: 0.0,
        loss_at: LossAt::Before,
        eval_every: Some(config.eval_every),
    }
}

fn word(batch_norm: bool) -> &'static str {
    if batch_norm { "with" } else { "without" }
}

/// A standard deviation in three digits.
fn short(std: f64) -> String {
    rounded(std, 3)
}

#[cfg(test)]
mod tests {
    use super::rows::{AccuracyRow, SummaryRow};
    use super::*;
    use crate::data::{DataRequest, DataSet};
    use crate::stats::Verdict;
    use clap::{Args, Command, FromArgMatches};

    #[test]
    fn a_standard_deviation_is_short_whatever_it_is() {
        let stds = [0.0541, 1.0, 250.0, 0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300];
        assert_eq!(stds.map(short), ["0.0541", "1", "250", "0", "-1", "NaN", "inf", "1e-300"]);
    }

    fn plans(flags: &[&str]) -> Vec<Plan> {
        let words = ["batch-norm"].iter().chain(flags);
        let matches = Config::augment_args(Command::new("batch-norm")).get_matches_from(words);
        BatchNorm::plans(&Config::from_arg_matches(&matches).unwrap()).unwrap()
    }

    /// Runs the plan of this scale on the real images.
    fn run(std: &str, batch_norm: bool, data: &Data) -> (Vec<AccuracyRow>, SummaryRow) {
        let plan = |plan: &Plan| short(plan.std) == std && plan.training.batch_norm == batch_norm;
        let plan = plans(&[]).into_iter().find(plan).expect("a scale of the grid");
        let ControlFlow::Continue(tables) = BatchNorm::run(&plan, data, &()) else { panic!("stopped") };
        (tables.rows("accuracy").unwrap(), tables.rows("summary").unwrap().remove(0))
    }

    #[test]
    fn batch_norm_trains_where_small_weights_hold_the_plain_network_at_one_answer() {
        let request = DataRequest::default();
        let data = Data::of(DataSet::load(&request).unwrap());
        let labels = &data.set().train.labels[..1000];
        let mut shares = [0.0; 10];
        labels.iter().for_each(|label| shares[usize::from(*label)] += 1.0 / 1000.0);

        for std in ["0.00736", "0.00117", "0.0001"] {
            let (accuracy, summary) = run(std, false, &data);
            assert_eq!(summary.verdict, Verdict::Stalled, "std {std}");
            assert_eq!(accuracy.len(), 20);
            assert!(
                accuracy
                    .iter()
                    .all(|row| shares.iter().any(|share| (share - row.train_accuracy).abs() < 1e-9)),
                "std {std}: {accuracy:?}"
            );
        }
        let (accuracy, summary) = run("0.0136", true, &data);
        let updates: Vec<usize> = accuracy.iter().map(|row| row.iteration).collect();
        assert_eq!(updates, (1..200).step_by(10).collect::<Vec<_>>());
        assert!(summary.final_accuracy.unwrap() > 0.9, "{summary:?}");

        let (accuracy, summary) = run("1", false, &data);
        assert!(matches!(summary.diverged_at, Some(1..10)), "{summary:?}");
        assert_eq!(summary.final_accuracy, None);
        assert!(accuracy.iter().all(|row| row.train_loss.is_finite()), "{accuracy:?}");
    }

    #[test]
    fn scales_go_from_one_to_a_ten_thousandth_in_pairs() {
        let plans = plans(&[]);
        let names: Vec<String> = plans.iter().step_by(2).map(|plan| short(plan.std)).collect();
        assert_eq!(names.len(), 16);
        assert_eq!(
            [&names[..2], &names[6..9], &names[15..]].concat(),
            ["1", "0.541", "0.0251", "0.0136", "0.00736", "0.0001"]
        );
        assert!(plans.chunks(2).all(|pair| pair[0].std == pair[1].std && pair[0].seed == pair[1].seed));
        assert!(plans.chunks(2).all(|pair| pair[0].training.batch_norm && !pair[1].training.batch_norm));
    }
}
