//! The verb `sweep`: reads the file, then does what every experiment does, or only looks.

use super::list::list;
use super::options::Options;
use super::run_experiment::{Ended, run_experiment};
use super::stop::Stop;
use crate::experiments::ConfigError;
use crate::experiments::runner::checked;
use crate::experiments::sweep::grid::Grid;
use crate::experiments::sweep::{Config, Sweep};
use crate::files::open::read_typed;
use crate::results::check_name;
use crate::text::printable;
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};

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
pub fn sweep(mut arguments: SweepArgs, stop: &Stop) -> anyhow::Result<u8> {
    let config = read(&arguments)?;
    // The name is part of the settings: it stands in the place of the file's.
    arguments.options.name = None;
    if arguments.list {
        list(&config, &arguments.options, arguments.estimate)
    } else {
        match run_experiment(&checked::<Sweep>(&config)?, &arguments.options, stop)? {
            Ended::With(code) => Ok(code),
            Ended::AtAnEdge(_) => unreachable!("a sweep has no rates to extend"),
        }
    }
}

fn read(arguments: &SweepArgs) -> anyhow::Result<Config> {
    let file = &arguments.file;
    let name = match &arguments.options.name {
        Some(name) => name.clone(),
        None => stem(file)?,
    };
    let text = read_typed(file).with_context(|| format!("cannot read {}", file.display()))?;
    let grid = Grid::parse(&file.display().to_string(), &text)?;
    Ok(Config { name, grid, curves: arguments.curves })
}

/// The file's name without `.toml`, which is the name of the results' folder.
fn stem(file: &Path) -> Result<String, ConfigError> {
    let stem = file.file_stem().unwrap_or_default();
    let checked = stem.to_str().ok_or_else(|| "a name in UTF-8".to_owned());
    let checked = checked.and_then(|stem| check_name(stem).map(|()| stem.to_owned()));
    checked.map_err(|expected| ConfigError {
        flag: "FILE.toml",
        value: printable(&file.to_string_lossy(), LONGEST_PATH),
        expected: format!(
            "for the folder of its results, which has its name, {expected}; --name NAME gives them another"
        ),
    })
}

/// Characters of a path that are shown.
const LONGEST_PATH: usize = 300;
