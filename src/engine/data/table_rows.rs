//! The rows of a table as numbers, and the examples that they become: which to learn from, which to test on.

use ndarray::Array2;

use super::split::{Split, Standardization};
use crate::Real;
use crate::nn::inputs::{Examples, Inputs};

/// The rows of a table whose test examples are not named: every seed sets others apart.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRows {
    /// `(rows, width)`, row by row; NaN for a gap, else finite.
    pub numbers: Vec<f64>,
    /// Numbers per row.
    pub width: usize,
    /// The class of each row.
    pub classes: Vec<u8>,
}

impl TableRows {
    /// The examples to learn from and those to test on, in the columns' scales over the former: there each has mean 0 and standard
    /// deviation 1. A number that overflows then is infinite.
    ///
    /// ```
    /// use initlab_engine::data::split::Split;
    /// use initlab_engine::data::table_rows::TableRows;
    /// use initlab_engine::nn::inputs::Inputs;
    ///
    /// let rows = TableRows { numbers: vec![1.0, 2.0, 3.0], width: 1, classes: vec![0, 1, 0] };
    /// let split = Split { train: vec![0, 2], test: vec![1] };
    /// let [train, test] = rows.examples(&split, &rows.scales(&split.train));
    /// assert_eq!((train.labels, test.labels), (vec![0, 0], vec![1]));
    /// let Inputs::Dense(inputs) = train.inputs else { unreachable!() };
    /// assert_eq!(inputs.into_raw_vec_and_offset().0, [-1.0, 1.0]);
    /// ```
    pub fn examples(&self, split: &Split, scales: &[Standardization]) -> [Examples; 2] {
        [&split.train, &split.test].map(|rows| {
            let row = |row: &usize| self.numbers[row * self.width..][..self.width].iter().zip(scales);
            let inputs: Vec<Real> =
                rows.iter().flat_map(row).map(|(number, scale)| scale.apply(*number)).collect();
            let inputs =
                Array2::from_shape_vec((rows.len(), self.width), inputs).expect("a whole number of rows");
            let labels = rows.iter().map(|row| self.classes[*row]).collect();
            Examples { inputs: Inputs::Dense(inputs), labels }
        })
    }

    /// The scale of each column over these rows.
    pub fn scales(&self, rows: &[usize]) -> Vec<Standardization> {
        let column = |column| {
            let numbers = rows.iter().map(move |row| self.numbers[row * self.width + column]);
            Standardization::of(numbers.filter(|number: &f64| !number.is_nan())) // a gap
        };
        (0..self.width).map(column).collect()
    }

    /// The first number that is infinite in the examples of a split: its row, from 0, and its column.
    pub(super) fn overflow(&self, split: &Split, examples: &[Examples; 2]) -> Option<(usize, usize)> {
        [&split.train, &split.test].into_iter().zip(examples).find_map(|(rows, examples)| {
            let Inputs::Dense(inputs) = &examples.inputs else { return None };
            let found = inputs.iter().position(|number| !number.is_finite())?;
            Some((rows[found / self.width], found % self.width))
        })
    }
}
