//! A run file of any bytes is damaged, and one with a right checksum is what was saved.

#![no_main]

use initlab::results::{Lookup, RunStore};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = std::env::temp_dir().join(format!("initlab-fuzz-{}", std::process::id()));
    let store = RunStore::new(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(store.path_of("1f"), bytes).unwrap();
    if let Lookup::Found(tables) = store.load("1f") {
        store.commit_soon("1f", &tables).unwrap();
        assert!(matches!(store.load("1f"), Lookup::Found(again) if again == tables));
    }
});
