//! Forward and backward through the layers, for a block of rows of a batch.
//!
//! A block holds everything that the network computes for its rows. Blocks know nothing of each
//! other, so they can run in any order on any thread. The gradient of the loss with respect to an array
//! carries its name with `d_`; padding columns stay 0 in every gradient.
//!
//! On its way back the signal takes the place of what it was computed from, so that a step has less to
//! keep in the caches: where `z` was, is `d_z` afterwards.

use super::batch_norm::{NormRows, Statistics};
use super::inputs::{Examples, Inputs};
use super::matrix::{Aligned, Matrix};
use super::network::{LayerSpan, Network};
use super::product::{Columns, InitialSum, Left, SparseColumns, product, sparse_product};
use crate::Real;
use ndarray::ArrayView2;

/// The arrays that one layer computes for the rows of a block; every matrix is `(rows, fan_out)`.
#[derive(Clone, Debug)]
pub struct LayerRows {
    /// Pre-activations `x · W + b`; in a hidden layer, `d_z` once the signal has passed.
    pub z: Matrix,
    /// The arrays of its batch norm, if it has one.
    pub norm: Option<NormRows>,
    /// Activations `f(z)`, with batch norm `f(y)`; the last layer has none.
    pub a: Matrix,
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
    /// Gradient with respect to the logits `(rows, outputs)`.
    pub d_logits: Matrix,
    /// Gradient with respect to the activations that the signal has reached, `(rows, units)` of that layer.
    d_a: Aligned,
    /// The loss of each row, in nats; those beyond the rows in use are of another batch or 0.
    pub losses: Vec<Real>,
    /// How many rows are in use.
    rows: usize,
}

impl RowBlock {
    /// Space for `capacity` rows.
    pub fn new(network: &Network, inputs: &Inputs, capacity: usize) -> Self {
        let layer = |span: &LayerSpan| LayerRows {
            z: Matrix::zeros(capacity, span.fans.fan_out),
            norm: span.norm.as_ref().map(|_| NormRows::new(capacity, span.fans.fan_out)),
            a: Matrix::zeros(capacity, span.fans.fan_out),
        };
        let widest = network.spans.iter().map(|span| span.stride).max().expect("a network has layers");
        let sparse = matches!(inputs, Inputs::Sparse { .. });
        let (dense_rows, sparse_rows) = if sparse { (0, capacity) } else { (capacity, 0) };
        Self {
            x: Matrix::zeros(dense_rows, inputs.width()),
            columns: SparseColumns::new(inputs.width(), sparse_rows),
            layers: network.spans.iter().map(layer).collect(),
            d_logits: Matrix::zeros(capacity, network.architecture.outputs),
            d_a: Aligned::zeros(capacity * widest),
            losses: vec![0.0; capacity],
            rows: 0,
        }
    }

    /// The logits `(rows, outputs)` of the last forward pass.
    pub fn logits(&self, network: &Network) -> ArrayView2<'_, Real> {
        self.layers[self.layers.len() - 1].z.view(self.rows, network.architecture.outputs)
    }

    /// The pre-activations `(rows, units)` of a layer, until a signal passes.
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
            let biases = InitialSum::Row(&network.parameters[span.biases.clone()]);
            let x = Left::Matrix(&before[layer - 1].a);
            product(biases, x, &network.parameters[span.weights.clone()], z, span.fans.fan_out); // (rows, fan_out)
        }
    }

    fn first_layer(&mut self, network: &Network, inputs: &Inputs, indices: &[u32]) {
        let span = &network.spans[0];
        let weights = &network.parameters[span.weights.clone()];
        let z = self.layers[0].z.top_mut(self.rows);
        let biases = InitialSum::Row(&network.parameters[span.biases.clone()]);
        if let Inputs::Sparse { rows, width } = inputs {
            self.columns.gather(rows, indices);
            let x = Columns { columns: &self.columns, scale: &rows.scale, range: 0..*width };
            sparse_product(biases, &x, weights, z, span.fans.fan_out); // (rows, fan_out)
            return;
        }
        let stride = self.x.stride();
        for (row, &index) in self.x.all_mut().chunks_exact_mut(stride).zip(indices) {
            inputs.copy_row(index, row);
        }
        product(biases, Left::Matrix(&self.x), weights, z, span.fans.fan_out); // (rows, fan_out)
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

    /// The loss of every row, and the gradient of their mean over a batch of `1 / inverse_batch_size` rows
    /// with respect to the logits; after [`RowBlock::forward`] on the same `indices`.
    pub fn loss(
        &mut self,
        network: &Network,
        examples: &Examples,
        indices: &[u32],
        inverse_batch_size: Real,
    ) {
        let outputs = network.architecture.outputs;
        let z = &self.layers.last().expect("a network has layers").z;
        let rows = z.all().chunks_exact(z.stride()).zip(self.d_logits.all_mut().chunks_exact_mut(z.stride()));
        for (((z, d_z), loss), &index) in rows.zip(&mut self.losses).zip(indices) {
            let (logits, d_logits) = (&z[..outputs], &mut d_z[..outputs]);
            *loss = network.architecture.loss.value_and_gradient(
                logits,
                examples.labels[index as usize],
                inverse_batch_size,
                d_logits,
            );
        }
    }

    /// Sends the gradient with respect to the logits back to the first layer's pre-activations; after
    /// [`RowBlock::loss`], or after `d_logits` was written.
    ///
    /// `transposed[l]` holds the weights of layer `l + 1` as `(fan_out, fan_in)`.
    pub fn backward(&mut self, network: &Network, transposed: &[Matrix]) {
        let activation = network.architecture.activation;
        let Self { layers, d_logits, d_a, rows, .. } = self;
        let hidden = layers.len() - 1;
        let mut d_z_above = &*d_logits;
        for (layer, LayerRows { z, norm, a }) in layers[..hidden].iter_mut().enumerate().rev() {
            let d_a = &mut d_a[..*rows * z.stride()];
            product(InitialSum::Zero, Left::Matrix(d_z_above), transposed[layer].all(), d_a, z.columns()); // (rows, units)
            match norm {
                None => activation.backpropagate(d_a, a.top(*rows), z.top_mut(*rows)),
                Some(norm) => {
                    activation.backpropagate(d_a, a.top(*rows), norm.y.top_mut(*rows));
                    norm.backward(network.norm(layer).gamma, z.top_mut(*rows));
                }
            }
            d_z_above = z;
        }
    }

    /// Gradient with respect to the pre-activations of a layer, once the signal has passed; more rows may
    /// follow those in use.
    pub fn d_z(&self, layer: usize) -> &Matrix {
        if layer + 1 == self.layers.len() { &self.d_logits } else { &self.layers[layer].z }
    }

    /// How many rows are in use.
    pub fn rows(&self) -> usize {
        self.rows
    }
}
