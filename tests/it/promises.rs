//! What every verb promises of files, folders and output: a test for each promise that walks the table of
//! [`verbs`](super::verbs). `tests/faults.py` has the promises that need a tracer, another user or a limit, for the same verbs.

use crate::command::{Ended, command, initlab};
use crate::faults::{names, said, shell};
use crate::verbs::{flags, place, run};
use clap::Args;
use initlab::cli::options::Options;
use initlab::report::typed_command::WITHOUT_EFFECT;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a command that must end by itself within twenty seconds, without a panic.
fn ends(folder: &Path, words: &[&str], what: &str) -> Ended {
    let mut child = command(folder, words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let mut outputs = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |pipe: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (stdout, stderr) = std::thread::scope(|scope| {
        let stdout = scope.spawn(|| read(&mut outputs.0));
        let stderr = scope.spawn(|| read(&mut outputs.1));
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > Duration::from_secs(20) {
                child.kill().unwrap();
                panic!("{words:?} hangs: {what}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        (stdout.join().unwrap(), stderr.join().unwrap())
    });
    let code = child.wait().unwrap().code().unwrap_or(-1);
    assert!(code >= 0 && !stderr.contains("panicked"), "{words:?}, {what}: {code}, {stderr}");
    Ended { code, stdout, stderr }
}

/// What is put in the place of a file, and how.
type Spoil = (&'static str, fn(&Path));

#[test]
fn what_is_no_regular_file_is_refused_at_once_by_every_verb_that_reads() {
    let spoil: [Spoil; 4] = [
        ("a pipe", |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
        ("a device", |path| symlink("/dev/zero", path).unwrap()),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a link that leads nowhere", |path| symlink("gone", path).unwrap()),
    ];
    for verb in run() {
        let Some(reads) = verb.reads else { continue };
        let is_table = reads == "table.csv"; // another program may write it into a pipe
        for (what, spoil) in spoil.iter().filter(|row| !is_table || row.0 != "a pipe") {
            let folder = place();
            let path = folder.path().join(reads);
            fs::remove_file(&path).unwrap();
            spoil(&path);
            let ended = ends(folder.path(), verb.words, what);
            let [name, stem] =
                [path.file_name(), path.file_stem()].map(|name| name.unwrap().to_str().unwrap());
            assert!([1, 2, 3].contains(&ended.code), "{:?}, {what}: {}", verb.words, ended.code);
            assert!(ended.stderr.contains(name) || ended.stderr.contains(stem), "{what}: {}", ended.stderr);
        }
    }
}

#[test]
fn a_table_may_come_through_a_pipe() {
    let folder = place();
    let line = "cat table.csv | $0 data --data /dev/stdin --label kind";
    let ended = shell(folder.path(), line);
    said(&ended, 0, &[]);
    assert!(ended.stdout.contains("2 classes"), "{}", ended.stdout);
}

#[test]
fn a_link_keeps_its_place_whatever_verb_would_write_there() {
    for verb in run() {
        let Some(makes) = verb.makes else { continue };
        let folder = place();
        let (path, users) = (folder.path().join(makes), folder.path().join("users.txt"));
        said(&ends(folder.path(), verb.words, "first"), 0, &[]);
        fs::write(&users, "precious").unwrap();
        fs::remove_file(&path).unwrap();
        for target in [users.as_path(), Path::new("nowhere/x")] {
            symlink(target, &path).unwrap();
            let ended = ends(folder.path(), verb.words, "a link");
            assert!([1, 2].contains(&ended.code), "{:?}: {} {}", verb.words, ended.code, ended.stderr);
            assert_eq!(fs::read_link(&path).unwrap(), target, "{:?}", verb.words);
            fs::remove_file(&path).unwrap();
        }
        assert_eq!(fs::read_to_string(&users).unwrap(), "precious", "{:?}", verb.words);
    }
}

#[test]
fn a_file_of_somebody_else_keeps_its_place_whatever_verb_would_write_there() {
    for verb in run().filter(|verb| verb.words[0] != "plot") {
        let Some(makes) = verb.makes else { continue };
        let folder = place();
        let path = folder.path().join(makes);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "<title>initlab report and lab</title> three hours of work").unwrap();
        let before = names(path.parent().unwrap());
        let ended = ends(folder.path(), verb.words, "a file");
        assert_eq!(ended.code, 2, "{:?}: {}", verb.words, ended.stderr);
        assert!(fs::read_to_string(&path).unwrap().contains("three hours"), "{:?}", verb.words);
        assert_eq!(names(path.parent().unwrap()), before, "{:?} left something", verb.words);
    }
}

#[test]
fn of_eight_at_once_nobody_is_told_more_than_is_true() {
    for verb in run() {
        let Some(makes) = verb.makes else { continue };
        let (folder, alone) = (place(), place());
        said(&ends(alone.path(), verb.words, "alone"), 0, &[]);
        let (refused, several) = verb.race;
        let start = |_| {
            command(folder.path(), verb.words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let all: Vec<_> = (0..8).map(start).collect();
        let codes: Vec<i32> =
            all.into_iter().map(|mut child| child.wait().unwrap().code().unwrap()).collect();
        let done = codes.iter().filter(|code| **code == 0).count();
        assert!(codes.iter().all(|code| *code == 0 || refused.contains(code)), "{:?}: {codes:?}", verb.words);
        assert!(if several { done > 0 } else { done == 1 }, "{:?}: {codes:?}", verb.words);
        let made = |folder: &Path| fs::read(folder.join(makes)).unwrap();
        assert!(made(folder.path()) == made(alone.path()), "{:?}: another file than of one", verb.words);
        let place = folder.path().join(makes);
        let left = names(place.parent().unwrap());
        assert!(left.iter().all(|name| !name.starts_with(".initlab-")), "{left:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_ends_every_verb_with_1() {
    for verb in run() {
        let folder = place();
        let words: Vec<String> = verb.words.iter().map(|word| format!("'{word}'")).collect();
        let ended = shell(folder.path(), &format!("exec $0 {} > /dev/full", words.join(" ")));
        assert_eq!(ended.code, 1, "{:?}: {}", verb.words, ended.stderr);
        assert!(verb.makes.is_none_or(|makes| folder.path().join(makes).exists()), "{:?}", verb.words);
    }
    let folder = place();
    assert_eq!(shell(folder.path(), "exec $0 --help > /dev/full").code, 1);
    assert_eq!(shell(folder.path(), "exec $0 words >&-").code, 0, "closed output is silence");
}

#[test]
fn names_of_others_are_shown_short_and_plain_by_every_verb_that_reads() {
    let odd = "\u{1b}[31m\u{202e}x";
    for verb in run() {
        let Some(reads) = verb.reads.filter(|reads| !reads.contains('/')) else { continue };
        let folder = place();
        let name = format!("{odd}{reads}");
        fs::rename(folder.path().join(reads), folder.path().join(&name)).unwrap();
        let words: Vec<&str> =
            verb.words.iter().map(|word| if *word == reads { &*name } else { *word }).collect();
        is_plain(folder.path(), &words);
        if flags(verb.words[0]).iter().any(|flag| flag == "format") {
            is_plain(folder.path(), &[&words[..], &["--format", "json"]].concat());
        }
    }
}

fn is_plain(folder: &Path, words: &[&str]) {
    let ended = ends(folder, words, "an odd name");
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{words:?}: {text:?}");
    }
}

#[test]
fn what_is_typed_and_refused_is_shown_plain_by_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    for verb in run() {
        is_plain(folder.path(), &[verb.words[0], "--\u{1b}[31m\u{202e}x"]);
    }
}

#[test]
fn the_page_is_the_same_wherever_it_lies_and_shows_texts_of_others_plain() {
    let folder = place();
    let circles = ["circles", "--iterations", "5", "--init", "He", "--report", "--threads"];
    let absolute = folder.path().join("x/deep").display().to_string();
    said(&initlab(folder.path(), &[&circles[..], &["1", "-q", "--out", &absolute]].concat()), 0, &[]);
    said(&initlab(folder.path(), &[&circles[..], &["2", "--out=y"]].concat()), 0, &[]);
    let page =
        |place: &str| fs::read_to_string(folder.path().join(place).join("circles/report.html")).unwrap();
    assert!(page("x/deep") == page("y"));
    assert!(!page("y").contains(folder.path().to_str().unwrap()));
    let summary = folder.path().join("y/circles/summary.csv");
    let text = fs::read_to_string(&summary).unwrap().replace("\nHe,", "\n\u{1b}[31m\u{202e},");
    fs::write(&summary, text).unwrap();
    said(&initlab(folder.path(), &["report", "y/circles", "--title", "a\u{202e}b"]), 0, &[]);
    assert!(!page("y").contains(['\u{1b}', '\u{202e}']) && page("y").contains("\\u{202e}"));
}

#[test]
fn a_flag_of_all_experiments_is_in_the_page_s_command_or_changes_no_number() {
    let command = Options::augment_args(clap::Command::new("options"));
    for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
        let kept = ["data", "label", "drop", "only", "missing", "no-header", "test", "name", "extend-rates"]
            .contains(&flag);
        let left_out = WITHOUT_EFFECT.iter().any(|row| row.0 == format!("--{flag}"));
        assert!(kept != left_out, "--{flag}: does a table depend on it?");
    }
}

#[test]
fn a_stack_of_the_environment_s_size_is_not_too_small() {
    let folder = place();
    for words in ["circles --iterations 5 --init He", "draw --sizes 30,20 --out other.npz", "report r"] {
        said(&shell(folder.path(), &format!("RUST_MIN_STACK=1 exec $0 {words}")), 0, &[]);
    }
}
