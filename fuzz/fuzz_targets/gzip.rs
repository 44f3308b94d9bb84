//! A gzip archive of any bytes is unpacked within bounds or refused.

#![no_main]

use initlab::data::idx::IdxKind;
use initlab::data::idx_reader::IdxReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for kind in [IdxKind::Images, IdxKind::Labels] {
        let read = IdxReader::archive(kind, bytes, bytes.len() as u64).and_then(IdxReader::read);
        if let Ok(content) = read {
            assert!(content.len() <= 1032 * bytes.len());
        }
    }
});
