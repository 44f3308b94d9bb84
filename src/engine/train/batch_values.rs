//! The values of one layer for a whole batch, whatever blocks it was computed in.
//!
//! A trainer computes a batch in blocks of rows; here they follow each other in the order of the batch.

use super::step::Trainer;
use crate::Real;
use crate::nn::rows::RowBlock;
use crate::stats::standard_deviation;
use ndarray::{Array2, ArrayView2};

/// Values `(rows, units)` of a layer, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchValues {
    /// Units of the layer.
    pub units: usize,
    /// The values.
    pub values: Vec<f64>,
}

impl BatchValues {
    /// Pre-activations of a layer, from 0, until a gradient passes.
    pub fn signal(trainer: &Trainer, layer: usize) -> Self {
        let units = trainer.network().spans[layer].fans.fan_out;
        Self::collect(trainer, units, |block| block.z(layer, units))
    }

    /// Activations of a hidden layer.
    pub fn activations(trainer: &Trainer, layer: usize) -> Self {
        let units = trainer.network().spans[layer].fans.fan_out;
        Self::collect(trainer, units, |block| block.layers[layer].a.view(block.rows(), units))
    }

    fn collect<'a>(
        trainer: &'a Trainer,
        units: usize,
        view: impl Fn(&'a RowBlock) -> ArrayView2<'a, Real>,
    ) -> Self {
        let mut values = Vec::with_capacity(trainer.batch_size() * units);
        for block in trainer.blocks() {
            values.extend(view(block).iter().map(|value| f64::from(*value)));
        }
        Self { units, values }
    }

    /// The values of one unit over the rows.
    fn column(&self, unit: usize) -> Vec<f64> {
        self.values[unit..].iter().step_by(self.units).copied().collect()
    }

    /// The standard deviation of each unit over the rows.
    pub fn spreads(&self) -> Vec<f64> {
        (0..self.units).map(|unit| standard_deviation(&self.column(unit))).collect()
    }

    /// The root mean square of all units' spreads over the rows.
    pub fn spread(&self) -> f64 {
        crate::stats::rms(&self.spreads())
    }

    /// The share of units that are 0 in every row.
    pub fn dead_share(&self) -> f64 {
        let is_dead =
            |unit: &usize| self.values[*unit..].iter().step_by(self.units).all(|value| *value == 0.0);
        (0..self.units).filter(is_dead).count() as f64 / self.units as f64
    }

    /// The values `(rows, units)` in the networks' precision, each unit's mean over the rows taken off, and
    /// the means.
    pub fn centered(&self) -> (Array2<Real>, Vec<f64>) {
        let rows = self.values.len() / self.units;
        let mut means = vec![0.0; self.units];
        for row in self.values.chunks(self.units) {
            means.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / rows as f64);
        }
        let at = |(row, unit): (usize, usize)| (self.values[row * self.units + unit] - means[unit]) as Real;
        (Array2::from_shape_fn((rows, self.units), at), means)
    }
}
