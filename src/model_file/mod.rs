//! Model files: the tensors in `.safetensors` and `.npz`, out of bytes and into bytes.
//!
//! Not here: files (whoever has the bytes brings them), and what tensors mean. Sizes that a file
//! declares are compared with the bytes there are before anything is allocated.
//!
//! Read [`tensor`] for what there is, [`element`] for its numbers, [`safetensors_format`] (with
//! [`safetensors_refused`]) and [`npz`] (over [`zip`] and [`npy`]) for the two formats. [`read`](fn@read) tells the formats apart by their first
//! bytes, never by a file's name; each format's module has its own `read` and `write`.

pub mod element;
pub mod npy;
pub mod npz;
pub mod safetensors_format;
pub mod safetensors_refused;
pub mod tensor;
pub mod zip;

pub use element::Element;
pub use tensor::{FormatError, Tensor};

/// The tensors of a file, in the order of the numbers in their names (`layers.2` before `layers.10`).
///
/// A `.npy` file is one tensor with the name `array`. Tensors of `.safetensors` borrow their bytes, those
/// of the other formats own them.
///
/// ```
/// use initlab::model_file::{Element, Tensor, npz, read};
///
/// let numbers = [1.0_f32, 0.5].map(f32::to_le_bytes).concat();
/// let (name, element) = ("0.bias".to_owned(), Element::F32);
/// let file = npz::write(&[Tensor { name, shape: vec![2], element, bytes: numbers.into() }]);
/// let tensors = read(&file)?;
/// assert_eq!((tensors[0].name.as_str(), tensors[0].values()), ("0.bias", vec![1.0, 0.5]));
/// assert!(read(b"hello").unwrap_err().to_string().ends_with("found a text"));
/// # Ok::<(), initlab::model_file::FormatError>(())
/// ```
///
/// # Errors
/// The file is torn, contradicts itself, or holds what cannot be read. A pickle and an HDF5 file are told
/// by name, with the advice to save the weights in another format.
pub fn read(bytes: &[u8]) -> Result<Vec<Tensor<'_>>, FormatError> {
    let mut tensors = match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => npz::read(bytes)?,
        [_, _, _, _, _, _, _, _, b'{', ..] => safetensors_format::read(bytes)?,
        [0x80, 2..=5, ..] => return Err(unknown("a pickle; save the weights as .safetensors or .npz")),
        bytes if bytes.starts_with(npy::MAGIC) => vec![npy::read("array", bytes.to_vec()).map_err(alone)?],
        bytes if bytes.starts_with(b"\x89HDF") => {
            return Err(unknown("an HDF5 file; save the weights as .safetensors or .npz"));
        }
        other => return Err(unknown(what(other))),
    };
    tensors.sort_by_cached_key(|tensor| natural_key(&tensor.name));
    Ok(tensors)
}

/// A name for bytes that are no model, by their first 512: nothing, a text, or none of the known formats.
fn what(bytes: &[u8]) -> &'static str {
    let start = &bytes[..bytes.len().min(512)];
    match start {
        [] => "an empty file",
        _ if start.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..)) => {
            "a text"
        }
        _ => "bytes that begin like none of these",
    }
}

/// The error of an array that is no member of an archive.
fn alone(error: FormatError) -> FormatError {
    match error {
        FormatError::Member { reason, .. } => FormatError::Array(reason),
        other => other,
    }
}

fn unknown(found: &str) -> FormatError {
    FormatError::Unknown(found.to_owned())
}

/// Pieces of a name, each a text and the number that ends it, so that 10 comes after 2; only for sorting.
///
/// ```text
/// layers_10.kernel  →  ("layers_", 10), (".kernel", none)
/// ```
fn natural_key(name: &str) -> Vec<(String, Option<u64>)> {
    let mut pieces = vec![(String::new(), None::<u64>)];
    for c in name.chars() {
        let (text, number) = pieces.last_mut().expect("there is one");
        match c.to_digit(10) {
            Some(digit) => {
                *number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit.into()));
            }
            None if number.is_none() => text.push(c),
            None => pieces.push((c.to_string(), None)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests;
