//! The table of causes: the changes that help against each, the facts that show it, and the sentence that tells them.
//!
//! The change that helps chooses the cause: of the rows that it helps against, the first whose facts show it.

use super::change::Kind::{
    self, Adam, BatchNorm, HigherRate, LargerBatches, LessDecay, LowerRate, MoreUpdates, Weights,
};
use super::facts::{Facts, LayerFacts, ratio};
use super::forecast::LOUD;
use super::what_if::Remedy;
use crate::nn::names::named_family;

/// Why a network did not learn.
///
/// ```
/// use initlab_engine::diagnosis::Cause;
///
/// assert_eq!("steps too large".parse(), Ok(Cause::StepsTooLarge));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// All units of a layer have the same weights and the same gradients.
    IdenticalUnits,
    /// What reaches the first layer is the same for every example.
    ConstantInputs,
    /// A value of the first forward pass is infinite or NaN.
    SignalOverflows,
    /// A gradient of the first backward pass is infinite or NaN.
    GradientOverflows,
    /// All units of a layer are 0 for every input.
    Dead,
    /// Most activations stand at the ends of their range, where the derivative is nearly 0.
    Saturated,
    /// The signal shrinks from layer to layer to nothing.
    SignalVanishes,
    /// The signal grows from layer to layer.
    SignalExplodes,
    /// The gradient shrinks on its way back.
    GradientVanishes,
    /// The gradient grows on its way back.
    GradientExplodes,
    /// The last hidden layer shows nearly the same for every input.
    InputLost,
    /// The loss starts above that of a network that knows nothing.
    LoudStart,
    /// Weight decay pulls the weights to 0, and the gradient does not hold them.
    WeightDecay,
    /// Batch norm takes its mean and its spread of few examples.
    FewExamples,
    /// Gradients of mini-batches differ by more than they agree.
    GradientNoise,
    /// Updates throw the weights too far.
    StepsTooLarge,
    /// Some layer cannot move far enough in this run.
    StepsTooSmall,
    /// Nothing that was measured stands out.
    Unexplained,
}

/// The numbers that show a cause, and the layer, from 1, that they are of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The layer; 0 where it is of none.
    pub layer: usize,
    /// Two numbers, in the order of the sentence.
    pub numbers: [f64; 2],
}

/// One row of the table of causes.
#[derive(Debug)]
pub struct CauseRow {
    /// The cause.
    pub cause: Cause,
    /// Its name in files.
    pub name: &'static str,
    /// The changes that help against it.
    pub helped_by: &'static [Kind],
    /// The facts that show it.
    pub shown_by: fn(&Facts) -> Option<Evidence>,
    /// What the facts show, with `{layer}`, `{count}` (whole), `{a}`, `{b}`, `{n}` (`300 updates`, those of the run) and `{t}` (of the trial) in the place of
    /// numbers.
    pub sentence: &'static str,
}

const fn row(
    cause: Cause,
    name: &'static str,
    helped_by: &'static [Kind],
    shown_by: fn(&Facts) -> Option<Evidence>,
    sentence: &'static str,
) -> CauseRow {
    CauseRow { cause, name, helped_by, shown_by, sentence }
}

/// A signal or gradient that changes by more than this factor over the network has vanished or exploded, and activations
/// that differ between inputs by less than this part of their size have lost them. (Ten such layers of a factor 1.6.)
const LOST: f64 = 100.0;
/// What changes the size of signals and gradients.
const SCALE: &[Kind] = &[Weights, BatchNorm, Adam];

/// Every cause.
#[rustfmt::skip]
pub const CAUSES: [CauseRow; 19] = [
    row(Cause::IdenticalUnits, "identical units", &[Weights], identical_units,
        "all {count} units of layer {layer} have the same weights and the same gradients"),
    row(Cause::ConstantInputs, "inputs do not differ", SCALE, constant_inputs,
        "what reaches layer 1 is the same for every example that was measured"),
    row(Cause::SignalOverflows, "forward signal overflows", SCALE, overflow,
        "the first forward pass overflows in layer {layer}"),
    row(Cause::GradientOverflows, "gradient overflows", SCALE, gradient_overflow,
        "the first gradient overflows in layer {layer}"),
    row(Cause::Dead, "dead", SCALE, dead,
        "all units of layer {layer} are 0 for every input that was measured"),
    row(Cause::SignalVanishes, "forward signal vanishes", SCALE, |facts| signal(facts, |change| change < LOST.recip()),
        "the signal shrinks from {a} in layer 1 to {b} in layer {layer}"),
    row(Cause::SignalExplodes, "forward signal explodes", SCALE, |facts| signal(facts, |change| change > LOST),
        "the signal grows from {a} in layer 1 to {b} in layer {layer}"),
    row(Cause::Saturated, "saturated", SCALE, saturated,
        "{count} % of the activations of layer {layer} are saturated"),
    row(Cause::GradientVanishes, "gradient vanishes", SCALE, |facts| gradient(facts, |change| change < LOST.recip()),
        "the gradient shrinks from {a} in layer {layer} to {b} in layer 1"),
    row(Cause::GradientExplodes, "gradient explodes", SCALE, |facts| gradient(facts, |change| change > LOST),
        "the gradient grows from {a} in layer {layer} to {b} in layer 1"),
    row(Cause::InputLost, "output barely depends on the input", SCALE, input_lost,
        "the activations of layer {layer} differ between inputs by only {a} of their size"),
    row(Cause::LoudStart, "loss starts too high", SCALE, loud_start,
        "the loss starts at {a}, where equal logits have {b}"),
    row(Cause::WeightDecay, "weight decay", &[LessDecay], weight_decay,
        "weight decay pulls the weights of layer {layer} with {a}, their gradient with {b}"),
    row(Cause::FewExamples, "batch norm over few examples", &[LargerBatches], few_examples,
        "batch norm takes its mean and its spread of {count} examples"),
    row(Cause::GradientNoise, "gradient noise", &[LargerBatches], gradient_noise,
        "gradients of mini-batches differ by {a} in layer {layer}, where their mean is {b}"),
    row(Cause::StepsTooLarge, "steps too large", &[LowerRate], steps_raise_the_loss,
        "within {t} the loss goes from {a} to {b}"),
    row(Cause::StepsTooLarge, "steps too large", &[LowerRate], steps_too_large,
        "one update moves layer {layer} by {a} of itself"),
    row(Cause::StepsTooSmall, "steps too small", &[HigherRate, MoreUpdates, Adam], steps_too_small,
        "in {n} layer {layer} can move by {a} of itself"),
    row(Cause::Unexplained, "unexplained", &[], signal_as_it_is,
        "the signal goes from {a} in layer 1 to {b} in layer {layer}"),
];

impl Cause {
    /// Every cause with its name in files, in the order of the table.
    pub const NAMED: &[(&'static str, Self)] = &{
        let mut named = [("", Self::Unexplained); CAUSES.len()];
        let mut at = 0;
        while at < named.len() {
            named[at] = (CAUSES[at].name, CAUSES[at].cause);
            at += 1;
        }
        named
    };
}

named_family!(Cause, "cause");

/// The cause of a run that did not learn, with the numbers that show it: of the rows that what helps helps against, the first
/// that is shown; where nothing that was tried helps, inputs or numbers that leave nothing to learn from, or that it is not
/// explained.
pub fn cause_of(facts: &Facts, remedy: Option<&Remedy>) -> (&'static CauseRow, Evidence) {
    let is_helped = |row: &&CauseRow| match remedy {
        Some(remedy) => remedy.kinds.iter().any(|kind| row.helped_by.contains(kind)),
        None => {
            matches!(row.cause, Cause::ConstantInputs | Cause::SignalOverflows | Cause::GradientOverflows)
        }
    };
    let shown = |row: &'static CauseRow| Some((row, (row.shown_by)(facts)?));
    let last = &CAUSES[CAUSES.len() - 1];
    CAUSES
        .iter()
        .filter(is_helped)
        .find_map(shown)
        .or_else(|| shown(last))
        .expect("the last row is always shown")
}

fn of_layer(layer: &LayerFacts, a: f64, b: f64) -> Evidence {
    Evidence { layer: layer.layer, numbers: [a, b] }
}

/// The first of some layers of which something is true, with its units.
fn first(layers: &[LayerFacts], is: fn(&LayerFacts) -> bool) -> Option<Evidence> {
    layers.iter().find(|layer| is(layer)).map(|layer| of_layer(layer, layer.units as f64, 0.0))
}

fn identical_units(facts: &Facts) -> Option<Evidence> {
    first(facts.hidden(), |layer| layer.units > 1 && layer.distinct_units == 1)
}

fn constant_inputs(facts: &Facts) -> Option<Evidence> {
    first(&facts.layers[..1], |layer| layer.signal_spread == 0.0 && layer.weight_rms > 0.0)
}

fn overflow(facts: &Facts) -> Option<Evidence> {
    first(&facts.layers, |layer| !layer.signal_rms.is_finite() || !layer.signal_std.is_finite())
}

/// The last layer whose gradient overflows: the first one on the way back.
fn gradient_overflow(facts: &Facts) -> Option<Evidence> {
    facts
        .layers
        .iter()
        .rev()
        .find(|layer| !layer.gradient_rms.is_finite())
        .map(|layer| of_layer(layer, 0.0, 0.0))
}

fn dead(facts: &Facts) -> Option<Evidence> {
    first(facts.hidden(), |layer| layer.dead == 1.0)
}

/// The most saturated hidden layer, where most of it is.
fn saturated(facts: &Facts) -> Option<Evidence> {
    let share = |layer: &LayerFacts| layer.saturated.unwrap_or(0.0);
    let worst = facts.hidden().iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let is_most = share(worst) > 1.0 - share(worst);
    is_most.then(|| of_layer(worst, (100.0 * share(worst)).round(), 0.0))
}

/// The spread of the pre-activations in the first and in the last layer.
fn signal_as_it_is(facts: &Facts) -> Option<Evidence> {
    let (first, last) = (facts.layers.first()?, facts.layers.last()?);
    Some(of_layer(last, first.signal_std, last.signal_std))
}

fn signal(facts: &Facts, is_lost: fn(f64) -> bool) -> Option<Evidence> {
    signal_as_it_is(facts).filter(|Evidence { numbers: [first, last], .. }| is_lost(last / first))
}

/// The gradient of the output layer's weights and of the first one's, where it is lost on its way back.
///
/// Behind batch norm a gradient is inversely proportional to the size of the weights, which mean nothing there: nothing is
/// compared.
fn gradient(facts: &Facts, is_lost: fn(f64) -> bool) -> Option<Evidence> {
    let (first, last) = (facts.layers.first()?, facts.layers.last()?);
    let found = is_lost(first.gradient_rms / last.gradient_rms) && !facts.setup.architecture.batch_norm;
    found.then(|| of_layer(last, last.gradient_rms, first.gradient_rms))
}

fn input_lost(facts: &Facts) -> Option<Evidence> {
    let last = facts.hidden().last().filter(|last| last.sensitivity < LOST.recip())?;
    Some(of_layer(last, last.sensitivity, 0.0))
}

fn loud_start(facts: &Facts) -> Option<Evidence> {
    let guessing = facts.equal_loss();
    (facts.start_loss > LOUD * guessing)
        .then_some(Evidence { layer: 0, numbers: [facts.start_loss, guessing] })
}

/// What decay and data pull with in the layer where decay is strongest beside the gradient.
fn weight_decay(facts: &Facts) -> Option<Evidence> {
    let pull = |layer: &LayerFacts| f64::from(facts.setup.update.weight_decay) * layer.weight_rms;
    let strength = |layer: &LayerFacts| ratio(pull(layer), layer.gradient_rms);
    let worst = facts.layers.iter().max_by(|a, b| strength(a).total_cmp(&strength(b)))?;
    Some(of_layer(worst, pull(worst), worst.gradient_rms))
}

fn few_examples(facts: &Facts) -> Option<Evidence> {
    let size = facts.setup.batch_size.filter(|_| facts.setup.architecture.batch_norm)?;
    Some(Evidence { layer: 0, numbers: [size as f64, 0.0] })
}

/// The layer with the most noise beside its gradient, where there is more noise.
fn gradient_noise(facts: &Facts) -> Option<Evidence> {
    let noise = |layer: &LayerFacts| ratio(layer.noise_rms, layer.input_gradient_rms);
    let worst = facts.trial.layers.iter().max_by(|a, b| noise(a).total_cmp(&noise(b)))?;
    (worst.noise_rms > worst.input_gradient_rms)
        .then(|| of_layer(worst, worst.noise_rms, worst.input_gradient_rms))
}

fn steps_raise_the_loss(facts: &Facts) -> Option<Evidence> {
    let last = *facts.trial.losses.last()?;
    (last > facts.start_loss).then_some(Evidence { layer: 0, numbers: [facts.start_loss, last] })
}

/// The layer that one sustained update moves most, in units of its weights.
fn steps_too_large(facts: &Facts) -> Option<Evidence> {
    let moved = facts.layers.iter().filter(|layer| layer.update_ratio.is_finite());
    let fastest = moved.max_by(|a, b| a.update_ratio.total_cmp(&b.update_ratio))?;
    Some(of_layer(fastest, fastest.update_ratio, 0.0))
}

/// The slowest layer, where it cannot move as far as it is large.
fn steps_too_small(facts: &Facts) -> Option<Evidence> {
    let slowest = facts.slowest().filter(|layer| layer.travel < 1.0)?;
    Some(of_layer(slowest, slowest.travel, 0.0))
}
