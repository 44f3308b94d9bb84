//! What can be typed: one verb per experiment, and a few for looking at things.

use super::conduct::conduct;
use super::options::Run;
use super::{redraw, show, sweep};
use crate::experiments::Experiment;
use crate::experiments::activations::Activations;
use crate::experiments::batch_norm::BatchNorm;
use crate::experiments::circles::Circles;
use crate::experiments::compare::Compare;
use crate::experiments::runner::checked;
use crate::experiments::sweep::Sweep;
use crate::experiments::symmetry::Symmetry;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// How should this neural network be initialized, and why?
#[derive(Parser, Debug)]
#[command(version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Makes one verb of each experiment (those after `also` have a verb of another kind), and the way from a results folder back to its experiment.
macro_rules! experiments {
    ($($(#[$about:meta])* $verb:ident: $experiment:ty;)* => also $($other:ty),*;) => {
        /// The experiments.
        #[derive(Subcommand, Debug)]
        pub enum ExperimentVerb {
            $($(#[$about])* $verb(Run<<$experiment as Experiment>::Config>),)*
        }

        impl ExperimentVerb {
            fn execute(self) -> anyhow::Result<u8> {
                match self {
                    $(Self::$verb(run) => conduct(&checked::<$experiment>(&run.config)?, &run.options),)*
                }
            }
        }

        /// Every experiment.
        pub const EXPERIMENTS: &[redraw::Drawn] = &[
            $((<$experiment>::NAME, <$experiment>::figures),)*
            $((<$other>::NAME, <$other>::figures),)*
        ];
    };
}

experiments! {
    /// Loss curves on MNIST, one network per initializer: the textbook figure.
    ///
    /// Examples:
    ///   initlab compare
    ///   initlab compare --seeds 5 --init Xavier,He,lecun_uniform
    ///   initlab compare --activation tanh --optimizer adam --learning-rate 0.001
    #[command(verbatim_doc_comment)]
    Compare: Compare;

    /// Histograms of activations and gradients, layer by layer: what an initializer does to a signal.
    ///
    /// Examples:
    ///   initlab activations
    ///   initlab activations --activation relu --init Xavier,He --layers 20 --seeds 5
    ///   initlab activations --on mnist --activation tanh,softsign
    ///   initlab activations --during training --activation sigmoid,tanh --init Xavier
    #[command(verbatim_doc_comment)]
    Activations: Activations;

    /// Why not zeros: units that start alike stay alike, shown bit for bit on MNIST.
    ///
    /// Examples:
    ///   initlab symmetry
    ///   initlab symmetry --init zeros,ones,He --one-changed ones --activation tanh
    #[command(verbatim_doc_comment)]
    Symmetry: Symmetry;

    /// Two rings: zeros, ×10, He, with the boundary each network draws; needs no data.
    ///
    /// Examples:
    ///   initlab circles
    ///   initlab circles --init He,Xavier --activation tanh
    ///   initlab circles --seed 1 --seeds 10
    #[command(verbatim_doc_comment)]
    Circles: Circles;

    /// Accuracy with and without batch norm, over 16 scales of the initial weights.
    ///
    /// Examples:
    ///   initlab batch-norm
    ///   initlab batch-norm --scales 8 --activation tanh --seeds 3
    #[command(verbatim_doc_comment)]
    BatchNorm: BatchNorm;

    => also Sweep;
}

/// Every verb.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// An experiment.
    #[command(flatten)]
    Experiment(ExperimentVerb),
    /// A grid of runs from a TOML file: one table, one heat map.
    ///
    /// Every key is a setting of compare with _ for -, or depth (hidden layers) or width (units of
    /// each); a list gives alternatives, and all combinations are run.
    ///
    ///   init = "He"
    ///   depth = [2, 5, 10, 20]
    ///   learning_rate = [0.001, 0.01, 0.1]
    ///   seeds = 3
    ///   [heatmap]
    ///   x = "depth"
    ///   y = "learning_rate"
    ///   value = "test_accuracy"
    ///
    /// Examples:
    ///   initlab sweep scripts/grids/depth.toml --list
    ///   initlab sweep scripts/grids/depth.toml
    ///   initlab sweep scripts/grids/depth.toml --shard auto    (in a job array)
    #[command(verbatim_doc_comment)]
    #[allow(rustdoc::broken_intra_doc_links)] // [heatmap] is a TOML table
    Sweep(sweep::Arguments),
    /// Every initializer: names, formulas, sources, and its numbers for one layer.
    ///
    /// Examples:
    ///   initlab initializers
    ///   initlab initializers --fans 784,100 --activation tanh
    #[command(verbatim_doc_comment)]
    Initializers(show::Numbers),
    /// Redraw the figures from the CSV files, without training.
    Plot {
        /// A results folder, or one experiment's folder in it.
        #[arg(default_value = "results")]
        folder: PathBuf,
        /// Axes that differ from the experiment's own.
        #[command(flatten)]
        scales: redraw::Scales,
    },
    /// What data is there, where it came from, whether it verifies.
    Data {
        /// Folder with the four MNIST files, gzipped or not [default: ./data, or the one shipped].
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Completions for a shell, on standard output.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// Does it and returns the exit code.
    pub fn execute(self) -> anyhow::Result<u8> {
        match self {
            Self::Experiment(verb) => verb.execute(),
            Self::Sweep(arguments) => sweep::sweep(&arguments),
            Self::Initializers(wanted) => show::initializers(&wanted),
            Self::Plot { folder, scales } => redraw::plot(&folder, &scales),
            Self::Data { data } => show::data(data.as_deref()),
            Self::Completions { shell } => show::completions(shell),
        }
    }
}
