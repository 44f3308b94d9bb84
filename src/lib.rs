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
//! An initializer is data. Its name, its distribution and its numbers come from one table:
//!
//! ```
//! use initlab::nn::init::{Fans, Init};
//!
//! let he: Init = "kaiming_uniform".parse()?;
//! assert_eq!(he.to_string(), "he_uniform");
//! let distribution = he.distribution(Fans { fan_in: 784, fan_out: 100 }).expect("independent draws");
//! assert!((distribution.std() - (2.0_f64 / 784.0).sqrt()).abs() < 1e-15);
//! # Ok::<(), initlab::nn::init::names::InitError>(())
//! ```
//!
//! A network, a batch, a step: the loss goes down.
//!
//! ```
//! use initlab::nn::{activation::Activation, loss::Loss};
//! use initlab::nn::inputs::{Examples, Inputs};
//! use initlab::nn::network::{Architecture, Network};
//! use initlab::nn::optimizer::{Optimizer, Update};
//! use initlab::train::step::Trainer;
//! use ndarray::array;
//!
//! let examples = Examples { inputs: Inputs::Dense(array![[0.0, 1.0], [1.0, 0.0]]), labels: vec![0, 1] };
//! let architecture = Architecture {
//!     inputs: 2,
//!     hidden: vec![8],
//!     outputs: 2,
//!     activation: Activation::Tanh,
//!     loss: Loss::SoftmaxCrossEntropy,
//!     batch_norm: false,
//! };
//! let network = Network::new(architecture, &"Xavier".parse()?, 1);
//! let update = Update { optimizer: Optimizer::Sgd, learning_rate: 0.5, momentum: 0.0, weight_decay: 0.0 };
//! let mut trainer = Trainer::new(network, &examples, update, 2);
//! let first = trainer.step(&[0, 1]);
//! let later = (0..20).map(|_| trainer.step(&[0, 1])).last().unwrap();
//! assert!(later < first / 2.0);
//! # Ok::<(), initlab::nn::init::names::InitError>(())
//! ```

pub mod cli;
pub mod data;
pub mod diagnosis;
pub mod experiments;
pub mod frameworks;
pub mod inspect;
pub mod model_file;
pub mod nn;
pub mod plot;
pub mod recommend;
pub mod report;
pub mod results;
pub mod rng;
pub mod stats;
pub mod text;
pub mod train;

/// The floating-point type of the engine: `f32`, or `f64` with the feature of that name.
#[cfg(not(feature = "f64"))]
pub type Real = f32;
/// The floating-point type of the engine: `f32`, or `f64` with the feature of that name.
#[cfg(feature = "f64")]
pub type Real = f64;
