//! Weight tensors of one file whose numbers are the same.
//!
//! Independent draws are never equal. One initializer object with one seed gives all layers of a shape the
//! same weights; layers that share their weights on purpose look the same, so what was trained, or is an
//! embedding, is remarked upon and no fault.

use super::fault::Fault;
use super::weights::{Untrained, WeightReport};
use crate::model_file::Tensor;
use std::collections::HashMap;

/// A weight tensor that repeats an earlier one of the file, where that is no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedTensor {
    /// Its name.
    pub name: String,
    /// The name of the first one with the same numbers.
    pub of: String,
}

/// Adds [`Fault::SameNumbers`] to every tensor that repeats an earlier one of its shape and type, bit by
/// bit, where it looks untrained and neither is an embedding by its name; returns the others that do.
/// Constants, identities and masks, which have few different numbers, are equal without a cause.
///
/// `tensors` are those of the reports, in the same order.
pub fn compare(weights: &mut [WeightReport], tensors: &[&Tensor<'_>]) -> Vec<RepeatedTensor> {
    let mut seen = HashMap::new();
    let mut remarks = Vec::new();
    for (index, tensor) in tensors.iter().enumerate() {
        if !weights[index].sample.has_many_numbers() {
            continue;
        }
        let kind = tensor.element.roundoff().to_bits();
        let first = *seen.entry((kind, &tensor.shape, &tensor.bytes)).or_insert(index);
        if first == index {
            continue;
        }
        let of = weights[first].name.clone();
        let embedding = weights[first].is_embedding() || weights[index].is_embedding();
        if embedding || weights[index].untrained() == Untrained::No {
            remarks.push(RepeatedTensor { name: tensor.name.clone(), of });
        } else {
            weights[index].faults.push(Fault::SameNumbers { of });
        }
    }
    remarks
}
