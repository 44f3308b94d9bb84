//! Named arrays of an export: parameters by layer, without padding, and `.npy` and `.npz` bytes of them.
//!
//! Layers count from 1: `W1` `(fan_in, fan_out)`, `b1`, and with batch norm `gamma1`, `beta1`, `running_mean1`,
//! `running_variance1`. What an optimizer remembers of a parameter has its name with `.first` or `.second`, a gradient with
//! `d_` before it.

use crate::Real;
use crate::model_file::{Element, FormatError, Tensor, npy, npz, read as read_file};
use crate::nn::batch_norm::Moments;
use crate::nn::matrix::{Aligned, Matrix};
use crate::nn::network::{LayerSpan, Network};
use crate::nn::rows::RowBlock;
use std::ops::Range;

/// An array with its name, the last axis fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Its name, as in `W1`.
    pub name: String,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub values: Vec<Real>,
}

/// The engine's numbers in files.
const ELEMENT: Element = if size_of::<Real>() == 8 { Element::F64 } else { Element::F32 };

/// The place of one array in the flat list of parameters.
struct ArrayPlace {
    name: String,
    shape: Vec<usize>,
    range: Range<usize>,
    stride: usize,
}

/// The places of all parameters, in their order.
fn places(network: &Network) -> impl Iterator<Item = ArrayPlace> {
    network.spans.iter().zip(1..).flat_map(|(span, layer)| {
        let units = span.fans.fan_out;
        let place = |name: &str, shape: Vec<usize>, range: &Range<usize>| ArrayPlace {
            name: format!("{name}{layer}"),
            shape,
            range: range.clone(),
            stride: span.stride,
        };
        let mut places = vec![
            place("W", vec![span.fans.fan_in, units], &span.weights),
            place("b", vec![units], &span.biases),
        ];
        if let Some(norm) = &span.norm {
            places.extend([place("gamma", vec![units], &norm.gamma), place("beta", vec![units], &norm.beta)]);
        }
        places
    })
}

/// Numbers that stand beside the parameters of a network, as arrays whose names have these ends.
pub fn flat(network: &Network, numbers: &[Real], [before, behind]: [&str; 2]) -> Vec<Array> {
    let array = |place: ArrayPlace| {
        let units = place.shape[place.shape.len() - 1];
        let rows = numbers[place.range].chunks_exact(place.stride);
        let values = rows.flat_map(|row| &row[..units]).copied().collect();
        Array { name: format!("{before}{}{behind}", place.name), shape: place.shape, values }
    };
    places(network).map(array).collect()
}

/// Puts arrays with these ends of their names to their places beside the parameters.
///
/// # Errors
/// The name of an array that is missing or has another shape, with the shape that it must have.
pub fn fill(
    network: &Network,
    arrays: &[Array],
    behind: &str,
    numbers: &mut Aligned,
) -> Result<(), (String, Vec<usize>)> {
    for place in places(network) {
        let name = format!("{}{behind}", place.name);
        let units = place.shape[place.shape.len() - 1];
        let found = arrays.iter().find(|array| array.name == name && array.shape == place.shape);
        let found = found.ok_or((name, place.shape))?;
        let rows = numbers[place.range].chunks_exact_mut(place.stride);
        rows.zip(found.values.chunks(units)).for_each(|(row, values)| row[..units].copy_from_slice(values));
    }
    Ok(())
}

/// The running statistics of each batch norm.
pub fn running(network: &Network) -> Vec<Array> {
    let layers = network.running.iter().zip(&network.spans).zip(1..);
    let of = |((moments, span), layer): ((&Moments, &LayerSpan), usize)| {
        let units = span.fans.fan_out;
        [("running_mean", &moments.mean), ("running_variance", &moments.variance)].map(|(name, values)| {
            Array { name: format!("{name}{layer}"), shape: vec![units], values: values[..units].to_vec() }
        })
    };
    layers.flat_map(of).collect()
}

/// Puts running statistics to their places; those that are not among the arrays stay as they are.
pub fn fill_running(network: &mut Network, arrays: &[Array]) {
    for (running, layer) in network.running.iter_mut().zip(1..) {
        for (name, to) in [("running_mean", &mut running.mean), ("running_variance", &mut running.variance)] {
            let found = arrays.iter().find(|array| array.name == format!("{name}{layer}"));
            let values = found.map_or(&[][..], |found| &found.values);
            to.iter_mut().zip(values).for_each(|(to, value)| *to = *value);
        }
    }
}

/// The matrices of every layer for all rows of a batch: `name1`, `name2`, … `(rows, fan_out)`.
pub fn of_layers<'a>(
    network: &Network,
    blocks: &'a [RowBlock],
    name: &str,
    layers: usize,
    matrix: impl Fn(&'a RowBlock, usize) -> &'a Matrix,
) -> Vec<Array> {
    let of = |layer: usize| {
        let units = network.spans[layer].fans.fan_out;
        let rows = |block| matrix(block, layer).view(block.rows(), units).iter().copied().collect::<Vec<_>>();
        let values: Vec<Real> = blocks.iter().flat_map(rows).collect();
        Array { name: format!("{name}{}", layer + 1), shape: vec![values.len() / units, units], values }
    };
    (0..layers).map(of).collect()
}

/// One array as a `.npy` file.
pub fn to_npy(shape: &[usize], values: &[Real]) -> Vec<u8> {
    npy::write(&tensor("", shape, values))
}

/// Arrays as a `.npz` file, not compressed.
pub fn to_npz(arrays: &[Array]) -> Vec<u8> {
    let tensors = arrays.iter().map(|array| tensor(&array.name, &array.shape, &array.values));
    npz::write(&tensors.collect::<Vec<_>>())
}

fn tensor(name: &str, shape: &[usize], values: &[Real]) -> Tensor<'static> {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Tensor::new(name, shape, ELEMENT, bytes)
}

/// The arrays of a `.npy` or `.npz` file of floating-point numbers, in the engine's precision.
///
/// # Errors
/// The file is none of these, or an array holds something else.
pub fn from_file(bytes: &[u8]) -> Result<Vec<Array>, FormatError> {
    let file = read_file(bytes)?;
    if let Some(other) = file.foreign.first() {
        return Err(FormatError::Member { name: other.name.clone(), reason: other.reason.clone() });
    }
    let array = |tensor: &Tensor<'_>| {
        if tensor.element != ELEMENT {
            let reason = format!("expected numbers of {} bytes", size_of::<Real>());
            return Err(FormatError::Member { name: tensor.name.clone(), reason });
        }
        let values = tensor.values().into_iter().map(|value| value as Real).collect();
        Ok(Array { name: tensor.name.clone(), shape: tensor.shape.clone(), values })
    };
    file.tensors.iter().map(array).collect()
}

/// Whole numbers as a `.npy` file: of four bytes, or of one.
pub fn to_whole_npy(shape: &[usize], descr: &str, bytes: &[u8]) -> Vec<u8> {
    npy::with_header(descr, shape, bytes)
}

/// The shape and the numbers of a `.npy` file of whole numbers, none of them below 0, of one, four or eight bytes.
///
/// # Errors
/// The file is none of these.
pub fn from_whole_npy(name: &str, bytes: &[u8]) -> Result<(Vec<usize>, Vec<u64>), FormatError> {
    let tensor = npy::read(name, bytes.into())?;
    let Element::Other { bytes: width @ (1 | 4 | 8) } = tensor.element else {
        return Err(FormatError::Member {
            name: name.to_owned(),
            reason: "expected whole numbers".to_owned(),
        });
    };
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    Ok((tensor.shape.clone(), tensor.bytes.chunks_exact(width).map(number).collect()))
}
