//! What is known of one weight tensor.

use super::fault::Fault;
use super::fit::Fit;
use super::layout::Layout;
use super::sample::TensorSample;
use crate::named_family;
use crate::nn::init::Fans;

/// What is known of one weight tensor; a row of the table that `inspect` prints.
#[derive(Clone, Debug)]
pub struct WeightReport {
    /// Its name in the file.
    pub name: String,
    /// The sizes of its axes, in the order of the file; two or more.
    pub shape: Vec<usize>,
    /// Which axis is which.
    pub layout: Layout,
    /// Numbers that enter a unit and leave it, receptive fields counted.
    pub fans: Fans,
    /// Its numbers, summed up.
    pub sample: TensorSample,
    /// Initializers that its numbers do not contradict, best first.
    pub fits: Vec<Fit>,
    /// What is wrong with it; empty for a healthy one.
    pub faults: Vec<Fault>,
}

/// Whether weights look as an initializer left them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrained {
    /// An initializer explains them that knows nothing of the tensor but its size.
    Yes,
    /// Only a distribution explains them whose width was taken from the tensor itself: trained weights may
    /// look normal too.
    Perhaps,
    /// No initializer explains them.
    No,
}

impl Untrained {
    /// All three, with their names.
    pub const NAMED: &[(&'static str, Self)] =
        &[("yes", Self::Yes), ("perhaps", Self::Perhaps), ("no", Self::No)];
}

named_family!(Untrained, "answer");

impl WeightReport {
    /// Whether the weights look as an initializer left them.
    pub fn untrained(&self) -> Untrained {
        match self.fits.first() {
            None => Untrained::No,
            Some(fit) if fit.parametrized => Untrained::Perhaps,
            Some(_) => Untrained::Yes,
        }
    }
}
