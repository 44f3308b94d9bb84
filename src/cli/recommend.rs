//! `recommend`: an initializer for the reader's own network, with its reason and the lines to paste.

use super::data_args::DataArgs;
use super::exit;
use super::inspect::OutputFormat;
use super::memory::Needed;
use super::name_notes;
use super::outputs::command_line;
use super::print::{json_to_stdout, raw_to_stdout, to_stdout};
use super::threads;
use crate::data::DataSet;
use crate::data::data_set::DataSizes;
use crate::experiments::ConfigError;
use crate::frameworks::{self, Framework};
use crate::nn::init::Init;
use crate::nn::number::whole_number;
use crate::recommend::answer::{first_line, pasted, reasons};
use crate::recommend::assess::bytes_of_one;
use crate::recommend::candidates::{Candidate, default_of};
use crate::recommend::json::document;
use crate::recommend::tables::{tables, trial_table};
use crate::recommend::trial::{run_trial, tried};
use crate::recommend::words::wrapped;
use crate::recommend::{Config, Sample, assess, candidates, decide, rank};
use clap::Args;
use std::io::{IsTerminal, stdout};

/// The flags of `recommend`.
#[derive(Args, Debug)]
pub struct RecommendArgs {
    /// The network and its training.
    #[command(flatten)]
    pub config: Config,
    /// The data [default: MNIST where the sizes fit it, else noise].
    #[command(flatten)]
    pub data: DataArgs,
    /// The framework of the lines to paste: pytorch, keras, tensorflow, jax (Flax's linen), nnx,
    /// equinox, burn, candle.
    #[arg(long, value_name = "FRAMEWORK", default_value_t = Framework::PyTorch)]
    pub code: Framework,
    /// text, or json: one object for other programs, whose fields docs/RECOMMEND.md names.
    #[arg(long, value_name = "FORMAT", default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
    /// Tables of every candidate: signal, gradient, ranking, trial.
    #[arg(long, short)]
    pub verbose: bool,
    /// Threads; changes the time, never the results [default: one per core].
    #[arg(long, value_name = "N", value_parser = whole_number(1..=1024))]
    pub threads: Option<u32>,
}

/// Recommends an initializer and returns the exit code.
pub fn recommend(wanted: &RecommendArgs) -> anyhow::Result<u8> {
    let config = &wanted.config;
    config.check()?;
    name_notes::print(&command_line());
    let pool = threads::pool(wanted.threads, threads::cores())?;
    needed(config, pool.current_num_threads()).check()?;
    let (sample, source) = pool.install(|| sample(wanted))?;
    pool.install(|| answer(wanted, &sample, &source));
    Ok(exit::DONE)
}

/// The answer first: the recommendation and why, the lines to paste, then with `--verbose` the tables.
fn answer(wanted: &RecommendArgs, sample: &Sample, source: &str) {
    let (config, columns) = (&wanted.config, columns());
    let framework = wanted.code;
    let default =
        default_of(&framework.to_string()).unwrap_or_else(|| default_of("pytorch").expect("it has one"));
    let all = with_default(candidates(config), &default, config);
    let ranked = rank(assess(config, all, sample));
    let trial = config.trial.iterations.filter(|_| sample.is_data).map(|count| {
        run_trial(config, &tried(&ranked, &default), sample, count.min(config.iterations) as usize)
    });
    let found = decide(config, &ranked, trial.as_ref(), &default, sample);
    if wanted.format == OutputFormat::Json {
        return json_to_stdout(&format!("{:#}", document(&found, &ranked, trial.as_ref())));
    }
    let said = [first_line(&found, trial.as_ref(), framework.title())].into_iter().chain(reasons(
        &found,
        &ranked,
        trial.as_ref(),
    ));
    let context = format!("{config}; {source}");
    let lines: String = said.chain([context]).map(|line| wrapped(&line, columns)).collect();
    to_stdout(&lines);
    if let Some(init) = pasted(&found) {
        raw_to_stdout(&format!("\n{}", code(wanted, &init).trim_end()));
    }
    if wanted.verbose {
        let trial = trial.map_or(String::new(), |trial| format!("\n{}", trial_table(&trial, columns)));
        to_stdout(&format!("\n{}{trial}", tables(config, &ranked, columns)));
    }
}

/// The candidates, with the framework's default among them where all are candidates.
fn with_default(mut all: Vec<Candidate>, default: &Candidate, config: &Config) -> Vec<Candidate> {
    let is_there = all.iter().any(|candidate| candidate.init == default.init);
    if config.init.is_empty() && !is_there {
        all.push(default.clone());
    }
    all
}

/// Columns of the output: at most 80, fewer on a narrower terminal.
fn columns() -> usize {
    let terminal = terminal_size::terminal_size().filter(|_| stdout().is_terminal());
    terminal.map_or(80, |(width, _)| usize::from(width.0).clamp(40, 80))
}

/// The lines for the network's layers.
fn code(wanted: &RecommendArgs, init: &Init) -> String {
    let sizes: Vec<usize> = wanted.config.sizes.iter().map(|size| *size as usize).collect();
    frameworks::code_for(init, wanted.code, &sizes)
}

/// Bytes that the data and the program itself take beside the candidates.
const BASE_BYTES: u64 = 512 << 20;

/// A network for every thread.
fn needed(config: &Config, threads: usize) -> Needed {
    let bytes = bytes_of_one(config).saturating_mul(threads as u64).saturating_add(BASE_BYTES);
    Needed { flags: "--sizes, --batch-size, --threads", bytes, threads }
}

/// The examples to measure on, and where they come from in one line.
fn sample(wanted: &RecommendArgs) -> anyhow::Result<(Sample, String)> {
    let RecommendArgs { config, data, .. } = wanted;
    let (inputs, outputs) = (config.inputs(), config.outputs());
    if data.data.is_none()
        && (inputs, config.classes()) != (DataSizes::MNIST.inputs, DataSizes::MNIST.outputs)
    {
        let why = "because no --data is named; MNIST has 784 inputs and 10 classes";
        return Ok((Sample::noise(config), format!("data: noise of these sizes, {why}")));
    }
    let set = data.load(false)?;
    let sizes = set.sizes();
    if (sizes.inputs, sizes.outputs) != (inputs, config.classes()) {
        return Err(misfit(&set, inputs, outputs).into());
    }
    let source = set.summary();
    Ok((Sample::of(set.train), source))
}

/// Says which sizes a data set asks for.
fn misfit(set: &DataSet, inputs: usize, outputs: usize) -> ConfigError {
    ConfigError {
        flag: "--sizes",
        value: format!("{inputs},…,{outputs}"),
        expected: format!(
            "{} inputs and {} outputs, as {} has",
            set.sizes().inputs,
            set.sizes().outputs,
            set.place.display()
        ),
    }
}
