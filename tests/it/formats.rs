//! Files that PyTorch, Keras, h5py and ONNX wrote (`scripts/inspect/make_models.py`), read number by number, and
//! any bytes in their place.

use initlab::inspect::{InspectOptions, inspect};
use initlab::model_file::{Element, ModelFile, Tensor, read};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn bytes(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name)).unwrap()
}

fn tensor<'a, 'b>(file: &'b ModelFile<'a>, name: &str) -> &'b Tensor<'a> {
    let names: Vec<&str> = file.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    file.tensors.iter().find(|tensor| tensor.name == name).unwrap_or_else(|| panic!("{name} in {names:?}"))
}

/// The numbers from `from` on.
fn counted(from: usize, count: usize) -> Vec<f64> {
    (from..from + count).map(|number| number as f64).collect()
}

#[test]
fn the_weights_of_every_format_are_read() {
    for (name, format, weight, bias, shape) in [
        ("state_dict.pt", "PyTorch", "fc.weight", "fc.bias", [2, 3]),
        ("module.pt", "PyTorch", "fc.weight", "fc.bias", [2, 3]),
        ("model.keras", "Keras", "layers/dense/vars/0", "layers/dense/vars/1", [3, 2]),
        ("model.weights.h5", "HDF5", "layers/dense/vars/0", "layers/dense/vars/1", [3, 2]),
        (
            "model.h5",
            "HDF5",
            "model_weights/hidden/sequential/hidden/kernel",
            "model_weights/hidden/sequential/hidden/bias",
            [3, 2],
        ),
    ] {
        let bytes = bytes(name);
        let file = read(&bytes).unwrap();
        assert_eq!(file.format, format, "{name}");
        let weight = tensor(&file, weight);
        assert_eq!((&weight.shape[..], weight.values()), (&shape[..], counted(0, 6)), "{name}");
        assert_eq!(tensor(&file, bias).values(), counted(6, 2), "{name}");
    }
}

#[test]
fn what_is_odd_in_a_checkpoint_is_read_or_listed() {
    let bytes = bytes("checkpoint.ckpt");
    let file = read(&bytes).unwrap();
    let values = |name: &str| tensor(&file, &format!("model.{name}")).values();
    assert_eq!(values("transposed"), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert_eq!(values("row"), counted(3, 3));
    assert_eq!((values("half"), values("bf16")), (counted(0, 4), counted(0, 3)));
    assert_eq!((values("scalar"), values("tied").len()), (vec![7.0], 6));
    assert_eq!(tensor(&file, "model.ids").element, Element::Other { bytes: 8 });
    assert!(file.tensors.iter().any(|tensor| tensor.name == "optimizer.state.0.exp_avg"));
    let foreign: Vec<(&str, &str)> =
        file.foreign.iter().map(|foreign| (foreign.name.as_str(), foreign.reason.as_str())).collect();
    let expected = [
        ("model.expanded", "it repeats its numbers"),
        ("model.complex", "numbers of the type ComplexFloatStorage"),
    ];
    assert_eq!(foreign, expected);
}

#[test]
fn chunks_are_unpacked_and_what_is_no_number_is_listed() {
    let bytes = bytes("chunks.h5");
    let file = read(&bytes).unwrap();
    assert_eq!(tensor(&file, "deflated").values(), counted(0, 35));
    assert_eq!(tensor(&file, "plain").values(), counted(0, 35));
    assert_eq!(tensor(&file, "unwritten").values(), [0.0; 4]);
    let reasons: Vec<&str> = file.foreign.iter().map(|foreign| foreign.reason.as_str()).collect();
    assert_eq!(reasons, ["big-endian numbers", "texts"]);
}

#[test]
fn a_graph_says_how_its_weights_are_used() {
    let bytes = bytes("graph.onnx");
    let file = read(&bytes).unwrap();
    for (name, count, last) in
        [("gemm", 6, Some(false)), ("matmul", 6, Some(true)), ("conv", 12, Some(false)), ("typed", 2, None)]
    {
        let tensor = tensor(&file, name);
        assert_eq!((tensor.values(), tensor.units_last), (counted(0, count), last), "{name}");
    }
    assert_eq!(tensor(&file, "constant").values(), [0.0, 1.0]);
}

#[test]
fn torch_script_is_read_and_the_old_form_named() {
    let script = bytes("script.jit");
    let file = read(&script).unwrap();
    assert_eq!((file.format, &tensor(&file, "0.weight").shape[..]), ("TorchScript", &[2, 3][..]));
    let old = read(&bytes("old.pt")).unwrap_err().to_string();
    assert!(old.contains("the old form of torch.save") && old.contains("torch.load(FILE"), "{old}");
}

/// Files met in place of weights, by how they begin.
#[test]
fn what_is_not_read_is_named() {
    let weight_map = br#"{"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}"#;
    for (bytes, expected) in [
        (&b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"[..], "git lfs pull"),
        (weight_map, "the index of a sharded model"),
        (b"GGUF\x03\0\0\0\0\0", "GGUF"),
        (b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite"),
        (b"\x08\x01\x12\x00", "a graph of TensorFlow"),
        (b"\x81\xa6params\x80", "msgpack"),
        (b"\x28\xb5\x2f\xfd\0\0", "orbax"),
        (b"<!DOCTYPE html><html>", "a page of a website"),
        (b"\x80\x04\x95\x00", "a pickle"),
        (b"\x89HDF\r\n\x1a\n\x02", "superblock"),
        (b"", "an empty file"),
    ] {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

const FILES: [&str; 7] = [
    "state_dict.pt",
    "checkpoint.ckpt",
    "module.pt",
    "model.weights.h5",
    "chunks.h5",
    "graph.onnx",
    "model.keras",
];

/// Reads and judges; what is read has all its numbers.
fn judge(bytes: &[u8]) {
    let Ok(file) = read(bytes) else { return };
    for tensor in &file.tensors {
        let numbers = if tensor.element.is_read() { tensor.len() } else { 0 };
        assert_eq!(tensor.values().len(), numbers, "{}", tensor.name);
    }
    inspect(&file.tensors, InspectOptions::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_model_files_are_read_or_refused(
        file in 0..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
        cut in 0..4u8,
    ) {
        let mut bytes = bytes(FILES[file]);
        changes.iter().for_each(|(place, byte)| *place.get_mut(&mut bytes) = *byte);
        if cut == 0 {
            bytes.truncate(end.index(bytes.len()));
        }
        judge(&bytes);
    }
}
