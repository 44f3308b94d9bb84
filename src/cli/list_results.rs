//! `list`: the results that are there, one line each, with the settings that differ.

use super::exit;
use super::print::{to_stderr, to_stdout};
use crate::results::settings_list::settings_list;
use crate::results::{Found, Manifest, ResultsError, ResultsFolder, RunStore, experiment_folders};
use crate::text::TextTable;
use crate::text::printable;
use std::collections::{BTreeMap, BTreeSet};
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

/// Lists the experiments' folders at and below a folder; what cannot be read is told.
pub fn list_results(root: &Path) -> anyhow::Result<u8> {
    let Found { folders, mut unreadable } = experiment_folders(root)?;
    let found: Vec<ListedFolder> =
        folders.into_iter().filter_map(|path| look_at(path, &mut unreadable)).collect();
    unreadable.iter().for_each(|problem| to_stderr(&problem.to_string()));
    if !found.is_empty() {
        to_stdout(&table(&found).within(usize::MAX));
    } else if unreadable.is_empty() {
        to_stdout(&format!("{}: no results", root.display()));
    }
    Ok(if unreadable.is_empty() { exit::DONE } else { exit::IO })
}

fn table(found: &[ListedFolder]) -> TextTable {
    let groups = groups(found);
    let mut table =
        TextTable::new(&["folder", "experiment", "runs", "made", "settings"]).with_text_at_the_end();
    for folder in found {
        let (experiment, made) = match &folder.manifest {
            Some(manifest) if !manifest.complete => (manifest.experiment.as_str(), "stopped while writing"),
            Some(manifest) => (manifest.experiment.as_str(), manifest.started.as_str()),
            None => ("", "not assembled"),
        };
        let path = folder.path.display().to_string();
        let settings = differing(folder, &groups);
        table.push([path.as_str(), experiment, &folder.runs.to_string(), made, &settings]);
    }
    table
}

/// What is known of a folder; what is not is added to the problems.
fn look_at(path: PathBuf, problems: &mut Vec<ResultsError>) -> Option<ListedFolder> {
    let folder = ResultsFolder::existing(&path).map_err(|problem| problems.push(problem)).ok()?;
    let manifest = folder.manifest().map_err(|problem| problems.push(problem)).ok().flatten();
    let runs = match &manifest {
        Some(manifest) => manifest.runs.len(),
        None => RunStore::new(folder.runs_path()).ids().map_err(|problem| problems.push(problem)).ok()?.len(),
    };
    let settings =
        manifest.as_ref().map(|manifest| settings_list(&manifest.settings, ",")).unwrap_or_default();
    Some(ListedFolder { path, runs, manifest, settings })
}

/// The folders of one experiment: how many, and of each setting how many have it, with which values.
#[derive(Default)]
struct Group<'a> {
    folders: usize,
    values: BTreeMap<&'a str, (usize, BTreeSet<&'a str>)>,
    data: BTreeSet<&'a str>,
}

fn groups(found: &[ListedFolder]) -> BTreeMap<&str, Group<'_>> {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for folder in found {
        let Some(manifest) = &folder.manifest else { continue };
        let group = groups.entry(&manifest.experiment).or_default();
        group.folders += 1;
        group.data.insert(&manifest.data_path);
        for (key, value) in &folder.settings {
            let (count, values) = group.values.entry(key).or_default();
            *count += 1;
            values.insert(value);
        }
    }
    groups
}

/// The settings of a folder that are not the same in all folders of its experiment, but for the name, which is that of
/// the folder; for the only folder of an experiment, the words that were typed.
fn differing(folder: &ListedFolder, groups: &BTreeMap<&str, Group<'_>>) -> String {
    let Some(manifest) = &folder.manifest else { return String::new() };
    let group = &groups[manifest.experiment.as_str()];
    if group.folders < 2 {
        return printable(&manifest.command.get(2..).unwrap_or_default().join(" "), LONGEST);
    }
    let differs = |key: &str| group.values[key].0 < group.folders || group.values[key].1.len() > 1;
    let data = (group.data.len() > 1).then(|| setting("data", &manifest.data_path));
    let told = folder.settings.iter().filter(|(key, _)| key != "name" && differs(key));
    let told = told.map(|(key, value)| setting(key.rsplit('.').next().unwrap_or(key), value));
    printable(&data.into_iter().chain(told).collect::<Vec<_>>().join(", "), LONGEST)
}

/// A setting as one would say it: `hidden 50,50`, `batch_norm`, `no eval_every`.
fn setting(name: &str, value: &str) -> String {
    match value {
        "true" => name.to_owned(),
        "false" | "–" | "" => format!("no {name}"),
        value => format!("{name} {value}"),
    }
}
