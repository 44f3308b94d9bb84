//! The layout of a results folder: the names that mean something in it, and where folders lie.
//!
//! ```text
//! results/compare/              one experiment's tables and figures
//!                 run.json      what they are, and which files there are
//!                 runs/         finished runs
//!                 .lock         who is at work
//!                 wide/         a set of settings with a name, laid out the same
//! results/sweep/depth/          one sweep file's
//! ```

use super::error::ResultsError;
use crate::files::list;
use crate::text::is_plain;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

/// The manifest of a folder's files.
pub const MANIFEST: &str = "run.json";
/// The folder in which the finished runs lie.
pub const RUNS: &str = "runs";
/// The file that is locked; it says who holds it.
pub(super) const LOCK: &str = ".lock";

/// Longest name of a folder, so that file systems and terminals have room for it.
const LONGEST_NAME: usize = 100;
/// Levels below a results folder at which experiments keep files.
const DEEPEST: usize = 3;

/// True if a file's name ends in a dot and this extension; case counts, and the ending alone is no name.
///
/// ```
/// use initlab::results::layout::has_extension;
///
/// assert!(has_extension("loss.csv", "csv"));
/// assert!(!has_extension("loss.CSV", "csv") && !has_extension(".csv", "csv"));
/// ```
pub fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

/// Checks a name for a set of settings, which becomes a folder's; an error says what is expected.
///
/// # Errors
/// For a name that is empty, begins with `.` or `-`, holds a path separator, a control character or a mark of
/// direction, is longer than 100 bytes, is `runs`, or ends like a file of ours.
///
/// ```
/// use initlab::results::check_name;
///
/// assert_eq!(check_name("lr 0.1"), Ok(()));
/// assert!(check_name("a/b").is_err() && check_name("loss.csv").is_err());
/// ```
pub fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| is_plain(c) && !std::path::is_separator(c);
    if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(fits) {
        Err("expected a name for a folder: without / and control characters, not starting with . or -".into())
    } else if name.len() > LONGEST_NAME {
        Err(format!("expected a name of at most {LONGEST_NAME} bytes"))
    } else if name.eq_ignore_ascii_case(RUNS) || is_file_of_ours(name) {
        Err(format!(
            "expected a name that is not '{RUNS}' and does not end like a file of ours ({})",
            OURS.join(", ")
        ))
    } else {
        Ok(())
    }
}

/// Endings of files of ours.
const OURS: [&str; 5] = ["csv", "svg", "png", "json", "html"];

/// True for a name that ends like a file of ours, whatever the case.
fn is_file_of_ours(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|found| OURS.iter().any(|ours| found.eq_ignore_ascii_case(ours)))
}

/// What was found below a folder: the folders in which an experiment has kept something, and those that could not be
/// looked at.
#[derive(Debug, Default)]
pub struct Found {
    /// The folders, each before those below it, in the order of names.
    pub folders: Vec<PathBuf>,
    /// Why a folder, which may hold results, could not be listed.
    pub unreadable: Vec<ResultsError>,
}

/// Looks for results at and below `root`: folders with a manifest or a folder of finished runs.
///
/// The search goes three levels down, follows no link, and enters neither `runs` nor folders whose names begin with a
/// dot.
///
/// # Errors
/// [`ResultsError::System`] with the attempt `open` if `root` itself cannot be listed.
pub fn experiment_folders(root: &Path) -> Result<Found, ResultsError> {
    let mut found = Found::default();
    collect(root, DEEPEST, &mut found)?;
    Ok(found)
}

/// Adds `folder`, if an experiment has kept something there, and those at most `levels` below it.
fn collect(folder: &Path, levels: usize, found: &mut Found) -> Result<(), ResultsError> {
    let entries = list(folder).map_err(ResultsError::system("open", folder))?;
    if entries.iter().any(|entry| entry.file_name() == MANIFEST || entry.file_name() == RUNS) {
        found.folders.push(folder.to_owned());
    }
    for entry in entries.iter().filter(|entry| levels > 0 && is_candidate(entry)) {
        if let Err(unreadable) = collect(&entry.path(), levels - 1, found) {
            found.unreadable.push(unreadable);
        }
    }
    Ok(())
}

/// True for a folder, and no link to one, that may hold an experiment's files.
fn is_candidate(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    entry.file_type().is_ok_and(|found| found.is_dir())
        && name != RUNS
        && !name.as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::tempdir;

    #[test]
    fn an_extension_is_what_stands_behind_the_last_dot_of_a_name() {
        for (name, expected) in
            [("loss.csv", true), ("a.b.csv", true), ("loss.CSV", false), (".csv", false), ("csv", false)]
        {
            assert_eq!(has_extension(name, "csv"), expected, "{name}");
        }
    }

    #[test]
    fn a_name_is_one_plain_part_of_a_path() {
        for name in ["wide", "lr 0.1", "é", "a.b", "compare"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        let long = "x".repeat(101);
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "runs",
            "Runs",
            "loss.csv",
            "report.HTML",
            ".lock",
            "-x",
            "a\nb",
            "\u{202e}a",
            &long,
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn folders_are_known_by_what_is_in_them_not_by_their_names() {
        let root = tempdir().unwrap();
        for folder in
            ["compare/runs", "compare/wide/runs", "sweep/depth", "copy of it", "empty", ".hidden/runs"]
        {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for folder in ["sweep/depth", "copy of it"] {
            fs::write(root.path().join(folder).join(MANIFEST), "{}").unwrap();
        }
        #[cfg(unix)] // neither a loop nor a folder elsewhere is followed
        for (to, name) in [(".", "self"), ("compare", "latest")] {
            std::os::unix::fs::symlink(to, root.path().join(name)).unwrap();
        }
        let found = experiment_folders(root.path()).unwrap();
        let expected = ["compare", "compare/wide", "copy of it", "sweep/depth"];
        assert_eq!(found.folders, expected.map(|folder| root.path().join(folder)));
        assert!(experiment_folders(&root.path().join("typo")).is_err());
    }
}
