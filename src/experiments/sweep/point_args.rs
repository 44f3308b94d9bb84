//! A setting of a sweep file as words of the command line, and back to a canonical text.
//!
//! Values go through the parser that flags go through, so what is allowed, what a default is and
//! what an error says is the same in both places.

use super::file::FileValue;
use crate::experiments::compare;
use crate::nn::number::whole_number;
use clap::{CommandFactory, FromArgMatches, Parser};
use std::collections::BTreeMap;

/// Hidden layers where only a width is given, and units where only a depth is: the textbook's.
const DEPTH: u32 = 4;
const WIDTH: u32 = 100;

/// Flags that are about several runs beside each other, of which a point of the grid is one.
const OF_COMPARISONS: [&str; 2] = ["baseline", "validation"];

/// One point of the grid as it would be typed.
#[derive(Parser, Debug)]
#[command(no_binary_name = true, disable_help_flag = true)]
pub struct PointArgs {
    #[command(flatten)]
    config: compare::Config,
    /// Hidden layers, all of one width.
    #[arg(long, value_name = "LAYERS", value_parser = whole_number(1..=1000))]
    depth: Option<u32>,
    /// Units of each hidden layer.
    #[arg(long, value_name = "UNITS", value_parser = whole_number(1..=65_536))]
    width: Option<u32>,
}

/// The parser, built once: building it takes longer than using it.
#[derive(Debug)]
pub struct Flags {
    command: clap::Command,
}

impl Flags {
    /// The flags that a file may set.
    pub fn new() -> Self {
        Self { command: PointArgs::command() }
    }

    /// Every key that a file may have.
    pub fn keys(&self) -> Vec<String> {
        let names = self.command.get_arguments().filter_map(clap::Arg::get_long);
        names.filter(|name| !OF_COMPARISONS.contains(name)).map(|name| name.replace('-', "_")).collect()
    }

    /// The values that a list takes where nothing is said.
    pub fn defaults(&self, key: &str) -> Vec<String> {
        let argument = self.command.get_arguments().find(|argument| argument.get_long() == Some(key));
        let defaults = argument.map_or(&[][..], |argument| argument.get_default_values());
        let texts = defaults.iter().flat_map(|text| text.to_str().unwrap_or_default().split(','));
        texts.map(str::to_owned).collect()
    }

    /// Parses words; the error is what the command line would say, without its hints for terminals.
    pub fn parse(&mut self, words: &[String]) -> Result<PointArgs, String> {
        let matches = self.command.try_get_matches_from_mut(words);
        let parsed = matches.and_then(|matches| PointArgs::from_arg_matches(&matches));
        parsed.map_err(|error| {
            let text = error.to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            text.split("\n\n").next().unwrap_or(text).trim_end().to_owned()
        })
    }
}

impl PointArgs {
    /// The settings with depth and width told as hidden layers.
    pub fn resolved(self) -> compare::Config {
        let mut config = self.config;
        if self.depth.is_some() || self.width.is_some() {
            let depth = self.depth.unwrap_or(DEPTH) as usize;
            config.training.network.hidden = vec![self.width.unwrap_or(WIDTH); depth];
        }
        config
    }

    /// How many initializers there are.
    pub fn initializers(&self) -> usize {
        self.config.init.len()
    }

    /// The canonical form of a setting, as it is serialized; what may be a fraction has a decimal point.
    pub fn canonical(&self, key: &str) -> String {
        let own = BTreeMap::from([("depth", self.depth), ("width", self.width)]);
        if let Some(number) = own.get(key).copied().flatten() {
            return number.to_string();
        }
        let settings = serde_json::to_value(&self.config).expect("settings are JSON");
        let places = [&settings, &settings["training"], &settings["seeds"]];
        places.iter().find_map(|place| place.get(key)).map_or(String::new(), as_text)
    }
}

/// The arguments that would be typed for a value.
pub fn arguments(key: &str, value: &FileValue) -> Vec<String> {
    match &value.text {
        None => Vec::new(),
        Some(_) if value.switch => vec![flag(key)],
        Some(text) => vec![format!("{}={text}", flag(key))],
    }
}

/// The flag of a key.
pub fn flag(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}

fn as_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(parts) => parts.iter().map(as_text).collect::<Vec<_>>().join(","),
        serde_json::Value::Number(number) if number.is_f64() => {
            format!("{:?}", number.as_f64().unwrap_or(f64::NAN))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_canonical() {
        let table = [
            ("init", "kaiming-normal", "he_normal"),
            ("activation", "ReLU", "relu"),
            ("learning_rate", "1e1", "10.0"),
            ("learning_rate", "0.00000010", "1e-7"),
            ("hidden", "3,04", "3,4"),
            ("depth", "010", "10"),
            ("seed", "18446744073709551614", "18446744073709551614"),
        ];
        for (key, typed, expected) in table {
            let words = Flags::new().parse(&[format!("{}={typed}", flag(key))]).unwrap();
            assert_eq!(words.canonical(key), expected, "{key} {typed}");
        }
    }

    #[test]
    fn errors_are_the_command_line_s_first_line() {
        let error = Flags::new().parse(&["--depth=many".to_owned()]).unwrap_err();
        assert_eq!(
            error,
            "invalid value 'many' for '--depth <LAYERS>': expected a whole number from 1 to 1000"
        );
    }

    #[test]
    fn every_setting_of_compare_has_a_canonical_form() {
        let words = Flags::new().parse(&["--eval-every=5".to_owned()]).unwrap();
        for key in Flags::new().keys().iter().filter(|key| !["depth", "width"].contains(&key.as_str())) {
            assert!(!words.canonical(key).is_empty(), "{key}");
        }
    }
}
