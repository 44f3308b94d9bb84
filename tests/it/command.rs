//! Running the binary like a user, and a few tests of its manners.

use clap::CommandFactory;
use flate2::read::GzDecoder;
use initlab::cli::commands::Cli;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command left behind.
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `initlab` with these words in a folder.
pub fn initlab(folder: &Path, words: &[&str]) -> Ended {
    let output = command(folder, words).output().expect("the binary runs");
    Ended {
        code: output.status.code().expect("it was not killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The command, not yet started.
pub fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_initlab"));
    command.args(words).current_dir(folder).stdin(Stdio::null());
    command
}

/// The data that ships with the program.
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

/// A file of that data, unpacked.
pub fn unpacked(name: &str) -> Vec<u8> {
    let mut whole = Vec::new();
    let archive = fs::File::open(data().join(format!("{name}.gz"))).unwrap();
    GzDecoder::new(archive).read_to_end(&mut whole).unwrap();
    whole
}

/// The data rows of a CSV file, split at commas.
pub fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Every CSV file and figure of a folder: what must be the same, byte for byte.
pub fn results(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| ["csv", "svg", "png"].contains(&e.to_str().unwrap())))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_verb_has_help_with_its_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let help = initlab(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for verb in Cli::command().get_subcommands().map(clap::Command::get_name) {
        assert!(help.stdout.contains(verb), "{verb}");
        assert_eq!(initlab(folder.path(), &[verb, "--help"]).code, 0, "{verb}");
        assert!(readme.contains(&format!("`initlab {verb}")), "{verb} is missing in README's table");
    }
    let compare = initlab(folder.path(), &["compare", "--help"]).stdout;
    for default in ["std=0.01,Xavier,He", "100,100,100,100", "128", "0.01", "2000", "relu", "sgd", "before"] {
        assert!(compare.contains(&format!("[default: {default}]")), "{default}");
    }
}

#[test]
fn the_table_of_initializers_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let shown = initlab(folder.path(), &["initializers"]);
    for row in initlab::nn::init::names::NAMED {
        assert!(shown.stdout.contains(row.name) && shown.stdout.contains(row.formula), "{}", row.name);
    }
}

#[test]
fn completions_are_printed_for_the_shells() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let shown = initlab(folder.path(), &["completions", shell]);
        assert!(shown.code == 0 && shown.stdout.contains("compare"), "{shell}");
    }
}

#[test]
fn shipped_data_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let shown = initlab(folder.path(), &["data"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let known = shown.stdout.lines().filter(|line| line.ends_with(" MNIST")).count();
    assert_eq!(known, 4, "{}", shown.stdout);
    assert!(!shown.stdout.contains("warning"));
}

#[test]
fn a_closed_pipe_stops_the_printing_and_not_the_training() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["compare", "--iterations", "20", "--init", "He"];
    let mut child =
        command(folder.path(), &words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(folder.path().join("results/compare/loss.png").exists());
}

#[test]
fn paths_with_spaces_and_a_leading_dash_work() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["compare", "--iterations", "3", "--init", "He", "--quiet"];
    for out in ["my results", "-dash"] {
        let out_flag = format!("--out={out}");
        let ended = initlab(folder.path(), &[&words[..], &[&out_flag]].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(folder.path().join(out).join("compare/loss.csv").exists());
        assert!(ended.stderr.is_empty(), "--quiet: {}", ended.stderr);
    }
}
