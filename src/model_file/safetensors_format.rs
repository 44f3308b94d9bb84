//! `.safetensors`: the crate of that name checks the header against the bytes there are.
//!
//! Eight bytes of length, a header in JSON with each tensor's type, shape and place, then the numbers,
//! little-endian. Not here: the metadata that a header may carry.

use super::element::Element;
use super::safetensors_refused::reason;
use super::tensor::{FormatError, Tensor};
use safetensors::Dtype;
use safetensors::tensor::{SafeTensors, TensorView, serialize};
use std::borrow::Cow;

/// The tensors of a file, which they borrow from.
///
/// Every type but `F16`, `BF16`, `F32` and `F64` becomes [`Element::Narrow`] (floating-point) or
/// [`Element::Other`].
///
/// # Errors
/// [`FormatError::Safetensors`] with the crate's text, or with what does not fit ([`reason`]).
pub fn read(bytes: &[u8]) -> Result<Vec<Tensor<'_>>, FormatError> {
    let file =
        SafeTensors::deserialize(bytes).map_err(|error| FormatError::Safetensors(reason(bytes, &error)))?;
    let tensor = |(name, view): (String, TensorView<'_>)| Tensor {
        name,
        shape: view.shape().to_vec(),
        element: element(view.dtype()),
        bytes: Cow::Borrowed(&bytes[offset(bytes, view.data())..][..view.data().len()]),
    };
    Ok(file.tensors().into_iter().map(tensor).collect())
}

/// The byte at which `part`, a slice of `bytes`, begins.
fn offset(bytes: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr() - bytes.as_ptr().addr()
}

fn element(dtype: Dtype) -> Element {
    match dtype {
        Dtype::F16 => Element::F16,
        Dtype::BF16 => Element::Bf16,
        Dtype::F32 => Element::F32,
        Dtype::F64 => Element::F64,
        Dtype::F4 | Dtype::F6_E2M3 | Dtype::F6_E3M2 | Dtype::F8_E5M2 | Dtype::F8_E4M3 | Dtype::F8_E8M0 => {
            Element::Narrow { bytes: dtype.bitsize() / 8 }
        }
        other => Element::Other { bytes: other.bitsize() / 8 },
    }
}

/// A file of tensors; what is of no type that is read is left out.
///
/// # Panics
/// If a tensor's bytes are not those of its shape and type.
pub fn write(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let views = tensors.iter().filter_map(|tensor| {
        let dtype = match tensor.element {
            Element::F16 => Dtype::F16,
            Element::Bf16 => Dtype::BF16,
            Element::F32 => Dtype::F32,
            Element::F64 => Dtype::F64,
            Element::Narrow { .. } | Element::Other { .. } => return None,
        };
        let view = TensorView::new(dtype, tensor.shape.clone(), &tensor.bytes);
        Some((tensor.name.as_str(), view.expect("bytes for every number")))
    });
    serialize(views, None).expect("names and shapes fit into a header")
}
