//! Gradients of the parameters, part by part.
//!
//! The flat parameter vector is cut into [`Part`]s that follow each other without gaps. Each part's
//! gradient is a sum over the whole batch in the order of its rows, computed by one thread, so
//! no sum ever crosses threads and the cut cannot change a result.

use super::batch_norm::NormRows;
use super::inputs::Inputs;
use super::network::Network;
use super::product::{Columns, InitialSum, Left, SparseRows, add_rows, product, sparse_gradient};
use super::rows::RowBlock;
use crate::Real;
use std::iter;
use std::ops::Range;

/// A stretch of the flat parameter vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Some rows of a layer's weights.
    Weights {
        /// The layer, from 0.
        layer: usize,
        /// The rows: which of the layer's inputs.
        rows: Range<usize>,
    },
    /// A layer's biases.
    Biases {
        /// The layer, from 0.
        layer: usize,
    },
    /// γ of a layer's batch norm.
    Gamma {
        /// The layer, from 0.
        layer: usize,
    },
    /// β of a layer's batch norm.
    Beta {
        /// The layer, from 0.
        layer: usize,
    },
}

/// Parts have about this many parameters, so that a few cores share a layer evenly …
const PARAMETERS_PER_PART: usize = 4 * 1024;
/// … but enough rows to make use of each loaded row of the gradient with respect to `z`.
const ROWS_PER_PART: usize = 64;

impl Part {
    /// All parts of a network, in the order of its parameters.
    pub fn of(network: &Network) -> Vec<Self> {
        let mut parts = Vec::new();
        for (layer, span) in network.spans.iter().enumerate() {
            let fan_in = span.fans.fan_in;
            let step = (PARAMETERS_PER_PART / span.stride).next_multiple_of(8).max(ROWS_PER_PART);
            parts.extend(
                (0..fan_in)
                    .step_by(step)
                    .map(|row| Self::Weights { layer, rows: row..fan_in.min(row + step) }),
            );
            parts.push(Self::Biases { layer });
            if span.norm.is_some() {
                parts.extend([Self::Gamma { layer }, Self::Beta { layer }]);
            }
        }
        parts
    }

    /// The number of its parameters, padding included.
    pub fn len(&self, network: &Network) -> usize {
        match self {
            Self::Weights { layer, rows } => rows.len() * network.spans[*layer].stride,
            Self::Biases { layer } | Self::Gamma { layer } | Self::Beta { layer } => {
                network.spans[*layer].stride
            }
        }
    }
}

/// Writes the gradient of a part into `out`, once every block of the batch has been sent back.
pub fn gradient(blocks: &[RowBlock], inputs: &Inputs, part: &Part, out: &mut [Real]) {
    match (part, inputs) {
        (Part::Weights { layer: 0, rows: range }, Inputs::Sparse { rows, .. }) => {
            sparse_weights(blocks, rows, range, out);
        }
        (Part::Weights { layer, rows }, _) => dense_weights(blocks, *layer, rows.start, out),
        (Part::Biases { layer }, _) => biases(blocks, *layer, out),
        (Part::Gamma { layer }, _) => out.copy_from_slice(&norm(blocks, *layer).d_gamma),
        (Part::Beta { layer }, _) => out.copy_from_slice(&norm(blocks, *layer).d_beta),
    }
}

/// `d_W = xᵀ · d_z` of the first layer, for some rows of `W`.
fn sparse_weights(blocks: &[RowBlock], x: &SparseRows, range: &Range<usize>, out: &mut [Real]) {
    for (start, block) in starts().zip(blocks) {
        let d_z = block.d_z(0);
        let columns = Columns { columns: &block.columns, scale: &x.scale, range: range.clone() };
        sparse_gradient(start, &columns, d_z.top(block.rows()), out, d_z.columns()); // (fan_in, fan_out)
    }
}

/// `d_W = xᵀ · d_z`, for the rows of `W` from `first` on.
fn dense_weights(blocks: &[RowBlock], layer: usize, first: usize, out: &mut [Real]) {
    for (start, block) in starts().zip(blocks) {
        let x = if layer == 0 { &block.x } else { &block.layers[layer - 1].a };
        let d_z = block.d_z(layer);
        product(start, Left::Transpose(x, first), d_z.top(block.rows()), out, d_z.columns()); // (fan_in, fan_out)
    }
}

/// `d_b = 1ᵀ · d_z`: a bias is the weight of an input that is always 1.
fn biases(blocks: &[RowBlock], layer: usize, out: &mut [Real]) {
    out.fill(0.0);
    for block in blocks {
        let d_z = block.d_z(layer);
        add_rows(d_z.top(block.rows()), out); // (fan_out)
    }
}

/// A gradient starts from zeros with the first block and goes on with the others.
fn starts() -> impl Iterator<Item = InitialSum<'static>> {
    iter::once(InitialSum::Zero).chain(iter::repeat(InitialSum::Existing))
}

/// What the batch norm of a layer has computed; its batch is one block.
fn norm(blocks: &[RowBlock], layer: usize) -> &NormRows {
    blocks[0].layers[layer].norm.as_ref().expect("a layer with batch norm")
}
