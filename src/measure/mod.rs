//! What a network looks like from inside.
//!
//! Read in this order: [`layer`] (what one layer saw and what its values amount to), [`probe`] (a batch sent
//! through a network and a gradient back), [`range`](mod@range) (between which ends the values are drawn),
//! [`alike`] (whether the units of a layer are one and the same). Not here: training, and what an
//! experiment makes of it all.

pub mod alike;
pub mod layer;
pub mod probe;
pub mod range;
