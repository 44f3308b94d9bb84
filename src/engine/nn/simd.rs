//! Vectors of numbers, as wide as this CPU has them.
//!
//! Inner loops are written once, for vectors of any width. `pulp` compiles them for AVX-512, AVX2, NEON
//! and single numbers, and picks one at run time. What they call must be `#[inline(always)]`, or it is
//! compiled without the instruction set.

use super::matrix::LANES;
use crate::Real;
use pulp::{Arch, Simd, WithSimd};

/// An instruction set with its vectors of [`Real`].
pub(super) trait Vectors: Simd {
    /// Some numbers, in one register.
    type Vector: Copy;
    /// Numbers of a vector.
    const WIDTH: usize = {
        let width = size_of::<Self::Vector>() / size_of::<Real>();
        assert!(LANES.is_multiple_of(width), "rows are padded to whole vectors");
        width
    };
    /// Whether there are 32 registers, not 16; as a constant of its own, so that nothing is compiled for
    /// the other number.
    const MANY_REGISTERS: bool = Self::REGISTER_COUNT >= 32;

    /// The same number in every place.
    fn splat(self, x: Real) -> Self::Vector;
    /// `x y + sum`, rounded once where the CPU can do so.
    fn multiply_add(self, x: Self::Vector, y: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// Numbers as vectors; what fills no vector is left out.
    fn vectors(numbers: &[Real]) -> &[Self::Vector];
    /// The same, to be written.
    fn vectors_mut(numbers: &mut [Real]) -> &mut [Self::Vector];
}

/// Both precisions, of which one is compiled: `pulp` names every operation by its type.
macro_rules! vectors_of {
    ($vector:ident, $splat:ident, $multiply_add:ident, $vectors:ident, $vectors_mut:ident) => {
        impl<S: Simd> Vectors for S {
            type Vector = S::$vector;

            #[inline(always)]
            fn splat(self, x: Real) -> S::$vector {
                self.$splat(x)
            }

            #[inline(always)]
            fn multiply_add(self, x: S::$vector, y: S::$vector, sum: S::$vector) -> S::$vector {
                self.$multiply_add(x, y, sum)
            }

            #[inline(always)]
            fn vectors(numbers: &[Real]) -> &[S::$vector] {
                S::$vectors(numbers).0
            }

            #[inline(always)]
            fn vectors_mut(numbers: &mut [Real]) -> &mut [S::$vector] {
                S::$vectors_mut(numbers).0
            }
        }
    };
}

#[cfg(not(feature = "f64"))]
vectors_of!(f32s, splat_f32s, mul_add_e_f32s, as_simd_f32s, as_mut_simd_f32s);
#[cfg(feature = "f64")]
vectors_of!(f64s, splat_f64s, mul_add_e_f64s, as_simd_f64s, as_mut_simd_f64s);

/// Runs an inner loop with the widest instructions of this CPU.
pub(super) fn on_widest<Work: WithSimd>(work: Work) -> Work::Output {
    Arch::new().dispatch(work)
}

/// How this CPU adds a product to a sum: `fused` (rounded once) or `separate`. Results differ in
/// their last digits between the two, and only between them.
pub fn arithmetic() -> &'static str {
    if on_widest(IsFused) { "fused" } else { "separate" }
}

/// How many numbers this CPU computes with at once: 16 in single precision with AVX-512, 8 with AVX2, 4 with NEON.
pub fn width() -> usize {
    on_widest(Width)
}

struct Width;

impl WithSimd for Width {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        <S as Vectors>::WIDTH
    }
}

/// What a test asks of every instruction set.
#[cfg(test)]
pub(super) trait Check {
    /// `fused` says how the set adds a product to a sum.
    fn on<S: Simd>(&self, simd: S, fused: bool);
}

/// Runs a check on every instruction set that this machine has and [`on_widest`] may pick.
#[cfg(test)]
pub(super) fn on_every(check: &impl Check) {
    fn one<S: Simd>(check: &impl Check, simd: S) {
        check.on(simd, simd.vectorize(IsFused));
    }
    one(check, pulp::Scalar);
    #[cfg(target_arch = "x86_64")]
    pulp::x86::V3::try_new().into_iter().for_each(|simd| one(check, simd));
    #[cfg(target_arch = "x86_64")]
    pulp::x86::V4::try_new().into_iter().for_each(|simd| one(check, simd));
    #[cfg(target_arch = "aarch64")]
    pulp::aarch64::Neon::try_new().into_iter().for_each(|simd| one(check, simd));
}

/// Whether `(1 + ε)(1 − ε) − 1` is −ε², or 0 because the product was rounded to 1.
struct IsFused;

impl WithSimd for IsFused {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let mut sum = [-1.0; LANES];
        let (x, y) = (1.0 + Real::EPSILON, 1.0 - Real::EPSILON);
        let first = &mut S::vectors_mut(&mut sum)[0];
        *first = simd.multiply_add(simd.splat(x), simd.splat(y), *first);
        sum[0] != 0.0
    }
}
