//! A run file of any bytes is damaged, and one with a right checksum is what was saved.

#![no_main]

use initlab::results::{Lookup, RunStore};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let folder = std::env::temp_dir().join(format!("initlab-fuzz-{}", std::process::id()));
    let store = RunStore::new(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    // The first byte counts the rows of a file whose checksum is right, so that most inputs get to the tables.
    let (rows, content) = bytes.split_first().map_or((0, bytes), |(rows, content)| (*rows, content));
    let body = [b"initlab run 1f\n", content].concat();
    let digits: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let vouched = [&body[..], format!("end {rows} {digits}\n").as_bytes()].concat();
    for file in [bytes, &vouched] {
        std::fs::write(store.path_of("1f"), file).unwrap();
        if let Lookup::Found(tables) = store.load("1f") {
            store.commit("1f", &tables).unwrap();
            assert!(matches!(store.load("1f"), Lookup::Found(again) if again == tables));
        }
    }
});
