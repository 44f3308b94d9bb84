//! After training: the predicted verdict and the actual one, brought together in one sentence.

use super::cause::Cause;
use super::diagnose::Diagnosis;
use super::findings::Finding;
use crate::nn::optimizer::Optimizer;
use crate::stats::{Ending, Verdict};

/// Why a run ended as it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The cause; `None` for a run that learned.
    pub cause: Option<Cause>,
    /// One sentence that begins with the verdict.
    pub sentence: String,
    /// What helps; empty for a run that learned.
    pub remedy: &'static str,
}

/// Explains a verdict by what was measured before training; never against the verdict.
pub fn reconcile(diagnosis: &Diagnosis, ending: Ending, optimizer: Optimizer) -> Explanation {
    match ending.verdict {
        Verdict::Learned => learned(diagnosis, optimizer),
        Verdict::Stalled => failed(diagnosis, ending, &holds),
        Verdict::Diverged => failed(diagnosis, ending, &blows_up),
    }
}

/// Causes that keep a network from learning.
fn holds(cause: Cause) -> bool {
    !matches!(cause, Cause::SignalOverflows)
}

/// Causes that drive a loss out of all bounds.
fn blows_up(cause: Cause) -> bool {
    use Cause::{GradientExplodes, SignalExplodes, SignalOverflows, StepsTooLarge};
    matches!(cause, SignalExplodes | SignalOverflows | GradientExplodes | StepsTooLarge)
}

fn failed(diagnosis: &Diagnosis, ending: Ending, fits: &dyn Fn(Cause) -> bool) -> Explanation {
    let candidates = diagnosis.cause.iter().chain(&diagnosis.findings);
    let finding: Option<&Finding> = candidates.into_iter().find(|finding| fits(finding.cause));
    let (cause, sentence) = match finding {
        Some(finding) => (finding.cause, finding.sentence.as_str()),
        None => (Cause::Unexplained, Cause::Unexplained.sentence()),
    };
    Explanation { cause: Some(cause), sentence: format!("{ending}: {sentence}"), remedy: cause.remedy() }
}

fn learned(diagnosis: &Diagnosis, optimizer: Optimizer) -> Explanation {
    let rescales = matches!(optimizer, Optimizer::AdaGrad | Optimizer::RmsProp | Optimizer::Adam);
    let sentence = match (diagnosis.findings.first(), diagnosis.predicted) {
        (None, _) => "learned: nothing that was measured stood in its way".to_owned(),
        (Some(finding), _) if rescales && finding.cause != Cause::StepsTooLarge => {
            format!("learned although {}: {optimizer} rescales every gradient", finding.sentence)
        }
        (Some(finding), Verdict::Learned) => {
            format!("learned although {}", finding.sentence)
        }
        (Some(finding), _) => format!("learned, against the prediction, although {}", finding.sentence),
    };
    Explanation { cause: None, sentence, remedy: "" }
}
