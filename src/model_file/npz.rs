//! `.npz`: a ZIP archive of `.npy` arrays, as `numpy.savez` and `numpy.savez_compressed` write it.

use super::tensor::{FormatError, Tensor};
use super::{npy, zip};

/// The arrays of an archive, in its order; the name of one is that of its member without `.npy`.
///
/// # Errors
/// [`FormatError::Zip`] where the archive is broken, [`FormatError::Member`] where one member is no array.
pub fn read(bytes: &[u8]) -> Result<Vec<Tensor<'static>>, FormatError> {
    let arrays = zip::members(bytes)?;
    arrays.iter().map(|member| npy::read(stem(&member.name), member.unpack()?)).collect()
}

/// The name of a member without `.npy`.
fn stem(name: &str) -> &str {
    name.strip_suffix(".npy").unwrap_or(name)
}

/// An archive of arrays, stored (not compressed), as `numpy.load` reads it.
///
/// # Panics
/// If it would take 4 GiB.
pub fn write(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let member = |tensor: &Tensor<'_>| (format!("{}.npy", tensor.name), npy::write(tensor));
    zip::archive(&tensors.iter().map(member).collect::<Vec<_>>())
}
