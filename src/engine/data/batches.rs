//! The examples that make up each mini-batch, as indices into the training examples.
//!
//! Two ways: drawn with replacement, from all examples or from some, or all examples each time. Not here: a shuffle per
//! epoch.

use crate::rng::{Purpose, Stream, stream};
use rand::Rng;
use std::sync::Arc;

/// An endless sequence of mini-batches, the same for every network of one seed. A clone goes on from the same
/// place.
///
/// ```
/// use initlab_engine::data::batches::Batches;
///
/// let mut batches = Batches::with_replacement(1, 60_000, 128);
/// let mut again = batches.clone();
/// assert_eq!(batches.size(), 128);
/// assert_eq!(batches.draw(), again.draw());
/// assert_eq!(Batches::full(3).draw(), [0, 1, 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Batches {
    draws: Option<Stream>,
    examples: u32,
    /// The examples that can be drawn, where these are not all.
    among: Option<Arc<[u32]>>,
    batch: Vec<u32>,
}

impl Batches {
    /// Each batch draws `size` indices below `examples`, with replacement, as the book does: an example may
    /// stand in a batch twice. `examples` is at least 1 and below 2³².
    pub fn with_replacement(seed: u64, examples: usize, size: usize) -> Self {
        let draws = Some(stream(seed, Purpose::Batches, 0));
        Self { draws, examples: examples as u32, among: None, batch: vec![0; size] }
    }

    /// Each batch draws `size` of these examples, of which there is at least one, with replacement.
    pub fn among(seed: u64, examples: Arc<[u32]>, size: usize) -> Self {
        let all = Self::with_replacement(seed, examples.len(), size);
        Self { among: Some(examples), ..all }
    }

    /// Every batch is all examples, in order.
    pub fn full(examples: usize) -> Self {
        Self { draws: None, examples: examples as u32, among: None, batch: (0..examples as u32).collect() }
    }

    /// The next batch: indices of examples, from 0.
    ///
    /// # Panics
    /// If indices are to be drawn and there are no examples.
    pub fn draw(&mut self) -> &[u32] {
        if let Some(stream) = &mut self.draws {
            for index in &mut self.batch {
                *index = stream.random_range(0..self.examples);
            }
        }
        if let Some(examples) = &self.among {
            self.batch.iter_mut().for_each(|index| *index = examples[*index as usize]);
        }
        &self.batch
    }

    /// Examples per batch.
    pub fn size(&self) -> usize {
        self.batch.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence_and_another_seed_another() {
        let sequence = |seed| {
            let mut batches = Batches::with_replacement(seed, 60_000, 128);
            (0..3).flat_map(|_| batches.draw().to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(sequence(1), sequence(1));
        assert_ne!(sequence(1), sequence(2));
    }

    #[test]
    fn only_the_examples_that_are_named_are_drawn() {
        let mut batches = Batches::among(3, Arc::from([2, 5, 8]), 100);
        let mut drawn = batches.draw().to_vec();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn, [2, 5, 8]);
    }

    #[test]
    fn draws_reach_every_example_about_equally_often() {
        let mut batches = Batches::with_replacement(3, 10, 1000);
        let mut counts = [0; 10];
        for _ in 0..10 {
            batches.draw().iter().for_each(|index| counts[*index as usize] += 1);
        }
        // Each count is binomial(10 000, 1/10): mean 1000, standard deviation 30.
        assert!(counts.iter().all(|count| (820..=1180).contains(count)), "{counts:?}");
    }
}
