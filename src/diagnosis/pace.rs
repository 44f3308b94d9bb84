//! Findings about the pace of training: steps that are too large, too small, or lead nowhere.
//!
//! They rest on ten steps of a copy and on the [`Forecast`]. Thresholds were chosen on the first grid of
//! `docs/DIAGNOSIS.md`.

use super::cause::Cause;
use super::findings::Finding;
use super::forecast::Forecast;
use super::measurements::Measurements;
use super::text::{count, short};

/// Ten steps that end above so many times the loss of the start (or of a network that knows nothing) are
/// too large. Networks that learned ended below 1.3 times it, …
const LARGEST_RISE: f64 = 2.0;
/// … and below 3.8 times it where the optimizer rescales gradients: its first steps are its largest.
const LARGEST_RISE_RESCALED: f64 = 5.0;
/// One update that is forecast to change a layer by more than this part of itself is too large, unless
/// updates are rescaled: all below 0.25 learned but one, all above 0.35 did not but two.
const LARGEST_GROWTH: f64 = 0.3;
/// … unless ten steps have brought the loss below this part of its start: those were the two.
const FALLING: f64 = 0.5;
/// After ten steps, the last hidden layer must vary over inputs by this share of its size: networks that
/// learned were at 5.5e-4 and above but one, networks that stalled for this reason at 1.6e-4 and below.
const LEAST_SENSITIVITY: f64 = 3e-4;

/// Ten steps of a copy that raise the loss.
pub(super) fn raised_by_trial(measured: &Measurements) -> Option<Finding> {
    let losses = &measured.trial.losses;
    let steps = losses.len();
    let finding = |sentence| Some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence });
    if let Some(step) = losses.iter().position(|loss| !loss.is_finite()) {
        return finding(format!("the loss leaves all bounds within {}", count(step + 1, "update")));
    }
    if !measured.trial.sensitivity.is_finite() {
        return finding(format!("activations leave all bounds within {}", count(steps, "update")));
    }
    let (start, end) = (measured.start_loss, *losses.last()?);
    let rescaled = measured.optimizer.rescales_gradients();
    let allowed = if rescaled { LARGEST_RISE_RESCALED } else { LARGEST_RISE };
    if end <= allowed * start.max(measured.label_entropy) {
        return None;
    }
    finding(format!("the first {steps} updates raise the loss from {} to {}", short(start), short(end)))
}

/// Ten steps of a copy after which the network no longer, or still not, tells inputs apart.
pub(super) fn lost_in_trial(measured: &Measurements) -> Option<Finding> {
    let left = measured.trial.sensitivity;
    let last_hidden = measured.layers.len().checked_sub(2)?;
    let layer = &measured.layers[last_hidden];
    if left >= LEAST_SENSITIVITY {
        return None;
    }
    let sentence = format!(
        "after {} the activations of layer {} differ between inputs by only {} of their size",
        count(measured.trial.losses.len(), "update"),
        layer.layer,
        short(left)
    );
    let by_steps = layer.sensitivity > 100.0 * LEAST_SENSITIVITY && left < 0.1 * layer.sensitivity;
    let cause = if by_steps { Cause::StepsTooLarge } else { Cause::InputLost };
    Some(Finding { cause, layer: Some(layer.layer), sentence })
}

/// Steps that are forecast to overshoot when the network leaves its plateau.
pub(super) fn overshooting(measured: &Measurements, forecast: Forecast) -> Option<Finding> {
    let falling = measured.trial.losses.last().is_some_and(|end| *end < FALLING * measured.start_loss);
    if measured.optimizer.rescales_gradients() || falling || forecast.growth <= LARGEST_GROWTH {
        return None;
    }
    let sentence = if forecast.growth.is_finite() {
        format!("one update is forecast to change a layer by {} of itself", short(forecast.growth))
    } else {
        "updates are forecast to leave all bounds".to_owned()
    };
    Some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence })
}

/// The slowest layer, and when the network would begin to learn.
pub(super) fn too_slow(measured: &Measurements, learns_after: Option<usize>) -> Finding {
    let slowest = measured.layers.iter().min_by(|a, b| a.travel.total_cmp(&b.travel));
    let slowest = slowest.expect("a network has layers");
    let iterations = count(measured.iterations, "iteration");
    let when = learns_after.map_or(String::new(), |after| format!("; it is forecast to need about {after}"));
    let sentence = format!(
        "in {iterations} layer {} moves by {} of itself under its first gradient{when}",
        slowest.layer,
        short(slowest.travel)
    );
    Finding { cause: Cause::StepsTooSmall, layer: Some(slowest.layer), sentence }
}
