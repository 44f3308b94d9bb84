//! Faults that people's files, folders, limits and signals bring, through the binary.
//!
//! `docs/FAULTS.md` lists them by kind; `tests/faults.py` provokes those that need a shim or more time.

use crate::command::{Ended, command, initlab, results};
use crate::tiny::tiny;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::{TempDir, tempdir};

/// A comparison of a tenth of a second.
pub const SMALL: &[&str] = &[
    "compare",
    "--data",
    "T",
    "--hidden",
    "8",
    "--batch-size",
    "8",
    "--iterations",
    "30",
    "--init",
    "He,Xavier",
];

/// A folder with the small data set.
pub fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    tiny(folder.path());
    folder
}

pub fn small(folder: &Path, more: &[&str]) -> Ended {
    initlab(folder, &[SMALL, more].concat())
}

/// Runs a line of the shell in which `$0` is the binary.
pub fn shell(folder: &Path, line: &str) -> Ended {
    let output = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_initlab")])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub fn said(ended: &Ended, code: i32, texts: &[&str]) {
    assert_eq!(ended.code, code, "{}{}", ended.stdout, ended.stderr);
    for text in texts {
        assert!(ended.stderr.contains(text), "should say {text:?}: {}", ended.stderr);
    }
}

#[test]
fn what_a_former_sweep_left_is_removed_and_nothing_else() {
    let folder = folder();
    let file = folder.path().join("grid.toml");
    let words = ["sweep", "grid.toml", "--data", "T"];
    let settings = "init = [\"He\", \"Xavier\"]\niterations = 20\nbatch_size = 8\n";
    fs::write(&file, format!("{settings}width = [4, 8]\n")).unwrap();
    said(&initlab(folder.path(), &words), 0, &[]);
    let out = folder.path().join("results/sweep/grid");
    let before = names(&out);
    assert!(before.contains(&"axes.csv".to_owned()), "{before:?}");
    fs::write(out.join("notes.csv"), "mine\n").unwrap();

    fs::write(&file, format!("{settings}width = 4\n")).unwrap();
    said(&initlab(folder.path(), &words), 0, &["holds the tables of other settings", "--name NAME"]);
    let after = names(&out);
    assert!(!after.contains(&"axes.csv".to_owned()), "{after:?}");
    assert!(after.contains(&"notes.csv".to_owned()), "{after:?}");
    said(&initlab(folder.path(), &["plot", "results/sweep/grid"]), 0, &[]);
}

#[test]
fn a_name_keeps_settings_apart() {
    let folder = folder();
    said(&small(folder.path(), &[]), 0, &[]);
    let compare = folder.path().join("results/compare");
    let first = results(&compare);
    let other = small(folder.path(), &["--seeds", "2", "--name", "two seeds"]);
    said(&other, 0, &[]);
    assert!(!other.stderr.contains("other settings"), "{}", other.stderr);
    assert!(results(&compare) == first);
    assert!(compare.join("two seeds/runs").is_dir());
    let listed = initlab(folder.path(), &["list"]).stdout;
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(listed.contains("seeds 1") && listed.contains("seeds 2"), "{listed}");
    for name in ["runs", "..", "a/b", "", "loss.csv"] {
        said(&small(folder.path(), &[&format!("--name={name}")]), 2, &["--name"]);
    }
}

#[test]
fn files_of_others_in_a_results_folder_are_refused_and_stay() {
    let folder = folder();
    let compare = folder.path().join("results/compare");
    fs::create_dir_all(&compare).unwrap();
    fs::write(compare.join("loss.csv"), "mine").unwrap();
    said(&small(folder.path(), &[]), 2, &["holds loss.csv, which initlab did not write", "results/compare"]);
    fs::rename(compare.join("loss.csv"), compare.join("mine.txt")).unwrap();
    fs::write(compare.join("report.html"), "my thesis").unwrap();
    said(&small(folder.path(), &["--report"]), 2, &["holds report.html"]);
    said(&small(folder.path(), &[]), 0, &[]);
    said(&initlab(folder.path(), &["report", "results/compare"]), 2, &["holds report.html"]);
    assert_eq!(fs::read_to_string(compare.join("report.html")).unwrap(), "my thesis");
    fs::remove_file(compare.join("report.html")).unwrap();
    said(&small(folder.path(), &["--report"]), 0, &[]);
    said(&initlab(folder.path(), &["report", "results/compare"]), 0, &[]);
}

#[test]
fn plot_knows_the_experiment_wherever_the_folder_is_and_whatever_it_is_called() {
    let folder = folder();
    said(&small(folder.path(), &["--out", "sweep"]), 0, &[]);
    said(&small(folder.path(), &["--out", "activations"]), 0, &[]);
    let compare = folder.path().join("sweep/compare");
    let expected = results(&compare);
    let copy = folder.path().join("a copy");
    fs::rename(folder.path().join("activations/compare"), &copy).unwrap();
    for (place, drawn) in [("sweep", &compare), ("a copy", &copy)] {
        fs::remove_file(drawn.join("loss.svg")).unwrap();
        said(&initlab(folder.path(), &["plot", place]), 0, &[]);
        assert!(results(drawn) == expected, "{place}");
    }
    said(&initlab(folder.path(), &["plot", "activations"]), 1, &["run.json"]);
    fs::write(copy.join("run.json"), "{").unwrap();
    said(&initlab(folder.path(), &["plot", "a copy"]), 1, &["run.json is damaged"]);
}

#[test]
fn a_folder_in_use_ends_plot_and_compare_with_4() {
    let folder = folder();
    said(&small(folder.path(), &[]), 0, &[]);
    let mut held = File::options().write(true).open(folder.path().join("results/compare/.lock")).unwrap();
    held.lock().unwrap();
    write!(held, "process 1: \u{1b}[31m{}", "x".repeat(100_000)).unwrap();
    for words in [&["plot"][..], SMALL] {
        let ended = initlab(folder.path(), words);
        said(&ended, 4, &["is in use by process 1: "]);
        assert!(ended.stderr.len() < 2000 && !ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
    }
    drop(held);
    said(&initlab(folder.path(), &["plot"]), 0, &[]);
}

#[test]
fn links_in_the_place_of_our_files_are_not_written_through() {
    let folder = folder();
    let users = folder.path().join("users.txt");
    fs::write(&users, "precious").unwrap();
    let compare = folder.path().join("results/compare");
    fs::create_dir_all(compare.join("runs")).unwrap();
    symlink(&users, compare.join("runs/seconds.log")).unwrap();
    said(&small(folder.path(), &[]), 0, &[]);
    fs::remove_file(compare.join(".lock")).unwrap();
    fs::hard_link(&users, compare.join(".lock")).unwrap();
    said(&small(folder.path(), &[]), 1, &[".lock", "hard link"]);
    assert_eq!(fs::read_to_string(&users).unwrap(), "precious");
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_no_file() {
    let folder = folder();
    said(&small(folder.path(), &[]), 0, &[]);
    let compare = folder.path().join("results/compare");
    let expected = results(&compare);
    let run = fs::read_dir(compare.join("runs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "run"))
        .unwrap();
    let pipe = |path: &PathBuf| {
        fs::remove_file(path).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    pipe(&run);
    pipe(&compare.join("runs/seconds.log"));
    said(&small(folder.path(), &[]), 0, &["is damaged (it cannot be read: it is no regular file)"]);
    assert!(results(&compare) == expected);
    pipe(&compare.join("loss.csv"));
    said(&initlab(folder.path(), &["plot"]), 1, &["loss.csv", "no regular file"]);
    assert!(Command::new("mkfifo").arg(folder.path().join("grid.toml")).status().unwrap().success());
    said(&initlab(folder.path(), &["sweep", "grid.toml"]), 1, &["grid.toml", "no regular file"]);
}

#[test]
fn names_of_sweep_files_that_are_no_folder_s_name_are_refused() {
    let folder = folder();
    let odd = std::ffi::OsStr::from_bytes(b"r\xe9seau.toml");
    let text = "init = \"He\"\niterations = 5\nbatch_size = 8\nwidth = 4\n";
    for file in [Path::new("...toml"), Path::new(odd), Path::new("runs.toml")] {
        fs::write(folder.path().join(file), text).unwrap();
        let output = command(folder.path(), &["sweep", "--data", "T"]).arg(file).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("--name NAME"), "{stderr}");
        assert!(!folder.path().join("results").exists());
        let words = ["sweep", "--data", "T", "--name", "one", "--out", "other"];
        assert!(command(folder.path(), &words).arg(file).output().unwrap().status.success(), "{stderr}");
    }
    assert_eq!(names(&folder.path().join("other/sweep")), ["one"]);
}

#[test]
#[cfg(not(feature = "f64"))]
fn numbers_that_mean_something_else_in_the_engine_s_precision_are_refused() {
    let folder = folder();
    let refused: &[(&str, &str)] = &[
        ("--learning-rate", "1e-50"),
        ("--learning-rate", "1e39"),
        ("--weight-decay", "1e-60"),
        ("--momentum", "0.99999999999"),
        ("--init", "std=1e-50"),
        ("--init", "std=1e39"),
        ("--init", "constant=1e300"),
        ("--init", "sparse=0.99999999999"),
    ];
    for (flag, value) in refused {
        said(&small(folder.path(), &[&format!("{flag}={value}")]), 2, &[value]);
    }
    fs::write(folder.path().join("grid.toml"), "learning_rate = [0.1, 1e-50]").unwrap();
    said(&initlab(folder.path(), &["sweep", "grid.toml", "--data", "T"]), 2, &["grid.toml:1:23", "1e-50"]);
    assert!(!folder.path().join("results").exists());
}

#[test]
fn ends_of_axes_that_are_none_are_refused() {
    let folder = folder();
    said(&small(folder.path(), &[]), 0, &[]);
    for value in ["nan", "0", "-1", "5e-324", "inf"] {
        said(&initlab(folder.path(), &["plot", &format!("--y-max={value}")]), 2, &["--y-max", value]);
    }
    said(&initlab(folder.path(), &["plot", "--y-max", "1e-9"]), 0, &[]);
}

#[test]
fn an_extreme_label_is_no_file_name_that_is_too_long() {
    let folder = folder();
    let words = ["activations", "--init", "std=1e30", "--layers", "2", "--width", "8", "--samples", "8"];
    said(&initlab(folder.path(), &words), 0, &[]);
}

#[test]
fn a_message_is_short_whatever_it_is_about() {
    let folder = folder();
    fs::write(folder.path().join("grid.toml"), format!("{} = 1", "k".repeat(1_000_000))).unwrap();
    let ended = initlab(folder.path(), &["sweep", "grid.toml"]);
    said(&ended, 2, &["grid.toml"]);
    assert!(ended.stderr.len() < 10_000, "{} bytes", ended.stderr.len());
}

#[test]
fn a_limit_of_the_size_of_files_is_an_error_and_no_signal() {
    let folder = folder();
    let ended = shell(folder.path(), &format!("ulimit -f 10; exec $0 {}", SMALL.join(" ")));
    said(&ended, 1, &["cannot write "]);
    for place in ["results/compare", "results/compare/runs"] {
        let left = names(&folder.path().join(place));
        assert!(left.iter().all(|name| !name.starts_with(".initlab-")), "{left:?}");
    }
    said(&small(folder.path(), &[]), 0, &[]);
}

#[test]
fn the_pool_has_the_asked_for_size_whatever_the_environment_says() {
    let folder = folder();
    let small = SMALL.join(" ");
    for words in [&*format!("{small} --threads 1"), "plot", "data --data T"] {
        let line = format!("ulimit -v 4000000; RAYON_NUM_THREADS=20000 exec $0 {words}");
        said(&shell(folder.path(), &line), 0, &[]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn too_little_memory_is_said_before_anything_runs() {
    let folder = folder();
    let words = "compare --data T --hidden 1 --batch-size 1 --iterations 2000000 --init He";
    let ended = shell(folder.path(), &format!("ulimit -v 900000; exec $0 {words}"));
    said(&ended, 2, &["ulimit -v", "MB"]);
    assert!(!folder.path().join("results").exists());
}

/// True once a process handles SIGTERM.
fn handles_signals(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok());
    caught.is_some_and(|caught| caught >> 14 & 1 == 1)
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_ends_a_command_whose_messages_nobody_reads() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let folder = folder();
        let (_reader, mut full) = std::io::pipe().unwrap();
        full.write_all(&vec![b'.'; 65_536]).unwrap();
        let words = ["compare", "--data", "T", "--hidden", "8", "--iterations", "10000000", "--init", "He"];
        let mut child = command(folder.path(), &words).stderr(full).spawn().unwrap();
        while !handles_signals(child.id()) {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        // Where this hangs, the signal did nothing.
        assert_eq!(child.wait().unwrap().code(), Some(code), "SIG{signal}");
    }
}
