//! Findings about weight decay: weights that it takes away, halves within a few updates, or makes grow.

use super::cause::Cause;
use super::findings::Finding;
use super::measurements::{LayerMeasurements, Measurements};
use super::text::{exact, short};
use crate::Real;
use crate::nn::optimizer::Optimizer;
use crate::text::counted;

/// Weights below this share of what they were are gone.
const GONE: f64 = 0.01;
/// A weight below this share of what it was is nearly nothing.
const NOTHING: f64 = 0.05;
/// Weight decay that by itself halves every weight within so many updates is too strong. With batch norm
/// (`scripts/grids/weight_decay_batch_norm.toml`) none of 108 runs stalls where it takes longer, 11 of 60 where it
/// takes 7, 62 of 72 where it takes 1.
const HALVED_WITHIN: usize = 7;

/// Weight decay that nothing holds: it halves the weights of a network with batch norm within a few updates, or
/// takes or outweighs those of one without.
///
/// Batch norm makes the size of weights arbitrary, and the gradient by them with it: there the two are not compared, but
/// where an optimizer divides their sum by its size, so that the larger one is all that is left.
pub(super) fn decaying(measured: &Measurements) -> Option<Finding> {
    if measured.weight_decay == 0.0 {
        return None;
    }
    if measured.batch_norm && !measured.optimizer.rescales_gradients() {
        return halving(measured);
    }
    taken(measured).or_else(|| {
        let strongest = outweighed(measured, &measured.trial.layers)?;
        Some(outweighing(measured, strongest, "the gradient in every layer"))
    })
}

/// Weight decay that outweighs the gradient of the output layer after the trial, which no batch norm rescales.
pub(super) fn output_decays(measured: &Measurements) -> Option<Finding> {
    let (last, _) = measured.trial.layers.split_last()?;
    let output = outweighed(measured, std::slice::from_ref(last))?;
    Some(outweighing(measured, output, "the gradient of the output layer"))
}

/// Weight decay that by itself halves every weight within a few updates, or throws it beyond 0, whatever the
/// gradients are.
pub(super) fn halving(measured: &Measurements) -> Option<Finding> {
    let (before, weight) =
        alone(measured)?.take(HALVED_WITHIN).enumerate().find(|(_, weight)| *weight <= 0.5)?;
    let does = if weight < -NOTHING {
        "turns the sign"
    } else if weight < NOTHING {
        "takes nearly all"
    } else {
        "takes half"
    };
    let updates = counted(before + 1, "update");
    Some(finding(None, format!("weight decay by itself {does} of every weight within {updates}")))
}

/// Weight decay that is strong at any learning rate.
///
/// Of networks without batch norm in which decay halves every weight within a few updates, but outweighs no gradient after
/// the trial, 175 of 177 stalled from here on (two diverged), and 73 of 114 below (0.1 and 0.3, at high rates).
const STRONG: f64 = 1.0;

/// Weight decay that halves every weight within a few updates, without batch norm, which would make up for it; and whether
/// that surely holds the network, whatever else there is.
pub(super) fn starving(measured: &Measurements) -> Option<(Finding, bool)> {
    let halving = halving(measured).filter(|_| !measured.batch_norm)?;
    Some(match decaying(measured) {
        Some(outweighing) => (outweighing, true),
        None => (halving, measured.weight_decay >= STRONG),
    })
}

/// Strong weight decay that outweighs every gradient of a network without batch norm.
pub(super) fn strong(measured: &Measurements) -> Option<Finding> {
    decaying(measured).filter(|_| !measured.batch_norm && measured.weight_decay >= STRONG)
}

/// Weight decay to which a loss that leaves all bounds is put down: it makes weights grow, or throws every weight beyond 0
/// by more than half of what it was, from the first update on.
pub(super) fn decay_drives_apart(measured: &Measurements) -> Option<Finding> {
    let turns = || if alone(measured)?.next()? < -0.5 { halving(measured) } else { None };
    decay_overshoots(measured).or_else(turns)
}

/// Weight decay that makes weights larger instead of smaller: above a limit the update that shrinks a weight
/// overshoots 0 by more than the weight was.
///
/// The update of weight and velocity is a matrix; its eigenvalue reaches −1 at `ηλ = 2(1 + m)` for momentum m, and at
/// `2(1 + m)/(1 + 2m)` for Nesterov's.
pub(super) fn decay_overshoots(measured: &Measurements) -> Option<Finding> {
    let m = measured.momentum;
    let limit = match measured.optimizer {
        Optimizer::Sgd => 2.0,
        Optimizer::Momentum => 2.0 * (1.0 + m),
        Optimizer::Nesterov => 2.0 * (1.0 + m) / (1.0 + 2.0 * m),
        Optimizer::AdaGrad | Optimizer::RmsProp | Optimizer::Adam => return None,
    };
    let strength = measured.learning_rate * measured.weight_decay;
    let sentence = format!(
        "learning rate times weight decay is {}: above {} weights grow from update to update",
        exact(strength),
        exact(limit)
    );
    (strength > limit).then(|| finding(None, sentence))
}

/// The same where the run is long enough for the weights to leave all bounds, and all have something to grow from.
pub(super) fn decay_blows_up(measured: &Measurements) -> Option<Finding> {
    let finding = decay_overshoots(measured)?;
    let grows = measured.layers.iter().all(|layer| layer.weight_rms > 0.0);
    let leaves = || alone(measured)?.take(measured.iterations).find(|weight| !weight.is_finite());
    (grows && leaves().is_some()).then_some(finding)
}

/// A weight of 1 after each update by weight decay alone, without end; `None` without decay, and for optimizers
/// that divide by the size of gradients, of which decay is a part.
fn alone(measured: &Measurements) -> Option<impl Iterator<Item = f64>> {
    if measured.weight_decay == 0.0 || measured.optimizer.rescales_gradients() {
        return None;
    }
    let (update, decay) = (measured.update(), measured.weight_decay as Real);
    let (mut weight, mut velocity) = ([1.0], [0.0]);
    Some((1..).map(move |step| {
        let gradient = [decay * weight[0]];
        update.apply(&mut weight, &gradient, &mut velocity, &mut [], step);
        f64::from(weight[0])
    }))
}

/// The first layer, where the trial leaves less than [`GONE`] of the weights of every layer.
fn taken(measured: &Measurements) -> Option<Finding> {
    let layers = measured.layers.iter().zip(&measured.trial.layers);
    let is_gone = layers.clone().all(|(before, after)| after.weight_rms < GONE * before.weight_rms);
    let (before, after) = layers.clone().next().filter(|_| is_gone)?;
    let sentence = format!(
        "within {} weight decay takes the weights of layer {} from {} to {}",
        counted(measured.trial.losses.len(), "update"),
        after.layer,
        short(before.weight_rms),
        short(after.weight_rms)
    );
    Some(finding(Some(after.layer), sentence))
}

/// The layer that weight decay pulls at most, where it outweighs the gradient in each of them.
fn outweighed<'a>(measured: &Measurements, layers: &'a [LayerMeasurements]) -> Option<&'a LayerMeasurements> {
    let pull = |layer: &LayerMeasurements| pull(measured, layer);
    let strongest = layers.iter().max_by(|a, b| pull(a).total_cmp(&pull(b)));
    strongest.filter(|_| layers.iter().all(|layer| pull(layer) > layer.gradient_rms))
}

/// The rms of what weight decay adds to the gradient of a layer.
fn pull(measured: &Measurements, layer: &LayerMeasurements) -> f64 {
    measured.weight_decay * layer.weight_rms
}

/// That weight decay outweighs `what`, with the numbers of one layer.
fn outweighing(measured: &Measurements, layer: &LayerMeasurements, what: &str) -> Finding {
    let steps = counted(measured.trial.losses.len(), "update");
    let (pull, gradient) = (pull(measured, layer), layer.gradient_rms);
    let digits = if short(pull) == short(gradient) { exact } else { short };
    let (pull, gradient) = (digits(pull), digits(gradient));
    let sentence = format!(
        "after {steps} weight decay outweighs {what}: {pull} against {gradient} in layer {}",
        layer.layer
    );
    finding(Some(layer.layer), sentence)
}

fn finding(layer: Option<usize>, sentence: String) -> Finding {
    Finding { cause: Cause::WeightDecay, layer, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::tests::healthy;
    use crate::diagnosis::{diagnose, reconcile};
    use crate::stats::{Ending, Verdict};

    /// From `w ← (1 − ηλ) w`: 0.9⁷ = 0.478, 0.7² = 0.49; with momentum m and ηλ = 0.1 from `v ← m v − ηλ w`.
    #[test]
    fn decay_that_halves_weights_within_a_few_updates_is_found() {
        let said = |optimizer, weight_decay| {
            let measured = Measurements { optimizer, weight_decay, ..healthy() };
            halving(&measured).map(|finding| finding.sentence)
        };
        let within = |updates: &str| {
            Some(format!("weight decay by itself takes half of every weight within {updates}"))
        };
        assert_eq!(said(Optimizer::Sgd, 10.0), within("7 updates"));
        assert_eq!(said(Optimizer::Sgd, 30.0), within("2 updates"));
        let all = said(Optimizer::Sgd, 100.0).expect("1 − 1 = 0");
        assert_eq!(all, "weight decay by itself takes nearly all of every weight within 1 update");
        assert_eq!(said(Optimizer::Momentum, 10.0), within("3 updates"));
        let turned = said(Optimizer::Sgd, 190.0).expect("1 − 1.9 = −0.9");
        assert_eq!(turned, "weight decay by itself turns the sign of every weight within 1 update");
        for (optimizer, weight_decay) in
            [(Optimizer::Sgd, 9.0), (Optimizer::Sgd, 0.0), (Optimizer::Adam, 100.0)]
        {
            assert_eq!(said(optimizer, weight_decay), None, "{optimizer}, {weight_decay}");
        }
    }

    /// Without batch norm no gradient holds such weights, whatever else there is, as long as they differ at all.
    #[test]
    fn decay_that_halves_weights_comes_before_what_is_in_the_weights() {
        let mut measured = Measurements { weight_decay: 30.0, ..healthy() };
        measured.layers[0].dead = 1.0;
        measured.trial.layers[1].sensitivity = 0.0;
        let cause = |measured: &Measurements| diagnose(measured).cause.map(|finding| finding.cause);
        let found = diagnose(&measured);
        assert!(found.predicted == Verdict::Stalled && found.is_sure(), "{found:?}");
        assert_eq!(cause(&measured), Some(Cause::WeightDecay));
        measured.batch_norm = true;
        assert_eq!(cause(&measured), Some(Cause::Dead));
        let mut alike = Measurements { batch_norm: false, ..measured.clone() };
        alike.layers[0].distinct_units = 1;
        assert_eq!(cause(&alike), Some(Cause::IdenticalUnits));
        let adam = Measurements { weight_decay: 1.0, optimizer: Optimizer::Adam, ..healthy() };
        assert_eq!(diagnose(&adam).predicted, Verdict::Stalled);
        assert_eq!(diagnose(&Measurements { weight_decay: 0.9, ..adam }).predicted, Verdict::Learned);
        let mut fast = Measurements { weight_decay: 0.3, learning_rate: 1.0, ..healthy() };
        fast.trial.layers.iter_mut().for_each(|layer| layer.gradient_rms = 0.1);
        let found = diagnose(&fast);
        assert!(found.predicted == Verdict::Stalled && !found.is_sure(), "{found:?}");
    }

    /// Where something else holds a network, such decay must go too; it is told once.
    #[test]
    fn decay_that_halves_weights_is_told_beside_another_cause() {
        let stalled = Ending { verdict: Verdict::Stalled, diverged_at: None };
        let said = |measured: &Measurements| reconcile(&diagnose(measured), stalled, 2.3).sentence;
        let mut measured = Measurements { weight_decay: 30.0, ..healthy() };
        measured.trial.layers.iter_mut().for_each(|layer| layer.gradient_rms = 0.0);
        assert_eq!(said(&measured).matches("weight decay").count(), 1, "{}", said(&measured));
        measured.layers[0].distinct_units = 1;
        let end = "gradients; weight decay by itself takes half of every weight within 2 updates, and has to be lowered too";
        assert!(said(&measured).ends_with(end), "{}", said(&measured));
        measured.batch_norm = true;
        assert!(said(&measured).ends_with("and may have to be lowered too"), "{}", said(&measured));
    }

    /// `|1 − ηλ| = 1.1` makes 5e20 of a weight in the 500 updates of `healthy`, 5 more than the largest f64.
    #[test]
    fn decay_that_makes_weights_overflow_in_time_is_predicted_to_diverge() {
        let predicted =
            |weight_decay| diagnose(&Measurements { weight_decay, bounded: true, ..healthy() }).predicted;
        assert_eq!(predicted(600.0), Verdict::Diverged);
        assert_eq!(predicted(210.0), Verdict::Stalled);
        let mut zeros = Measurements { weight_decay: 600.0, bounded: true, ..healthy() };
        zeros.layers.iter_mut().for_each(|layer| layer.weight_rms = 0.0);
        assert_ne!(diagnose(&zeros).predicted, Verdict::Diverged);
    }

    /// Decay that does not make weights grow by itself, but throws them beyond 0, blows up a network that a gradient
    /// moves as well (He with momentum at a decay of 370: none of the lower rates helps, no decay does).
    #[test]
    fn decay_that_turns_signs_is_told_of_a_run_that_diverged() {
        let diverged = Ending { verdict: Verdict::Diverged, diverged_at: Some(8) };
        let cause = |weight_decay| {
            let mut measured = Measurements { optimizer: Optimizer::Momentum, weight_decay, ..healthy() };
            measured.trial.losses[7] = f64::INFINITY;
            let found = reconcile(&diagnose(&measured), diverged, f64::NAN);
            assert!(found.sentence.matches("weight decay").count() <= 1, "{}", found.sentence);
            (found.cause, diagnose(&measured).cause.map(|finding| finding.cause))
        };
        assert_eq!(cause(370.0), (Some(Cause::WeightDecay), Some(Cause::WeightDecay)));
        assert_eq!(cause(140.0), (Some(Cause::StepsTooLarge), Some(Cause::StepsTooLarge)));
    }

    /// Weight decay that overshoots 0 drives the weights apart, and no learning rate is to blame.
    #[test]
    fn weight_decay_beyond_its_limit_is_told_of_a_run_that_diverged() {
        let diverged = Ending { verdict: Verdict::Diverged, diverged_at: Some(8) };
        let said = |optimizer, weight_decay| {
            let mut measured = Measurements { optimizer, weight_decay, ..healthy() };
            measured.trial.losses[7] = f64::INFINITY;
            reconcile(&diagnose(&measured), diverged, f64::NAN)
        };
        let sgd = said(Optimizer::Sgd, 201.0);
        assert_eq!(sgd.cause, Some(Cause::WeightDecay));
        let limit = "diverged at 8: learning rate times weight decay is 2.01: above 2 weights grow from update to update";
        assert_eq!(sgd.sentence, limit);
        let within = [
            (Optimizer::Sgd, 149.0),
            (Optimizer::Momentum, 149.0),
            (Optimizer::Nesterov, 78.0),
            (Optimizer::Adam, 1000.0),
        ];
        for (optimizer, weight_decay) in within {
            assert_eq!(said(optimizer, weight_decay).cause, Some(Cause::StepsTooLarge), "{optimizer}");
        }
        assert_eq!(said(Optimizer::Nesterov, 136.0).cause, Some(Cause::WeightDecay));
        assert_eq!(said(Optimizer::Momentum, 381.0).cause, Some(Cause::WeightDecay));
        let mut overflowing = Measurements { weight_decay: 201.0, ..healthy() };
        overflowing.layers[0].signal_rms = f64::INFINITY;
        let first_pass = reconcile(&diagnose(&overflowing), diverged, f64::NAN);
        assert_eq!(first_pass.cause, Some(Cause::SignalOverflows));
    }

    /// With batch norm too, which rescales every layer but the last.
    #[test]
    fn weight_decay_is_told_of_a_run_that_learned_little() {
        let learned = Ending { verdict: Verdict::Learned, diverged_at: None };
        let mut measured = Measurements { batch_norm: true, weight_decay: 9.0, ..healthy() };
        let output = measured.trial.layers.last_mut().expect("three layers");
        (output.weight_rms, output.gradient_rms) = (0.01, 0.044);
        let said = |final_loss| reconcile(&diagnose(&measured), learned, final_loss).sentence;
        let end = ": after 30 updates weight decay outweighs the gradient of the output layer: 0.090 against 0.044 in layer 3";
        assert!(said(1.9).ends_with(end), "{}", said(1.9));
        assert!(said(0.3).starts_with("learned although after 30 updates weight decay"), "{}", said(0.3));
    }
}
