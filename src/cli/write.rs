//! The files of a command: tables, figures, the manifest.

use super::job::{Job, precision};
use super::machine;
use super::threads::at_once;
use crate::experiments::ENGINE;
use crate::nn::simd::arithmetic;
use crate::nn::system_functions::fingerprint;
use crate::plot::Figure;
use crate::results::{Manifest, ResultsFolder, Table, Tables, Versions};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

/// The words of this command.
pub fn command_line() -> Vec<String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Writes each table as CSV and returns the names of the files.
pub fn write_tables(folder: &ResultsFolder, tables: &Tables) -> anyhow::Result<Vec<String>> {
    let write = |table: &Table| {
        let name = format!("{}.csv", table.name());
        folder.write(&name, table.to_csv())?;
        Ok(name)
    };
    tables.iter().map(write).collect()
}

/// Writes each figure as SVG and as PNG and returns the names of the files.
pub fn write_figures(folder: &ResultsFolder, figures: &[Figure]) -> anyhow::Result<Vec<String>> {
    let mut written = Vec::new();
    for figure in figures {
        let (svg, png) = rayon::join(|| figure.svg(), || figure.png());
        for (extension, bytes) in [("svg", svg?.into_bytes()), ("png", png?)] {
            let name = format!("{}.{extension}", figure.name);
            folder.write(&name, &bytes)?;
            written.push(name);
        }
    }
    Ok(written)
}

/// Writes `run.json`: what was asked, with what, on which machine, how long.
pub fn write_manifest(
    folder: &ResultsFolder,
    settings: Value,
    job: &Job,
    clock: Clock,
) -> anyhow::Result<()> {
    let manifest = Manifest {
        command: command_line(),
        settings,
        runs: job.ids.clone(),
        versions: Versions {
            initlab: env!("CARGO_PKG_VERSION").to_owned(),
            engine: ENGINE,
            precision: precision().to_owned(),
            arithmetic: arithmetic().to_owned(),
            functions: fingerprint(),
        },
        data: job.files(),
        data_path: job.data.as_set().map(|set| set.place.display().to_string()).unwrap_or_default(),
        label: job.data.as_set().and_then(|set| set.label.clone()),
        machine: machine::describe(at_once(&job.pool)),
        started: humantime::format_rfc3339_seconds(clock.started).to_string(),
        seconds: clock.seconds,
    };
    Ok(folder.write("run.json", &manifest.to_json())?)
}

/// Measures the time that each stage of a command takes.
#[derive(Debug)]
pub struct Clock {
    started: SystemTime,
    last: Instant,
    seconds: BTreeMap<String, f64>,
}

impl Clock {
    /// Starts to measure the first stage.
    pub fn start() -> Self {
        Self { started: SystemTime::now(), last: Instant::now(), seconds: BTreeMap::new() }
    }

    /// Ends a stage and starts the next one.
    pub fn lap(&mut self, stage: &str) {
        self.seconds.insert(stage.to_owned(), self.last.elapsed().as_secs_f64());
        self.last = Instant::now();
    }
}
