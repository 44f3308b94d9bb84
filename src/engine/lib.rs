//! What `initlab` computes with: initializers, layers, training, and what is measured of them.
//!
//! Everything that has an inner loop stands here and is compiled with the optimizer at work; the package around it
//! (experiments, results, page, command line) is not, which saves a quarter of a build. Nothing here knows flags, tables of
//! results or the terminal; only [`files`] and [`data`] touch the disk.
//!
//! An initializer is data. Its name, its distribution and its numbers come from one table:
//!
//! ```
//! use initlab_engine::nn::init::{Fans, Init};
//!
//! let he: Init = "kaiming_uniform".parse()?;
//! assert_eq!(he.to_string(), "he_uniform");
//! let distribution = he.distribution(Fans { fan_in: 784, fan_out: 100 }).expect("independent draws");
//! assert!((distribution.std() - (2.0_f64 / 784.0).sqrt()).abs() < 1e-15);
//! # Ok::<(), initlab_engine::nn::init::names::InitError>(())
//! ```
//!
//! A network, a batch, a step: the loss goes down.
//!
//! ```
//! use initlab_engine::nn::{activation::Activation, loss::Loss};
//! use initlab_engine::nn::inputs::{Examples, Inputs};
//! use initlab_engine::nn::network::{Architecture, Network};
//! use initlab_engine::nn::optimizer::{Optimizer, Update};
//! use initlab_engine::train::step::Trainer;
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
//! # Ok::<(), initlab_engine::nn::init::names::InitError>(())
//! ```

pub mod data;
pub mod diagnosis;
pub mod files;
pub mod inspect;
pub mod model_file;
pub mod nn;
pub mod plot;
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
