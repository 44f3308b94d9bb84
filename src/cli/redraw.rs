//! `plot`: figures from CSV files, without training.
//!
//! The manifest of a folder says what its tables are; the folder's own name says nothing, so copies
//! and folders with names of their own are drawn too.

use super::exit;
use super::figure_args::FigureArgs;
use super::folder_lock::lock;
use super::known_experiments::EXPERIMENTS;
use super::outputs::draw;
use super::print::{to_stderr, to_stdout};
use super::threads;
use crate::plot::{Curves, Figure, Panel, Scale};
use crate::report::ReportedExperiment;
use crate::results::layout::{self, MANIFEST};
use crate::results::{Found, Manifest, ResultsFolder, Table, TableError, Tables};
use anyhow::{Context, anyhow, bail};
use clap::Args;
use rayon::ThreadPool;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Axes of curves that differ from the experiment's own.
#[derive(Args, Debug, Default)]
pub struct AxisArgs {
    /// A logarithmic horizontal axis.
    #[arg(long)]
    pub log_x: bool,
    /// A logarithmic vertical axis.
    #[arg(long)]
    pub log_y: bool,
    /// Where the vertical axis ends.
    #[arg(long, value_name = "VALUE", value_parser = y_max, allow_hyphen_values = true)]
    pub y_max: Option<f64>,
}

/// Smallest and largest end of an axis: beyond them ticks and their texts are no numbers any more.
const Y_MAX: std::ops::RangeInclusive<f64> = 1e-300..=1e300;

fn y_max(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| Y_MAX.contains(number));
    number.ok_or_else(|| format!("expected a number from {:e} to {:e}", Y_MAX.start(), Y_MAX.end()))
}

/// Redraws a folder's figures, or those of every experiment's folder below it.
pub fn plot(folder: &Path, scales: &AxisArgs, look: &FigureArgs) -> anyhow::Result<u8> {
    let found = drawn_folders(folder)?;
    let pool = threads::pool(None, 1)?;
    found.folders.iter().try_for_each(|path| redraw(path, scales, look, &pool))?;
    Ok(if found.unreadable.is_empty() { exit::DONE } else { exit::IO })
}

/// The folder itself if it has a manifest, else all folders below it that have one, at least one; what could not be
/// looked at is told.
fn drawn_folders(folder: &Path) -> anyhow::Result<Found> {
    let mut found = layout::experiment_folders(folder)?;
    let is_missing = |path: &PathBuf| {
        let manifest = path.join(MANIFEST).symlink_metadata();
        manifest.is_err_and(|error| error.kind() == ErrorKind::NotFound)
    };
    found.folders.retain(|path| !is_missing(path));
    if found.folders.first().is_some_and(|first| first == folder) {
        return Ok(Found { folders: vec![folder.to_owned()], unreadable: Vec::new() });
    }
    found.unreadable.iter().for_each(|error| to_stderr(&error.to_string()));
    if found.folders.is_empty() {
        bail!(
            "{}: expected a folder with tables and the {MANIFEST} that says what they are, or one above such \
             folders",
            folder.display()
        );
    }
    Ok(found)
}

/// Redraws the figures of one experiment in place, while no other command writes there.
fn redraw(path: &Path, scales: &AxisArgs, look: &FigureArgs, pool: &ThreadPool) -> anyhow::Result<()> {
    let folder = ResultsFolder::existing(path)?;
    let _lock = lock(&folder)?;
    let place = path.display();
    let (manifest, tables) = whole_folder(path)?;
    let experiment = experiment_of(&manifest).with_context(|| format!("{place}/{MANIFEST}"))?;
    let figures = (experiment.figures)(&tables);
    let mut figures =
        figures.map_err(|error| told(error, &manifest)).with_context(|| format!("in {place}"))?;
    figures.iter_mut().for_each(|figure| rescale(figure, scales));
    look.apply(&mut figures, &manifest);
    let drawn = pool.install(|| draw(&figures))?;
    for (name, bytes) in &drawn {
        folder.write(name, bytes)?;
        to_stdout(&path.join(name).display().to_string());
    }
    look.open_first(path, drawn.iter().map(|(name, _)| name));
    Ok(())
}

/// An error of tables, with what to do where they are not those of this program.
fn told(error: TableError, manifest: &Manifest) -> anyhow::Error {
    match error {
        TableError::Line { .. } => error.into(),
        TableError::Missing { .. } | TableError::Columns { .. } => anyhow!(
            "{error}; an earlier version of this program wrote these tables, or somebody changed them. Type the \
             command again, which makes them anew: {}",
            manifest.command.join(" ")
        ),
    }
}

/// The experiment whose tables a manifest describes.
fn experiment_of(manifest: &Manifest) -> anyhow::Result<ReportedExperiment> {
    // Manifests from before the field have the experiment's name in their command.
    let mut names = std::iter::once(&manifest.experiment).chain(&manifest.command);
    names.find_map(|name| experiment_called(name)).with_context(|| {
        let known: Vec<&str> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
        format!("expected the experiment to be one of {}, found '{}'", known.join(", "), manifest.experiment)
    })
}

fn experiment_called(name: &str) -> Option<ReportedExperiment> {
    EXPERIMENTS.iter().find(|experiment| experiment.name == name).copied()
}

/// Folders, each with the experiment whose tables it has.
pub type Known = Vec<(ReportedExperiment, PathBuf)>;

/// The folders with tables at or below a folder, at least one; and those that cannot be shown,
/// with the reason and without the path of that folder.
///
/// Where a manifest cannot be read, the folder's path is the only hint to its experiment.
pub fn experiment_folders(folder: &Path) -> anyhow::Result<(Known, Vec<String>)> {
    let found = drawn_folders(folder)?;
    let below = |path: &Path| path.strip_prefix(folder).unwrap_or(path).display().to_string();
    let mut problems: Vec<String> =
        found.unreadable.iter().map(|error| error.without_folder(folder)).collect();
    let mut known = Vec::new();
    for path in found.folders {
        let manifest = ResultsFolder::existing(&path).and_then(|folder| folder.manifest()).ok().flatten();
        let told = manifest.and_then(|manifest| experiment_of(&manifest).ok());
        let parts = path.canonicalize().unwrap_or_default();
        let guessed = || parts.iter().rev().find_map(|part| experiment_called(part.to_str()?));
        if let Some(experiment) = told.or_else(guessed) {
            known.push((experiment, path));
        } else {
            let problem = format!("its {MANIFEST} names no experiment");
            to_stderr(&format!("{}: {problem}", path.display()));
            problems.push(format!("{}: {problem}", below(&path)));
        }
    }
    Ok((known, problems))
}

/// The manifest and the tables of a folder that a command has written to its end.
pub fn whole_folder(path: &Path) -> anyhow::Result<(Manifest, Tables)> {
    let folder = ResultsFolder::existing(path)?;
    let place = path.display();
    let manifest = folder
        .manifest()?
        .with_context(|| format!("{place} has no {MANIFEST}: type the command of its results again"))?;
    if !manifest.complete {
        let command = manifest.command.join(" ");
        bail!("{place}: a command was stopped while it wrote its files; type it again first: {command}");
    }
    let tables = tables(&folder, &manifest)?;
    Ok((manifest, tables))
}

/// The tables that the manifest lists.
fn tables(folder: &ResultsFolder, manifest: &Manifest) -> anyhow::Result<Tables> {
    let table = |name: &String| {
        let stem = name.strip_suffix(".csv").filter(|stem| !stem.contains(std::path::is_separator))?;
        Some(folder.read(name).map_err(anyhow::Error::from).and_then(|bytes| {
            Table::parse(stem, &bytes).with_context(|| format!("in {}", folder.path().display()))
        }))
    };
    let names = if manifest.files.is_empty() { folder.csv_files()? } else { manifest.files.clone() };
    names.iter().filter_map(table).collect()
}

fn rescale(figure: &mut Figure, scales: &AxisArgs) {
    for panel in &mut figure.panels {
        let Panel::Curves(Curves { x, y, .. }) = panel else { continue };
        if scales.log_x {
            x.scale = Scale::Log;
        }
        if scales.log_y {
            (y.scale, y.range) = (Scale::Log, None);
        }
        if let Some(high) = scales.y_max {
            y.range = Some((y.range.map_or(0.0, |range| range.0), high));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_number_above_zero() {
        for text in ["nan", "0", "-1", "5e-324", "inf", "", "1e301"] {
            assert!(y_max(text).is_err(), "{text}");
        }
        assert_eq!(y_max("2.5"), Ok(2.5));
    }
}
