//! A fingerprint of the system's mathematical functions.
//!
//! Sums, products and roots are the same on every machine; `tanh`, `exp` and their kind come from the
//! system's library and differ in last digits between libraries and their versions. Two programs with
//! one fingerprint may share results byte for byte; two with different ones may not.

use crate::Real;
use std::hint::black_box;

/// The functions of the networks' precision that a network, its loss or its theory calls.
const OF_NETWORKS: &[fn(Real) -> Real] =
    &[Real::tanh, Real::exp, Real::exp_m1, |x| x.abs().ln_1p(), |x| x.abs().ln()];
/// The functions of double precision that draws and synthetic data call.
const OF_DRAWS: &[fn(f64) -> f64] = &[f64::exp, |x| x.abs().ln(), f64::sin, f64::cos];

/// Points at which each function is called.
const POINTS: u32 = 4096;
/// Points lie between minus and plus this.
const FARTHEST: f64 = 16.0;
/// The fractional part of the golden ratio: its multiples fill an interval evenly without any pattern.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Sixteen hexadecimal digits that follow from the results of the system's functions on a fixed grid.
///
/// ```
/// use initlab::nn::fingerprint::math_fingerprint;
/// assert_eq!(math_fingerprint().len(), 16);
/// assert_eq!(math_fingerprint(), math_fingerprint());
/// ```
pub fn math_fingerprint() -> String {
    let mut hash = Fnv::default();
    for point in points() {
        OF_NETWORKS.iter().for_each(|f| hash.add(f(black_box(point as Real)) as f64));
        OF_DRAWS.iter().for_each(|f| hash.add(f(black_box(point))));
    }
    format!("{:016x}", hash.0)
}

fn points() -> impl Iterator<Item = f64> {
    (1..=POINTS).map(|i| FARTHEST * (2.0 * (f64::from(i) * GOLDEN).fract() - 1.0))
}

/// The FNV-1a hash of 64 bits (Fowler, Noll, Vo 1991): short, and nothing here needs to be secret.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, number: f64) {
        for byte in number.to_bits().to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_last_digit_of_one_result_changes_the_hash() {
        let hash = |last: f64| {
            let mut hash = Fnv::default();
            points().chain([last]).for_each(|number| hash.add(number));
            hash.0
        };
        assert_ne!(hash(1.0), hash(1.0_f64.next_up()));
    }

    /// FNV-1a of eight zero bytes, by the definition in three lines of Python.
    #[test]
    fn the_hash_is_fnv() {
        let mut hash = Fnv::default();
        hash.add(0.0);
        assert_eq!(hash.0, 0xa8c7_f832_281a_39c5);
    }

    #[test]
    fn points_differ_and_fill_the_interval() {
        let mut sorted: Vec<f64> = points().collect();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] < 0.02));
        assert!(sorted[0] < -15.9 && sorted[sorted.len() - 1] > 15.9);
    }
}
