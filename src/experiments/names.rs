//! Flags whose values are names of a family: parsed by its table, completed and listed from it.

use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::init::names::{InitKind, NAMED, NamedInit};
use clap::Arg;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use std::error::Error;
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::str::FromStr;

/// Parses a name; shells complete it from the same table.
///
/// The names are proposals, not limits: a text that is none of them goes through `T`'s own parser too, which
/// knows aliases and arguments (`std=0.01`).
#[derive(Clone, Debug)]
pub struct NameParser<T> {
    names: fn() -> Vec<&'static str>,
    named: PhantomData<fn() -> T>,
}

/// Parses the name of an activation.
pub fn activation_name() -> NameParser<Activation> {
    let names = || Activation::NAMED.iter().map(|row| row.0).collect();
    NameParser { names, named: PhantomData }
}

/// Parses the name of an initializer; names that need a value are not completed.
pub fn initializer_name() -> NameParser<Init> {
    NameParser { names: complete_initializers, named: PhantomData }
}

fn complete_initializers() -> Vec<&'static str> {
    let complete = |row: &&NamedInit| !matches!(row.kind, InitKind::Parametrized { default: None, .. });
    NAMED.iter().filter(complete).map(|row| row.name).collect()
}

impl<T> TypedValueParser for NameParser<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        StringValueParser::new().try_map(|text| text.parse::<T>()).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.names)().into_iter().map(PossibleValue::new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_parses() {
        (activation_name().names)()
            .iter()
            .for_each(|name| assert!(name.parse::<Activation>().is_ok(), "{name}"));
        (initializer_name().names)().iter().for_each(|name| assert!(name.parse::<Init>().is_ok(), "{name}"));
    }
}
