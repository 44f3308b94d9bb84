//! `.safetensors`: eight bytes of length, a header in JSON with each tensor's type, shape and place, then the
//! numbers, little-endian. Not here: the metadata that a header may carry.
//!
//! Everything in the header is held against the bytes there are: places lie one behind the other without a gap,
//! fill the file, and are as long as shape and type say. A type that is not known is listed, and its length is
//! taken from its place.

use super::ModelFile;
use super::element::Element;
use super::tensor::{Foreign, FormatError, Tensor};
use serde_json::{Map, Value, json};

/// Bytes of a header, at most; what is longer is no header.
const LONGEST_HEADER: u64 = 100_000_000;

/// Types by their names: bits of a number, and what it becomes.
const TYPES: &[(&str, usize, Element)] = &[
    ("F16", 16, Element::F16),
    ("BF16", 16, Element::Bf16),
    ("F32", 32, Element::F32),
    ("F64", 64, Element::F64),
    ("F8_E4M3", 8, Element::Narrow { bytes: 1 }),
    ("F8_E5M2", 8, Element::Narrow { bytes: 1 }),
    ("F8_E8M0", 8, Element::Narrow { bytes: 1 }),
    ("F6_E2M3", 6, Element::Narrow { bytes: 0 }),
    ("F6_E3M2", 6, Element::Narrow { bytes: 0 }),
    ("F4", 4, Element::Narrow { bytes: 0 }),
    ("BOOL", 8, Element::Other { bytes: 1 }),
    ("I8", 8, Element::Other { bytes: 1 }),
    ("U8", 8, Element::Other { bytes: 1 }),
    ("I16", 16, Element::Other { bytes: 2 }),
    ("U16", 16, Element::Other { bytes: 2 }),
    ("I32", 32, Element::Other { bytes: 4 }),
    ("U32", 32, Element::Other { bytes: 4 }),
    ("I64", 64, Element::Other { bytes: 8 }),
    ("U64", 64, Element::Other { bytes: 8 }),
];

/// One tensor of the header.
struct Entry {
    name: String,
    dtype: String,
    shape: Vec<usize>,
    from: usize,
    to: usize,
}

fn broken(reason: String) -> FormatError {
    FormatError::Broken { format: ".safetensors", reason }
}

/// The tensors of a file, which they borrow from.
///
/// ```
/// use initlab_engine::model_file::read;
///
/// let error = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
/// let header = br#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
/// let file = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 8]].concat();
/// assert!(error(&file[..67]).ends_with("the header describes 70 bytes, the file has 67: cut off?"));
/// assert!(error(&file[..20]).ends_with("the header ends at byte 62, the file has 20: cut off?"));
/// ```
///
/// # Errors
/// The header is none, or its places do not fit the file, each other, or the shapes.
pub fn read(bytes: &[u8]) -> Result<ModelFile<'_>, FormatError> {
    let (header, numbers) = halves(bytes)?;
    let mut entries = entries(header)?;
    entries.sort_by_key(|entry| (entry.from, entry.to));
    check_places(&entries, bytes.len() - numbers.len(), bytes.len())?;
    let mut file = ModelFile::of("safetensors");
    for entry in entries {
        let place = &numbers[entry.from..entry.to];
        if let Some((_, bits, element)) = TYPES.iter().find(|row| row.0 == entry.dtype) {
            check_size(&entry, *bits)?;
            file.tensors.push(Tensor::new(entry.name, &entry.shape, *element, place));
        } else {
            let reason = format!("numbers of the type {}", entry.dtype);
            file.foreign.push(Foreign { name: entry.name, reason });
        }
    }
    Ok(file)
}

/// The header and what follows it.
fn halves(bytes: &[u8]) -> Result<(&[u8], &[u8]), FormatError> {
    let found = bytes.len();
    let length = bytes.first_chunk().map(|first| u64::from_le_bytes(*first));
    let length = length.ok_or_else(|| broken(format!("expected 8 bytes or more, found {found}")))?;
    if length > LONGEST_HEADER {
        let reason =
            format!("the first 8 bytes say that the header has {length}, expected at most 100 million");
        return Err(broken(reason));
    }
    let end = 8 + length as usize;
    let rest = bytes.get(8..end).zip(bytes.get(end..));
    rest.ok_or_else(|| broken(format!("the header ends at byte {end}, the file has {found}: cut off?")))
}

fn entries(header: &[u8]) -> Result<Vec<Entry>, FormatError> {
    let header: Map<String, Value> =
        serde_json::from_slice(header).map_err(|error| broken(format!("its header is no JSON: {error}")))?;
    let tensors = header.into_iter().filter(|(name, _)| name != "__metadata__");
    let entry = |(name, value): (String, Value)| {
        let reason = || broken(format!("tensor '{name}': expected dtype, shape and data_offsets"));
        entry(&name, &value).ok_or_else(reason)
    };
    tensors.map(entry).collect()
}

fn entry(name: &str, value: &Value) -> Option<Entry> {
    let size = |value: &Value| value.as_u64().and_then(|size| usize::try_from(size).ok());
    let sizes = |key: &str| value.get(key)?.as_array()?.iter().map(size).collect::<Option<Vec<usize>>>();
    let (dtype, shape) = (value.get("dtype")?.as_str()?.to_owned(), sizes("shape")?);
    let [from, to] = sizes("data_offsets")?.try_into().ok()?;
    (from <= to).then(|| Entry { name: name.to_owned(), dtype, shape, from, to })
}

/// Places, in order, that begin at 0, have neither gap nor overlap, and end with the file; `start` is where the
/// numbers begin.
fn check_places(entries: &[Entry], start: usize, found: usize) -> Result<(), FormatError> {
    let mut end = 0;
    for entry in entries {
        if entry.from != end {
            let (name, from) = (&entry.name, entry.from);
            return Err(broken(format!("tensor '{name}' begins at {from}, the one before it ends at {end}")));
        }
        end = entry.to;
    }
    let described = start.saturating_add(end);
    let what = match found.checked_sub(described) {
        Some(0) => return Ok(()),
        None => "cut off?".to_owned(),
        Some(more) => format!("{more} are left over"),
    };
    Err(broken(format!("the header describes {described} bytes, the file has {found}: {what}")))
}

/// Shape and type make the bytes of the place.
fn check_size(entry: &Entry, bits: usize) -> Result<(), FormatError> {
    let found = entry.to - entry.from;
    let bits = entry.shape.iter().try_fold(bits, |bits, size| bits.checked_mul(*size));
    let takes = match bits {
        Some(bits) if found.checked_mul(8) == Some(bits) => return Ok(()),
        Some(bits) => format!("takes {} bytes", bits.div_ceil(8)),
        None => "takes more bytes than can be counted".to_owned(),
    };
    let Entry { name, dtype, shape, .. } = entry;
    Err(broken(format!("tensor '{name}': its shape {shape:?} of {dtype} {takes}, its place has {found}")))
}

/// A file of tensors; what is of no type that is read is left out. The numbers begin at a multiple of eight
/// bytes.
///
/// # Panics
/// If the last axis of a tensor is not the fastest.
pub fn write(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let (mut header, mut numbers) = (Map::new(), Vec::new());
    for tensor in tensors.iter().filter(|tensor| tensor.element.is_read()) {
        assert!(tensor.strides.is_none(), "{} has strides", tensor.name);
        let dtype = TYPES.iter().find(|row| row.2 == tensor.element).expect("a type that is read").0;
        let places = [numbers.len(), numbers.len() + tensor.bytes.len()];
        let entry = json!({"dtype": dtype, "shape": tensor.shape, "data_offsets": places});
        header.insert(tensor.name.clone(), entry);
        numbers.extend_from_slice(&tensor.bytes);
    }
    let mut header = Value::Object(header).to_string();
    header += &" ".repeat(header.len().next_multiple_of(8) - header.len());
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &numbers].concat()
}
