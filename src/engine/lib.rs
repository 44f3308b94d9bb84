//! What `initlab` computes and draws with.
//!
//! Everything here is built for speed; the experiments and the command line around it, which call it, are
//! built to be built quickly.

pub mod data;
pub mod measure;
pub mod nn;
pub mod plot;
pub mod rng;
pub mod stats;
pub mod train;

/// The floating-point type of the engine: `f32`, or `f64` with the feature of that name.
#[cfg(not(feature = "f64"))]
pub type Real = f32;
/// The floating-point type of the engine: `f32`, or `f64` with the feature of that name.
#[cfg(feature = "f64")]
pub type Real = f64;
