//! `.npz`: a ZIP archive of `.npy` arrays, as `numpy.savez` and `numpy.savez_compressed` write it.

use super::tensor::{FormatError, Tensor};
use super::{npy, zip};

/// The arrays of an archive.
pub fn read(bytes: &[u8]) -> Result<Vec<Tensor<'static>>, FormatError> {
    let arrays = zip::members(bytes)?;
    arrays.iter().map(|member| npy::read(stem(&member.name), member.unpack()?)).collect()
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".npy").unwrap_or(name)
}

/// An archive of arrays, stored.
pub fn write(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let member = |tensor: &Tensor<'_>| (format!("{}.npy", tensor.name), npy::write(tensor));
    zip::archive(&tensors.iter().map(member).collect::<Vec<_>>())
}
