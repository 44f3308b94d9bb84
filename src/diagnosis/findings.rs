//! Findings: what stands out among the measurements of a network, with its layer and its numbers.

use super::cause::Cause;
use super::measure::{LayerMeasurements, Measurements};

/// A thing that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The cause that it speaks for.
    pub cause: Cause,
    /// The layer, from 1, where it is one layer's.
    pub layer: Option<usize>,
    /// The finding in words with its numbers.
    pub sentence: String,
}

/// A signal or gradient that changes by more than this factor over the network has vanished or exploded.
const LOST: f64 = 100.0;
/// Above this share of activations at the ends of their range, a layer is saturated.
const SATURATED: f64 = 0.5;
/// A layer whose activations vary over inputs by less than this share of their size barely tells them
/// apart.
const INSENSITIVE: f64 = 0.02;
/// A layer must be able to move this far, in units of itself, for a network to learn.
pub const LEAST_TRAVEL: f64 = 0.126;
/// Trial steps that raise the loss by more than this factor are too large.
pub const LARGEST_RISE: f64 = 5.0;

/// The first number of the measurements that is infinite or NaN.
pub fn not_finite(measured: &Measurements) -> Option<Finding> {
    let broken = |value: fn(&LayerMeasurements) -> f64| {
        measured.layers.iter().find(|layer| !value(layer).is_finite()).map(|layer| layer.layer)
    };
    let finding = |cause, layer: Option<usize>, sentence: String| Some(Finding { cause, layer, sentence });
    let forward: [fn(&LayerMeasurements) -> f64; 3] =
        [|layer| layer.signal_rms, |layer| layer.signal_std, |layer| layer.sensitivity];
    if let Some(layer) = forward.into_iter().find_map(broken) {
        let sentence = format!("the first forward pass overflows in layer {layer}");
        return finding(Cause::SignalOverflows, Some(layer), sentence);
    }
    if !measured.start_loss.is_finite() {
        return finding(Cause::SignalOverflows, None, "the loss overflows before any update".to_owned());
    }
    let layer = broken(|layer| layer.gradient_rms)?;
    finding(Cause::GradientExplodes, Some(layer), format!("the first gradient overflows in layer {layer}"))
}

/// Everything that stands out.
pub fn findings(measured: &Measurements) -> Vec<Finding> {
    let all = [identical_units, dead, too_large, input_lost, saturated, signal, gradient, steps_too_small];
    all.iter().filter_map(|look_for| look_for(measured)).collect()
}

/// What holds a network that is too slow: the first finding, else its slowest layer.
pub fn most_held(measured: &Measurements, found: &[Finding]) -> Finding {
    found.first().cloned().unwrap_or_else(|| slowest(measured))
}

fn hidden(measured: &Measurements) -> &[LayerMeasurements] {
    &measured.layers[..measured.layers.len() - 1]
}

fn identical_units(measured: &Measurements) -> Option<Finding> {
    let layer = hidden(measured).iter().find(|layer| layer.units > 1 && layer.distinct_units == 1)?;
    let sentence = format!(
        "all {} units of layer {} have the same weights and the same gradients",
        layer.units, layer.layer
    );
    Some(Finding { cause: Cause::IdenticalUnits, layer: Some(layer.layer), sentence })
}

fn dead(measured: &Measurements) -> Option<Finding> {
    let layer = hidden(measured).iter().find(|layer| layer.dead == 1.0)?;
    let sentence = format!("all units of layer {} are 0 for every input", layer.layer);
    Some(Finding { cause: Cause::Dead, layer: Some(layer.layer), sentence })
}

fn too_large(measured: &Measurements) -> Option<Finding> {
    let start = measured.start_loss;
    let losses = &measured.trial_losses;
    let broken = losses.iter().position(|loss| !loss.is_finite());
    let highest = losses.iter().copied().fold(start, f64::max);
    let steps = losses.len();
    let sentence = match broken {
        Some(step) => format!("a trial of {steps} updates overflows after {}", step + 1),
        None if highest > LARGEST_RISE * start => {
            format!("a trial of {steps} updates raises the loss from {} to {}", short(start), short(highest))
        }
        None => return None,
    };
    Some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence })
}

fn input_lost(measured: &Measurements) -> Option<Finding> {
    let last = hidden(measured).last().filter(|last| last.sensitivity < INSENSITIVE)?;
    let sentence = format!(
        "the activations of layer {} differ between inputs by only {} of their size",
        last.layer,
        short(last.sensitivity)
    );
    Some(Finding { cause: Cause::InputLost, layer: Some(last.layer), sentence })
}

fn saturated(measured: &Measurements) -> Option<Finding> {
    let share = |layer: &&LayerMeasurements| layer.saturated.unwrap_or(0.0);
    let worst = hidden(measured).iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let share = share(&worst);
    let sentence =
        format!("{:.0} % of the activations of layer {} are saturated", 100.0 * share, worst.layer);
    (share > SATURATED).then_some(Finding { cause: Cause::Saturated, layer: Some(worst.layer), sentence })
}

fn signal(measured: &Measurements) -> Option<Finding> {
    let (first, last) = (measured.layers.first()?, measured.layers.last()?);
    let change = last.signal_std / first.signal_std;
    let told = |word: &str| {
        format!(
            "the signal {word} from {} in layer 1 to {} in layer {}",
            short(first.signal_std),
            short(last.signal_std),
            last.layer
        )
    };
    let layer = Some(last.layer);
    if change < LOST.recip() {
        return Some(Finding { cause: Cause::SignalVanishes, layer, sentence: told("shrinks") });
    }
    (change > LOST).then(|| Finding { cause: Cause::SignalExplodes, layer, sentence: told("grows") })
}

fn gradient(measured: &Measurements) -> Option<Finding> {
    let (first, last) = (measured.layers.first()?, measured.layers.last()?);
    let change = first.gradient_rms / last.gradient_rms;
    let told = |word: &str| {
        format!(
            "the gradient {word} from {} in layer {} to {} in layer 1",
            short(last.gradient_rms),
            last.layer,
            short(first.gradient_rms)
        )
    };
    if change < LOST.recip() {
        return Some(Finding { cause: Cause::GradientVanishes, layer: Some(1), sentence: told("shrinks") });
    }
    (change > LOST).then(|| Finding {
        cause: Cause::GradientExplodes,
        layer: Some(1),
        sentence: told("grows"),
    })
}

fn steps_too_small(measured: &Measurements) -> Option<Finding> {
    let finding = slowest(measured);
    let layer = finding.layer.expect("the slowest layer is one");
    (measured.layers[layer - 1].travel < LEAST_TRAVEL).then_some(finding)
}

/// The layer that moves least.
fn slowest(measured: &Measurements) -> Finding {
    let slowest = measured.layers.iter().min_by(|a, b| a.travel.total_cmp(&b.travel));
    let slowest = slowest.expect("a network has layers");
    let sentence = format!(
        "in {} iterations layer {} moves by {} of itself under its first gradient",
        measured.iterations,
        slowest.layer,
        short(slowest.travel)
    );
    Finding { cause: Cause::StepsTooSmall, layer: Some(slowest.layer), sentence }
}

/// A number with two significant digits.
pub(super) fn short(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-3..1e4).contains(&size) {
        let digits = if size == 0.0 { 0 } else { (1 - size.log10().floor() as i32).max(0) as usize };
        return format!("{number:.digits$}");
    }
    format!("{number:.1e}")
}
