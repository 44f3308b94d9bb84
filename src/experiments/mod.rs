//! The experiments: one file each, all behind one contract.
//!
//! An [`Experiment`] turns settings into plans, a plan into tables, and tables into figures and an
//! answer. Running is a pure function of the plan and the data; figures see tables and nothing else,
//! so redrawing needs no training. [`run_all`] is the only code here that knows about parallelism.

pub mod activations;
pub mod batch_norm;
pub mod catalogue;
pub mod circles;
pub mod compare;
pub mod curves;
pub mod settings;
pub mod study;
pub mod sweep;
pub mod symmetry;
pub mod text;

use crate::data::Mnist;
use crate::nn::inputs::{Examples, Inputs};
use crate::plot::Figure;
use crate::results::{TableError, Tables};
use crate::train::Stopped;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt::Display;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use study::Study;

/// Raised whenever the same plan gives other numbers than before; part of every run's id.
pub const ENGINE: u32 = 1;

/// One question, the runs that answer it, and how the answer is shown.
pub trait Experiment {
    /// The verb on the command line and the folder below the results.
    const NAME: &'static str;
    /// Every setting; one field is flag, help text and part of the runs' ids.
    type Config: Serialize + Sync;
    /// One run. Only checked settings yield one; its text form names it in progress and errors.
    type Plan: Serialize + Display + Sync;

    /// The folder of these settings below the results; one per experiment where there is no reason
    /// for more.
    fn folder(_config: &Self::Config) -> PathBuf {
        Self::NAME.into()
    }
    /// Whether these settings need MNIST.
    fn needs_mnist(config: &Self::Config) -> bool;
    /// Checks the settings and lists their runs, in the order in which they are reported.
    fn plans(config: &Self::Config) -> Result<Vec<Self::Plan>, ConfigError>;
    /// What a plan will cost.
    fn cost(plan: &Self::Plan) -> Cost;
    /// What the runs start from, for the terminal; empty where there is nothing to tell.
    fn opening(_plans: &[&Self::Plan], _data: &Data) -> String {
        String::new()
    }
    /// Runs one plan; the observer is told of every iteration and may stop it.
    fn run(plan: &Self::Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables>;
    /// What of a finished run's tables is assembled; the rest stays in its file.
    fn part(_config: &Self::Config, tables: Tables) -> Tables {
        tables
    }
    /// Puts the parts of all runs together, one per plan in their order, `None` for one that failed.
    fn assemble(_config: &Self::Config, parts: &[Option<Tables>]) -> Result<Tables, TableError> {
        let mut all = Tables::new();
        parts.iter().flatten().try_for_each(|part| all.append(part))?;
        Ok(all)
    }
    /// Draws the figures of the assembled tables.
    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError>;
    /// What the assembled tables say: a short table and its meaning, for the terminal.
    fn answer(tables: &Tables) -> Result<String, TableError>;
}

/// Hears how a run goes on.
pub trait Observer: Sync {
    /// Called before a run; a run that is not wanted any more is passed over.
    fn wanted(&self) -> bool {
        true
    }
    /// Called after each iteration with the number of iterations done.
    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped>;
}

/// What a run will need, from its settings alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Iterations, the unit of progress.
    pub iterations: usize,
    /// Bytes of memory while it runs.
    pub bytes: u64,
}

/// A setting that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid value '{value}' for '{flag}': {expected}")]
pub struct ConfigError {
    /// The flag, as typed.
    pub flag: &'static str,
    /// Its value.
    pub value: String,
    /// What was expected instead.
    pub expected: String,
}

/// What experiments learn from.
#[derive(Debug, Default)]
pub struct Data {
    mnist: Option<MnistExamples>,
}

/// MNIST in the form in which networks take it.
#[derive(Debug)]
pub struct MnistExamples {
    /// What networks learn from.
    pub train: Examples,
    /// What they are measured on.
    pub test: Examples,
    /// Entropy of the training labels in nats: the loss of knowing only how frequent each digit is.
    pub label_entropy: f64,
}

impl Data {
    /// Data for experiments that make their own.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Data for experiments on MNIST.
    pub fn of(mnist: Mnist) -> Self {
        let label_entropy = mnist.train.label_entropy();
        let (train, test) = rayon::join(|| examples(mnist.train), || examples(mnist.test));
        Self { mnist: Some(MnistExamples { train, test, label_entropy }) }
    }

    /// MNIST.
    ///
    /// # Panics
    /// If the experiment did not say that it needs it.
    pub fn mnist(&self) -> &MnistExamples {
        self.mnist.as_ref().expect("an experiment that needs MNIST says so")
    }
}

fn examples(images: crate::data::Images) -> Examples {
    Examples { inputs: Inputs::from_bytes(images.pixels, crate::data::PIXELS), labels: images.labels }
}

/// What became of a run.
#[derive(Debug)]
pub enum Outcome {
    /// It ran to its end.
    Finished(Tables),
    /// The observer stopped it or did not want it; nothing of it is kept.
    Stopped,
    /// It panicked, with this message; the others go on.
    Failed(String),
}

/// Does these runs of a study in parallel and hands each outcome to `finished` as soon as it is there.
///
/// Runs know nothing of each other, so the order in which threads take them changes no result.
pub fn run_all(
    study: &dyn Study,
    runs: &[usize],
    data: &Data,
    observers: &[impl Observer],
    finished: impl Fn(usize, Outcome) + Sync,
) {
    runs.par_iter().zip(observers).enumerate().with_max_len(1).for_each(|(index, (run, observer))| {
        if !observer.wanted() {
            return finished(index, Outcome::Stopped);
        }
        let outcome = match catch_unwind(AssertUnwindSafe(|| study.run(*run, data, observer))) {
            Ok(ControlFlow::Continue(tables)) => Outcome::Finished(tables),
            Ok(ControlFlow::Break(Stopped)) => Outcome::Stopped,
            Err(panic) => Outcome::Failed(message_of(&*panic)),
        };
        finished(index, outcome);
    });
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message").to_owned()
}
