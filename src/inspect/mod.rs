//! A look at a model file's weights: which initializers they do not contradict, and what is wrong
//! with them.
//!
//! Plain numbers in, plain numbers out: tensors come from [`model_file`](crate::model_file), and how
//! a result is printed is the command line's. Trained weights contradict every initializer; those that do
//! not still look untrained.
//!
//! Read [`layout`] (which axis is which), [`sample`] (one tensor in numbers), [`fit`] (initializers),
//! [`fault`] and [`faults`] (what is wrong), [`weights`] (what is known of one tensor), [`chain`] (the signal
//! through dense layers), [`numbers`] (how numbers are written). [`inspect`] calls them in that order.

pub mod chain;
pub mod fault;
pub mod faults;
pub mod fit;
pub mod layout;
pub mod numbers;
pub mod sample;
pub mod weights;

pub use chain::ChainPrediction;
pub use fault::Fault;
pub use fit::Fit;
pub use layout::{Layout, TensorAxes};
pub use sample::TensorSample;
pub use weights::{Untrained, WeightReport};

use crate::model_file::{Element, Tensor};
use crate::nn::activation::Activation;

/// The knowledge about a file that its reader has and the file does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct InspectOptions {
    /// The order of axes, where it is known; else the file is asked ([`layout::guess`]).
    pub layout: Option<Layout>,
    /// The activation between the layers, where it is known: `critical` and the chain's prediction depend
    /// on it.
    pub activation: Option<Activation>,
}

/// The report on a whole file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Every tensor of two axes or more that holds floating-point numbers, in the order of the file; tensors
    /// without a number are left out.
    pub weights: Vec<WeightReport>,
    /// True where nothing in the file tells which axis is which, and the options do not either.
    pub layout_guessed: bool,
    /// Faults of biases and other vectors, by name; those without a fault are not listed.
    pub vectors: Vec<(String, Vec<Fault>)>,
    /// Names of the tensors that are not floating-point.
    pub skipped: Vec<String>,
    /// The signal and gradient through a chain of dense layers, where the file is one and the activation
    /// is known.
    pub chain: Option<Vec<ChainPrediction>>,
}

/// Looks at every tensor. Without a layout, given or guessed, axes are read as `out_in`.
///
/// ```
/// use initlab::inspect::{InspectOptions, Untrained, inspect};
/// use initlab::model_file::{Element, Tensor};
///
/// let zeros = Tensor {
///     name: "0.weight".to_owned(),
///     shape: vec![3, 2],
///     element: Element::F32,
///     bytes: vec![0; 24].into(),
/// };
/// let report = inspect(&[zeros], InspectOptions::default());
/// let weights = &report.weights[0];
/// assert_eq!((weights.fans.fan_in, weights.fans.fan_out), (2, 3));
/// assert_eq!(weights.fits[0].labels, ["zeros"]);
/// assert_eq!(weights.untrained(), Untrained::Yes);
/// assert_eq!(weights.faults[0].to_string(), "all zero");
/// ```
pub fn inspect(tensors: &[Tensor<'_>], options: InspectOptions) -> FileReport {
    let (numbers, others): (Vec<_>, Vec<_>) =
        tensors.iter().partition(|tensor| !matches!(tensor.element, Element::Other { .. }));
    let layout = options.layout.or_else(|| layout::guess(&numbers));
    let (layout, layout_guessed) = (layout.unwrap_or(Layout::OutIn), layout.is_none());
    let is_matrix = |tensor: &&&Tensor<'_>| tensor.shape.len() >= 2 && !tensor.is_empty();
    let mut weights: Vec<WeightReport> =
        numbers.iter().filter(is_matrix).map(|tensor| look(tensor, layout, options.activation)).collect();
    faults::compare(&mut weights);
    let vectors = numbers.iter().filter(|tensor| tensor.shape.len() < 2);
    let faults = |tensor: &&Tensor<'_>| (tensor.name.clone(), faults::of_vector(&tensor.values()));
    FileReport {
        chain: options.activation.and_then(|activation| chain::predict(&weights, &numbers, activation)),
        vectors: vectors.map(faults).filter(|(_, faults)| !faults.is_empty()).collect(),
        layout_guessed,
        skipped: others.iter().map(|tensor| tensor.name.clone()).collect(),
        weights,
    }
}

/// The report on one weight tensor, but for the comparison with the others.
fn look(tensor: &Tensor<'_>, layout: Layout, activation: Option<Activation>) -> WeightReport {
    let axes = TensorAxes::of(&tensor.shape, layout);
    let units = axes.units(&tensor.values());
    let sample = TensorSample::of(&units, axes.inputs(), tensor.element.roundoff());
    WeightReport {
        name: tensor.name.clone(),
        shape: tensor.shape.clone(),
        layout,
        fans: axes.fans(),
        fits: fit::fits(&sample, &units, &axes, activation),
        faults: faults::of_weights(&sample, &units, axes.inputs()),
        sample,
    }
}

#[cfg(test)]
mod tests;
