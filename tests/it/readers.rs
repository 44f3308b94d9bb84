//! Whatever bytes stand in a file, its reader ends with a value or an error, never with a panic.
//!
//! The same readers are fuzzed for longer in `fuzz/`, where that folder is.

use initlab::experiments::sweep::grid::Grid;
use initlab::results::{Lookup, Manifest, RunStore, Table};
use proptest::prelude::*;
use std::fs;

/// A sweep file, a manifest and a run file that are right, to be changed in places.
const SWEEP: &str = "init = [\"He\", \"std=0.01\"]\ndepth = [1, 2]\nwidth = 8\nlearning_rate = 0.1\n\
                     [heatmap]\nx = \"depth\"\ny = \"init\"\nvalue = \"final_loss\"\n";
const MANIFEST: &str = r#"{"experiment": "compare", "complete": true, "files": ["loss.csv"], "command": ["initlab"],
 "settings": {"seed": 1}, "runs": ["1f"], "versions": {"initlab": "0.1.0", "engine": 1, "precision": "f32",
 "arithmetic": "fused", "functions": ""}, "data": [], "machine": {"host": "", "cpu": "", "threads": 1},
 "started": "", "seconds": {"total": 1.5}}"#;
const TABLE: &str = "initializer,iteration,loss\nHe,0,2.3\n\"a,b\",1,NaN\n";

/// A text with some of its bytes replaced.
fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec((0..text.len(), any::<u8>()), 0..6).prop_map(move |changes| {
        let mut bytes = text.as_bytes().to_vec();
        changes.into_iter().for_each(|(place, byte)| bytes[place] = byte);
        bytes
    })
}

fn read_all(bytes: &[u8]) {
    let _ = Manifest::parse(bytes);
    let _ = Table::parse("loss", bytes).map(|table| table.columns());
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Grid::parse("a.toml", &text) {
        assert!(error.to_string().starts_with("a.toml:"), "{error}");
    }
}

#[test]
fn the_files_that_are_changed_are_right_before() {
    assert_eq!(Manifest::parse(MANIFEST.as_bytes()).unwrap().experiment, "compare");
    assert_eq!(Grid::parse("a.toml", SWEEP).unwrap().plans.len(), 4);
    assert_eq!(Table::parse("loss", TABLE.as_bytes()).unwrap().row_count(), 2);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        sweep in damaged(SWEEP), manifest in damaged(MANIFEST), table in damaged(TABLE),
    ) {
        [sweep, manifest, table].iter().for_each(|bytes| read_all(bytes));
    }

    #[test]
    fn a_run_file_of_any_bytes_is_damaged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        let store = RunStore::new(folder.path());
        fs::write(store.path_of("1f"), &bytes).unwrap();
        let damaged = matches!(store.load("1f"), Lookup::Damaged { .. });
        prop_assert!(damaged);
    }
}
