//! The values of one hidden layer, forward and back, and statistics of them.

use crate::Real;
use crate::nn::names::named_family;
use crate::stats::{mean, quantile, rms, standard_deviation};
use ndarray::{Array2, ArrayView2};

/// The values of one hidden layer for a batch, as a [`Probe`](super::probe::Probe) captures them.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerValues {
    /// Activations `(samples, units)`.
    pub activation: Array2<Real>,
    /// Gradient with respect to the activations `(samples, units)`.
    pub d_activation: Array2<Real>,
    /// Gradient with respect to the weights `(fan_in, units)`, summed over the samples.
    pub d_weight: Array2<Real>,
}

/// A quantity that is measured in each layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// The activations.
    Activation,
    /// The gradient with respect to the activations.
    DActivation,
    /// The gradient with respect to the weights that enter the units.
    DWeight,
}

impl Quantity {
    /// Every quantity with its name in files.
    pub const NAMED: &[(&'static str, Self)] =
        &[("activation", Self::Activation), ("d_activation", Self::DActivation), ("d_weight", Self::DWeight)];

    /// Its name in formulas: `activations`, `dL/da`, `dL/dW`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Activation => "activations",
            Self::DActivation => "dL/da",
            Self::DWeight => "dL/dW",
        }
    }

    /// Its values `(samples or fan_in, units)`.
    pub fn of(self, values: &LayerValues) -> &Array2<Real> {
        match self {
            Self::Activation => &values.activation,
            Self::DActivation => &values.d_activation,
            Self::DWeight => &values.d_weight,
        }
    }
}

named_family!(Quantity, "quantity");

/// The values of an array, row by row, in double precision.
pub fn numbers(array: &ArrayView2<Real>) -> Vec<f64> {
    array.iter().map(|number| f64::from(*number)).collect()
}

/// Statistics of the values of one quantity of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueStatistics {
    /// Mean of all values.
    pub mean: f64,
    /// Standard deviation of all values.
    pub std: f64,
    /// Root of their mean square.
    pub rms: f64,
    /// 98th percentile (Glorot & Bengio 2010, fig. 3).
    pub percentile_98: f64,
    /// Share that is exactly 0, from 0 to 1.
    pub zero: f64,
    /// Standard deviation of a row (of all units, for one example), averaged over the rows.
    pub spread: f64,
    /// Standard deviation of a column (of one unit, over the examples), averaged over the columns.
    pub spread_of_examples: f64,
}

impl ValueStatistics {
    /// Measures values in rows of `units`: `(samples or fan_in, units)`, row by row, at least one row.
    ///
    /// ```
    /// use initlab_engine::train::layer_values::ValueStatistics;
    ///
    /// let values = ValueStatistics::of(&[0.0, 2.0, 2.0, 4.0], 2);
    /// assert_eq!((values.mean, values.zero), (2.0, 0.25));
    /// assert_eq!(values.spread, 2f64.sqrt()); // of 0 and 2, and of 2 and 4
    /// ```
    pub fn of(values: &[f64], units: usize) -> Self {
        Self {
            mean: mean(values),
            std: standard_deviation(values),
            rms: rms(values),
            percentile_98: quantile(values, 0.98),
            zero: share(values, |value| value == 0.0),
            spread: mean(&values.chunks(units).map(standard_deviation).collect::<Vec<_>>()),
            spread_of_examples: mean(
                &(0..units).map(|unit| spread_of(values, unit, units)).collect::<Vec<_>>(),
            ),
        }
    }
}

/// The spread of one column.
fn spread_of(values: &[f64], unit: usize, units: usize) -> f64 {
    standard_deviation(&values[unit..].iter().step_by(units).copied().collect::<Vec<_>>())
}

/// The share of values that count, from 0 to 1.
fn share(values: &[f64], counts: impl Fn(f64) -> bool) -> f64 {
    values.iter().filter(|value| counts(**value)).count() as f64 / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three examples of two units, worked out by hand.
    #[test]
    fn statistics_tell_units_from_examples() {
        let found = ValueStatistics::of(&[1.0, 3.0, 1.0, 3.0, 1.0, 0.0], 2);
        assert_eq!((found.mean, found.zero), (1.5, 1.0 / 6.0));
        let (of_row, of_last_row) = (2.0_f64.sqrt(), 0.5_f64.sqrt());
        assert!((found.spread - (2.0 * of_row + of_last_row) / 3.0).abs() < 1e-15);
        assert!((found.spread_of_examples - 3.0_f64.sqrt() / 2.0).abs() < 1e-15);
    }
}
