//! `--export` and `replay` through the binary, and the short form of `scripts/replay`.

use crate::command::{initlab, rows};
use initlab::Real;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::tempdir;

/// Exports the runs of a command and returns their folders.
fn exported(folder: &Path, words: &[&str]) -> Vec<PathBuf> {
    let ended = initlab(folder, &[words, &["--export", "runs", "--export-at", "3", "--quiet"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    fs::read_dir(folder.join("runs")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

const CIRCLES: [&str; 7] = ["circles", "--init", "He", "--iterations", "20", "--points", "40"];
const COMPARE: [&str; 9] =
    ["compare", "--init", "He", "--hidden", "12", "--iterations", "8", "--optimizer", "adam"];

#[test]
fn an_exported_run_comes_out_again_and_an_edited_one_is_refused() {
    for words in [&CIRCLES[..], &COMPARE] {
        let folder = tempdir().unwrap();
        let run = exported(folder.path(), words).remove(0).display().to_string();
        for from in ["start", "at-3"] {
            let ended = initlab(folder.path(), &["replay", &run, "--from", from]);
            assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
            assert!(ended.stdout.contains("every bit is the same"), "{}", ended.stdout);
        }
        let file = Path::new(&run).join("losses.npy");
        let mut bytes = fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&file, bytes).unwrap();
        let ended = initlab(folder.path(), &["replay", &run]);
        assert_eq!(ended.code, 3, "{}", ended.stderr);
        assert!(ended.stderr.contains("losses.npy: expected SHA-256"), "{}", ended.stderr);
    }
}

#[test]
fn a_changed_weight_is_found_and_costs_exit_code_6() {
    let folder = tempdir().unwrap();
    let run = exported(folder.path(), &CIRCLES).remove(0);
    let spec = fs::read_to_string(run.join("spec.json")).unwrap();
    let mut spec: serde_json::Value = serde_json::from_str(&spec).unwrap();
    spec["sha256"] = serde_json::json!({});
    spec["optimizer"]["learning_rate"] = serde_json::json!(1.5);
    fs::write(run.join("spec.json"), spec.to_string()).unwrap();
    let ended = initlab(folder.path(), &["replay", &run.display().to_string()]);
    assert_eq!(ended.code, 6, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("in arrays first after 3 updates: W1, layer 1, unit "), "{}", ended.stdout);
}

#[test]
fn a_step_that_no_run_comes_to_is_refused_and_nothing_is_made() {
    let folder = tempdir().unwrap();
    let words = [&CIRCLES[..], &["--export", "runs", "--export-at", "20"]].concat();
    let ended = initlab(folder.path(), &words);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("from 1 to below 20"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_replay_without_the_data_says_which_flags_give_them() {
    let folder = tempdir().unwrap();
    let row = |row: usize| format!("{},{},{}", row % 7, row % 5, ["a", "b"][row % 2]);
    let lines = (0..40).map(row).collect::<Vec<_>>().join("\n");
    fs::write(folder.path().join("own.csv"), format!("x,y,kind\n{lines}\n")).unwrap();
    let own = ["--data", "own.csv", "--label", "kind"];
    // Of seed 2: other rows than those of the table's first seed.
    let words =
        ["compare", "--init", "He", "--hidden", "4", "--iterations", "4", "--batch-size", "8", "--seed", "2"];
    let run = exported(folder.path(), &[&words[..], &own].concat()).remove(0);
    let losses = fs::read(run.join("losses.npy")).unwrap();
    let last = losses.last_chunk::<{ size_of::<Real>() }>().unwrap();
    let loss = rows(&folder.path().join("results/compare/loss.csv"));
    assert_eq!(loss[3][3].parse::<Real>().unwrap(), Real::from_le_bytes(*last), "trained on the same rows");
    let run = run.display().to_string();
    assert_eq!(initlab(folder.path(), &[&["replay", &run][..], &own].concat()).code, 0);
    let table: [(&[&str], &str); 3] = [
        (&[], "these are not its files, whose SHA-256 are "),
        (
            &["--data", "own.csv", "--label", "x"],
            "these are its files, read otherwise: give the flags of its command (label kind, ",
        ),
        (&["--data", "own.csv", "--label", "kind", "--drop", "y"], "read otherwise"),
    ];
    for (flags, expected) in table {
        let ended = initlab(folder.path(), &[&["replay", &run][..], flags].concat());
        assert_eq!(ended.code, 3, "{}", ended.stderr);
        assert!(ended.stderr.contains(expected) && ended.stderr.contains("--drop"), "{}", ended.stderr);
    }
}

/// The reference in NumPy, where there is one.
#[test]
fn numpy_computes_an_exported_run_again() {
    let has_numpy = Command::new("python3").args(["-c", "import numpy"]).output();
    if !has_numpy.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: scripts/replay/replay.py was not run: python3 with NumPy is not there");
        return;
    }
    let folder = tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/replay/replay.py");
    let allowed = if size_of::<initlab::Real>() == 8 { "1e-12" } else { "1e-4" };
    for run in exported(folder.path(), &CIRCLES) {
        let output = Command::new("python3").arg(&script).arg(&run).args(["--tolerance", allowed]).output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(": equal; "), "{text}");
    }
}
