//! One seed, many named streams of random numbers.
//!
//! Every draw of a run comes from a stream that is keyed by what it is for and an index: the weights
//! of layer 3, the mini-batches, the noise. Streams never depend on a clock, on a thread or on the
//! order in which runs happen to be executed, so two networks of one seed see the same mini-batches
//! and the same base noise, and adding a layer leaves the weights of the others as they were.
//!
//! The generator is `ChaCha8`, which is named, portable and documented to keep its values. Beside it
//! stands [`numpy`], an older generator, for results that were published with it.

pub mod numpy;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers; use it through the traits of `rand`.
pub type Stream = ChaCha8Rng;

/// The purpose of a stream; its number is part of the stream's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights; the index is the layer, from 0.
    Weights = 1,
    /// Initial biases where a preset draws them; the index is the layer, from 0.
    Biases = 2,
    /// The examples of each mini-batch.
    Batches = 3,
    /// Synthetic inputs.
    Inputs = 4,
    /// A synthetic signal that enters at the last layer.
    Signals = 5,
    /// The examples of a data set that are shown or kept, and the classes of made-up ones.
    Selection = 6,
    /// The rows of a table that are set apart for testing; the index is the class, from 0.
    Split = 7,
    /// The examples that are set apart for choosing among settings.
    Validation = 8,
}

/// The stream of `seed` for one purpose and index.
///
/// The seed is the cipher's key, purpose and index are its stream number, so no two of them overlap.
///
/// ```
/// use initlab_engine::rng::{Purpose, stream};
/// use rand::RngCore;
///
/// let first_layer = stream(1, Purpose::Weights, 0).next_u64();
/// assert_eq!(first_layer, stream(1, Purpose::Weights, 0).next_u64());
/// assert_ne!(first_layer, stream(1, Purpose::Weights, 1).next_u64());
/// ```
///
/// # Panics
/// If `index` does not fit into 48 bits.
pub fn stream(seed: u64, purpose: Purpose, index: u64) -> Stream {
    assert!(index < 1 << 48, "stream index {index} does not fit into 48 bits");
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream((purpose as u64) << 48 | index);
    generator
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngCore;

    #[test]
    fn every_purpose_index_and_seed_has_a_stream_of_its_own() {
        let purposes = [
            Purpose::Weights,
            Purpose::Biases,
            Purpose::Batches,
            Purpose::Inputs,
            Purpose::Signals,
            Purpose::Selection,
            Purpose::Split,
        ];
        let mut firsts = Vec::new();
        for seed in 0..4 {
            for purpose in purposes {
                firsts.extend((0..4).map(|index| stream(seed, purpose, index).next_u64()));
            }
        }
        let drawn = firsts.len();
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), drawn);
    }

    /// The first words of `ChaCha8` under an all-zero key and nonce (the cipher's published test
    /// vector 3e00ef2f895f40d6…), so that a change of generator cannot pass unnoticed.
    #[test]
    fn the_generator_is_chacha8() {
        let mut zero = ChaCha8Rng::from_seed([0; 32]);
        assert_eq!(zero.next_u32().to_le_bytes(), [0x3e, 0x00, 0xef, 0x2f]);
        assert_eq!(zero.next_u32().to_le_bytes(), [0x89, 0x5f, 0x40, 0xd6]);
    }
}
