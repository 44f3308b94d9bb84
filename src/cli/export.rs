//! `--export`: each run as a folder of arrays, to be computed again here (`replay`) or elsewhere.
//!
//! A run is trained once more for it, step by step, so that a run without `--export` pays for nothing and a run that is
//! there already can be exported.

use super::job::Job;
use super::options::ExportArgs;
use super::print::to_stderr;
use crate::data::DataSet;
use crate::experiments::runner::DynExperiment;
use crate::experiments::{ConfigError, ENGINE};
use crate::files::list;
use crate::replay::{RecordedSetup, Spec, files, record};
use crate::results::ResultsFolder;
use crate::text::counted;
use crate::train::step::Trainer;
use serde_json::json;
use std::fs;
use std::path::Path;

/// Refuses a step that no run comes to.
pub fn check(wanted: &ExportArgs, job: &Job) -> Result<(), ConfigError> {
    let most = job.runs.iter().map(|run| run.cost.iterations).max().unwrap_or(0);
    match wanted.export_at.iter().find(|step| **step as usize >= most || **step == 0) {
        Some(step) => Err(ConfigError {
            flag: "--export-at",
            value: step.to_string(),
            expected: format!("numbers of updates from 1 to below {most}; start and end are always there"),
        }),
        None => Ok(()),
    }
}

/// Exports these runs, if that is asked for.
pub fn export(
    wanted: &ExportArgs,
    study: &dyn DynExperiment,
    job: &Job,
    runs: &[usize],
) -> anyhow::Result<()> {
    let Some(folder) = &wanted.export else { return Ok(()) };
    let mut exported = 0;
    for &run in runs {
        if let Some(files) = job.pool.install(|| run_files(wanted, study, job, run)) {
            write(&folder.join(&job.ids[run]), &files)?;
            exported += 1;
        }
    }
    let to = folder.display();
    to_stderr(&match exported {
        0 => format!("--export: {} trains no network that could be exported", study.name()),
        count => {
            format!("{to}: {} exported; initlab replay {to}/ID computes one again", counted(count, "run"))
        }
    });
    Ok(())
}

/// The files of one run; none where it trains no network.
fn run_files(
    wanted: &ExportArgs,
    study: &dyn DynExperiment,
    job: &Job,
    run: usize,
) -> Option<Vec<(String, Vec<u8>)>> {
    let mut found = None;
    study.with_training(run, &job.data, &mut |mut training, network| {
        let (iterations, loss_at) = (training.iterations, training.loss_at);
        let mut spec = Spec::new(&network.architecture, &training.update, loss_at, iterations);
        spec.data = job.data.as_set().map(DataSet::identity).unwrap_or_default();
        spec.split = job.data.as_set().and_then(|set| set.rows.as_ref()).map(|_| study.seed(run));
        spec.source = json!({
            "experiment": study.name(),
            "run": job.ids[run],
            "name": job.runs[run].name,
            "plan": study.run_settings(run),
            "version": env!("CARGO_PKG_VERSION"),
            "engine": ENGINE,
        });
        let at = wanted.export_at.iter().map(|step| *step as usize).collect();
        let setup = RecordedSetup { from: 0, iterations, loss_at, at };
        let size = training.batches.size();
        let mut trainer = Trainer::new(network, training.examples, training.update, size);
        let run = record(&mut trainer, &setup, || training.batches.draw().to_vec());
        // Points that an experiment makes for itself are nowhere else.
        let with_data = wanted.export_data || !study.needs_data();
        found = Some(files(spec, &run, with_data.then_some(training.examples)));
    });
    found
}

/// The spec is the last of the files: a folder without it is not whole.
fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    let folder = ResultsFolder::open(folder)?;
    for entry in list(folder.path())? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_of_an_export(&name) && files.iter().all(|(new, _)| *new != name) {
            fs::remove_file(entry.path())?; // of an export of the same run at other moments
        }
    }
    for (name, bytes) in files {
        folder.write(name, bytes)?;
    }
    Ok(())
}

/// True of a file that one export has and another of the same run may not have.
fn is_of_an_export(name: &str) -> bool {
    let moment = name.strip_prefix("at-").and_then(|rest| rest.strip_suffix(".npz"));
    moment.is_some_and(|step| step.parse::<u32>().is_ok()) || ["x.npy", "labels.npy"].contains(&name)
}
