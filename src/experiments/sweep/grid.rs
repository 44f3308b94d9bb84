//! The grid that a sweep file spans: the product of its lists, each point a plan of `compare`.
//!
//! Every key is a flag of `compare` with `_` for `-`, or `depth` or `width`; a list gives
//! alternatives.

use super::axes::Axes;
use super::file::{FileEntries, FileEntry, FileError, FileValue, SourceText};
use super::point_args::{Flags, arguments, flag};
use super::setting::{Setting, differing, display_setting, is_seed};
use crate::experiments::Experiment;
use crate::experiments::compare::{self, Compare};
use crate::nn::names::nearest;
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// More runs than this are refused: rather a typing error than a plan.
pub const MOST_RUNS: usize = 100_000;

/// A checked sweep file.
#[derive(Clone, Debug, Serialize)]
pub struct Grid {
    /// The settings that the file lists, each with its values, in its order.
    pub settings: Vec<Setting>,
    /// What the heat map shows.
    pub heatmap: Option<Axes>,
    /// The runs; the first setting varies slowest.
    #[serde(skip)]
    pub plans: Vec<Plan>,
}

/// One run: a plan of `compare`, and where it stands in the grid.
///
/// Only the plan itself goes into the run's id, so a run belongs to every file that lists its
/// settings, whatever else that file lists.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Plan {
    /// What is run.
    pub run: compare::Plan,
    /// The value of each setting of the grid, in its order.
    #[serde(skip)]
    pub point: Vec<String>,
    /// The settings that differ within the grid, as text.
    #[serde(skip)]
    label: String,
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let comma = if self.label.is_empty() { "" } else { ", " };
        write!(f, "{}{comma}seed {}", self.label, self.run.seed)
    }
}

impl Grid {
    /// Reads a file and lists its runs.
    ///
    /// # Errors
    /// [`FileError`] for a text that is no sweep file, an unknown key, keys that say one thing twice, a value
    /// that `compare` would refuse, and lists that make more than [`MOST_RUNS`] runs.
    ///
    /// ```
    /// use initlab::experiments::sweep::grid::Grid;
    ///
    /// let grid = Grid::parse("grid.toml", "init = \"He\"\ndepth = [2, 5]\nseeds = 3").unwrap();
    /// assert_eq!(grid.plans.len(), 6);
    /// assert_eq!(grid.plans[3].to_string(), "depth 5, seed 1");
    /// ```
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        let source = SourceText { file, text };
        let mut reader = GridReader { source, flags: Flags::new() };
        let FileEntries { mut settings, heatmap } = source.entries()?;
        reader.check_keys(&settings)?;
        add_initializers(&mut settings, &reader.flags);
        reader.check_count(&settings)?;
        let axes = settings.iter().map(|entry| reader.axis(entry)).collect::<Result<Vec<_>, _>>()?;
        let mut grid = Self { settings: named(&axes), heatmap: None, plans: reader.plans(&axes)? };
        grid.heatmap = match heatmap {
            Some((entries, at)) => Some(Axes::parse(&entries, &at, &grid.settings, source)?),
            None => Axes::default_for(&grid.settings),
        };
        Ok(grid)
    }

    /// The positions of the settings that differ; seeds have a column of their own.
    pub fn differing(&self) -> Vec<usize> {
        differing(&self.settings)
    }
}

/// One setting with the words of each of its values.
struct GridAxis {
    key: String,
    at: Range<usize>,
    values: Vec<(Vec<String>, String)>,
}

fn named(axes: &[GridAxis]) -> Vec<Setting> {
    let setting = |axis: &GridAxis| Setting {
        key: axis.key.clone(),
        values: axis.values.iter().map(|(_, text)| text.clone()).collect(),
    };
    axes.iter().map(setting).collect()
}

/// Lists the initializers that `compare` would take where the file names none.
fn add_initializers(settings: &mut Vec<FileEntry>, flags: &Flags) {
    if settings.iter().any(|entry| entry.key == "init") {
        return;
    }
    let value = |name: String| FileValue { text: Some(name), switch: false, at: 0..0 };
    let values = flags.defaults("init").into_iter().map(value).collect();
    settings.insert(0, FileEntry { key: "init".to_owned(), at: 0..0, values, listed: true });
}

/// Reads entries with the parser of the command line.
struct GridReader<'a> {
    source: SourceText<'a>,
    flags: Flags,
}

impl GridReader<'_> {
    fn check_keys(&self, settings: &[FileEntry]) -> Result<(), FileError> {
        let known = self.flags.keys();
        if let Some(entry) = settings.iter().find(|entry| !known.contains(&entry.key)) {
            let near = nearest(&entry.key, known.iter().map(String::as_str));
            let near = near.map_or(".".to_owned(), |name| format!("; did you mean '{name}'?"));
            let problem = format!("unknown key '{}'{near} Known: {}, [heatmap]", entry.key, known.join(", "));
            return Err(self.source.error(&entry.at, problem));
        }
        self.check_pairs(settings)
    }

    /// Refuses lists that make too many runs, before their values are read one by one.
    fn check_count(&self, settings: &[FileEntry]) -> Result<(), FileError> {
        let points = settings.iter().try_fold(1_usize, |count, entry| count.checked_mul(entry.values.len()));
        points.filter(|points| *points <= MOST_RUNS).map(|_| ()).ok_or_else(|| self.too_many())
    }

    /// Refuses keys that say one thing twice.
    fn check_pairs(&self, settings: &[FileEntry]) -> Result<(), FileError> {
        let entry = |key: &str| settings.iter().find(|entry| entry.key == key);
        if let (Some(hidden), Some(_)) = (entry("hidden"), entry("depth").or(entry("width"))) {
            let problem =
                "'hidden' lists the layers that 'depth' and 'width' stand for; expected one or the other";
            return Err(self.source.error(&hidden.at, problem));
        }
        if let Some(seeds) = entry("seeds").filter(|seeds| seeds.listed) {
            let problem = "'seeds' is how many there are; list them as 'seed = [1, 2, 3]'";
            return Err(self.source.error(&seeds.at, problem));
        }
        match (entry("seeds"), entry("seed").filter(|seed| seed.listed)) {
            (Some(seeds), Some(_)) => {
                let problem = "'seed' lists the seeds already; expected no 'seeds' beside it";
                Err(self.source.error(&seeds.at, problem))
            }
            _ => Ok(()),
        }
    }

    /// The words and the canonical form of each value of an entry.
    fn axis(&mut self, entry: &FileEntry) -> Result<GridAxis, FileError> {
        let mut values: Vec<(Vec<String>, String)> = Vec::new();
        let mut texts: BTreeSet<String> = BTreeSet::new();
        for value in &entry.values {
            let words = arguments(&entry.key, value);
            let error = |problem| self.source.error(&value.at, problem);
            let parsed = self.flags.parse(&words).map_err(error)?;
            if parsed.initializers() > 1 && entry.key == "init" {
                return Err(error(
                    "expected one initializer per text, as in [\"Xavier\", \"He\"]".to_owned(),
                ));
            }
            let text = parsed.canonical(&entry.key);
            if !texts.insert(text.clone()) {
                let several =
                    if entry.key == "hidden" { "; layers of one network are a text: \"30,30\"" } else { "" };
                return Err(error(format!("'{}' lists {text} twice{several}", entry.key)));
            }
            values.push((words, text));
        }
        Ok(GridAxis { key: entry.key.clone(), at: entry.at.clone(), values })
    }

    /// The plans of every combination; the first axis varies slowest.
    fn plans(&mut self, axes: &[GridAxis]) -> Result<Vec<Plan>, FileError> {
        let points = axes.iter().map(|axis| axis.values.len()).product();
        let mut plans = Vec::new();
        for index in 0..points {
            plans.extend(self.plans_at(&combination(axes, index), axes)?);
            if plans.len() > MOST_RUNS {
                return Err(self.too_many());
            }
        }
        Ok(plans)
    }

    fn too_many(&self) -> FileError {
        self.source.error(&(0..0), format!("the lists make more than {MOST_RUNS} runs"))
    }

    /// The plans, one per seed, of one combination.
    fn plans_at(
        &mut self,
        values: &[&(Vec<String>, String)],
        axes: &[GridAxis],
    ) -> Result<Vec<Plan>, FileError> {
        let words: Vec<String> = values.iter().flat_map(|(words, _)| words.iter().cloned()).collect();
        let point: Vec<String> = values.iter().map(|(_, text)| text.clone()).collect();
        let label = label(axes, &point);
        let config = self.flags.parse(&words).map_err(|problem| self.source.error(&(0..0), problem))?;
        let runs = Compare::plans(&config.resolved()).map_err(|error| {
            let axis = axes.iter().find(|axis| flag(&axis.key) == error.flag);
            self.source.error(axis.map_or(&(0..0), |axis| &axis.at), error.to_string())
        })?;
        Ok(runs.into_iter().map(|run| Plan { run, point: point.clone(), label: label.clone() }).collect())
    }
}

/// The settings that differ, as `He, depth 10`: texts speak for themselves, numbers need their name.
fn label(axes: &[GridAxis], point: &[String]) -> String {
    let differing = axes.iter().zip(point).filter(|(axis, _)| axis.values.len() > 1 && !is_seed(&axis.key));
    differing.map(|(axis, text)| display_setting(&axis.key, text)).collect::<Vec<_>>().join(", ")
}

/// One value per axis; the last axis varies fastest.
fn combination(axes: &[GridAxis], mut index: usize) -> Vec<&(Vec<String>, String)> {
    let mut values: Vec<_> = axes
        .iter()
        .rev()
        .map(|axis| {
            let value = &axis.values[index % axis.values.len()];
            index /= axis.values.len();
            value
        })
        .collect();
    values.reverse();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(text: &str) -> Result<Grid, FileError> {
        Grid::parse("a.toml", text)
    }

    #[test]
    fn the_product_is_in_the_order_of_the_file() {
        let grid = grid("depth = [2, 3]\nwidth = 8\ninit = [\"he\", \"std=0.010\"]\nseeds = 2").unwrap();
        let names: Vec<String> = grid.plans.iter().map(ToString::to_string).collect();
        let expected = [
            "depth 2, He, seed 1",
            "depth 2, He, seed 2",
            "depth 2, std=0.01, seed 1",
            "depth 2, std=0.01, seed 2",
            "depth 3, He, seed 1",
            "depth 3, He, seed 2",
            "depth 3, std=0.01, seed 1",
            "depth 3, std=0.01, seed 2",
        ];
        assert_eq!(names, expected);
        assert_eq!(grid.plans[4].run.training.network.hidden, [8, 8, 8]);
        assert_eq!(grid.differing(), [0, 2]);
    }

    #[test]
    fn a_run_is_the_same_run_in_every_grid_that_has_it() {
        let id = |text: &str, index: usize| crate::results::run_id(&grid(text).unwrap().plans[index]);
        let small = id("init = \"He\"\ndepth = 3", 0);
        assert_eq!(small, id("learning_rate = [0.1, 1e-2]\nhidden = [[100, 100, 100]]\ninit = \"He\"", 1));
        assert_ne!(small, id("init = \"He\"\ndepth = 4", 0));
    }

    #[test]
    fn an_empty_file_is_compare_itself() {
        let plans = Compare::plans(&Flags::new().parse(&[]).unwrap().resolved()).unwrap();
        let found: Vec<String> = grid("").unwrap().plans.iter().map(crate::results::run_id).collect();
        assert_eq!(found, plans.iter().map(crate::results::run_id).collect::<Vec<_>>());
    }

    #[test]
    fn lists_that_make_too_many_runs_are_refused_before_their_values_are_read() {
        let list = |values: usize| format!("[{}]", "\"no number\",".repeat(values));
        for text in
            [format!("seed = {}", list(MOST_RUNS + 1)), format!("depth = {0}\nwidth = {0}", list(400))]
        {
            let error = grid(&text).unwrap_err().to_string();
            assert_eq!(error, "a.toml:1:1: the lists make more than 100000 runs");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused_where_it_stands() {
        let table = [
            (
                "iteration = 5",
                "a.toml:1:1: unknown key 'iteration'; did you mean 'iterations'? Known: init, ",
            ),
            ("batch-size = 5", "a.toml:1:1: unknown key 'batch-size'; did you mean 'batch_size'?"),
            (
                "depth = [1,\n  0]",
                "a.toml:2:3: invalid value '0' for '--depth <LAYERS>': expected a whole number from 1 to 1000",
            ),
            (
                "init = [\"He\", \"hee\"]",
                "a.toml:1:15: invalid value 'hee' for '--init <NAME,…>': unknown init",
            ),
            ("init = \"He,Xavier\"", "a.toml:1:8: expected one initializer per text"),
            ("init = [\"He\", \"he\"]", "a.toml:1:15: 'init' lists He twice"),
            ("learning_rate = [0.1, 1e-1]", "a.toml:1:23: 'learning_rate' lists 0.1 twice"),
            ("depth = 1\nhidden = 5", "a.toml:2:1: 'hidden' lists the layers"),
            ("seeds = [1, 2]", "a.toml:1:1: 'seeds' is how many"),
            ("seed = [1, 2]\nseeds = 2", "a.toml:2:1: 'seed' lists the seeds already"),
            ("seed = 18446744073709551615", "a.toml:1:1: invalid value '18446744073709551615' for '--seed'"),
            (
                "seeds = 10_000\nseed = 1\nbatch_size = [1,2,3,4,5,6,7,8,9,10,11]",
                "a.toml:1:1: the lists make more",
            ),
        ];
        for (text, expected) in table {
            let error = grid(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
