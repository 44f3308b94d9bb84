//! The initializers that the numbers of a tensor do not contradict.
//!
//! A distribution is contradicted where independent draws from it would hardly ever look like these
//! numbers: by mean, mean square, bound, or the distance of the distribution functions (Kolmogorov and
//! Smirnov), each with a probability below `RARE`; or where units or inputs differ from each other more
//! than chance allows, as they do after training. What is left is ordered by its likelihood.
//!
//! [`fits`] asks in this order: is the tensor constant, is it a partial identity or `ZerO` (each number is
//! compared); do its units and inputs differ as independent numbers do, and then which rows of the table,
//! and which distribution of the tensor's own width, are not contradicted; are its units orthogonal; and
//! where nothing was found, is it sparse.

use super::layout::TensorAxes;
use super::numbers::{shortest, three_digits};
use super::sample::{Spread, TensorSample};
use crate::nn::activation::Activation;
use crate::nn::init::distribution::STD_OF_NORMAL_CUT_AT_2;
use crate::nn::init::names::{InitKind, NAMED};
use crate::nn::init::{Distribution, Init, Weights};
use libm::{erf, erfc};
use std::f64::consts::{PI, SQRT_2};

/// An initializer, or several of one meaning, that a tensor's numbers do not contradict.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The labels of all initializers that mean the same for this tensor, at least one, in the order of the
    /// table, then those it has no name for: in a square layer `lecun_normal` and `glorot_normal` are one distribution.
    pub labels: Vec<String>,
    /// True where a number in it was taken from the tensor itself, as in `std=0.0412`: then it explains the
    /// shape of the distribution, not its width.
    pub parametrized: bool,
}

/// A test contradicts if it would under the distribution itself in one of so many cases.
const RARE: f64 = 1e-6;

/// The initializers that are left, best first; the ones with a number from the tensor last.
///
/// `units` is `(units, inputs)`, row by row, `sample` the same in numbers, `axes` its sizes. Without an
/// activation `critical` is left out, whose variances follow from it. Empty where a number is NaN or
/// infinite, where there are no numbers, and where everything is contradicted, as after training.
///
/// ```
/// use initlab::inspect::{Layout, TensorAxes, TensorSample, fit::fits};
///
/// let (axes, units) = (TensorAxes::of(&[3, 2], Layout::OutIn), [0.5; 6]);
/// let sample = TensorSample::of(&units, axes.inputs(), 2f64.powi(-24));
/// let found = fits(&sample, &units, &axes, None);
/// assert_eq!(found[0].labels, ["constant=0.5"]);
/// assert!(found[0].parametrized);
/// ```
pub fn fits(
    sample: &TensorSample,
    units: &[f64],
    axes: &TensorAxes,
    activation: Option<Activation>,
) -> Vec<Fit> {
    if sample.not_finite > 0 || sample.count == 0 {
        return Vec::new();
    }
    if let Some(exact) = constant(sample).or_else(|| structured(units, axes, sample.roundoff)) {
        return vec![exact];
    }
    let independent =
        ![sample.unit_spread, sample.input_spread].into_iter().flatten().any(Spread::is_strange);
    let mut fits: Vec<Fit> = Vec::new();
    if independent {
        fits.extend(named(sample, axes, activation));
        fits.extend(parametrized(sample));
    }
    if let Some(orthogonal) = orthogonal(units, axes, sample.roundoff) {
        fits.insert(0, orthogonal);
    }
    if fits.is_empty() { sparse(units, axes).into_iter().collect() } else { fits }
}

/// A fit whose labels have no number of the tensor's.
fn exactly(labels: &[&str]) -> Fit {
    Fit { labels: labels.iter().map(|label| (*label).to_owned()).collect(), parametrized: false }
}

/// A fit with a number of the tensor's.
fn from_tensor(labels: Vec<String>) -> Fit {
    Fit { labels, parametrized: true }
}

/// `zeros`, `ones` or `constant=V`, where all numbers are one. A large tensor has only some of its numbers
/// sorted, so its standard deviation is asked too.
fn constant(sample: &TensorSample) -> Option<Fit> {
    let (first, last) = (*sample.sorted.first()?, *sample.sorted.last()?);
    if first != last || sample.std > 1e-12 * sample.rms {
        return None;
    }
    Some(match first {
        0.0 => exactly(&["zeros"]),
        1.0 => exactly(&["ones"]),
        value => from_tensor(vec![format!("constant={}", shortest(value, sample.roundoff))]),
    })
}

/// Partial identities and `ZerO`, number by number.
fn structured(units: &[f64], axes: &TensorAxes, roundoff: f64) -> Option<Fit> {
    let (inputs, count) = (axes.inputs(), axes.count());
    if !axes.is_dense() || count < 2 || inputs < 2 {
        return None;
    }
    let gain = units[0];
    let expected = |index: usize| if index / inputs == index % inputs { gain } else { 0.0 };
    if gain != 0.0 && units.iter().enumerate().all(|(index, x)| *x == expected(index)) {
        return Some(match gain {
            1.0 if count <= inputs => exactly(&["identity", "zero_hadamard"]),
            1.0 => exactly(&["identity"]),
            gain => from_tensor(vec![format!("identity={}", shortest(gain, roundoff))]),
        });
    }
    let scale = (count.next_power_of_two() as f64).sqrt().recip();
    let sign = |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
    let hadamard = |index: usize| scale * sign(index % inputs, index / inputs);
    let is_hadamard = |(index, x): (usize, &f64)| (x - hadamard(index)).abs() <= 0.01 * scale;
    (count > inputs && units.iter().enumerate().all(is_hadamard)).then(|| exactly(&["zero_hadamard"]))
}

/// Rows of the table without an argument and the [`UNNAMED`], those that mean the same together, by
/// likelihood.
fn named(sample: &TensorSample, axes: &TensorAxes, activation: Option<Activation>) -> Vec<Fit> {
    let mut groups: Vec<(Distribution, Vec<String>)> = Vec::new();
    for row in NAMED {
        let InitKind::Exactly(init) = row.kind else { continue };
        let Some(distribution) = resolved(init, activation).and_then(|init| init.distribution(axes.fans()))
        else {
            continue;
        };
        if is_contradicted(sample, distribution) {
            continue;
        }
        match groups.iter_mut().find(|(other, _)| coincide(*other, distribution)) {
            Some((_, labels)) => labels.push(row.name.to_owned()),
            None => groups.push((distribution, vec![row.name.to_owned()])),
        }
    }
    add_unnamed(&mut groups, sample, axes);
    groups.sort_by(|a, b| likelihood(sample, b.0).total_cmp(&likelihood(sample, a.0)));
    groups.into_iter().map(|(_, labels)| Fit { labels, parametrized: false }).collect()
}

/// Initializers that frameworks have and the table has no name for: PyTorch's `xavier_normal_`, and both of its
/// `kaiming_` with `mode="fan_out"`, as in torchvision's networks.
const UNNAMED: [&str; 3] = [
    "variance_scaling=1:fan_avg:normal",
    "variance_scaling=2:fan_out:normal",
    "variance_scaling=2:fan_out:uniform",
];

/// Adds the [`UNNAMED`] that are not contradicted: to the group that means the same, else as groups of their
/// own where no row of the table of the same shape is left. With equal fans they are rows of the table.
fn add_unnamed(groups: &mut Vec<(Distribution, Vec<String>)>, sample: &TensorSample, axes: &TensorAxes) {
    let (fans, named) = (axes.fans(), groups.len());
    let unnamed = UNNAMED.iter().filter(|_| fans.fan_in != fans.fan_out);
    for label in unnamed {
        let init: Init = label.parse().expect("a label of the table");
        let distribution = init.distribution(fans).expect("drawn one by one");
        let is_same = |(other, _): &&mut (Distribution, Vec<String>)| coincide(*other, distribution);
        let is_alike = |(other, _): &(Distribution, Vec<String>)| same_shape(*other, distribution);
        if let Some((_, labels)) = groups.iter_mut().find(is_same) {
            labels.push((*label).to_owned());
        } else if !groups[..named].iter().any(is_alike) && !is_contradicted(sample, distribution) {
            groups.push((distribution, vec![(*label).to_owned()]));
        }
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
fn coincide(a: Distribution, b: Distribution) -> bool {
    same_shape(a, b) && (a.std() / b.std() - 1.0).abs() < 1e-9
}

/// True for two normals, two truncated ones, two uniform ones.
fn same_shape(a: Distribution, b: Distribution) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// The three shapes with the tensor's own root mean square or largest value, by likelihood.
fn parametrized(sample: &TensorSample) -> Vec<Fit> {
    let bound = sample.largest * (1.0 + 1.0 / sample.count as f64);
    let mut shapes = [
        (Distribution::Normal { std: sample.rms }, format!("std={}", three_digits(sample.rms))),
        (
            Distribution::Truncated { std: sample.rms },
            format!("truncated_normal={}", three_digits(sample.rms)),
        ),
        (Distribution::Uniform { bound }, format!("uniform={}", three_digits(bound))),
    ];
    shapes.sort_by(|a, b| likelihood(sample, b.0).total_cmp(&likelihood(sample, a.0)));
    let left = shapes.into_iter().filter(|(distribution, _)| !is_contradicted(sample, *distribution));
    left.map(|(_, label)| from_tensor(vec![label])).collect()
}

/// True where independent draws would hardly ever look like this, by one of four tests: a number beyond the
/// bound, the mean, the mean square (from 30 numbers on), the largest distance of the distribution functions
/// (its probability by the bound of Dvoretzky, Kiefer and Wolfowitz, `2 e^(−2 n d²)`).
///
/// All but that of the mean leave room for the rounding of the tensor's type. A constant has no spread to be
/// tested by: always contradicted here.
fn is_contradicted(sample: &TensorSample, distribution: Distribution) -> bool {
    let (std, count) = (distribution.std(), sample.count as f64);
    let Some(kurtosis) = distribution.kurtosis() else { return true };
    let rounding = 1.0 + 4.0 * sample.roundoff;
    // A bound that is estimated from the tensor's own root mean square is itself uncertain.
    let uncertain = if std == sample.rms { 1.0 + 3.0 / count.sqrt() } else { 1.0 };
    if distribution.bound().is_some_and(|bound| sample.largest > bound * rounding * uncertain) {
        return true;
    }
    let mean = sample.mean * count.sqrt() / std;
    let square = (sample.rms / std).powi(2) - 1.0;
    // The variance of a few numbers is far from normal: below 30 the distance has to do.
    let spread = if sample.count < 30 { f64::INFINITY } else { ((kurtosis - 1.0) / count).sqrt() };
    let slack = 4.0 * sample.roundoff * sample.roundoff;
    let distance = (distance(sample, distribution) - 0.5 * sample.roundoff).max(0.0);
    let beyond = 2.0 * (-2.0 * sample.sorted.len() as f64 * distance.powi(2)).exp();
    two_sided(mean) < RARE || two_sided((square.abs() - slack).max(0.0) / spread) < RARE || beyond < RARE
}

/// The probability that a standard normal number is further from 0 than `z`.
fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// The largest difference of the sample's distribution function and the distribution's.
fn distance(sample: &TensorSample, distribution: Distribution) -> f64 {
    let count = sample.sorted.len() as f64;
    let at = |(index, x): (usize, &f64)| {
        let below = cumulative(distribution, *x);
        (below - index as f64 / count).max((index + 1) as f64 / count - below)
    };
    sample.sorted.iter().enumerate().map(at).fold(0.0, f64::max)
}

/// The probability of a value up to `x`.
fn cumulative(distribution: Distribution, x: f64) -> f64 {
    let normal = |z: f64| 0.5 * erfc(-z / SQRT_2);
    match distribution {
        Distribution::Constant(value) => f64::from(u8::from(x >= value)),
        Distribution::Normal { std } => normal(x / std),
        Distribution::Truncated { std } => {
            let z = (x * STD_OF_NORMAL_CUT_AT_2 / std).clamp(-2.0, 2.0);
            (normal(z) - normal(-2.0)) / erf(SQRT_2)
        }
        Distribution::Uniform { bound } => (0.5 + 0.5 * x / bound).clamp(0.0, 1.0),
    }
}

/// The natural logarithm of the likelihood, per number; of a distribution with a bound it is right only for
/// a sample within it, which is asked before.
fn likelihood(sample: &TensorSample, distribution: Distribution) -> f64 {
    let square = sample.rms * sample.rms;
    let normal = |std: f64| -(std * (2.0 * PI).sqrt()).ln() - square / (2.0 * std * std);
    match distribution {
        Distribution::Constant(_) => f64::NEG_INFINITY,
        Distribution::Normal { std } => normal(std),
        Distribution::Truncated { std } => normal(std / STD_OF_NORMAL_CUT_AT_2) - erf(SQRT_2).ln(),
        Distribution::Uniform { bound } => -(2.0 * bound).ln(),
    }
}

/// Pairs of units (or inputs, where these are fewer) that are held against each other, at most.
const LOOKED_AT: usize = 16;

/// Orthogonal units of one length, or inputs where there are fewer of them.
fn orthogonal(units: &[f64], axes: &TensorAxes, roundoff: f64) -> Option<Fit> {
    let (inputs, count) = (axes.inputs(), axes.count());
    if inputs.min(count) < 2 {
        return None;
    }
    let vector = |index: usize| -> Vec<f64> {
        if count <= inputs {
            units[index * inputs..(index + 1) * inputs].to_vec()
        } else {
            units.iter().skip(index).step_by(inputs).copied().collect()
        }
    };
    let vectors: Vec<Vec<f64>> = (0..inputs.min(count).min(LOOKED_AT)).map(vector).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let gain2 = product(&vectors[0], &vectors[0]);
    // Rounding adds noise of `roundoff` to every number, which averages out over a vector.
    let allowed = 1e-5 + 4.0 * roundoff;
    let fits = vectors.iter().enumerate().all(|(i, a)| {
        let of_pair = |(j, b): (usize, &Vec<f64>)| {
            (product(a, b) / gain2 - f64::from(u8::from(i == j))).abs() < allowed
        };
        vectors.iter().enumerate().all(of_pair)
    });
    if !fits || gain2 == 0.0 {
        return None;
    }
    let gain = gain2.sqrt();
    Some(if (gain - 1.0).abs() < allowed {
        exactly(&["orthogonal"])
    } else {
        from_tensor(vec![format!("orthogonal={}", three_digits(gain)), "lsuv".to_owned()])
    })
}

/// As many zeros in every unit, the rest N(0, 0.01²).
fn sparse(units: &[f64], axes: &TensorAxes) -> Option<Fit> {
    let inputs = axes.inputs();
    let zeros = |unit: &[f64]| unit.iter().filter(|x| **x == 0.0).count();
    let first = zeros(units.get(..inputs)?);
    let alike = units.chunks_exact(inputs).all(|unit| zeros(unit) == first);
    let kept: Vec<f64> = units.iter().copied().filter(|x| *x != 0.0).collect();
    if first == 0 || !alike || kept.is_empty() {
        return None;
    }
    let sample = TensorSample::of(&kept, 1, 2f64.powi(-24));
    let normal = Distribution::Normal { std: crate::nn::init::structured::STD_OF_SPARSE };
    let share = first as f64 / inputs as f64;
    (!is_contradicted(&sample, normal)).then(|| from_tensor(vec![format!("sparse={}", three_digits(share))]))
}
