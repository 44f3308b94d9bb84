//! What a command has to do: its runs, their ids, and the data they learn from.
//!
//! Making a job checks the settings and the data and touches nothing else.

use super::machine;
use super::options::Options;
use super::print::to_stderr;
use super::threads;
use crate::Real;
use crate::data::{FileReport, Mnist, candidates, find};
use crate::lab::{ConfigError, Data, ENGINE, Experiment};
use crate::nn::simd::arithmetic;
use crate::record::{DataFile, run_id};
use rayon::ThreadPool;
use serde::Serialize;

/// Everything that is known before the first run.
#[derive(Debug)]
pub struct Job<P> {
    /// Every run with its id, in the order of the plans.
    pub runs: Vec<(String, P)>,
    /// What runs learn from.
    pub data: Data,
    /// The files it came from.
    pub files: Vec<DataFile>,
    /// Where runs happen.
    pub pool: ThreadPool,
}

impl<P: Serialize> Job<P> {
    /// Checks the settings, then the memory, then the data.
    pub fn new<E: Experiment<Plan = P>>(config: &E::Config, options: &Options) -> anyhow::Result<Self> {
        let plans = E::plans(config)?;
        let pool = threads::pool(options.threads, plans.len())?;
        check_memory::<E>(&plans, pool.current_num_threads())?;
        let mnist = if E::needs_mnist(config) { Some(load(options)?) } else { None };
        let files: Vec<DataFile> = mnist.iter().flat_map(|mnist| &mnist.files).map(data_file).collect();
        let data = pool.install(|| mnist.map_or_else(Data::nothing, Data::of));
        let runs = plans.into_iter().map(|plan| (id(&plan, &files), plan)).collect();
        Ok(Self { runs, data, files, pool })
    }
}

/// What the data and the program itself take beside the runs.
const BASE_BYTES: u64 = 128 << 20;

/// Refuses settings that cannot fit into the memory of this machine.
fn check_memory<E: Experiment>(plans: &[E::Plan], threads: usize) -> Result<(), ConfigError> {
    let mut bytes: Vec<u64> = plans.iter().map(|plan| E::cost(plan).bytes).collect();
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

fn load(options: &Options) -> anyhow::Result<Mnist> {
    let executable = std::env::current_exe().ok();
    let folder = find(&candidates(options.data.as_deref(), executable.as_deref()))?;
    let mnist = Mnist::load(&folder)?;
    mnist.warnings.iter().for_each(|warning| to_stderr(&format!("warning: {warning}")));
    Ok(mnist)
}

fn data_file(file: &FileReport) -> DataFile {
    DataFile { file: file.name.to_owned(), sha256: file.sha256.clone() }
}

/// Everything that a run's numbers depend on.
#[derive(Serialize)]
struct Identity<'a, P> {
    plan: &'a P,
    data: Vec<&'a str>,
    precision: &'static str,
    arithmetic: &'static str,
    engine: u32,
}

fn id<P: Serialize>(plan: &P, files: &[DataFile]) -> String {
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
