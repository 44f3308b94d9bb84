//! Signal propagation in infinitely wide networks: what an initializer will do, before any is built.
//!
//! With weights N(0, σ_w²/fan_in), biases N(0, σ_b²) and very wide layers, pre-activations are
//! normal, and two numbers describe a layer: their second moment `q`, and the correlation `c` of two
//! examples. Both follow a map from layer to layer (Poole et al. 2016), whose fixed points and derivatives
//! say whether signals and gradients vanish, explode or survive, and over which depth (Schoenholz et
//! al. 2017). Nothing here looks at a finite network; everything is double precision in every build.
//!
//! Read [`second_moment`] and [`next_q`] first, then [`MeanField`], then [`critical`].

use super::activation::{Activation, LEAK};
use super::quadrature::{normal_mean, normal_pair_mean};

/// E[f(√q z)²], z ~ N(0, 1): the second moment of activations whose pre-activations have second
/// moment `q`.
///
/// ```
/// use initlab_engine::nn::{activation::Activation, theory::second_moment};
/// assert!((second_moment(Activation::Relu, 3.0) - 1.5).abs() < 1e-12);
/// ```
pub fn second_moment(activation: Activation, q: f64) -> f64 {
    let spread = q.sqrt();
    normal_mean(|z| activation.value(spread * z).powi(2))
}

/// E[f′(√q z)²], z ~ N(0, 1): what a layer does to the second moment of a gradient, but for σ_w².
///
/// At `q` = 0 this is the limit from above: 1/2 for ReLU, whose derivative jumps there.
pub fn derivative_moment(activation: Activation, q: f64) -> f64 {
    let spread = q.max(f64::MIN_POSITIVE).sqrt();
    normal_mean(|z| activation.derivative(spread * z).powi(2))
}

/// The second moment of the next layer's pre-activations: σ_w² E[f(√q z)²] + σ_b² (Poole et al.
/// 2016, eq. 3).
pub fn next_q(activation: Activation, sigma_w2: f64, sigma_b2: f64, q: f64) -> f64 {
    sigma_w2 * second_moment(activation, q) + sigma_b2
}

/// The gain g = 1/√E[f(z)²] for which weights of variance g²/fan_in keep the second moment of
/// pre-activations at 1.
pub fn exact_gain(activation: Activation) -> f64 {
    second_moment(activation, 1.0).sqrt().recip()
}

/// The gain of PyTorch's `torch.nn.init.calculate_gain`, for the activations it knows.
///
/// Its tanh and SELU are choices of practice, not the gains that keep the second moment at 1.
pub fn pytorch_gain(activation: Activation) -> Option<f64> {
    match activation {
        Activation::Identity | Activation::Sigmoid => Some(1.0),
        Activation::Tanh => Some(5.0 / 3.0),
        Activation::Relu => Some(2f64.sqrt()),
        Activation::LeakyRelu => Some((2.0 / (1.0 + LEAK * LEAK)).sqrt()),
        Activation::Selu => Some(0.75),
        _ => None,
    }
}

/// An infinitely wide network: its activation and the variances of its weights and biases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanField {
    /// The function of every layer.
    pub activation: Activation,
    /// σ_w²: fan_in times the variance of a weight.
    pub sigma_w2: f64,
    /// σ_b²: the variance of a bias.
    pub sigma_b2: f64,
}

/// A second moment above this counts as infinite, and infinity is looked at from here.
const LARGE: f64 = 1e12;
/// A second moment below this counts as 0.
const SMALL: f64 = 1e-12;
/// A map that moves a number by less than this share of it leaves it where it is: the quadrature is
/// exact to about 1e-14.
const STILL: f64 = 1e-13;

impl MeanField {
    /// The second moment of the next layer's pre-activations ([`next_q`]).
    pub fn next_q(&self, q: f64) -> f64 {
        next_q(self.activation, self.sigma_w2, self.sigma_b2, q)
    }

    /// q*: the second moment that [`MeanField::next_q`], applied again and again from 1, leads to.
    ///
    /// It may be 0 (the signal dies) or infinite (it explodes). Where every `q` stays as it is, as
    /// for ReLU with σ_w² = 2 and σ_b² = 0, it is 1.
    pub fn fixed_q(&self) -> f64 {
        let drift = |q: f64| self.next_q(q) / q - 1.0;
        let start = drift(1.0);
        if start.abs() < STILL {
            return 1.0;
        }
        let factor = if start > 0.0 { 2.0 } else { 0.5 };
        let mut q = 1.0;
        // Near a fixed point at infinity (ReLU, σ_w² = 2, biases) the drift drowns in rounding: only a
        // drift back that is more than that is a turn.
        while drift(q) * start.signum() > -STILL {
            q *= factor;
            if q > LARGE {
                return f64::INFINITY;
            }
            if q < SMALL {
                return 0.0;
            }
        }
        crossing(q / factor, q, drift)
    }

    /// χ₁ = σ_w² E[f′(√q* z)²]: the factor by which one layer multiplies the second moment of a
    /// gradient, and the derivative of the correlation map at 1 (Poole et al. 2016, eq. 6). Below 1 gradients
    /// vanish (the ordered phase), above they explode (chaos).
    pub fn chi_1(&self) -> f64 {
        self.chi_1_at(self.fixed_q())
    }

    fn is_critical(&self) -> bool {
        let q = self.fixed_q();
        q.is_finite() && (self.chi_1_at(q) - 1.0).abs() < 1e-8
    }

    fn chi_1_at(&self, q: f64) -> f64 {
        self.sigma_w2 * derivative_moment(self.activation, q.min(LARGE))
    }

    /// The next layer's correlation of two examples whose pre-activations have second moment `q` and
    /// correlation `c` (Poole et al. 2016, eq. 5).
    pub fn next_correlation(&self, q: f64, c: f64) -> f64 {
        let (q, f) = (q.clamp(SMALL, LARGE), self.activation);
        let spread = q.sqrt();
        let product = normal_pair_mean(c, spread, |x, y| f.value(spread * x) * f.value(spread * y));
        (self.sigma_w2 * product + self.sigma_b2) / self.next_q(q)
    }

    /// c*: the correlation that two different examples end up with.
    ///
    /// The correlation map is a power series in `c` with coefficients of which none is negative
    /// (Hermite's), so it is convex on [0, 1]: if its derivative at 1 is at most 1, all correlations lead
    /// to 1; otherwise there is exactly one stable point below. Where every correlation stays as it
    /// is (no activation, no biases), it is 1.
    pub fn fixed_correlation(&self) -> f64 {
        let q = self.fixed_q().clamp(SMALL, LARGE);
        let slope_at_1 = self.chi_1_at(q) * q / self.next_q(q);
        if slope_at_1 < 1.0 + 1e-9 {
            return 1.0;
        }
        let drift = |c| self.next_correlation(q, c) - c;
        // The map of 0 is never negative: what is there below this is rounding, and 0 stays 0 (an odd activation).
        if drift(0.0) < 1e-12 { 0.0 } else { crossing(0.0, 1.0 - 1e-12, drift) }
    }

    /// ξ_c: over this many layers the distance of a correlation from c* shrinks by a factor of e;
    /// −1/ln(σ_w² E[f′(u₁) f′(u₂)]) at q* and c* (Schoenholz et al. 2017, the depth scale of
    /// correlations).
    ///
    /// Infinite on the critical line. Where q* is 0 or infinite it is the depth scale of the distance
    /// between two signals, which shrinks or grows with the signals themselves.
    pub fn correlation_depth(&self) -> f64 {
        let (q, c) = (self.fixed_q().clamp(SMALL, LARGE), self.fixed_correlation());
        let (spread, f) = (q.sqrt(), self.activation);
        let chi = if 1.0 - c < ROUNDING {
            self.chi_1_at(q)
        } else {
            self.sigma_w2
                * normal_pair_mean(c, spread, |x, y| f.derivative(spread * x) * f.derivative(spread * y))
        };
        depth(chi)
    }

    /// ξ_∇ = 1/|ln χ₁|: over this many layers a gradient's second moment changes by a factor of e
    /// (Schoenholz et al. 2017, the depth scale of gradients). Infinite on the critical line.
    pub fn gradient_depth(&self) -> f64 {
        depth(self.chi_1())
    }
}

/// A correlation this close to 1 is 1: what is missing comes from integrals that are rounded.
const ROUNDING: f64 = 1e-9;

fn depth(chi: f64) -> f64 {
    let rate = chi.ln().abs();
    if rate < 1e-12 { f64::INFINITY } else { rate.recip() }
}

/// The error of an activation that has no critical point at a bias variance.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "{activation} has no critical point at bias variance {sigma_b2}: at no weight variance do gradients \
     keep their size while signals settle"
)]
pub struct NoCriticalPoint {
    /// The activation.
    pub activation: Activation,
    /// σ_b².
    pub sigma_b2: f64,
}

/// The network on the edge of chaos with this bias variance: σ_w² such that χ₁ = 1 at its q*.
///
/// With `σ_w² = 1/E[f′²]` the fixed point asks for `q = E[f²]/E[f′²] + σ_b²`, one equation for `q`,
/// whose solution must also be the q* that the network really goes to.
///
/// ```
/// use initlab_engine::nn::{activation::Activation, theory::critical};
/// let sigma_w2 = |f, sigma_b2| critical(f, sigma_b2).unwrap().sigma_w2;
/// assert!((sigma_w2(Activation::Relu, 0.0) - 2.0).abs() < 1e-12);
/// assert!((sigma_w2(Activation::Tanh, 0.05) - 1.760_955).abs() < 1e-6);
/// assert!(critical(Activation::Softplus, 0.0).is_err());
/// ```
pub fn critical(activation: Activation, sigma_b2: f64) -> Result<MeanField, NoCriticalPoint> {
    let surplus =
        |q: f64| 1.0 - (second_moment(activation, q) / derivative_moment(activation, q) + sigma_b2) / q;
    let at = |q: f64| MeanField { activation, sigma_w2: derivative_moment(activation, q).recip(), sigma_b2 };
    let grid: Vec<(f64, f64)> = (-20..20).map(|k| 2f64.powi(k)).map(|q| (q, surplus(q))).collect();
    let crossings = grid.windows(2).filter(|pair| pair[0].1 < 0.0 && pair[1].1 >= 0.0);
    let points = crossings.map(|pair| at(crossing(pair[0].0, pair[1].0, surplus)));
    let mut candidates = std::iter::once(at(0.0)).chain(points);
    candidates.find(MeanField::is_critical).ok_or(NoCriticalPoint { activation, sigma_b2 })
}

/// Where `f` changes its sign between `from` and `to`, by halving; the sign at `from` is not that at
/// `to`.
fn crossing(mut from: f64, mut to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let start = f(from);
    for _ in 0..60 {
        let middle = f64::midpoint(from, to);
        if middle == from || middle == to {
            break;
        }
        if f(middle) * start > 0.0 { from = middle } else { to = middle }
    }
    f64::midpoint(from, to)
}

#[cfg(test)]
mod tests;
