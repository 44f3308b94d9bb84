//! The verb `sweep`: reads the file, then does what every experiment does, or only looks.

use super::list::list;
use super::options::Options;
use super::run_experiment::run_experiment;
use crate::experiments::runner::checked;
use crate::experiments::sweep::grid::Grid;
use crate::experiments::sweep::{Config, Sweep};
use anyhow::{Context, bail};
use clap::Args;
use std::fs;
use std::path::PathBuf;

/// The arguments of `sweep`.
#[derive(Args, Debug)]
pub struct SweepArgs {
    /// The file that lists the settings.
    #[arg(value_name = "FILE.toml")]
    pub file: PathBuf,
    /// Only list the runs: which are there, and what the rest will cost.
    #[arg(long)]
    pub list: bool,
    /// With --list: time a run for a second where none is there to judge by.
    #[arg(long, requires = "list")]
    pub estimate: bool,
    /// Also write loss.csv and accuracy.csv of all runs, and draw the curves.
    #[arg(long)]
    pub curves: bool,
    /// The options that every experiment takes.
    #[command(flatten)]
    pub options: Options,
}

/// Runs a sweep, or lists it.
pub fn sweep(arguments: &SweepArgs) -> anyhow::Result<u8> {
    let config = read(arguments)?;
    if arguments.list {
        list(&config, &arguments.options, arguments.estimate)
    } else {
        run_experiment(&checked::<Sweep>(&config)?, &arguments.options)
    }
}

fn read(arguments: &SweepArgs) -> anyhow::Result<Config> {
    let file = &arguments.file;
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let Some(name) = file.file_stem() else { bail!("{} has no name", file.display()) };
    let grid = Grid::parse(&file.display().to_string(), &text)?;
    Ok(Config { name: name.into(), grid, curves: arguments.curves })
}
