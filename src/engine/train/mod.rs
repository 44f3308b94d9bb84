//! The training loop: one network, one stream of mini-batches, one loss per iteration.
//!
//! [`step`] holds the two phases of one iteration; [`evaluate`] and [`probe`] with [`layer_values`] measure a network without
//! changing it, [`unit_similarity`] compares its units, [`travel`] follows an optimizer alone. Nothing here writes, prints or knows what time it is; what happens is told to a closure.
//!
//! An experiment makes a [`Trainer`] and [`Batches`] and hands both to [`train`], which calls a closure
//! after each update. The closure keeps the losses, evaluates when it is time, and may stop the run.

pub mod batch_values;
pub mod evaluate;
pub mod layer_values;
pub mod probe;
pub mod step;
pub mod travel;
pub mod unit_similarity;
pub mod value_range;

use crate::Real;
use crate::data::batches::Batches;
use crate::nn::names::named_family;
use crate::nn::network::Network;
use std::ops::ControlFlow;
use step::Trainer;

/// The answer of a closure or an observer that wants no further iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// When the loss of an iteration is taken: before its update (the loss whose gradient is used) or
/// after it on the same batch, as the book does, at the price of another forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossAt {
    /// Before the update: the loss at the parameters whose gradient is used. No further forward pass.
    Before,
    /// After the update, on the same mini-batch: one more forward pass per iteration.
    After,
}

impl LossAt {
    /// Both with their names on the command line and in `run.json`.
    pub const NAMED: &[(&'static str, Self)] = &[("before", Self::Before), ("after", Self::After)];
}

named_family!(LossAt, "moment");

/// Trains for `iterations` updates and tells `each` the iteration (from 0), its loss and the network
/// after its update.
///
/// Ends early after the first loss that is not finite, which is still told: nothing follows it but
/// more of the same. That is `Continue` too: only a [`Stopped`] from `each` makes the result a `Break`.
///
/// # Panics
/// If the batches have not the size that the trainer was made for.
pub fn train(
    trainer: &mut Trainer,
    batches: &mut Batches,
    iterations: usize,
    loss_at: LossAt,
    mut each: impl FnMut(usize, Real, &Network) -> ControlFlow<Stopped>,
) -> ControlFlow<Stopped> {
    for iteration in 0..iterations {
        let batch = batches.draw();
        let mut loss = trainer.step(batch);
        if loss_at == LossAt::After {
            loss = trainer.loss(batch);
        }
        each(iteration, loss, trainer.network())?;
        if !loss.is_finite() {
            break;
        }
    }
    ControlFlow::Continue(())
}
