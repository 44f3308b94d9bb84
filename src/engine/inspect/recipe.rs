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

use super::FileReport;
use super::goodness::two_sided;
use super::numbers::three_digits;
use super::weights::{VectorReport, WeightReport};
use crate::nn::init::{Distribution, Fans, Init, Weights};
use crate::text::counted;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::str::FromStr;

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
    /// How many the recipe does not name.
    pub left: usize,
}

impl Departures {
    /// True where the recipe names a tensor and none departs.
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
        let names = report
            .weights
            .iter()
            .map(|w| w.name.as_str())
            .chain(report.vectors.iter().map(|v| v.name.as_str()));
        let depth = self.depth(names);
        let (mut departures, mut judged) = (Vec::new(), 0);
        for weight in &report.weights {
            let Some((law, asked)) = self.law(&weight.name).map(|law| (law, law.asked(depth))) else {
                continue;
            };
            let found = found_in_weight(weight, &asked?);
            judged += 1;
            departures.extend(found.map(|found| departure(&weight.name, law, depth, found)));
        }
        for vector in &report.vectors {
            let Some((law, asked)) = self.law(&vector.name).map(|law| (law, law.asked(depth))) else {
                continue;
            };
            let found = found_in_vector(vector, &asked?);
            judged += 1;
            departures.extend(found.map(|found| departure(&vector.name, law, depth, found)));
        }
        let left = report.weights.len() + report.vectors.len() - judged;
        Ok(Departures { departures, judged, left })
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
        if self.is == "any" {
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

/// A recipe that a report follows: one law for all tensors whose names differ in their numbers only, where one label
/// fits all of them.
pub fn written(report: &FileReport, name: &str) -> String {
    let mut groups: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for weight in &report.weights {
        let own = weight.fits.iter().flat_map(|fit| fit.labels.iter().cloned());
        groups.entry(pattern(&weight.name)).or_default().push(own.collect());
    }
    for vector in &report.vectors {
        let label = match vector.range {
            [0.0, 0.0] => "zeros".to_owned(),
            [1.0, 1.0] => "ones".to_owned(),
            [low, high] if low == high => format!("constant={low}"),
            _ => "any".to_owned(),
        };
        groups.entry(pattern(&vector.name)).or_default().push(BTreeSet::from([label]));
    }
    // A pattern with fewer stars is asked first, and of these the longer one.
    let is_plain = |pattern: &String| pattern.bytes().all(|byte| byte.is_ascii_graphic());
    let mut groups: Vec<_> = groups.into_iter().filter(|(pattern, _)| is_plain(pattern)).collect();
    groups.sort_by_key(|(pattern, _)| (pattern.matches('*').count(), usize::MAX - pattern.len()));
    let mut text = format!("name = {name:?}\n");
    for (pattern, labels) in groups {
        let mut common = labels[0].clone();
        labels[1..].iter().for_each(|own| common.retain(|label| own.contains(label)));
        let law = common.iter().find(|label| {
            label
                .parse::<Init>()
                .is_ok_and(|init| !matches!(init.weights, Weights::Fixed(Distribution::Uniform { .. })))
        });
        let law = law.or_else(|| common.first()).map_or("any", String::as_str);
        let law = if law == "any" || law.parse::<Init>().is_ok() { law } else { "any" };
        write!(text, "\n[[law]]\ntensors = {pattern:?}\nis = {law:?}\n").expect("texts can be written");
    }
    text
}

/// A name with `*` for its numbers.
fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        let star = c.is_ascii_digit();
        if !star || !pattern.ends_with('*') {
            pattern.push(if star { '*' } else { c });
        }
    }
    pattern
}

#[cfg(test)]
mod tests;
