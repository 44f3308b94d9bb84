//! A model file of any bytes is tensors whose numbers are all there, and a report on them; or refused.

#![no_main]

use initlab::inspect::{InspectOptions, inspect};
use initlab::model_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = model_file::read(bytes) else { return };
    for tensor in &file.tensors {
        let numbers = if tensor.element.is_read() { tensor.len() } else { 0 };
        assert_eq!(tensor.values().len(), numbers);
    }
    inspect(&file.tensors, InspectOptions::default());
});
