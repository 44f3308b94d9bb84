//! Diagnoses of measurements made up: each number at its extremes, and every sentence beside its verdict.

use super::*;
use crate::nn::optimizer::Optimizer;
use crate::stats::{Ending, Verdict};

/// Measurements of three layers in which nothing stands out and that learn in good time.
pub(super) fn healthy() -> Measurements {
    let layer = |layer| LayerMeasurements {
        layer,
        units: 100,
        distinct_units: 100,
        weight_rms: 0.1,
        signal_std: 1.0,
        signal_rms: 0.8,
        sensitivity: 0.5,
        saturated: None,
        dead: 0.0,
        gradient_rms: 1e-2,
        input_gradient_rms: 1e-2,
        effect: 20.0,
        alignment: 1e4,
        update_ratio: 1e-3,
        travel: 0.5,
    };
    Measurements {
        layers: (1..=3).map(layer).collect(),
        iterations: 500,
        batch_size: 128,
        optimizer: Optimizer::Sgd,
        learning_rate: 0.01,
        momentum: 0.9,
        weight_decay: 0.0,
        batch_norm: false,
        bounded: false,
        start_loss: 2.4,
        label_entropy: 2.301,
        gradient_variance: 1.0,
        trial: Trial { losses: vec![2.3; 30], layers: (1..=3).map(layer).collect() },
    }
}

/// A change of the measurements.
type Change = fn(&mut Measurements);

/// What may be wrong, with the verdict and the cause that are then predicted.
const CHANGES: [(Change, Verdict, Option<Cause>); 29] = [
    (|_| (), Verdict::Learned, None),
    (|m| m.layers[1].distinct_units = 1, Verdict::Stalled, Some(Cause::IdenticalUnits)),
    (|m| m.layers[1].signal_rms = f64::INFINITY, Verdict::Diverged, Some(Cause::SignalOverflows)),
    (|m| m.layers[2].signal_std = f64::NAN, Verdict::Diverged, Some(Cause::SignalOverflows)),
    (|m| m.layers[0].sensitivity = f64::NAN, Verdict::Diverged, Some(Cause::SignalOverflows)),
    (|m| m.start_loss = f64::NAN, Verdict::Diverged, Some(Cause::SignalOverflows)),
    (|m| m.layers[0].gradient_rms = f64::NAN, Verdict::Diverged, Some(Cause::GradientExplodes)),
    (|m| m.trial.losses[4] = f64::NAN, Verdict::Diverged, Some(Cause::StepsTooLarge)),
    (|m| m.trial.layers[2].effect = f64::NAN, Verdict::Diverged, Some(Cause::StepsTooLarge)),
    (|m| m.trial.losses = vec![30.0; 30], Verdict::Stalled, Some(Cause::StepsTooLarge)),
    (|m| high(m, 0.6), Verdict::Stalled, Some(Cause::SignalExplodes)),
    (|m| high(m, 2.0), Verdict::Learned, None),
    (|m| m.trial.layers[1].sensitivity = 1e-5, Verdict::Stalled, Some(Cause::StepsTooLarge)),
    (
        |m| m.trial.layers.iter_mut().for_each(|l| l.effect *= 1e4),
        Verdict::Diverged,
        Some(Cause::StepsTooLarge),
    ),
    (|m| slow(m, |_| ()), Verdict::Stalled, Some(Cause::StepsTooSmall)),
    (|m| slow(m, |m| m.layers[1].dead = 1.0), Verdict::Stalled, Some(Cause::Dead)),
    (|m| slow(m, |m| m.layers[1].sensitivity = 1e-3), Verdict::Stalled, Some(Cause::InputLost)),
    (|m| slow(m, |m| m.layers[0].saturated = Some(0.9)), Verdict::Stalled, Some(Cause::Saturated)),
    (|m| slow(m, |m| m.layers[2].signal_std = 1e-6), Verdict::Stalled, Some(Cause::SignalVanishes)),
    (|m| slow(m, |m| m.layers[0].gradient_rms = 1e-9), Verdict::Stalled, Some(Cause::GradientVanishes)),
    (|m| slow(m, |m| m.weight_decay = 1.0), Verdict::Stalled, Some(Cause::WeightDecay)),
    (|m| slow(m, |m| m.weight_decay = 0.01), Verdict::Stalled, Some(Cause::StepsTooSmall)),
    (
        |m| {
            m.weight_decay = 1.0;
            m.trial.layers.iter_mut().for_each(|l| l.effect *= 1e4);
        },
        Verdict::Diverged, // as without weight decay
        Some(Cause::StepsTooLarge),
    ),
    (
        |m| {
            m.weight_decay = 1.0;
            m.trial.layers[1].sensitivity = 1e-5;
        },
        Verdict::Stalled,
        Some(Cause::WeightDecay),
    ),
    (|m| slow(m, |m| racing(m, Optimizer::Adam)), Verdict::Stalled, Some(Cause::StepsTooLarge)),
    (|m| slow(m, |m| racing(m, Optimizer::Sgd)), Verdict::Stalled, Some(Cause::SignalVanishes)),
    (|m| slow(m, |m| every_update(m, 0.2)), Verdict::Stalled, Some(Cause::StepsTooLarge)), // not slow at all
    (|m| high_and_racing(m, Optimizer::RmsProp), Verdict::Stalled, Some(Cause::StepsTooLarge)),
    (|m| high_and_racing(m, Optimizer::AdaGrad), Verdict::Learned, None), // its updates shrink
];

/// A high loss that is forecast to come down in time, with updates that move layers by 0.4 of themselves.
fn high_and_racing(measured: &mut Measurements, optimizer: Optimizer) {
    high(measured, 1.2);
    measured.optimizer = optimizer;
    every_update(measured, 0.4);
}

/// An update moves every layer by this share of itself.
pub(super) fn every_update(measured: &mut Measurements, ratio: f64) {
    measured.layers.iter_mut().for_each(|layer| layer.update_ratio = ratio);
}

/// A signal that vanishes, in layers that each update moves by half of themselves.
fn racing(measured: &mut Measurements, optimizer: Optimizer) {
    measured.optimizer = optimizer;
    measured.trial.layers[1].sensitivity = 1e-5;
    measured.layers[2].signal_std = 1e-6;
    every_update(measured, 0.5);
}

/// A hundredth of the gradient, and another change.
fn slow(measured: &mut Measurements, change: Change) {
    measured.trial.layers.iter_mut().for_each(|layer| layer.input_gradient_rms /= 100.0);
    change(measured);
}

/// A loss that starts at 1,000 and falls as a power of the iterations, so that 500 iterations bring it to 24 for
/// an exponent of 0.6, and to far below 1 for 2.
pub(super) fn high(measured: &mut Measurements, exponent: f64) {
    measured.start_loss = 1000.0;
    measured.trial.losses = (1..=30).map(|step| 1000.0 * f64::from(step).powf(-exponent)).collect();
}

/// One unit many times over still learns something where a gradient reaches it (sigmoid from zeros ends at
/// 36 % of the test digits); where none does, nothing can move it.
#[test]
fn identical_units_are_sure_to_stall_only_without_a_gradient() {
    let mut measured = healthy();
    measured.layers[0].distinct_units = 1;
    assert_eq!(diagnose(&measured).confidence, 0.5);
    measured.layers.iter_mut().for_each(|layer| layer.gradient_rms = 0.0);
    assert!(diagnose(&measured).confidence > 0.9);
}

#[test]
fn each_change_leads_to_its_verdict_and_cause() {
    for (index, (change, verdict, cause)) in CHANGES.into_iter().enumerate() {
        let mut measured = healthy();
        change(&mut measured);
        let diagnosis = diagnose(&measured);
        let found = (diagnosis.predicted, diagnosis.cause.map(|finding| finding.cause));
        assert_eq!(found, (verdict, cause), "change {index}");
        assert!((0.5..=1.0).contains(&diagnosis.confidence), "change {index}");
    }
}

#[test]
fn steps_too_large_stall_where_activations_are_bounded() {
    let mut measured = healthy();
    measured.bounded = true;
    measured.trial.layers.iter_mut().for_each(|layer| layer.effect *= 1e4);
    assert_eq!(diagnose(&measured).predicted, Verdict::Stalled);
}

/// No number may be NaN or infinite and pass as one that is fine.
#[test]
fn no_number_of_a_layer_passes_as_fine_where_it_is_not_finite() {
    let fields: [fn(&mut LayerMeasurements) -> &mut f64; 7] = [
        |l| &mut l.signal_std,
        |l| &mut l.signal_rms,
        |l| &mut l.sensitivity,
        |l| &mut l.gradient_rms,
        |l| &mut l.input_gradient_rms,
        |l| &mut l.effect,
        |l| &mut l.alignment,
    ];
    for (index, field) in fields.into_iter().enumerate() {
        for layer in 0..3 {
            for value in [f64::NAN, f64::INFINITY] {
                let mut measured = healthy();
                *field(&mut measured.layers[layer]) = value;
                assert_eq!(diagnose(&measured).predicted, Verdict::Diverged, "field {index}, {value}");
            }
        }
    }
}

/// Words that may not stand in an explanation of a verdict.
const FORBIDDEN: [(Verdict, &[&str]); 3] = [
    (Verdict::Learned, &["stalled", "diverged", "explains it"]),
    (Verdict::Stalled, &["learned", "diverged", "although", "stood in its way", "overflows"]),
    (Verdict::Diverged, &["learned", "stalled", "although", "stood in its way", "moves by", "shrinks"]),
];

/// Every pair of changes, every optimizer of two kinds, every verdict: more than a thousand runs.
#[test]
fn no_explanation_contradicts_its_verdict() {
    let mut runs = 0;
    for (first, ..) in CHANGES {
        for (second, ..) in CHANGES {
            for optimizer in [Optimizer::Sgd, Optimizer::Adam] {
                let mut measured = Measurements { optimizer, ..healthy() };
                first(&mut measured);
                second(&mut measured);
                let diagnosis = diagnose(&measured);
                let endings =
                    [(Verdict::Learned, None), (Verdict::Stalled, None), (Verdict::Diverged, Some(7))];
                for (verdict, diverged_at) in endings {
                    check(&diagnosis, Ending { verdict, diverged_at });
                    runs += 1;
                }
            }
        }
    }
    assert!(runs > 1000);
}

fn check(diagnosis: &Diagnosis, ending: Ending) {
    for final_loss in [1.9, 2.35, 7.0] {
        let Explanation { cause, sentence, remedy } = reconcile(diagnosis, ending, final_loss);
        assert!(sentence.starts_with(&ending.to_string()), "{sentence}");
        assert_eq!(cause.is_none(), ending.verdict == Verdict::Learned, "{sentence}");
        assert_eq!(remedy.is_empty(), cause.is_none(), "{sentence}");
        assert!(!sentence.contains("NaN") && !sentence.contains("inf"), "{sentence}");
        let (_, words) = FORBIDDEN.iter().find(|row| row.0 == ending.verdict).expect("every verdict");
        let said = &sentence[ending.to_string().len()..];
        let wrong = words.iter().find(|word| said.contains(**word));
        assert_eq!(wrong, None, "{sentence}");
    }
}

#[test]
fn what_nothing_explains_is_said_to_be_unexplained() {
    let measured = healthy();
    let diagnosis = diagnose(&measured);
    let stalled = Ending { verdict: Verdict::Stalled, diverged_at: None };
    let found = reconcile(&diagnosis, stalled, 2.3);
    assert_eq!(found.cause, Some(Cause::Unexplained));
    assert_eq!(found.sentence, "stalled: nothing that was measured explains it");
    let raised = reconcile(&diagnosis, stalled, 7.0);
    assert_eq!(raised.sentence, "stalled: training raised the loss from 2.40 to 7.00");
}

/// Updates that are large beside the weights are no obstacle where the loss came down all the same.
#[test]
fn large_updates_are_told_of_a_run_that_learned_little() {
    let mut measured = Measurements { optimizer: Optimizer::Adam, ..healthy() };
    measured.layers.iter_mut().for_each(|layer| layer.update_ratio = 0.4);
    let learned = Ending { verdict: Verdict::Learned, diverged_at: None };
    let said = |final_loss| reconcile(&diagnose(&measured), learned, final_loss).sentence;
    assert_eq!(
        said(1.9),
        "learned, but only to a loss of 1.90 where guessing has 2.30: the mean update of adam moves every layer by 0.40 \
         of itself or more under the first gradient"
    );
    assert!(said(0.3).starts_with("learned: nothing that was measured stood in its way"), "{}", said(0.3));
}

/// A loss near that of guessing is told, with the time that there was, or as not explained.
#[test]
fn a_run_that_learned_little_is_not_said_to_be_free() {
    let learned = Ending { verdict: Verdict::Learned, diverged_at: None };
    let mut diagnosis = diagnose(&healthy());
    let said = |diagnosis: &Diagnosis| reconcile(diagnosis, learned, 1.9).sentence;
    let iterations = diagnosis.measured.iterations;
    diagnosis.learns_after = Some(iterations / 2);
    let end = format!("learning was forecast from about iteration {} of {iterations} on", iterations / 2);
    assert!(said(&diagnosis).ends_with(&end), "{}", said(&diagnosis));
    diagnosis.learns_after = Some(iterations / 10);
    let end = "where guessing has 2.30; its slowest layer, 1, can move by 0.50 of itself in 500 updates";
    assert!(said(&diagnosis).ends_with(end), "{}", said(&diagnosis));
    diagnosis.measured.layers.iter_mut().for_each(|layer| layer.travel *= 4.0);
    let unexplained = "where guessing has 2.30; nothing that was measured says why; its slowest layer";
    assert!(said(&diagnosis).contains(unexplained), "{}", said(&diagnosis));
}

#[test]
fn a_forecast_of_a_layer_alone_is_gradient_descent() {
    let mut measured = healthy();
    measured.trial.layers.truncate(1);
    measured.trial.layers[0].effect = 0.0;
    // After the 30 known losses (one of 2.4, 29 of 2.3) dL = 1e4 · η · g² · L/L₀ per step: 2.3 (1 − 0.01/2.3)ⁿ.
    let after = |steps: i32| 2.3 * (1.0 - 0.01 / 2.3_f64).powi(steps);
    let mean =
        |steps: i32| (2.4 + 29.0 * 2.3 + (1..=steps).map(after).sum::<f64>()) / (30.0 + f64::from(steps));
    let steps = (1..100_000).find(|steps| mean(*steps) < 2.2).expect("a loss that falls");
    let found = forecast(&measured, 2.2);
    assert_eq!(found.learns_after, Some(30 + steps as usize));
    assert_eq!(found.growth, 0.0);
}

/// A decay that takes more off the weights than the gradient adds keeps a network where it is.
#[test]
fn weight_decay_takes_its_part_of_what_grows() {
    let mut measured = healthy();
    measured.trial.layers.iter_mut().for_each(|layer| layer.input_gradient_rms = 3e-3);
    let without = forecast(&measured, 2.28).learns_after.expect("a network that grows");
    measured.weight_decay = 1.0;
    let with = forecast(&measured, 2.28).learns_after;
    assert!(with.is_none_or(|with| with > without + without / 10), "{without}, {with:?}");
}

/// What is lost by chance on the last mini-batch is no learning.
#[test]
fn one_low_loss_is_not_taken_for_learning() {
    let mut measured = healthy();
    measured.trial.layers.iter_mut().for_each(|layer| layer.input_gradient_rms = 0.0);
    measured.trial.losses[29] = 2.2;
    assert_eq!(diagnose(&measured).predicted, Verdict::Stalled);
}
