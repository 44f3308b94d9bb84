//! The sizes of a layer, and the distributions its numbers are drawn from.

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
pub enum DistributionShape {
    /// Normal, untruncated.
    Normal,
    /// Normal, cut at two standard deviations of the uncut one and widened to have the asked-for std.
    Truncated,
    /// Uniform between −b and b.
    Uniform,
}

impl DistributionShape {
    /// Every distribution with its name.
    pub const NAMED: &[(&'static str, Self)] =
        &[("normal", Self::Normal), ("truncated", Self::Truncated), ("uniform", Self::Uniform)];

    /// The distribution of this shape that has a given standard deviation.
    pub fn with_std(self, std: f64) -> Distribution {
        match self {
            Self::Normal => Distribution::Normal { std },
            Self::Truncated => Distribution::Truncated { std },
            Self::Uniform => Distribution::Uniform { bound: 3f64.sqrt() * std },
        }
    }
}

/// A distribution from which numbers can be drawn one by one, independently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
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

impl Distribution {
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
}
