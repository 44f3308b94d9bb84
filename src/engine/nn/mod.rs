//! The engine: networks by hand.
//!
//! Nothing in here knows of files, clocks or terminals. Read [`init`] for what a network
//! starts from, [`network`] for what it is, [`initialize`] for how one becomes the other, [`rows`] and
//! [`gradient`] for what training computes, and [`product`] for how fast; [`theory`] predicts what networks
//! of infinite width would do.
//!
//! An update of a network, by the functions that compute it ([`train::step`](crate::train::step) calls them):
//!
//! ```text
//! RowBlock::forward ─▶ RowBlock::loss ─▶ RowBlock::backward ─▶ gradient (per part) ─▶ Update::apply
//! ```

pub mod activation;
pub mod batch_norm;
pub mod gradient;
pub mod init;
pub mod initialize;
pub mod inputs;
pub mod loss;
pub mod lsuv;
pub mod matrix;
pub mod names;
pub mod network;
pub mod number;
pub mod optimizer;
pub mod product;
pub mod quadrature;
pub mod rows;
pub mod simd;
pub mod system_functions;
pub mod theory;
pub mod wide_layers;
