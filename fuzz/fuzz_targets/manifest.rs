//! A `run.json` of any bytes is read, and then written and read alike, or refused.

#![no_main]

use initlab::results::Manifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::parse(bytes) {
        assert!(Manifest::parse(&manifest.to_json()).is_ok());
    }
});
