//! The experiments: one folder each, all behind one contract.
//!
//! An [`Experiment`] turns settings into plans, a plan into tables, and tables into figures and an
//! explanation. Running is a pure function of the plan and the data; figures see tables and nothing
//! else, so redrawing needs no training. [`runner`] does the runs of any experiment in parallel.
//!
//! Each folder has the same files: `mod` (settings, plans, the contract), `run` (one plan, trained and
//! measured), `rows` (its tables), `figures`, `explain` (what is said on the terminal).
//!
//! The smallest complete use: settings from words, plans, one run, tables, an explanation.
//!
//! ```
//! use clap::{Args, FromArgMatches};
//! use initlab::experiments::circles::{Circles, Config};
//! use initlab::experiments::{Data, Experiment};
//! use std::ops::ControlFlow;
//!
//! let words = ["circles", "--init", "He", "--iterations", "20", "--points", "20", "--grid", "4"];
//! let matches = Config::augment_args(clap::Command::new("circles")).try_get_matches_from(words)?;
//! let config = Config::from_arg_matches(&matches)?;
//! let plans = Circles::plans(&config)?;
//! assert_eq!(plans[0].to_string(), "He seed 3");
//! let ControlFlow::Continue(run) = Circles::run(&plans[0], &Data::nothing(), &()) else { unreachable!() };
//! let tables = Circles::assemble(&config, vec![Some(run)], &Data::nothing())?;
//! assert_eq!(tables.get("loss")?.row_count(), 20);
//! assert!(Circles::explanation(&tables)?.to_string().starts_with("initializer"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod activations;
pub mod args;
pub mod batch_norm;
pub mod caption;
pub mod catalogue;
pub mod circles;
pub mod compare;
pub mod curves;
pub mod failures;
pub mod judged_run;
pub mod methods;
pub mod name_styles;
pub mod names;
pub mod over_seeds;
pub mod paste;
pub mod raw_table;
pub mod runner;
pub mod seed_table;
pub mod sweep;
pub mod symmetry;

use crate::data::{DataSet, DataSizes};
use crate::diagnosis::{Facts, Setup};
use crate::nn::network::Network;
use crate::plot::Figure;
use crate::results::{TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use judged_run::TrainingSetup;
use serde::Serialize;
use std::fmt::Display;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Raised whenever the same plan gives other numbers or sentences than before; part of every run's id.
pub const ENGINE: u32 = 13;

/// A question, the runs that answer it, and how the answer is shown.
pub trait Experiment {
    /// The verb on the command line and the folder below the results.
    const NAME: &'static str;
    /// What it asks, in one sentence.
    const QUESTION: &'static str;
    /// Every setting; one field is flag, help text and part of the runs' ids.
    type Config: Serialize + Sync;
    /// One run. Only checked settings yield one; its text form names it in progress and errors.
    type Plan: Serialize + Display + Sync;

    /// The seed of a run, by which the rows of a table are split; any number for a run that needs no data.
    fn seed(plan: &Self::Plan) -> u64;

    /// The folder of these settings below the results; one per experiment where there is no reason
    /// for more.
    fn folder(_config: &Self::Config) -> PathBuf {
        Self::NAME.into()
    }
    /// Called before everything else when a data set was named: settings that do not say otherwise use it.
    fn use_named_data(_config: &mut Self::Config) {}
    /// True if these settings need a data set to learn from.
    fn needs_data(config: &Self::Config) -> bool;
    /// Checks the settings and lists their runs, in the order in which they are reported: the order of
    /// tables, of parts in [`assemble`](Self::assemble), and of a shard's count.
    ///
    /// # Errors
    /// [`ConfigError`] for the first setting that cannot be run; nothing has been read or written by then.
    fn plans(config: &Self::Config) -> Result<Vec<Self::Plan>, ConfigError>;
    /// Checks the settings against the data set that was loaded, by its numbers of inputs, classes and
    /// examples.
    ///
    /// # Errors
    /// [`ConfigError`] for a setting that the data cannot serve, such as more samples than there are.
    fn check_data(_config: &Self::Config, _sizes: DataSizes) -> Result<(), ConfigError> {
        Ok(())
    }
    /// The tables that a plan's run returns, in order, with their columns; part of the run's id, so a
    /// run that is on the disk from before a column was added is run again.
    fn columns(plan: &Self::Plan) -> Vec<TableColumns>;
    /// The time and memory that a plan will need.
    fn cost(plan: &Self::Plan, sizes: DataSizes) -> Cost;
    /// The number of a run's rows that are assembled, for the estimate of memory; by default all of them.
    fn assembled_rows(_config: &Self::Config, plan: &Self::Plan, sizes: DataSizes) -> u64 {
        Self::cost(plan, sizes).rows
    }
    /// What the runs start from and what is predicted for them, for the terminal: a line each, or with
    /// `verbose` a table; empty by default.
    fn initial_summary(_plans: &[&Self::Plan], _data: &Data, _verbose: bool) -> String {
        String::new()
    }
    /// The line below the titles of figures: what all runs have in common; none by default.
    fn caption(_config: &Self::Config, _plans: &[Self::Plan]) -> String {
        String::new()
    }
    /// Runs one plan; the observer receives every iteration and may cancel, which makes the result a `Break`.
    ///
    /// A pure function: the same plan on the same data gives the same tables, on any number of threads.
    fn run(plan: &Self::Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables>;
    /// Hands the network that a run starts from and how it is trained to `take`, for whoever wants to follow it step by
    /// step; nothing by default, and for a plan that trains no network.
    fn with_training(_plan: &Self::Plan, _data: &Data, _take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {}
    /// The part of a finished run's tables that is assembled; the rest stays in its file.
    fn part(_config: &Self::Config, tables: Tables) -> Tables {
        tables
    }
    /// Puts the parts of all runs together, one per plan in their order, `None` for one that failed. By
    /// default tables of one name are appended; an experiment may add what follows from all runs, or from the data.
    ///
    /// # Errors
    /// [`TableError`] if two runs have tables of one name with different columns.
    fn assemble(
        _config: &Self::Config,
        parts: Vec<Option<Tables>>,
        _data: &Data,
    ) -> Result<Tables, TableError> {
        Tables::joined(parts)
    }
    /// An error where there are no several values of which the best could lie at the edge.
    fn check_extension(_config: &Self::Config) -> Result<(), ConfigError> {
        Ok(())
    }
    /// How to go on where the best of several values may lie at the edge of those tried.
    ///
    /// # Errors
    /// [`TableError`] if the tables are not those of these settings.
    fn extended(_config: &Self::Config, _tables: &Tables) -> Result<Extended<Self::Config>, TableError> {
        Ok(Extended::Settled)
    }
    /// The figures of the assembled tables, the most important one first: it is shown in the terminal.
    ///
    /// # Errors
    /// [`TableError`] if the tables are not those of this experiment: they may come from edited files.
    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError>;
    /// A short table and its meaning, from the assembled tables.
    ///
    /// # Errors
    /// As [`figures`](Self::figures).
    fn explanation(tables: &Tables) -> Result<Answer, TableError>;
}

/// Receives progress; may cancel the run. `()` is the silent observer.
pub trait Observer: Sync {
    /// Called before a run, which is skipped if this is false.
    fn should_run(&self) -> bool {
        true
    }
    /// Called after each iteration with the number of iterations done.
    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped>;
}

impl Observer for () {
    fn iterations_done(&self, _: usize) -> ControlFlow<Stopped> {
        ControlFlow::Continue(())
    }
}

/// What follows from the best of several values.
#[derive(Clone, Debug, PartialEq)]
pub enum Extended<T> {
    /// None lies at the edge of those tried.
    Settled,
    /// One does: with these, values beyond it are tried.
    Beyond(T),
    /// There is none, or none beyond it is tried, for this reason.
    Never(&'static str),
}

impl<T> Extended<T> {
    /// The same with what `change` makes of the settings to go on with.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Extended<U> {
        match self {
            Self::Settled => Extended::Settled,
            Self::Beyond(settings) => Extended::Beyond(change(settings)),
            Self::Never(why) => Extended::Never(why),
        }
    }
}

/// The time and memory that a run will need, from its settings and the sizes of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Iterations, the unit of progress.
    pub iterations: usize,
    /// Bytes of memory while it runs, its tables apart.
    pub bytes: u64,
    /// Rows of its tables.
    pub rows: u64,
}

/// A setting that cannot be run. Its text:
///
/// ```
/// use initlab::experiments::ConfigError;
///
/// let expected = "at least 2 examples with batch norm".to_owned();
/// let error = ConfigError { flag: "--batch-size", value: "1".to_owned(), expected };
/// let text = "invalid value '1' for '--batch-size': expected at least 2 examples with batch norm";
/// assert_eq!(error.to_string(), text);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid value '{value}' for '{flag}': expected {expected}")]
pub struct ConfigError {
    /// The flag, as typed.
    pub flag: &'static str,
    /// Its value.
    pub value: String,
    /// What was expected instead.
    pub expected: String,
}

/// The data that experiments learn from; nothing for those that make their own.
#[derive(Debug, Default)]
pub struct Data {
    set: Option<DataSet>,
    /// What was measured of networks for the reader before their runs begin.
    facts: Arc<Mutex<Vec<Facts>>>,
}

impl Data {
    /// Data for experiments that make their own.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Data for experiments that learn from a data set.
    pub fn of(set: DataSet) -> Self {
        Self { set: Some(set), facts: Arc::default() }
    }

    /// Calls with the data as the run of a seed has them.
    pub fn with_seed<T>(&self, seed: u64, call: impl FnOnce(&Self) -> T) -> T {
        match self.set.as_ref().and_then(|set| set.of_seed(seed)) {
            Some(own) => call(&Self { set: Some(own), facts: Arc::clone(&self.facts) }),
            None => call(self),
        }
    }

    /// The data set.
    ///
    /// # Panics
    /// If the experiment did not say that it needs one.
    pub fn set(&self) -> &DataSet {
        self.set.as_ref().expect("an experiment that needs data says so")
    }

    /// The data set, if there is one.
    pub fn as_set(&self) -> Option<&DataSet> {
        self.set.as_ref()
    }

    /// Keeps what was measured of some networks for their runs.
    fn keep_facts(&self, facts: impl Iterator<Item = Facts>) {
        self.facts.lock().expect("no holder panics").extend(facts);
    }

    /// What was measured of a network, for its run.
    fn take_facts(&self, setup: &Setup) -> Option<Facts> {
        let mut facts = self.facts.lock().expect("no holder panics");
        let found = facts.iter().position(|facts| facts.setup == *setup)?;
        Some(facts.swap_remove(found))
    }

    /// Its sizes; MNIST's where there is none.
    pub fn sizes(&self) -> DataSizes {
        self.set.as_ref().map_or(DataSizes::MNIST, DataSet::sizes)
    }
}
