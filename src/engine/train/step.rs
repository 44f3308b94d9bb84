//! One training step, in two phases, each a fork over a partition that the number of threads does
//! not change.
//!
//! 1. **Rows**: forward, loss and the signal back, each block of the batch's rows by itself.
//! 2. **Parameters**: every gradient and its update, each part of the parameters by itself.
//!
//! No floating-point sum crosses threads, so any number of them gives the same bits. Everything a
//! step needs is allocated once: by [`Trainer::new`], and by each thread for its first gradient.

use crate::Real;
use crate::nn::batch_norm::Statistics;
use crate::nn::gradient::{Part, gradient};
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::matrix::{Aligned, Matrix, stride};
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::Update;
use crate::nn::rows::RowBlock;
use rayon::prelude::*;
use std::cell::RefCell;

/// Rows of a block: a few tiles of the product kernels, and a few blocks per batch to share.
pub(super) const ROWS_PER_BLOCK: usize = 64;

thread_local! {
    /// The gradient of the part that a thread is at: it stays in the first caches until its update.
    static GRADIENT: RefCell<Aligned> = RefCell::default();
}

/// A network in training, with all the space its steps need.
///
/// It owns the network and borrows the examples. A batch is a list of indices of examples, always of the
/// size that the trainer was made for; an index may occur several times.
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
    first_memory: Aligned,
    second_memory: Aligned,
}

impl<'a> Trainer<'a> {
    /// Space for steps of `batch_size` examples, starting from `network` as it is.
    ///
    /// The optimizer's memory starts at zero: none for plain gradient descent, one number per parameter for
    /// momentum, Nesterov, `AdaGrad` and `RMSProp`, two for Adam.
    pub fn new(network: Network, examples: &'a Examples, update: Update, batch_size: usize) -> Self {
        Self::of_mini_batches(network, examples, update, batch_size, batch_size)
    }

    /// The same for batches that are several mini-batches, of `mini_batch_size` examples each, one after the other:
    /// batch norm normalizes each of them by itself.
    pub fn of_mini_batches(
        network: Network,
        examples: &'a Examples,
        update: Update,
        batch_size: usize,
        mini_batch_size: usize,
    ) -> Self {
        // Batch norm needs the whole mini-batch, so its rows are one block.
        let rows_per_block = if network.architecture.batch_norm { mini_batch_size } else { ROWS_PER_BLOCK };
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
            first_memory: memory(0),
            second_memory: memory(1),
            network,
        }
    }

    /// About how much memory a trainer needs, in bytes, without the examples: parameters, the transposed
    /// weights and the optimizer's memory, and for each row two arrays per layer, four with batch norm, and
    /// the signal.
    ///
    /// ```
    /// use initlab_engine::nn::optimizer::{Optimizer, Update};
    /// use initlab_engine::nn::{activation::Activation, loss::Loss, network::Architecture};
    /// use initlab_engine::train::step::Trainer;
    ///
    /// let mnist = Architecture {
    ///     inputs: 784,
    ///     hidden: vec![100; 4],
    ///     outputs: 10,
    ///     activation: Activation::Relu,
    ///     loss: Loss::SoftmaxCrossEntropy,
    ///     batch_norm: false,
    /// };
    /// let update = |optimizer| Update { optimizer, learning_rate: 0.01, momentum: 0.0, weight_decay: 0.0 };
    /// let bytes = |optimizer| Trainer::bytes(&mnist, &update(optimizer), 128);
    /// assert!(bytes(Optimizer::Sgd) < bytes(Optimizer::Adam));
    /// ```
    pub fn bytes(architecture: &Architecture, update: &Update, batch_size: usize) -> u64 {
        let fans = architecture.fans();
        let norm = if architecture.batch_norm { 2 } else { 0 };
        let parameters: usize = fans.iter().map(|f| (f.fan_in + 1 + norm) * stride(f.fan_out)).sum();
        let kept: usize = fans.iter().map(|f| (2 + norm) * stride(f.fan_out)).sum();
        let signal = fans.iter().map(|f| stride(f.fan_out)).max().unwrap_or(0);
        let numbers = parameters * (2 + update.optimizer.slots()) + (kept + signal) * batch_size;
        (numbers * size_of::<Real>()) as u64
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The network after its last step.
    pub fn into_network(self) -> Network {
        self.network
    }

    /// The examples it learns from.
    pub fn examples(&self) -> &Examples {
        self.examples
    }

    /// The optimizer with its settings.
    pub fn update(&self) -> &Update {
        &self.update
    }

    /// The number of examples that a step takes.
    pub fn batch_size(&self) -> usize {
        self.batch_size
    }

    /// The row blocks of the last step, in the order of its batch.
    pub fn blocks(&self) -> &[RowBlock] {
        &self.blocks
    }

    /// What the optimizer remembers of each parameter; empty where it remembers less.
    pub fn memory(&self) -> [&[Real]; 2] {
        [&self.first_memory, &self.second_memory]
    }

    /// Goes on after so many updates with what the optimizer remembered then, each as long as the parameters; what it has
    /// no room for is left out.
    pub fn resume(&mut self, steps: u32, memory: [Aligned; 2]) {
        self.steps = steps;
        for (own, then) in [&mut self.first_memory, &mut self.second_memory].into_iter().zip(memory) {
            own.iter_mut().zip(&then[..]).for_each(|(own, then)| *own = *then);
        }
    }

    /// One update on the examples with these indices; returns their mean loss before it, in nats.
    ///
    /// Running statistics of batch norm follow those of this batch. The activations in
    /// [`blocks`](Self::blocks) are afterwards those of the network before the update; where pre-activations
    /// of hidden layers were, their gradients are.
    ///
    /// # Panics
    /// If the batch has not the size the trainer was made for.
    pub fn step(&mut self, batch: &[u32]) -> Real {
        self.forward_backward(batch);
        self.update_running_statistics();
        self.steps += 1;
        self.update_parameters();
        self.transpose();
        mean_loss(&self.blocks)
    }

    /// The gradient of a batch, in the order of the network's parameters, without an update: neither the
    /// parameters nor running statistics change, and weight decay is not in it.
    ///
    /// # Panics
    /// If the batch has not the size the trainer was made for.
    pub fn differentiate(&mut self, batch: &[u32]) -> Aligned {
        self.forward_backward(batch);
        let mut gradients = Aligned::zeros(self.network.parameters.len());
        let mut rest = &mut gradients[..];
        for part in &self.parts {
            let (here, after) = rest.split_at_mut(part.len(&self.network));
            gradient(&self.blocks, &self.examples.inputs, part, here);
            rest = after;
        }
        gradients
    }

    /// The mean loss of a batch, without gradients: the function whose gradient training follows, so
    /// batch norm uses the batch's own statistics, and the running ones stay as they are.
    pub fn loss(&mut self, batch: &[u32]) -> Real {
        let Self { network, examples, blocks, rows_per_block, .. } = self;
        let inverse_batch_size = 1.0 / batch.len() as Real;
        blocks.par_iter_mut().zip(batch.par_chunks(*rows_per_block)).for_each(|(block, indices)| {
            block.forward(network, &examples.inputs, indices, Statistics::Batch);
            block.loss(network, examples, indices, inverse_batch_size);
        });
        mean_loss(blocks)
    }

    /// The first phase: every block forward and back.
    fn forward_backward(&mut self, batch: &[u32]) {
        assert_eq!(batch.len(), self.batch_size, "a trainer has room for one batch size");
        let Self { network, examples, blocks, rows_per_block, transposed, .. } = self;
        let inverse_batch_size = 1.0 / batch.len() as Real;
        blocks.par_iter_mut().zip(batch.par_chunks(*rows_per_block)).for_each(|(block, indices)| {
            block.forward(network, &examples.inputs, indices, Statistics::Batch);
            block.loss(network, examples, indices, inverse_batch_size);
            block.backward(network, transposed);
        });
    }

    /// Lets the running statistics of each batch norm follow those of the batch.
    fn update_running_statistics(&mut self) {
        let layers = self.blocks.iter().flat_map(|block| &block.layers);
        for (running, layer) in self.network.running.iter_mut().zip(layers) {
            running.follow(&layer.norm.as_ref().expect("a layer with batch norm").moments);
        }
    }

    /// The second phase: every part's gradient and its update.
    fn update_parameters(&mut self) {
        let mut values = std::mem::take(&mut self.network.parameters);
        let (mut first, mut second) =
            (std::mem::take(&mut self.first_memory), std::mem::take(&mut self.second_memory));
        let slices = ParameterSlices { values: &mut values, first: &mut first, second: &mut second };
        self.each_part(&self.parts, slices);
        self.network.parameters = values;
        (self.first_memory, self.second_memory) = (first, second);
    }

    /// Gradient and update of each of these parts: halves the list until one is left, as a fork each.
    /// `slices` is as long as the parts together.
    fn each_part(&self, parts: &[Part], slices: ParameterSlices) {
        if let [part] = parts {
            return GRADIENT.with_borrow_mut(|space| self.one_part(part, slices, space));
        }
        let (left, right) = parts.split_at(parts.len() / 2);
        let length = left.iter().map(|part| part.len(&self.network)).sum();
        let (left_slices, right_slices) = slices.split_at(length);
        rayon::join(|| self.each_part(left, left_slices), || self.each_part(right, right_slices));
    }

    /// Gradient, weight decay (weights alone, not biases or batch norm) and update of one part; `space`
    /// grows to the longest part that its thread has had.
    fn one_part(&self, part: &Part, slices: ParameterSlices, space: &mut Aligned) {
        let (ParameterSlices { values, first, second }, update) = (slices, self.update);
        if space.len() < values.len() {
            *space = Aligned::zeros(values.len());
        }
        let gradients = &mut space[..values.len()];
        gradient(&self.blocks, &self.examples.inputs, part, gradients);
        if update.weight_decay != 0.0 && matches!(part, Part::Weights { .. }) {
            gradients.iter_mut().zip(&*values).for_each(|(g, w)| *g += update.weight_decay * w);
        }
        update.apply(values, gradients, first, second, self.steps);
    }

    /// Renews the transposed weights, which the signal goes back through.
    fn transpose(&mut self) {
        let Self { network, transposed, .. } = self;
        let layers = transposed.par_iter_mut().enumerate();
        layers.for_each(|(before, transposed)| network.transpose(before + 1, transposed));
    }
}

/// Stretches of the parameters and of everything that stands beside them, of one length (memories
/// that the optimizer does not have are empty).
struct ParameterSlices<'a> {
    values: &'a mut [Real],
    first: &'a mut [Real],
    second: &'a mut [Real],
}

impl ParameterSlices<'_> {
    /// The first `length` parameters with their memories, and the rest; empty memories stay empty.
    fn split_at(self, length: usize) -> (Self, Self) {
        let (values, values_right) = self.values.split_at_mut(length);
        let (first, first_right) = self.first.split_at_mut(length.min(self.first.len()));
        let (second, second_right) = self.second.split_at_mut(length.min(self.second.len()));
        (
            Self { values, first, second },
            Self { values: values_right, first: first_right, second: second_right },
        )
    }
}

/// Blocks for a batch of `batch_size` rows: all of `rows` rows but the last, which has the rest.
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
