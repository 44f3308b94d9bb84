//! `initializers --code`: the lines to paste.

use super::exit;
use super::print::{to_stderr, to_stdout};
use crate::frameworks::{self, Framework};
use crate::nn::activation::Activation;
use crate::nn::init::Init;
use crate::nn::init::names::{InitKind, NAMED, NamedInit};

/// Prints the code of every initializer of the table, those with an argument with that of their
/// example; or of the ones asked for.
pub fn print_code(
    framework: Framework,
    inits: &[Init],
    activation: Option<Activation>,
) -> anyhow::Result<u8> {
    let resolve = |init: Init| match activation {
        Some(activation) => init.for_activation(activation),
        None => Ok(init),
    };
    let mut rows = Vec::new();
    for (row, init) in asked_for(inits) {
        match resolve(init) {
            Ok(init) => rows.push((row, init)),
            Err(error) => to_stderr(&format!("initlab: {}: {error}", row.name)),
        }
    }
    to_stdout(&frameworks::file(rows.into_iter(), framework));
    Ok(exit::DONE)
}

/// The initializers that are asked for, each with its row of the table; every row where none is.
fn asked_for(inits: &[Init]) -> Vec<(&'static NamedInit, Init)> {
    let example = |row: &'static NamedInit| match row.kind {
        InitKind::Exactly(init) => (row, init),
        InitKind::Parametrized { parse, example, .. } => (row, parse(example).expect("examples work")),
    };
    if inits.is_empty() {
        return NAMED.iter().map(example).collect();
    }
    let row = |init: &Init| NAMED.iter().find(|row| row.label(init).is_some()).expect("a row has its label");
    inits.iter().map(|init| (row(init), *init)).collect()
}
