//! The meaning of a tensor's axes: units, inputs, receptive field.
//!
//! Frameworks disagree: PyTorch and candle put units first, `(out, in, …)`, with the receptive field of a
//! convolution last; Keras, JAX and burn put them last, `(…, in, out)`, the receptive field first.

use super::names::{is_bias, last_part, layer_of};
use crate::model_file::Tensor;
use crate::named_family;
use crate::nn::init::Fans;

/// The order of a weight tensor's axes; on the command line the value of `--layout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `(out, in, receptive field …)`.
    OutIn,
    /// `(receptive field …, in, out)`.
    InOut,
}

impl Layout {
    /// Both, with their names.
    pub const NAMED: &[(&'static str, Self)] = &[("out_in", Self::OutIn), ("in_out", Self::InOut)];
}

named_family!(Layout, "layout");

/// The layout of a file: what most biases fit, else what most receptive fields say, else most names; none
/// where nothing tells.
///
/// A bias belongs to the weights whose name it shares (the same stem, or the same number at its end), and is as
/// long as there are units. Each tensor of two axes or more has a vote in each of the three ways; a tie goes to
/// the next way.
///
/// ```
/// use initlab::inspect::layout::{Layout, guess};
/// use initlab::model_file::{Element, Tensor};
///
/// let tensor = |name: &str, shape: &[usize]| Tensor {
///     name: name.to_owned(),
///     shape: shape.to_vec(),
///     element: Element::F32,
///     bytes: vec![0; 4 * shape.iter().product::<usize>()].into(),
/// };
/// let (weight, bias) = (tensor("fc.w", &[3, 2]), tensor("fc.bias", &[2]));
/// assert_eq!(guess(&[&weight, &bias]), Some(Layout::InOut)); // 2 units, and they are the last axis
/// assert_eq!(guess(&[&weight]), None);
/// ```
pub fn guess(tensors: &[&Tensor<'_>]) -> Option<Layout> {
    let weights = || tensors.iter().filter(|tensor| tensor.shape.len() >= 2);
    let by_bias: i64 = weights().map(|weight| vote_of_bias(weight, tensors)).sum();
    let by_shape: i64 = weights().map(|weight| vote_of_shape(&weight.shape)).sum();
    let by_name: i64 = weights().map(|weight| vote_of_name(&weight.name)).sum();
    let vote = [by_bias, by_shape, by_name].into_iter().find(|vote| *vote != 0)?;
    Some(if vote > 0 { Layout::InOut } else { Layout::OutIn })
}

/// 1 for units last, −1 for units first, 0 for neither: no bias, a square layer, or a length that is none
/// of the two.
fn vote_of_bias(weight: &Tensor<'_>, tensors: &[&Tensor<'_>]) -> i64 {
    let belongs = |tensor: &&&Tensor<'_>| {
        tensor.shape.len() == 1 && is_bias(&tensor.name) && layer_of(&tensor.name) == layer_of(&weight.name)
    };
    let Some(bias) = tensors.iter().find(belongs) else { return 0 };
    let (first, last) =
        (weight.shape.first() == bias.shape.first(), weight.shape.last() == bias.shape.last());
    i64::from(last) - i64::from(first)
}

/// 1 for units last, −1 for units first, 0 for neither and for fewer than three axes: the receptive field
/// is the smaller one, by its largest size, of the first and the last axes of a convolution.
fn vote_of_shape(shape: &[usize]) -> i64 {
    if shape.len() < 3 {
        return 0;
    }
    let field = shape.len() - 2;
    let (first, last) = (shape[..field].iter().max(), shape[2..].iter().max());
    i64::from(first < last) - i64::from(last < first)
}

/// 1 for units last (`kernel`, `embedding`: Keras and Flax), −1 for units first (`weight`: PyTorch), else 0.
fn vote_of_name(name: &str) -> i64 {
    let last = last_part(name);
    i64::from(last == "kernel" || last == "embedding") - i64::from(last == "weight")
}

/// A tensor's sizes, sorted into units, inputs and receptive field.
///
/// ```
/// use initlab::inspect::{Layout, TensorAxes};
///
/// let keras = TensorAxes::of(&[3, 3, 16, 32], Layout::InOut); // 32 filters of 3 × 3 over 16 channels
/// assert_eq!((keras.count(), keras.inputs(), keras.is_dense()), (32, 144, false));
/// assert_eq!((keras.fans().fan_in, keras.fans().fan_out), (144, 288));
/// assert_eq!(TensorAxes::of(&[32, 16, 3, 3], Layout::OutIn).fans(), keras.fans());
///
/// let dense = TensorAxes::of(&[2, 3], Layout::InOut);
/// assert_eq!(dense.units(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TensorAxes {
    units: usize,
    channels: usize,
    field: usize,
    layout: Layout,
}

impl TensorAxes {
    /// The axes of a tensor of two axes or more.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn of(shape: &[usize], layout: Layout) -> Self {
        let last = shape.len() - 1;
        let (units, channels, field) = match layout {
            Layout::OutIn => (shape[0], shape[1], &shape[2..]),
            Layout::InOut => (shape[last], shape[last - 1], &shape[..last - 1]),
        };
        Self { units, channels, field: field.iter().product(), layout }
    }

    /// Numbers that enter a unit, and that an input goes into: channels and units, each times the places of
    /// the receptive field, as PyTorch, Keras and JAX count them.
    pub fn fans(&self) -> Fans {
        Fans { fan_in: self.channels * self.field, fan_out: self.units * self.field }
    }

    /// Weights of one unit: the fan in.
    pub fn inputs(&self) -> usize {
        self.channels * self.field
    }

    /// Units of the layer; of a convolution its filters.
    pub fn count(&self) -> usize {
        self.units
    }

    /// True where there is no receptive field, or one of a single place.
    pub fn is_dense(&self) -> bool {
        self.field == 1
    }

    /// The weights unit by unit: `(units, inputs)`, one after the other; `values` are the tensor's numbers,
    /// the last axis fastest.
    pub fn units(&self, values: &[f64]) -> Vec<f64> {
        match self.layout {
            Layout::OutIn => values.to_vec(),
            Layout::InOut => (0..self.units)
                .flat_map(|unit| values.iter().skip(unit).step_by(self.units).copied())
                .collect(),
        }
    }
}
