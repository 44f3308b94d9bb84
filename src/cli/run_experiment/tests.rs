use super::*;
use crate::data::DataSizes;
use crate::experiments::runner::checked;
use crate::experiments::{Cost, Data, Experiment, Observer};
use crate::plot::Figure;
use crate::results::{Table, TableColumns, TableError, Tables};
use crate::text::Answer;
use crate::train::Stopped;
use clap::Parser;
use serde::{Deserialize, Serialize};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tempfile::tempdir;

/// Runs that square a number, and fail at one of them.
struct Squares;

#[derive(Serialize)]
struct Config {
    runs: usize,
    #[serde(skip)]
    fails: Option<usize>,
    #[serde(skip)]
    started: Arc<AtomicUsize>,
}

impl Config {
    fn new(runs: usize, fails: Option<usize>) -> Self {
        Self { runs, fails, started: Arc::default() }
    }
}

#[derive(Serialize)]
struct Plan {
    number: usize,
    #[serde(skip)]
    fails: bool,
    #[serde(skip)]
    started: Arc<AtomicUsize>,
}

#[derive(Serialize, Deserialize)]
struct SquareRow {
    number: usize,
    square: usize,
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.number)
    }
}

impl Experiment for Squares {
    const NAME: &'static str = "squares";
    const QUESTION: &'static str = "What is its square?";
    type Config = Config;
    type Plan = Plan;

    fn seed(_: &Plan) -> u64 {
        0
    }

    fn needs_data(_: &Config) -> bool {
        false
    }

    fn plans(config: &Config) -> Result<Vec<Plan>, ConfigError> {
        let plan = |number| {
            let started = Arc::clone(&config.started);
            Plan { number, fails: config.fails == Some(number), started }
        };
        Ok((0..config.runs).map(plan).collect())
    }

    fn columns(_: &Plan) -> Vec<TableColumns> {
        vec![TableColumns::of::<SquareRow>("squares")]
    }

    fn cost(_: &Plan, _: DataSizes) -> Cost {
        Cost { iterations: 1, bytes: 1, rows: 1 }
    }

    fn run(plan: &Plan, _: &Data, _: &dyn Observer) -> ControlFlow<Stopped, Tables> {
        plan.started.fetch_add(1, Ordering::Relaxed);
        assert!(!plan.fails, "asked to fail");
        let row = SquareRow { number: plan.number, square: plan.number * plan.number };
        ControlFlow::Continue(Tables::from_iter([Table::from_rows("squares", &[row])]))
    }

    fn figures(_: &Tables) -> Result<Vec<Figure>, TableError> {
        Ok(Vec::new())
    }

    fn explanation(_: &Tables) -> Result<Answer, TableError> {
        Ok(Answer::new())
    }
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

/// Types a command; returns its exit code and how many runs it started.
fn typed(out: &Path, config: &Config, words: &[&str]) -> (u8, usize) {
    let line = ["initlab", "-q", "--out", out.to_str().unwrap()];
    let line = Line::parse_from(line.iter().chain(words));
    let stop = Stop::default();
    let ended = run_experiment(&checked::<Squares>(config).unwrap(), &line.options, &stop).unwrap();
    let Ended::With(code) = ended else { panic!("there are no rates") };
    (code, config.started.swap(0, Ordering::Relaxed))
}

fn assembled(out: &Path) -> String {
    fs::read_to_string(out.join("squares/squares.csv")).unwrap()
}

#[test]
fn a_command_does_what_is_missing_and_no_more() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    let all = Config::new(24, None);
    assert_eq!(typed(folder.path(), &all, &[]), (exit::DONE, 24));
    let undisturbed = assembled(folder.path());

    let failing = Config::new(24, Some(3));
    assert_eq!(typed(other.path(), &failing, &["--shard", "1/4"]), (exit::DONE, 6));
    assert!(!other.path().join("squares/squares.csv").exists(), "a share assembles nothing");
    assert_eq!(typed(other.path(), &failing, &["--shard", "3/4"]), (exit::RUNS_FAILED, 6));
    assert_eq!(typed(other.path(), &failing, &[]), (exit::RUNS_FAILED, 13));
    assert_eq!(assembled(other.path()), undisturbed.replace("\n3,9\n", "\n"));
    assert_eq!(typed(other.path(), &all, &["--shard", "0/4"]), (exit::DONE, 0));
    assert_eq!(typed(other.path(), &all, &[]), (exit::DONE, 1));
    assert_eq!(assembled(other.path()), undisturbed);
}

#[test]
fn another_plan_takes_what_belongs_to_it_and_leaves_the_rest() {
    let folder = tempdir().unwrap();
    typed(folder.path(), &Config::new(5, None), &[]);
    let fewer = Config::new(2, None);
    assert_eq!(typed(folder.path(), &fewer, &[]), (exit::DONE, 0));
    assert_eq!(assembled(folder.path()), "number,square\n0,0\n1,1\n");
    assert_eq!(typed(folder.path(), &fewer, &["--fresh"]), (exit::DONE, 2));
    assert_eq!(fs::read_dir(folder.path().join("squares/runs")).unwrap().count(), 5 + 1, "and seconds.log");
}

/// Not a test of speed, which a busy machine would fail: `cargo test --release -- --ignored
/// --nocapture overhead` prints what a run costs beside its own work.
#[test]
#[ignore = "prints a measurement"]
fn overhead_per_run() {
    let folder = tempdir().unwrap();
    let many = Config::new(10_000, None);
    for (what, words) in [("done", &["--threads", "1"]), ("found", &["--threads", "2"])] {
        let start = Instant::now();
        typed(folder.path(), &many, words);
        println!("{:.3} ms per run that is {what}", start.elapsed().as_secs_f64() / 10.0);
    }
}
