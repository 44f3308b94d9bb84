//! The candidates: every initializer of the table that needs no argument and can learn, the one with the activation's
//! exact gain, and twice He's variance, which a short training often wants.

use super::config::Config;
use crate::nn::init::distribution::{DistributionShape, Fan};
use crate::nn::init::names::{InitKind, NAMED, NamedInit};
use crate::nn::init::{Distribution, Init, Weights};

/// An initializer that may be recommended, with the name under which tables and sentences speak of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The initializer, as it is drawn: `critical` with the activation's variances.
    pub init: Init,
    /// Its name: the canonical label, or `exact gain`; `critical` keeps its name, though its `init` has the
    /// numbers.
    pub name: String,
}

/// The name of the initializer with the exact gain.
const EXACT_GAIN: &str = "exact gain";

/// The name of the initializer with twice He's variance.
const TWICE_HE: &str = "twice He";

/// The name of the initializer whose numbers follow from the activation.
pub const CRITICAL: &str = "critical";

/// The candidates of these settings, in the order of the table, each distribution once.
///
/// Where initializers are named, these alone, in the order given. One that does not exist for the activation
/// is left out (`critical` for softplus); [`Config::check`] refuses it beforehand where it was named.
pub fn candidates(config: &Config) -> Vec<Candidate> {
    let named: Vec<(Init, String)> = if config.init.is_empty() {
        let rows = NAMED.iter().filter_map(of_table).map(|init| (init, init.to_string()));
        let twice = Init::scaled(4.0, Fan::In, DistributionShape::Normal);
        let scaled = [(Init::of_exact_gain(config.activation), EXACT_GAIN), (twice, TWICE_HE)];
        rows.chain(scaled.map(|(init, name)| (init, name.to_owned()))).collect()
    } else {
        config.init.iter().map(|init| (*init, init.to_string())).collect()
    };
    let mut all: Vec<Candidate> = Vec::new();
    for (init, name) in named {
        let Ok(init) = init.for_activation(config.activation) else { continue };
        if all.iter().all(|other| !same(&other.init, &init)) {
            all.push(Candidate { init, name });
        }
    }
    all
}

/// True for one distribution, also where two ways to its variance differ in their last digits.
fn same(a: &Init, b: &Init) -> bool {
    let rounded = |init: &Init| match init.weights {
        Weights::VarianceScaling { scale, fan, shape } => {
            Init { weights: Init::scaled((scale * 1e9).round() / 1e9, fan, shape).weights, ..*init }
        }
        _ => *init,
    };
    rounded(a) == rounded(b)
}

/// The initializer of a row that needs no argument; none for one value everywhere, which no network
/// learns with.
fn of_table(row: &NamedInit) -> Option<Init> {
    let init = match row.kind {
        InitKind::Exactly(init) => init,
        InitKind::Parametrized { default, parse, .. } => parse(default?).ok()?,
    };
    (!matches!(init.weights, Weights::Fixed(Distribution::Constant(_)))).then_some(init)
}

/// What a framework draws from where nobody chooses.
pub fn default_of(framework: &str) -> Option<Candidate> {
    let name = match framework {
        "pytorch" | "equinox" | "burn" => "pytorch_default",
        "keras" | "tensorflow" => "keras_default",
        "jax" | "nnx" => "flax_default",
        _ => return None,
    };
    let init = name.parse().expect("a row of the table");
    Some(Candidate { init, name: name.to_owned() })
}

impl Candidate {
    /// The name, with the label behind it where that says more.
    pub fn title(&self) -> String {
        self.label().map_or(self.name.clone(), |label| format!("{} ({label})", self.name))
    }

    /// The label that the command line takes, where it does not take the name: for `exact gain`. `None` for
    /// every other candidate, `critical` included.
    pub fn label(&self) -> Option<String> {
        if self.name == CRITICAL {
            return None;
        }
        Some(self.init.to_string()).filter(|label| *label != self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_config;
    use super::*;

    fn names(flags: &[&str]) -> Vec<String> {
        candidates(&test_config(flags)).into_iter().map(|candidate| candidate.name).collect()
    }

    #[test]
    fn each_distribution_is_a_candidate_once() {
        let relu = names(&["--activation", "relu"]);
        assert!(!relu.contains(&EXACT_GAIN.to_owned()), "He has ReLU's exact gain: {relu:?}");
        assert!(!relu.contains(&"critical".to_owned()), "He is critical for ReLU");
        let gelu = names(&["--activation", "gelu"]);
        assert_eq!(gelu[gelu.len() - 2..], [EXACT_GAIN, TWICE_HE]);
        assert!(!gelu.contains(&"critical".to_owned()), "GELU has no critical point");
        assert!(!gelu.contains(&"zeros".to_owned()) && gelu.contains(&"orthogonal".to_owned()));
        assert!(names(&["--activation", "tanh"]).contains(&"critical".to_owned()));
    }

    #[test]
    fn named_candidates_are_the_only_ones() {
        assert_eq!(names(&["--init", "std=0.01,zeros"]), ["std=0.01", "zeros"]);
    }
}
