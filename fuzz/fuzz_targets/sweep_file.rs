//! A sweep file of any text is a grid or refused with the place where it is wrong.

#![no_main]

use initlab::experiments::sweep::grid::Grid;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Grid::parse("a.toml", text) {
        assert!(error.to_string().starts_with("a.toml:"));
    }
});
