//! The way from a name to an [`Init`] and back, through the one [`table`](super::table).
//!
//! Every initializer has one canonical label; `kaiming_normal`, `he-normal` and
//! `variance_scaling=2:fan_in:truncated` all end up as `he_normal`.

use super::Init;
pub use super::named::{InitKind, NamedInit};
pub use super::table::NAMED;
use crate::nn::names::{UnknownName, canonical, serde_as_text};
use std::fmt;
use std::str::FromStr;

use InitKind::{Exactly, Parametrized};

/// The reason why a text is not the name of an initializer.
///
/// ```
/// use initlab_engine::nn::init::Init;
///
/// let error = |text: &str| text.parse::<Init>().unwrap_err().to_string();
/// assert_eq!(error("std"), "initializer 'std' needs a value, as in std=0.01");
/// assert_eq!(error("He=2"), "initializer 'He' takes no value, found '2'");
/// assert_eq!(error("std=-1"), "initializer 'std': expected a number above 0, found '-1'");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// No row of the table has this name.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// The name is there, but takes an argument.
    #[error("initializer '{name}' needs a value, as in {name}={example}")]
    NeedsArgument {
        /// The name.
        name: &'static str,
        /// An argument that works.
        example: &'static str,
    },
    /// The name is there, but takes no argument.
    #[error("initializer '{name}' takes no value, found '{argument}'")]
    TakesNoArgument {
        /// The name.
        name: &'static str,
        /// The text after `=`.
        argument: String,
    },
    /// Two rows could be meant.
    #[error(
        "initializer 'zero' could be zeros (every weight is 0) or zero_hadamard (ZerO: partial identity and Hadamard); write one of these"
    )]
    Zero,
    /// The argument means nothing.
    #[error("initializer '{name}': {reason}")]
    BadArgument {
        /// The name.
        name: &'static str,
        /// Expected and found.
        reason: String,
    },
}

serde_as_text!(Init);

impl FromStr for Init {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        let (name, argument) = match text.split_once('=') {
            Some((name, argument)) => (name, Some(argument.trim())),
            None => (text, None),
        };
        if canonical(name) == "zero" {
            return Err(InitError::Zero);
        }
        let row = find(name)?;
        let name = row.name;
        match row.kind {
            Exactly(init) if argument.is_none() => Ok(init),
            Exactly(_) => {
                Err(InitError::TakesNoArgument { name, argument: argument.unwrap_or_default().to_owned() })
            }
            Parametrized { parse, default, example, .. } => {
                let argument = argument.or(default).ok_or(InitError::NeedsArgument { name, example })?;
                parse(argument).map_err(|reason| InitError::BadArgument { name, reason })
            }
        }
    }
}

/// The row with this name or alias; the error lists names and aliases.
fn find(name: &str) -> Result<&'static NamedInit, UnknownName> {
    let wanted = canonical(name);
    let has =
        |row: &&NamedInit| std::iter::once(&row.name).chain(row.aliases).any(|n| canonical(n) == wanted);
    NAMED.iter().find(has).ok_or_else(|| UnknownName {
        family: "initializer",
        given: name.to_owned(),
        known: NAMED
            .iter()
            .flat_map(|row| std::iter::once(row.name).chain(row.aliases.iter().copied()))
            .collect(),
    })
}

/// Names that mean different things in different places, each with what it means here.
const AMBIGUOUS: &[(&[&str], &str)] = &[
    (
        &["kaiming_normal", "he_normal"],
        "he_normal is cut at 2σ here, as in Keras and JAX; PyTorch's kaiming_normal_ is not: that is He",
    ),
    (
        &["xavier_normal", "glorot_normal"],
        "glorot_normal is cut at 2σ here, as in Keras and JAX; PyTorch's xavier_normal_ is not: that is \
         variance_scaling=1:fan_avg:normal",
    ),
    (
        &["Xavier"],
        "Xavier is the book's here, variance 1/fan_in; Glorot's own, 2/(fan_in + fan_out), is glorot_normal",
    ),
];

/// One line about a name that means different things in different frameworks; `None` for any other.
///
/// ```
/// use initlab_engine::nn::init::names::note_on;
///
/// assert!(note_on("kaiming-normal").unwrap().contains("PyTorch"));
/// assert_eq!(note_on("He"), None);
/// ```
pub fn note_on(name: &str) -> Option<&'static str> {
    let wanted = canonical(name);
    let row = AMBIGUOUS.iter().find(|(names, _)| names.iter().any(|name| canonical(name) == wanted));
    row.map(|(_, note)| *note)
}

/// A label for readers who may know the name from elsewhere: `Xavier (1/n)`; files keep the label alone.
pub fn label_for_readers(label: &str) -> String {
    if label == "Xavier" { "Xavier (1/n)".to_owned() } else { label.to_owned() }
}

/// The canonical label: that of the first row of the table that can write this initializer.
impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = NAMED.iter().find_map(|row| row.label(self));
        f.pad(&label.expect("every initializer is a row of the table or a member of one of its families"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> String {
        text.parse::<Init>().map_or_else(|e| e.to_string(), |init| init.to_string())
    }

    #[test]
    fn every_name_and_alias_leads_to_its_canonical_label() {
        for row in NAMED {
            for name in std::iter::once(&row.name).chain(row.aliases) {
                let (text, expected) = match &row.kind {
                    Exactly(_) => ((*name).to_owned(), row.name.to_owned()),
                    Parametrized { example, .. } => {
                        (format!("{name}={example}"), format!("{}={example}", row.name))
                    }
                };
                assert_eq!(label(&text), expected);
                assert_eq!(label(&text.to_uppercase().replace('_', "-")), expected);
            }
        }
    }

    #[test]
    fn labels_are_canonical() {
        for (text, expected) in [
            ("he", "He"),
            ("kaiming_normal", "he_normal"),
            ("normal=0.010", "std=0.01"),
            ("constant=0", "zeros"),
            ("constant=1.0", "ones"),
            ("variance_scaling=2:fan_in:normal", "He"),
            ("variance_scaling=1:FAN_AVG:uniform", "glorot_uniform"),
            ("orthogonal=1.0", "orthogonal"),
            ("identity", "identity"),
            ("edge-of-chaos", "critical"),
            ("mean_field=2:0", "He"),
            ("mean_field=1.5:0", "variance_scaling=1.5:fan_in:normal"),
            ("mean_field=1.50:0.05", "mean_field=1.5:0.05"),
        ] {
            assert_eq!(label(text), expected);
        }
    }

    #[test]
    fn a_name_that_means_two_things_is_noted_and_no_other() {
        assert!(note_on("kaiming-normal").unwrap().contains("PyTorch"));
        assert!(note_on("xavier").unwrap().contains("the book's"));
        assert_eq!((note_on("He"), note_on("glorot_uniform")), (None, None));
    }

    #[test]
    fn a_wrong_name_or_argument_is_explained() {
        for (text, expected) in [
            ("xaveir", "unknown initializer 'xaveir'; did you mean 'Xavier'?"),
            ("std", "initializer 'std' needs a value, as in std=0.01"),
            ("He=2", "initializer 'He' takes no value, found '2'"),
            ("std=0", "initializer 'std': expected a number above 0, found '0'"),
            ("std=-1", "initializer 'std': expected a number above 0, found '-1'"),
            ("std=nan", "initializer 'std': expected a number above 0, found 'nan'"),
            ("sparse=1", "initializer 'sparse': expected a number from 0 to below 1, found '1'"),
            ("mean_field=2", "initializer 'mean_field': expected W:B, found '2'"),
            ("mean_field=2:-1", "expected a number, 0 or above, found '-1'"),
            ("lsuv=2", "initializer 'lsuv' takes no value, found '2'"),
            ("Zero", "could be zeros (every weight is 0) or zero_hadamard"),
            ("constant=inf", "initializer 'constant': expected a finite number, found 'inf'"),
            (
                "variance_scaling=2",
                "initializer 'variance_scaling': expected SCALE:FAN:DISTRIBUTION, found '2'",
            ),
            ("variance_scaling=2:fan_im:normal", "did you mean 'fan_in'?"),
        ] {
            assert!(label(text).contains(expected), "{}", label(text));
        }
    }
}
