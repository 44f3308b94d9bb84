//! Initializers: what a layer's weights and biases are drawn from before training.
//!
//! An [`Init`] is data. Almost every published scheme is one point of the variance-scaling family,
//! `Var[w] = scale / fan` with a choice of fan and distribution; LeCun, Glorot/Xavier and He/Kaiming
//! are names of such points. The others have a structure of their own: orthogonal, identity, sparse,
//! ZerO. Two ask for more than the size of a layer: `critical` for the activation
//! ([`Init::for_activation`]), LSUV for data ([`super::lsuv`]).
//!
//! Read this file for what an initializer is, then [`table`] for all there are, [`names`] for the way
//! from a text to one, and [`draw`] for the numbers ([`orthogonal`] and [`structured`] for those that
//! are not drawn one by one).

pub mod draw;
pub mod names;
pub mod orthogonal;
pub mod structured;
pub mod table;

use super::activation::Activation;
use super::theory::{MeanField, NoCriticalPoint, critical};

/// Inputs and outputs of a layer: how many numbers enter a unit and how many units there are.
///
/// Always this struct, never two bare numbers: swapping them goes unnoticed in square layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fans {
    /// Numbers that enter each unit.
    pub fan_in: usize,
    /// Units of the layer.
    pub fan_out: usize,
}

/// Which of a layer's sizes divides the variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fan {
    /// `fan_in`: keeps the forward signal's variance (LeCun 1998, He 2015 eq. 10).
    In,
    /// `fan_out`: keeps the backward signal's variance (He 2015 eq. 14).
    Out,
    /// `(fan_in + fan_out) / 2`: the compromise of Glorot & Bengio 2010, eq. 12.
    Average,
    /// `√(fan_in · fan_out)`.
    Geometric,
}

impl Fan {
    /// Every fan with its name.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("fan_in", Self::In),
        ("fan_out", Self::Out),
        ("fan_avg", Self::Average),
        ("fan_geo", Self::Geometric),
    ];

    /// The number by which the variance is divided.
    pub fn of(self, fans: Fans) -> f64 {
        let (fan_in, fan_out) = (fans.fan_in as f64, fans.fan_out as f64);
        match self {
            Self::In => fan_in,
            Self::Out => fan_out,
            Self::Average => f64::midpoint(fan_in, fan_out),
            Self::Geometric => (fan_in * fan_out).sqrt(),
        }
    }
}

/// The shape of a distribution of mean 0, apart from its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Normal, untruncated.
    Normal,
    /// Normal, cut at two standard deviations of the uncut one and widened to have the asked-for std.
    Truncated,
    /// Uniform between −b and b.
    Uniform,
}

impl Distribution {
    /// Every distribution with its name.
    pub const NAMED: &[(&'static str, Self)] =
        &[("normal", Self::Normal), ("truncated", Self::Truncated), ("uniform", Self::Uniform)];

    /// The law of this shape that has a given standard deviation.
    pub fn with_std(self, std: f64) -> Law {
        match self {
            Self::Normal => Law::Normal { std },
            Self::Truncated => Law::Truncated { std },
            Self::Uniform => Law::Uniform { bound: 3f64.sqrt() * std },
        }
    }
}

/// A distribution from which numbers can be drawn one by one, independently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Always the same value.
    Constant(f64),
    /// N(0, std²).
    Normal {
        /// Standard deviation.
        std: f64,
    },
    /// N(0, σ₀²) cut at ±2σ₀, with σ₀ such that what remains has this standard deviation.
    Truncated {
        /// Standard deviation after the cut.
        std: f64,
    },
    /// U(−bound, bound).
    Uniform {
        /// The largest absolute value.
        bound: f64,
    },
}

/// Standard deviation of a standard normal cut at ±2: √(1 − 2 t) with t = 2φ(2)/(2Φ(2) − 1).
pub const STD_OF_NORMAL_CUT_AT_2: f64 = 0.879_625_661_034_239_8;

impl Law {
    /// The standard deviation of a draw.
    pub fn std(self) -> f64 {
        match self {
            Self::Constant(_) => 0.0,
            Self::Normal { std } | Self::Truncated { std } => std,
            Self::Uniform { bound } => bound / 3f64.sqrt(),
        }
    }

    /// The largest absolute value a draw can have, where there is one.
    pub fn bound(self) -> Option<f64> {
        match self {
            Self::Constant(value) => Some(value.abs()),
            Self::Normal { .. } => None,
            Self::Truncated { std } => Some(2.0 * std / STD_OF_NORMAL_CUT_AT_2),
            Self::Uniform { bound } => Some(bound),
        }
    }

    /// Kurtosis `E[x⁴]/E[x²]²` of a draw; a constant has none.
    pub fn kurtosis(self) -> Option<f64> {
        match self {
            Self::Constant(_) => None,
            Self::Normal { .. } => Some(3.0),
            Self::Truncated { .. } => Some(KURTOSIS_OF_NORMAL_CUT_AT_2),
            Self::Uniform { .. } => Some(1.8),
        }
    }
}

/// `E[x⁴]/E[x²]²` of a normal cut at ±2: with t = 2φ(2)/(2Φ(2) − 1), (3 − 14 t)/(1 − 2 t)².
const KURTOSIS_OF_NORMAL_CUT_AT_2: f64 = 2.365_536_717;

/// How a layer's weights come about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weights {
    /// The same law in every layer, whatever its size.
    Fixed(Law),
    /// `Var[w] = scale / fan`.
    VarianceScaling {
        /// Numerator of the variance.
        scale: f64,
        /// Denominator of the variance.
        fan: Fan,
        /// Shape of the distribution.
        distribution: Distribution,
    },
    /// Columns (or rows, where there are fewer) that are orthogonal and of this length.
    Orthogonal {
        /// The length.
        gain: f64,
    },
    /// This number on the diagonal, zeros elsewhere.
    Identity {
        /// The number.
        gain: f64,
    },
    /// N(0, 0.01²), but for a share of each unit's inputs, chosen at random, whose weight is zero.
    Sparse {
        /// The share, from 0 to below 1.
        sparsity: f64,
    },
    /// Partial identity where a layer has at most as many units as inputs, else part of a Hadamard
    /// matrix.
    ZeroHadamard,
    /// Normal, of the variance that the activation's critical point asks for; see
    /// [`Init::for_activation`].
    Critical,
}

/// How a layer's biases come about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Biases {
    /// All zero.
    Zero,
    /// N(0, variance), whatever the layer's size.
    Normal {
        /// The variance.
        variance: f64,
    },
    /// The law of the layer's weights, in draws of their own.
    LikeWeights,
}

/// A complete initializer: data, not code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Init {
    /// How the weights come about.
    pub weights: Weights,
    /// How the biases come about.
    pub biases: Biases,
    /// Whether each layer is then scaled until its pre-activations on a batch have variance 1: the
    /// second step of LSUV, which needs data and therefore stands in [`super::lsuv`].
    pub needs_data: bool,
}

/// The critical point that the preset `critical` takes for an activation.
///
/// Its bias variance is 0 where slopes do not depend on the signal's size (identity, ReLU, leaky ReLU:
/// with biases these have no critical point) and elsewhere 0.05, the value of Schoenholz et al. 2017.
pub fn critical_point(activation: Activation) -> Result<MeanField, NoCriticalPoint> {
    let sigma_b2 = match activation {
        Activation::Identity | Activation::Relu | Activation::LeakyRelu => 0.0,
        _ => 0.05,
    };
    critical(activation, sigma_b2)
}

impl Init {
    /// Weights with biases of zero.
    pub const fn of(weights: Weights) -> Self {
        Self { weights, biases: Biases::Zero, needs_data: false }
    }

    /// One law for every weight of every layer.
    pub const fn fixed(law: Law) -> Self {
        Self::of(Weights::Fixed(law))
    }

    /// A point of the variance-scaling family.
    pub const fn scaled(scale: f64, fan: Fan, distribution: Distribution) -> Self {
        Self::of(Weights::VarianceScaling { scale, fan, distribution })
    }

    /// The mean-field parametrisation: weights N(0, `sigma_w2` / fan_in), biases N(0, `sigma_b2`).
    pub const fn mean_field(sigma_w2: f64, sigma_b2: f64) -> Self {
        let weights = Self::scaled(sigma_w2, Fan::In, Distribution::Normal);
        let biases = if sigma_b2 == 0.0 { Biases::Zero } else { Biases::Normal { variance: sigma_b2 } };
        Self { biases, ..weights }
    }

    /// This initializer for networks with one activation: `critical` becomes the variances of the
    /// activation's [`critical_point`], every other one stays as it is.
    ///
    /// ```
    /// use initlab::nn::{activation::Activation, init::Init};
    ///
    /// let critical: Init = "critical".parse().unwrap();
    /// let for_tanh = critical.for_activation(Activation::Tanh).unwrap();
    /// assert!(for_tanh.to_string().starts_with("mean_field=1.76095"));
    /// assert!(critical.for_activation(Activation::Softplus).is_err());
    /// ```
    pub fn for_activation(self, activation: Activation) -> Result<Self, NoCriticalPoint> {
        if self.weights != Weights::Critical {
            return Ok(self);
        }
        let MeanField { sigma_w2, sigma_b2, .. } = critical_point(activation)?;
        Ok(Self::mean_field(sigma_w2, sigma_b2))
    }

    /// The law of the weights of a layer of this size, if they are drawn independently.
    ///
    /// ```
    /// use initlab::nn::init::{Fans, Init};
    ///
    /// let fans = Fans { fan_in: 50, fan_out: 9 };
    /// assert_eq!("He".parse::<Init>().unwrap().law(fans).unwrap().std(), 0.2);
    /// assert_eq!("orthogonal".parse::<Init>().unwrap().law(fans), None);
    /// ```
    pub fn law(&self, fans: Fans) -> Option<Law> {
        match self.weights {
            Weights::Fixed(law) => Some(law),
            Weights::VarianceScaling { scale, fan, distribution } => {
                Some(distribution.with_std((scale / fan.of(fans)).sqrt()))
            }
            _ => None,
        }
    }

    /// The law of the biases of a layer of this size.
    ///
    /// # Panics
    /// If they are to be like weights that have no law.
    pub fn bias_law(&self, fans: Fans) -> Law {
        match self.biases {
            Biases::Zero => Law::Constant(0.0),
            Biases::Normal { variance } => Law::Normal { std: variance.sqrt() },
            Biases::LikeWeights => self.law(fans).expect("weights with a law"),
        }
    }

    /// The root mean square that the weights of a layer of this size are meant to have, if it follows
    /// from the size alone: not for LSUV, nor for `critical` before its activation is known.
    pub fn target_std(&self, fans: Fans) -> Option<f64> {
        let (fan_in, fan_out) = (fans.fan_in as f64, fans.fan_out as f64);
        match self.weights {
            _ if self.needs_data => None,
            Weights::Orthogonal { gain } => Some(gain / fan_in.max(fan_out).sqrt()),
            Weights::Sparse { sparsity } => {
                let zeros = structured::zeros_per_unit(sparsity, fans.fan_in) as f64;
                Some(structured::STD_OF_SPARSE * (1.0 - zeros / fan_in).sqrt())
            }
            _ => self.law(fans).map(Law::std),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_the_cut_normal_follow_from_their_integrals() {
        let (steps, h) = (400_000, 4.0 / 400_000.0);
        let moment = |power: i32| -> f64 {
            let density = |x: f64| x.powi(power) * (-0.5 * x * x).exp();
            (0..steps).map(|i| density(-2.0 + (f64::from(i) + 0.5) * h) * h).sum()
        };
        let (mass, second, fourth) = (moment(0), moment(2), moment(4));
        assert!(((second / mass).sqrt() - STD_OF_NORMAL_CUT_AT_2).abs() < 1e-10);
        let kurtosis = fourth * mass / (second * second);
        assert!((kurtosis - KURTOSIS_OF_NORMAL_CUT_AT_2).abs() < 1e-8, "{kurtosis}");
    }

    #[test]
    fn every_fan_takes_its_own_sizes() {
        let fans = Fans { fan_in: 4, fan_out: 16 };
        let sizes: Vec<f64> = Fan::NAMED.iter().map(|(_, fan)| fan.of(fans)).collect();
        assert_eq!(sizes, [4.0, 16.0, 10.0, 8.0]);
    }

    #[test]
    fn critical_networks_neither_shrink_nor_blow_up_gradients() {
        let critical: Init = "critical".parse().unwrap();
        let mut without = Vec::new();
        for &(name, activation) in Activation::NAMED {
            let Ok(init) = critical.for_activation(activation) else {
                without.push(name);
                continue;
            };
            let fans = Fans { fan_in: 100, fan_out: 10 };
            let sigma_w2 = 100.0 * init.law(fans).unwrap().std().powi(2);
            let sigma_b2 = init.bias_law(fans).std().powi(2);
            let chi_1 = MeanField { activation, sigma_w2, sigma_b2 }.chi_1();
            assert!((chi_1 - 1.0).abs() < 1e-5, "{name}: {chi_1}");
        }
        assert_eq!(without, ["gelu", "silu", "softplus"]);
    }
}
