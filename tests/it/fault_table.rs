//! The table of faults names tests: each of them is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// `file::test` of every test below a folder.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let (stem, text) =
                (path.file_stem().unwrap().to_str().unwrap(), fs::read_to_string(&path).unwrap());
            let after_attributes = text.split("#[test]").skip(1);
            let names = after_attributes.filter_map(|after| after.split_once("fn ")?.1.split_once('('));
            found.extend(names.map(|(name, _)| format!("{stem}::{name}")));
        }
    }
}

/// The texts between backticks in the last column of every table.
fn named(document: &str) -> Vec<&str> {
    let rows = document.lines().filter(|line| line.starts_with("| "));
    let last = rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit_once(" | "));
    last.flat_map(|(_, cell)| cell.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_test_that_the_table_of_faults_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    ["src", "tests/it"].iter().for_each(|folder| tests_below(&root.join(folder), &mut tests));
    let script = fs::read_to_string(root.join("tests/faults.py")).unwrap();
    let document = fs::read_to_string(root.join("docs/FAULTS.md")).unwrap();
    let names = named(&document);
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        let there = match name.split_once(": ") {
            Some(("faults.py", function)) => script.contains(&format!("\ndef {function}(")),
            _ if name.contains("::") => tests.contains(name),
            _ => root.join(name).exists(),
        };
        assert!(there, "docs/FAULTS.md names {name}, which is not there");
    }
}
