//! Forward and backward through the layers, for a block of rows of a batch.
//!
//! A block holds everything that the network computes for its rows. Blocks know nothing of each
//! other, so they can run in any order on any thread. The gradient of an array carries its name
//! with `d_`; padding columns stay 0 in every gradient.

use super::batch_norm::{NormRows, Statistics};
use super::inputs::{Examples, Inputs};
use super::network::{Network, Span};
use super::product::{Left, add_product, add_sparse_product, stride};
use crate::Real;
use ndarray::{Array2, ArrayView2, s};

/// What one layer computes for the rows of a block; every array is `(rows, stride(fan_out))`.
#[derive(Clone, Debug)]
pub struct LayerRows {
    /// Pre-activations `x · W + b`.
    pub z: Array2<Real>,
    /// What its batch norm computes, if it has one.
    pub norm: Option<NormRows>,
    /// Activations `f(z)`, with batch norm `f(y)`; the last layer has none.
    pub a: Array2<Real>,
    /// Gradient of the loss by `z`.
    pub d_z: Array2<Real>,
}

/// A block of rows.
#[derive(Clone, Debug)]
pub struct RowBlock {
    /// Dense inputs `(rows, stride(inputs))`; without rows where the inputs are sparse.
    pub x: Array2<Real>,
    /// One entry per layer.
    pub layers: Vec<LayerRows>,
    /// The loss of each row.
    pub losses: Vec<Real>,
    /// How many rows are in use.
    rows: usize,
}

impl RowBlock {
    /// Space for `capacity` rows.
    pub fn new(network: &Network, inputs: &Inputs, capacity: usize) -> Self {
        let layer = |span: &Span| LayerRows {
            z: Array2::zeros((capacity, span.stride)),
            norm: span.norm.as_ref().map(|_| NormRows::new(capacity, span.fans.fan_out)),
            a: Array2::zeros((capacity, span.stride)),
            d_z: Array2::zeros((capacity, span.stride)),
        };
        let dense_rows = if matches!(inputs, Inputs::Sparse { .. }) { 0 } else { capacity };
        Self {
            x: Array2::zeros((dense_rows, stride(inputs.width()))),
            layers: network.spans.iter().map(layer).collect(),
            losses: vec![0.0; capacity],
            rows: 0,
        }
    }

    /// The logits `(rows, outputs)` of the last forward pass.
    pub fn logits(&self, network: &Network) -> ArrayView2<'_, Real> {
        self.layers[self.layers.len() - 1].z.slice(s![..self.rows, ..network.architecture.outputs])
    }

    /// The pre-activations `(rows, units)` of a layer in the last forward pass.
    pub fn z(&self, layer: usize, units: usize) -> ArrayView2<'_, Real> {
        self.layers[layer].z.slice(s![..self.rows, ..units])
    }

    /// Sends the examples with these indices through the network; `statistics` matters to batch norm
    /// alone.
    ///
    /// # Panics
    /// If there are more of them than the block has room for.
    pub fn forward(&mut self, network: &Network, inputs: &Inputs, indices: &[u32], statistics: Statistics) {
        self.rows = indices.len();
        self.first_layer(network, inputs, indices);
        for layer in 1..self.layers.len() {
            self.activate(network, layer - 1, statistics);
            let (before, here) = self.layers.split_at_mut(layer);
            let (span, z) = (&network.spans[layer], used(&mut here[0].z, self.rows));
            start_with_biases(z, &network.parameters[span.biases.clone()]);
            let x = Left::matrix(all(&before[layer - 1].a), network.spans[layer - 1].stride);
            add_product(x, &network.parameters[span.weights.clone()], z, span.stride); // (rows, fan_out)
        }
    }

    fn first_layer(&mut self, network: &Network, inputs: &Inputs, indices: &[u32]) {
        let span = &network.spans[0];
        let weights = &network.parameters[span.weights.clone()];
        let z = used(&mut self.layers[0].z, self.rows);
        start_with_biases(z, &network.parameters[span.biases.clone()]);
        if let Inputs::Sparse { rows, .. } = inputs {
            add_sparse_product(rows, indices, weights, z, span.stride); // (rows, fan_out)
            return;
        }
        for (mut row, &index) in self.x.rows_mut().into_iter().zip(indices) {
            inputs.copy_row(index, row.as_slice_mut().expect("rows are contiguous"));
        }
        add_product(Left::matrix(all(&self.x), self.x.ncols()), weights, z, span.stride); // (rows, fan_out)
    }

    fn activate(&mut self, network: &Network, layer: usize, statistics: Statistics) {
        let LayerRows { z, norm, a, .. } = &mut self.layers[layer];
        let z = used(z, self.rows);
        let y = match norm {
            Some(norm) => norm.forward(network.norm(layer), z, statistics),
            None => z,
        };
        network.architecture.activation.apply(y, used(a, self.rows)); // (rows, fan_out)
    }

    /// The loss of every row, and the gradient of their mean over a batch of `1 / share` rows by the
    /// logits.
    pub fn loss(&mut self, network: &Network, examples: &Examples, indices: &[u32], share: Real) {
        let outputs = network.architecture.outputs;
        let LayerRows { z, d_z, .. } = self.layers.last_mut().expect("a network has layers");
        let rows = z.rows().into_iter().zip(d_z.rows_mut()).zip(&mut self.losses).zip(indices);
        for (((z, mut d_z), loss), &index) in rows {
            let logits = &z.to_slice().expect("rows are contiguous")[..outputs];
            let d_logits = &mut d_z.as_slice_mut().expect("rows are contiguous")[..outputs];
            *loss = network.architecture.loss.of(logits, examples.labels[index as usize], share, d_logits);
        }
    }

    /// Sends the gradient by the logits back to the first layer's pre-activations.
    ///
    /// `transposed[l]` holds the weights of layer `l` as `(fan_out, stride(fan_in))`.
    pub fn backward(&mut self, network: &Network, transposed: &[Array2<Real>]) {
        let activation = network.architecture.activation;
        for layer in (1..self.layers.len()).rev() {
            let (before, here) = self.layers.split_at_mut(layer);
            let LayerRows { z, norm, a, d_z } = &mut before[layer - 1];
            let d_a = used(d_z, self.rows);
            d_a.fill(0.0);
            let d = Left::matrix(all(&here[0].d_z), network.spans[layer].stride);
            add_product(d, all(&transposed[layer]), d_a, network.spans[layer - 1].stride); // (rows, fan_in)
            let y = norm.as_mut().map_or(z, |norm| &mut norm.y);
            activation.backpropagate(used(y, self.rows), used(a, self.rows), d_a); // by z, or by y
            if let Some(norm) = norm {
                norm.backward(network.norm(layer - 1).gamma, d_a);
            }
        }
    }

    /// How many rows are in use.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

fn start_with_biases(z: &mut [Real], biases: &[Real]) {
    for row in z.chunks_exact_mut(biases.len()) {
        row.copy_from_slice(biases);
    }
}

/// All elements of a row-major array.
pub(super) fn all(array: &Array2<Real>) -> &[Real] {
    array.as_slice().expect("arrays of a block are row-major")
}

/// The elements of the rows in use.
fn used(array: &mut Array2<Real>, rows: usize) -> &mut [Real] {
    let columns = array.ncols();
    &mut array.as_slice_mut().expect("arrays of a block are row-major")[..rows * columns]
}
