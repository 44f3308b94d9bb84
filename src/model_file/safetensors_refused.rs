//! The reason why a `.safetensors` file is refused, with the sizes and the tensor that do not fit.
//!
//! The crate of that name says which of its rules is broken; the numbers are read from the header again.

use safetensors::SafeTensorError;
use safetensors::tensor::TensorInfo;
use serde_json::{Map, Value};

/// Expected and found, for a file that the crate refuses with `error`; the crate's own words where sizes
/// say nothing more.
///
/// ```
/// use initlab::model_file::read;
///
/// let error = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
/// let header = br#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
/// let file = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 8]].concat();
/// assert!(error(&file[..67]).ends_with("the header describes 70 bytes, the file has 67: cut off?"));
/// assert!(error(&file[..20]).ends_with("the header ends at byte 62, the file has 20: cut off?"));
/// ```
pub fn reason(bytes: &[u8], error: &SafeTensorError) -> String {
    let told = match error {
        SafeTensorError::HeaderTooLarge => too_large(bytes),
        SafeTensorError::InvalidHeaderLength => header_beyond(bytes),
        SafeTensorError::MetadataIncompleteBuffer => wrong_length(bytes),
        SafeTensorError::TensorInvalidInfo | SafeTensorError::ValidationOverflow => wrong_size(bytes),
        _ => None,
    };
    told.unwrap_or_else(|| error.to_string())
}

/// A header that is longer than any that is read, which is no sign of a file that was cut off.
fn too_large(bytes: &[u8]) -> Option<String> {
    let length = u64::from_le_bytes(*bytes.first_chunk()?);
    Some(format!("the first 8 bytes say that the header has {length}, expected at most 100 million"))
}

/// The byte at which the header ends, by the first eight; none where no file is that long.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let length = u64::from_le_bytes(*bytes.first_chunk()?);
    usize::try_from(length).ok()?.checked_add(8)
}

/// A header that would end beyond the file.
fn header_beyond(bytes: &[u8]) -> Option<String> {
    let end = header_end(bytes).filter(|end| *end > bytes.len())?;
    Some(format!("the header ends at byte {end}, the file has {}: cut off?", bytes.len()))
}

/// Every tensor of the header, by name.
fn tensors(bytes: &[u8]) -> Option<Vec<(String, TensorInfo)>> {
    let header = bytes.get(8..header_end(bytes)?)?;
    let header: Map<String, Value> = serde_json::from_slice(header).ok()?;
    let tensors = header.into_iter().filter(|(name, _)| name != "__metadata__");
    tensors.map(|(name, value)| Some((name, serde_json::from_value(value).ok()?))).collect()
}

/// A file that is shorter or longer than its tensors.
fn wrong_length(bytes: &[u8]) -> Option<String> {
    let data = tensors(bytes)?.iter().map(|(_, info)| info.data_offsets.1).max().unwrap_or(0);
    let (described, found) = (header_end(bytes)?.checked_add(data)?, bytes.len());
    let what = match found.checked_sub(described) {
        None => "cut off?".to_owned(),
        Some(more) => format!("{more} are left over"),
    };
    Some(format!("the header describes {described} bytes, the file has {found}: {what}"))
}

/// The first tensor whose shape and type do not make the bytes of its place.
fn wrong_size(bytes: &[u8]) -> Option<String> {
    let mut tensors = tensors(bytes)?;
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    tensors.iter().find_map(|(name, info)| {
        let (from, to) = info.data_offsets;
        let found = to.checked_sub(from)?;
        let bits = info.shape.iter().try_fold(info.dtype.bitsize(), |bits, size| bits.checked_mul(*size));
        let takes = match bits {
            Some(bits) if found.checked_mul(8) == Some(bits) => return None,
            Some(bits) => format!("takes {} bytes", bits.div_ceil(8)),
            None => "takes more bytes than can be counted".to_owned(),
        };
        Some(format!(
            "tensor '{name}': its shape {:?} of {:?} {takes}, its place has {found}",
            info.shape, info.dtype
        ))
    })
}
