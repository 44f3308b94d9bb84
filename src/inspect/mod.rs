//! A look at a model file's weights: which initializers they do not contradict, and what is wrong
//! with them.
//!
//! Plain numbers in, plain numbers out: tensors come from [`model_file`](crate::model_file), and how
//! a result is printed is the command line's. Trained weights contradict every initializer; those that do
//! not still look untrained.
//!
//! Read [`names`] and [`layout`] (which axis is which), [`sample`] (one tensor in numbers), [`fit`] (initializers),
//! [`fault`], [`faults`] and [`copies`] (what is wrong), [`weights`] (what is known of one tensor), [`chain`] (the signal
//! through dense layers), [`numbers`] (how numbers are written). [`inspect`] calls them in that order.

pub mod chain;
pub mod copies;
pub mod fault;
pub mod faults;
pub mod fit;
pub mod layout;
pub mod names;
pub mod numbers;
pub mod sample;
pub mod weights;

pub use chain::{ChainPrediction, NoChain};
pub use copies::RepeatedTensor;
pub use fault::Fault;
pub use fit::Fit;
pub use layout::{Layout, TensorAxes};
pub use sample::TensorSample;
pub use weights::{Untrained, WeightReport};

use crate::model_file::{Element, Tensor};
use crate::nn::activation::Activation;
use std::collections::BTreeMap;

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
    /// Weight tensors that repeat an earlier one where that is no fault.
    pub copies: Vec<RepeatedTensor>,
    /// Names of the tensors that are not floating-point.
    pub skipped: Vec<String>,
    /// Names of the tensors of floating-point numbers that are too narrow to be read.
    pub narrow: Vec<String>,
    /// How many tensors the file has of each number of axes.
    pub ranks: BTreeMap<usize, usize>,
    /// The signal and gradient through a chain of dense layers, or why there is none; where the activation
    /// is known.
    pub chain: Option<Result<Vec<ChainPrediction>, NoChain>>,
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
    let numbers: Vec<&Tensor<'_>> = tensors.iter().filter(|tensor| tensor.element.is_read()).collect();
    let layout = options.layout.or_else(|| layout::guess(&numbers));
    let (layout, layout_guessed) = (layout.unwrap_or(Layout::OutIn), layout.is_none());
    let (vectors, matrices): (Vec<&Tensor<'_>>, Vec<_>) =
        numbers.iter().partition(|tensor| tensor.shape.len() < 2);
    let matrices: Vec<_> = matrices.into_iter().filter(|tensor| !tensor.is_empty()).collect();
    let mut weights: Vec<WeightReport> =
        matrices.iter().map(|tensor| look(tensor, layout, options.activation)).collect();
    faults::compare(&mut weights);
    let copies = copies::compare(&mut weights, &matrices);
    let faults =
        |tensor: &&Tensor<'_>| (tensor.name.clone(), faults::of_vector(&tensor.name, &tensor.values()));
    FileReport {
        chain: options.activation.map(|activation| chain::predict(&weights, &numbers, activation)),
        vectors: vectors.iter().map(faults).filter(|(_, faults)| !faults.is_empty()).collect(),
        skipped: names_of(tensors, |element| matches!(element, Element::Other { .. })),
        narrow: names_of(tensors, |element| matches!(element, Element::Narrow { .. })),
        ranks: ranks(tensors),
        layout_guessed,
        copies,
        weights,
    }
}

/// The names of the tensors whose type is meant.
fn names_of(tensors: &[Tensor<'_>], is_meant: fn(Element) -> bool) -> Vec<String> {
    tensors.iter().filter(|tensor| is_meant(tensor.element)).map(|tensor| tensor.name.clone()).collect()
}

/// How many tensors there are of each number of axes.
fn ranks(tensors: &[Tensor<'_>]) -> BTreeMap<usize, usize> {
    let mut ranks = BTreeMap::new();
    for tensor in tensors {
        *ranks.entry(tensor.shape.len()).or_default() += 1;
    }
    ranks
}

/// The report on one weight tensor, but for the comparison with the others.
fn look(tensor: &Tensor<'_>, layout: Layout, activation: Option<Activation>) -> WeightReport {
    let axes = TensorAxes::of(&tensor.shape, layout);
    let units = axes.units(&tensor.values());
    let sample = TensorSample::of(&units, axes.inputs(), tensor.element.roundoff());
    let mut report = WeightReport {
        name: tensor.name.clone(),
        shape: tensor.shape.clone(),
        layout,
        fans: axes.fans(),
        fits: fit::fits(&sample, &units, &axes, activation),
        faults: faults::of_weights(&sample, &units, axes.inputs()),
        sample,
    };
    if report.is_embedding() {
        // The row of the token that fills up sequences is 0 on purpose.
        report.faults.retain(|fault| *fault != Fault::ZeroUnits { count: 1 });
    }
    report.faults.extend(faults::far_from_he(&report));
    report
}

#[cfg(test)]
mod tests;
