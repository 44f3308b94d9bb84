//! Who may name whom: the sources are read, every `crate::x` in them is held against one table.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module and the modules it may name. It may only name modules above it, so there is no cycle.
const MAY_NAME: [(&str, &[&str]); 18] = [
    ("text", &[]),
    ("rng", &[]),
    ("stats", &[]),
    ("model_file", &[]),
    ("files", &[]),
    ("results", &["files", "text"]),
    ("nn", &["rng", "text"]),
    ("frameworks", &["nn"]),
    ("inspect", &["nn", "model_file", "text"]),
    ("data", &["files", "nn", "rng", "stats", "text"]),
    ("train", &["nn", "data", "rng", "stats"]),
    ("replay", &["train", "nn", "model_file", "files"]),
    ("diagnosis", &["train", "data", "nn", "rng", "stats", "text"]),
    ("plot", &["stats", "text"]),
    ("experiments", &["diagnosis", "train", "nn", "data", "rng", "plot", "stats", "results", "text"]),
    ("recommend", &["experiments", "diagnosis", "train", "nn", "data", "rng", "stats", "text"]),
    ("report", &["experiments", "plot", "nn", "results", "stats", "text"]),
    (
        "cli",
        &[
            "report",
            "recommend",
            "experiments",
            "frameworks",
            "inspect",
            "model_file",
            "plot",
            "replay",
            "results",
            "stats",
            "train",
            "nn",
            "data",
            "files",
            "rng",
            "text",
        ],
    ),
];

/// Words that only the modules which may touch the world may say.
const OUTSIDE_WORLD: [&str; 7] =
    ["std::fs", "std::env", "std::net", "SystemTime", "Instant", "println!", "eprintln!"];
/// These compute and touch nothing.
const PURE: [&str; 14] = [
    "text",
    "rng",
    "stats",
    "model_file",
    "nn",
    "frameworks",
    "inspect",
    "train",
    "replay",
    "diagnosis",
    "plot",
    "experiments",
    "recommend",
    "report",
];

#[test]
fn modules_name_only_what_stands_below_them() {
    for (module, allowed) in MAY_NAME {
        for (path, text) in sources(module) {
            for named in crate_names(&text) {
                let fine = named == module || allowed.contains(&named.as_str());
                assert!(fine, "{} names crate::{named}; {module} may name {allowed:?}", path.display());
            }
        }
    }
}

#[test]
fn the_table_is_in_order_and_complete() {
    for (index, (module, allowed)) in MAY_NAME.iter().enumerate() {
        let above: BTreeSet<&str> = MAY_NAME[..index].iter().map(|row| row.0).collect();
        assert!(allowed.iter().all(|name| above.contains(name)), "{module} names what stands below it");
    }
    let listed: BTreeSet<&str> = MAY_NAME.iter().map(|row| row.0).collect();
    for module in modules() {
        assert!(listed.contains(module.as_str()), "{module} is missing in the table");
    }
}

#[test]
fn the_engine_touches_nothing_outside() {
    for module in PURE {
        for (path, text) in sources(module) {
            let code = text.split("#[cfg(test)]").next().unwrap();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let word = OUTSIDE_WORLD.iter().find(|word| line.contains(**word));
                assert!(word.is_none(), "{}: {line}", path.display());
            }
        }
    }
}

/// Words of opening, creating and listing, which `files` alone may say.
const BY_FILES_ALONE: [&str; 9] = [
    "File::open",
    "File::create",
    "File::options",
    "OpenOptions::new",
    "fs::read",
    "fs::write",
    "fs::rename",
    "fs::hard_link",
    "fs::copy",
];
/// Files of nobody's: of the system, of this program's own temporary folder, a folder that is forced to the disk; and
/// the options that `files` opens a lock and a log with.
const OWN_FILES: [&str; 7] = [
    "cli/machine.rs",
    "cli/cgroup.rs",
    "data/built_in.rs",
    "results/folder.rs",
    "results/runs.rs",
    "results/lock.rs",
    "results/run_notes.rs",
];

#[test]
fn a_verb_opens_creates_and_lists_through_files() {
    for module in modules().into_iter().filter(|module| module != "files") {
        for (path, text) in sources(&module) {
            let is_own = OWN_FILES.iter().any(|own| path.ends_with(own));
            let code = text.split("#[cfg(test)]").next().unwrap();
            let is_test = path.file_name().is_some_and(|name| name == "tests.rs");
            let in_tests = path.components().any(|part| part.as_os_str() == "tests");
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in lines.filter(|_| !is_own && !is_test && !in_tests) {
                let word = BY_FILES_ALONE.iter().find(|word| says(line, word));
                assert!(word.is_none(), "{}: {line}", path.display());
            }
        }
    }
}

/// A column that is empty in a reader's first rows would be taken for texts (results/README.md).
#[test]
fn a_number_that_a_row_may_lack_is_written_as_a_gap() {
    let mut rows = sources("experiments");
    rows.retain(|(path, _)| path.ends_with("rows.rs"));
    assert!(rows.len() > 5);
    for (path, text) in rows {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            let lacks = ["Option<usize>,", "Option<f64>,"].iter().any(|end| pair[1].ends_with(end));
            assert!(!lacks || pair[0] == "#[serde(with = \"gap\")]", "{}: {}", path.display(), pair[1]);
        }
    }
}

/// True of a line with this word, not with a longer name that ends like it.
fn says(line: &str, word: &str) -> bool {
    let begins = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| begins(at))
}

/// The roots of the engine and of the package around it.
fn roots() -> [PathBuf; 2] {
    ["src/engine", "src"].map(|root| Path::new(env!("CARGO_MANIFEST_DIR")).join(root))
}

fn modules() -> Vec<String> {
    let lib = roots().map(|root| fs::read_to_string(root.join("lib.rs")).unwrap()).concat();
    lib.lines()
        .filter_map(|line| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned()))
        .collect()
}

/// Every source file of a module: `module.rs` or all below `module/`.
fn sources(module: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for root in roots() {
        collect(&root.join(format!("{module}.rs")), &mut found);
        collect(&root.join(module), &mut found);
    }
    assert!(!found.is_empty(), "no source of {module} in src");
    found
}

fn collect(path: &Path, found: &mut Vec<(PathBuf, String)>) {
    if !path.exists() {
        return;
    }
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| collect(&entry.unwrap().path(), found));
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push((path.to_owned(), fs::read_to_string(path).unwrap()));
    }
}

/// The `x` of every `crate::x` outside comments; `crate::{a, b}` counts for all its names.
fn crate_names(text: &str) -> BTreeSet<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let modules = modules();
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut names = BTreeSet::new();
    for after in ["crate::", "initlab::"].iter().flat_map(|root| code.split(root).skip(1)) {
        match after.strip_prefix('{') {
            Some(list) => {
                names.extend(list.split('}').next().unwrap().split(',').map(|item| word(item.trim())));
            }
            None => _ = names.insert(word(after)),
        }
    }
    names.into_iter().filter(|name| modules.contains(name)).collect()
}
