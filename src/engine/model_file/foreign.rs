//! Files that are met in place of weights: told by their first bytes, named, with the lines that convert them.

/// A kind of file that is not read.
struct ForeignKind {
    /// What it is, and how to come to a file that is read.
    told: &'static str,
    /// True of the bytes of such a file.
    is: fn(&[u8]) -> bool,
}

/// True where the file begins with a text, blanks aside.
fn text_with(bytes: &[u8], start: &str) -> bool {
    bytes.trim_ascii_start().starts_with(start.as_bytes())
}

/// True where the first 64 kB have some bytes in them.
fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes[..bytes.len().min(1 << 16)].windows(part.len()).any(|window| window == part)
}

/// The kinds, the more particular ones first.
const KINDS: &[ForeignKind] = &[
    ForeignKind { told: "an empty file", is: <[u8]>::is_empty },
    ForeignKind {
        told: "a pointer of Git LFS, not the file itself; fetch it with: git lfs pull",
        is: |b| b.starts_with(b"version https://git-lfs"),
    },
    ForeignKind {
        told: "the index of a sharded model; its shards stand beside it: initlab inspect FOLDER",
        is: |b| text_with(b, "{") && has(b, b"\"weight_map\""),
    },
    ForeignKind {
        told: "a page of a website, as a download without permission leaves it",
        is: |b| text_with(b, "<!DOCTYPE") || text_with(b, "<!doctype") || text_with(b, "<html"),
    },
    ForeignKind {
        told: "the old form of torch.save (before PyTorch 1.6), or one with _use_new_zipfile_serialization=False; convert it \
               with: torch.save(torch.load(FILE, map_location='cpu', weights_only=True), 'new.pt')",
        is: |b| b.starts_with(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."),
    },
    ForeignKind {
        told: "a pickle, which only Python can read, by running it; from scikit-learn or joblib save the arrays: \
               np.savez('weights.npz', *model.coefs_, *model.intercepts_)",
        is: |b| matches!(b, [0x80, 2..=5, ..]),
    },
    ForeignKind {
        told: "GGUF, quantized weights of llama.cpp; inspect the file that it was converted from",
        is: |b| b.starts_with(b"GGUF"),
    },
    ForeignKind {
        told: "TensorFlow Lite; inspect the Keras model that it was converted from: model.save('model.keras')",
        is: |b| b.get(4..8) == Some(b"TFL3"),
    },
    ForeignKind {
        told: "a graph of TensorFlow (saved_model.pb), whose weights stand in variables/; convert it with: \
               tf.keras.models.load_model(FOLDER).save('model.keras')",
        is: |b| b.starts_with(b"\x08\x01\x12") || has(b, b"saved_model_main_op"),
    },
    ForeignKind {
        told: "HDF5 of another kind than superblock 0 or 1; write it again with: h5repack --low=0 --high=0 FILE NEW",
        is: |b| b.starts_with(b"\x89HDF"),
    },
    ForeignKind {
        told: "msgpack, as Flax writes it; convert it with: flax.serialization.msgpack_restore(open(FILE, 'rb').read()), then \
               safetensors.flax.save_file(flax.traverse_util.flatten_dict(params, sep='.'), 'weights.safetensors')",
        is: |b| matches!(b, [0x81..=0x8f, 0xa1..=0xbf | 0xd9, ..] | [0xde, _, _, 0xa1..=0xbf | 0xd9, ..]),
    },
    ForeignKind {
        told: "a file packed with gzip; unpack it with: gunzip FILE",
        is: |b| b.starts_with(b"\x1f\x8b"),
    },
    ForeignKind {
        told: "a part of a checkpoint of orbax, packed with zstd; restore it with orbax.checkpoint and save it with \
               safetensors.flax.save_file",
        is: |b| b.starts_with(b"\x28\xb5\x2f\xfd"),
    },
    ForeignKind {
        told: "a tar archive, as PyTorch wrote it before 0.1.10 or a .nemo file is; unpack it with: tar xf FILE",
        is: |b| b.get(257..262) == Some(b"ustar"),
    },
    ForeignKind {
        told: "a text",
        is: |b| {
            let start = &b[..b.len().min(512)];
            start.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..))
        },
    },
    ForeignKind { told: "bytes that begin like none of these", is: |_| true },
];

/// What bytes are that are not read, by how they begin.
///
/// ```
/// use initlab_engine::model_file::foreign::what;
///
/// assert_eq!(what(b"hello"), "a text");
/// assert!(what(b"GGUF\x03\0\0\0").starts_with("GGUF, quantized"));
/// ```
pub fn what(bytes: &[u8]) -> &'static str {
    let kind = KINDS.iter().find(|kind| (kind.is)(bytes));
    kind.expect("the last is true of all").told
}
