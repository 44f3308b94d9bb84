//! `activations`: what does every layer see, forward and back, before any training?
//!
//! The book's figures 6-10 to 6-14 ("Deep Learning from Scratch"): normal inputs through five layers,
//! one histogram of activations per layer, for each activation function and initializer. Beside the
//! activations stand the gradient that goes back through the layers and the gradient of the weights,
//! which can look fine while the signal vanishes (Glorot & Bengio 2010), and what infinitely wide
//! layers would show.
//!
//! Read [`crate::diagnosis`] for what is sent, kept and measured, [`rows`] for what is left of it,
//! [`mod@predict`] for the theory, [`during_training`] for the same during training, then [`figures`] and [`explain`].

pub mod during_training;
pub mod explain;
pub mod figures;
pub mod histograms;
pub mod pair_means;
pub mod predict;
pub mod rows;
#[cfg(test)]
mod tests;

use super::args::{Seeds, distinct, each_once, possible};
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::Real;
use crate::data::DataSizes;
use crate::experiments::caption::{Description, batch, caption, rate};
use crate::experiments::names::{activation_name, initializer_name};
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::loss::Loss;
use crate::nn::names::named_family;
use crate::nn::network::{Architecture, Network};
use crate::nn::number::whole_number;
use crate::plot::Figure;
use crate::results::{Table, TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use crate::train::probe::Probe;
use during_training::TrainingArgs;
use predict::predict;
use rows::{Measured, Snapshot};
use serde::Serialize;
use std::fmt;
use std::ops::ControlFlow;

/// What is sent through the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Standard normal inputs, and a standard normal gradient that enters at the last layer.
    Noise,
    /// Test examples of a data set, MNIST unless another one is named; its classes are the outputs, and the
    /// gradient is that of the cross-entropy.
    Mnist,
}

impl On {
    /// Both with their names; `data` is another name of `mnist`.
    pub const NAMED: &[(&'static str, Self)] =
        &[("noise", Self::Noise), ("mnist", Self::Mnist), ("data", Self::Mnist)];
}

named_family!(On, "input");

/// When the layers are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum During {
    /// Once, before any training.
    Start,
    /// Before training and again every few iterations of it.
    Training,
}

impl During {
    /// Both with their names.
    pub const NAMED: &[(&'static str, Self)] = &[("start", Self::Start), ("training", Self::Training)];
}

named_family!(During, "moment");

/// The settings of the look into the layers.
#[derive(clap::Args, Clone, Debug, Serialize)]
pub struct Config {
    /// Activation functions.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "sigmoid,tanh,relu", value_parser = activation_name())]
    pub activation: Vec<Activation>,
    /// Initializers, each with each activation; `initlab initializers` lists them.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "std=1,std=0.01,Xavier,He", value_parser = initializer_name(), hide_possible_values = true)]
    pub init: Vec<Init>,
    /// Units of each hidden layer, in place of --layers and --width; noise has as many numbers per input
    /// as the first of them has units.
    #[arg(long, value_name = "UNITS,…", value_delimiter = ',', conflicts_with_all = ["layers", "width"],
          value_parser = whole_number(1..=65_536))]
    pub hidden: Option<Vec<u32>>,
    /// Hidden layers.
    #[arg(long, value_name = "N", default_value = "5", value_parser = whole_number(1..=1000))]
    pub layers: u32,
    /// Units of each layer, and numbers per input of noise.
    #[arg(long, value_name = "N", default_value = "100", value_parser = whole_number(1..=65_536))]
    pub width: u32,
    /// Examples that are sent through [default: 1000; 300 during training].
    #[arg(long, value_name = "N", value_parser = whole_number(1..=1_000_000))]
    pub samples: Option<u32>,
    /// Bins of each histogram.
    #[arg(long, value_name = "N", default_value = "30", value_parser = whole_number(1..=1000))]
    pub bins: u32,
    /// Draw activations from 0 to 1, as the book does, whatever their function.
    #[arg(long)]
    pub book: bool,
    /// What is sent through: noise, or data (mnist) for the test examples of a data set and the
    /// cross-entropy of their classes [default: noise; data with --data or during training].
    #[arg(long, value_name = "WHAT")]
    pub on: Option<On>,
    /// When to look: at the start, or also during training (Glorot & Bengio's curves).
    #[arg(long, value_name = "WHEN", default_value_t = During::Start)]
    pub during: During,
    /// How networks are trained with --during training.
    #[command(flatten)]
    pub course: TrainingArgs,
    /// Which seeds are run.
    #[command(flatten)]
    pub seeds: Seeds,
}

/// One network: an activation, an initializer, a seed.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The function after each layer.
    pub activation: Activation,
    /// What the weights are drawn from.
    pub init: Init,
    /// Seed of weights, inputs, signal and mini-batches.
    pub seed: u64,
    /// Units of each hidden layer.
    pub hidden: Vec<u32>,
    /// Examples that are sent through.
    pub samples: u32,
    /// Bins of each histogram.
    pub bins: u32,
    /// Whether activations are drawn from 0 to 1.
    pub book: bool,
    /// What is sent through.
    pub on: On,
    /// The training during which the layers are looked at, if they are.
    pub course: Option<TrainingArgs>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, seed {}", self.activation, self.init, self.seed)
    }
}

impl Config {
    /// What is sent through, unless the settings contradict each other.
    fn input(&self) -> Result<On, ConfigError> {
        match (self.on, self.during) {
            (Some(On::Noise), During::Training) => Err(ConfigError {
                flag: "--on",
                value: On::Noise.to_string(),
                expected: "mnist with --during training: there is nothing to learn from noise".to_owned(),
            }),
            (on, During::Start) => Ok(on.unwrap_or(On::Noise)),
            _ => Ok(On::Mnist),
        }
    }

    /// Units of each hidden layer.
    fn hidden(&self) -> Vec<u32> {
        self.hidden.clone().unwrap_or_else(|| vec![self.width; self.layers as usize])
    }

    /// How many examples are sent through, or all of a data set that has fewer.
    fn samples(&self) -> u32 {
        self.samples.unwrap_or(if self.during == During::Training { 300 } else { 1000 })
    }
}

impl Plan {
    /// What the plan sends through its network.
    fn probe(&self, data: &Data) -> Probe {
        match self.on {
            On::Noise => {
                let Architecture { inputs, outputs, .. } = self.architecture(DataSizes::MNIST);
                Probe::on_noise(self.seed, self.samples as usize, inputs, outputs)
            }
            On::Mnist => Probe::on_examples(self.seed, self.samples as usize, &data.set().test),
        }
    }

    /// The run in the words of a caption.
    fn described(&self) -> Description {
        let (first, depth) = (self.hidden[0], self.hidden.len());
        let is_even = self.hidden.iter().all(|units| *units == first);
        let mut words = vec![self.activation.to_string(), self.init.to_string()];
        if is_even {
            words.splice(..0, [format!("{depth} layers"), format!("{first} units each")]);
        }
        let course = self.course.iter();
        words.extend(course.flat_map(|course| [rate(course.rate.learning_rate), batch(course.batch_size)]));
        Description { hidden: if is_even { Vec::new() } else { self.hidden.clone() }, words }
    }

    /// The network that the plan starts from.
    fn network(&self, probe: &Probe, sizes: DataSizes) -> Network {
        probe.network(self.architecture(sizes), &self.init, self.seed)
    }

    /// The network for data of these sizes, or for noise.
    ///
    /// Noise gets as many outputs as the last layer has units, for the signal to enter there.
    pub fn architecture(&self, sizes: DataSizes) -> Architecture {
        let hidden: Vec<usize> = self.hidden.iter().map(|units| *units as usize).collect();
        let (first, last) = (hidden[0], hidden[hidden.len() - 1]);
        let on_data = self.on == On::Mnist;
        Architecture {
            inputs: if on_data { sizes.inputs } else { first },
            outputs: if on_data { sizes.outputs } else { last },
            hidden,
            activation: self.activation,
            loss: Loss::SoftmaxCrossEntropy,
            batch_norm: false,
        }
    }
}

/// The look into the layers.
#[derive(Debug)]
pub struct Activations;

impl Experiment for Activations {
    const NAME: &'static str = "activations";
    const QUESTION: &'static str =
        "What does an initializer do to the signal and the gradient, layer by layer?";
    type Config = Config;
    type Plan = Plan;

    fn seed(plan: &Self::Plan) -> u64 {
        plan.seed
    }

    fn use_named_data(config: &mut Config) {
        config.on = config.on.or(Some(On::Mnist));
    }

    fn needs_data(config: &Config) -> bool {
        config.input() == Ok(On::Mnist)
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        each_once("--activation", "activation", &config.activation)?;
        distinct(&config.init)?;
        config.activation.iter().try_for_each(|activation| possible(&config.init, *activation))?;
        let (on, seeds) = (config.input()?, config.seeds.list()?);
        let samples = config.samples();
        let mut plans = Vec::new();
        for &activation in &config.activation {
            for &init in &config.init {
                plans.extend(seeds.iter().map(|&seed| Plan {
                    activation,
                    init,
                    seed,
                    hidden: config.hidden(),
                    samples,
                    bins: config.bins,
                    book: config.book,
                    on,
                    course: (config.during == During::Training).then(|| config.course.clone()),
                }));
            }
        }
        Ok(plans)
    }

    fn check_data(config: &Config, sizes: DataSizes) -> Result<(), ConfigError> {
        match config.samples {
            Some(samples) if Self::needs_data(config) && samples as usize > sizes.test => Err(ConfigError {
                flag: "--samples",
                value: samples.to_string(),
                expected: format!("at most {}: there are no more test examples", sizes.test),
            }),
            _ => Ok(()),
        }
    }

    fn columns(_: &Plan) -> Vec<TableColumns> {
        vec![TableColumns::of::<rows::LayerRow>("layers"), TableColumns::of::<rows::BinRow>("bins")]
    }

    /// Five arrays of the batch per layer and two of as many numbers in double precision; the weights, their
    /// gradient and their transpose, and two more in double precision; the trainer, where there is one.
    fn cost(plan: &Plan, sizes: DataSizes) -> Cost {
        let real = size_of::<Real>() as u64;
        let fans = plan.architecture(sizes).fans();
        let units: u64 = fans.iter().map(|fans| fans.fan_out as u64).sum();
        let values = units * u64::from(plan.samples) * (5 * real + 16);
        let weights: u64 = fans.iter().map(|fans| fans.fan_in as u64 * fans.fan_out as u64).sum();
        let weights = weights * (3 * real + 16);
        let training = plan.course.as_ref().map_or(0, |course| course.bytes(plan, sizes));
        let iterations = plan.course.as_ref().map_or(1, |course| course.iterations as usize);
        let looks = plan.course.as_ref().map_or(1, |course| u64::from(course.iterations / course.every) + 2);
        let rows = 3 * fans.len() as u64 * (looks + 2 * u64::from(plan.bins));
        Cost { iterations, bytes: values.saturating_add(weights).saturating_add(training), rows }
    }

    fn caption(config: &Config, plans: &[Plan]) -> String {
        caption(plans.iter().map(Plan::described), Some(&config.seeds))
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let probe = plan.probe(data);
        let network = plan.network(&probe, data.sizes());
        let predicted = predict(plan, probe.width(), probe.mean_square());
        let mut measured = Measured::default();
        let snapshot = Snapshot { plan, iteration: 0, bins: true };
        measured.add(snapshot, &probe.capture(&network), &predicted);
        match &plan.course {
            Some(course) => course.follow(plan, &probe, network, data.set(), observer, &mut measured)?,
            None => observer.iterations_done(1)?,
        }
        ControlFlow::Continue(Tables::from_iter([
            Table::from_rows("layers", &measured.layers),
            Table::from_rows("bins", &measured.bins),
        ]))
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        Ok(figures::figures(&tables.rows("layers")?, &tables.rows("bins")?))
    }

    fn explanation(tables: &Tables) -> Result<Answer, TableError> {
        Ok(explain::explain(&tables.rows("layers")?))
    }
}
