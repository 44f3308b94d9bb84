//! What the laws are asked of, and what they answer.

use super::layout::TensorAxes;
use super::sample::TensorSample;
use crate::model_file::Tensor;
use crate::nn::activation::Activation;
use crate::nn::init::{Distribution, Fans};

/// An initializer, or several of one meaning, that a tensor's numbers do not contradict.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The labels of all initializers that mean the same for this tensor, at least one, in the order of the
    /// table, then those it has no name for: in a square layer `lecun_normal` and `glorot_normal` are one distribution.
    pub labels: Vec<String>,
    /// True where a number in it was taken from the tensor itself, as in `std=0.0412`: then it explains the
    /// shape of the distribution, not its width.
    pub parametrized: bool,
    /// The distribution; none where the numbers are not drawn one by one.
    pub distribution: Option<Distribution>,
    /// The fans it was counted with.
    pub fans: Fans,
}

/// The name of the initializer whose units are orthogonal, without its gain.
pub const ORTHOGONAL: &str = "orthogonal";

impl Fit {
    /// True of orthogonal weights, of any gain.
    pub fn is_orthogonal(&self) -> bool {
        self.labels[0].starts_with(ORTHOGONAL)
    }
}

/// What laws are asked of.
#[derive(Clone, Copy)]
pub struct FitEvidence<'a> {
    /// The numbers, for what has to see each of them.
    pub tensor: &'a Tensor<'a>,
    /// Its axes.
    pub axes: &'a TensorAxes,
    /// The numbers, summed up.
    pub sample: &'a TensorSample,
    /// Without it `critical` is left out, whose variances follow from it.
    pub activation: Option<Activation>,
}
