//! Remedies where no initializer is predicted to help: one setting changed at a time, measured and
//! diagnosed in the same way.

use super::assess::{Assessment, assess};
use super::candidates::{Candidate, with_exact_gain};
use super::config::Config;
use super::sample::Sample;
use crate::nn::activation::Activation;
use crate::nn::optimizer::Optimizer;
use crate::stats::Verdict;

/// One setting changed.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// The flags that change it.
    pub flags: String,
    /// The settings with the change.
    pub config: Config,
}

/// The changes that are tried, those that leave the network alone first.
fn changes(config: &Config) -> Vec<Remedy> {
    let with = |flags: String, change: &dyn Fn(&mut Config)| {
        let mut config = config.clone();
        change(&mut config);
        Remedy { flags, config }
    };
    let rate = |factor: f64| {
        let rate = (config.learning_rate() * factor * 1e9).round() / 1e9;
        with(format!("--learning-rate {rate}"), &|c: &mut Config| c.learning_rate = Some(rate))
    };
    let mut all = vec![rate(0.1), rate(0.01), rate(10.0)];
    if config.optimizer != Optimizer::Adam {
        all.push(with("--optimizer adam --learning-rate 0.001".to_owned(), &|c| {
            (c.optimizer, c.learning_rate) = (Optimizer::Adam, Some(0.001));
        }));
    }
    if !config.batch_norm {
        all.push(with("--batch-norm".to_owned(), &|c| c.batch_norm = true));
    }
    for activation in [Activation::Relu, Activation::Tanh].into_iter().filter(|f| *f != config.activation) {
        all.push(with(format!("--activation {activation}"), &|c| c.activation = activation));
    }
    if config.sizes.len() > 6 {
        let outputs = config.sizes[config.sizes.len() - 1];
        let sizes: Vec<u32> = config.sizes.iter().copied().take(4).chain([outputs]).collect();
        all.push(with("3 hidden layers".to_owned(), &|c| c.sizes.clone_from(&sizes)));
    }
    all
}

/// The changes with which a candidate is predicted to learn, each with that candidate's name.
pub fn remedies(config: &Config, best: &Candidate, sample: &Sample) -> Vec<(Remedy, String)> {
    changes(config).into_iter().filter_map(|remedy| helped(remedy, best, sample)).collect()
}

fn helped(remedy: Remedy, best: &Candidate, sample: &Sample) -> Option<(Remedy, String)> {
    let exact = with_exact_gain(remedy.config.activation);
    let mut tried = vec![best.clone()];
    if exact != best.init {
        tried.push(Candidate { init: exact, name: exact.to_string() });
    }
    let learns = |row: &Assessment| row.diagnosis.predicted == Verdict::Learned;
    let found = assess(&remedy.config, tried, sample).into_iter().find(learns)?;
    Some((remedy, found.candidate.name))
}
