//! The table of verbs: what each reads and makes, and how it ends where eight run at once; [`promises`](super::promises)
//! walks it. A verb without a row turns the test below red.

use crate::command::initlab;
use crate::faults::{SMALL, folder, said};
use clap::CommandFactory;
use initlab::cli::commands::Cli;
use std::fs;

/// A verb and what it does with the world.
pub struct Verb {
    /// A small command, its verb first; it runs in a [`place`].
    pub words: &'static [&'static str],
    /// A file that its user names and it reads, if any.
    pub reads: Option<&'static str>,
    /// A file that it makes, if any.
    pub makes: Option<&'static str>,
    /// Exit codes of eight at once besides 0, and whether more than one may succeed.
    pub race: (&'static [i32], bool),
}

const NOTHING: (&[i32], bool) = (&[], true);
const IMAGES: Option<&str> = Some("T/train-images-idx3-ubyte");

const VERBS: &[Verb] = &[
    Verb { words: SMALL, reads: IMAGES, makes: Some("results/compare/loss.csv"), race: (&[4], true) },
    Verb {
        words: &[
            "activations",
            "--samples",
            "5",
            "--layers",
            "2",
            "--width",
            "5",
            "--init",
            "He",
            "--activation",
            "relu",
        ],
        reads: None,
        makes: Some("results/activations/layers.csv"),
        race: (&[4], true),
    },
    Verb {
        words: &["symmetry", "--data", "T", "--iterations", "3", "--hidden", "4, 4", "--init", "He"],
        reads: IMAGES,
        makes: Some("results/symmetry/summary.csv"),
        race: (&[4], true),
    },
    Verb {
        words: &["circles", "--iterations", "5", "--init", "He, Xavier"],
        reads: None,
        makes: Some("results/circles/loss.csv"),
        race: (&[4], true),
    },
    Verb {
        words: &["batch-norm", "--data", "T", "--scales", "2", "--iterations", "3", "--hidden", "4, 4"],
        reads: IMAGES,
        makes: Some("results/batch-norm/summary.csv"),
        race: (&[4], true),
    },
    Verb {
        words: &["sweep", "grid.toml", "--data", "T"],
        reads: Some("grid.toml"),
        makes: Some("results/sweep/grid/summary.csv"),
        race: (&[4], true),
    },
    Verb { words: &["initializers"], reads: None, makes: None, race: NOTHING },
    Verb {
        words: &["draw", "--sizes", "30, 20", "--init", "He", "--out", "w.npz"],
        reads: None,
        makes: Some("w.npz"),
        race: (&[2], false),
    },
    Verb {
        words: &["inspect", "m.npz", "--write-recipe", "recipe.toml"],
        reads: Some("m.npz"),
        makes: Some("recipe.toml"),
        race: (&[2], false),
    },
    Verb {
        words: &["recommend", "--sizes", "2, 4, 2", "--data", "table.csv", "--label", "kind", "--init", "He"],
        reads: Some("table.csv"),
        makes: None,
        race: NOTHING,
    },
    Verb {
        words: &["plot", "r"],
        reads: Some("r/circles/loss.csv"),
        makes: Some("r/circles/loss.svg"),
        race: (&[4], true),
    },
    Verb {
        words: &["report", "r"],
        reads: Some("r/circles/run.json"),
        makes: Some("r/report.html"),
        race: NOTHING,
    },
    // Minutes of experiments, then `lab` and `report`: it makes nothing by itself.
    Verb { words: &["chapter"], reads: None, makes: None, race: NOTHING },
    Verb {
        words: &["lab", "--data", "table.csv", "--label", "kind"],
        reads: Some("table.csv"),
        makes: Some("results/lab.html"),
        race: NOTHING,
    },
    Verb { words: &["words"], reads: None, makes: None, race: NOTHING },
    Verb { words: &["methods", "m/compare"], reads: Some("m/compare/run.json"), makes: None, race: NOTHING },
    Verb { words: &["list", "r"], reads: Some("r/circles/run.json"), makes: None, race: NOTHING },
    Verb {
        words: &["data", "--data", "table.csv", "--label", "kind"],
        reads: Some("table.csv"),
        makes: None,
        race: NOTHING,
    },
    Verb { words: &["replay", "e"], reads: Some("e/spec.json"), makes: None, race: NOTHING },
    Verb { words: &["completions", "bash"], reads: None, makes: None, race: NOTHING },
];

/// The verbs that a test runs.
pub fn run() -> impl Iterator<Item = &'static Verb> {
    VERBS.iter().filter(|verb| verb.words[0] != "chapter")
}

/// A folder in which every command of the table works: data, a table, a sweep file, a model, results.
pub fn place() -> tempfile::TempDir {
    let folder = folder();
    let rows = (0..12).map(|row| format!("{row}.5,{},{}", row % 5, ["a", "b"][row % 2]));
    let table: Vec<String> = std::iter::once("x,y,kind".to_owned()).chain(rows).collect();
    fs::write(folder.path().join("table.csv"), table.join("\n")).unwrap();
    let grid = "init = \"He\"\nwidth = [4, 5]\niterations = 3\nbatch_size = 8\n";
    fs::write(folder.path().join("grid.toml"), grid).unwrap();
    said(&initlab(folder.path(), &["draw", "--sizes", "30,20", "--out", "m.npz"]), 0, &[]);
    said(&initlab(folder.path(), &[SMALL, &["--out", "m"]].concat()), 0, &[]);
    let circles =
        ["circles", "--iterations", "5", "--init", "He", "--out", "r", "--export", "all", "--export-data"];
    said(&initlab(folder.path(), &circles), 0, &[]);
    let run = fs::read_dir(folder.path().join("all")).unwrap().next().unwrap().unwrap();
    fs::rename(run.path(), folder.path().join("e")).unwrap();
    folder
}

/// The long names of a verb's flags.
pub fn flags(verb: &str) -> Vec<String> {
    let verbs = Cli::command();
    let arguments = verbs.find_subcommand(verb).unwrap().get_arguments();
    arguments.filter_map(clap::Arg::get_long).map(str::to_owned).collect()
}

#[test]
fn every_verb_is_in_the_table() {
    let verbs = Cli::command();
    let known: Vec<&str> = VERBS.iter().map(|verb| verb.words[0]).collect();
    for verb in verbs.get_subcommands().map(clap::Command::get_name) {
        assert!(known.contains(&verb), "{verb} has no row, so nothing holds it to its promises");
    }
    for Verb { words, reads, makes, .. } in VERBS {
        let flags = flags(words[0]);
        let has = |flag: &str| flags.iter().any(|own| own == flag);
        let names_data = has("data") && !["circles", "activations"].contains(&words[0]);
        assert!(reads.is_some() || !names_data, "{} takes data", words[0]);
        let names_output = has("out") && words[0] != "chapter";
        assert!(makes.is_some() || !names_output, "{} has an --out", words[0]);
    }
}
