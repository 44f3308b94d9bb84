//! The initializers that the numbers of a tensor do not contradict.
//!
//! A distribution is contradicted where independent draws from it would hardly ever look like these
//! numbers ([`goodness`](super::goodness)), or where units or inputs differ from each other more than chance
//! allows, as they do after training. What is left is ordered by its likelihood.
//!
//! [`LAWS`] is the table of what is asked, in order; [`fits`] walks over it.

use super::exact_laws::{constant, orthogonal, sparse, structured};
use super::fit::{Fit, FitEvidence};
use super::goodness::likelihood;
use super::numbers::three_digits;
use crate::nn::activation::Activation;
use crate::nn::init::names::{InitKind, NAMED};
use crate::nn::init::{Distribution, Fans, Init, Weights};

/// A row of the table of laws: when it is asked, by what was found before, and what it finds.
pub struct Law {
    /// What it recognizes.
    pub name: &'static str,
    asked: fn(&FitEvidence<'_>, &[Fit]) -> bool,
    find: fn(&FitEvidence<'_>) -> Vec<Fit>,
    /// True where nothing else is asked once it found something.
    decides: bool,
}

/// What is asked, in order.
pub const LAWS: [Law; 6] = [
    Law { name: "constant", asked: |e, _| e.sample.constant().is_some(), find: constant, decides: true },
    Law {
        name: "partial identity and ZerO",
        asked: |e, _| e.axes.is_dense() && e.axes.count().min(e.axes.inputs()) >= 2,
        find: structured,
        decides: true,
    },
    Law { name: "orthogonal", asked: |e, _| e.sample.std > 0.0, find: orthogonal, decides: true },
    Law {
        name: "a distribution that knows only the size",
        asked: |e, _| e.sample.is_independent(),
        find: named,
        decides: false,
    },
    Law {
        name: "a distribution of the tensor's own width",
        asked: |e, _| e.sample.is_independent(),
        find: parametrized,
        decides: false,
    },
    Law {
        name: "sparse",
        asked: |e, found| found.is_empty() && e.sample.zeros > 0,
        find: sparse,
        decides: false,
    },
];

/// The initializers that are left, best first; the ones with a number from the tensor last.
///
/// Empty where a number is NaN or infinite, where there are no numbers, and where everything is contradicted, as
/// after training.
pub fn fits(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    let mut fits = Vec::new();
    if evidence.sample.not_finite > 0 || evidence.sample.count == 0 {
        return fits;
    }
    for law in &LAWS {
        if (law.asked)(evidence, &fits) {
            let found = (law.find)(evidence);
            let decided = law.decides && !found.is_empty();
            fits.extend(found);
            if decided {
                break;
            }
        }
    }
    fits
}

impl FitEvidence<'_> {
    /// A fit that is no distribution of independent numbers.
    pub(super) fn exact(&self, labels: &[&str], parametrized: bool) -> Vec<Fit> {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        vec![Fit { labels, parametrized, distribution: None, fans: self.axes.fans() }]
    }

    /// Number after number, unit by unit, each with its place: false once `holds` is.
    pub(super) fn every(&self, mut holds: impl FnMut(usize, usize, f64) -> bool) -> bool {
        let (axes, mut row) = (self.axes, Vec::new());
        (0..axes.rows).all(|index| {
            self.tensor.read_numbers(index * axes.columns, axes.columns, &mut row);
            row.iter().enumerate().all(|(column, x)| {
                let (unit, input) = if axes.units_last { (column, index) } else { (index, column) };
                holds(unit, input, *x)
            })
        })
    }
}

/// Initializers that frameworks have and the table has no name for: PyTorch's `xavier_normal_`, and its `kaiming_`
/// with `mode="fan_out"`, as in torchvision's networks; the heads of EfficientNet, and Keras' convolutions of it.
const UNNAMED: [&str; 6] = [
    "variance_scaling=1:fan_avg:normal",
    "variance_scaling=2:fan_out:normal",
    "variance_scaling=2:fan_out:uniform",
    "variance_scaling=2:fan_out:truncated",
    "variance_scaling=1:fan_out:uniform",
    "variance_scaling=0.3333333333333333:fan_out:uniform",
];

/// Rows of the table without an argument and the [`UNNAMED`], those that mean the same together, by likelihood;
/// with the layer's own fans, then with others that initializers count with.
fn named(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    let mut found: Vec<Fit> = Vec::new();
    for fans in &evidence.axes.all_fans {
        let more = named_with(evidence, *fans);
        let is_new = |fit: &Fit| !found.iter().any(|other| coincide(other, fit));
        let more: Vec<Fit> = more.into_iter().filter(is_new).collect();
        found.extend(more);
    }
    found
}

fn named_with(evidence: &FitEvidence<'_>, fans: Fans) -> Vec<Fit> {
    let (mut groups, sample) = (Vec::<Fit>::new(), evidence.sample);
    let rows = NAMED.iter().filter_map(|row| match row.kind {
        InitKind::Exactly(init) => Some((row.name, resolved(init, evidence.activation)?)),
        InitKind::Parametrized { .. } => None,
    });
    for (label, init) in rows {
        let Some(distribution) = init.distribution(fans) else { continue };
        if !evidence.contradicts(distribution) {
            add(&mut groups, label, distribution, fans);
        }
    }
    let named = groups.len();
    for (place, label) in UNNAMED.iter().enumerate() {
        let init: Init = label.parse().expect("a label of the table");
        let distribution = init.distribution(fans).expect("drawn one by one");
        // As a group of its own only where no row of the table of the same shape is left; the first one always.
        let is_alike = |fit: &Fit| fit.distribution.is_some_and(|other| same_shape(other, distribution));
        let is_known = place > 0 && groups[..named].iter().any(is_alike);
        let one = fit_of(label, distribution, fans);
        if groups.iter().any(|other| coincide(other, &one))
            || !is_known && !evidence.contradicts(distribution)
        {
            add(&mut groups, label, distribution, fans);
        }
    }
    let likelihood = |fit: &Fit| fit.distribution.map_or(f64::NEG_INFINITY, |law| likelihood(sample, law));
    groups.sort_by(|a, b| likelihood(b).total_cmp(&likelihood(a)));
    groups
}

fn fit_of(label: &str, distribution: Distribution, fans: Fans) -> Fit {
    Fit { labels: vec![label.to_owned()], parametrized: false, distribution: Some(distribution), fans }
}

/// Adds a label to the group that means the same, or as a group of its own.
fn add(groups: &mut Vec<Fit>, label: &str, distribution: Distribution, fans: Fans) {
    let one = fit_of(label, distribution, fans);
    match groups.iter_mut().find(|other| coincide(other, &one)) {
        Some(group) => group.labels.push(label.to_owned()),
        None => groups.push(one),
    }
}

/// The initializer for this activation; none for `critical` without one, or without a critical point.
fn resolved(init: Init, activation: Option<Activation>) -> Option<Init> {
    match (init.weights, activation) {
        (Weights::Critical, None) => None,
        (_, Some(activation)) => init.for_activation(activation).ok(),
        _ => Some(init),
    }
}

/// True for two distributions of one shape and one standard deviation, to nine digits.
fn coincide(a: &Fit, b: &Fit) -> bool {
    let pair = a.distribution.zip(b.distribution);
    pair.is_some_and(|(a, b)| same_shape(a, b) && (a.std() / b.std() - 1.0).abs() < 1e-9)
}

/// True for two normals, two truncated ones, two uniform ones.
pub fn same_shape(a: Distribution, b: Distribution) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// The three shapes with the tensor's own root mean square or largest value, by likelihood.
fn parametrized(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    let sample = evidence.sample;
    let bound = sample.largest * (1.0 + 1.0 / sample.count as f64);
    let mut shapes = [
        (Distribution::Normal { std: sample.rms }, "std", sample.rms),
        (Distribution::Truncated { std: sample.rms }, "truncated_normal", sample.rms),
        (Distribution::Uniform { bound }, "uniform", bound),
    ];
    shapes.sort_by(|a, b| likelihood(sample, b.0).total_cmp(&likelihood(sample, a.0)));
    let left = shapes.into_iter().filter(|(distribution, ..)| !evidence.contradicts(*distribution));
    let fit = |(distribution, name, value)| Fit {
        parametrized: true,
        ..fit_of(&format!("{name}={}", three_digits(value)), distribution, evidence.axes.fans())
    };
    left.map(fit).collect()
}

impl FitEvidence<'_> {
    /// True where independent draws would hardly ever look like these numbers.
    ///
    /// Keras on PyTorch cuts a normal by drawing four numbers and taking the first inside: where all four are
    /// outside, one in 234,000 times, the number is beyond the bound. So a few of a truncated normal may be.
    pub fn contradicts(&self, distribution: Distribution) -> bool {
        let beyond = |bound: f64| {
            let mut count = 0;
            self.every(|_, _, x| {
                count += usize::from(x.abs() > bound);
                true
            });
            count
        };
        self.sample.contradicts(distribution, Some(&beyond))
    }
}
