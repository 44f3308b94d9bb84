//! A plain IDX file of any bytes is read to its end or refused.

#![no_main]

use initlab::data::idx::IdxKind;
use initlab::data::idx_reader::IdxReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for kind in [IdxKind::Images, IdxKind::Labels] {
        let read = IdxReader::plain(kind, bytes, bytes.len() as u64).and_then(|reader| {
            let header = reader.header;
            reader.read().map(|content| (header, content))
        });
        if let Ok((header, content)) = read {
            assert_eq!([header.to_bytes(), content].concat(), bytes);
        }
    }
});
