//! `compare` on real MNIST, through the binary.

use crate::command::{command, initlab, results, rows, unpacked};
use initlab::data::split::set_apart;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// Losses by initializer, in order of iteration.
fn losses(folder: &Path) -> BTreeMap<String, Vec<f64>> {
    let mut losses: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows(&folder.join("loss.csv")) {
        let curve = losses.entry(row[0].clone()).or_default();
        assert_eq!(row[2].parse::<usize>().unwrap(), curve.len(), "iterations count from 0");
        curve.push(row[3].parse().unwrap());
    }
    losses
}

#[test]
fn the_default_run_shows_what_the_textbook_shows() {
    let folder = tempdir().unwrap();
    let ended = initlab(folder.path(), &["compare"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let compare = folder.path().join("results/compare");
    let text = fs::read_to_string(compare.join("loss.csv")).unwrap();
    assert!(text.starts_with("initializer,seed,iteration,loss\nstd=0.01,1,0,"));
    assert_eq!(text.lines().count(), 6001);

    let losses = losses(&compare);
    let (small, xavier, he) = (&losses["std=0.01"], &losses["Xavier"], &losses["He"]);
    assert!(small.iter().all(|loss| (2.27..=2.33).contains(loss)));
    assert!(first_below_1(he) <= 250, "He: {}", first_below_1(he));
    assert!((300..=700).contains(&first_below_1(xavier)), "Xavier: {}", first_below_1(xavier));
    assert!((0.15..=0.33).contains(&mean_of_last_100(he)));
    assert!((0.22..=0.42).contains(&mean_of_last_100(xavier)));

    let summary: BTreeMap<String, Vec<String>> =
        rows(&compare.join("summary.csv")).into_iter().map(|row| (row[0].clone(), row)).collect();
    for (name, losses) in &losses {
        assert_eq!(
            summary[name][2].parse(),
            Ok(recomputed(losses)),
            "README: how final_loss comes out again"
        );
    }
    let accuracy = |name: &str| summary[name][6].parse::<f64>().unwrap();
    assert_eq!(accuracy("std=0.01"), 0.1135);
    assert!(accuracy("Xavier") > 0.9 && accuracy("He") > 0.925);
    let verdicts: Vec<&str> =
        ["std=0.01", "Xavier", "He"].iter().map(|name| summary[*name][10].as_str()).collect();
    assert_eq!(verdicts, ["stalled", "learned", "learned"]);
    assert!(ended.stdout.contains("11.35 %") && ended.stdout.contains("stalled"), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("std=0.01 rate 0.01 seed 1: predicted to stall (sure)"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("target std"), "the table of layers is for --verbose: {}", ended.stderr);
}

fn first_below_1(losses: &[f64]) -> usize {
    losses.iter().position(|loss| *loss < 1.0).expect("it gets below 1")
}

fn mean_of_last_100(losses: &[f64]) -> f64 {
    losses[losses.len() - 100..].iter().sum::<f64>() / 100.0
}

/// The final loss from the texts of `loss.csv`: read in the engine's precision, summed in double precision.
fn recomputed(losses: &[f64]) -> f64 {
    let last = losses[losses.len() - 100..].iter();
    last.map(|loss| f64::from(*loss as initlab::Real)).sum::<f64>() / 100.0
}

/// A short comparison with several seeds, evaluations and an optimizer with memory.
const SHORT: [&str; 13] = [
    "compare",
    "--iterations",
    "60",
    "--init",
    "He,lecun_uniform",
    "--seeds",
    "2",
    "--optimizer",
    "adam",
    "--eval-every",
    "25",
    "--hidden",
    "50,30",
];

#[test]
fn threads_repetition_shards_and_resuming_change_no_byte() {
    let folder = tempdir().unwrap();
    let run = |out: &str, extra: &[&str]| {
        let ended = initlab(folder.path(), &[&SHORT[..], &["--out", out], extra].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        folder.path().join(out).join("compare")
    };
    let expected = results(&run("one", &["--threads", "1"]));
    let names: Vec<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();
    let tables = ["accuracy", "differences", "initialization", "loss", "summary", "table"];
    assert!(tables.iter().all(|name| names.contains(&format!("{name}.csv").as_str())), "{names:?}");
    assert!(names.contains(&"loss.svg") && names.contains(&"loss.png"), "{names:?}");
    for threads in ["1", "2", "3", "8"] {
        let out = format!("threads {threads}");
        assert!(results(&run(&out, &["--threads", threads])) == expected, "{threads} threads");
    }
    run("shards", &["--shard", "1/2"]);
    assert!(!folder.path().join("shards/compare/loss.csv").exists(), "a share assembles nothing");
    run("shards", &["--shard", "0/2"]);
    assert!(results(&run("shards", &[])) == expected, "shards");
    assert!(results(&run("one", &["--fresh"])) == expected, "anew");
    assert!(results(&run("other", &["--seed", "7"])) != expected, "another seed gives other numbers");
}

#[test]
fn a_damaged_or_missing_run_is_named_and_run_anew() {
    let folder = tempdir().unwrap();
    assert_eq!(initlab(folder.path(), &SHORT).code, 0);
    let compare = folder.path().join("results/compare");
    let expected = results(&compare);
    let mut files: Vec<_> = fs::read_dir(compare.join("runs")).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "run"));
    files.sort();
    assert_eq!(files.len(), 4);
    let text = fs::read_to_string(&files[0]).unwrap();
    fs::write(&files[0], text.replacen('2', "3", 1)).unwrap();
    fs::remove_file(&files[1]).unwrap();
    let again = initlab(folder.path(), &SHORT);
    assert_eq!(again.code, 0);
    assert!(again.stderr.contains("2 of 4 runs were already there"), "{}", again.stderr);
    assert!(
        again.stderr.contains(&*files[0].to_string_lossy()) || again.stderr.contains("damaged"),
        "{}",
        again.stderr
    );
    assert!(results(&compare) == expected);
}

#[test]
fn plot_redraws_the_same_bytes_from_the_csv_alone() {
    let folder = tempdir().unwrap();
    assert_eq!(initlab(folder.path(), &SHORT).code, 0);
    let compare = folder.path().join("results/compare");
    let expected = results(&compare);
    for place in ["results", "results/compare"] {
        for file in ["loss.svg", "loss.png"] {
            fs::remove_file(compare.join(file)).unwrap();
        }
        let ended = initlab(folder.path(), &["plot", place]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(results(&compare) == expected, "{place}");
    }
    assert_eq!(initlab(folder.path(), &["plot", "results", "--log-y", "--log-x", "--y-max", "3"]).code, 0);
    assert!(results(&compare) != expected, "other axes draw another figure");
}

#[test]
fn a_diverged_run_is_a_result() {
    let folder = tempdir().unwrap();
    let ended = initlab(folder.path(), &["compare", "--learning-rate", "1000", "--iterations", "200"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let compare = folder.path().join("results/compare");
    for row in rows(&compare.join("summary.csv")).into_iter().skip(1) {
        assert_eq!((row[10].as_str(), row[6].as_str()), ("diverged", "NaN"), "it has no accuracy");
        let at = row[11].parse::<f64>().unwrap() as usize;
        let curve = &losses(&compare)[&row[0]];
        assert_eq!(curve.len(), at + 1, "the first loss that is not finite is the last row");
        assert!(!curve[at].is_finite() && curve[..at].iter().all(|loss| loss.is_finite()));
    }
    assert!(compare.join("loss.png").exists());
}

#[test]
fn the_loss_after_the_update_is_the_book_s() {
    let folder = tempdir().unwrap();
    let words = ["compare", "--init", "He", "--iterations", "30", "--loss-at"];
    for when in ["before", "after"] {
        let out = format!("--out={when}");
        assert_eq!(initlab(folder.path(), &[&words[..], &[when, &out]].concat()).code, 0);
    }
    let [before, after] =
        ["before", "after"].map(|when| losses(&folder.path().join(when).join("compare"))["He"].clone());
    let lower = before.iter().zip(&after).filter(|(before, after)| after < before).count();
    assert_eq!(lower, before.len(), "a small step lowers the loss of the batch it was made for");
}

/// What the first updates show is measured before the runs where it is printed, in the run where it is not, and in a trial
/// of its own where the run takes other losses.
#[test]
fn whatever_measures_the_first_updates_measures_the_same() {
    let folder = tempdir().unwrap();
    let measured = |name: &str, flags: &[&str]| {
        let mut arguments = vec!["compare", "--init", "He,std=100", "--iterations", "40", "--out", name];
        arguments.extend(flags);
        assert_eq!(initlab(folder.path(), &arguments).code, 0, "{name}");
        let results = folder.path().join(name).join("compare");
        let summary = rows(&results.join("summary.csv"));
        let predicted = summary.iter().map(|row| [7, 8, 9, 15].map(|column| row[column].clone()));
        (fs::read_to_string(results.join("initialization.csv")).unwrap(), predicted.collect::<Vec<_>>())
    };
    let printed = measured("printed", &[]);
    assert_eq!(printed.1.len(), 2);
    assert_eq!(measured("quiet", &["--quiet"]), printed);
    assert_eq!(measured("after", &["--quiet", "--loss-at", "after"]), printed);
}

/// Linux tells the peak of a process while it lives, so the last look before its end is a lower bound.
#[test]
#[cfg(target_os = "linux")]
fn the_default_run_stays_below_300_megabytes() {
    let folder = tempdir().unwrap();
    let mut child =
        command(folder.path(), &["compare", "--quiet"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak = kilobytes.and_then(|text| text.trim().parse().ok()).unwrap_or(peak);
        std::thread::yield_now();
    }
    assert!(peak > 0 && peak < 300_000, "{peak} kB");
}

/// What `rates.csv` says of each run: seed, what it is used for, examples set apart, loss on them.
fn rates(folder: &Path) -> Vec<[String; 4]> {
    let text = fs::read_to_string(folder.join("results/compare/rates.csv")).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let cell =
        |row: &[String], name: &str| row[header.iter().position(|column| *column == name).unwrap()].clone();
    let rows = rows(&folder.join("results/compare/rates.csv"));
    rows.iter()
        .map(|row| ["seed", "used_for", "held_out", "validation_loss"].map(|name| cell(row, name)))
        .collect()
}

/// The numbers of an array of `u32`.
fn indices(path: &Path) -> Vec<u32> {
    let bytes = fs::read(path).unwrap();
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[start..].chunks_exact(4).map(|chunk| u32::from_le_bytes(chunk.try_into().unwrap())).collect()
}

#[test]
fn a_rate_is_chosen_by_examples_that_its_runs_do_not_learn_from() {
    let folder = tempdir().unwrap();
    let words =
        ["compare", "--init", "He", "--hidden", "10", "--iterations", "40", "--learning-rate", "0.01,0.1"];
    let ended = initlab(folder.path(), &words);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("by the loss on 10000 training examples set apart"), "{}", ended.stdout);
    for [seed, used_for, held_out, loss] in rates(folder.path()) {
        let is_choosing = seed == "2";
        assert_eq!((used_for == "choosing", held_out == "10000.0"), (is_choosing, is_choosing), "{seed}");
        assert_eq!(loss.parse::<f64>().unwrap().is_finite(), is_choosing, "{seed}: {loss}");
    }

    let ended =
        initlab(folder.path(), &[&words[..], &["--validation", "30000", "--export", "runs"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let [apart, _] = set_apart(30_000, &unpacked("train-labels-idx1-ubyte")[8..]);
    let apart: BTreeSet<u32> = apart.into_iter().collect();
    let with_apart = fs::read_dir(folder.path().join("runs")).unwrap().filter(|run| {
        let batches = indices(&run.as_ref().unwrap().path().join("batches.npy"));
        assert_eq!(batches.len(), 40 * 128);
        batches.iter().any(|example| apart.contains(example))
    });
    assert_eq!(
        with_apart.count(),
        2,
        "the shown seed at two rates learns from all, the other from none of them"
    );

    let refused = |words: &[&str]| initlab(folder.path(), &[&["compare"], words].concat());
    assert_eq!(refused(&["--learning-rate", "0.01,0.1", "--validation", "60000"]).code, 2);
    assert_eq!(refused(&["--learning-rate", "0.01,0.1", "--validation", "9"]).code, 2, "ten classes");
    assert_eq!(refused(&["--validation", "100"]).code, 2);
    let ended = refused(&["--extend-rates"]);
    assert!(
        ended.code == 2
            && ended.stderr.contains("several for --extend-rates to go on from, as 0.01,0.03,0.1"),
        "{}",
        ended.stderr
    );
}
