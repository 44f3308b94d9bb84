//! Any experiment with its settings, without their types, and its runs in parallel.
//!
//! [`Experiment`] is written once per question, in its own types. What goes around it, from the check
//! of the settings to the files, is the same for all of them and sees a [`DynExperiment`].

use super::judged_run::TrainingSetup;
use super::{ConfigError, Cost, Data, Experiment, Extended, Observer};
use crate::data::DataSizes;
use crate::nn::network::Network;
use crate::plot::Figure;
use crate::results::{Table, TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// Checked settings and their runs; a run is named by its position, from 0, in the order of the plans.
///
/// # Panics
/// Methods that take the position of a run panic if there are not so many runs.
pub trait DynExperiment: Sync {
    /// The verb on the command line.
    fn name(&self) -> &'static str;
    /// The folder of these settings below the results.
    fn folder(&self) -> PathBuf;
    /// Every setting with its value, defaults included, as `run.json` has them.
    fn settings(&self) -> Value;
    /// True if the runs learn from a data set.
    fn needs_data(&self) -> bool;
    /// The number of runs.
    fn run_count(&self) -> usize;
    /// The runs on data of these sizes, in the order in which they are reported; an error if the
    /// settings do not go with them.
    fn runs(&self, sizes: DataSizes) -> Result<Vec<RunInfo>, ConfigError>;
    /// The line below the titles of figures.
    fn caption(&self) -> String;
    /// Everything that a run's numbers depend on, the data apart: the plan as JSON, part of the run's id.
    fn run_settings(&self, run: usize) -> Value;
    /// The seed of a run, by which the rows of a table are split.
    fn seed(&self, run: usize) -> u64;
    /// The tables of a run with their columns.
    fn columns(&self, run: usize) -> Vec<TableColumns>;
    /// What these runs start from and what is predicted for them, for the terminal; may be empty.
    fn initial_summary(&self, runs: &[usize], data: &Data, verbose: bool) -> String;
    /// Does one run; the observer receives every iteration and may cancel.
    fn run(&self, run: usize, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables>;
    /// Hands the network that a run starts from and how it is trained to `take`; nothing where it trains none.
    fn with_training(&self, run: usize, data: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network));
    /// The part of a finished run's tables that is assembled.
    fn part(&self, tables: Tables) -> Tables;
    /// Puts the parts of all runs together, `None` for one that failed.
    fn assemble(&self, parts: Vec<Option<Tables>>, data: &Data) -> Result<Tables, TableError>;
    /// Whether [`Experiment::extended`] has more runs, by the assembled tables of these.
    fn extended(&self, tables: &Tables) -> Result<Extended<()>, TableError>;
    /// Draws the figures of the assembled tables.
    fn figures(&self, tables: &Tables) -> Result<Vec<Figure>, TableError>;
    /// A short table for the terminal and its meaning, from the assembled tables.
    fn explanation(&self, tables: &Tables) -> Result<Answer, TableError>;
}

/// Name and cost of a run.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// Its name in progress and errors.
    pub name: String,
    /// The time and memory that it will need.
    pub cost: Cost,
    /// Rows of its tables that are assembled.
    pub assembled_rows: u64,
}

/// Checks the settings of an experiment and lists its runs.
///
/// # Errors
/// Those of [`Experiment::plans`].
pub fn checked<E: Experiment>(config: &E::Config) -> Result<impl DynExperiment, ConfigError> {
    Ok(CheckedExperiment::<E> { config, plans: E::plans(config)? })
}

/// The one implementation of [`DynExperiment`]: settings with the plans that they were checked into.
struct CheckedExperiment<'a, E: Experiment> {
    config: &'a E::Config,
    plans: Vec<E::Plan>,
}

impl<E: Experiment> DynExperiment for CheckedExperiment<'_, E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn folder(&self) -> PathBuf {
        E::folder(self.config)
    }

    fn settings(&self) -> Value {
        json(self.config)
    }

    fn needs_data(&self) -> bool {
        E::needs_data(self.config)
    }

    fn run_count(&self) -> usize {
        self.plans.len()
    }

    fn runs(&self, sizes: DataSizes) -> Result<Vec<RunInfo>, ConfigError> {
        E::check_data(self.config, sizes)?;
        let info = |plan: &E::Plan| RunInfo {
            name: plan.to_string(),
            cost: E::cost(plan, sizes),
            assembled_rows: E::assembled_rows(self.config, plan, sizes),
        };
        Ok(self.plans.iter().map(info).collect())
    }

    fn caption(&self) -> String {
        E::caption(self.config, &self.plans)
    }

    fn run_settings(&self, run: usize) -> Value {
        json(&self.plans[run])
    }

    fn seed(&self, run: usize) -> u64 {
        E::seed(&self.plans[run])
    }

    fn columns(&self, run: usize) -> Vec<TableColumns> {
        E::columns(&self.plans[run])
    }

    fn initial_summary(&self, runs: &[usize], data: &Data, verbose: bool) -> String {
        E::initial_summary(&runs.iter().map(|run| &self.plans[*run]).collect::<Vec<_>>(), data, verbose)
    }

    fn run(&self, run: usize, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        let tables = data.with_seed(self.seed(run), |data| E::run(&self.plans[run], data, observer))?;
        assert!(has_columns(&tables, &self.columns(run)), "the run's tables are not those it declares");
        ControlFlow::Continue(tables)
    }

    fn with_training(&self, run: usize, data: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        data.with_seed(self.seed(run), |data| E::with_training(&self.plans[run], data, take));
    }

    fn part(&self, tables: Tables) -> Tables {
        E::part(self.config, tables)
    }

    fn assemble(&self, parts: Vec<Option<Tables>>, data: &Data) -> Result<Tables, TableError> {
        data.with_seed(self.seed(0), |data| E::assemble(self.config, parts, data))
    }

    fn extended(&self, tables: &Tables) -> Result<Extended<()>, TableError> {
        E::extended(self.config, tables).map(|settings| settings.map(drop))
    }

    fn figures(&self, tables: &Tables) -> Result<Vec<Figure>, TableError> {
        E::figures(tables)
    }

    fn explanation(&self, tables: &Tables) -> Result<Answer, TableError> {
        E::explanation(tables)
    }
}

/// True if these are the declared tables, in order, each with its declared columns.
fn has_columns(tables: &Tables, declared: &[TableColumns]) -> bool {
    let is = |(table, declared): (&Table, &TableColumns)| {
        table.name() == declared.table && table.columns() == declared.columns
    };
    tables.iter().len() == declared.len() && tables.iter().zip(declared).all(is)
}

/// Settings or a plan as JSON.
fn json(settings: &impl Serialize) -> Value {
    serde_json::to_value(settings).expect("settings are plain values and lists")
}

/// The end of a run.
#[derive(Debug)]
pub enum Outcome {
    /// It ran to its end.
    Finished(Tables),
    /// The observer cancelled or skipped it; nothing of it is kept.
    Stopped,
    /// It panicked, with this message; the others go on.
    Failed(String),
}

/// Does these runs of an experiment in parallel and hands each outcome to `finished` as soon as it is there.
///
/// Runs know nothing of each other, so the order in which threads take them changes no result.
///
/// `observers` has one entry per run, in their order. `finished` gets the position in `runs`, not among all
/// runs of the experiment, and is called on the thread that did the run; every run is handed over once.
pub fn run_all(
    experiment: &dyn DynExperiment,
    runs: &[usize],
    data: &Data,
    observers: &[impl Observer],
    finished: impl Fn(usize, Outcome) + Sync,
) {
    runs.par_iter().zip(observers).enumerate().with_max_len(1).for_each(|(index, (run, observer))| {
        if !observer.should_run() {
            return finished(index, Outcome::Stopped);
        }
        let outcome = match catch_unwind(AssertUnwindSafe(|| experiment.run(*run, data, observer))) {
            Ok(ControlFlow::Continue(tables)) => Outcome::Finished(tables),
            Ok(ControlFlow::Break(Stopped)) => Outcome::Stopped,
            Err(panic) => Outcome::Failed(message_of(&*panic)),
        };
        finished(index, outcome);
    });
}

/// The message of a panic, if it is a text.
fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message").to_owned()
}
