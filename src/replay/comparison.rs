//! A run computed again beside the run that was exported: where they differ first, and by how much at most.

use super::arrays::Array;
use super::recording::Recording;
use crate::Real;

/// How two runs compare.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The largest difference of two losses.
    pub losses: f64,
    /// The largest difference of two numbers of one moment's arrays.
    pub arrays: f64,
    /// The first loss and the first number of an array that differ by more than is allowed, the earlier one first; empty
    /// where the runs are equal.
    pub first: Vec<Difference>,
}

/// Two numbers that should be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The iteration, from 0, of a loss; the updates done, of an array.
    pub iteration: usize,
    /// `loss`, or an array's name, as in `W2`.
    pub array: String,
    /// Row (of weights the input, of activations the example) and unit, from 0; none for a loss.
    pub place: Option<(usize, usize)>,
    /// The number of the export.
    pub expected: Real,
    /// The number computed again.
    pub found: Real,
}

/// Holds a run that was computed again against the exported one: losses and moments in the order of iterations, those of a
/// moment before the loss of the same iteration. Arrays that only one of them has are passed over.
pub fn compare(exported: &Recording, again: &Recording, from: usize, tolerance: f64) -> Comparison {
    let mut comparison = Comparison { losses: 0.0, arrays: 0.0, first: Vec::new() };
    let done = from + again.losses.len();
    let mut in_arrays: Vec<Difference> = Vec::new();
    for (name, arrays) in &again.moments {
        let Some((_, expected)) = exported.moments.iter().find(|moment| moment.0 == *name) else { continue };
        let step = name.strip_prefix("at-").and_then(|step| step.parse().ok());
        let iteration = step.unwrap_or(if name == "end" { done } else { 0 });
        for (array, expected) in pairs(arrays, expected) {
            let (largest, place) = differs(&expected.values, &array.values, tolerance);
            comparison.arrays = comparison.arrays.max(largest);
            in_arrays.extend(place.map(|index| in_array(iteration, expected, array, index)));
        }
    }
    let (largest, place) = differs(&exported.losses, &again.losses, tolerance);
    comparison.losses = largest;
    // Moments come in their order, the first array with a difference is the earliest.
    comparison.first.extend(in_arrays.into_iter().next());
    comparison.first.extend(place.map(|index| of_losses(from, index, exported, again)));
    comparison.first.sort_by_key(|difference| difference.iteration); // stable: an array before its loss
    comparison
}

/// The arrays of one name and shape.
fn pairs<'a>(found: &'a [Array], expected: &'a [Array]) -> impl Iterator<Item = (&'a Array, &'a Array)> {
    found.iter().filter_map(|array| {
        let same = |other: &&Array| other.name == array.name && other.shape == array.shape;
        Some((array, expected.iter().find(same)?))
    })
}

/// The largest difference, infinite where one list is shorter or only one number is NaN, and the first place at which it is
/// above `tolerance`.
fn differs(expected: &[Real], found: &[Real], tolerance: f64) -> (f64, Option<usize>) {
    let difference = |(a, b): (&Real, &Real)| {
        let equal = a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
        let difference = (f64::from(*a) - f64::from(*b)).abs();
        if equal {
            0.0
        } else if difference.is_nan() {
            f64::INFINITY
        } else {
            difference.max(f64::MIN_POSITIVE)
        }
    };
    let missing = (expected.len() != found.len()).then_some(f64::INFINITY);
    let differences: Vec<f64> = expected.iter().zip(found).map(difference).chain(missing).collect();
    let place = differences.iter().position(|difference| *difference > tolerance);
    (differences.into_iter().fold(0.0, f64::max), place)
}

fn in_array(iteration: usize, expected: &Array, found: &Array, index: usize) -> Difference {
    let units = *expected.shape.last().unwrap_or(&1);
    Difference {
        iteration,
        array: expected.name.clone(),
        place: Some((index / units, index % units)),
        expected: expected.values[index],
        found: found.values[index],
    }
}

fn of_losses(from: usize, index: usize, exported: &Recording, again: &Recording) -> Difference {
    let loss = |run: &Recording| run.losses.get(index).copied().unwrap_or(Real::NAN);
    let (expected, found) = (loss(exported), loss(again));
    Difference { iteration: from + index, array: "loss".to_owned(), place: None, expected, found }
}
