//! Laws of numbers that are not drawn one by one: constants, partial identities, orthogonal and sparse weights.

use super::fit::{Fit, FitEvidence, ORTHOGONAL};
use super::goodness::RARE;
use super::numbers::{shortest, three_digits};
use super::sample::{SORTED, TensorSample};
use crate::nn::init::Distribution;
use crate::nn::init::structured::STD_OF_SPARSE;

/// `zeros`, `ones` or `constant=V`, where all numbers are one.
pub fn constant(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    match evidence.sample.constant() {
        Some(0.0) => evidence.exact(&["zeros"], false),
        Some(1.0) => evidence.exact(&["ones"], false),
        Some(value) => {
            evidence.exact(&[&format!("constant={}", shortest(value, evidence.sample.roundoff))], true)
        }
        None => Vec::new(),
    }
}

/// Partial identities and `ZerO`, number by number.
pub fn structured(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    let (inputs, count, roundoff) = (evidence.axes.inputs(), evidence.axes.count(), evidence.sample.roundoff);
    let mut first = Vec::new();
    evidence.tensor.read_numbers(0, 1, &mut first);
    let gain = first[0];
    let places = inputs * count - inputs.min(count);
    let is_identity = |unit, input, x| x == if unit == input { gain } else { 0.0 };
    if evidence.sample.zeros == places && evidence.every(is_identity) {
        return match gain {
            1.0 if count <= inputs => evidence.exact(&["identity", "zero_hadamard"], false),
            1.0 => evidence.exact(&["identity"], false),
            gain => evidence.exact(&[&format!("identity={}", shortest(gain, roundoff))], true),
        };
    }
    let scale = (count.next_power_of_two() as f64).sqrt().recip();
    let sign = |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
    let is_hadamard = |unit, input, x: f64| (x - scale * sign(input, unit)).abs() <= 0.01 * scale;
    if count > inputs && evidence.every(is_hadamard) {
        evidence.exact(&["zero_hadamard"], false)
    } else {
        Vec::new()
    }
}

/// Pairs of units (or inputs, where these are fewer) that are held against each other, at most.
const COMPARED: usize = 16;

/// Orthogonal units of one length, or inputs where there are fewer of them: `WᵀW = c·I` for the first few.
pub fn orthogonal(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    let vectors = evidence.vectors();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let gain2 = vectors.first().map_or(0.0, |first| product(first, first));
    // Rounding adds noise of `roundoff` to every number, which averages out over a vector.
    let length = vectors.first().map_or(0, Vec::len);
    let allowed = 1e-5 + evidence.sample.roundoff * (20.0 / (length as f64).sqrt()).min(4.0);
    if gain2 == 0.0 || by_chance(vectors.len(), length, allowed) > RARE {
        return Vec::new();
    }
    let fits = vectors.iter().enumerate().all(|(i, a)| {
        let expected = |j: usize| f64::from(u8::from(i == j));
        vectors.iter().enumerate().all(|(j, b)| (product(a, b) / gain2 - expected(j)).abs() < allowed)
    });
    let gain = gain2.sqrt();
    if !fits {
        Vec::new()
    } else if (gain - 1.0).abs() < allowed {
        evidence.exact(&[ORTHOGONAL], false)
    } else {
        evidence.exact(&[&format!("{ORTHOGONAL}={}", three_digits(gain)), "lsuv"], true)
    }
}

/// At most how often so many independent vectors are orthogonal and equally long, each product within so much of the
/// first one's square: a product of two has a standard deviation of 1/√length, a square a larger one.
fn by_chance(count: usize, length: usize, allowed: f64) -> f64 {
    let conditions = (count * (count + 1) / 2).saturating_sub(1);
    (allowed * (length as f64).sqrt()).powf(conditions as f64)
}

/// As many zeros in every unit, the rest N(0, 0.01²).
pub fn sparse(evidence: &FitEvidence<'_>) -> Vec<Fit> {
    let sample = evidence.sample;
    let (mut zeros, mut kept) = (vec![0usize; evidence.axes.count()], Vec::new());
    evidence.every(|unit, _, x| {
        zeros[unit] += usize::from(x == 0.0);
        if x != 0.0 && kept.len() < SORTED {
            kept.push(x);
        }
        true
    });
    if zeros.iter().any(|count| *count != zeros[0]) || kept.is_empty() {
        return Vec::new();
    }
    let square = kept.iter().map(|x| x * x).sum::<f64>() / kept.len() as f64;
    kept.sort_unstable_by(f64::total_cmp);
    let of_kept = TensorSample {
        count: kept.len(),
        rms: square.sqrt(),
        mean: 0.0,
        kurtosis: 3.0,
        sorted: kept,
        ..sample.clone()
    };
    let normal = Distribution::Normal { std: STD_OF_SPARSE };
    let share = zeros[0] as f64 / evidence.axes.inputs() as f64;
    let label = format!("sparse={}", three_digits(share));
    if of_kept.contradicts(normal, None) { Vec::new() } else { evidence.exact(&[&label], true) }
}

impl FitEvidence<'_> {
    /// The first few units, or inputs where there are fewer of these: each a vector.
    fn vectors(&self) -> Vec<Vec<f64>> {
        let axes = self.axes;
        let of_rows = axes.rows <= axes.columns;
        let mut vectors = vec![Vec::new(); axes.rows.min(axes.columns).min(COMPARED)];
        let mut numbers = Vec::new();
        if of_rows {
            for (index, vector) in vectors.iter_mut().enumerate() {
                self.tensor.read_numbers(index * axes.columns, axes.columns, vector);
            }
        } else {
            for row in 0..axes.rows {
                self.tensor.read_numbers(row * axes.columns, vectors.len(), &mut numbers);
                vectors.iter_mut().zip(&numbers).for_each(|(vector, x)| vector.push(*x));
            }
        }
        vectors
    }
}
