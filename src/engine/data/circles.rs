//! Two rings of points, one inside the other: a small problem that no straight line solves.
//!
//! The data set of the well-known exercise on initialization (scikit-learn's `make_circles` with
//! `factor=0.8`). Not here: a network that learns it.

use crate::rng::Stream;
use crate::rng::numpy::LegacyStream;
use ndarray_rand::rand_distr::StandardNormal;
use rand::Rng;
use rand::seq::SliceRandom;
use std::f64::consts::TAU;

/// Radius of the outer ring, label 0.
const OUTER_RADIUS: f64 = 1.0;
/// Radius of the inner ring, label 1.
const INNER_RADIUS: f64 = 0.8;

/// Points of the plane, each on one of two rings.
#[derive(Clone, Debug, PartialEq)]
pub struct Rings {
    /// x and y of each point; within 1 of the origin but for the noise.
    pub points: Vec<[f64; 2]>,
    /// The ring of each point: 0 for the outer one, 1 for the inner one.
    pub labels: Vec<u8>,
}

/// The two draws that the rings need of a stream of random numbers: `NumPy`'s legacy stream reproduces the
/// published points, a [`Stream`] of this program any others.
pub trait Draws {
    /// A number from N(0, 1).
    fn normal(&mut self) -> f64;
    /// Puts the items into random order.
    fn shuffle<T>(&mut self, items: &mut [T]);
}

impl Draws for LegacyStream {
    fn normal(&mut self) -> f64 {
        self.standard_normal()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        Self::shuffle(self, items);
    }
}

impl Draws for Stream {
    fn normal(&mut self) -> f64 {
        self.sample(StandardNormal)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        SliceRandom::shuffle(items, self);
    }
}

impl Rings {
    /// `count` points, half of them on each ring (of an odd number one more on the inner ring), evenly
    /// spaced, in random order, and then each moved by N(0, `noise`²) in x and in y. Order first, noise
    /// after it, x before y: so scikit-learn draws.
    ///
    /// ```
    /// use initlab_engine::data::circles::Rings;
    /// use initlab_engine::rng::numpy::LegacyStream;
    ///
    /// let rings = Rings::new(300, 0.05, &mut LegacyStream::new(1));
    /// assert_eq!(rings.labels[..4], [1, 0, 1, 1]);
    /// ```
    pub fn new(count: usize, noise: f64, draws: &mut impl Draws) -> Self {
        let outer = count / 2;
        let mut places: Vec<([f64; 2], u8)> = ring(outer, OUTER_RADIUS).map(|point| (point, 0)).collect();
        places.extend(ring(count - outer, INNER_RADIUS).map(|point| (point, 1)));
        draws.shuffle(&mut places);
        let (mut points, labels): (Vec<[f64; 2]>, Vec<u8>) = places.into_iter().unzip();
        points.as_flattened_mut().iter_mut().for_each(|x| *x += noise * draws.normal());
        Self { points, labels }
    }
}

/// Evenly spaced points of a circle around the origin, counter-clockwise from the right.
fn ring(count: usize, radius: f64) -> impl Iterator<Item = [f64; 2]> {
    let step = TAU / count as f64;
    (0..count).map(move |i| (i as f64 * step).sin_cos()).map(move |(sin, cos)| [radius * cos, radius * sin])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    fn near(found: [f64; 2], expected: [f64; 2]) -> bool {
        found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-14)
    }

    /// `sklearn.datasets.make_circles` after `numpy.random.seed(1)` and `(2)`, as in the exercise.
    #[test]
    fn the_published_rings_are_reproduced() {
        let train = Rings::new(300, 0.05, &mut LegacyStream::new(1));
        assert!(near(train.points[0], [-0.077_413_540_100_481_14, 0.852_602_264_274_274_2]));
        assert!(near(train.points[1], [0.431_869_595_848_035_64, -0.872_145_039_595_210_8]));
        assert_eq!(train.labels[..10], [1, 0, 1, 1, 0, 0, 1, 0, 1, 1]);
        let test = Rings::new(100, 0.05, &mut LegacyStream::new(2));
        assert!(near(test.points[99], [0.343_848_371_590_971_5, -0.919_273_591_272_076_9]));
        assert_eq!(test.labels[90..], [0, 0, 0, 1, 1, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn without_noise_every_point_lies_on_its_ring() {
        for count in [2, 3, 10, 11] {
            let rings = Rings::new(count, 0.0, &mut stream(5, Purpose::Inputs, 0));
            assert_eq!(
                rings.labels.iter().map(|label| usize::from(*label)).sum::<usize>(),
                count.div_ceil(2)
            );
            for ([x, y], label) in rings.points.iter().zip(&rings.labels) {
                let radius = [OUTER_RADIUS, INNER_RADIUS][usize::from(*label)];
                assert!((x.hypot(*y) - radius).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn noise_has_the_spread_that_was_asked_for() {
        let (count, noise) = (10_000, 0.05);
        let draws = || stream(5, Purpose::Inputs, 0);
        let (noisy, clean) = (Rings::new(count, noise, &mut draws()), Rings::new(count, 0.0, &mut draws()));
        let pairs = noisy.points.as_flattened().iter().zip(clean.points.as_flattened());
        let variance = pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>() / (2 * count) as f64;
        // Of n normal numbers, the sample variance spreads by √(2/n) of itself.
        assert!((variance / (noise * noise) - 1.0).abs() < 6.0 * (2.0 / (2 * count) as f64).sqrt());
    }
}
