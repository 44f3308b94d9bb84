//! Findings: what stands out among the measurements of a network, with its layer and its numbers.

use super::cause::Cause;
use super::measurements::{LayerMeasurements, Measurements};
use super::text::short;

/// A thing that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The cause that it speaks for.
    pub cause: Cause,
    /// The layer, from 1, where it is one layer's.
    pub layer: Option<usize>,
    /// The finding in words with its numbers, to stand after "stalled:" or "learned although".
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
/// A layer whose activations vary over inputs by less than this share of their size barely tells them
/// apart.
const INSENSITIVE: f64 = 0.02;

/// The first number of the measurements that is infinite or NaN.
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

fn hidden(measured: &Measurements) -> &[LayerMeasurements] {
    &measured.layers[..measured.layers.len() - 1]
}

fn identical_units(measured: &Measurements) -> Option<Finding> {
    let layer = hidden(measured).iter().find(|layer| layer.units > 1 && layer.distinct_units == 1)?;
    let LayerMeasurements { units, layer, .. } = layer;
    let sentence = format!("all {units} units of layer {layer} have the same weights and the same gradients");
    Some(Finding::new(Cause::IdenticalUnits, *layer, sentence))
}

fn dead(measured: &Measurements) -> Option<Finding> {
    let layer = hidden(measured).iter().find(|layer| layer.dead == 1.0)?.layer;
    Some(Finding::new(Cause::Dead, layer, format!("all units of layer {layer} are 0 for every input")))
}

fn input_lost(measured: &Measurements) -> Option<Finding> {
    let LayerMeasurements { layer, sensitivity, .. } =
        hidden(measured).last().filter(|last| last.sensitivity < INSENSITIVE)?;
    let share = short(*sensitivity);
    let sentence =
        format!("the activations of layer {layer} differ between inputs by only {share} of their size");
    Some(Finding::new(Cause::InputLost, *layer, sentence))
}

fn saturated(measured: &Measurements) -> Option<Finding> {
    let share = |layer: &&LayerMeasurements| layer.saturated.unwrap_or(0.0);
    let worst = hidden(measured).iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let (share, layer) = (share(&worst), worst.layer);
    let sentence = format!("{:.0} % of the activations of layer {layer} are saturated", 100.0 * share);
    (share > SATURATED).then(|| Finding::new(Cause::Saturated, layer, sentence))
}

fn signal(measured: &Measurements) -> Option<Finding> {
    let (first, last) = (measured.layers.first()?, measured.layers.last()?);
    let change = last.signal_std / first.signal_std;
    let (cause, verb) = vanishes_or_explodes(change, Cause::SignalVanishes, Cause::SignalExplodes)?;
    let (from, to) = (short(first.signal_std), short(last.signal_std));
    let sentence = format!("the signal {verb} from {from} in layer 1 to {to} in layer {}", last.layer);
    Some(Finding::new(cause, last.layer, sentence))
}

fn gradient(measured: &Measurements) -> Option<Finding> {
    let (first, last) = (measured.layers.first()?, measured.layers.last()?);
    let change = first.gradient_rms / last.gradient_rms;
    let (cause, verb) = vanishes_or_explodes(change, Cause::GradientVanishes, Cause::GradientExplodes)?;
    let (from, to) = (short(last.gradient_rms), short(first.gradient_rms));
    let sentence = format!("the gradient {verb} from {from} in layer {} to {to} in layer 1", last.layer);
    Some(Finding::new(cause, 1, sentence))
}

fn vanishes_or_explodes(change: f64, vanishes: Cause, explodes: Cause) -> Option<(Cause, &'static str)> {
    match change {
        _ if change < LOST.recip() => Some((vanishes, "shrinks")),
        _ if change > LOST => Some((explodes, "grows")),
        _ => None,
    }
}
