//! What an architecture's weights should be as it starts: laws by patterns of names, held against a file.
//!
//! A recipe is a TOML text:
//!
//! ```toml
//! name = "gpt2"
//! blocks = "h."              # what stands before the number of a block: the depth is how many there are
//! [[law]]
//! tensors = "*.c_proj.weight" # * stands for anything
//! is = "std=0.02"            # any initializer of `initlab initializers`, or siren_first, siren, any
//! per_branch = true          # its width over √(2 · depth)
//! ```
//!
//! The first law whose pattern a name has is asked; a tensor of no pattern is not judged.

mod written;

use super::FileReport;
use super::goodness::two_sided;
use super::numbers::three_digits;
use super::weights::{VectorReport, WeightReport};
use crate::nn::init::{Distribution, Fans, Init, Weights};
use crate::text::counted;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::str::FromStr;
pub use written::written;

/// A recipe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Its name.
    pub name: String,
    /// What stands before a block's number in the names of its tensors.
    #[serde(default)]
    pub blocks: String,
    /// The laws, the more particular ones first.
    #[serde(rename = "law", default)]
    pub laws: Vec<RecipeLaw>,
}

/// A law of a recipe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeLaw {
    /// The pattern of the tensors' names.
    pub tensors: String,
    /// The label of an initializer, or one of [`MORE_LAWS`], or `any`.
    pub is: String,
    /// True where the width is divided by the root of twice the number of blocks.
    #[serde(default)]
    pub per_branch: bool,
}

/// The law that asks nothing.
const ANY: &str = "any";

/// The variance, or the bound, that a law has for these fans.
type LawOfFans = fn(Fans) -> f64;

/// Laws of recipes that are no initializers of the table (Sitzmann et al. 2020, section 3.2, with ω₀ = 30).
pub const MORE_LAWS: &[(&str, LawOfFans)] = &[
    ("siren_first", |fans| 1.0 / fans.fan_in as f64),
    ("siren", |fans| (6.0 / fans.fan_in as f64).sqrt() / 30.0),
];

/// A tensor that does not follow the law that a recipe has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The tensor.
    pub tensor: String,
    /// The law, with the width where it depends on the depth.
    pub expected: String,
    /// What was found instead.
    pub found: String,
}

/// What is found where a file is held against a recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departures {
    /// The tensors that depart.
    pub departures: Vec<Departure>,
    /// How many were judged.
    pub judged: usize,
    /// Of how many the recipe asks nothing.
    pub left: usize,
    /// The patterns of laws that ask something and by which no tensor is judged.
    pub unused: Vec<String>,
}

impl Departures {
    /// True where the recipe asks something of a tensor and none departs.
    pub fn are_none(&self) -> bool {
        self.judged > 0 && self.departures.is_empty()
    }
}

/// What a law asks of a tensor.
pub(super) enum Asked {
    Nothing,
    Law(Init, f64),
    Uniform(fn(Fans) -> f64),
}

impl Recipe {
    /// A recipe by its text.
    ///
    /// # Errors
    /// The text is no TOML, or a law none that is known; where, and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let recipe: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        recipe.laws.iter().try_for_each(|law| law.asked(1).map(drop))?;
        Ok(recipe)
    }

    /// The law that a tensor of this name has: the first whose pattern fits.
    pub fn law(&self, name: &str) -> Option<&RecipeLaw> {
        self.laws.iter().find(|law| law.is_of(name))
    }

    /// How many blocks a network with tensors of these names has.
    pub fn depth<'a>(&self, names: impl Iterator<Item = &'a str>) -> usize {
        depth(names, &self.blocks)
    }

    /// Every tensor of a report held against the recipe.
    ///
    /// # Errors
    /// A law is none that is known.
    pub fn departures(&self, report: &FileReport) -> Result<Departures, String> {
        let weights = report.weights.iter().map(|weight| (&weight.name, Held::Weight(weight)));
        let vectors = report.vectors.iter().map(|vector| (&vector.name, Held::Vector(vector)));
        let tensors: Vec<(&String, Held<'_>)> = weights.chain(vectors).collect();
        let depth = self.depth(tensors.iter().map(|(name, _)| name.as_str()));
        let (mut departures, mut judged) = (Vec::new(), 0);
        let mut unused: Vec<&RecipeLaw> = self.laws.iter().filter(|law| law.is != ANY).collect();
        for (name, held) in &tensors {
            let Some(law) = self.law(name).filter(|law| law.is != ANY) else { continue };
            let found = held.instead_of(&law.asked(depth)?);
            judged += 1;
            unused.retain(|other| !std::ptr::eq(*other, law));
            departures.extend(found.map(|found| departure(name, law, depth, found)));
        }
        let unused = unused.into_iter().map(|law| law.tensors.clone()).collect();
        Ok(Departures { departures, judged, left: tensors.len() - judged, unused })
    }
}

/// A tensor of a report.
enum Held<'a> {
    Weight(&'a WeightReport),
    Vector(&'a VectorReport),
}

impl Held<'_> {
    /// What is found instead of what is asked; none where it follows.
    fn instead_of(&self, asked: &Asked) -> Option<String> {
        match self {
            Self::Weight(weight) => found_in_weight(weight, asked),
            Self::Vector(vector) => found_in_vector(vector, asked),
        }
    }
}

fn departure(tensor: &str, law: &RecipeLaw, depth: usize, found: String) -> Departure {
    let depth = if law.per_branch { format!(" over the root of 2 x {depth}") } else { String::new() };
    Departure { tensor: tensor.to_owned(), expected: format!("{}{depth}", law.is), found }
}

impl RecipeLaw {
    /// True where it is about a tensor of this name.
    pub fn is_of(&self, name: &str) -> bool {
        matches(&self.tensors, name)
    }

    /// What it asks in a network of so many blocks.
    pub(super) fn asked(&self, depth: usize) -> Result<Asked, String> {
        if self.is == ANY {
            return Ok(Asked::Nothing);
        }
        if let Some((_, bound)) = MORE_LAWS.iter().find(|row| row.0 == self.is) {
            return Ok(Asked::Uniform(*bound));
        }
        let init = self.is.parse().map_err(|error| format!("law of {}: {error}", self.tensors))?;
        let part = if self.per_branch { (2.0 * depth.max(1) as f64).sqrt().recip() } else { 1.0 };
        Ok(Asked::Law(init, part))
    }
}

/// `PATTERN=INITIALIZER`.
impl FromStr for RecipeLaw {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (tensors, is) =
            text.split_once('=').ok_or("expected PATTERN=INITIALIZER, as in '*.bias=zeros'")?;
        let law = Self { tensors: tensors.to_owned(), is: is.to_owned(), per_branch: false };
        law.asked(1).map(|_| law)
    }
}

/// The same distribution, so many times as wide.
pub(super) fn widened(distribution: Distribution, factor: f64) -> Distribution {
    match distribution {
        Distribution::Constant(value) => Distribution::Constant(value),
        Distribution::Normal { std } => Distribution::Normal { std: std * factor },
        Distribution::Truncated { std } => Distribution::Truncated { std: std * factor },
        Distribution::Uniform { bound } => Distribution::Uniform { bound: bound * factor },
    }
}

/// How far a width that a recipe gives as a number may be from the tensor's, relative to it: recipes have two or
/// three digits.
const ROUNDED: f64 = 0.01;

/// What is found in a weight instead of what is asked; none where it follows the law.
fn found_in_weight(weight: &WeightReport, asked: &Asked) -> Option<String> {
    let sample = &weight.sample;
    let law = match asked {
        Asked::Nothing => return None,
        Asked::Uniform(bound) => Some(Distribution::Uniform { bound: bound(weight.fans) }),
        Asked::Law(init, part) => init.distribution(weight.fans).map(|law| widened(law, *part)),
    };
    let fixed = matches!(asked, Asked::Law(init, _) if matches!(init.weights, Weights::Fixed(_)));
    let follows = match law {
        Some(Distribution::Constant(value)) => {
            sample.constant().is_some_and(|found| (found - value).abs() <= value.abs() * 1e-6)
        }
        Some(law) => {
            let ratio = sample.rms / law.std();
            let near = if fixed && (ratio - 1.0).abs() < ROUNDED { widened(law, ratio) } else { law };
            sample.not_finite == 0 && sample.is_independent() && !sample.contradicts(near, None)
        }
        None => {
            matches!(asked, Asked::Law(init, _) if weight.fits.iter().any(|fit| fit.labels.contains(&init.to_string())))
        }
    };
    let ratio = law.filter(|law| law.std() > 0.0).map(|law| sample.rms / law.std());
    (!follows).then(|| described(weight, ratio))
}

/// What a weight is instead: its first law, or its width.
fn described(weight: &WeightReport, ratio: Option<f64>) -> String {
    if weight.sample.not_finite > 0 {
        return format!("{} that are NaN or infinite", counted(weight.sample.not_finite, "number"));
    }
    let own = weight.fits.first().map_or("no initializer fits", |fit| &fit.labels[0]);
    let ratio = ratio.map_or(String::new(), |ratio| format!(", {} times the width", three_digits(ratio)));
    format!("{own} (std {}{ratio})", three_digits(weight.sample.std))
}

fn found_in_vector(vector: &VectorReport, asked: &Asked) -> Option<String> {
    let Asked::Law(init, part) = asked else { return None };
    let law = init.distribution(Fans { fan_in: 1, fan_out: 1 });
    let [low, high] = vector.range;
    let follows = match law.map(|law| widened(law, *part)) {
        Some(Distribution::Constant(value)) => vector.not_finite == 0 && low == value && high == value,
        Some(_) if low == high && vector.shape.iter().product::<usize>() > 1 => false,
        Some(law) if matches!(init.weights, Weights::Fixed(_)) => {
            let count = vector.shape.iter().product::<usize>() as f64;
            let square = (vector.square / law.std().powi(2) - 1.0) * (count / 2.0).sqrt();
            two_sided(square) > 1e-6
        }
        _ => true,
    };
    let digits = |number: f64| if number == 0.0 { "0".to_owned() } else { three_digits(number) };
    (!follows).then(|| format!("numbers from {} to {}", digits(low), digits(high)))
}

/// True where a name has a pattern, in which `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(place) = left.find(part) else { return false };
        left = &left[place + part.len()..];
    }
    left.ends_with(end)
}

/// How many numbers follow the text before the number of a block.
fn depth<'a>(names: impl Iterator<Item = &'a str>, before: &str) -> usize {
    let number = |name: &'a str| -> Option<(&'a str, usize)> {
        let start =
            name.match_indices(before).find(|(at, _)| *at == 0 || name[..*at].ends_with(['.', '/']))?.0;
        let digits = &name[start + before.len()..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        Some((&name[..start], digits[..end].parse().ok()?))
    };
    if before.is_empty() { 0 } else { names.filter_map(number).collect::<BTreeSet<_>>().len() }
}

#[cfg(test)]
mod tests;
