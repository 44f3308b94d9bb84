//! Measures a network before its first update: on its first mini-batch, and in ten steps of a copy.
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

/// Updates of the copy on which the learning rate is tried.
pub const TRIAL_STEPS: usize = 10;

/// Measures a network that is about to be trained on `batches` (which are copied, not drawn from).
pub fn measure(
    network: &Network,
    examples: &Examples,
    batches: &Batches,
    update: Update,
    iterations: usize,
) -> Measurements {
    let mut batches = batches.clone();
    let batch = batches.draw().to_vec();
    let mut trainer = Trainer::new(network.clone(), examples, update, batch.len());
    let start_loss = f64::from(trainer.loss(&batch));
    let forward = forward(&trainer);
    let spreads: Vec<f64> = (0..forward.len()).map(|layer| Rows::signal(&trainer, layer).spread()).collect();
    let gradients = trainer.differentiate(&batch);
    let backward = Backward::new(&trainer, &gradients, &batch, iterations);
    let rows = forward.into_iter().zip(spreads).enumerate();
    let layers = rows.map(|(layer, (row, spread))| backward.measure(layer, &row, spread)).collect();
    Measurements {
        layers,
        iterations,
        optimizer: update.optimizer,
        learning_rate: f64::from(update.learning_rate),
        momentum: f64::from(update.momentum),
        batch_norm: network.architecture.batch_norm,
        bounded: network.architecture.activation.is_bounded(),
        start_loss,
        label_entropy: label_entropy(&examples.labels),
        trial: trial(&mut trainer, &batch, &mut batches),
    }
}

/// About how much memory [`measure`] needs beside the network, in bytes: a trainer, its gradient, and of
/// the largest layer a few copies.
pub fn bytes(architecture: &Architecture, update: &Update, batch_size: usize) -> u64 {
    let fans = architecture.fans();
    let parameters: usize = fans.iter().map(|fans| (fans.fan_in + 3) * (fans.fan_out + 16)).sum();
    let rows: usize = fans.iter().map(|fans| batch_size * (fans.fan_in + fans.fan_out)).sum();
    let doubles = 3 * (parameters + rows) * size_of::<f64>();
    Trainer::bytes(architecture, update, batch_size) + (4 * parameters * size_of::<Real>() + doubles) as u64
}

/// Ten steps from the first mini-batch on, each judged on the mini-batch after its own.
fn trial(trainer: &mut Trainer, first: &[u32], batches: &mut Batches) -> Trial {
    trainer.step(first);
    let mut losses: Vec<f64> = (1..TRIAL_STEPS).map(|_| f64::from(trainer.step(batches.draw()))).collect();
    losses.push(f64::from(trainer.loss(batches.draw())));
    let after = forward(trainer);
    let hidden = &after[..after.len() - 1];
    Trial {
        losses,
        dead: hidden.iter().map(|layer| layer.dead).fold(0.0, f64::max),
        sensitivity: hidden.last().map_or(1.0, |last| last.sensitivity),
    }
}

/// What the last forward pass shows of each layer, the other numbers still 0.
fn forward(trainer: &Trainer) -> Vec<LayerMeasurements> {
    let architecture = &trainer.network().architecture;
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
            dead: if is_hidden { outputs.dead_share() } else { 0.0 },
            ..LayerMeasurements::default()
        }
    };
    (0..trainer.network().spans.len()).map(row).collect()
}
