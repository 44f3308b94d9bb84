//! Model files: the tensors in `.safetensors` and `.npz`, out of bytes and into bytes.
//!
//! Not here: files (whoever has the bytes brings them), and what tensors mean. Sizes that a file
//! declares are compared with the bytes there are before anything is allocated.
//!
//! Read [`tensor`] for what there is, [`element`] for its numbers, [`safetensors_format`] and [`npz`]
//! (over [`zip`] and [`npy`]) for the two formats.

pub mod element;
pub mod npy;
pub mod npz;
pub mod safetensors_format;
pub mod tensor;
pub mod zip;

pub use element::Element;
pub use tensor::{FormatError, Tensor};

/// The tensors of a file, in the order of the numbers in their names (`layers.2` before `layers.10`).
///
/// # Errors
/// The file is torn, contradicts itself, or holds what cannot be read.
pub fn read(bytes: &[u8]) -> Result<Vec<Tensor<'_>>, FormatError> {
    let mut tensors = match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => npz::read(bytes)?,
        [_, _, _, _, _, _, _, _, b'{', ..] => safetensors_format::read(bytes)?,
        [0x80, 2..=5, ..] => return Err(unknown("a pickle; save the weights as .safetensors or .npz")),
        bytes if bytes.starts_with(npy::MAGIC) => vec![npy::read("array", bytes.to_vec())?],
        bytes if bytes.starts_with(b"\x89HDF") => {
            return Err(unknown("an HDF5 file; save the weights as .safetensors or .npz"));
        }
        other => return Err(unknown(what(other))),
    };
    tensors.sort_by_cached_key(|tensor| natural_key(&tensor.name));
    Ok(tensors)
}

/// What bytes are that are no model, as far as it shows.
fn what(bytes: &[u8]) -> &'static str {
    let start = &bytes[..bytes.len().min(512)];
    match start {
        [] => "an empty file",
        _ if start.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..)) => {
            "a text"
        }
        _ => "bytes that begin like neither",
    }
}

fn unknown(found: &str) -> FormatError {
    FormatError::Unknown(found.to_owned())
}

/// Pieces of a name, each a text and the number that ends it, so that 10 comes after 2.
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
