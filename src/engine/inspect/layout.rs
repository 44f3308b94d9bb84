//! The meaning of a tensor's axes: units, inputs, receptive field.
//!
//! Frameworks disagree: PyTorch and candle put units first, `(out, in, …)`, with the receptive field of a
//! convolution last; Keras, JAX and burn put them last, `(…, in, out)`, the receptive field first. What stands
//! beside a weight tells: its bias is as long as there are units.

use super::names::{last_part, layer_of, meaning};
use super::role::Role;
use crate::model_file::Tensor;
use crate::named_family;
use crate::nn::init::Fans;
use std::collections::HashMap;

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

/// For each tensor the place of its bias among them, where it is a weight and has one.
///
/// The bias of the same layer by its name; where the names say nothing (`arr_0`, `arr_1`, …), the vector that
/// follows and is as long as the first or last axis.
pub fn biases(tensors: &[&Tensor<'_>], roles: &[Role]) -> Vec<Option<usize>> {
    let of_layer: HashMap<&str, usize> = (0..tensors.len())
        .rev()
        .filter(|index| roles[*index] == Role::Bias)
        .map(|index| (layer_of(&tensors[index].name), index))
        .collect();
    let says_nothing = |name: &str| !name.contains(['.', '/']);
    let follows = |index: usize| {
        let (weight, next) = (tensors[index], tensors.get(index + 1)?);
        if !says_nothing(&weight.name) || !says_nothing(&next.name) {
            return None;
        }
        let length =
            next.shape.first().filter(|_| next.shape.len() == 1 && roles[index + 1] == Role::Other)?;
        (weight.shape.first() == Some(length) || weight.shape.last() == Some(length)).then_some(index + 1)
    };
    let bias = |index: usize| {
        let by_name = of_layer.get(layer_of(&tensors[index].name)).copied();
        (roles[index] == Role::Weight).then(|| by_name.or_else(|| follows(index))).flatten()
    };
    (0..tensors.len()).map(bias).collect()
}

/// 1 for units last, −1 for units first, 0 for neither: the places of a weight, its name, and its bias.
type Vote = fn(&Tensor<'_>, Option<&Tensor<'_>>) -> i64;

/// The ways to tell, the surer ones first: what most weights say in one of them is the layout of the file.
const WAYS: [Vote; 4] = [
    // The file says how a weight is used.
    |weight, _| weight.units_last.map_or(0, |last| if last { 1 } else { -1 }),
    // The bias is as long as there are units; a square layer does not tell.
    |weight, bias| {
        let Some(bias) = bias else { return 0 };
        let first = weight.shape.starts_with(&bias.shape);
        i64::from(weight.shape.ends_with(&bias.shape)) - i64::from(first)
    },
    // The receptive field is the smaller one, by its largest size, of the first and the last axes.
    |weight, _| {
        let field = weight.shape.len().saturating_sub(2);
        let (first, last) =
            (weight.shape[..field].iter().max(), weight.shape[weight.shape.len() - field..].iter().max());
        i64::from(first < last) - i64::from(last < first)
    },
    // `kernel` and `embedding` are names of Keras and Flax, `weight` is PyTorch's.
    |weight, _| {
        let last = last_part(&weight.name);
        i64::from(last == "kernel" || last == "embedding") - i64::from(last == "weight")
    },
];

/// The layout of every tensor: what the file or its own bias says, else what most others of the file say; none
/// where nothing tells.
///
/// ```
/// use initlab_engine::inspect::layout::{Layout, guess};
/// use initlab_engine::model_file::{Element, Tensor};
///
/// let tensor = |name: &str, shape: &[usize]| {
///     Tensor::new(name, shape, Element::F32, vec![0; 4 * shape.iter().product::<usize>()])
/// };
/// let (weight, bias) = (tensor("fc.w", &[3, 2]), tensor("fc.bias", &[2]));
/// assert_eq!(guess(&[(&weight, Some(&bias))]), [Some(Layout::InOut)]); // 2 units, and they are the last axis
/// assert_eq!(guess(&[(&weight, None)]), [None]);
/// ```
pub fn guess(weights: &[(&Tensor<'_>, Option<&Tensor<'_>>)]) -> Vec<Option<Layout>> {
    let sum = |way: &Vote| weights.iter().map(|(weight, bias)| way(weight, *bias)).sum::<i64>();
    let of_file = WAYS.iter().map(sum).find(|vote| *vote != 0);
    let of_one = |(weight, bias): &(&Tensor<'_>, Option<&Tensor<'_>>)| {
        let own = WAYS[..2].iter().map(|way| way(weight, *bias)).find(|vote| *vote != 0);
        own.or(of_file).map(|vote| if vote > 0 { Layout::InOut } else { Layout::OutIn })
    };
    weights.iter().map(of_one).collect()
}

/// A tensor as a matrix, units along one of its sides, and what its fans may be.
///
/// ```
/// use initlab_engine::inspect::{Layout, TensorAxes};
///
/// let keras = TensorAxes::of("conv/kernel", &[3, 3, 16, 32], Layout::InOut, None); // 32 filters of 3 × 3 over 16 channels
/// assert_eq!((keras.count(), keras.inputs(), keras.is_dense()), (32, 144, false));
/// assert_eq!((keras.fans().fan_in, keras.fans().fan_out), (144, 288));
/// assert_eq!(TensorAxes::of("conv.weight", &[32, 16, 3, 3], Layout::OutIn, None).fans(), keras.fans());
/// let heads = TensorAxes::of("query/kernel", &[64, 4, 8], Layout::InOut, Some(&[4, 8])); // 4 heads of 8
/// assert_eq!((heads.count(), heads.inputs(), heads.fans().fan_in), (32, 64, 64));
/// ```
#[derive(Clone, Debug)]
pub struct TensorAxes {
    /// Rows and columns of the matrix, row by row in the order of the tensor.
    pub rows: usize,
    /// See [`rows`](Self::rows).
    pub columns: usize,
    /// True where each column is a unit, false where each row is one.
    pub units_last: bool,
    /// Fans that an initializer may have counted with, the layer's own first.
    pub all_fans: Vec<Fans>,
    dense: bool,
}

/// Parts of the names of tensors that hold several of one kind, and how many: queries, keys and values, gates.
const PACKED: &[(&str, usize)] = &[
    ("qkv", 3),
    ("in_proj", 3),
    ("c_attn", 3),
    ("query_key_value", 3),
    ("lstm", 4),
    ("weight_ih", 4),
    ("weight_hh", 4),
    ("recurrent_kernel", 4),
    ("weight_ih", 3),
    ("weight_hh", 3),
    ("gru", 3),
    ("weight_ih", 1),
    ("weight_hh", 1),
];

impl TensorAxes {
    /// The axes of a tensor of two axes or more; `bias` has the sizes of the bias, where there is one.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn of(name: &str, shape: &[usize], layout: Layout, bias: Option<&[usize]>) -> Self {
        let name = name.to_ascii_lowercase();
        let units_last = layout == Layout::InOut;
        let (own, field) = literal(shape, units_last);
        let total: usize = shape.iter().product();
        let units = if units_last { shape[shape.len() - 1] } else { shape[0] };
        let (rows, columns) =
            if units_last { (total / units.max(1), units) } else { (units, total / units.max(1)) };
        let mut axes = Self { rows, columns, units_last, all_fans: vec![own], dense: field == 1 };
        axes.divide(&name, shape, bias);
        let packed = PACKED.iter().filter(|row| name.contains(row.0) && units % row.1 == 0);
        let parts =
            packed.flat_map(|(_, count)| [fans(own.fan_in, units / count), fans(units / count, units)]);
        axes.all_fans.extend(parts);
        axes.all_fans.dedup();
        axes
    }

    /// A table whose rows are looked up, as initializers see it: each row is a unit.
    pub fn of_table(shape: &[usize]) -> Self {
        let columns = shape.last().copied().unwrap_or(1);
        let rows = shape.iter().product::<usize>() / columns.max(1);
        let all_fans = vec![fans(columns, rows), fans(rows, columns), fans(columns, columns)];
        Self { rows, columns, units_last: false, all_fans, dense: false }
    }

    /// Layers in a stack, heads and depthwise convolutions: by the sizes of the bias, or by the name.
    fn divide(&mut self, name: &str, shape: &[usize], bias: Option<&[usize]>) {
        let has = |word: &str| name.contains(word);
        let is_depthwise = has("depthwise") || meaning(name) == "depthwise_kernel";
        let begins_alike = |bias: &[usize]| {
            bias.len() > 1 && shape[0] == bias[0] && self.units_last && !shape.ends_with(bias)
        };
        let is_stack = shape.len() > 2 && (has("expert") || has("scan") || bias.is_some_and(begins_alike));
        let from = usize::from(is_stack);
        let (one, bias) = (&shape[from..], bias.map(|bias| &bias[from.min(bias.len().saturating_sub(1))..]));
        let total = one.iter().product::<usize>();
        let own = match (one, bias) {
            // Keras' depthwise kernel: each channel is a unit of its own.
            ([field @ .., channels, many], _) if self.units_last && is_depthwise => {
                let field = field.iter().product();
                self.columns = channels * many;
                fans(field, field * many)
            }
            // The bias has several axes, or the layer multiplies several: units or inputs are in heads.
            (_, Some(bias)) if self.units_last && bias.len() > 1 && one.ends_with(bias) => {
                self.columns = bias.iter().product();
                fans(total / self.columns.max(1), self.columns)
            }
            ([a, b, c], _) if self.units_last && ["query", "key", "value"].iter().any(|word| has(word)) => {
                self.columns = b * c;
                fans(*a, b * c)
            }
            ([a, b, c], _) if self.units_last && (has("attention") || has("attn")) => fans(a * b, *c),
            _ if is_stack => literal(one, self.units_last).0,
            _ => return,
        };
        if self.units_last {
            self.rows = shape.iter().product::<usize>() / self.columns.max(1);
        }
        self.dense = false;
        self.all_fans.insert(0, own);
    }

    /// Numbers that enter a unit, and that an input goes into: channels and units, each times the places of
    /// the receptive field, as PyTorch, Keras and JAX count them.
    pub fn fans(&self) -> Fans {
        self.all_fans[0]
    }

    /// Weights of one unit.
    pub fn inputs(&self) -> usize {
        if self.units_last { self.rows } else { self.columns }
    }

    /// Units of the layer; of a convolution its filters.
    pub fn count(&self) -> usize {
        if self.units_last { self.columns } else { self.rows }
    }

    /// True where there is no receptive field, or one of a single place.
    pub fn is_dense(&self) -> bool {
        self.dense
    }
}

/// The fans of two axes and a receptive field, and the places of the field.
fn literal(shape: &[usize], units_last: bool) -> (Fans, usize) {
    let (units, channels, field) = match (shape, units_last) {
        ([field @ .., channels, units], true) | ([units, channels, field @ ..], false) => {
            (*units, *channels, field)
        }
        _ => (1, 1, shape),
    };
    let field = field.iter().product::<usize>();
    (fans(channels * field, units * field), field)
}

fn fans(fan_in: usize, fan_out: usize) -> Fans {
    Fans { fan_in, fan_out }
}
