//! Model files: the tensors in files of PyTorch, Keras, ONNX, safetensors and NumPy, out of bytes; and into
//! bytes, for the last two.
//!
//! Not here: files (whoever has the bytes brings them), and what tensors mean. Nothing that a file holds is
//! run. Sizes that a file declares are compared with the bytes there are before anything is allocated, depths and
//! counts have limits, and what cannot be read in a file is listed beside what can.
//!
//! Read [`tensor`] for what there is, [`element`] for its numbers; then the formats: [`safetensors_format`],
//! [`npz`] (over [`zip`] and [`npy`]), [`torch_format`] (over [`zip`] and [`pickle`]), [`keras_format`] (over [`zip`]
//! and [`hdf5`]), [`onnx`] (over [`protobuf`]), and [`foreign`], which names what is none of them.
//! [`read`](fn@read) tells the formats apart by their first bytes, never by a file's name.

pub mod element;
pub mod foreign;
pub mod hdf5;
pub mod keras_format;
pub mod npy;
pub mod npz;
pub mod onnx;
pub mod pickle;
pub mod protobuf;
pub mod safetensors_format;
pub mod tensor;
pub mod torch_format;
pub mod zip;

pub use element::Element;
pub use tensor::{Foreign, FormatError, Tensor};

/// What a file holds.
#[derive(Clone, Debug)]
pub struct ModelFile<'a> {
    /// Whose file it is, as in `PyTorch`.
    pub format: &'static str,
    /// Its tensors.
    pub tensors: Vec<Tensor<'a>>,
    /// What else is in it.
    pub foreign: Vec<Foreign>,
}

impl ModelFile<'_> {
    /// An empty one.
    pub fn of(format: &'static str) -> Self {
        Self { format, tensors: Vec::new(), foreign: Vec::new() }
    }
}

/// What a file holds, its tensors in the order of the numbers in their names (`layers.2` before `layers.10`).
///
/// A `.npy` file is one tensor with the name `array`. Tensors borrow their bytes where these are not packed.
///
/// ```
/// use initlab_engine::model_file::{Element, Tensor, npz, read};
///
/// let numbers = [1.0_f32, 0.5].map(f32::to_le_bytes).concat();
/// let file = npz::write(&[Tensor::new("0.bias", &[2], Element::F32, numbers)]);
/// let found = read(&file)?;
/// assert_eq!((found.format, found.tensors[0].name.as_str()), ("NumPy", "0.bias"));
/// assert_eq!(found.tensors[0].values(), [1.0, 0.5]);
/// assert!(read(b"hello").unwrap_err().to_string().ends_with("found a text"));
/// # Ok::<(), initlab_engine::model_file::FormatError>(())
/// ```
///
/// # Errors
/// The file is torn, contradicts itself, or is of a kind that is not read: it is named, with the lines that
/// convert it. A file whose only member cannot be read is refused for that member's reason.
pub fn read(bytes: &[u8]) -> Result<ModelFile<'_>, FormatError> {
    let mut file = match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => archive(bytes)?,
        [_, _, _, _, _, _, _, _, b'{', ..] => safetensors_format::read(bytes)?,
        _ if bytes.starts_with(npy::MAGIC) => alone(npy::read("array", bytes.into()))?,
        _ if hdf5::is_read(bytes) => hdf5::read(bytes)?,
        _ => match onnx::graph(bytes) {
            Some(graph) => onnx::read(graph)?,
            None => return Err(FormatError::Unknown(foreign::what(bytes).to_owned())),
        },
    };
    if let ([], [only]) = (&file.tensors[..], &file.foreign[..]) {
        return Err(FormatError::Member { name: only.name.clone(), reason: only.reason.clone() });
    }
    file.tensors.sort_by_cached_key(|tensor| natural_key(&tensor.name));
    Ok(file)
}

/// A ZIP archive by what is in it: of PyTorch where it has a pickle, of Keras where it has weights in HDF5, else of
/// NumPy.
fn archive(bytes: &[u8]) -> Result<ModelFile<'_>, FormatError> {
    let members = zip::members(bytes)?;
    if let Some(folder) = torch_format::folder(&members) {
        return torch_format::read(&members, folder);
    }
    match members.iter().find(|member| member.name == keras_format::WEIGHTS) {
        Some(weights) => keras_format::read(weights),
        None => Ok(npz::read(&members)),
    }
}

/// An array that is a file of its own; an error names no member.
fn alone(array: Result<Tensor<'_>, FormatError>) -> Result<ModelFile<'_>, FormatError> {
    let tensor = array.map_err(|error| FormatError::Array(error.reason()))?;
    Ok(ModelFile { tensors: vec![tensor], ..ModelFile::of("NumPy") })
}

/// Pieces of a name, each a text and the number that ends it, so that 10 comes after 2; only for sorting.
///
/// ```text
/// layers_10.kernel  →  ("layers_", 10), (".kernel", none)
/// ```
pub fn natural_key(name: &str) -> Vec<(String, Option<u64>)> {
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
