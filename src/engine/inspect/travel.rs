//! Before and after: which tensors of two files moved, and how far.

use super::role::{Role, role};
use crate::model_file::Tensor;
use std::collections::HashMap;

/// How a tensor differs between two files.
#[derive(Clone, Debug, PartialEq)]
pub struct Travel {
    /// Its name, in both files.
    pub name: String,
    /// The length of the difference over the length before; infinite where it started at 0.
    pub moved: f64,
    /// The length after over the length before; NaN where it was 0 both times.
    pub growth: f64,
}

/// What two files have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileComparison {
    /// The tensors that are in both, with the same sizes.
    pub travels: Vec<Travel>,
    /// Names of those that are only in one, or have other sizes: of the first file and of the second.
    pub alone: [Vec<String>; 2],
}

/// Numbers that are compared at a time.
const BLOCK: usize = 1 << 16;

/// Compares the floating-point tensors of two files by name, what optimizers remember aside.
///
/// ```
/// use initlab_engine::inspect::travel::compare;
/// use initlab_engine::model_file::{Element, Tensor};
///
/// let tensor = |name: &str, numbers: [f32; 2]| Tensor::new(name, &[2], Element::F32, numbers.map(f32::to_le_bytes).concat());
/// let before = [tensor("a", [3.0, 4.0]), tensor("b", [1.0, 1.0])];
/// let after = [tensor("a", [3.0, 5.0]), tensor("b", [1.0, 1.0]), tensor("c", [0.0, 0.0])];
/// let found = compare(&before, &after);
/// assert_eq!((found.travels[0].moved, found.travels[1].moved), (0.2, 0.0));
/// assert_eq!(found.alone[1], ["c"]);
/// ```
pub fn compare(before: &[Tensor<'_>], after: &[Tensor<'_>]) -> FileComparison {
    let asked = |tensor: &&Tensor<'_>| {
        tensor.element.is_read() && role(&tensor.name, &tensor.shape) != Role::OptimizerState
    };
    let later: HashMap<&str, &Tensor<'_>> =
        after.iter().filter(asked).map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let earlier: HashMap<&str, &Tensor<'_>> =
        before.iter().filter(asked).map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let mut found = FileComparison::default();
    for tensor in before.iter().filter(asked) {
        match later.get(tensor.name.as_str()).filter(|other| other.shape == tensor.shape) {
            Some(other) => found.travels.push(travel(tensor, other)),
            None => found.alone[0].push(tensor.name.clone()),
        }
    }
    let is_alone = |tensor: &&Tensor<'_>| {
        earlier.get(tensor.name.as_str()).is_none_or(|other| other.shape != tensor.shape)
    };
    found.alone[1] = after.iter().filter(asked).filter(is_alone).map(|tensor| tensor.name.clone()).collect();
    found
}

fn travel(before: &Tensor<'_>, after: &Tensor<'_>) -> Travel {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    let [mut length, mut difference, mut later] = [0.0; 3];
    for from in (0..before.len()).step_by(BLOCK) {
        let count = BLOCK.min(before.len() - from);
        before.read_numbers(from, count, &mut a);
        after.read_numbers(from, count, &mut b);
        for (x, y) in a.iter().zip(&b) {
            length += x * x;
            later += y * y;
            difference += (x - y) * (x - y);
        }
    }
    let moved = if difference == 0.0 { 0.0 } else { (difference / length).sqrt() };
    Travel { name: before.name.clone(), moved, growth: (later / length).sqrt() }
}
