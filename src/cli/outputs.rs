//! The files of a command: tables, figures, and the manifest that lists them.
//!
//! The manifest is written twice: first with the files of the former command and of this one, marked as
//! incomplete, and at the end with those that are there. So a command that is killed in between leaves
//! nothing that is taken for a whole, and nothing that the next command does not know of.

use super::job::{Job, precision};
use super::machine;
use super::stage_clock::StageClock;
use super::threads::at_once;
use crate::experiments::ENGINE;
use crate::experiments::runner::DynExperiment;
use crate::nn::simd::arithmetic;
use crate::nn::system_functions::fingerprint;
use crate::plot::Figure;
use crate::results::layout::MANIFEST;
use crate::results::{Manifest, ResultsError, ResultsFolder, Tables, Versions};

/// The words of this command.
pub fn command_line() -> Vec<String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// A file that is still to be written: its name and its bytes.
pub type OutputFile = (String, Vec<u8>);

/// Draws each figure as SVG and as PNG: two files per figure, named after it.
///
/// # Errors
/// [`PlotError`](crate::plot::PlotError) of the first figure that cannot be drawn.
pub fn draw(figures: &[Figure]) -> anyhow::Result<Vec<OutputFile>> {
    let mut drawn = Vec::new();
    for figure in figures {
        let (svg, png) = rayon::join(|| figure.svg(), || figure.png());
        drawn.push((format!("{}.svg", figure.name), svg?.into_bytes()));
        drawn.push((format!("{}.png", figure.name), png?));
    }
    Ok(drawn)
}

/// Writes tables and figures, removes what a former command left and this one does not write, and
/// returns the manifest with the names of the files.
///
/// `former` has the names of the former command's files. Until [`write_manifest`] the manifest on the disk
/// says that the folder is incomplete.
pub fn write_outputs(
    folder: &ResultsFolder,
    former: &[String],
    mut manifest: Manifest,
    tables: &Tables,
    figures: &[OutputFile],
) -> Result<Manifest, ResultsError> {
    let csv = tables.iter().map(|table| (format!("{}.csv", table.name()), table.to_csv()));
    let figures = figures.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice()));
    let files: Vec<(String, &[u8])> = csv.chain(figures).collect();
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let leftover: Vec<String> = former.iter().filter(|name| !names.contains(name)).cloned().collect();

    (manifest.complete, manifest.files) = (false, [&names[..], &leftover].concat());
    folder.write(MANIFEST, &manifest.to_json())?;
    files.iter().try_for_each(|(name, bytes)| folder.write(name, bytes))?;
    folder.remove_files(&leftover)?;
    manifest.files = names;
    Ok(manifest)
}

/// Ends the writing: from now on the files are a whole.
pub fn write_manifest(folder: &ResultsFolder, mut manifest: Manifest) -> Result<(), ResultsError> {
    manifest.complete = true;
    folder.write(MANIFEST, &manifest.to_json())?;
    folder.sync()
}

/// The manifest of this command: what was asked, with what, on which machine, when.
pub fn manifest(study: &dyn DynExperiment, job: &Job, clock: &StageClock) -> Manifest {
    Manifest {
        experiment: study.name().to_owned(),
        complete: false,
        files: Vec::new(),
        command: command_line(),
        settings: study.settings(),
        caption: study.caption(),
        runs: job.ids.clone(),
        versions: versions(),
        data: job.files(),
        data_path: job.data.as_set().map(|set| set.place.display().to_string()).unwrap_or_default(),
        label: job.data.as_set().and_then(|set| set.label.clone()),
        machine: machine::describe(at_once(&job.pool)),
        started: clock.started(),
        seconds: clock.seconds.clone(),
    }
}

/// The program that computes the results.
pub fn versions() -> Versions {
    Versions {
        initlab: env!("CARGO_PKG_VERSION").to_owned(),
        engine: ENGINE,
        precision: precision().to_owned(),
        arithmetic: arithmetic().to_owned(),
        functions: fingerprint(),
    }
}
