//! The report on one weight tensor: its sizes, its numbers, the initializers that fit, its faults.

use super::fault::Fault;
use super::fit::Fit;
use super::layout::Layout;
use super::names::is_embedding;
use super::sample::TensorSample;
use crate::named_family;
use crate::nn::init::Fans;

/// The report on one weight tensor; a row of the table that `inspect` prints.
#[derive(Clone, Debug)]
pub struct WeightReport {
    /// Its name in the file.
    pub name: String,
    /// The sizes of its axes, in the order of the file; two or more.
    pub shape: Vec<usize>,
    /// The order of its axes, as the file was read.
    pub layout: Layout,
    /// Numbers that enter a unit and leave it, receptive fields counted.
    pub fans: Fans,
    /// Its numbers, summed up.
    pub sample: TensorSample,
    /// Initializers that its numbers do not contradict, best first.
    pub fits: Vec<Fit>,
    /// Its faults; empty for a healthy tensor.
    pub faults: Vec<Fault>,
}

/// The answer to the question whether weights look as an initializer left them.
///
/// It rests on the first of the tensor's fits: `no` where there is none, `unknown` where none can be sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrained {
    /// An initializer explains them that knows nothing of the tensor but its size.
    Yes,
    /// Only a distribution explains them whose width was taken from the tensor itself: trained weights may
    /// look normal too.
    Perhaps,
    /// No initializer explains them.
    No,
    /// Some numbers are NaN or infinite, or there are none.
    Unknown,
}

impl Untrained {
    /// All of them, with their names.
    pub const NAMED: &[(&'static str, Self)] =
        &[("yes", Self::Yes), ("perhaps", Self::Perhaps), ("no", Self::No), ("unknown", Self::Unknown)];
}

named_family!(Untrained, "answer");

impl WeightReport {
    /// True where its name says that it is an embedding, whose scale follows from no fan.
    pub fn is_embedding(&self) -> bool {
        is_embedding(&self.name)
    }

    /// Judges by the first of the fits whether the weights look as an initializer left them.
    pub fn untrained(&self) -> Untrained {
        match self.fits.first() {
            None if self.sample.not_finite > 0 || self.sample.count == 0 => Untrained::Unknown,
            None => Untrained::No,
            Some(fit) if fit.parametrized => Untrained::Perhaps,
            Some(_) => Untrained::Yes,
        }
    }
}
