//! The closed table of causes: why a network stalls or diverges, and what helps.
//!
//! A cause is one word for a table and a legend ([`Cause::NAMED`]), a sentence without numbers and an advice
//! ([`ROWS`]). The sentence with a network's own numbers is that of its
//! [`Finding`](super::findings::Finding).

use crate::nn::names::named_family;

/// The reason why a network does not learn.
///
/// ```
/// use initlab::diagnosis::Cause;
///
/// let cause: Cause = "steps too large".parse()?;
/// assert_eq!(cause.remedy(), "lower the learning rate");
/// assert_eq!(cause.sentence(), "the first updates raise the loss instead of lowering it");
/// # Ok::<(), initlab::nn::names::UnknownName>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// All units of a layer have the same weights and the same gradients.
    IdenticalUnits,
    /// The last hidden layer shows nearly the same for every input.
    InputLost,
    /// The signal shrinks from layer to layer to nothing.
    SignalVanishes,
    /// The signal grows from layer to layer.
    SignalExplodes,
    /// A value of the first forward pass is infinite or NaN.
    SignalOverflows,
    /// The gradient shrinks on its way back.
    GradientVanishes,
    /// The gradient grows on its way back.
    GradientExplodes,
    /// Activations stand at the ends of their range, where the derivative is nearly 0.
    Saturated,
    /// All units of a layer are 0 for every input.
    Dead,
    /// Some layer cannot move far enough in this run.
    StepsTooSmall,
    /// The first updates raise the loss instead of lowering it.
    StepsTooLarge,
    /// Gradients of mini-batches differ so much that steps along them hold the loss up.
    GradientNoise,
    /// Batch norm takes its mean and its spread of few examples.
    FewExamples,
    /// Weight decay pulls the weights to 0, and the gradient does not hold them.
    WeightDecay,
    /// Nothing that was measured explains what happened.
    Unexplained,
}

/// One row of the table of causes.
#[derive(Debug)]
pub struct CauseRow {
    /// The cause.
    pub cause: Cause,
    /// The cause in a sentence without numbers, to stand after a colon.
    pub sentence: &'static str,
    /// The advice: `lower the learning rate`.
    pub remedy: &'static str,
}

const fn row(cause: Cause, sentence: &'static str, remedy: &'static str) -> CauseRow {
    CauseRow { cause, sentence, remedy }
}

impl Cause {
    /// Every cause with its name in files.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("identical units", Self::IdenticalUnits),
        ("output barely depends on the input", Self::InputLost),
        ("forward signal vanishes", Self::SignalVanishes),
        ("forward signal explodes", Self::SignalExplodes),
        ("forward signal overflows", Self::SignalOverflows),
        ("gradient vanishes", Self::GradientVanishes),
        ("gradient explodes", Self::GradientExplodes),
        ("saturated", Self::Saturated),
        ("dead", Self::Dead),
        ("steps too small", Self::StepsTooSmall),
        ("steps too large", Self::StepsTooLarge),
        ("gradient noise", Self::GradientNoise),
        ("batch norm over few examples", Self::FewExamples),
        ("weight decay", Self::WeightDecay),
        ("unexplained", Self::Unexplained),
    ];

    /// The cause in a sentence without numbers, of its row in [`ROWS`].
    pub fn sentence(self) -> &'static str {
        self.row().sentence
    }

    /// The advice, of its row in [`ROWS`].
    pub fn remedy(self) -> &'static str {
        self.row().remedy
    }

    /// True for causes that drive a loss out of all bounds.
    pub fn blows_up(self) -> bool {
        matches!(
            self,
            Self::GradientExplodes | Self::SignalExplodes | Self::SignalOverflows | Self::StepsTooLarge
        )
    }

    /// True for causes that other initial weights are to mend.
    pub fn is_of_weights(self) -> bool {
        matches!(
            self,
            Self::IdenticalUnits
                | Self::InputLost
                | Self::SignalVanishes
                | Self::SignalExplodes
                | Self::SignalOverflows
                | Self::GradientVanishes
                | Self::GradientExplodes
                | Self::Saturated
                | Self::Dead
        )
    }

    fn row(self) -> &'static CauseRow {
        ROWS.iter().find(|row| row.cause == self).expect("every cause has a row")
    }
}

/// Every cause with what is said about it.
pub const ROWS: &[CauseRow] = &[
    row(
        Cause::IdenticalUnits,
        "all units of a layer have the same weights and the same gradients, so they stay one unit",
        "draw the weights at random",
    ),
    row(
        Cause::InputLost,
        "the output barely depends on the input",
        "use larger weights, batch norm if there is none, or, if the activation is sigmoid or softplus, ReLU with He's",
    ),
    row(
        Cause::SignalVanishes,
        "the signal shrinks from layer to layer",
        "use larger weights, such as He's for ReLU, or batch norm if there is none",
    ),
    row(
        Cause::SignalExplodes,
        "the signal grows from layer to layer",
        "use smaller weights, such as He's for ReLU",
    ),
    row(Cause::SignalOverflows, "the first forward pass overflows", "use smaller weights"),
    row(
        Cause::GradientVanishes,
        "the gradient shrinks on its way back",
        "use larger weights, another activation, or batch norm if there is none",
    ),
    row(Cause::GradientExplodes, "the gradient grows on its way back", "use smaller weights"),
    row(
        Cause::Saturated,
        "most activations stand at the ends of their range, where the derivative is nearly 0",
        "use smaller weights",
    ),
    row(
        Cause::Dead,
        "all units of a layer are 0 for every input that was looked at, so no gradient passes",
        "use other weights",
    ),
    row(
        Cause::StepsTooSmall,
        "the updates are too small for the weights",
        "raise the learning rate or train longer",
    ),
    row(
        Cause::StepsTooLarge,
        "the first updates raise the loss instead of lowering it",
        "lower the learning rate",
    ),
    row(
        Cause::GradientNoise,
        "gradients of mini-batches differ so much that steps along them hold the loss up",
        "use larger mini-batches or lower the learning rate",
    ),
    row(
        Cause::FewExamples,
        "batch norm takes its mean and its spread of few examples",
        "use larger mini-batches",
    ),
    row(
        Cause::WeightDecay,
        "weight decay pulls the weights to 0 and the gradient does not hold them",
        "lower the weight decay",
    ),
    row(
        Cause::Unexplained,
        "nothing that was measured explains it",
        "try other learning rates and other seeds, and look at the layers during training",
    ),
];

named_family!(Cause, "cause");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_one_name_and_one_row() {
        assert_eq!(Cause::NAMED.len(), ROWS.len());
        for ((name, cause), row) in Cause::NAMED.iter().zip(ROWS) {
            assert_eq!(*cause, row.cause, "{name}");
            assert!(!cause.sentence().is_empty() && !cause.remedy().is_empty());
            assert_eq!(name.parse(), Ok(*cause));
        }
    }
}
