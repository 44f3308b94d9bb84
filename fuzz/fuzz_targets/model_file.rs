//! A model file of any bytes is tensors whose numbers are all there, or refused.

#![no_main]

use initlab::model_file::{self, npz, safetensors_format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(tensors) = model_file::read(bytes) else { return };
    for tensor in &tensors {
        let numbers = if tensor.element.is_read() { tensor.len() } else { 0 };
        assert_eq!(tensor.values().len(), numbers);
    }
    let floating = tensors.iter().filter(|tensor| tensor.element.is_read()).count();
    let names: std::collections::BTreeSet<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    if names.len() == tensors.len() {
        assert_eq!(model_file::read(&safetensors_format::write(&tensors)).unwrap().len(), floating);
    }
    let _ = npz::write(&tensors);
});
