//! `sweep`: a grid of runs from a TOML file, one table and one heat map.
//!
//! A sweep is many comparisons: every point of the grid is a plan of [`super::compare`] and runs as
//! one, so there is no `run` here. Read [`mod@file`] (text to keys and values), `point_args` (values to
//! settings), [`setting`] and [`grid`] (lists to plans), `assemble` (tables with the settings that
//! differ), [`axes`] (what the figure shows), `figures` with [`heatmap`], [`theory`] and `curves`,
//! `explain`, [`work_estimate`] (how much work a run is). Not here: files, and how runs are resumed or shared;
//! that is the same for every experiment.

mod assemble;
pub mod axes;
mod curves;
mod explain;
mod figures;
pub mod file;
pub mod grid;
pub mod heatmap;
mod point_args;
pub mod rows;
pub mod setting;
pub mod theory;
mod travel;
pub mod work_estimate;

use super::compare::{self, Compare};
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::data::DataSizes;
use crate::experiments::args::Seeds;
use crate::experiments::caption::caption;
use crate::experiments::judged_run::TrainingSetup;
use crate::experiments::raw_table::RawTable;
use crate::experiments::seed_table::seed_table;
use crate::nn::network::Network;
use crate::plot::Figure;
use crate::results::{Table, TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use assemble::labelled;
use grid::{Grid, Plan};
use serde::Serialize;
use setting::column_of;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A sweep: its grid, and what is wanted of it.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// The folder of its results, below `sweep/`: the file's name without `.toml`.
    pub name: String,
    /// What is run.
    pub grid: Grid,
    /// Whether `loss.csv` and `accuracy.csv` are wanted too.
    pub curves: bool,
}

/// A grid of runs.
#[derive(Debug)]
pub struct Sweep;

impl Experiment for Sweep {
    const NAME: &'static str = "sweep";
    const QUESTION: &'static str = "How do initializers and other settings act together?";
    type Config = Config;
    type Plan = Plan;

    fn seed(plan: &Self::Plan) -> u64 {
        plan.run.seed
    }

    fn folder(config: &Config) -> PathBuf {
        Path::new(Self::NAME).join(&config.name)
    }

    fn needs_data(_: &Config) -> bool {
        true
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        Ok(config.grid.plans.clone())
    }

    fn columns(plan: &Plan) -> Vec<TableColumns> {
        Compare::columns(&plan.run)
    }

    fn assembled_rows(config: &Config, plan: &Plan, sizes: DataSizes) -> u64 {
        if config.curves { Self::cost(plan, sizes).rows } else { 1 }
    }

    fn cost(plan: &Plan, sizes: DataSizes) -> Cost {
        Compare::cost(&plan.run, sizes)
    }

    fn caption(_: &Config, plans: &[Plan]) -> String {
        let seeds: BTreeSet<u64> = plans.iter().map(|plan| plan.run.seed).collect();
        let seeds = Seeds { seed: plans[0].run.seed, seeds: seeds.len() as u32 };
        caption(plans.iter().map(|plan| plan.run.described()), Some(&seeds))
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        Compare::run(&plan.run, data, observer)
    }

    fn with_training(plan: &Plan, data: &Data, take: &mut dyn FnMut(TrainingSetup<'_>, Network)) {
        Compare::with_training(&plan.run, data, take);
    }

    fn part(config: &Config, tables: Tables) -> Tables {
        tables.iter().filter(|table| assembled_tables(config).contains(&table.name())).cloned().collect()
    }

    fn assemble(config: &Config, mut parts: Vec<Option<Tables>>, data: &Data) -> Result<Tables, TableError> {
        let grid = &config.grid;
        let plans: Vec<compare::Plan> = grid.plans.iter().map(|plan| plan.run.clone()).collect();
        compare::explain_failures(&plans, &mut parts, data.set())?;
        let own: Vec<Table> = assembled_tables(config)
            .iter()
            .map(|name| labelled(name, grid, &parts))
            .collect::<Result<_, _>>()?;
        let settings = grid.differing().into_iter().map(|index| column_of(&grid.settings[index].key));
        let means = seed_table(&RawTable::of(&own[0]), &settings.collect::<Vec<_>>());
        let axes = grid.heatmap.iter().map(|axes| axes.table(&grid.settings));
        let theory = theory::rows(grid).map(|rows| Table::from_rows("theory", &rows));
        Ok(own.into_iter().chain([means]).chain(axes).chain(theory).collect())
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        figures::figures(tables)
    }

    fn explanation(tables: &Tables) -> Result<Answer, TableError> {
        Ok(explain::explain(&RawTable::of(tables.get("summary")?)))
    }
}

/// The tables that are assembled; all others stay in the run files.
fn assembled_tables(config: &Config) -> &'static [&'static str] {
    if config.curves { &["summary", "loss", "accuracy"] } else { &["summary"] }
}
