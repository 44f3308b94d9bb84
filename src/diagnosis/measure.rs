//! Measures a network before its first update: on its first mini-batch, and in and after
//! thirty steps of a copy.
//!
//! What is measured are plain numbers, one row per layer ([`LayerMeasurements`]), so that whoever judges
//! them ([`super::diagnose`](fn@super::diagnose)) never sees a network. The copy is thrown away; the network stays as it is.

use super::backward::Backward;
use super::measurements::{LayerMeasurements, Measurements, Trial};
use super::rows::{Rows, ratio};
use crate::Real;
use crate::data::batches::Batches;
use crate::nn::inputs::Examples;
use crate::nn::network::{Architecture, Network};
use crate::nn::optimizer::Update;
use crate::stats::{label_entropy, mean, rms, standard_deviation};
use crate::train::step::Trainer;

/// Updates of the copy on which the training is tried, in a run that has as many.
///
/// Ten do not show how a loss far above that of knowing nothing goes on, nor what a learning rate does that
/// kills units one by one (`docs/DIAGNOSIS.md`).
pub const TRIAL_STEPS: usize = 30;

/// The least number of examples that a network is measured on; of one, nothing tells how it differs from others.
const LEAST_EXAMPLES: usize = 50;

/// Measures a network that is about to be trained on `batches` (which are copied, not drawn from).
pub fn measure(
    network: &Network,
    examples: &Examples,
    batches: &Batches,
    update: Update,
    iterations: usize,
) -> Measurements {
    let mut batches = batches.clone();
    let mut trainer = Trainer::new(network.clone(), examples, update, batches.clone().draw().len());
    let (start_loss, layers) = snapshot(&mut trainer, &sample(&batches), iterations);
    let gradient_variance = gradient_variance(&mut trainer, &batches);
    Measurements {
        layers,
        iterations,
        batch_size: trainer.batch_size(),
        optimizer: update.optimizer,
        learning_rate: f64::from(update.learning_rate),
        momentum: f64::from(update.momentum),
        weight_decay: f64::from(update.weight_decay),
        batch_norm: network.architecture.batch_norm,
        bounded: network.architecture.activation.is_bounded(),
        start_loss,
        label_entropy: label_entropy(&examples.labels),
        gradient_variance,
        trial: trial(&mut trainer, &mut batches, iterations),
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

/// How much the gradient of a mini-batch differs from the mean gradient: the squared distance between the two, summed
/// over all parameters, from the next mini-batches, as many as [`LEAST_EXAMPLES`] need and two at least.
fn gradient_variance(trainer: &mut Trainer, batches: &Batches) -> f64 {
    let mut batches = batches.clone();
    let count = LEAST_EXAMPLES.div_ceil(trainer.batch_size()).max(2);
    let mut sums = vec![0.0; trainer.network().parameters.len()];
    let mut squares = 0.0;
    for _ in 0..count {
        let gradient = trainer.differentiate(batches.draw());
        for (sum, value) in sums.iter_mut().zip(gradient.iter().map(|value| f64::from(*value))) {
            *sum += value;
            squares += value * value;
        }
    }
    let square_of_sum: f64 = sums.iter().map(|sum| sum * sum).sum();
    (squares - square_of_sum / count as f64) / (count - 1) as f64
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

/// The first steps of the run itself, from the first mini-batch on: what a trainer makes of the same
/// mini-batches is what the run will be.
fn trial(trainer: &mut Trainer, batches: &mut Batches, iterations: usize) -> Trial {
    trainer.step(batches.draw());
    let mut losses: Vec<f64> = Vec::new();
    for _ in 1..TRIAL_STEPS.min(iterations) {
        losses.push(f64::from(trainer.step(batches.draw())));
        if !losses[losses.len() - 1].is_finite() {
            return Trial { losses, layers: Vec::new() };
        }
    }
    let (loss, layers) = snapshot(trainer, &sample(batches), iterations);
    losses.push(loss);
    Trial { losses, layers }
}

/// The loss of some examples and all that they show of each layer, without an update. A trainer has room for
/// one batch size: for several mini-batches its network is looked at in a trainer of their own.
fn snapshot(trainer: &mut Trainer, batch: &[u32], iterations: usize) -> (f64, Vec<LayerMeasurements>) {
    if batch.len() == trainer.batch_size() {
        return look(trainer, batch, iterations);
    }
    let (network, examples, update) = (trainer.network().clone(), trainer.examples(), *trainer.update());
    let mini_batch_size = trainer.batch_size();
    let mut wide = Trainer::of_mini_batches(network, examples, update, batch.len(), mini_batch_size);
    look(&mut wide, batch, iterations)
}

/// The same of as many examples as the trainer has room for.
fn look(trainer: &mut Trainer, batch: &[u32], iterations: usize) -> (f64, Vec<LayerMeasurements>) {
    let loss = f64::from(trainer.loss(batch));
    let forward = forward(trainer);
    let spreads: Vec<f64> = (0..forward.len()).map(|layer| Rows::signal(trainer, layer).spread()).collect();
    let gradients = trainer.differentiate(batch);
    let backward = Backward::new(trainer, &gradients, batch, iterations);
    let rows = forward.into_iter().zip(spreads).enumerate();
    (loss, rows.map(|(layer, (row, spread))| backward.measure(layer, &row, spread)).collect())
}

/// What the last forward pass shows of each layer, the other numbers still 0.
fn forward(trainer: &Trainer) -> Vec<LayerMeasurements> {
    let architecture = &trainer.network().architecture;
    // At 0 other functions than ReLU let a gradient pass.
    let can_die = architecture.activation.derivative(0.0) == 0.0;
    let row = |layer: usize| {
        let is_hidden = layer < architecture.hidden.len();
        let signal = Rows::signal(trainer, layer);
        let outputs = if is_hidden { Rows::activations(trainer, layer) } else { signal.clone() };
        let signal_rms = rms(&outputs.values);
        let saturated = || architecture.activation.saturated_share(&outputs.values);
        LayerMeasurements {
            layer: layer + 1,
            units: outputs.units,
            signal_std: standard_deviation(&signal.values),
            signal_rms,
            sensitivity: ratio(mean(&outputs.spreads()), signal_rms),
            saturated: if is_hidden { saturated() } else { None },
            dead: if can_die && is_hidden { outputs.dead_share() } else { 0.0 },
            ..LayerMeasurements::default()
        }
    };
    (0..trainer.network().spans.len()).map(row).collect()
}
