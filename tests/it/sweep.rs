//! Sweeps as a user types them: killed, stopped, shared out, changed.

use crate::command::{command, data, initlab, results, rows};
use initlab::experiments::sweep::grid::Grid;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

/// 24 runs of a few hundredths of a second each.
const GRID: &str = "init = [\"std=0.01\", \"Xavier\", \"He\"]\ndepth = [1, 3]\nwidth = 10\n\
                    learning_rate = [0.1, 0.5]\nseeds = 2\niterations = 60\nbatch_size = 32\n";

/// A folder with `grid.toml` in it.
fn folder(grid: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("grid.toml"), grid).unwrap();
    folder
}

fn words<'a>(data: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let words = ["sweep", "grid.toml", "--curves", "--data", data.to_str().unwrap()];
    words.into_iter().chain(more.iter().copied()).collect()
}

/// Every run file with the inode and the time of its one rename.
fn committed(folder: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    let entries = fs::read_dir(folder.join("results/sweep/grid/runs")).into_iter().flatten().flatten();
    let file = |entry: fs::DirEntry| {
        let (name, metadata) = (entry.file_name().into_string().unwrap(), entry.metadata().ok()?);
        let finished = entry.path().extension().is_some_and(|extension| extension == "run");
        finished.then(|| (name, (metadata.ino(), metadata.modified().unwrap())))
    };
    entries.filter_map(file).collect()
}

/// Waits until a command has committed that many runs, or has ended.
fn wait_for_runs(child: &mut Child, folder: &Path, runs: usize) {
    while child.try_wait().unwrap().is_none() && committed(folder).len() < runs {
        thread::sleep(Duration::from_millis(1));
    }
}

fn start(folder: &Path, words: &[&str]) -> Child {
    command(folder, words).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn killed_ten_times_it_ends_with_the_bytes_of_an_undisturbed_run() {
    let (undisturbed, killed) = (folder(GRID), folder(GRID));
    let data = data();
    assert_eq!(initlab(undisturbed.path(), &words(&data, &["-q"])).code, 0);

    let mut moment = 12_345_u64; // a small linear congruential generator, for moments without a pattern
    let mut kept = BTreeMap::new();
    for kill in 0..10 {
        let mut child = start(killed.path(), &words(&data, &["-q"]));
        wait_for_runs(&mut child, killed.path(), 2 * kill);
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        thread::sleep(Duration::from_micros((moment >> 33) % 40_000));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        kept.extend(committed(killed.path()));
    }
    assert_eq!(initlab(killed.path(), &words(&data, &["-q"])).code, 0);
    let now = committed(killed.path());
    for (file, was) in kept {
        assert_eq!(now[&file], was, "{file} was committed and then run again");
    }
    let [expected, found] =
        [&undisturbed, &killed].map(|folder| results(&folder.path().join("results/sweep/grid")));
    assert!(!expected.is_empty() && expected == found);
}

#[test]
fn a_signal_ends_it_with_its_code_and_says_how_to_go_on() {
    let data = data();
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = folder(&GRID.replace("iterations = 60", "iterations = 400"));
        let mut child = start(folder.path(), &words(&data, &[]));
        wait_for_runs(&mut child, folder.path(), 1);
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains(" of 24 runs are done and kept. Type the same command again"), "{said}");
        let done = committed(folder.path()).len();
        assert!(said.contains(&format!("stopped: {done} of 24")), "{done} run files, but: {said}");
    }
}

#[test]
fn a_job_array_does_all_runs_and_one_more_command_assembles_them() {
    let (alone, array) = (folder(GRID), folder(GRID));
    let data = data();
    initlab(alone.path(), &words(&data, &["-q"]));
    for task in ["3", "7", "11"] {
        let mut command = command(array.path(), &words(&data, &["--shard", "auto"]));
        let variables = [("ID", task), ("MIN", "3"), ("MAX", "11"), ("STEP", "4"), ("COUNT", "3")];
        command.envs(variables.map(|(name, value)| (format!("SLURM_ARRAY_TASK_{name}"), value)));
        let output = command.output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("8 of 8 runs of this share are done"));
    }
    let said = initlab(array.path(), &words(&data, &[])).stderr;
    assert!(said.contains("\n24 of 24 runs were already there"), "{said}");
    let [expected, found] = [&alone, &array].map(|folder| results(&folder.path().join("results/sweep/grid")));
    assert!(expected == found);
}

#[test]
fn listing_trains_nothing_and_tells_what_is_there() {
    let folder = folder(
        "init = [\"std=0.01\", \"He\"]\nwidth = 8\nseeds = 2\niterations = 20\nlearning_rate = [0.1, 1e30]",
    );
    let data = data();
    let listed = initlab(folder.path(), &words(&data, &["--list"]));
    assert!(
        listed.stdout.contains("8 runs: 8 missing\nno run is there to judge the time by"),
        "{}",
        listed.stdout
    );
    assert!(!folder.path().join("results").exists());
    assert_eq!(initlab(folder.path(), &words(&data, &["-q", "--shard", "3/4"])).code, 0);
    let listed = initlab(folder.path(), &words(&data, &["--list"])).stdout;
    assert!(listed.contains("8 runs: 2 diverged, 6 missing"), "{listed}");
    assert_eq!(committed(folder.path()).len(), 2);
}

#[test]
fn a_changed_file_keeps_what_still_belongs_to_it_and_names_the_rest() {
    let folder = folder("init = [\"Xavier\", \"He\"]\nwidth = [8, 9]\niterations = 20");
    let data = data();
    initlab(folder.path(), &words(&data, &["-q"]));
    let before = committed(folder.path());
    fs::write(
        folder.path().join("grid.toml"),
        "iterations = 20\nwidth = [9, 10]\ninit = [\"he\", \"Xavier\"]",
    )
    .unwrap();
    let said = initlab(folder.path(), &words(&data, &[])).stderr;
    assert!(said.contains("2 of 4 runs were already there"), "{said}");
    assert!(said.contains("also keeps 2 runs of other settings, left as they are: "), "{said}");
    let after = committed(folder.path());
    assert!(before.iter().all(|(name, file)| after[name] == *file));
    let summary = rows(&folder.path().join("results/sweep/grid/summary.csv"));
    let points: Vec<String> = summary.iter().map(|row| row[..2].join(" ")).collect();
    assert_eq!(points, ["9 He", "9 Xavier", "10 He", "10 Xavier"]);
}

#[test]
fn the_shipped_grids_are_grids() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/grids");
    let grids: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(grids.len() >= 3);
    for path in grids {
        let grid = Grid::parse(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        let grid = grid.unwrap_or_else(|error| panic!("{error}"));
        assert!(grid.heatmap.is_some() && grid.plans.len() > 10, "{}", path.display());
    }
}
