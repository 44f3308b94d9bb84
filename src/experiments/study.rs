//! An experiment with its settings, whatever their types.
//!
//! [`Experiment`] is written once per question, in its own types. What goes around it, from the check
//! of the settings to the files, is the same for all of them; it sees a [`Study`].

use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::plot::Figure;
use crate::results::{TableError, Tables};
use crate::train::Stopped;
use serde::Serialize;
use serde_json::Value;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Settings that were checked, and the runs they ask for; runs are named by their position.
pub trait Study: Sync {
    /// The folder of these settings below the results.
    fn folder(&self) -> PathBuf;
    /// Every setting with its value.
    fn settings(&self) -> Value;
    /// Whether the runs learn from MNIST.
    fn needs_mnist(&self) -> bool;
    /// The runs, in the order in which they are reported.
    fn runs(&self) -> Vec<Run>;
    /// Everything that a run's numbers depend on, the data apart.
    fn run_settings(&self, run: usize) -> Value;
    /// What these runs start from, for the terminal; empty where there is nothing to tell.
    fn opening(&self, runs: &[usize], data: &Data) -> String;
    /// Does one run; the observer is told of every iteration and may stop it.
    fn run(&self, run: usize, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables>;
    /// What of a finished run's tables is assembled.
    fn part(&self, tables: Tables) -> Tables;
    /// Puts the parts of all runs together, `None` for one that failed.
    fn assemble(&self, parts: &[Option<Tables>]) -> Result<Tables, TableError>;
    /// Draws the figures of the assembled tables.
    fn figures(&self, tables: &Tables) -> Result<Vec<Figure>, TableError>;
    /// What the assembled tables say.
    fn answer(&self, tables: &Tables) -> Result<String, TableError>;
}

/// One run, seen from outside.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its name in progress and errors.
    pub name: String,
    /// What it will cost.
    pub cost: Cost,
}

/// Checks the settings of an experiment.
pub fn study<E: Experiment>(config: &E::Config) -> Result<impl Study, ConfigError> {
    Ok(Planned::<E> { config, plans: E::plans(config)? })
}

struct Planned<'a, E: Experiment> {
    config: &'a E::Config,
    plans: Vec<E::Plan>,
}

impl<E: Experiment> Study for Planned<'_, E> {
    fn folder(&self) -> PathBuf {
        E::folder(self.config)
    }

    fn settings(&self) -> Value {
        json(self.config)
    }

    fn needs_mnist(&self) -> bool {
        E::needs_mnist(self.config)
    }

    fn runs(&self) -> Vec<Run> {
        self.plans.iter().map(|plan| Run { name: plan.to_string(), cost: E::cost(plan) }).collect()
    }

    fn run_settings(&self, run: usize) -> Value {
        json(&self.plans[run])
    }

    fn opening(&self, runs: &[usize], data: &Data) -> String {
        E::opening(&runs.iter().map(|run| &self.plans[*run]).collect::<Vec<_>>(), data)
    }

    fn run(&self, run: usize, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        E::run(&self.plans[run], data, observer)
    }

    fn part(&self, tables: Tables) -> Tables {
        E::part(self.config, tables)
    }

    fn assemble(&self, parts: &[Option<Tables>]) -> Result<Tables, TableError> {
        E::assemble(self.config, parts)
    }

    fn figures(&self, tables: &Tables) -> Result<Vec<Figure>, TableError> {
        E::figures(tables)
    }

    fn answer(&self, tables: &Tables) -> Result<String, TableError> {
        E::answer(tables)
    }
}

fn json(settings: &impl Serialize) -> Value {
    serde_json::to_value(settings).expect("settings are plain values and lists")
}
