//! A fingerprint of the system's mathematical functions.
//!
//! `exp`, `tanh` and the like come from the C library that the program is linked to, and libraries
//! (and their versions) differ in the last digit of some values. Two programs whose functions
//! differ get other losses from the same settings, so the fingerprint is part of a run's id.

use std::hint::black_box;

/// Values per function and precision.
const POINTS: u32 = 2048;
/// Values lie in −16 … 16, where the activations and the loss take theirs.
const REACH: f64 = 16.0;

/// A function of one number in both precisions.
type Function = (fn(f64) -> f64, fn(f32) -> f32);

/// The functions that results depend on; logarithms and powers take the absolute value.
const FUNCTIONS: [Function; 10] = [
    (f64::exp, f32::exp),
    (f64::exp_m1, f32::exp_m1),
    (f64::tanh, f32::tanh),
    (f64::sin, f32::sin),
    (f64::cos, f32::cos),
    (|x| x.abs().ln(), |x| x.abs().ln()),
    (|x| x.abs().ln_1p(), |x| x.abs().ln_1p()),
    (|x| x.abs().log10(), |x| x.abs().log10()),
    (|x| 10_f64.powf(x / 4.0), |x| 10_f32.powf(x / 4.0)),
    (|x| x.hypot(1.0), |x| x.hypot(1.0)),
];

/// The fingerprint as 16 hexadecimal digits: FNV-1a over the bits of all values.
pub fn fingerprint() -> String {
    let step = 2.0 * REACH / f64::from(POINTS);
    let points = (0..POINTS).map(|point| black_box((f64::from(point) + 0.5) * step - REACH));
    let bits = points.flat_map(|x| {
        FUNCTIONS.map(|(double, single)| [double(x).to_bits(), u64::from(single(x as f32).to_bits())])
    });
    let hash = bits.flatten().flat_map(u64::to_le_bytes).fold(FNV_OFFSET, fnv);
    format!("{hash:016x}")
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// One step of FNV-1a (Fowler, Noll, Vo).
fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vectors of the FNV authors.
        for (text, hash) in [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c)] {
            assert_eq!(text.bytes().fold(FNV_OFFSET, fnv), hash, "{text}");
        }
    }

    #[test]
    fn one_program_on_one_system_has_one_fingerprint() {
        assert_eq!(fingerprint(), fingerprint());
        assert_eq!(fingerprint().len(), 16);
    }

    #[test]
    fn every_function_takes_part_with_finite_values() {
        for (index, (double, single)) in FUNCTIONS.iter().enumerate() {
            for x in [-15.9, -0.3, 0.7, 15.9] {
                assert!(double(x).is_finite() && single(x as f32).is_finite(), "function {index} at {x}");
            }
        }
    }
}
