//! A results table of any bytes is read, and then is its own text, or refused with its line.

#![no_main]

use initlab::results::Table;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = Table::parse("loss", bytes) {
        assert_eq!(Table::parse("loss", table.to_csv()).as_ref(), Ok(&table));
        let _ = table.columns();
    }
});
