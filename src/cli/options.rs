//! The options that every experiment takes.

use super::shard::ShardArg;
use crate::experiments::seed_table::TableFormat;
use clap::{Args, value_parser};
use std::path::PathBuf;

/// An experiment's settings and the options around them.
#[derive(Args, Debug)]
pub struct RunArgs<C: Args> {
    /// The experiment's own settings.
    #[command(flatten)]
    pub config: C,
    /// The options that every experiment takes.
    #[command(flatten)]
    pub options: Options,
}

/// Where things are, and how many hands work.
#[derive(Args, Debug)]
#[command(next_help_heading = "Files and threads")]
pub struct Options {
    /// Folder for results; the experiment makes its own folder below it.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// Data to learn from: a folder with four IDX files such as MNIST's, gzipped or not, or a CSV file
    /// with --label [default: ./data, or the MNIST that comes with the program].
    #[arg(long, value_name = "PATH")]
    pub data: Option<PathBuf>,
    /// Column of a CSV file that holds the classes; the other columns are the inputs.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Threads; changes the time, never the results [default: one per core, or a
    /// few more where runs then come out even].
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Do only share I of N (I from 0), without assembling: type the command once more without it.
    /// In a job array 'auto' reads I and N from Slurm or SGE, 'auto/N' the task's number from
    /// HyperQueue or PBS too.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<ShardArg>,
    /// Run everything anew, also what is already there.
    #[arg(long)]
    pub fresh: bool,
    /// Write report.html too, one page that explains the results.
    #[arg(long)]
    pub report: bool,
    /// Prints the means over seeds as a table to paste, in Markdown or LaTeX; `table.csv` has them too.
    #[arg(long, value_name = "FORMAT")]
    pub table: Option<TableFormat>,
    /// Print what every layer starts from, too.
    #[arg(long, short)]
    pub verbose: bool,
    /// No progress and nothing before the result.
    #[arg(long, short)]
    pub quiet: bool,
}
