//! Activation functions and their derivatives, one row each.
//!
//! Every row stands in the table at the bottom of this header's macro call: name, value, derivative.
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
    ($($(#[$doc:meta])* $variant:ident = $name:literal, value: $value:expr, derivative: $derivative:expr;)*) => {
        /// An elementwise activation function `f`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Activation { $($(#[$doc])* $variant,)* }

        impl Activation {
            /// Every activation with its name in files and on the command line.
            pub const NAMED: &[(&'static str, Self)] = &[$(($name, Self::$variant),)*];

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
    Identity = "identity", value: |z| z, derivative: |_, _| 1.0;
    /// `1 / (1 + e^−z)`.
    Sigmoid = "sigmoid", value: sigmoid, derivative: |_, a| a * (1.0 - a);
    /// `(e^z − e^−z) / (e^z + e^−z)`.
    Tanh = "tanh", value: Number::tanh, derivative: |_, a| 1.0 - a * a;
    /// `max(z, 0)`.
    Relu = "relu", value: |z| if z < 0.0 { 0.0 } else { z }, derivative: |z, _| if z > 0.0 { 1.0 } else { 0.0 };
    /// `z` above 0, `0.01 z` below.
    LeakyRelu = "leaky_relu", value: |z| if z > 0.0 { z } else { LEAK as Number * z }, derivative: |z, _| if z > 0.0 { 1.0 } else { LEAK as Number };
    /// `z` above 0, `e^z − 1` below (Clevert et al. 2015).
    Elu = "elu", value: |z| if z > 0.0 { z } else { z.exp_m1() }, derivative: |z, a| if z > 0.0 { 1.0 } else { a + 1.0 };
    /// `λ z` above 0, `λ α (e^z − 1)` below (Klambauer et al. 2017).
    Selu = "selu", value: |z| SELU_SCALE as Number * if z > 0.0 { z } else { SELU_ALPHA as Number * z.exp_m1() },
        derivative: |z, a| if z > 0.0 { SELU_SCALE as Number } else { a + SELU_SCALE as Number * SELU_ALPHA as Number };
    /// `z Φ(z)` with the exact normal distribution function (Hendrycks & Gimpel 2016).
    Gelu = "gelu", value: |z| z * normal_cdf(z), derivative: |z, _| normal_cdf(z) + z * normal_density(z);
    /// `z / (1 + e^−z)`, also called swish.
    Silu = "silu", value: |z| z * sigmoid(z), derivative: |z, a| sigmoid(z) * (1.0 - a) + a;
    /// `ln(1 + e^z)`.
    Softplus = "softplus", value: |z| z.max(0.0) + (-z.abs()).exp().ln_1p(), derivative: |z, _| sigmoid(z);
    /// `z / (1 + |z|)`.
    Softsign = "softsign", value: |z| z / (1.0 + z.abs()), derivative: |z, _| 1.0 / ((1.0 + z.abs()) * (1.0 + z.abs()));
}

/// The derivative of the leaky ReLU below 0 (Maas et al. 2013, and the default of PyTorch).
pub(super) const LEAK: f64 = 0.01;
/// λ and α of the SELU: the values for which mean 0 and variance 1 are a fixed point.
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_3;

impl Activation {
    /// The points at which the derivative jumps: a difference quotient across one means nothing.
    pub fn kinks(self) -> &'static [f64] {
        match self {
            Self::Relu | Self::LeakyRelu | Self::Selu => &[0.0],
            _ => &[],
        }
    }
}

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

    /// `value` at one point per side of 0, from the definitions, by a calculator with 10 digits.
    #[test]
    fn values_match_their_definitions() {
        let table = [
            ("identity", -0.5, 2.0),
            ("sigmoid", 0.377_540_668_8, 0.880_797_078),
            ("tanh", -0.462_117_157_3, 0.964_027_580_1),
            ("relu", 0.0, 2.0),
            ("leaky_relu", -0.005, 2.0),
            ("elu", -0.393_469_340_3, 2.0),
            ("selu", -0.691_758_142_4, 2.101_401_974_7),
            ("gelu", -0.154_268_769_4, 1.954_499_736_1),
            ("silu", -0.188_770_334_4, 1.761_594_156),
            ("softplus", 0.474_076_984_2, 2.126_928_011),
            ("softsign", -0.333_333_333_3, 0.666_666_666_7),
        ];
        assert_eq!(table.len(), Activation::NAMED.len());
        for (name, at_minus_half, at_two) in table {
            let f: Activation = name.parse().unwrap();
            assert!((f.value(-0.5) - at_minus_half).abs() < 1e-6, "{name} at -0.5");
            assert!((f.value(2.0) - at_two).abs() < 1e-6, "{name} at 2");
        }
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
