//! The rows of a table that are set apart for testing, and the scale of its columns.
//!
//! A table that comes as one file is split by us, by the seed of a run: the same on every machine. The scale
//! is measured on the rows to learn from alone, and applied to all.

use rand::seq::SliceRandom;

use crate::Real;
use crate::rng::{Purpose, stream};

/// The rows of a table in two parts, each in the order of the table; rows are counted from 0.
///
/// ```
/// use initlab_engine::data::split::Split;
///
/// let classes: Vec<u8> = (0..150).map(|row| row / 50).collect(); // three classes of 50
/// let split = Split::of(1, &classes);
/// assert_eq!((split.train.len(), split.test.len()), (120, 30));
/// assert_eq!(split, Split::of(1, &classes));
/// assert_ne!(split, Split::of(2, &classes));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The rows to learn from; of every class at least one.
    pub train: Vec<usize>,
    /// The rows to measure on: of each class a fifth, rounded, so none of a class of one or two rows.
    pub test: Vec<usize>,
}

impl Split {
    /// Sets a fifth of each class apart, by a stream of its own of a run's seed. `classes` has the class of each row.
    pub fn of(seed: u64, classes: &[u8]) -> Self {
        let mut is_test = vec![false; classes.len()];
        for class in 0..=255_u8 {
            let mut rows: Vec<usize> = (0..classes.len()).filter(|row| classes[*row] == class).collect();
            rows.shuffle(&mut stream(seed, Purpose::Split, class.into()));
            let apart = (rows.len() + 2) / 5;
            rows[..apart].iter().for_each(|row| is_test[*row] = true);
        }
        let (test, train) = (0..classes.len()).partition(|row| is_test[*row]);
        Self { train, test }
    }
}

/// Training examples that are set apart for choosing among settings, of each class its share to within one, and the others,
/// each in ascending order: the same for every run, seed and machine.
///
/// ```
/// use initlab_engine::data::split::set_apart;
///
/// let labels: Vec<u8> = (0..60).map(|example| example / 30).collect(); // two classes of 30
/// let [apart, others] = set_apart(10, &labels);
/// assert_eq!((apart.len(), others.len()), (10, 50));
/// assert_eq!(apart.iter().filter(|example| **example < 30).count(), 5);
/// assert!(apart.iter().all(|example| !others.contains(example)));
/// ```
///
/// # Panics
/// If more examples are to be set apart than there are.
pub fn set_apart(count: usize, labels: &[u8]) -> [Vec<u32>; 2] {
    assert!(count <= labels.len(), "{count} of {} examples cannot be set apart", labels.len());
    let mut by_class: Vec<usize> = (0..labels.len()).collect();
    by_class.shuffle(&mut stream(0, Purpose::Validation, 0));
    by_class.sort_by_key(|example| labels[*example]); // stable: in each class the order is random
    let mut is_apart = vec![false; labels.len()];
    (0..count).for_each(|i| is_apart[by_class[(2 * i + 1) * labels.len() / (2 * count)]] = true);
    let (apart, others) = (0..labels.len() as u32).partition(|example| is_apart[*example as usize]);
    [apart, others]
}

/// The mean and the standard deviation of a column over some of its rows.
///
/// ```
/// use initlab_engine::data::split::Standardization;
///
/// let scale = Standardization::of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter());
/// assert_eq!(scale.apply(8.0), 1.5); // mean 5, standard deviation 2
/// assert!(Standardization::of([0.1; 3].into_iter()).is_constant());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardization {
    /// The mean.
    mean: f64,
    /// The standard deviation, √(Σ(x − mean)² / n); 0 if all numbers are the same.
    std: f64,
}

impl Standardization {
    /// Measures finite numbers; deviations are taken relative to the largest, so that no square overflows
    /// or vanishes.
    pub fn of(numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let count = numbers.clone().count() as f64;
        let first = numbers.clone().next().unwrap_or(0.0);
        if numbers.clone().all(|number| number == first) {
            return Self { mean: first, std: 0.0 };
        }
        let mean: f64 = numbers.clone().map(|number| number / count).sum();
        let largest = numbers.clone().map(|number| (number - mean).abs()).fold(0.0, f64::max);
        let squares: f64 = numbers.map(|number| ((number - mean) / largest).powi(2)).sum();
        Self { mean, std: largest * (squares / count).sqrt() }
    }

    /// True where all numbers were the same.
    pub fn is_constant(self) -> bool {
        self.std == 0.0
    }

    /// A number in standard deviations from the mean, 0 in a constant column and for NaN, a gap; infinite where that is
    /// too large for the network's precision.
    pub fn apply(self, number: f64) -> Real {
        if self.is_constant() || number.is_nan() { 0.0 } else { ((number - self.mean) / self.std) as Real }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_fifth_of_each_class_is_set_apart_and_always_the_same() {
        let classes: Vec<u8> = (0..150).map(|row| row / 50).collect();
        let split = Split::of(1, &classes);
        assert_eq!((split.train.len(), split.test.len()), (120, 30));
        for class in 0..3 {
            assert_eq!(split.test.iter().filter(|row| classes[**row] == class).count(), 10);
        }
        assert_eq!(split, Split::of(1, &classes));
        assert_ne!(split.test[..10], (0..10).collect::<Vec<_>>(), "not simply the first");
    }

    #[test]
    fn a_column_is_scaled_to_mean_0_and_deviation_1() {
        let scale = Standardization::of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter());
        assert_eq!(scale, Standardization { mean: 5.0, std: 2.0 });
        assert_eq!(scale.apply(8.0), 1.5);
        let thirds = Standardization::of([0.1; 3].into_iter());
        assert!(thirds.is_constant());
        assert_eq!(thirds.apply(7.0), 0.0);
    }

    /// Squares of these overflow, and those of the others vanish.
    #[test]
    fn extreme_numbers_are_scaled_all_the_same() {
        for size in [1e300, 1e-300] {
            let scale = Standardization::of([-size, size].into_iter());
            assert_eq!((scale.apply(size), scale.apply(-size)), (1.0, -1.0));
        }
        assert_eq!(Standardization::of([0.0, 1e-300].into_iter()).apply(1e300), Real::INFINITY);
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_part_and_every_class_in_the_first(
            classes in prop::collection::vec(any::<u8>(), 0..300)
        ) {
            let Split { train, test } = Split::of(1, &classes);
            let mut all = [train.clone(), test].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..classes.len()).collect::<Vec<_>>());
            prop_assert!(classes.iter().all(|class| train.iter().any(|row| classes[*row] == *class)));
        }
    }
}
