//! Remedies where no initializer is predicted to help: one setting changed at a time, measured and
//! diagnosed in the same way.

use super::assess::{Assessment, assess};
use super::candidates::{Candidate, candidates};
use super::config::Config;
use super::rank::rank;
use super::sample::Sample;
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::optimizer::Optimizer;
use std::fmt;

/// Mini-batches of less are tried at this size too: gradients of few examples are mostly noise.
const SMALL_BATCH: u32 = 16;

/// One setting changed: the flags that change it, and the settings that they lead to.
struct Change {
    flags: String,
    config: Config,
}

/// A change that is predicted to help.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// The flags that make it, as in `--learning-rate 0.001`; "3 hidden layers" for fewer layers.
    pub flags: String,
    /// The initializer that is predicted to learn with it.
    pub candidate: Candidate,
    /// True where the initializer is all that changes; its name is then part of `flags`.
    pub only_init: bool,
}

/// The changes that are tried, those that leave the network alone first: larger mini-batches for small ones; a learning
/// rate of a tenth, a hundredth and ten times; where weights decay, a hundredth of that and none; Adam; batch norm; ReLU
/// and tanh; three hidden layers where there are more than four. What the settings have already is left out.
fn changes(config: &Config) -> Vec<Change> {
    let with = |flags: String, change: &dyn Fn(&mut Config)| {
        let mut config = config.clone();
        change(&mut config);
        Change { flags, config }
    };
    let rate = |factor: f64| {
        let rate = rounded(config.learning_rate() * factor);
        with(format!("--learning-rate {rate}"), &|c: &mut Config| c.learning_rate = Some(rate))
    };
    let decay = |factor: f64| {
        let decay = rounded(config.weight_decay * factor);
        with(format!("--weight-decay {decay}"), &|c: &mut Config| c.weight_decay = decay)
    };
    let mut all = Vec::new();
    if config.batch_size < SMALL_BATCH {
        all.push(with(format!("--batch-size {SMALL_BATCH}"), &|c| c.batch_size = SMALL_BATCH));
    }
    all.extend([rate(0.1), rate(0.01), rate(10.0)]);
    if config.weight_decay > 0.0 {
        all.extend([decay(0.01), decay(0.0)]);
    }
    let adam = match config.optimizer {
        Optimizer::Adam => "--learning-rate 0.001",
        _ => "--optimizer adam --learning-rate 0.001",
    };
    let is_there = config.optimizer == Optimizer::Adam && rounded(config.learning_rate()) == 0.001;
    if !is_there && !all.iter().any(|change| change.flags == adam) {
        all.push(with(adam.to_owned(), &|c| {
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

/// A number to nine digits: a tenth of 0.3 is 0.03, not 0.030000000000000002.
fn rounded(number: f64) -> f64 {
    format!("{number:.8e}").parse().expect("a number that was written reads back")
}

/// The changes with which a candidate is predicted to learn. Another initializer alone, where only some
/// were candidates and it is enough; nothing else then. Empty where nothing is predicted to help.
///
/// Each change is tried with `best` and with the initializer of the exact gain.
pub fn remedies(config: &Config, best: &Assessment, sample: &Sample) -> Vec<Remedy> {
    // Where a trial has refuted one forecast of learning, that of another initializer is worth no more.
    let another = if best.is_promising() { None } else { another_initializer(config, sample) };
    match another {
        Some(remedy) => vec![remedy],
        None => {
            changes(config).into_iter().filter_map(|change| helped(change, &best.candidate, sample)).collect()
        }
    }
}

/// The best of all initializers that is predicted to learn, if it was not among the candidates.
fn another_initializer(config: &Config, sample: &Sample) -> Option<Remedy> {
    if config.init.is_empty() {
        return None;
    }
    let given = &config.init;
    let config = Config { init: Vec::new(), ..config.clone() };
    let first = rank(assess(&config, candidates(&config), sample))
        .into_iter()
        .find(Assessment::is_promising)?
        .candidate;
    if given.contains(&first.init) {
        return None;
    }
    let flags = format!("--init {}", first.label().unwrap_or_else(|| first.name.clone()));
    Some(Remedy { flags, candidate: first, only_init: true })
}

/// A change with the initializer of the two that ranks first of those predicted to learn with it; none if neither is.
fn helped(change: Change, best: &Candidate, sample: &Sample) -> Option<Remedy> {
    let exact = Init::of_exact_gain(change.config.activation);
    let mut tried = vec![best.clone()];
    if exact != best.init {
        tried.push(Candidate { init: exact, name: exact.to_string() });
    }
    // Less is not advised: it is not tried as candidates are.
    let found =
        rank(assess(&change.config, tried, sample)).into_iter().find(Assessment::is_surely_promising)?;
    Some(Remedy { flags: change.flags, candidate: found.candidate, only_init: false })
}

/// The flags, with the initializer they go with: `--init He`, `--batch-norm (with He)`.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.flags)?;
        if self.only_init { Ok(()) } else { write!(f, " (with {})", self.candidate.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_config;
    use super::*;

    fn helping(flags: &[&str]) -> Vec<String> {
        let config = test_config(flags);
        let sample = Sample::noise(&config);
        let ranked = rank(assess(&config, candidates(&config), &sample));
        remedies(&config, &ranked[0], &sample).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn where_another_initializer_is_enough_nothing_else_is_said() {
        let flags = ["--sizes", "64,64,64,10", "--learning-rate", "0.1", "--init"];
        assert_eq!(helping(&[&flags[..], &["zeros"]].concat()), ["--init He"]);
        assert_eq!(helping(&[&flags[..], &["zeros,ones"]].concat()), ["--init He"]);
    }

    #[test]
    fn where_no_initializer_is_enough_other_settings_are_said() {
        let rate = ["--sizes", "64,64,64,10", "--learning-rate", "1000", "--init"];
        let said = helping(&[&rate[..], &["zeros"]].concat());
        assert!(!said.is_empty() && said.iter().all(|remedy| !remedy.starts_with("--init")), "{said:?}");
    }
    #[test]
    fn where_weights_decay_too_fast_a_smaller_decay_is_said() {
        let said = helping(&["--sizes", "64,64,64,10", "--learning-rate", "0.1", "--weight-decay", "3"]);
        for flags in ["--weight-decay 0.03 (with ", "--weight-decay 0 (with "] {
            assert!(said.iter().any(|remedy| remedy.starts_with(flags)), "{said:?}");
        }
    }
}
