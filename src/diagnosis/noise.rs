//! Findings about the noise of gradients: mini-batches that differ so much that steps along them hold the loss up.

use super::cause::Cause;
use super::findings::Finding;
use super::measurements::Measurements;
use super::text::short;
use crate::stats::mean;
use crate::text::counted;

/// Noise that holds the loss this part of guessing above its minimum may be felt: chosen on the first two grids of noise
/// (`docs/DIAGNOSIS.md`).
const FELT: f64 = 0.2;
/// Noise that holds the loss so many times guessing above its minimum leaves nothing to be learned: chosen there too.
const DROWNED: f64 = 1.4;
/// A trial whose losses are below this part of guessing has learned something: of eleven networks of such noise whose mean
/// over the second half was below, six stalled; of 69 above, 58.
const LEARNED: f64 = 0.85;
/// Batch norm over so few examples may keep a network from learning. On `scripts/grids/noise_batch_norm.toml` 2 of 192
/// networks came below a loss of 1 with mini-batches of 5 or fewer, 32 of 64 with 10, 51 with 30, 60 with 100.
const FEW: usize = 10;

/// Noise that lets nothing be learned, as it is at the start, unless the trial has learned something beside it. That of a
/// network with batch norm, whose weights grow under it until it is small beside them, is not asked.
pub(super) fn drowned(measured: &Measurements) -> Option<Finding> {
    let losses = &measured.trial.losses;
    let has_learned = mean(&losses[losses.len() / 2..]) < LEARNED * measured.label_entropy;
    above(measured, DROWNED, excess(measured, at_start(measured))).filter(|_| !has_learned)
}

/// Noise that may be felt, at the start or as soon as the signal has grown.
pub(super) fn felt(measured: &Measurements) -> Option<Finding> {
    over_few(measured).or_else(|| above(measured, FELT, largest_excess(measured)))
}

/// Noise that may be felt beside a loss that the network has reached: none where it ends below what the formula allows.
pub(super) fn felt_beside(measured: &Measurements, final_loss: f64) -> Option<Finding> {
    felt(measured).filter(|_| final_loss > largest_excess(measured))
}

/// How likely a network learns that is forecast to: from `highest` without noise down to a half where nothing is left.
pub(super) fn confidence(measured: &Measurements, highest: f64) -> f64 {
    let lost = if measured.batch_norm {
        0.5 * FEW as f64 / measured.batch_size as f64
    } else {
        largest_excess(measured) / (DROWNED * measured.label_entropy)
    };
    highest - (highest - 0.5) * lost.min(1.0)
}

/// Noise that holds the loss by so many times guessing above its minimum, `excess`, in nats.
fn above(measured: &Measurements, times: f64, excess: f64) -> Option<Finding> {
    let sentence = format!(
        "the noise of mini-batches of {} would hold the loss {} above its minimum at this learning rate (by the formula for \
         small steps), where guessing has {:.2}",
        counted(measured.batch_size, "example"),
        short(excess),
        measured.label_entropy
    );
    let is_above = excess > times * measured.label_entropy;
    is_above.then_some(Finding { cause: Cause::GradientNoise, layer: None, sentence })
}

/// Batch norm over few examples. Where such a network stalls, this is named before other causes: of 111 that did on
/// `scripts/grids/noise_batch_norm.toml`, all learn over 100 examples, and 77 of the 98 that have a lower rate there learn
/// at one.
pub(super) fn over_few(measured: &Measurements) -> Option<Finding> {
    let examples = counted(measured.batch_size, "example");
    let sentence = format!("batch norm takes its mean and its spread of {examples} only");
    let are_few = measured.batch_norm && measured.batch_size <= FEW;
    are_few.then_some(Finding { cause: Cause::FewExamples, layer: None, sentence })
}

/// The excess that the noise of the start makes, or that of a network whose signal has grown, if that is more.
fn largest_excess(measured: &Measurements) -> f64 {
    excess(measured, at_start(measured).max(awake(measured)))
}

/// By how much steps with such noise hold a loss above its minimum, in nats: `η tr(C) / 4(1 − m)`, with `C` the covariance
/// of a mini-batch's gradient, of which `variance` is the trace, and `m` the momentum (Mandt, Hoffman & Blei 2017, for a
/// minimum with a quadratic loss and small steps). 0 where it is not known: with batch norm, for optimizers that divide
/// gradients by their size, and where it is not finite.
fn excess(measured: &Measurements, variance: f64) -> f64 {
    let Measurements { optimizer, learning_rate, .. } = measured;
    let momentum = if optimizer.has_momentum() { measured.momentum } else { 0.0 };
    let excess = learning_rate * variance / (4.0 * (1.0 - momentum));
    let is_known = !measured.batch_norm && !optimizer.rescales_gradients() && excess.is_finite();
    if is_known { excess } else { 0.0 }
}

/// That trace as it was measured. Of a loss that starts far above guessing it says nothing about the time when that has
/// come down.
fn at_start(measured: &Measurements) -> f64 {
    if measured.starts_far_above_guessing() { 0.0 } else { measured.gradient_variance }
}

/// The least trace of that covariance in a network whose signal has size 1 and that knows nothing yet: an example's
/// gradient in the output layer is `(p − y) hᵀ`, with `|p − y|² = 1 − 1/K` for K classes and `|h|² = fan_in`. Where the
/// signal is small, so is the noise, but only until it has grown.
fn awake(measured: &Measurements) -> f64 {
    let [.., hidden, output] = &measured.layers[..] else { return 0.0 };
    (1.0 - 1.0 / output.units as f64) * (hidden.units + 1) as f64 / measured.batch_size as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::tests::healthy;
    use crate::diagnosis::{diagnose, reconcile};
    use crate::nn::optimizer::Optimizer;
    use crate::stats::{Ending, Verdict};

    /// 100 units, 100 classes: `0.01 · 0.99 · 101 / 4` for one example, ten times with momentum 0.9.
    #[test]
    fn the_excess_is_that_of_the_formula() {
        let found = |optimizer, batch_size, gradient_variance| {
            largest_excess(&Measurements { batch_size, optimizer, gradient_variance, ..healthy() })
        };
        let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-12, "{found}");
        near(found(Optimizer::Sgd, 1, 0.0), 0.249_975);
        near(found(Optimizer::Nesterov, 1, 0.0), 2.499_75);
        near(found(Optimizer::Momentum, 10, 0.0), 0.249_975);
        near(found(Optimizer::Sgd, 10, 40.0), 0.1);
    }

    #[test]
    fn noise_is_predicted_told_and_lowers_confidence_but_not_of_optimizers_that_rescale() {
        let noisy = |optimizer, gradient_variance| Measurements { optimizer, gradient_variance, ..healthy() };
        let drowned = diagnose(&noisy(Optimizer::Sgd, 2000.0));
        assert_eq!(drowned.predicted, Verdict::Stalled);
        let said = "the noise of mini-batches of 128 examples would hold the loss 5.0 above its minimum at this learning rate \
                    (by the formula for small steps), where guessing has 2.30";
        assert_eq!(drowned.cause.map(|finding| finding.sentence).as_deref(), Some(said));
        let mut learning = noisy(Optimizer::Sgd, 2000.0);
        learning.trial.losses[15..].fill(1.2);
        assert_eq!((diagnose(&learning).predicted, diagnose(&learning).confidence), (Verdict::Learned, 0.5));
        let mut high = noisy(Optimizer::Sgd, 2000.0);
        crate::diagnosis::tests::high(&mut high, 2.0);
        assert_eq!(diagnose(&high).predicted, Verdict::Learned);
        let felt = diagnose(&noisy(Optimizer::Sgd, 400.0));
        assert_eq!(felt.predicted, Verdict::Learned);
        assert!(felt.confidence < diagnose(&healthy()).confidence - 0.1, "{}", felt.confidence);
        let stalled = Ending { verdict: Verdict::Stalled, diverged_at: None };
        assert_eq!(reconcile(&felt, stalled, 2.3).cause, Some(Cause::GradientNoise));
        let learned = Ending { verdict: Verdict::Learned, diverged_at: None };
        let said = |final_loss| reconcile(&felt, learned, final_loss).sentence;
        assert!(said(1.1).starts_with("learned although the noise of mini-batches"), "{}", said(1.1));
        assert!(said(0.3).starts_with("learned: nothing that was measured"), "an excess of 1: {}", said(0.3));
        assert!(said(1.9).starts_with("learned, but only to a loss of 1.90"), "{}", said(1.9));
        assert!(said(1.9).contains(": the noise of mini-batches of 128 examples"), "{}", said(1.9));
        let rescaled = diagnose(&noisy(Optimizer::Adam, 2000.0));
        assert_ne!(reconcile(&rescaled, stalled, 2.3).cause, Some(Cause::GradientNoise));
    }

    #[test]
    fn batch_norm_over_few_examples_is_as_likely_to_learn_as_not() {
        let of = |batch_size| {
            diagnose(&Measurements { batch_norm: true, batch_size, gradient_variance: 1e6, ..healthy() })
        };
        assert_eq!((of(2).predicted, of(2).confidence), (Verdict::Learned, 0.5));
        assert!(of(128).confidence > 0.9);
        let stalled = Ending { verdict: Verdict::Stalled, diverged_at: None };
        let said = reconcile(&of(2), stalled, 2.3);
        assert_eq!(said.sentence, "stalled: batch norm takes its mean and its spread of 2 examples only");
        assert_eq!(said.cause, Some(Cause::FewExamples));
        let learned = Ending { verdict: Verdict::Learned, diverged_at: None };
        let mut shrinking = of(2).measured;
        shrinking.layers[2].signal_std = 1e-6;
        let little = reconcile(&diagnose(&shrinking), learned, 2.2).sentence;
        assert!(
            little.ends_with(": batch norm takes its mean and its spread of 2 examples only"),
            "{little}"
        );
    }
}
