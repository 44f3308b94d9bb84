//! A PyTorch file with a pickle of any bytes is tensors whose numbers are all there, and a report; or refused.

#![no_main]

use initlab::inspect::{InspectOptions, inspect};
use initlab::model_file::{self, zip};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let numbers: Vec<u8> = (0..96u8).collect();
    let members = [("a/data.pkl", bytes.to_vec()), ("a/data/0", numbers.clone()), ("a/data/1", numbers)];
    let archive = zip::archive(&members.map(|(name, bytes)| (name.to_owned(), bytes)));
    let Ok(file) = model_file::read(&archive) else { return };
    for tensor in &file.tensors {
        let numbers = if tensor.element.is_read() { tensor.len() } else { 0 };
        assert_eq!(tensor.values().len(), numbers);
    }
    inspect(&file.tensors, InspectOptions::default());
});
