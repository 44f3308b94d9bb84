//! A recipe made from a file: what it follows, to be edited.

use super::{ANY, FileReport};
use crate::nn::init::{Distribution, Init, Weights};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

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
            _ => ANY.to_owned(),
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
        let law = law.or_else(|| common.first()).map_or(ANY, String::as_str);
        let law = if law.parse::<Init>().is_ok() { law } else { ANY };
        write!(text, "\n[[law]]\ntensors = {pattern:?}\nis = {law:?}\n").expect("texts can be written");
    }
    text
}

/// A name with `*` for its numbers.
pub(super) fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        let star = c.is_ascii_digit();
        if !star || !pattern.ends_with('*') {
            pattern.push(if star { '*' } else { c });
        }
    }
    pattern
}
