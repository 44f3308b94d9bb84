//! A run with everything that an export holds: what is written, and what is computed again.

use super::arrays::{Array, flat, of_layers, running};
use crate::Real;
use crate::train::LossAt;
use crate::train::step::Trainer;

/// How a run goes, its network and optimizer apart.
#[derive(Clone, Debug)]
pub struct RecordedSetup {
    /// The update at which it starts; above 0 where an export is taken up at a step.
    pub from: usize,
    /// How many updates there are in all.
    pub iterations: usize,
    /// When a loss is taken.
    pub loss_at: LossAt,
    /// The numbers of updates after which everything is kept.
    pub at: Vec<usize>,
}

/// A run, recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The arrays of each moment by the name of its file, in their order: `start`, `at-5`, `end`.
    pub moments: Vec<(String, Vec<Array>)>,
    /// The examples of every mini-batch, one after the other.
    pub batches: Vec<u32>,
    /// The loss of every iteration; the last one may not be finite.
    pub losses: Vec<Real>,
}

/// Trains to the end, or to the first loss that is not finite, and keeps what is asked for. `next` gives each
/// mini-batch.
pub fn record(trainer: &mut Trainer, setup: &RecordedSetup, mut next: impl FnMut() -> Vec<u32>) -> Recording {
    let mut found = Recording { moments: Vec::new(), batches: Vec::new(), losses: Vec::new() };
    if setup.from == 0 {
        found.moments.push(("start".to_owned(), state(trainer)));
    }
    for iteration in setup.from..setup.iterations {
        let batch = next();
        if setup.at.contains(&iteration) {
            let arrays = [state(trainer), inside(trainer, &batch)].concat();
            found.moments.push((format!("at-{iteration}"), arrays));
        }
        let mut loss = trainer.step(&batch);
        if setup.loss_at == LossAt::After {
            loss = trainer.loss(&batch);
        }
        found.batches.extend(batch);
        found.losses.push(loss);
        if !loss.is_finite() {
            break;
        }
    }
    found.moments.push(("end".to_owned(), state(trainer)));
    found
}

/// Parameters, running statistics, and what the optimizer remembers.
fn state(trainer: &Trainer) -> Vec<Array> {
    let network = trainer.network();
    let mut arrays = flat(network, &network.parameters, ["", ""]);
    arrays.extend(running(network));
    for (memory, name) in trainer.memory().into_iter().zip([".first", ".second"]) {
        if !memory.is_empty() {
            arrays.extend(flat(network, memory, ["", name]));
        }
    }
    arrays
}

/// What a batch makes in the network, forward and back, before its update: `z`, `a`, `d_z` of every layer, and the gradient
/// of every parameter, without weight decay.
fn inside(trainer: &mut Trainer, batch: &[u32]) -> Vec<Array> {
    let layers = trainer.network().spans.len();
    trainer.loss(batch);
    let (network, blocks) = (trainer.network(), trainer.blocks());
    let mut arrays = of_layers(network, blocks, "z", layers, |block, layer| &block.layers[layer].z);
    arrays.extend(of_layers(network, blocks, "a", layers - 1, |block, layer| &block.layers[layer].a));
    let gradient = trainer.differentiate(batch);
    let network = trainer.network();
    arrays.extend(of_layers(network, trainer.blocks(), "d_z", layers, |block, layer| block.d_z(layer)));
    arrays.extend(flat(network, &gradient, ["d_", ""]));
    arrays
}
