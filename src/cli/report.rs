//! `report`: reads a results folder and writes its page.

use super::exit;
use super::memory::{Needed, PROGRAM};
use super::print::{to_stderr, to_stdout};
use super::redraw::experiment_folders;
use super::threads;
use crate::files;
use crate::report::chapter::{CHAPTER, ChapterPart, introduction};
use crate::report::page::OWN_TITLE;
use crate::report::{ReportedExperiment, Section, page};
use crate::results::layout::MANIFEST;
use crate::results::{ResultsFolder, Table, Tables};
use std::path::{Path, PathBuf};

/// The page's file in the reported folder.
pub const FILE: &str = "report.html";
/// The file of a lab's page, to which a page beside it leads.
const LAB: &str = "lab.html";

/// Writes the page of the chapter's folder: every part with what the book says beside ours.
pub fn write_chapter(folder: &Path) -> anyhow::Result<u8> {
    let place = |section: &Section| {
        let is_of = |part: &ChapterPart| section.folder == format!("{}/{}", part.words[0], part.name);
        CHAPTER.iter().position(is_of).unwrap_or(CHAPTER.len())
    };
    write_page(folder, "The chapter on first weights", |sections| {
        sections.sort_by_key(place);
        for section in sections {
            let part = CHAPTER.get(place(section));
            section.introduction = part.map(|part| introduction(part, &section.tables));
        }
    })
}

/// Writes the page of a folder and says where it is; returns the exit code. What cannot be read is named in the page
/// and on the terminal.
pub fn write_report(folder: &Path, title: Option<&str>) -> anyhow::Result<u8> {
    write_page(folder, title.unwrap_or(OWN_TITLE), |_| ())
}

/// The same with another title; `prepare` may order the sections and add to them.
fn write_page(folder: &Path, title: &str, prepare: impl Fn(&mut Vec<Section>)) -> anyhow::Result<u8> {
    let (found, unreadable) = experiment_folders(folder)?;
    let target = ResultsFolder::existing(folder)?;
    target.refuse_other_page(FILE)?;
    needed(found.iter().map(|(_, path)| path))?.check()?;
    let read = |(experiment, path): (ReportedExperiment, PathBuf)| read_section(experiment, &path, folder);
    let mut sections: Vec<Section> = found.into_iter().map(read).collect::<Result<_, _>>()?;
    prepare(&mut sections);
    let problems = || sections.iter().flat_map(|section| &section.problems);
    problems().for_each(|problem| to_stderr(&format!("{}: {problem}", folder.display())));
    let lab = folder.join(LAB).is_file().then_some(LAB);
    target.write_page(FILE, &page(title, lab, &sections, &unreadable))?;
    to_stdout(&folder.join(FILE).display().to_string());
    Ok(if problems().next().is_none() && unreadable.is_empty() { exit::DONE } else { exit::IO })
}

/// Bytes that a byte of a table takes while it becomes a page: parsed, drawn, and as text and numbers for the scripts.
const PER_BYTE: u64 = 16;

fn needed<'a>(folders: impl Iterator<Item = &'a PathBuf>) -> anyhow::Result<Needed> {
    let mut bytes = PROGRAM;
    for path in folders {
        let folder = ResultsFolder::existing(path)?;
        let sizes = folder.csv_files()?.into_iter().filter_map(|name| path.join(name).metadata().ok());
        bytes += PER_BYTE * sizes.map(|file| file.len()).sum::<u64>();
    }
    Ok(Needed { flags: "FOLDER", bytes, threads: threads::cores() })
}

/// Reads an experiment's folder; files that are damaged become problems of the section.
fn read_section(experiment: ReportedExperiment, path: &Path, root: &Path) -> anyhow::Result<Section> {
    let folder = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let (mut tables, mut problems) = (Tables::new(), Vec::new());
    let place = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let bytes = |name: &str| files::read(&path.join(name)).map_err(|error| error.to_string());
    for name in ResultsFolder::existing(path)?.csv_files()? {
        let stem = name.strip_suffix(".csv").unwrap_or(&name);
        let table = |bytes: Vec<u8>| Table::parse(stem, &bytes).map_err(|error| error.to_string());
        match bytes(&name).and_then(table) {
            Ok(table) => tables.push(table),
            Err(problem) => problems.push(format!("{}: {problem}", place(&name))),
        }
    }
    let value = |bytes: Vec<u8>| serde_json::from_slice(&bytes).map_err(|error| error.to_string());
    let manifest: Result<serde_json::Value, String> = bytes(MANIFEST).and_then(value);
    problems.extend(manifest.as_ref().err().map(|problem| format!("{}: {problem}", place(MANIFEST))));
    let failed = [(experiment.explanation)(&tables).err(), (experiment.figures)(&tables).err()];
    let below = if folder.is_empty() { String::new() } else { format!("{folder}: ") };
    let mut failed: Vec<String> =
        failed.iter().flatten().map(|problem| format!("{below}{problem}")).collect();
    failed.dedup();
    problems.extend(failed);
    Ok(Section { folder, experiment, manifest: manifest.ok(), tables, introduction: None, problems })
}
