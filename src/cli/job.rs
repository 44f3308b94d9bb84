//! The job of a command: its runs, their ids, and the data they learn from.
//!
//! Making a job looks at the data and the memory and touches nothing else.

use super::machine;
use super::options::Options;
use super::print::to_stderr;
use super::threads;
use crate::Real;
use crate::data::{Mnist, VerifiedFile, candidates, find};
use crate::experiments::runner::{DynExperiment, RunInfo};
use crate::experiments::{ConfigError, Data, ENGINE};
use crate::nn::simd::arithmetic;
use crate::results::{DataFile, run_id};
use rayon::ThreadPool;
use serde::Serialize;
use serde_json::Value;

/// Everything that is known before the first run.
#[derive(Debug)]
pub struct Job {
    /// The runs, in the order in which they are reported.
    pub runs: Vec<RunInfo>,
    /// Their ids.
    pub ids: Vec<String>,
    /// The examples that runs learn from.
    pub data: Data,
    /// The files it came from.
    pub files: Vec<DataFile>,
    /// Where runs happen.
    pub pool: ThreadPool,
}

impl Job {
    /// Checks whether the memory suffices, then the data.
    pub fn new(study: &dyn DynExperiment, options: &Options) -> anyhow::Result<Self> {
        let runs = study.runs();
        let pool = threads::pool(options.threads, runs.len())?;
        check_memory(&runs, pool.current_num_threads())?;
        let (data, files) =
            if study.needs_mnist() { load(options, &pool)? } else { (Data::nothing(), Vec::new()) };
        let ids = (0..runs.len()).map(|run| id(study.run_settings(run), &files)).collect();
        Ok(Self { runs, ids, data, files, pool })
    }
}

/// Bytes that the data and the program itself take beside the runs.
const BASE_BYTES: u64 = 128 << 20;

/// Refuses settings that cannot fit into the memory of this machine.
fn check_memory(runs: &[RunInfo], threads: usize) -> Result<(), ConfigError> {
    let mut bytes: Vec<u64> = runs.iter().map(|run| run.cost.bytes).collect();
    bytes.sort_unstable_by(|a, b| b.cmp(a));
    let needed = bytes.iter().take(threads).fold(BASE_BYTES, |sum, bytes| sum.saturating_add(*bytes));
    match machine::available_memory() {
        Some(available) if needed > available => Err(ConfigError {
            flag: "--hidden, --batch-size, --iterations",
            value: format!("about {} MB", needed >> 20),
            expected: format!(
                "settings that fit into the {} MB that are free; fewer --threads help",
                available >> 20
            ),
        }),
        _ => Ok(()),
    }
}

fn load(options: &Options, pool: &ThreadPool) -> anyhow::Result<(Data, Vec<DataFile>)> {
    let executable = std::env::current_exe().ok();
    let folder = find(&candidates(options.data.as_deref(), executable.as_deref()))?;
    let mnist = Mnist::load(&folder)?;
    mnist.warnings.iter().for_each(|warning| to_stderr(&format!("warning: {warning}")));
    let files = mnist.files.iter().map(data_file).collect();
    Ok((pool.install(|| Data::of(mnist)), files))
}

fn data_file(file: &VerifiedFile) -> DataFile {
    DataFile { file: file.name.to_owned(), sha256: file.sha256.clone() }
}

/// Everything that a run's numbers depend on.
#[derive(Serialize)]
struct Identity<'a> {
    plan: Value,
    data: Vec<&'a str>,
    precision: &'static str,
    arithmetic: &'static str,
    engine: u32,
}

fn id(plan: Value, files: &[DataFile]) -> String {
    run_id(&Identity {
        plan,
        data: files.iter().map(|file| file.sha256.as_str()).collect(),
        precision: precision(),
        arithmetic: arithmetic(),
        engine: ENGINE,
    })
}

/// The engine's floating-point type.
pub fn precision() -> &'static str {
    if size_of::<Real>() == 8 { "f64" } else { "f32" }
}
