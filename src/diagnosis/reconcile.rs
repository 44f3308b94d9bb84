//! After training: the predicted verdict and the actual one, brought together in one sentence.

use super::cause::Cause;
use super::decay::{decay_drives_apart, decaying, halving, output_decays};
use super::diagnose::Diagnosis;
use super::findings::{Finding, not_finite};
use super::measurements::Measurements;
use super::noise::{felt, felt_beside, over_few};
use super::pace::{racing, racing_on, raised_beyond, starts_high, too_slow};
use super::text::short;
use crate::stats::{Ending, Verdict};
use crate::text::counted;

/// The explanation of a run's end.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The cause; `None` for a run that learned.
    pub cause: Option<Cause>,
    /// One sentence, without a full stop, that begins with the verdict.
    pub sentence: String,
    /// The advice; empty for a run that learned.
    pub remedy: &'static str,
}

/// Explains the verdict on a run by what was measured before it, never against the verdict.
///
/// `final_loss` is the mean of the last losses of the run; it is not looked at where the run diverged.
pub fn reconcile(diagnosis: &Diagnosis, ending: Ending, final_loss: f64) -> Explanation {
    match ending.verdict {
        Verdict::Learned => learned(diagnosis, final_loss),
        Verdict::Stalled => failed(diagnosis, ending, held(diagnosis, final_loss)),
        Verdict::Diverged => failed(diagnosis, ending, blown_up(diagnosis)),
    }
}

/// A second cause is told where it is known: units that are all the same, and weight decay that halves every weight
/// within a few updates. Under such decay 136 of 264 networks of `scripts/grids/weight_decay_batch_norm.toml` learn, and
/// without batch norm 2 of 264 (He, Xavier and std = 0.01, strengths from 0.03 to 30).
fn failed(diagnosis: &Diagnosis, ending: Ending, (cause, sentence): (Cause, String)) -> Explanation {
    let beside = halving(&diagnosis.measured).filter(|_| cause != Cause::WeightDecay);
    let must = if diagnosis.measured.batch_norm { "may have" } else { "has" };
    let decay =
        beside.map_or(String::new(), |decay| format!("; {}, and {must} to be lowered too", decay.sentence));
    let is_one_unit = |finding: &&Finding| finding.cause == Cause::IdenticalUnits && cause != finding.cause;
    let units = diagnosis.findings.iter().find(is_one_unit).map_or(String::new(), |units| {
        format!("; {}, so they have to be drawn at random too", units.sentence)
    });
    Explanation {
        cause: Some(cause),
        sentence: format!("{ending}: {sentence}{units}{decay}"),
        remedy: cause.remedy(),
    }
}

/// A run has raised its loss where it ends above so many times its start.
const RAISED: f64 = 1.05;

/// The cause that held a run that stalled, with its sentence.
fn held(diagnosis: &Diagnosis, final_loss: f64) -> (Cause, String) {
    let measured = &diagnosis.measured;
    // The loss of the first examples and the mean of the last hundred differ by chance as it is.
    let raised = measured.may_be_raised_in(measured.iterations)
        && final_loss > raised_beyond(measured, RAISED) * measured.start_loss;
    let holds =
        |finding: &&Finding| holds(finding.cause) && !(raised && finding.cause == Cause::StepsTooSmall);
    if let Some(finding) = diagnosis.cause.as_ref().filter(holds) {
        return (finding.cause, finding.sentence.clone());
    }
    if let Some(Finding { cause, sentence, .. }) = over_few(measured) {
        return (cause, sentence);
    }
    if raised && decaying(measured).is_none() {
        let from = measured.start_loss;
        return (
            Cause::StepsTooLarge,
            format!("training raised the loss from {} to {}", loss(from), loss(final_loss)),
        );
    }
    if let Some(Finding { cause, sentence, .. }) = found_later(diagnosis) {
        return (cause, sentence);
    }
    match diagnosis.learns_after {
        Some(after) if 2 * after > measured.iterations => {
            let Finding { cause, sentence, .. } = too_slow(measured, diagnosis.learns_after);
            let is_longer = cause == Cause::StepsTooSmall && after <= measured.iterations;
            (cause, if is_longer { takes_longer(measured, after) } else { sentence })
        }
        _ => (Cause::Unexplained, Cause::Unexplained.sentence().to_owned()),
    }
}

/// A loss with two decimals, a large one with a power of ten.
fn loss(number: f64) -> String {
    if number < 1e4 { format!("{number:.2}") } else { short(number) }
}

/// A run that has not learned when it was forecast to.
fn takes_longer(measured: &Measurements, after: usize) -> String {
    format!(
        "learning was forecast from about iteration {after} of {} on, and takes longer",
        measured.iterations
    )
}

/// What may hold a run that was predicted to learn: what stands out in its weights before noise, which may be small only
/// because of them.
fn found_later(diagnosis: &Diagnosis) -> Option<Finding> {
    let measured = &diagnosis.measured;
    let in_weights =
        || diagnosis.findings.iter().find(|finding| finding.cause.is_of_weights() && holds(finding.cause));
    decaying(measured)
        .or_else(|| racing(measured))
        .or_else(|| starts_high(measured))
        .or_else(|| in_weights().cloned())
        .or_else(|| felt(measured))
}

/// True for causes that can keep a loss where it is: all but those that make it infinite at once.
fn holds(cause: Cause) -> bool {
    !matches!(cause, Cause::SignalOverflows | Cause::GradientExplodes)
}

/// The cause that blew up a run that diverged, with its sentence.
fn blown_up(diagnosis: &Diagnosis) -> (Cause, String) {
    let measured = &diagnosis.measured;
    let starts = not_finite(measured).is_none();
    if let Some(Finding { cause, sentence, .. }) = decay_drives_apart(measured).filter(|_| starts) {
        return (cause, sentence);
    }
    match &diagnosis.cause {
        Some(Finding { cause, sentence, .. }) if cause.blows_up() => (*cause, sentence.clone()),
        _ => {
            let steps = counted(diagnosis.measured.trial.losses.len(), "update");
            let sentence = format!("the loss stays in bounds for {steps} and leaves them later");
            (Cause::StepsTooLarge, sentence)
        }
    }
}

/// The travel of the slowest layer, to stand at the end of a sentence; empty where it is 0 or not finite.
fn reach(measured: &Measurements) -> String {
    let moves = measured.slowest().filter(|layer| layer.travel.is_finite() && layer.travel > 0.0);
    moves.map_or(String::new(), |layer| {
        let iterations = counted(measured.iterations, "update");
        format!(
            "; its slowest layer, {}, can move by {} of itself in {iterations}",
            layer.layer,
            short(layer.travel)
        )
    })
}

/// A run that learned, but ends above this share of the label entropy, has learned little.
const LITTLE: f64 = 0.5;

/// A run that learned, but little, although nothing was found before it that holds it: weight decay did, time was
/// short, its layers can move by less than themselves, or it is not explained.
fn learned_little(diagnosis: &Diagnosis, final_loss: f64) -> String {
    let Measurements { label_entropy, iterations, .. } = &diagnosis.measured;
    let to = only_to(final_loss, *label_entropy);
    if let Some(decay) = any_decay(&diagnosis.measured) {
        return format!("{to}: {}", decay.sentence);
    }
    match diagnosis.learns_after {
        Some(after) if 4 * after > *iterations => {
            format!("{to}: learning was forecast from about iteration {after} of {iterations} on")
        }
        _ if diagnosis.measured.least_travel() < 1.0 => format!("{to}{}", reach(&diagnosis.measured)),
        _ => format!("{to}; nothing that was measured says why{}", reach(&diagnosis.measured)),
    }
}

/// That a run has learned little, to stand before a colon.
fn only_to(final_loss: f64, label_entropy: f64) -> String {
    format!("learned, but only to a loss of {final_loss:.2} where guessing has {label_entropy:.2}")
}

/// Weight decay that is felt, in the output layer at least.
fn any_decay(measured: &Measurements) -> Option<Finding> {
    decaying(measured).or_else(|| halving(measured)).or_else(|| output_decays(measured))
}

/// The explanation of a run that learned: what it has overcome, if anything, or what has kept it from learning more.
fn learned(diagnosis: &Diagnosis, final_loss: f64) -> Explanation {
    let measured = &diagnosis.measured;
    let is_little = final_loss > LITTLE * measured.label_entropy;
    // Batch norm over few examples, and large updates that are divided by the size of gradients, are named before others.
    let first = over_few(measured).or_else(|| racing_on(measured)).filter(|_| is_little);
    let seen = || diagnosis.cause.clone().or_else(|| diagnosis.findings.first().cloned());
    let last = || any_decay(measured).or_else(|| felt_beside(measured, final_loss));
    let sentence = match &first.or_else(seen).or_else(last) {
        None | Some(Finding { cause: Cause::WeightDecay, .. }) if is_little => {
            learned_little(diagnosis, final_loss)
        }
        None => format!("learned: nothing that was measured stood in its way{}", reach(measured)),
        Some(finding) if is_little => {
            format!("{}: {}", only_to(final_loss, measured.label_entropy), obstacle(diagnosis, finding))
        }
        Some(finding) => {
            let is_rescaled = measured.optimizer.rescales_gradients() && finding.cause.is_of_weights();
            let why = format!(": {} rescales every gradient", measured.optimizer);
            format!(
                "learned although {}{}",
                obstacle(diagnosis, finding),
                if is_rescaled { why.as_str() } else { "" }
            )
        }
    };
    Explanation { cause: None, sentence, remedy: "" }
}

/// A finding as the obstacle of a run that learned: of slow steps, how long it was to take.
fn obstacle(diagnosis: &Diagnosis, finding: &Finding) -> String {
    match (finding.cause, diagnosis.learns_after) {
        (Cause::StepsTooSmall, Some(after)) => format!("it was forecast to need about {after} iterations"),
        (Cause::StepsTooSmall, None) => "no learning was forecast".to_owned(),
        _ => finding.sentence.clone(),
    }
}
