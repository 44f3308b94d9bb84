//! Figures from CSV files, without training.

use super::exit;
use super::print::to_stdout;
use super::verbs::EXPERIMENTS;
use super::write::write_figures;
use crate::experiments::Experiment;
use crate::experiments::sweep::Sweep;
use crate::plot::{Curves, Figure, Panel, Scale};
use crate::report::ReportedExperiment;
use crate::results::{ResultsFolder, Table, Tables};
use anyhow::{Context, bail};
use clap::Args;
use std::fs;
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
    #[arg(long, value_name = "VALUE")]
    pub y_max: Option<f64>,
}

/// Redraws one experiment's folder, or every experiment's folder below a results folder.
pub fn plot(folder: &Path, scales: &AxisArgs) -> anyhow::Result<u8> {
    for (experiment, path) in experiment_folders(folder)? {
        redraw(&experiment, &path, scales)?;
    }
    Ok(exit::DONE)
}

/// The folders of experiments at or below a folder, each with its experiment; at least one.
pub fn experiment_folders(folder: &Path) -> anyhow::Result<Vec<(ReportedExperiment, PathBuf)>> {
    let found = folders(folder);
    if found.is_empty() {
        bail!(
            "{}: expected a results folder with one of {} in it, or one of these folders itself",
            folder.display(),
            EXPERIMENTS.iter().map(|experiment| experiment.name).collect::<Vec<_>>().join(", ")
        );
    }
    Ok(found)
}

fn folders(folder: &Path) -> Vec<(ReportedExperiment, PathBuf)> {
    let canonical = folder.canonicalize().unwrap_or_default();
    let called = |path: &Path| EXPERIMENTS.iter().copied().find(|experiment| path.ends_with(experiment.name));
    match (called(&canonical), canonical.parent().and_then(called)) {
        (_, Some(sweep @ ReportedExperiment { name: Sweep::NAME, .. })) => vec![(sweep, folder.to_owned())],
        (Some(sweep @ ReportedExperiment { name: Sweep::NAME, .. }), _) => {
            below(folder).into_iter().map(|path| (sweep, path)).collect()
        }
        (Some(other), _) => vec![(other, folder.to_owned())],
        (None, _) => {
            let inside = EXPERIMENTS
                .iter()
                .map(|experiment| folder.join(experiment.name))
                .filter(|path| path.is_dir());
            inside.flat_map(|path| folders(&path)).collect()
        }
    }
}

/// The folders directly below a folder, in the order of their names.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    paths.sort();
    paths
}

/// Redraws the figures of one experiment in place.
fn redraw(experiment: &ReportedExperiment, path: &Path, scales: &AxisArgs) -> anyhow::Result<()> {
    let folder = ResultsFolder::existing(path)?;
    let mut figures = (experiment.figures)(&tables(path)?)?;
    figures.iter_mut().for_each(|figure| rescale(figure, scales));
    for file in write_figures(&folder, &figures)? {
        to_stdout(&path.join(file).display().to_string());
    }
    Ok(())
}

/// Every CSV file of a folder.
fn tables(folder: &Path) -> anyhow::Result<Tables> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    paths.sort();
    let table = |path: &PathBuf| {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Table::parse(&name, &bytes)?)
    };
    paths.iter().map(table).collect()
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
