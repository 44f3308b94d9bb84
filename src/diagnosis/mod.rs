//! Diagnosis: measured layers and a verdict in, a cause and a remedy out.
//!
//! Not here: training, tables, figures, and what an experiment prints. Read in this order: [`layer`]
//! (the values of one layer and statistics of them), [`probe`] (a batch sent through a network and a
//! gradient back).

pub mod layer;
pub mod probe;
