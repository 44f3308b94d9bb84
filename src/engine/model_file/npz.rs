//! `.npz`: a ZIP archive of `.npy` arrays, as `numpy.savez` and `numpy.savez_compressed` write it.

use super::tensor::{Foreign, Tensor};
use super::zip::{self, Member};
use super::{ModelFile, npy};

/// The arrays of an archive's members, in their order; the name of one is that of its member without `.npy`.
pub fn read<'a>(members: &[Member<'a>]) -> ModelFile<'a> {
    let mut file = ModelFile::of("NumPy");
    for member in members {
        let name = member.name.strip_suffix(".npy").unwrap_or(&member.name);
        match member.unpack().and_then(|bytes| npy::read(name, bytes)) {
            Ok(tensor) => file.tensors.push(tensor),
            Err(error) => file.foreign.push(Foreign { name: name.to_owned(), reason: error.reason() }),
        }
    }
    file
}

/// An archive of arrays, stored (not compressed), as `numpy.load` reads it.
///
/// # Panics
/// If it would take 4 GiB.
pub fn write(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let member = |tensor: &Tensor<'_>| (format!("{}.npy", tensor.name), npy::write(tensor));
    zip::archive(&tensors.iter().map(member).collect::<Vec<_>>())
}
