//! `replay`: an exported run, computed again and held against the export.

use super::data_args::DataArgs;
use super::exit;
use super::print::{to_stderr, to_stdout};
use super::threads;
use crate::experiments::args::not_negative;
use crate::files;
use crate::nn::inputs::Examples;
use crate::replay::{Comparison, Difference, Export, ReplayError, compare, load};
use anyhow::Context;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which export is computed again, and how near it must come.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// A folder that `--export` has written, or one of the same form.
    pub folder: PathBuf,
    /// The moment from which to train: start, or at-K for one that was kept.
    #[arg(long, value_name = "MOMENT", default_value = "start", value_parser = moment)]
    pub from: usize,
    /// The largest difference of two numbers that is passed over; 0 asks for the same bits.
    #[arg(long, value_name = "NUMBER", default_value = "0", value_parser = not_negative)]
    pub tolerance: f64,
    /// The data that the run learned from, where the folder has no x.npy.
    #[command(flatten)]
    pub data: DataArgs,
}

/// Computes a run again; 6 where it differs.
pub fn replay(wanted: &ReplayArgs) -> anyhow::Result<u8> {
    let shown = wanted.folder.display();
    let export = load(&read_folder(&wanted.folder)?).with_context(|| shown.to_string())?;
    if export.spec.sha256.is_empty() {
        to_stderr("note: spec.json has no checksums; the files are taken as they are");
    }
    if !export.spec.is_of_this_arithmetic() {
        to_stderr(
            "note: this machine rounds or computes functions otherwise than the export's, or the export does not say; \
             --tolerance allows for it",
        );
    }
    let again: anyhow::Result<_> = threads::in_pool(|| match &export.examples {
        Some(examples) => Ok(export.replay(examples, wanted.from)?),
        None => Ok(export.replay(&data(wanted, &export)?, wanted.from)?),
    });
    let again = again.with_context(|| shown.to_string())?;
    let comparison = compare(&export.run_from(wanted.from), &again, wanted.from, wanted.tolerance);
    let moments: Vec<&str> = again.moments.iter().map(|moment| moment.0.as_str()).collect();
    to_stdout(&format!(
        "{shown}: {} losses and the arrays of {} computed again",
        again.losses.len(),
        moments.join(", ")
    ));
    to_stdout(&verdict(&comparison, wanted.tolerance));
    Ok(if comparison.first.is_empty() { exit::DONE } else { exit::DEPARTS })
}

/// The number of updates of a moment's name.
fn moment(text: &str) -> Result<usize, String> {
    let step = if text == "start" { Some(0) } else { text.strip_prefix("at-").and_then(|k| k.parse().ok()) };
    step.ok_or_else(|| "expected start or at-K, as in at-100".to_owned())
}

/// The files of the folder that may belong to an export.
fn read_folder(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let shown = || format!("cannot read {}", folder.display());
    for entry in files::list(folder).with_context(shown)? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if [".json", ".npy", ".npz"].iter().any(|ending| name.ends_with(ending)) {
            let path = folder.join(&name);
            let bytes = files::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            found.insert(name, bytes);
        }
    }
    Ok(found)
}

/// The examples of a data set whose checksums are the export's.
fn data(wanted: &ReplayArgs, export: &Export) -> anyhow::Result<Examples> {
    let set = wanted.data.load(true)?;
    if set.identity() == export.spec.data {
        return Ok(export.spec.split.and_then(|seed| set.of_seed(seed)).unwrap_or(set).train);
    }
    let reason = other_data(&export.spec.data, &set.identity(), &set.summary());
    Err(ReplayError::Damaged { file: "x.npy".to_owned(), reason }.into())
}

/// What to type where the examples of the export are not there: other flags for the same files, or other files.
fn other_data(wanted: &[String], found: &[String], summary: &str) -> String {
    let is_sum = |part: &&String| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let sums = |identity: &[String]| identity.iter().filter(is_sum).cloned().collect::<Vec<_>>();
    let read_as: Vec<&str> = wanted.iter().filter(|part| !is_sum(part)).map(String::as_str).collect();
    let what = if sums(wanted) == sums(found) {
        "these are its files, read otherwise: give the flags of its command".to_owned()
    } else {
        format!(
            "these are not its files, whose SHA-256 are {}: --data PATH names them",
            sums(wanted).join(" ")
        )
    };
    let flags = if read_as.is_empty() {
        String::new()
    } else {
        format!(" ({}; --label, --drop, --only, --missing, --no-header, --test)", read_as.join(", "))
    };
    format!(
        "it is not in the folder, so the data of the export are needed, and the data here are {summary}; {what}{flags}"
    )
}

/// Whether the runs are equal, and where they differ first.
fn verdict(comparison: &Comparison, tolerance: f64) -> String {
    let Comparison { losses, arrays, first } = comparison;
    let largest = format!("largest difference {losses:.1e} of a loss, {arrays:.1e} of a number in an array");
    if first.is_empty() {
        let equal = *losses == 0.0 && *arrays == 0.0;
        return if equal {
            "every bit is the same".to_owned()
        } else {
            format!("equal within {tolerance:e}: {largest}")
        };
    }
    let lines: Vec<String> = first.iter().map(place).collect();
    format!("they differ: {largest}\n{}", lines.join("\n"))
}

/// Where two numbers differ, and what they are.
fn place(difference: &Difference) -> String {
    let Difference { iteration, array, expected, found, place } = difference;
    let numbers = format!("{expected:e} in the export, {found:e} here");
    match place {
        None => format!("  the first loss that differs is of iteration {iteration}: {numbers}"),
        Some((row, unit)) => {
            let name = array.split('.').next().unwrap_or(array);
            let layer = name.trim_start_matches(|c: char| !c.is_ascii_digit());
            format!(
                "  in arrays first after {iteration} updates: {array}, layer {layer}, unit {unit}, row {row}: {numbers}"
            )
        }
    }
}
