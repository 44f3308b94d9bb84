//! The evaluation of a network on examples: mean loss and accuracy, without changing the network.
//!
//! An [`Evaluator`] is made once for an architecture and a set of examples and used after any number of
//! updates. It sends 512 rows at a time through the network, in blocks that run in parallel, and adds the
//! losses of the blocks in their order: the number of threads changes no bit of the result.
//!
//! ```
//! use initlab_engine::nn::{activation::Activation, loss::Loss};
//! use initlab_engine::nn::inputs::{Examples, Inputs};
//! use initlab_engine::nn::network::{Architecture, Network};
//! use initlab_engine::train::evaluate::Evaluator;
//! use ndarray::array;
//!
//! let examples = Examples { inputs: Inputs::Dense(array![[0.0, 1.0], [1.0, 0.0]]), labels: vec![0, 1] };
//! let architecture = Architecture {
//!     inputs: 2,
//!     hidden: vec![4],
//!     outputs: 2,
//!     activation: Activation::Relu,
//!     loss: Loss::SoftmaxCrossEntropy,
//!     batch_norm: false,
//! };
//! let network = Network::new(architecture, &"zeros".parse()?, 1);
//! let evaluation = Evaluator::new(&network, &examples).evaluate(&network);
//! // All logits are 0: each class has probability 1/2, and the first class is named.
//! assert!((f64::from(evaluation.loss) - 2.0_f64.ln()).abs() < 1e-6);
//! assert_eq!(evaluation.accuracy, 0.5);
//! # Ok::<(), initlab_engine::nn::init::names::InitError>(())
//! ```

use super::step::{ROWS_PER_BLOCK, row_blocks};
use crate::Real;
use crate::nn::batch_norm::Statistics;
use crate::nn::inputs::Examples;
use crate::nn::network::Network;
use crate::nn::rows::RowBlock;
use rayon::prelude::*;

/// Mean loss and share of right answers over a set of examples; both are NaN for a set without examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean loss per example, in nats; summed in double precision, then rounded to the engine's.
    pub loss: Real,
    /// Share of examples whose class was named, from 0 to 1; NaN where the loss is not finite: what a network
    /// that overflows names is no answer.
    pub accuracy: f64,
}

/// Space for evaluating networks of one architecture on one set of examples.
#[derive(Debug)]
pub struct Evaluator<'a> {
    examples: &'a Examples,
    every: Vec<u32>,
    blocks: Vec<RowBlock>,
}

/// Rows that are in memory at a time.
const ROWS_AT_ONCE: usize = 512;

impl<'a> Evaluator<'a> {
    /// Space for evaluating networks of this one's architecture on all `examples`; of `network` itself only
    /// the architecture is used.
    pub fn new(network: &Network, examples: &'a Examples) -> Self {
        Self::of_first(examples.labels.len(), network, examples)
    }

    /// Space for looking at the first `count` examples, at all where there are fewer.
    pub fn of_first(count: usize, network: &Network, examples: &'a Examples) -> Self {
        Self::of((0..count.min(examples.labels.len()) as u32).collect(), network, examples)
    }

    /// Space for looking at these examples.
    pub fn of(every: Vec<u32>, network: &Network, examples: &'a Examples) -> Self {
        let blocks = row_blocks(network, &examples.inputs, ROWS_AT_ONCE.min(every.len()), ROWS_PER_BLOCK);
        Self { examples, every, blocks }
    }

    /// Mean loss and accuracy of `network` on the examples that the evaluator was made for.
    ///
    /// Batch norm uses its running statistics, as a network in use does, not those of these examples.
    pub fn evaluate(&mut self, network: &Network) -> Evaluation {
        let (mut loss, mut right) = (0.0, 0);
        for indices in self.every.chunks(ROWS_AT_ONCE) {
            let examples = self.examples;
            let rows = self.blocks[0].losses.len();
            let used = indices.len().div_ceil(rows);
            self.blocks[..used].par_iter_mut().zip(indices.par_chunks(rows)).for_each(|(block, indices)| {
                block.forward(network, &examples.inputs, indices, Statistics::Running);
                block.loss(network, examples, indices, 1.0);
            });
            for (block, indices) in self.blocks.iter().zip(indices.chunks(rows)) {
                loss += block.losses[..indices.len()].iter().map(|loss| f64::from(*loss)).sum::<f64>();
                right += hits(block, network, examples, indices);
            }
        }
        let count = self.every.len() as f64;
        let loss = (loss / count) as Real;
        Evaluation { loss, accuracy: if loss.is_finite() { f64::from(right) / count } else { f64::NAN } }
    }
}

/// The number of rows of a block whose greatest logit is that of their label, after a forward pass of the
/// examples with these indices. A row with a logit that is NaN names no class and is no hit.
fn hits(block: &RowBlock, network: &Network, examples: &Examples, indices: &[u32]) -> u32 {
    let loss = network.architecture.loss;
    let logits = block.logits(network);
    let right = |&(row, index): &(usize, &u32)| {
        let row = logits.row(row);
        let logits = row.to_slice().expect("rows are contiguous");
        loss.decide(logits) == Some(examples.labels[*index as usize])
    };
    indices.iter().enumerate().filter(right).count() as u32
}
