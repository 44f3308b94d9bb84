//! How a verb refuses the value of a flag.

use crate::experiments::ConfigError;
use std::fmt::Display;

/// The error that names the flag, its value and what was expected instead.
pub fn refuse(flag: &'static str, value: impl Display, expected: &str) -> anyhow::Error {
    ConfigError { flag, value: value.to_string(), expected: expected.to_owned() }.into()
}
