//! Activation functions and their derivatives, one row each.
//!
//! Every row stands in the one table of this file: name, formula, value, derivative, the ends of its
//! values, kinks, two tested values.
//! The derivative may use the value that the forward pass has already computed. At a kink the derivative is
//! the one from the left (ReLU: 0 at 0, as in the book). A NaN stays a NaN through every function, so that a
//! diverged network cannot look healthy.

use super::names::named_family;
use super::simd::on_widest;
use crate::Real;
use ndarray::NdFloat;
use pulp::{Simd, WithSimd};

/// Defines the enum, its names and its loops from one table, so that each loop is compiled for its
/// own function and no member can be forgotten in one of them. Each row is compiled twice, for the
/// networks' numbers and for the theory's; `Number` is the type of the one at hand.
macro_rules! activations {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $formula:literal,
        value: $value:expr,
        derivative: $derivative:expr,
        range: [$low:expr, $high:expr], kinks: $kinks:expr, tested: $tested:expr;)*) => {
        /// An elementwise activation function `f`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Activation { $($(#[$doc])* $variant,)* }

        impl Activation {
            /// Every activation with its name in files and on the command line.
            pub const NAMED: &[(&'static str, Self)] = &[$(($name, Self::$variant),)*];

            /// Its formula, as help texts show it.
            pub fn formula(self) -> &'static str {
                match self { $(Self::$variant => $formula,)* }
            }

            /// The lower and the upper end of its values, in the arithmetic of the networks.
            pub fn range(self) -> [RangeEnd; 2] {
                match self { $(Self::$variant => [$low, $high],)* }
            }

            /// The points at which the derivative jumps: a difference quotient across one means nothing.
            pub fn kinks(self) -> &'static [f64] {
                match self { $(Self::$variant => &$kinks,)* }
            }

            /// `f(−0.5)` and `f(2)` from the definition, by a calculator with 10 digits.
            #[cfg(test)]
            fn tested(self) -> [f64; 2] {
                match self { $(Self::$variant => $tested,)* }
            }

            /// Writes `f(z)` into `a`; both have the same length.
            pub fn apply(self, z: &[Real], a: &mut [Real]) {
                on_widest(Values { f: self, z, a });
            }

            /// Turns `z` into the gradient with respect to it, `d_a f′(z)`, where `a = f(z)`: the chain rule through
            /// this function. All have the same length.
            pub fn backpropagate(self, d_a: &[Real], a: &[Real], z: &mut [Real]) {
                on_widest(Derivatives { f: self, d_a, a, z });
            }

            /// `f(z)` of one number, in double precision in every build.
            pub fn value(self, z: f64) -> f64 {
                type Number = f64;
                match self { $(Self::$variant => {
                    let value: fn(Number) -> Number = $value;
                    value(z)
                })* }
            }

            /// `f′(z)` at one number, in double precision in every build.
            pub fn derivative(self, z: f64) -> f64 {
                type Number = f64;
                match self { $(Self::$variant => {
                    let derivative: fn(Number, Number) -> Number = $derivative;
                    derivative(z, self.value(z))
                })* }
            }
        }

        /// The loop of [`Activation::apply`].
        struct Values<'a> {
            f: Activation,
            z: &'a [Real],
            a: &'a mut [Real],
        }

        impl WithSimd for Values<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) {
                type Number = Real;
                match self.f { $(Activation::$variant => {
                    let value: fn(Number) -> Number = $value;
                    for (a, &z) in self.a.iter_mut().zip(self.z) { *a = value(z); }
                })* }
            }
        }

        /// The loop of [`Activation::backpropagate`].
        struct Derivatives<'a> {
            f: Activation,
            d_a: &'a [Real],
            a: &'a [Real],
            z: &'a mut [Real],
        }

        impl WithSimd for Derivatives<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) {
                type Number = Real;
                match self.f { $(Activation::$variant => {
                    let derivative: fn(Number, Number) -> Number = $derivative;
                    for ((z, &d_a), &a) in self.z.iter_mut().zip(self.d_a).zip(self.a) { *z = d_a * derivative(*z, a); }
                })* }
            }
        }
    };
}

activations! {
    /// `z`: no activation at all.
    Identity = "identity", "z",
        value: |z| z,
        derivative: |_, _| 1.0,
        range: [Open, Open], kinks: [], tested: [-0.5, 2.0];
    /// `1 / (1 + e^−z)`.
    Sigmoid = "sigmoid", "1 / (1 + e^-z)",
        value: sigmoid,
        derivative: |_, a| a * (1.0 - a),
        range: [Approached(0.0), Approached(1.0)], kinks: [], tested: [0.377_540_668_8, 0.880_797_078];
    /// `(e^z − e^−z) / (e^z + e^−z)`.
    Tanh = "tanh", "(e^z - e^-z) / (e^z + e^-z)",
        value: Number::tanh,
        derivative: |_, a| 1.0 - a * a,
        range: [Approached(-1.0), Approached(1.0)], kinks: [], tested: [-0.462_117_157_3, 0.964_027_580_1];
    /// `max(z, 0)`.
    Relu = "relu", "max(z, 0)",
        value: |z| if z < 0.0 { 0.0 } else { z },
        derivative: |z, _| if z > 0.0 { 1.0 } else { 0.0 },
        range: [Reached(0.0), Open], kinks: [0.0], tested: [0.0, 2.0];
    /// `z` above 0, `0.01 z` below.
    LeakyRelu = "leaky_relu", "z above 0, 0.01 z below",
        value: |z| if z > 0.0 { z } else { LEAK as Number * z },
        derivative: |z, _| if z > 0.0 { 1.0 } else { LEAK as Number },
        range: [Open, Open], kinks: [0.0], tested: [-0.005, 2.0];
    /// `z` above 0, `e^z − 1` below (Clevert et al. 2015).
    Elu = "elu", "z above 0, e^z - 1 below",
        value: |z| if z > 0.0 { z } else { z.exp_m1() },
        derivative: |z, a| if z > 0.0 { 1.0 } else { a + 1.0 },
        range: [Approached(-1.0), Open], kinks: [], tested: [-0.393_469_340_3, 2.0];
    /// `λ z` above 0, `λ α (e^z − 1)` below (Klambauer et al. 2017).
    Selu = "selu", "l z above 0, l a (e^z - 1) below, l = 1.0507, a = 1.6733",
        value: |z| SELU_SCALE as Number * if z > 0.0 { z } else { SELU_ALPHA as Number * z.exp_m1() },
        derivative: |z, a| if z > 0.0 { SELU_SCALE as Number } else { a + SELU_SCALE as Number * SELU_ALPHA as Number },
        // The product is taken as the networks take it: in another precision it is off by an ulp.
        range: [Approached(-(SELU_SCALE as Real * SELU_ALPHA as Real) as f64), Open], kinks: [0.0],
        tested: [-0.691_758_187_8, 2.101_401_974_7];
    /// `z Φ(z)` with the exact normal distribution function (Hendrycks & Gimpel 2016).
    Gelu = "gelu", "z Phi(z), Phi the normal distribution function",
        value: |z| z * normal_cdf(z),
        derivative: |z, _| normal_cdf(z) + z * normal_density(z),
        // The minimum, −0.1699712075 at z = −0.7518, rounded down: no rounding of a value crosses it.
        range: [Reached(-0.169_972), Open], kinks: [], tested: [-0.154_268_769_4, 1.954_499_736_1];
    /// `z / (1 + e^−z)`, also called swish.
    Silu = "silu", "z / (1 + e^-z), also called swish",
        value: |z| z * sigmoid(z),
        derivative: |z, a| sigmoid(z) * (1.0 - a) + a,
        // The minimum, −0.2784645428 at z = −1.2785, rounded down.
        range: [Reached(-0.278_465), Open], kinks: [], tested: [-0.188_770_334_4, 1.761_594_156];
    /// `ln(1 + e^z)`.
    Softplus = "softplus", "ln(1 + e^z)",
        value: |z| z.max(0.0) + (-z.abs()).exp().ln_1p(),
        derivative: |z, _| sigmoid(z),
        range: [Approached(0.0), Open], kinks: [], tested: [0.474_076_984_2, 2.126_928_011];
    /// `z / (1 + |z|)`.
    Softsign = "softsign", "z / (1 + |z|)",
        value: |z| z / (1.0 + z.abs()),
        derivative: |z, _| 1.0 / ((1.0 + z.abs()) * (1.0 + z.abs())),
        range: [Approached(-1.0), Approached(1.0)], kinks: [], tested: [-0.333_333_333_3, 0.666_666_666_7];
}

/// One end of the values of an activation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RangeEnd {
    /// There is none: values grow without bound.
    Open,
    /// A value that is taken.
    Reached(f64),
    /// A value that is only approached, far from 0: a unit near it has no derivative left.
    Approached(f64),
}

use RangeEnd::{Approached, Open, Reached};

impl RangeEnd {
    /// The value, where there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Open => None,
            Reached(value) | Approached(value) => Some(value),
        }
    }
}

impl Activation {
    /// True where values stay between two ends, so that a signal cannot grow in this function.
    pub fn is_bounded(self) -> bool {
        !self.range().contains(&Open)
    }

    /// The share of values within 0.02 of an end that is only approached; `None` where there is none.
    pub fn saturated_share(self, values: &[f64]) -> Option<f64> {
        let ends = self.range();
        let near = |value: f64, end: &RangeEnd| matches!(end, Approached(end) if (value - end).abs() <= NEAR);
        let saturated = || values.iter().filter(|value| ends.iter().any(|end| near(**value, end))).count();
        let any = ends.iter().any(|end| matches!(end, Approached(_)));
        any.then(|| saturated() as f64 / values.len() as f64)
    }
}

/// A unit this near to an end that its function only approaches counts as saturated.
const NEAR: f64 = 0.02;

/// The derivative of the leaky ReLU below 0 (Maas et al. 2013, and the default of PyTorch).
pub(super) const LEAK: f64 = 0.01;
/// λ and α of the SELU: the values for which mean 0 and variance 1 are a fixed point.
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_3;

named_family!(Activation, "activation");

/// `1 / (1 + e^−z)`; for large `−z` the exponential overflows to infinity and the result is 0.
pub fn sigmoid<T: NdFloat>(z: T) -> T {
    T::one() / (T::one() + (-z).exp())
}

fn normal_cdf<T: NdFloat>(z: T) -> T {
    through_f64(z, |z| 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2))
}

fn normal_density<T: NdFloat>(z: T) -> T {
    through_f64(z, |z| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt())
}

fn through_f64<T: NdFloat>(z: T, f: impl Fn(f64) -> f64) -> T {
    let value = f(z.to_f64().expect("a float is a double"));
    T::from(value).expect("a double is a float, rounded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_match_their_definitions() {
        for &(name, f) in Activation::NAMED {
            let [at_minus_half, at_two] = f.tested();
            assert!((f.value(-0.5) - at_minus_half).abs() < 1e-9, "{name} at -0.5");
            assert!((f.value(2.0) - at_two).abs() < 1e-9, "{name} at 2");
        }
    }

    /// What networks compute, far out and on a fine grid around every minimum, in their own arithmetic.
    #[test]
    fn every_activation_comes_near_the_ends_of_its_range_and_never_crosses_them() {
        let mut z: Vec<Real> = (-200_000..=200_000).map(|i| (f64::from(i) / 50_000.0) as Real).collect();
        z.extend([-1e4, -300.0, -88.0, -20.0, 20.0, 88.0, 300.0, 1e4]);
        for &(name, f) in Activation::NAMED {
            let mut a = vec![0.0; z.len()];
            f.apply(&z, &mut a);
            let a: Vec<f64> = a.into_iter().map(|a| a as f64).collect();
            let lowest = a.iter().copied().fold(f64::INFINITY, f64::min);
            let highest = a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let [low, high] = f.range().map(RangeEnd::value);
            assert!(low.is_none_or(|low| lowest >= low && lowest < low + 2e-4), "{name}: {low:?}, {lowest}");
            assert!(
                high.is_none_or(|high| highest <= high && highest > high - 2e-4),
                "{name}: {high:?}, {highest}"
            );
            assert!(low.is_some() || lowest < -99.0, "{name} has a lower end at {lowest}");
            assert!(high.is_some() || highest > 9_000.0, "{name} has an upper end at {highest}");
        }
    }

    #[test]
    fn saturation_is_known_where_an_end_is_approached() {
        let values = [0.0, 0.019, 0.021, 0.979, 0.981, 1.0];
        assert_eq!(Activation::Sigmoid.saturated_share(&values), Some(4.0 / 6.0));
        assert_eq!(Activation::Tanh.saturated_share(&values), Some(2.0 / 6.0));
        assert_eq!(Activation::Relu.saturated_share(&values), None);
    }

    #[test]
    fn no_activation_hides_a_nan_or_breaks_far_from_zero() {
        for &(name, f) in Activation::NAMED {
            assert!(f.value(f64::NAN).is_nan(), "{name}");
            for z in [-1e4, 1e4] {
                let (a, mut d_z) = ([f.value(z) as Real], [z as Real]);
                f.backpropagate(&[1.0], &a, &mut d_z);
                assert!(a[0].is_finite() && d_z[0].is_finite(), "{name} at {z}");
            }
        }
    }

    #[test]
    fn derivatives_agree_with_difference_quotients() {
        let h: Real = if size_of::<Real>() == 8 { 1e-6 } else { 1e-2 };
        for &(name, f) in Activation::NAMED {
            for z in [-2.3, -0.7, 0.4, 1.9] as [Real; 4] {
                let (below, above) = (f.value((z - h).into()), f.value((z + h).into()));
                let mut d_z = [z];
                f.backpropagate(&[1.0], &[f.value(z.into()) as Real], &mut d_z);
                let quotient = (above - below) / (2.0 * f64::from(h));
                let allowed = if size_of::<Real>() == 8 { 1e-8 } else { 1e-3 };
                assert!((f64::from(d_z[0]) - quotient).abs() < allowed, "{name} at {z}");
            }
        }
    }
}
