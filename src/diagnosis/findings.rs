//! Findings: what stands out among the measurements of a network, with its layer and its numbers.
//!
//! [`Finding`] is also what `pace` finds in the trial steps. Here is what the first pass shows: `not_finite`
//! is asked first, so that the other functions meet finite numbers.

use super::cause::Cause;
use super::measurements::{LayerMeasurements, Measurements};
use super::text::short;

/// A cause that the numbers of a network speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// The layer, from 1, where it is one layer's.
    pub layer: Option<usize>,
    /// The finding in words with its numbers, to stand after "stalled:" or "learned although"; without a
    /// full stop: `all units of layer 2 are 0 for every input`.
    pub sentence: String,
}

impl Finding {
    fn new(cause: Cause, layer: impl Into<Option<usize>>, sentence: String) -> Self {
        Self { cause, layer: layer.into(), sentence }
    }
}

/// A signal or gradient that changes by more than this factor over the network has vanished or exploded.
const LOST: f64 = 100.0;
/// Above this share of activations at the ends of their range, a layer is saturated.
const SATURATED: f64 = 0.5;
/// A layer in which at most this share of units differ is worth few units.
const COPIES: f64 = 0.1;
/// A layer whose activations vary over inputs by less than this share of their size barely tells them
/// apart.
const INSENSITIVE: f64 = 0.02;

/// The first number of the measurements that is infinite or NaN: forward, then the loss, then backward.
pub(super) fn not_finite(measured: &Measurements) -> Option<Finding> {
    let broken = |value: fn(&LayerMeasurements) -> f64| {
        measured.layers.iter().find(|layer| !value(layer).is_finite()).map(|layer| layer.layer)
    };
    let forward: [fn(&LayerMeasurements) -> f64; 3] =
        [|layer| layer.signal_rms, |layer| layer.signal_std, |layer| layer.sensitivity];
    if let Some(layer) = forward.into_iter().find_map(broken) {
        let sentence = format!("the first forward pass overflows in layer {layer}");
        return Some(Finding::new(Cause::SignalOverflows, layer, sentence));
    }
    if !measured.start_loss.is_finite() {
        let sentence = "the loss overflows before any update".to_owned();
        return Some(Finding::new(Cause::SignalOverflows, None, sentence));
    }
    let backward: [fn(&LayerMeasurements) -> f64; 4] = [
        |layer| layer.gradient_rms,
        |layer| layer.input_gradient_rms,
        |layer| layer.effect,
        |layer| layer.alignment,
    ];
    let layer = backward.into_iter().find_map(broken)?;
    let sentence = format!("the first gradient overflows in layer {layer}");
    Some(Finding::new(Cause::GradientExplodes, layer, sentence))
}

/// Everything that stands out in the first pass, the gravest first.
pub(super) fn findings(measured: &Measurements) -> Vec<Finding> {
    let all = [identical_units, dead, input_lost, saturated, signal, gradient];
    all.iter().filter_map(|look_for| look_for(measured)).collect()
}

/// The layers but the output layer.
fn hidden(measured: &Measurements) -> &[LayerMeasurements] {
    &measured.layers[..measured.layers.len() - 1]
}

/// The first hidden layer of several units that are all equal in weights, bias and gradients, bit by bit, or of which
/// hardly any differ ([`COPIES`]).
fn identical_units(measured: &Measurements) -> Option<Finding> {
    let is_alike = |layer: &&LayerMeasurements| {
        let distinct = layer.distinct_units;
        layer.units > 1 && (distinct == 1 || distinct as f64 <= COPIES * layer.units as f64)
    };
    let LayerMeasurements { units, layer, distinct_units, .. } = hidden(measured).iter().find(is_alike)?;
    let sentence = match distinct_units {
        1 => format!("all {units} units of layer {layer} have the same weights and the same gradients"),
        few => format!("the {units} units of layer {layer} have only {few} different weights and gradients"),
    };
    Some(Finding::new(Cause::IdenticalUnits, *layer, sentence))
}

/// The first hidden layer whose units are all 0 for every input.
fn dead(measured: &Measurements) -> Option<Finding> {
    let layer = hidden(measured).iter().find(|layer| layer.dead == 1.0)?.layer;
    Some(Finding::new(
        Cause::Dead,
        layer,
        format!("all units of layer {layer} are 0 for every input that was looked at"),
    ))
}

/// The last hidden layer, where it barely tells inputs apart ([`INSENSITIVE`]).
fn input_lost(measured: &Measurements) -> Option<Finding> {
    let LayerMeasurements { layer, sensitivity, .. } =
        hidden(measured).last().filter(|last| last.sensitivity < INSENSITIVE)?;
    Some(Finding::new(Cause::InputLost, *layer, barely_differ(*layer, *sensitivity)))
}

/// A sentence on activations that are nearly, or quite, the same for all inputs.
pub(super) fn barely_differ(layer: usize, share: f64) -> String {
    let layer = format!("the activations of layer {layer}");
    match share {
        0.0 => format!("{layer} do not differ between inputs"),
        share => format!("{layer} differ between inputs by only {} of their size", short(share)),
    }
}

/// The most saturated hidden layer, where more than half of it is ([`SATURATED`]).
fn saturated(measured: &Measurements) -> Option<Finding> {
    let share = |layer: &&LayerMeasurements| layer.saturated.unwrap_or(0.0);
    let worst = hidden(measured).iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let (share, layer) = (share(&worst), worst.layer);
    let sentence = format!("{:.0} % of the activations of layer {layer} are saturated", 100.0 * share);
    (share > SATURATED).then(|| Finding::new(Cause::Saturated, layer, sentence))
}

/// The spread of the pre-activations of the output layer over that of the first hidden one, where it is lost.
fn signal(measured: &Measurements) -> Option<Finding> {
    let (first, last) = (measured.layers.first()?, measured.layers.last()?);
    let change = last.signal_std / first.signal_std;
    let (cause, verb) = vanishes_or_explodes(change, Cause::SignalVanishes, Cause::SignalExplodes)?;
    let (from, to) = (short(first.signal_std), short(last.signal_std));
    let sentence = format!("the signal {verb} from {from} in layer 1 to {to} in layer {}", last.layer);
    Some(Finding::new(cause, last.layer, sentence))
}

/// The gradient of the first layer's weights over that of the output layer's, where it is lost.
///
/// Behind batch norm a gradient is inversely proportional to the size of the weights, which mean nothing there: the
/// products of both are compared, of hidden layers alone, for the output layer has no batch norm.
fn gradient(measured: &Measurements) -> Option<Finding> {
    let is_normalized = measured.batch_norm;
    let layers = if is_normalized { hidden(measured) } else { &measured.layers };
    let (first, last) = (layers.first()?, layers.last()?);
    let size =
        |layer: &LayerMeasurements| layer.gradient_rms * if is_normalized { layer.weight_rms } else { 1.0 };
    let change = size(first) / size(last);
    let (cause, verb) = vanishes_or_explodes(change, Cause::GradientVanishes, Cause::GradientExplodes)?;
    let what = if is_normalized { "gradient times weights" } else { "gradient" };
    let (from, to) = (short(size(last)), short(size(first)));
    let sentence = format!("the {what} {verb} from {from} in layer {} to {to} in layer 1", last.layer);
    Some(Finding::new(cause, 1, sentence))
}

/// The cause and the verb for a change by more than [`LOST`]; none for a smaller one and for NaN (0 over 0).
fn vanishes_or_explodes(change: f64, vanishes: Cause, explodes: Cause) -> Option<(Cause, &'static str)> {
    match change {
        _ if change < LOST.recip() => Some((vanishes, "shrinks")),
        _ if change > LOST => Some((explodes, "grows")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::tests::healthy;

    /// Batch norm makes a gradient as small as the weights are large, and nothing of that is lost on its way.
    #[test]
    fn behind_batch_norm_large_weights_are_no_vanishing_gradient() {
        let found = |batch_norm: bool| {
            let mut measured = Measurements { batch_norm, ..healthy() };
            measured.layers[0].weight_rms *= 1000.0;
            measured.layers[0].gradient_rms /= 1000.0;
            findings(&measured).iter().any(|finding| finding.cause == Cause::GradientVanishes)
        };
        assert!(found(false) && !found(true));
    }
}
