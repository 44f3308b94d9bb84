//! `report`: reads a results folder and writes its page.

use super::exit;
use super::print::{to_stderr, to_stdout};
use super::redraw::experiment_folders;
use crate::report::chapter::{CHAPTER, ChapterPart, paragraphs};
use crate::report::page::OWN_TITLE;
use crate::report::{ReportedExperiment, Section, page};
use crate::results::{ResultsError, ResultsFolder, Table, Tables};
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};

/// The page's file in the reported folder.
const FILE: &str = "report.html";
/// The file of a lab's page, to which a page beside it leads.
const LAB: &str = "lab.html";

/// Writes the page of a folder.
pub fn report(folder: &Path, title: Option<&str>) -> anyhow::Result<u8> {
    write_report(folder, title)?;
    Ok(exit::DONE)
}

/// Writes the page of the chapter's folder: every part with what the book says beside ours.
pub fn write_chapter(folder: &Path) -> anyhow::Result<()> {
    let place = |section: &Section| {
        let is_of = |part: &ChapterPart| section.folder == format!("{}/{}", part.words[0], part.name);
        CHAPTER.iter().position(is_of).unwrap_or(CHAPTER.len())
    };
    write_page(folder, "The chapter on first weights", |sections| {
        sections.sort_by_key(place);
        for section in sections {
            let part = CHAPTER.get(place(section));
            section.notes = part.map_or(Vec::new(), |part| paragraphs(part, &section.tables));
        }
    })
}

/// Writes the page of a folder and says where it is. What cannot be read is named in the page and on the
/// terminal.
pub fn write_report(folder: &Path, title: Option<&str>) -> anyhow::Result<()> {
    write_page(folder, title.unwrap_or(OWN_TITLE), |_| ())
}

/// The same with another title; `prepare` may order the sections and add to them.
fn write_page(folder: &Path, title: &str, prepare: impl Fn(&mut Vec<Section>)) -> anyhow::Result<()> {
    let found = experiment_folders(folder)?;
    let target = ResultsFolder::existing(folder)?;
    refuse_other_page(&target)?;
    let sections: Result<Vec<Section>, _> =
        found.into_iter().map(|(experiment, path)| read_section(experiment, &path, folder)).collect();
    let mut sections = sections?;
    prepare(&mut sections);
    sections.iter().flat_map(|section| &section.problems).for_each(|problem| to_stderr(problem));
    let lab = folder.join(LAB).is_file().then_some(LAB);
    target.write(FILE, page(title, lab, &sections).as_bytes())?;
    to_stdout(&folder.join(FILE).display().to_string());
    Ok(())
}

/// Refuses to write a page where another file of its name stands.
pub fn refuse_other_page(folder: &ResultsFolder) -> Result<(), ResultsError> {
    folder.refuse_unmarked(FILE, &format!("<title>{OWN_TITLE}"))
}

/// Reads an experiment's folder; files that are damaged become problems of the section.
fn read_section(experiment: ReportedExperiment, path: &Path, root: &Path) -> anyhow::Result<Section> {
    let folder = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let mut section = Section {
        folder,
        experiment,
        manifest: None,
        tables: Tables::new(),
        notes: Vec::new(),
        problems: Vec::new(),
    };
    for file in csv_files(path)? {
        match read_table(&file) {
            Ok(table) => section.tables.push(table),
            Err(problem) => section.problems.push(problem),
        }
    }
    let manifest = path.join("run.json");
    let bytes = fs::read(&manifest).map_err(|error| error.to_string());
    match bytes.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string())) {
        Ok(value) => section.manifest = Some(value),
        Err(problem) => section.problems.push(format!("{}: {problem}", manifest.display())),
    }
    let (explanation, figures) = (section.experiment.explanation, section.experiment.figures);
    let unreadable = [explanation(&section.tables).err(), figures(&section.tables).err()];
    let mut unreadable: Vec<String> =
        unreadable.iter().flatten().map(|problem| format!("{}: {problem}", path.display())).collect();
    unreadable.dedup();
    section.problems.extend(unreadable);
    Ok(section)
}

/// The CSV files of a folder, by name.
fn csv_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "csv") && path.is_file());
    paths.sort();
    Ok(paths)
}

/// One table, or what is wrong with its file.
fn read_table(file: &Path) -> Result<Table, String> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    Table::parse(&name, &bytes).map_err(|error| format!("{}: {error}", file.display()))
}
