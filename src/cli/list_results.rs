//! `list`: the results that are there, one line each, with the settings that differ.

use super::exit;
use super::print::{to_stderr, to_stdout};
use crate::results::settings_list::settings_list;
use crate::results::{Manifest, ResultsFolder, RunStore, experiment_folders};
use crate::text::TextTable;
use crate::text::printable;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Characters of a cell that are shown.
const LONGEST: usize = 100;

/// One folder: the runs of its tables, or the finished ones where there are no tables, and the manifest of the
/// command that wrote them.
struct ListedFolder {
    path: PathBuf,
    runs: usize,
    manifest: Option<Manifest>,
    settings: Vec<(String, String)>,
}

impl ListedFolder {
    fn data_path(&self) -> &str {
        self.manifest.as_ref().map_or("", |manifest| manifest.data_path.as_str())
    }
}

/// Lists the experiments' folders at and below a folder.
pub fn list_results(root: &Path) -> anyhow::Result<u8> {
    let found: Vec<ListedFolder> =
        experiment_folders(root)?.into_iter().map(look_at).collect::<Result<_, _>>()?;
    if found.is_empty() {
        to_stdout(&format!("{}: no results", root.display()));
        return Ok(exit::DONE);
    }
    let mut table =
        TextTable::new(&["folder", "experiment", "runs", "made", "settings"]).with_text_at_the_end();
    for folder in &found {
        let (experiment, made) = match &folder.manifest {
            Some(manifest) if !manifest.complete => (manifest.experiment.as_str(), "stopped while writing"),
            Some(manifest) => (manifest.experiment.as_str(), manifest.started.as_str()),
            None => ("", "not assembled"),
        };
        let path = folder.path.display().to_string();
        table.push([path.as_str(), experiment, &folder.runs.to_string(), made, &differing(folder, &found)]);
    }
    to_stdout(&table.within(usize::MAX));
    Ok(exit::DONE)
}

fn look_at(path: PathBuf) -> anyhow::Result<ListedFolder> {
    let folder = ResultsFolder::existing(&path)?;
    let manifest = folder.manifest().unwrap_or_else(|error| {
        to_stderr(&error.to_string());
        None
    });
    let settings =
        manifest.as_ref().map(|manifest| settings_list(&manifest.settings, ",")).unwrap_or_default();
    let runs = match &manifest {
        Some(manifest) => manifest.runs.len(),
        None => RunStore::new(folder.runs_path()).ids().len(),
    };
    Ok(ListedFolder { path, runs, manifest, settings })
}

/// The settings of a folder that are not the same in all folders of its experiment, but for the name, which is that of
/// the folder; for the only folder of an experiment, the words that were typed.
fn differing(folder: &ListedFolder, all: &[ListedFolder]) -> String {
    let Some(manifest) = &folder.manifest else { return String::new() };
    let same = |other: &&ListedFolder| {
        other.manifest.as_ref().is_some_and(|other| other.experiment == manifest.experiment)
    };
    let group: Vec<&ListedFolder> = all.iter().filter(same).collect();
    if group.len() < 2 {
        return printable(&manifest.command.get(2..).unwrap_or_default().join(" "), LONGEST);
    }
    let mut values: BTreeMap<&str, Vec<Option<&str>>> = BTreeMap::new();
    for (key, _) in group.iter().flat_map(|other| &other.settings) {
        values.entry(key).or_insert_with(|| group.iter().map(|other| value_of(other, key)).collect());
    }
    let differs = |key: &str| values[key].windows(2).any(|pair| pair[0] != pair[1]);
    let told = folder
        .settings
        .iter()
        .filter(|(key, _)| key != "name" && differs(key))
        .map(|(key, value)| setting(key.rsplit('.').next().unwrap_or(key), value));
    let data = group.iter().any(|other| other.data_path() != folder.data_path());
    let data = data.then(|| setting("data", folder.data_path()));
    let told = data.into_iter().chain(told);
    printable(&told.collect::<Vec<_>>().join(", "), LONGEST)
}

/// A setting as one would say it: `hidden 50,50`, `batch_norm`, `no eval_every`.
fn setting(name: &str, value: &str) -> String {
    match value {
        "true" => name.to_owned(),
        "false" | "–" | "" => format!("no {name}"),
        value => format!("{name} {value}"),
    }
}

fn value_of<'a>(folder: &'a ListedFolder, key: &str) -> Option<&'a str> {
    folder.settings.iter().find(|row| row.0 == key).map(|row| row.1.as_str())
}
