//! The options that every experiment takes.

use super::data_args::DataArgs;
use super::figure_args::FigureArgs;
use super::shard::ShardArg;
use crate::experiments::paste::TableFormat;
use crate::nn::number::whole_number;
use crate::results::check_name;
use clap::Args;
use std::path::{Path, PathBuf};

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
#[allow(clippy::struct_excessive_bools)] // each is a flag
pub struct Options {
    /// Folder for results; the experiment makes its own folder below it.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// Keep these settings' tables and runs in a folder NAME of their own, below the experiment's.
    #[arg(long, value_name = "NAME", value_parser = folder_name)]
    pub name: Option<String>,
    /// The data.
    #[command(flatten)]
    pub data: DataArgs,
    /// Threads; changes the time, never the results [default: one per core, or a
    /// few more where runs then come out even].
    #[arg(long, value_name = "N", value_parser = whole_number(1..=1024))]
    pub threads: Option<u32>,
    /// Do only share I of N (I from 0), without assembling: type the command once more without it.
    /// In a job array 'auto' reads I and N from Slurm or SGE, 'auto/N' the task's number from
    /// HyperQueue, PBS or LSF too.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<ShardArg>,
    /// Run everything anew, also what is already there.
    #[arg(long)]
    pub fresh: bool,
    /// Write report.html too, one page that explains the results.
    #[arg(long)]
    pub report: bool,
    /// Prints the means over seeds as a table to paste, in Markdown or LaTeX, where `table.csv` has them (compare and
    /// sweep).
    #[arg(long, value_name = "FORMAT")]
    pub table: Option<TableFormat>,
    /// Go on with rates beyond those tried, by their own factor, until no initializer's best one is the smallest or the
    /// largest (compare with several learning rates).
    #[arg(long, conflicts_with = "shard")]
    pub extend_rates: bool,
    /// Runs as arrays.
    #[command(flatten)]
    pub export: ExportArgs,
    /// Print what every layer starts from and the numbers behind each sentence, too.
    #[arg(long, short)]
    pub verbose: bool,
    /// No progress and nothing before the result.
    #[arg(long, short)]
    pub quiet: bool,
    // The last: its heading would be that of all flags after it.
    /// How figures look, and whether they are opened.
    #[command(flatten)]
    pub look: FigureArgs,
}

/// What is exported, and where to.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Write each run into a folder below DIR, named by its id: parameters, mini-batches and losses as NumPy arrays,
    /// which `initlab replay` computes again. Trains each run once more.
    #[arg(long, value_name = "DIR", help_heading = "Export")]
    pub export: Option<PathBuf>,
    /// Keep parameters, values and gradients after K updates, too.
    #[arg(long, value_name = "K,…", value_delimiter = ',', requires = "export", help_heading = "Export")]
    pub export_at: Vec<u32>,
    /// Write the examples, too: x.npy and labels.npy.
    #[arg(long, requires = "export", help_heading = "Export")]
    pub export_data: bool,
}

impl Options {
    /// The folder of an experiment's results; `experiment` is its path below the results.
    pub fn folder(&self, experiment: impl AsRef<Path>) -> PathBuf {
        let folder = self.out.join(experiment);
        self.name.iter().fold(folder, |folder, name| folder.join(name))
    }
}

fn folder_name(text: &str) -> Result<String, String> {
    check_name(text).map(|()| text.to_owned())
}
