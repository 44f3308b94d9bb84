//! Diagnosis: measured layers and a verdict in, a cause and a remedy out.
//!
//! [`measure`](fn@measure) turns a network that is about to be trained into plain numbers,
//! [`diagnose`](fn@diagnose) turns these into a predicted verdict with its cause, and
//! [`reconcile`](fn@reconcile) explains the verdict that the run then had:
//!
//! ```text
//! network, mini-batches ─▶ measure ─▶ Measurements ─▶ diagnose ─▶ Diagnosis ─▶ reconcile ─▶ Explanation
//!                                                       verdict of the run ───────┘
//! ```
//!
//! Not here: training, tables, figures, and what an experiment prints.
//!
//! Read in this order: [`measurements`] (what is measured), [`measure`](mod@measure), `rows`, `backward` and
//! [`travel`] (how), [`forecast`](mod@forecast) (training with one number per layer), `descent` (a loss that
//! starts high), [`cause`] (the table of causes), [`findings`] (what stands out), `pace` (steps too large or
//! too small), `noise` (mini-batches that differ), `decay` (weights taken away), [`diagnose`](mod@diagnose),
//! [`reconcile`](mod@reconcile), `text` (numbers in sentences); beside them [`layer`] and [`probe`], what
//! `activations` shows of every layer.

mod backward;
pub mod cause;
mod decay;
mod descent;
pub mod diagnose;
pub mod findings;
pub mod forecast;
pub mod layer;
pub mod measure;
pub mod measurements;
mod noise;
mod pace;
pub mod probe;
pub mod reconcile;
mod rows;
mod text;
pub mod travel;

#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use diagnose::{Diagnosis, diagnose};
pub use findings::Finding;
pub use forecast::{Forecast, forecast};
pub use measure::measure;
pub use measurements::{LayerMeasurements, Measurements, Trial};
pub use reconcile::{Explanation, reconcile};
