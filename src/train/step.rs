//! One training step, in two phases, each a fork over a partition that the number of threads does
//! not change.
//!
//! 1. **Rows**: forward, loss and the signal back, each block of the batch's rows by itself.
//! 2. **Parameters**: every gradient and its update, each part of the parameters by itself.
//!
//! No floating-point sum crosses threads, so any number of them gives the same bits. Everything a
//! step needs is allocated once, by [`Trainer::new`].

use crate::Real;
use crate::nn::batch_norm::Statistics;
use crate::nn::gradient::{Part, gradient};
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::matrix::{Aligned, Matrix, stride};
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::Update;
use crate::nn::rows::RowBlock;
use rayon::prelude::*;

/// Rows of a block: a few tiles of the product kernels, and a few blocks per batch to share.
pub(super) const ROWS_PER_BLOCK: usize = 64;

/// A network in training, with all the space its steps need.
#[derive(Debug)]
pub struct Trainer<'a> {
    network: Network,
    examples: &'a Examples,
    update: Update,
    steps: u32,
    batch_size: usize,
    blocks: Vec<RowBlock>,
    rows_per_block: usize,
    transposed: Vec<Matrix>,
    parts: Vec<Part>,
    gradients: Aligned,
    first_memory: Aligned,
    second_memory: Aligned,
}

impl<'a> Trainer<'a> {
    /// Space for steps of `batch_size` examples.
    pub fn new(network: Network, examples: &'a Examples, update: Update, batch_size: usize) -> Self {
        // Batch norm needs the whole batch, so its rows are one block.
        let rows_per_block = if network.architecture.batch_norm { batch_size } else { ROWS_PER_BLOCK };
        let blocks = row_blocks(&network, &examples.inputs, batch_size, rows_per_block);
        let parameters = network.parameters.len();
        let memory =
            |slot: usize| Aligned::zeros(if slot < update.optimizer.slots() { parameters } else { 0 });
        Self {
            examples,
            update,
            steps: 0,
            batch_size,
            blocks,
            rows_per_block,
            transposed: network.transposed(),
            parts: Part::of(&network),
            gradients: Aligned::zeros(parameters),
            first_memory: memory(0),
            second_memory: memory(1),
            network,
        }
    }

    /// About how much memory a trainer needs, without the examples: parameters, gradients, the
    /// transposed weights and the optimizer's memory, and three arrays per layer for each row, five
    /// with batch norm.
    pub fn bytes(architecture: &Architecture, update: &Update, batch_size: usize) -> u64 {
        let fans = architecture.fans();
        let norm = if architecture.batch_norm { 2 } else { 0 };
        let parameters: usize = fans.iter().map(|f| (f.fan_in + 1 + norm) * stride(f.fan_out)).sum();
        let per_row: usize = fans.iter().map(|f| (3 + norm) * stride(f.fan_out)).sum();
        let numbers = parameters * (3 + update.optimizer.slots()) + per_row * batch_size;
        (numbers * size_of::<Real>()) as u64
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The gradient of the last step's batch, in the order of the network's parameters.
    pub fn gradients(&self) -> &[Real] {
        &self.gradients
    }

    /// The row blocks of the last step, in the order of its batch.
    pub fn blocks(&self) -> &[RowBlock] {
        &self.blocks
    }

    /// One update on the examples with these indices; returns their mean loss before it.
    ///
    /// # Panics
    /// If the batch has not the size the trainer was made for.
    pub fn step(&mut self, batch: &[u32]) -> Real {
        self.rows(batch);
        self.follow_batch();
        self.steps += 1;
        self.parameters(Some(self.update));
        self.transpose();
        mean_loss(&self.blocks)
    }

    /// Computes all gradients of a batch without an update; returns its mean loss.
    ///
    /// # Panics
    /// If the batch has not the size the trainer was made for.
    pub fn differentiate(&mut self, batch: &[u32]) -> Real {
        self.rows(batch);
        self.parameters(None);
        mean_loss(&self.blocks)
    }

    /// The mean loss of a batch, without gradients: the function whose gradient training follows, so
    /// batch norm uses the batch's own statistics, and the running ones stay as they are.
    pub fn loss(&mut self, batch: &[u32]) -> Real {
        let Self { network, examples, blocks, rows_per_block, .. } = self;
        let share = 1.0 / batch.len() as Real;
        blocks.par_iter_mut().zip(batch.par_chunks(*rows_per_block)).for_each(|(block, indices)| {
            block.forward(network, &examples.inputs, indices, Statistics::Batch);
            block.loss(network, examples, indices, share);
        });
        mean_loss(blocks)
    }

    /// The first phase: every block forward and back.
    fn rows(&mut self, batch: &[u32]) {
        assert_eq!(batch.len(), self.batch_size, "a trainer has room for one batch size");
        let Self { network, examples, blocks, rows_per_block, transposed, .. } = self;
        let share = 1.0 / batch.len() as Real;
        blocks.par_iter_mut().zip(batch.par_chunks(*rows_per_block)).for_each(|(block, indices)| {
            block.forward(network, &examples.inputs, indices, Statistics::Batch);
            block.loss(network, examples, indices, share);
            block.backward(network, transposed);
        });
    }

    /// Lets the running statistics of each batch norm follow those of the batch.
    fn follow_batch(&mut self) {
        let layers = self.blocks.iter().flat_map(|block| &block.layers);
        for (running, layer) in self.network.running.iter_mut().zip(layers) {
            running.follow(&layer.norm.as_ref().expect("a layer with batch norm").moments);
        }
    }

    /// The second phase: every part's gradient, and its update if there is one.
    fn parameters(&mut self, update: Option<Update>) {
        let mut values = std::mem::take(&mut self.network.parameters);
        let mut gradients = std::mem::take(&mut self.gradients);
        let (mut first, mut second) =
            (std::mem::take(&mut self.first_memory), std::mem::take(&mut self.second_memory));
        let stretch = Stretch {
            values: &mut values,
            gradients: &mut gradients,
            first: &mut first,
            second: &mut second,
        };
        self.each_part(&self.parts, stretch, update);
        self.network.parameters = values;
        self.gradients = gradients;
        (self.first_memory, self.second_memory) = (first, second);
    }

    /// Halves the parts until one is left, as a fork each.
    fn each_part(&self, parts: &[Part], mut stretch: Stretch, update: Option<Update>) {
        if let [part] = parts {
            return self.one_part(part, &mut stretch, update);
        }
        let (left, right) = parts.split_at(parts.len() / 2);
        let length = left.iter().map(|part| part.len(&self.network)).sum();
        let (left_stretch, right_stretch) = stretch.split_at(length);
        rayon::join(
            || self.each_part(left, left_stretch, update),
            || self.each_part(right, right_stretch, update),
        );
    }

    fn one_part(&self, part: &Part, stretch: &mut Stretch, update: Option<Update>) {
        gradient(&self.blocks, &self.examples.inputs, part, stretch.gradients);
        let Some(update) = update else { return };
        if update.weight_decay != 0.0 && matches!(part, Part::Weights { .. }) {
            let decay = |(g, w): (&mut Real, &Real)| *g += update.weight_decay * w;
            stretch.gradients.iter_mut().zip(&*stretch.values).for_each(decay);
        }
        update.apply(stretch.values, stretch.gradients, stretch.first, stretch.second, self.steps);
    }

    /// Renews the transposed weights, which the signal goes back through.
    fn transpose(&mut self) {
        let Self { network, transposed, .. } = self;
        let hidden = transposed[1..].par_iter_mut().enumerate();
        hidden.for_each(|(before, transposed)| network.transpose(before + 1, transposed));
    }
}

/// Stretches of the parameters and of everything that stands beside them, of one length (memories
/// that the optimizer does not have are empty).
struct Stretch<'a> {
    values: &'a mut [Real],
    gradients: &'a mut [Real],
    first: &'a mut [Real],
    second: &'a mut [Real],
}

impl Stretch<'_> {
    fn split_at(self, length: usize) -> (Self, Self) {
        let (values, values_right) = self.values.split_at_mut(length);
        let (gradients, gradients_right) = self.gradients.split_at_mut(length);
        let (first, first_right) = self.first.split_at_mut(length.min(self.first.len()));
        let (second, second_right) = self.second.split_at_mut(length.min(self.second.len()));
        (
            Self { values, gradients, first, second },
            Self {
                values: values_right,
                gradients: gradients_right,
                first: first_right,
                second: second_right,
            },
        )
    }
}

/// Blocks for a batch: all of one size but the last.
pub(super) fn row_blocks(
    network: &Network,
    inputs: &Inputs,
    batch_size: usize,
    rows: usize,
) -> Vec<RowBlock> {
    let block = |first: usize| RowBlock::new(network, inputs, rows.min(batch_size - first));
    (0..batch_size).step_by(rows).map(block).collect()
}

/// The mean over all rows, summed in the order of the batch in double precision.
///
/// Each addition's rounding error is kept and added at the end (Neumaier 1974), so that rows of one
/// loss have that loss as their mean.
fn mean_loss(blocks: &[RowBlock]) -> Real {
    let (mut sum, mut lost, mut count) = (0.0_f64, 0.0, 0.0);
    for loss in blocks.iter().flat_map(|block| &block.losses[..block.rows()]) {
        let loss = f64::from(*loss);
        let next = sum + loss;
        lost += if sum.abs() >= loss.abs() { (sum - next) + loss } else { (loss - next) + sum };
        (sum, count) = (next, count + 1.0);
    }
    // The error of a sum that is infinite is not a number; the sum says more.
    let total = if sum.is_finite() { sum + lost } else { sum };
    (total / count) as Real
}
