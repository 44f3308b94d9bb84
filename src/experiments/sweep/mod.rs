//! `sweep`: a grid of runs from a TOML file, one table and one heat map.
//!
//! A sweep is many comparisons: every point of the grid is a plan of [`super::compare`] and runs as
//! one. What is here is what comes before and after: [`mod@file`] (text to keys and values), `words`
//! (values to settings), [`grid`] (lists to plans), `sheet` (tables with the settings that differ),
//! [`axes`] (what the figure shows), [`heatmap`], [`theory`] and `curves` (figures), [`work`] (what
//! runs cost). Not here: files, and how runs are resumed or shared; that is the same for every
//! experiment.

pub mod axes;
mod curves;
pub mod file;
pub mod grid;
pub mod heatmap;
mod sheet;
pub mod theory;
mod words;
pub mod work;

use super::compare::Compare;
use super::table_text::TextTable;
use super::{ConfigError, Cost, Data, Experiment, Observer};
use crate::plot::Figure;
use crate::results::{Table, TableError, Tables};
use crate::train::Stopped;
use grid::{Grid, Plan};
use serde::Serialize;
use sheet::{Sheet, labelled};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A sweep: its grid, and what is wanted of it.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// The folder of its results, below `sweep/`: the file's name without `.toml`.
    pub name: PathBuf,
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
    type Config = Config;
    type Plan = Plan;

    fn folder(config: &Config) -> PathBuf {
        Path::new(Self::NAME).join(&config.name)
    }

    fn needs_mnist(_: &Config) -> bool {
        true
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        Ok(config.grid.plans.clone())
    }

    fn cost(plan: &Plan) -> Cost {
        Compare::cost(&plan.run)
    }

    fn run(plan: &Plan, data: &Data, observer: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        Compare::run(&plan.run, data, observer)
    }

    fn part(config: &Config, tables: Tables) -> Tables {
        tables.iter().filter(|table| wanted(config).contains(&table.name())).cloned().collect()
    }

    fn assemble(config: &Config, parts: &[Option<Tables>]) -> Result<Tables, TableError> {
        let grid = &config.grid;
        let own = wanted(config).iter().map(|name| labelled(name, grid, parts));
        let axes = grid.heatmap.iter().map(|axes| Ok(axes.table(grid)));
        let theory = theory::rows(grid).map(|rows| Ok(Table::from_rows("theory", &rows)));
        own.chain(axes).chain(theory).collect()
    }

    fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
        Ok([heatmap::figure(tables)?, curves::figure(tables)].into_iter().flatten().collect())
    }

    fn explanation(tables: &Tables) -> Result<String, TableError> {
        let summary = Sheet::of(tables.get("summary")?);
        let counts = verdicts(&summary);
        Ok(if summary.rows.len() > MOST_ROWS { counts } else { format!("{}\n{counts}", listing(&summary)) })
    }
}

/// Longer tables are only counted on the terminal.
const MOST_ROWS: usize = 60;

/// The tables that are assembled; all others stay in the run files.
fn wanted(config: &Config) -> &'static [&'static str] {
    if config.curves { &["summary", "loss", "accuracy"] } else { &["summary"] }
}

/// The summary with few digits.
fn listing(summary: &Sheet) -> TextTable {
    let headings: Vec<String> = summary.header.iter().map(|name| name.replace('_', " ")).collect();
    let mut text = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    let measured = summary.column("seed").unwrap_or(0);
    for row in &summary.rows {
        text.push(row.iter().enumerate().map(|(column, cell)| match cell.parse::<f64>() {
            _ if cell.is_empty() => "never".to_owned(),
            Ok(number) if column > measured && cell.contains('.') => format!("{number:.4}"),
            _ => cell.clone(),
        }));
    }
    text
}

/// How many runs came to which end.
fn verdicts(summary: &Sheet) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    if let Some(verdict) = summary.column("verdict") {
        for row in &summary.rows {
            *counts.entry(row[verdict].split(' ').next().unwrap_or_default()).or_default() += 1;
        }
    }
    let counts: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    format!("{} runs: {}", summary.rows.len(), counts.join(", "))
}
