//! Whether independent draws from a distribution would look like a tensor's numbers.

use super::sample::TensorSample;
use crate::nn::init::Distribution;
use crate::nn::init::distribution::STD_OF_NORMAL_CUT_AT_2;
use libm::{erf, erfc};
use std::f64::consts::{PI, SQRT_2};

/// A test contradicts if it would under the distribution itself in one of so many cases.
pub const RARE: f64 = 1e-6;
/// [`kurtosis_noise`] of a normal cut at ±2.
const KURTOSIS_NOISE_OF_NORMAL_CUT_AT_2: f64 = 3.848_239_278;
/// The share of a truncated normal beyond its bound where the first of four draws inside is taken: 0.0455⁴.
const LEFT_OUTSIDE: f64 = 4.3e-6;

impl TensorSample {
    /// True where independent draws would hardly ever look like this, by one of five tests: a number beyond the
    /// bound, the mean, the mean square (from 30 numbers on), the kurtosis (from 100), the largest distance of the
    /// distribution functions (its probability by the bound of Dvoretzky, Kiefer and Wolfowitz, `2 e^(−2 n d²)`).
    ///
    /// All but that of the mean leave room for the rounding of the tensor's type. A constant has no spread to be
    /// tested by: always contradicted here. `beyond` counts the numbers beyond a bound.
    pub fn contradicts(&self, distribution: Distribution, beyond: Option<&dyn Fn(f64) -> usize>) -> bool {
        let (std, count) = (distribution.std(), self.count as f64);
        let Some(kurtosis) = distribution.kurtosis() else { return true };
        let mean = self.mean * count.sqrt() / std;
        let square = (self.rms / std).powi(2) - 1.0;
        // The variance of a few numbers is far from normal: below 30 the distance has to do.
        let spread = if self.count < 30 { f64::INFINITY } else { ((kurtosis - 1.0) / count).sqrt() };
        let slack = 4.0 * self.roundoff * self.roundoff;
        // Last, because it looks at every number.
        let is_far = || {
            let distance = (distance(self, distribution) - 0.5 * self.roundoff).max(0.0);
            2.0 * (-2.0 * self.sorted.len() as f64 * distance.powi(2)).exp() < RARE
        };
        two_sided(mean) < RARE
            || two_sided((square.abs() - slack).max(0.0) / spread) < RARE
            || self.count >= 100 && self.has_other_tails(distribution, kurtosis)
            || is_far()
            || self.is_beyond(distribution, beyond)
    }

    /// True where the tails are lighter or heavier than chance makes those of a distribution with this kurtosis.
    ///
    /// The logarithm of a sample's kurtosis is nearly normal on the light side: five standard deviations. On the heavy
    /// side a few numbers far out may do much, the more so the fewer there are.
    fn has_other_tails(&self, distribution: Distribution, kurtosis: f64) -> bool {
        let count = self.count as f64;
        let spread = (kurtosis_noise(distribution) / count).sqrt();
        let lightest = kurtosis * (-5.0 * spread / kurtosis).exp();
        let heaviest = kurtosis + 6.0 * spread * (1.0 + 20.0 / count.sqrt());
        let slack = 4.0 * self.roundoff;
        self.kurtosis < lightest - slack || self.kurtosis > heaviest + slack
    }

    /// True where more numbers than may be are beyond the bound of a distribution.
    fn is_beyond(&self, distribution: Distribution, beyond: Option<&dyn Fn(f64) -> usize>) -> bool {
        let Some(bound) = distribution.bound() else { return false };
        let count = self.count as f64;
        // A bound that is estimated from the tensor's own root mean square is itself uncertain.
        let uncertain = if distribution.std() == self.rms { 1.0 + 3.0 / count.sqrt() } else { 1.0 };
        let bound = bound * (1.0 + 4.0 * self.roundoff) * uncertain;
        if self.largest <= bound {
            return false;
        }
        let is_cut = matches!(distribution, Distribution::Truncated { .. }) && self.largest < 3.0 * bound;
        let expected = count * LEFT_OUTSIDE;
        let allowed = (2.0 + expected + 6.0 * expected.sqrt()) as usize;
        !is_cut || beyond.is_none_or(|beyond| beyond(bound) > allowed)
    }
}

/// Times `n` the variance of the kurtosis κ of `n` numbers, for many of them: `E[(x⁴ − 2κx² + κ)²]` with mean square 1,
/// so `μ₈ − 4κμ₆ + 4κ³ − κ²`.
fn kurtosis_noise(distribution: Distribution) -> f64 {
    match distribution {
        Distribution::Constant(_) => 0.0,
        Distribution::Normal { .. } => 24.0,
        Distribution::Truncated { .. } => KURTOSIS_NOISE_OF_NORMAL_CUT_AT_2,
        Distribution::Uniform { .. } => 1152.0 / 875.0,
    }
}

/// The probability that a standard normal number is further from 0 than `z`.
pub fn two_sided(z: f64) -> f64 {
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
pub fn likelihood(sample: &TensorSample, distribution: Distribution) -> f64 {
    let square = sample.rms * sample.rms;
    let normal = |std: f64| -(std * (2.0 * PI).sqrt()).ln() - square / (2.0 * std * std);
    match distribution {
        Distribution::Constant(_) => f64::NEG_INFINITY,
        Distribution::Normal { std } => normal(std),
        Distribution::Truncated { std } => normal(std / STD_OF_NORMAL_CUT_AT_2) - erf(SQRT_2).ln(),
        Distribution::Uniform { bound } => -(2.0 * bound).ln(),
    }
}
