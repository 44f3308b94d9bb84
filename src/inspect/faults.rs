//! The search for faults of a tensor: each by a rule that healthy weights do not meet.
//!
//! [`of_weights`] and [`of_vector`] look at one tensor, [`far_from_he`] at its report, [`compare`] at all
//! weight tensors of a file, once each of them has its report. What a fault says stands in [`fault`](super::fault).

use super::fault::Fault;
use super::names::{is_bias, is_variance};
use super::numbers::shortest;
use super::sample::TensorSample;
use super::weights::{Untrained, WeightReport};
use std::hash::{DefaultHasher, Hasher};

/// Robust standard deviations beyond which a weight is huge. A normal reaches 6 in 10⁹ draws; trained
/// layers, whose tails are heavier, 10 to 15.
const HUGE: f64 = 20.0;
/// The number of weights below which quartiles say little: such a tensor has no huge ones.
const MANY: usize = 100;

/// The faults of one weight tensor: `units` is `(units, inputs)`, row by row, and `sample` the same in
/// numbers. Of a tensor in which every weight is the same, nothing else is told but NaN and infinity.
///
/// ```
/// use initlab::inspect::{TensorSample, faults::of_weights};
///
/// let weights = [0.5, -0.2, 0.1, 0.4, 0.0, 0.0, 0.0, 0.0, 0.5, -0.2, 0.1, 0.4]; // 3 units of 4 inputs
/// let sample = TensorSample::of(&weights, 4, 2f64.powi(-24));
/// let faults: Vec<String> = of_weights(&sample, &weights, 4).iter().map(ToString::to_string).collect();
/// assert_eq!(faults, ["1 unit has only weights of 0", "1 repeated unit (number 2, counted from 0)"]);
/// ```
pub fn of_weights(sample: &TensorSample, units: &[f64], inputs: usize) -> Vec<Fault> {
    let mut faults = not_finite(sample.not_finite);
    match units {
        [first, rest @ ..] if first.is_finite() && rest.iter().all(|x| x == first) => {
            let value = shortest(*first, sample.roundoff);
            faults.push(if *first == 0.0 { Fault::AllZero } else { Fault::Constant { value } });
            return faults;
        }
        _ => {}
    }
    faults.extend(same_units(units, inputs));
    faults.extend(huge(sample));
    faults
}

/// The faults of biases and other vectors: zeros and constants are healthy there, NaN and infinity are not,
/// nor is a negative number in what is a variance by its name.
///
/// ```
/// use initlab::inspect::{Fault, faults::of_vector};
///
/// assert_eq!(of_vector("bn.running_var", &[1.0, -1.0]), [Fault::NegativeVariance { count: 1 }]);
/// assert_eq!(of_vector("bn.running_mean", &[1.0, -1.0]), []);
/// ```
pub fn of_vector(name: &str, values: &[f64]) -> Vec<Fault> {
    let mut faults = not_finite(values.iter().filter(|x| !x.is_finite()).count());
    let negative = values.iter().filter(|x| **x < 0.0).count();
    if negative > 0 && is_variance(name) {
        faults.push(Fault::NegativeVariance { count: negative });
    }
    faults
}

fn not_finite(count: usize) -> Vec<Fault> {
    if count > 0 { vec![Fault::NotFinite { count }] } else { Vec::new() }
}

/// Units that are all 0, and units that repeat an earlier one.
///
/// Short units of few bits repeat by chance: where so many pairs of units, at eight bits per weight, would
/// show a repeated one more often than once in a million tensors, nothing is said.
fn same_units(units: &[f64], inputs: usize) -> Vec<Fault> {
    let count = units.len() / inputs.max(1);
    let pairs = (count * count) as f64 / 2.0;
    if inputs == 0 || pairs * 0.5f64.powf(8.0 * inputs as f64) > 1e-6 {
        return Vec::new();
    }
    let zeros = units.chunks_exact(inputs).filter(|unit| unit.iter().all(|x| *x == 0.0)).count();
    let zeros = (zeros > 0).then_some(Fault::ZeroUnits { count: zeros });
    zeros.into_iter().chain(repeated(units, inputs, count)).collect()
}

/// Units that are not all 0 and equal an earlier one.
fn repeated(units: &[f64], inputs: usize, count: usize) -> Option<Fault> {
    let unit = |index: usize| &units[index * inputs..(index + 1) * inputs];
    // Equal units have equal hashes, so they stand side by side.
    let hash = |index: &usize| {
        let mut hasher = DefaultHasher::new();
        unit(*index).iter().for_each(|x| hasher.write_u64(x.to_bits()));
        hasher.finish()
    };
    let mut order: Vec<usize> = (0..count).filter(|index| unit(*index).iter().any(|x| *x != 0.0)).collect();
    order.sort_by_cached_key(hash);
    let bits = |index: usize| unit(index).iter().map(|x| x.to_bits());
    let is_pair = |pair: &&[usize]| bits(pair[0]).eq(bits(pair[1]));
    let again: Vec<usize> = order.windows(2).filter(is_pair).map(|pair| pair[1]).collect();
    let first = again.iter().min()?;
    Some(Fault::RepeatedUnits { count: again.len(), unit: *first })
}

/// Weights beyond [`HUGE`] robust standard deviations, where they are at most one in a hundred: more of them
/// are a tail, not an accident. None where the two quartiles are one number, and so the unit is 0.
fn huge(sample: &TensorSample) -> Option<Fault> {
    let sorted = &sample.sorted;
    if sorted.len() < MANY {
        return None;
    }
    let (low, high) = (sorted[sorted.len() / 4], sorted[sorted.len() * 3 / 4]);
    let robust = (high - low) / 1.349; // the quartiles of a normal are 1.349 σ apart
    let count = sorted.iter().filter(|x| x.abs() > HUGE * robust).count();
    let few = count * 100 <= sorted.len();
    (robust > 0.0 && few && sample.largest > HUGE * robust)
        .then(|| Fault::Huge { count: count.max(1), ratio: sample.largest / robust })
}

/// Times He's scale, and below which part of it, weights are no start for a layer.
const FAR: [f64; 2] = [10.0, 1.0 / 50.0];
/// The same for weights that no distribution fits: trained, or computed as a table of sines is.
const FAR_IF_TRAINED: [f64; 2] = [1000.0, 1.0 / 1000.0];

/// [`Fault::FarFromHe`] where the scale of a weight tensor is absurd for its `fan_in`.
///
/// Not asked of embeddings and biases by their names, of fewer than 30 numbers, of what is a constant or has
/// few different numbers (masks, identities), of orthogonal and sparse weights (a policy's last layer is
/// often orthogonal and small), and where an initializer that knows only the size explains the scale.
pub fn far_from_he(weight: &WeightReport) -> Option<Fault> {
    let labels = || weight.fits.iter().flat_map(|fit| &fit.labels);
    let special = labels().any(|label| label.starts_with("orthogonal") || label.starts_with("sparse"));
    let named = weight.is_embedding() || is_bias(&weight.name);
    let few = weight.sample.count < 30 || !weight.sample.has_many_numbers();
    let untrained = weight.untrained();
    if special || named || few || untrained == Untrained::Yes {
        return None;
    }
    let [most, least] = if untrained == Untrained::Perhaps { FAR } else { FAR_IF_TRAINED };
    let ratio = weight.sample.rms / (2.0 / weight.fans.fan_in as f64).sqrt();
    (ratio > most || ratio < least).then_some(Fault::FarFromHe { ratio })
}

/// The number of weights below which a tensor says little of its scale.
const ENOUGH: usize = 100;
/// The number of other tensors that must be there for a tensor not to be like them.
const OTHERS: usize = 3;

/// Adds [`Fault::NotLikeOthers`] where a tensor's scale is far from what the others agree on.
///
/// The scale has four measures: the root mean square times the root of a fan (in, mean, out) or of none.
/// The others agree on a measure as well as their most distant one is near to their median. A tensor is
/// unlike them if it is off the median by a factor above 3, and above the cube of the factor of that most
/// distant one, in every measure on which the others agree nearly as well as on the best one.
///
/// Embeddings, by their names, take no part: no sum runs over their rows.
pub fn compare(weights: &mut [WeightReport]) {
    let takes_part = |w: &WeightReport| {
        w.sample.count >= ENOUGH && w.sample.std > 0.0 && w.sample.rms.is_finite() && !w.is_embedding()
    };
    let scales: Vec<Option<[f64; 4]>> =
        weights.iter().map(|weight| takes_part(weight).then(|| scales(weight))).collect();
    for (index, weight) in weights.iter_mut().enumerate() {
        let Some(own) = scales[index] else { continue };
        let all = scales.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<[f64; 4]> = all.filter_map(|(_, scales)| *scales).collect();
        weight.faults.extend(unlike(own, &others));
    }
}

/// Natural logarithms of the scale by the four measures: fan in, mean fan, fan out, none.
fn scales(weight: &WeightReport) -> [f64; 4] {
    let (fan_in, fan_out) = (weight.fans.fan_in as f64, weight.fans.fan_out as f64);
    [fan_in, f64::midpoint(fan_in, fan_out), fan_out, 1.0].map(|fan| (weight.sample.rms * fan.sqrt()).ln())
}

/// The fault of a tensor with the scales `own` among `others`; none where there are fewer than [`OTHERS`].
/// Nearly as well is within 0.2 of the best spread, a factor of 1.22.
fn unlike(own: [f64; 4], others: &[[f64; 4]]) -> Option<Fault> {
    if others.len() < OTHERS {
        return None;
    }
    // For each measure: how far the others are apart at most, and how far this tensor is from them.
    let measures: Vec<(f64, f64)> = (0..4).map(|measure| apart(own, others, measure)).collect();
    let best = measures.iter().map(|row| row.0).fold(f64::INFINITY, f64::min);
    let counting = || measures.iter().filter(|(spread, _)| *spread <= best + 0.2);
    let is_off = |(spread, off): &(f64, f64)| off.abs() > 3f64.ln().max(3.0 * spread);
    let nearest = counting().map(|row| row.1).min_by(|a, b| a.abs().total_cmp(&b.abs()))?;
    counting().all(is_off).then(|| Fault::NotLikeOthers { ratio: nearest.exp() })
}

/// By one measure, in natural logarithms: the distance of the most distant of the others from their median,
/// and the signed distance of the tensor from it.
fn apart(own: [f64; 4], others: &[[f64; 4]], measure: usize) -> (f64, f64) {
    let mut scales: Vec<f64> = others.iter().map(|other| other[measure]).collect();
    scales.sort_by(f64::total_cmp);
    let median = scales[scales.len() / 2];
    let spread = scales.iter().map(|scale| (scale - median).abs()).fold(0.0, f64::max);
    (spread, own[measure] - median)
}
