//! How should this neural network be initialized, and why?
//!
//! `initlab` trains multilayer perceptrons by hand and measures what their first weights do. The
//! library is what the command of the same name is made of:
//!
//! ```text
//! IDX bytes ─▶ data ─▶ train (nn, rng) ─▶ rows ─▶ results ─▶ *.csv ─▶ rows ─▶ plot ─▶ SVG, PNG
//!              └─────── experiments::X::run ──────┘                 └─ experiments::X::figures ─┘
//! ```
//!
//! Read [`nn::init`] for what a network starts from, [`train::step`] for what happens to it,
//! [`experiments`] for the experiments, and `docs/ARCHITECTURE.md` for the rules that hold them together.
//!
//! [`initlab_engine`] computes and is compiled with the optimizer at work; its modules are named here as if they
//! stood here.

pub mod cli;
pub mod experiments;
pub mod frameworks;
pub mod recommend;
pub mod replay;
pub mod report;
pub mod results;

pub use initlab_engine::{
    Real, data, diagnosis, files, inspect, model_file, named_family, nn, plot, rng, serde_as_text, stats,
    text, train,
};
