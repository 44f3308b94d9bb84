//! Initializers: what a layer's weights and biases are drawn from before training.
//!
//! An [`Init`] is data. Almost every published scheme is one point of the variance-scaling family,
//! `Var[w] = scale / fan` with a choice of fan and distribution; LeCun, Glorot/Xavier and He/Kaiming
//! are names of such points. The others have a structure of their own: orthogonal, identity, sparse,
//! ZerO. Two ask for more than the size of a layer: `critical` for the activation
//! ([`Init::for_activation`]), LSUV for data ([`super::lsuv`]).
//!
//! Read [`distribution`] for the words, this file for what an initializer is, then [`table`] for all there are,
//! [`names`] for the way from a text to one, and [`draw`] for the numbers ([`orthogonal`] and
//! [`structured`] for those that are not drawn one by one).

pub mod distribution;
pub mod draw;
mod named;
pub mod names;
pub mod orthogonal;
pub mod structured;
pub mod table;

pub use distribution::{Distribution, DistributionShape, Fan, Fans};

use super::activation::Activation;
use super::theory::{MeanField, NoCriticalPoint, critical, exact_gain};

/// How a layer's weights come about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weights {
    /// The same distribution in every layer, whatever its size.
    Fixed(Distribution),
    /// `Var[w] = scale / fan`.
    VarianceScaling {
        /// Numerator of the variance.
        scale: f64,
        /// Denominator of the variance.
        fan: Fan,
        /// Shape of the distribution.
        shape: DistributionShape,
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
    /// The distribution of the layer's weights, in draws of their own.
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
/// Its bias variance is 0 where derivatives do not depend on the signal's size (identity, ReLU, leaky ReLU:
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

    /// One distribution for every weight of every layer.
    pub const fn fixed(distribution: Distribution) -> Self {
        Self::of(Weights::Fixed(distribution))
    }

    /// A point of the variance-scaling family.
    pub const fn scaled(scale: f64, fan: Fan, shape: DistributionShape) -> Self {
        Self::of(Weights::VarianceScaling { scale, fan, shape })
    }

    /// The mean-field parametrisation: weights N(0, `sigma_w2` / fan_in), biases N(0, `sigma_b2`).
    pub const fn mean_field(sigma_w2: f64, sigma_b2: f64) -> Self {
        let weights = Self::scaled(sigma_w2, Fan::In, DistributionShape::Normal);
        let biases = if sigma_b2 == 0.0 { Biases::Zero } else { Biases::Normal { variance: sigma_b2 } };
        Self { biases, ..weights }
    }

    /// The weights that hold the size of a signal in layers of one activation: N(0, G²/fan_in), where G² is
    /// 1/E\[f(z)²\] to four decimals.
    ///
    /// ```
    /// use initlab_engine::nn::activation::Activation;
    /// use initlab_engine::nn::init::Init;
    ///
    /// assert_eq!(Init::of_exact_gain(Activation::Relu).to_string(), "He");
    /// assert_eq!(Init::of_exact_gain(Activation::Identity).to_string(), "Xavier");
    /// assert_eq!(Init::of_exact_gain(Activation::Gelu).to_string(), "variance_scaling=2.3517:fan_in:normal");
    /// ```
    pub fn of_exact_gain(activation: Activation) -> Self {
        let scale = (exact_gain(activation).powi(2) * 1e4).round() / 1e4;
        Self::scaled(scale, Fan::In, DistributionShape::Normal)
    }

    /// This initializer for networks with one activation: `critical` becomes the variances of the
    /// activation's [`critical_point`], every other one stays as it is.
    ///
    /// ```
    /// use initlab_engine::nn::{activation::Activation, init::Init};
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

    /// The distribution of the weights of a layer of this size, if they are drawn independently.
    ///
    /// ```
    /// use initlab_engine::nn::init::{Fans, Init};
    ///
    /// let fans = Fans { fan_in: 50, fan_out: 9 };
    /// assert_eq!("He".parse::<Init>().unwrap().distribution(fans).unwrap().std(), 0.2);
    /// assert_eq!("orthogonal".parse::<Init>().unwrap().distribution(fans), None);
    /// ```
    pub fn distribution(&self, fans: Fans) -> Option<Distribution> {
        match self.weights {
            Weights::Fixed(distribution) => Some(distribution),
            Weights::VarianceScaling { scale, fan, shape } => {
                Some(shape.with_std((scale / fan.of(fans)).sqrt()))
            }
            _ => None,
        }
    }

    /// The distribution of the biases of a layer of this size.
    ///
    /// # Panics
    /// If they are to be like weights that have no distribution.
    pub fn bias_distribution(&self, fans: Fans) -> Distribution {
        match self.biases {
            Biases::Zero => Distribution::Constant(0.0),
            Biases::Normal { variance } => Distribution::Normal { std: variance.sqrt() },
            Biases::LikeWeights => self.distribution(fans).expect("weights with a distribution"),
        }
    }

    /// The variances of the weights and of the biases of a layer of this size, if the weights' mean is 0 and their
    /// variance follows from the size alone.
    pub fn variances(&self, fans: Fans) -> Option<(f64, f64)> {
        match self.distribution(fans) {
            Some(Distribution::Constant(value)) if value != 0.0 => None,
            _ => self.target_std(fans).map(|std| (std * std, self.bias_distribution(fans).std().powi(2))),
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
            _ => self.distribution(fans).map(Distribution::std),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_are_those_of_weights_and_biases_and_only_of_laws_around_0() {
        let of = |name: &str| name.parse::<Init>().unwrap().variances(Fans { fan_in: 64, fan_out: 32 });
        assert_eq!(of("std=0.5"), Some((0.25, 0.0)));
        assert_eq!(of("zeros"), Some((0.0, 0.0)));
        assert_eq!(of("orthogonal"), Some((1.0 / 64.0, 0.0)), "64 units of length 1, or as many inputs");
        assert_eq!(["ones", "lsuv"].map(of), [None, None]);
        let (weights, biases) = of("mean_field=2:0.5").unwrap();
        assert!((weights - 2.0 / 64.0).abs() < 1e-15 && (biases - 0.5).abs() < 1e-15);
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
            let sigma_w2 = 100.0 * init.distribution(fans).unwrap().std().powi(2);
            let sigma_b2 = init.bias_distribution(fans).std().powi(2);
            let chi_1 = MeanField { activation, sigma_w2, sigma_b2 }.chi_1();
            assert!((chi_1 - 1.0).abs() < 1e-5, "{name}: {chi_1}");
        }
        assert_eq!(without, ["gelu", "silu", "softplus"]);
    }
}
