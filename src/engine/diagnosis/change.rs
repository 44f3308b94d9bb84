//! The closed table of changes: what may be done to a network's training that does not learn, the smallest change first.

use super::setup::Setup;
use crate::Real;
use crate::nn::init::Init;
use crate::nn::optimizer::Optimizer;
use crate::text::exact;

/// What a change is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Other weights: those that hold the size of a signal under the activation.
    Weights,
    /// Batch norm.
    BatchNorm,
    /// Smaller updates.
    LowerRate,
    /// Larger updates.
    HigherRate,
    /// Less weight decay, or none.
    LessDecay,
    /// More examples per update.
    LargerBatches,
    /// More updates.
    MoreUpdates,
    /// Adam at its usual rate.
    Adam,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Weights,
        Self::BatchNorm,
        Self::LowerRate,
        Self::HigherRate,
        Self::LessDecay,
        Self::LargerBatches,
        Self::MoreUpdates,
        Self::Adam,
    ];
}

/// One row of the table: the changed setup, or `None` where it would change nothing.
#[derive(Debug)]
pub struct Change {
    /// What it is one of.
    pub kind: Kind,
    /// Changes a setup.
    pub apply: fn(&Setup) -> Option<Setup>,
}

/// Examples of a mini-batch that is not small: the default of `compare`.
const MANY_EXAMPLES: usize = 128;
/// The step between rates and between decays that are tried: a decade, as one tries them by hand.
const TENFOLD: f64 = 10.0;
/// A run that needs more than so many times its updates has another cause than its length.
const MORE_UPDATES: usize = 4;
/// No run is longer.
pub const MOST_UPDATES: usize = 10_000_000;

/// The table, in the order in which changes are tried.
pub const CHANGES: [Change; 12] = [
    Change { kind: Kind::Weights, apply: weights },
    Change { kind: Kind::BatchNorm, apply: batch_norm },
    Change { kind: Kind::LowerRate, apply: |setup| rate(setup, TENFOLD.recip()) },
    Change { kind: Kind::HigherRate, apply: |setup| rate(setup, TENFOLD) },
    Change { kind: Kind::LowerRate, apply: |setup| rate(setup, TENFOLD.powi(-2)) },
    Change { kind: Kind::HigherRate, apply: |setup| rate(setup, TENFOLD.powi(2)) },
    Change { kind: Kind::LowerRate, apply: |setup| rate(setup, TENFOLD.powi(-3)) },
    Change { kind: Kind::LessDecay, apply: |setup| decay(setup, TENFOLD.recip()) },
    Change { kind: Kind::LessDecay, apply: |setup| decay(setup, 0.0) },
    Change { kind: Kind::LargerBatches, apply: larger_batches },
    Change { kind: Kind::MoreUpdates, apply: more_updates },
    Change { kind: Kind::Adam, apply: adam },
];

fn weights(setup: &Setup) -> Option<Setup> {
    let init = Init::of_exact_gain(setup.architecture.activation);
    (init != setup.init).then(|| Setup { init, ..setup.clone() })
}

fn batch_norm(setup: &Setup) -> Option<Setup> {
    let mut changed = setup.clone();
    changed.architecture.batch_norm = true;
    (changed != *setup && setup.batch_size.is_none_or(|size| size > 1)).then_some(changed)
}

fn rate(setup: &Setup, factor: f64) -> Option<Setup> {
    let mut changed = setup.clone();
    changed.update.learning_rate = rounded(f64::from(setup.update.learning_rate) * factor);
    (changed.update.learning_rate > 0.0 && changed.update.learning_rate.is_finite()).then_some(changed)
}

fn decay(setup: &Setup, factor: f64) -> Option<Setup> {
    let mut changed = setup.clone();
    changed.update.weight_decay = rounded(f64::from(setup.update.weight_decay) * factor);
    (changed != *setup).then_some(changed)
}

fn larger_batches(setup: &Setup) -> Option<Setup> {
    let many = MANY_EXAMPLES.min(setup.examples);
    let is_more = setup.batch_size.is_some_and(|size| size < many);
    is_more.then(|| Setup { batch_size: Some(many), ..setup.clone() })
}

fn more_updates(setup: &Setup) -> Option<Setup> {
    let iterations = MORE_UPDATES * setup.iterations;
    (iterations <= MOST_UPDATES).then(|| Setup { iterations, ..setup.clone() })
}

fn adam(setup: &Setup) -> Option<Setup> {
    let mut changed = setup.clone();
    changed.update.optimizer = Optimizer::Adam;
    changed.update.learning_rate = Optimizer::Adam.usual_rate() as Real;
    (changed != *setup).then_some(changed)
}

/// A number to six digits: a tenth of 0.3 is 0.03, not 0.030000001.
fn rounded(number: f64) -> Real {
    format!("{number:.5e}").parse().expect("a number that was written reads back")
}

/// A setting that differs between two setups: the flag of the command line, without dashes, and its new value, which is
/// empty for a switch.
pub type Flag = (&'static str, String);

/// The flags that turn one setup into another.
pub fn flags(from: &Setup, to: &Setup) -> Vec<Flag> {
    let number = |number: Real| exact(number.to_string().parse::<f64>().expect("a number"));
    let all = [
        ("init", from.init != to.init, to.init.to_string()),
        ("batch-norm", from.architecture.batch_norm != to.architecture.batch_norm, String::new()),
        ("optimizer", from.update.optimizer != to.update.optimizer, to.update.optimizer.to_string()),
        (
            "learning-rate",
            from.update.learning_rate != to.update.learning_rate,
            number(to.update.learning_rate),
        ),
        ("weight-decay", from.update.weight_decay != to.update.weight_decay, number(to.update.weight_decay)),
        (
            "batch-size",
            from.batch_size != to.batch_size,
            to.batch_size.map_or(String::new(), |size| size.to_string()),
        ),
        ("iterations", from.iterations != to.iterations, to.iterations.to_string()),
    ];
    all.into_iter().filter(|(_, differs, _)| *differs).map(|(flag, _, value)| (flag, value)).collect()
}

/// Flags as they are typed: `--init He --learning-rate 0.1`.
pub fn typed(flags: &[Flag]) -> String {
    let word = |(flag, value): &Flag| {
        if value.is_empty() { format!("--{flag}") } else { format!("--{flag} {value}") }
    };
    flags.iter().map(word).collect::<Vec<_>>().join(" ")
}
