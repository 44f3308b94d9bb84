//! One tensor's numbers, summed up in one pass: what laws and faults ask.
//!
//! Sums, extremes and comparisons are of every number; what has to be sorted is a sample.

use super::layout::TensorAxes;
use super::pass::{Pass, mix};
use crate::model_file::Tensor;

/// Moments, extremes and order of a tensor's finite numbers; mean, `std`, `rms` and kurtosis are NaN where
/// there are none.
///
/// ```
/// use initlab_engine::inspect::{Layout, TensorAxes, TensorSample};
/// use initlab_engine::model_file::{Element, Tensor};
///
/// let numbers = [3.0_f32, -1.0, f32::NAN, 1.0].map(f32::to_le_bytes).concat();
/// let tensor = Tensor::new("w", &[2, 2], Element::F32, numbers);
/// let sample = TensorSample::of(&tensor, &TensorAxes::of("w", &[2, 2], Layout::OutIn, None));
/// assert_eq!((sample.count, sample.not_finite, sample.largest), (3, 1, 3.0));
/// assert!((sample.mean - 1.0).abs() < 1e-12);
/// assert_eq!(sample.sorted, [-1.0, 1.0, 3.0]);
/// assert!(sample.unit_spread.is_none());
/// ```
#[derive(Clone, Debug)]
pub struct TensorSample {
    /// The number of finite ones.
    pub count: usize,
    /// The number of those that are NaN or infinite, which no other field counts.
    pub not_finite: usize,
    /// The number of huge ones, far beyond all others, which no other field counts; and the largest size of all.
    pub huge: (usize, f64),
    /// The number of zeros.
    pub zeros: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with their number below the sum of squares, not one less.
    pub std: f64,
    /// `E[(x − mean)⁴]/std⁴`: 3 for a normal, 1.8 for a uniform distribution; NaN where all are equal.
    pub kurtosis: f64,
    /// The largest absolute value; 0 where there are none.
    pub largest: f64,
    /// The smallest and the largest.
    pub range: [f64; 2],
    /// The root mean square.
    pub rms: f64,
    /// At most [`SORTED`] of them, picked at random places, one of each stretch of equal length, in ascending order.
    pub sorted: Vec<f64>,
    /// Half the distance of neighbouring numbers of their type, relative to them.
    pub roundoff: f64,
    /// How much units differ in their mean squares: 1 is what independent numbers show. None for units of
    /// fewer than 50 weights, for fewer than 8 units and for a constant tensor.
    pub unit_spread: Option<Spread>,
    /// The same for inputs: how much they differ in the mean squares of their weights over the units.
    pub input_spread: Option<Spread>,
    /// The sum of squares of each unit.
    pub unit_squares: Vec<f64>,
    /// The sum of squares of each input's weights.
    pub input_squares: Vec<f64>,
    /// Units that are an earlier one, bit by bit, and the first of them.
    pub repeated: Option<(usize, usize)>,
    /// Units that are an earlier one times −1, and the first of them.
    pub negated: Option<(usize, usize)>,
    /// A number that two tensors have in common where all their numbers are the same.
    pub fingerprint: u64,
}

/// The variance of groups' mean squares, relative to that of independent numbers of the same kurtosis.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The ratio: above 1 where groups differ more than by chance, below 1 where less.
    pub ratio: f64,
    /// The number of groups: of units or inputs.
    pub groups: usize,
}

/// Numbers that are sorted, at most: enough for every question and quick for every tensor.
pub const SORTED: usize = 1 << 16;
/// Numbers in a group whose mean square is near enough to normal.
const GROUP: usize = 50;
/// Different numbers below which a tensor is a constant, an identity, a mask.
const DIFFERENT: usize = 8;
impl TensorSample {
    /// Sums up the numbers of a tensor with these axes.
    pub fn of(tensor: &Tensor<'_>, axes: &TensorAxes) -> Self {
        let mut sorted = picked(tensor);
        let pivot = if sorted.is_empty() { 0.0 } else { sorted.iter().sum::<f64>() / sorted.len() as f64 };
        let pivot = if pivot.is_finite() { pivot } else { 0.0 };
        let mut pass = Pass::over(tensor, axes, pivot, f64::INFINITY);
        let (not_finite, largest) = (pass.left_out, pass.largest().first().copied().unwrap_or(0.0));
        if let Some(limit) = huge_from(pass.largest(), &sorted, tensor.len()) {
            sorted.retain(|x| x.abs() < limit);
            let pivot = sorted.iter().sum::<f64>() / sorted.len() as f64;
            pass = Pass::over(tensor, axes, pivot, limit);
        }
        let huge = (pass.left_out - not_finite, largest);
        Self { not_finite, huge, ..Self::summed_up(pass, sorted, tensor.element.roundoff(), axes) }
    }

    fn summed_up(pass: Pass, sorted: Vec<f64>, roundoff: f64, axes: &TensorAxes) -> Self {
        let count = axes.rows * axes.columns - pass.left_out;
        let [d1, d2, d3, d4, square] = pass.means(count);
        let variance = (d2 - d1 * d1).max(0.0);
        let variance = if pass.range[0] == pass.range[1] { 0.0 } else { variance };
        let fourth = d4 - 4.0 * d1 * d3 + 6.0 * d1 * d1 * d2 - 3.0 * d1.powi(4);
        let (rms, kurtosis) = (square.sqrt(), fourth / (variance * variance));
        let spread = |sums: &[f64], size: usize| spread(sums, size, rms, kurtosis);
        let spread = |sums: &[f64], size: usize| (variance > 0.0).then(|| spread(sums, size)).flatten();
        let (mut units, mut inputs) = (pass.row_squares, pass.column_squares);
        if axes.units_last {
            std::mem::swap(&mut units, &mut inputs);
        }
        let (repeated, negated) = same_units(&pass.hashes, &pass.signs, axes.inputs());
        let fingerprint = pass.hashes.iter().zip(&pass.signs).fold(0, |mut all: u64, (hash, sign)| {
            mix(f64::from_bits(*hash), &mut all, &mut 1.0);
            all ^ sign.to_bits()
        });
        Self {
            unit_spread: spread(&units, axes.inputs()),
            input_spread: spread(&inputs, axes.count()),
            not_finite: 0,
            huge: (0, 0.0),
            zeros: pass.zeros,
            mean: pass.pivot + d1,
            std: variance.sqrt(),
            largest: if count == 0 { 0.0 } else { pass.range[1].max(-pass.range[0]) },
            range: pass.range,
            unit_squares: units,
            input_squares: inputs,
            count,
            kurtosis,
            rms,
            sorted,
            roundoff,
            repeated,
            negated,
            fingerprint,
        }
    }

    /// True for eight different numbers or more, which constants, identities and masks do not have.
    pub fn has_many_numbers(&self) -> bool {
        let steps = self.sorted.windows(2).filter(|pair| pair[0] != pair[1]);
        steps.take(DIFFERENT - 1).count() == DIFFERENT - 1
    }

    /// How far the mean is from 0, in standard deviations.
    pub fn off_centre(&self) -> f64 {
        (self.mean / self.std).abs()
    }

    /// The number that all of them are, where they are one.
    pub fn constant(&self) -> Option<f64> {
        (self.not_finite == 0 && self.count > 0 && self.range[0] == self.range[1]).then_some(self.range[0])
    }

    /// True where units and inputs differ no more, and no less, than independent numbers do.
    pub fn is_independent(&self) -> bool {
        ![self.unit_spread, self.input_spread].into_iter().flatten().any(Spread::is_strange)
    }
}

/// Robust standard deviations beyond which a weight may be huge. A normal reaches 6 in 10⁹ draws.
const HUGE: f64 = 20.0;
/// Weights below which a tensor says little of its scale.
pub const ENOUGH: usize = 100;
/// Huge weights are so many times the next one: tails of trained weights, however heavy, have no such gap.
const GAP: f64 = 4.0;

/// The size from which on numbers are huge: at most one in a hundred, each beyond `HUGE` robust standard deviations,
/// with no other beyond them, and a gap below. None where the two quartiles are one number, and so the unit is 0. `largest` has the largest
/// sizes, the largest first.
fn huge_from(largest: &[f64], sorted: &[f64], count: usize) -> Option<f64> {
    if sorted.len() < ENOUGH {
        return None;
    }
    let (low, high) = (sorted[sorted.len() / 4], sorted[sorted.len() * 3 / 4]);
    let robust = (high - low) / 1.349; // the quartiles of a normal are 1.349 σ apart
    let gaps = largest.windows(2).take((count / 100).max(1));
    let limit = HUGE * robust;
    let mut huge = gaps.filter(|pair| robust > 0.0 && pair[0] > limit.max(GAP * pair[1]) && pair[1] <= limit);
    huge.next_back().map(|pair| pair[0])
}

/// At most [`SORTED`] finite numbers in ascending order: one of each stretch, at a place that no period of the
/// tensor follows.
fn picked(tensor: &Tensor<'_>) -> Vec<f64> {
    let (count, mut one) = (tensor.len(), Vec::new());
    let mut sorted = if count <= SORTED {
        tensor.values()
    } else {
        let place = |index: usize| {
            let from = |index: usize| (index as u128 * count as u128 / SORTED as u128) as usize;
            let stretch = from(index + 1) - from(index);
            from(index) + (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % stretch
        };
        let mut number = |index: usize| {
            tensor.read_numbers(place(index), 1, &mut one);
            one[0]
        };
        (0..SORTED).map(&mut number).collect()
    };
    sorted.retain(|x| x.is_finite());
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// How many units, and the first of them.
type UnitPair = (usize, usize);

/// How many units are an earlier one, and how many are one times −1, each with the first of them; units that are
/// all 0 are neither.
///
/// Short units of few bits repeat by chance: where so many pairs of units, at eight bits per weight, would
/// show a repeated one more often than once in a million tensors, nothing is said.
fn same_units(hashes: &[u64], signs: &[f64], inputs: usize) -> (Option<UnitPair>, Option<UnitPair>) {
    let pairs = (hashes.len() as f64).powi(2) / 2.0;
    if inputs == 0 || pairs * 0.5f64.powf(8.0 * inputs as f64) > 1e-6 {
        return (None, None);
    }
    let mut order: Vec<usize> = (0..hashes.len()).filter(|index| signs[*index] != 0.0).collect();
    order.sort_unstable_by_key(|index| (hashes[*index], *index));
    let mut found = [None::<(usize, usize)>; 2];
    let mut first = None::<usize>;
    for unit in order {
        match first.filter(|first| hashes[*first] == hashes[unit]) {
            None => first = Some(unit),
            Some(first) => {
                let (count, lowest) = found[usize::from(signs[first] != signs[unit])].unwrap_or((0, unit));
                found[usize::from(signs[first] != signs[unit])] = Some((count + 1, lowest.min(unit)));
            }
        }
    }
    (found[0], found[1])
}

/// The mean square of `size` independent numbers has relative variance (κ − 1)/size; `sums` are the sums of
/// squares of the groups. None for groups of fewer than [`GROUP`] numbers and for fewer than 8 groups.
fn spread(sums: &[f64], size: usize, rms: f64, kurtosis: f64) -> Option<Spread> {
    let relative = |sum: f64| sum / (size as f64 * rms * rms) - 1.0;
    let variance = sums.iter().map(|sum| relative(*sum).powi(2)).sum::<f64>() / sums.len() as f64;
    let expected = (kurtosis - 1.0) / size as f64;
    (size >= GROUP && sums.len() >= 8 && expected > 0.0)
        .then(|| Spread { ratio: variance / expected, groups: sums.len() })
}

impl Spread {
    /// True where independent numbers would hardly ever differ as much, or as little, from group to group.
    ///
    /// The ratio is a χ² over its degrees of freedom, standard deviation √(2/groups); ten of these, and
    /// at least half of 1, leave room for tails that are heavier than the normal's.
    ///
    /// ```
    /// use initlab_engine::inspect::sample::Spread;
    ///
    /// assert!(!Spread { ratio: 1.2, groups: 100 }.is_strange());
    /// assert!(Spread { ratio: 3.0, groups: 100 }.is_strange()); // allowed: up to 2.41
    /// ```
    pub fn is_strange(self) -> bool {
        let allowed = 10.0 * (2.0 / self.groups as f64).sqrt();
        self.ratio > 1.0 + allowed.max(0.5) || self.ratio < 1.0 - allowed
    }
}
