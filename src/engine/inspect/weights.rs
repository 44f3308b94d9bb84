//! The report on one tensor: its sizes, its numbers, the initializers that fit.

use super::fit::Fit;
use super::layout::{Layout, TensorAxes};
use super::role::Role;
use super::sample::TensorSample;
use crate::model_file::Tensor;
use crate::named_family;
use crate::nn::init::Fans;

/// The report on one weight tensor; a row of the table that `inspect` prints.
#[derive(Clone, Debug)]
pub struct WeightReport {
    /// Its name in the file.
    pub name: String,
    /// A weight or an embedding.
    pub role: Role,
    /// The sizes of its axes, in the order of the file; two or more.
    pub shape: Vec<usize>,
    /// The order of its axes, as the file was read.
    pub layout: Layout,
    /// The axes as they are understood.
    pub axes: TensorAxes,
    /// Numbers that enter a unit and leave it, receptive fields counted.
    pub fans: Fans,
    /// Its numbers, summed up.
    pub sample: TensorSample,
    /// Initializers that its numbers do not contradict, best first.
    pub fits: Vec<Fit>,
    /// The place of its bias among the vectors, where it has one.
    pub bias: Option<usize>,
}

/// The answer to the question whether weights look as an initializer left them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrained {
    /// An initializer explains them that knows nothing of the tensor but its size.
    Yes,
    /// Only a distribution explains them whose width was taken from the tensor itself.
    Perhaps,
    /// No initializer explains them.
    No,
    /// Some numbers are NaN or infinite, or there are too few to contradict anything.
    Unknown,
}

impl Untrained {
    /// All of them, with their names.
    pub const NAMED: &[(&'static str, Self)] =
        &[("yes", Self::Yes), ("perhaps", Self::Perhaps), ("no", Self::No), ("unknown", Self::Unknown)];
}

named_family!(Untrained, "answer");

/// The number of weights below which a distribution that fits says nothing.
pub const TELLING: usize = 1000;

impl WeightReport {
    /// True for a table whose rows are looked up, whose scale follows from no fan.
    pub fn is_embedding(&self) -> bool {
        self.role == Role::Embedding
    }

    /// Judges by the first of the fits whether the weights look as an initializer left them.
    pub fn untrained(&self) -> Untrained {
        match self.fits.first() {
            None if self.sample.not_finite > 0 || self.sample.count == 0 => Untrained::Unknown,
            None => Untrained::No,
            Some(fit) if fit.distribution.is_some() && self.sample.count < TELLING => Untrained::Unknown,
            Some(fit) if fit.parametrized => Untrained::Perhaps,
            Some(_) => Untrained::Yes,
        }
    }
}

/// The report on a tensor that is no weight: a bias, a norm, a mean.
#[derive(Clone, Debug)]
pub struct VectorReport {
    /// Its name in the file.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// How many numbers are NaN or infinite, and how many below 0.
    pub not_finite: usize,
    /// See [`not_finite`](Self::not_finite).
    pub negative: usize,
    /// The smallest and the largest of its finite numbers.
    pub range: [f64; 2],
    /// The mean of the squares of its finite numbers; 0 where there are none.
    pub square: f64,
    /// Its numbers, where it is a bias or of a norm, of at most `KEPT` units.
    pub values: Vec<f64>,
}

/// Numbers that are kept at most, for the comparison of biases with weights, and of shifts with scales.
const KEPT: usize = 1 << 20;

impl VectorReport {
    /// Sums up a tensor.
    pub fn of(tensor: &Tensor<'_>, role: Role) -> Self {
        let values = tensor.values();
        let finite = || values.iter().copied().filter(|x| x.is_finite());
        let count = finite().count();
        let is_kept = matches!(role, Role::Bias | Role::NormScale | Role::NormShift);
        let square = finite().map(|x| x * x).sum::<f64>() / count.max(1) as f64;
        Self {
            name: tensor.name.clone(),
            shape: tensor.shape.clone(),
            role,
            not_finite: values.len() - count,
            negative: finite().filter(|x| *x < 0.0).count(),
            range: [finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max)],
            square,
            values: if is_kept && values.len() <= KEPT { values } else { Vec::new() },
        }
    }
}
