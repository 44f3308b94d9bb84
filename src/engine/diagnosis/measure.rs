//! Measures a network before its first update and in a short trial: what becomes of its signal and its gradient on the
//! first mini-batch, and what the first updates of the run make of a copy.
//!
//! What is measured are plain numbers, one row per layer ([`LayerFacts`]), so that whoever judges them
//! never sees a network. The copy is thrown away; the network stays as it is.

use super::backward::{Backward, LayerParameters};
use super::facts::{Facts, LayerFacts, Trial, ratio};
use super::setup::Setup;
use crate::Real;
use crate::data::batches::Batches;
use crate::nn::inputs::Examples;
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::Update;
use crate::stats::{label_entropy, mean, rms, standard_deviation};
use crate::train::batch_values::BatchValues;
use crate::train::step::Trainer;

/// Updates of the copy on which the training is tried, in a run that has as many.
///
/// Ten do not show how a loss far above that of knowing nothing goes on, nor what a learning rate does that
/// kills units one by one; more cost more than they tell (`docs/DIAGNOSIS.md`).
pub const TRIAL_UPDATES: usize = 36;

/// The least number of examples that a network is measured on; of one, nothing tells how it differs from others.
const LEAST_EXAMPLES: usize = 50;

impl Setup {
    /// What is measured of it before training and in a short trial.
    pub fn facts(&self, examples: &Examples) -> Facts {
        measure(&self.network(examples), self, examples, TRIAL_UPDATES)
    }
}

/// Measures a network that is about to be trained as `setup` says, trying so many updates at the most.
pub fn measure(network: &Network, setup: &Setup, examples: &Examples, updates: usize) -> Facts {
    let mut first = FirstUpdates::new(network, setup, examples, updates);
    let mut batches = setup.batches();
    let mut trainer = Trainer::new(network.clone(), examples, setup.update, batches.size());
    while !first.over {
        let loss = trainer.step(batches.draw());
        first.see(loss, trainer.network());
    }
    first.facts
}

/// The measurements of a network before its first update and after so many of them. What a trainer makes of the run's
/// mini-batches is what the run will be: where the network is trained anyway, the run itself is the trial.
pub struct FirstUpdates<'a> {
    facts: Facts,
    examples: &'a Examples,
    /// Those after the ones that were seen.
    batches: Batches,
    seen: usize,
    updates: usize,
    over: bool,
}

impl<'a> FirstUpdates<'a> {
    /// Measures the network as it is before any update.
    pub fn new(network: &Network, setup: &Setup, examples: &'a Examples, updates: usize) -> Self {
        let batches = setup.batches();
        let mut trainer = Trainer::new(network.clone(), examples, setup.update, batches.size());
        let LayerSnapshot { loss, layers, .. } = snapshot(&mut trainer, &sample(&batches), setup.iterations);
        let facts = Facts {
            setup: setup.clone(),
            layers,
            start_loss: loss,
            label_entropy: label_entropy(&examples.labels[..setup.examples]),
            trial: Trial { losses: Vec::new(), layers: Vec::new() },
        };
        Self { facts, examples, batches, seen: 0, updates: updates.min(setup.iterations), over: false }
    }

    /// What was measured elsewhere; nothing is left to be seen.
    pub fn known(facts: Facts, examples: &'a Examples) -> Self {
        Self { batches: facts.setup.batches(), facts, examples, seen: 0, updates: 0, over: true }
    }

    /// One update of the run: the loss of its mini-batch before it, and the network after it.
    pub fn see(&mut self, loss: Real, network: &Network) {
        if self.over {
            return;
        }
        self.batches.draw();
        self.seen += 1;
        if self.seen > 1 || !loss.is_finite() {
            self.facts.trial.losses.push(f64::from(loss)); // the first one is known from before
        }
        self.over = self.seen == self.updates || !loss.is_finite();
        if self.over && loss.is_finite() {
            self.measure_again(network);
        }
    }

    fn measure_again(&mut self, network: &Network) {
        let Setup { update, iterations, .. } = self.facts.setup;
        let mut trainer = Trainer::new(network.clone(), self.examples, update, self.batches.size());
        let mut snapshot = snapshot(&mut trainer, &sample(&self.batches), iterations);
        snapshot.tell_noise_apart(&mut trainer, &mut self.batches);
        self.facts.trial.losses.push(snapshot.loss);
        self.facts.trial.layers = snapshot.layers;
    }

    /// What was measured.
    pub fn facts(self) -> Facts {
        self.facts
    }
}

/// The examples that are measured on: the next mini-batch, or so many of the next ones together that they are
/// [`LEAST_EXAMPLES`].
fn sample(batches: &Batches) -> Vec<u32> {
    let mut batches = batches.clone();
    let mut sample = batches.draw().to_vec();
    while sample.len() < LEAST_EXAMPLES {
        sample.extend(batches.draw());
    }
    sample
}

/// The loss of some examples and all that they show of each layer.
struct LayerSnapshot {
    loss: f64,
    layers: Vec<LayerFacts>,
    /// The mean of each layer's inputs over these examples.
    means: Vec<Vec<f64>>,
}

impl LayerSnapshot {
    /// Adds the noise of each layer's gradient, and takes from its size what is noise: both from the gradients of the next
    /// mini-batches, as many as [`LEAST_EXAMPLES`] need and two at least. The products of different ones have none.
    fn tell_noise_apart(&mut self, trainer: &mut Trainer, batches: &mut Batches) {
        let count = LEAST_EXAMPLES.div_ceil(trainer.batch_size()).max(2);
        let gradients: Vec<_> = (0..count).map(|_| trainer.differentiate(batches.draw())).collect();
        for (index, (layer, means)) in self.layers.iter_mut().zip(&self.means).enumerate() {
            let layer_of = |gradients| LayerParameters::new(trainer.network(), gradients, index);
            let (mut sum, mut squares) = (Vec::new(), 0.0);
            for gradient in gradients.iter().map(|gradients| layer_of(gradients).gradient_from_inputs(means))
            {
                sum.resize(gradient.len(), 0.0);
                squares += gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>();
                sum.iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += f64::from(*g));
            }
            let (of_sum, count, weights) =
                (sum.iter().map(|sum| sum * sum).sum::<f64>(), count as f64, sum.len() as f64);
            layer.noise_rms =
                ((squares - of_sum / count).clamp(0.0, f64::INFINITY) / (count - 1.0) / weights).sqrt();
            layer.input_gradient_rms =
                ((of_sum - squares).clamp(0.0, f64::INFINITY) / count / (count - 1.0) / weights).sqrt();
        }
    }
}

/// A snapshot, without an update. A trainer has room for one batch size: several mini-batches are measured in a trainer of
/// their own.
fn snapshot(trainer: &mut Trainer, batch: &[u32], iterations: usize) -> LayerSnapshot {
    if batch.len() == trainer.batch_size() {
        return snapshot_of(trainer, batch, iterations);
    }
    let (network, examples, update) = (trainer.network().clone(), trainer.examples(), *trainer.update());
    let mini_batch_size = trainer.batch_size();
    let mut wide = Trainer::of_mini_batches(network, examples, update, batch.len(), mini_batch_size);
    snapshot_of(&mut wide, batch, iterations)
}

/// The same of as many examples as the trainer has room for.
fn snapshot_of(trainer: &mut Trainer, batch: &[u32], iterations: usize) -> LayerSnapshot {
    let loss = f64::from(trainer.loss(batch));
    let forward = forward(trainer);
    let gradients = trainer.differentiate(batch);
    let backward = Backward::new(trainer, &gradients, batch, iterations);
    let rows = forward.into_iter().enumerate().map(|(layer, row)| backward.measure(layer, &row));
    let (layers, means) = rows.unzip();
    LayerSnapshot { loss, layers, means }
}

/// What the last forward pass shows of each layer, the other numbers still 0.
fn forward(trainer: &Trainer) -> Vec<LayerFacts> {
    let architecture = &trainer.network().architecture;
    // At 0 other functions than ReLU let a gradient pass.
    let can_die = architecture.activation.derivative(0.0) == 0.0;
    let row = |layer: usize| {
        let is_hidden = layer < architecture.hidden.len();
        let signal = BatchValues::signal(trainer, layer);
        let outputs = if is_hidden { BatchValues::activations(trainer, layer) } else { signal.clone() };
        let signal_rms = rms(&outputs.values);
        let saturated = || architecture.activation.saturated_share(&outputs.values);
        LayerFacts {
            layer: layer + 1,
            units: outputs.units,
            signal_std: standard_deviation(&signal.values),
            signal_spread: signal.spread(),
            signal_rms,
            sensitivity: ratio(mean(&outputs.spreads()), signal_rms),
            saturated: if is_hidden { saturated() } else { None },
            dead: if can_die && is_hidden { outputs.dead_share() } else { 0.0 },
            ..LayerFacts::default()
        }
    };
    (0..trainer.network().spans.len()).map(row).collect()
}

/// About how much memory [`measure`] needs beside the network, in bytes: a trainer, its gradient, and of
/// the largest layer a few copies.
pub fn bytes(architecture: &Architecture, update: &Update, batch_size: usize) -> u64 {
    let fans = architecture.fans();
    let parameters: usize = fans.iter().map(|fans| (fans.fan_in + 3) * (fans.fan_out + 16)).sum();
    let (sample, trainers) = match batch_size {
        small if small < LEAST_EXAMPLES => (2 * LEAST_EXAMPLES, 2),
        large => (large, 1),
    };
    let rows: usize = fans.iter().map(|fans| sample * (fans.fan_in + fans.fan_out)).sum();
    let doubles = 3 * (parameters + rows) * size_of::<f64>();
    trainers * Trainer::bytes(architecture, update, sample)
        + (4 * parameters * size_of::<Real>() + doubles) as u64
}
