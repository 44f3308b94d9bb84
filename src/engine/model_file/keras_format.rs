//! `.keras`: a ZIP archive of the model's description and an HDF5 file with its weights.

use super::zip::Member;
use super::{FormatError, ModelFile, hdf5};
use std::borrow::Cow;

/// The member that has the weights.
pub const WEIGHTS: &str = "model.weights.h5";

/// The weights of an archive.
///
/// # Errors
/// The member with the weights is broken, or HDF5 of a kind that is not read.
pub fn read<'a>(weights: &Member<'a>) -> Result<ModelFile<'a>, FormatError> {
    let bytes = weights.unpack()?;
    if !hdf5::is_read(&bytes) {
        return Err(FormatError::Unknown(format!("{WEIGHTS} in {}", super::foreign::what(&bytes))));
    }
    let file = match bytes {
        Cow::Borrowed(bytes) => hdf5::read(bytes)?,
        Cow::Owned(bytes) => {
            let file = hdf5::read(&bytes)?;
            let tensors = file.tensors.into_iter().map(super::Tensor::into_owned).collect();
            ModelFile { tensors, format: file.format, foreign: file.foreign }
        }
    };
    Ok(ModelFile { format: "Keras", ..file })
}
