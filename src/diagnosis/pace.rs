//! Findings about the pace of training: steps that are too large, too small, or lead nowhere.
//!
//! They rest on the trial steps of a copy and on the [`Forecast`]. Thresholds were chosen on the first three
//! grids of `docs/DIAGNOSIS.md`.

use super::cause::Cause;
use super::descent::{ABOVE, Descent};
use super::findings::{Finding, barely_differ};
use super::forecast::Forecast;
use super::measurements::{LayerMeasurements, Measurements, Trial};
use super::text::short;
use crate::nn::optimizer::Optimizer;
use crate::text::counted;

/// One update that is forecast to change a layer by more than this part of itself is too large, unless
/// updates are rescaled. Of the networks of the first three grids that were above, four did not learn and two
/// did; of the 25 between 0.2 and this, six did not.
const LARGEST_GROWTH: f64 = 0.5;
/// After the trial, the last hidden layer must vary over inputs by this share of its size: of the networks of
/// the first three grids 18 were below and had not learned; the least that learned was at 3.2e-4. (A threshold
/// between 1e-4 and 2e-3 is wrong about as often.)
const LEAST_SENSITIVITY: f64 = 3e-4;
/// A loss is raised by steps where it is above so many times its start.
const RAISED: f64 = 1.1;
/// A run that stalls has too large steps where the mean update moves every layer by more than this part of itself,
/// although its gradients are divided by their size. On `scripts/grids/rates.toml` such runs that stalled were
/// at 0.017 and above where a lower rate learned (but for 3 of 177), and at 0.0094 and below where a higher did.
const RACING: f64 = 0.02;
/// The same where a loss that is too high is predicted to stay so. Of such networks on the grids of
/// `docs/DIAGNOSIS.md`, one learned at 0.038, and none at 0.2 and above.
const RACING_ON: f64 = 0.1;
/// The same for AdaGrad, whose updates shrink from step to step: ten learned at up to 0.23, two above, both from
/// weights of 0.005.
const RACING_ON_ADAGRAD: f64 = 0.5;
/// A layer that had so many times that sensitivity at the start had it taken by the steps.
const SENSITIVE: f64 = 100.0;

/// A trial that leaves all bounds: the run is that trial, and will too.
pub(super) fn unbounded_in_trial(measured: &Measurements) -> Option<Finding> {
    let Trial { losses, layers } = &measured.trial;
    let within = |steps: usize| format!("within {}", counted(steps, "update"));
    let finding = |sentence| Some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence });
    if let Some(step) = losses.iter().position(|loss| !loss.is_finite()) {
        return finding(format!("the loss leaves all bounds {}", within(step + 1)));
    }
    let is_finite = layers.iter().all(LayerMeasurements::is_finite);
    let what = if is_finite { None } else { Some("signals or gradients leave all bounds") };
    what.and_then(|what| finding(format!("{what} {}", within(losses.len()))))
}

/// A trial after which the network no longer, or still not, tells inputs apart.
pub(super) fn lost_in_trial(measured: &Measurements) -> Option<Finding> {
    let left = measured.trial.sensitivity();
    let last_hidden = measured.layers.len().checked_sub(2)?;
    let layer = &measured.layers[last_hidden];
    if left >= LEAST_SENSITIVITY {
        return None;
    }
    let steps = measured.trial.losses.len();
    let sentence = format!("after {} {}", counted(steps, "update"), barely_differ(layer.layer, left));
    let fell = layer.sensitivity > SENSITIVE * LEAST_SENSITIVITY && left < 0.1 * layer.sensitivity;
    let by_steps = fell && measured.moves_in(steps);
    let cause = if by_steps { Cause::StepsTooLarge } else { Cause::InputLost };
    Some(Finding { cause, layer: Some(layer.layer), sentence })
}

/// A loss that the trial has raised above what a network reaches that knows nothing.
pub(super) fn raised(measured: &Measurements) -> Option<Finding> {
    if !measured.may_be_raised_in(measured.trial.losses.len()) {
        return None;
    }
    let (reached, start) = (Descent::of(measured)?.reached(), measured.start_loss);
    let sentence = way_of_loss(measured, reached, "rises");
    let is_raised = reached > raised_beyond(measured, RAISED) * start;
    is_raised.then_some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence })
}

/// The factor above which a loss has risen beyond chance: `least`, or for one that starts above guessing twice the
/// standard deviation of mini-batches, but no more than 2.
///
/// Losses above guessing differ more between mini-batches: weights of std 1 in tanh layers of 50 start at 8.4, and
/// are at 9.5 after 30 updates of 1e-12.
pub(super) fn raised_beyond(measured: &Measurements, least: f64) -> f64 {
    let starts_above = measured.start_loss > ABOVE * measured.label_entropy;
    if starts_above { (2.0 * measured.trial.noise()).exp().clamp(least, 2.0) } else { least }
}

/// Updates that are large for every layer, by an optimizer that makes them so whatever the gradients are: a
/// vanished gradient holds no such network.
pub(super) fn racing(measured: &Measurements) -> Option<Finding> {
    rescaled_by(measured, RACING)
}

/// Updates so large that a loss which is too high stays where it is.
pub(super) fn racing_on(measured: &Measurements) -> Option<Finding> {
    let is_shrinking = measured.optimizer == Optimizer::AdaGrad;
    rescaled_by(measured, if is_shrinking { RACING_ON_ADAGRAD } else { RACING_ON })
}

/// True where updates that are divided by the size of gradients move every layer by more than itself.
pub(super) fn is_leaping(measured: &Measurements) -> bool {
    rescaled_by(measured, 1.0).is_some()
}

/// Updates that are divided by the size of gradients and move every layer by more than `least` of itself.
fn rescaled_by(measured: &Measurements, least: f64) -> Option<Finding> {
    moved_by(measured, least).filter(|_| measured.optimizer.rescales_gradients())
}

/// Updates that move every layer by more than `least` of itself.
fn moved_by(measured: &Measurements, least: f64) -> Option<Finding> {
    let ratio = measured.slowest()?.update_ratio;
    let sentence = format!(
        "the mean update of {} moves every layer by {} of itself or more under the first gradient",
        measured.optimizer,
        short(ratio)
    );
    let is_large = ratio.is_finite() && ratio > least;
    is_large.then_some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence })
}

/// A loss that is above what a network reaches that knows nothing, raised or not, and is not below that in time.
pub(super) fn too_high(measured: &Measurements, learns_after: Option<usize>) -> Option<Finding> {
    let reached = Descent::of(measured)?.reached();
    let way = if reached < measured.start_loss {
        way_of_loss(measured, reached, "only goes")
    } else {
        let steps = counted(measured.trial.losses.len(), "update");
        format!("the loss starts at {} and has not come down after {steps}", short(measured.start_loss))
    };
    let sentence = way + &when(learns_after);
    raised(measured).or_else(|| starts_high(measured)).or(Some(Finding {
        cause: Cause::StepsTooSmall,
        layer: None,
        sentence,
    }))
}

/// A loss that starts so far above that of guessing that the output itself is too large, and has not come down.
pub(super) fn starts_high(measured: &Measurements) -> Option<Finding> {
    let reached = Descent::of(measured)?.reached();
    let sentence = format!(
        "the loss starts at {}, where guessing has {}, and is at {} after {}",
        short(measured.start_loss),
        short(measured.label_entropy),
        short(reached),
        counted(measured.trial.losses.len(), "update")
    );
    measured.starts_far_above_guessing().then_some(Finding {
        cause: Cause::SignalExplodes,
        layer: None,
        sentence,
    })
}

/// Where the trial has taken the loss: `within 30 updates the loss rises from 2.3 to 3.9`.
fn way_of_loss(measured: &Measurements, reached: f64, verb: &str) -> String {
    let steps = counted(measured.trial.losses.len(), "update");
    format!("within {steps} the loss {verb} from {} to {}", short(measured.start_loss), short(reached))
}

/// Steps that are forecast to overshoot when the network leaves its plateau.
pub(super) fn overshooting(measured: &Measurements, forecast: Forecast) -> Option<Finding> {
    if measured.optimizer.rescales_gradients() || forecast.growth <= LARGEST_GROWTH {
        return None;
    }
    let sentence = if forecast.growth.is_finite() {
        format!("one update is forecast to change a layer by {} of itself", short(forecast.growth))
    } else {
        "updates are forecast to leave all bounds".to_owned()
    };
    Some(Finding { cause: Cause::StepsTooLarge, layer: None, sentence })
}

/// When learning is forecast to begin, to stand at the end of a sentence.
fn when(learns_after: Option<usize>) -> String {
    learns_after.map_or(String::new(), |after| format!("; it is forecast to need about {after} iterations"))
}

/// The slowest layer, and when the network would begin to learn. Steps that move every layer by much are not slow:
/// where learning is not in sight nevertheless, they are too large. For SGD this rests on no grid: none of their
/// networks is there.
pub(super) fn too_slow(measured: &Measurements, learns_after: Option<usize>) -> Finding {
    if let Some(finding) = moved_by(measured, RACING) {
        return finding;
    }
    let slowest = measured.slowest().expect("a network has layers");
    let iterations = counted(measured.iterations, "iteration");
    let sentence = format!(
        "in {iterations} layer {} moves by {} of itself under its first gradient{}",
        slowest.layer,
        short(slowest.travel),
        when(learns_after)
    );
    Finding { cause: Cause::StepsTooSmall, layer: Some(slowest.layer), sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::tests::{every_update, healthy, high};
    use crate::diagnosis::{diagnose, reconcile};
    use crate::stats::{Ending, Verdict};

    /// Mini-batches of a loss far above guessing differ: a mean above the first one within their noise is no rise.
    #[test]
    fn a_loss_that_starts_high_is_raised_only_beyond_the_noise_of_mini_batches() {
        let cause = |spread: f64| {
            let mut measured = Measurements { start_loss: 8.4, ..healthy() };
            let loss = |step: u32| 9.5 * if step.is_multiple_of(2) { spread } else { spread.recip() };
            measured.trial.losses = (1..=30).map(loss).collect();
            diagnose(&measured).cause.map(|finding| finding.cause)
        };
        assert_eq!(cause(1.0), Some(Cause::StepsTooLarge));
        assert_ne!(cause(1.2), Some(Cause::StepsTooLarge));
    }

    /// Steps that move no layer by a hundredth of itself raise no loss, whatever mini-batches it differs between.
    #[test]
    fn a_loss_is_raised_only_by_steps_that_move_something() {
        let stalled = Ending { verdict: Verdict::Stalled, diverged_at: None };
        let cause = |ratio: f64| {
            let mut measured = healthy();
            every_update(&mut measured, ratio);
            measured.trial.losses = vec![3.2; 30];
            reconcile(&diagnose(&measured), stalled, 3.0).cause
        };
        assert_eq!(cause(0.01), Some(Cause::StepsTooLarge));
        assert_eq!(cause(1e-9), Some(Cause::StepsTooSmall));
    }

    /// A loss that starts a hundred times above guessing is that of too large an output, whatever steps make of it.
    #[test]
    fn a_loss_that_starts_far_above_guessing_is_not_put_down_to_steps() {
        let mut measured = healthy();
        high(&mut measured, -0.2);
        assert_eq!(diagnose(&measured).cause.map(|finding| finding.cause), Some(Cause::SignalExplodes));
    }
}
