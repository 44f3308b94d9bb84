//! Forward and backward through the layers, for a block of rows of a batch.
//!
//! A block holds everything that the network computes for its rows. Blocks know nothing of each
//! other, so they can run in any order on any thread. The gradient of an array carries its name
//! with `d_`; padding columns stay 0 in every gradient.

use super::batch_norm::{NormRows, Statistics};
use super::inputs::{Examples, Inputs};
use super::matrix::Matrix;
use super::network::{Network, Span};
use super::product::{Columns, Left, SparseColumns, Start, product, sparse_product};
use crate::Real;
use ndarray::ArrayView2;

/// What one layer computes for the rows of a block; every matrix is `(rows, fan_out)`.
#[derive(Clone, Debug)]
pub struct LayerRows {
    /// Pre-activations `x · W + b`.
    pub z: Matrix,
    /// What its batch norm computes, if it has one.
    pub norm: Option<NormRows>,
    /// Activations `f(z)`, with batch norm `f(y)`; the last layer has none.
    pub a: Matrix,
    /// Gradient of the loss by `z`.
    pub d_z: Matrix,
}

/// A block of rows.
#[derive(Clone, Debug)]
pub struct RowBlock {
    /// Dense inputs `(rows, inputs)`; without rows where the inputs are sparse.
    pub x: Matrix,
    /// Sparse inputs, column by column; empty where the inputs are dense.
    pub columns: SparseColumns,
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
            z: Matrix::zeros(capacity, span.fans.fan_out),
            norm: span.norm.as_ref().map(|_| NormRows::new(capacity, span.fans.fan_out)),
            a: Matrix::zeros(capacity, span.fans.fan_out),
            d_z: Matrix::zeros(capacity, span.fans.fan_out),
        };
        let sparse = matches!(inputs, Inputs::Sparse { .. });
        let (dense_rows, sparse_rows) = if sparse { (0, capacity) } else { (capacity, 0) };
        Self {
            x: Matrix::zeros(dense_rows, inputs.width()),
            columns: SparseColumns::new(inputs.width(), sparse_rows),
            layers: network.spans.iter().map(layer).collect(),
            losses: vec![0.0; capacity],
            rows: 0,
        }
    }

    /// The logits `(rows, outputs)` of the last forward pass.
    pub fn logits(&self, network: &Network) -> ArrayView2<'_, Real> {
        self.layers[self.layers.len() - 1].z.view(self.rows, network.architecture.outputs)
    }

    /// The pre-activations `(rows, units)` of a layer in the last forward pass.
    pub fn z(&self, layer: usize, units: usize) -> ArrayView2<'_, Real> {
        self.layers[layer].z.view(self.rows, units)
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
            let (span, z) = (&network.spans[layer], here[0].z.top_mut(self.rows));
            let biases = Start::Row(&network.parameters[span.biases.clone()]);
            let x = Left::Matrix(&before[layer - 1].a);
            product(biases, x, &network.parameters[span.weights.clone()], z, span.stride); // (rows, fan_out)
        }
    }

    fn first_layer(&mut self, network: &Network, inputs: &Inputs, indices: &[u32]) {
        let span = &network.spans[0];
        let weights = &network.parameters[span.weights.clone()];
        let z = self.layers[0].z.top_mut(self.rows);
        let biases = Start::Row(&network.parameters[span.biases.clone()]);
        if let Inputs::Sparse { rows, width } = inputs {
            self.columns.gather(rows, indices);
            let x = Columns { of: &self.columns, scale: &rows.scale, which: 0..*width };
            sparse_product(biases, &x, weights, z, span.stride); // (rows, fan_out)
            return;
        }
        let stride = self.x.stride();
        for (row, &index) in self.x.all_mut().chunks_exact_mut(stride).zip(indices) {
            inputs.copy_row(index, row);
        }
        product(biases, Left::Matrix(&self.x), weights, z, span.stride); // (rows, fan_out)
    }

    fn activate(&mut self, network: &Network, layer: usize, statistics: Statistics) {
        let LayerRows { z, norm, a, .. } = &mut self.layers[layer];
        let z = z.top(self.rows);
        let y = match norm {
            Some(norm) => norm.forward(network.norm(layer), z, statistics),
            None => z,
        };
        network.architecture.activation.apply(y, a.top_mut(self.rows)); // (rows, fan_out)
    }

    /// The loss of every row, and the gradient of their mean over a batch of `1 / share` rows by the
    /// logits.
    pub fn loss(&mut self, network: &Network, examples: &Examples, indices: &[u32], share: Real) {
        let outputs = network.architecture.outputs;
        let LayerRows { z, d_z, .. } = self.layers.last_mut().expect("a network has layers");
        let stride = z.stride();
        let rows = z.all().chunks_exact(stride).zip(d_z.all_mut().chunks_exact_mut(stride));
        for (((z, d_z), loss), &index) in rows.zip(&mut self.losses).zip(indices) {
            let (logits, d_logits) = (&z[..outputs], &mut d_z[..outputs]);
            *loss = network.architecture.loss.of(logits, examples.labels[index as usize], share, d_logits);
        }
    }

    /// Sends the gradient by the logits back to the first layer's pre-activations.
    ///
    /// `transposed[l]` holds the weights of layer `l` as `(fan_out, fan_in)`.
    pub fn backward(&mut self, network: &Network, transposed: &[Matrix]) {
        let activation = network.architecture.activation;
        for layer in (1..self.layers.len()).rev() {
            let (before, here) = self.layers.split_at_mut(layer);
            let LayerRows { z, norm, a, d_z } = &mut before[layer - 1];
            let d_a = d_z.top_mut(self.rows);
            let d = Left::Matrix(&here[0].d_z);
            product(Start::Zero, d, transposed[layer].all(), d_a, network.spans[layer - 1].stride); // (rows, fan_in)
            let y = norm.as_ref().map_or(&*z, |norm| &norm.y);
            activation.backpropagate(y.top(self.rows), a.top(self.rows), d_a); // by z, or by y
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
