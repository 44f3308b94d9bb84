//! Diagnosis: measured layers and a verdict in, a cause and a remedy out.
//!
//! [`measure`](fn@measure) turns a network that is about to be trained into plain numbers, [`diagnose`](fn@diagnose) turns
//! these into a predicted verdict with its cause, and [`reconcile`](fn@reconcile) explains the verdict
//! that the run then had. Not here: training, tables, figures, and what an experiment prints.
//!
//! Read in this order: [`measure`](mod@measure) and [`travel`] (the numbers), [`cause`] (the table of
//! causes), [`findings`] (what stands out), [`diagnose`](mod@diagnose), [`reconcile`](mod@reconcile);
//! beside them [`layer`] and [`probe`], what `activations` shows of every layer.

pub mod cause;
pub mod diagnose;
pub mod findings;
pub mod layer;
pub mod measure;
pub mod probe;
pub mod reconcile;
pub mod travel;

pub use cause::Cause;
pub use diagnose::{Diagnosis, diagnose};
pub use findings::Finding;
pub use measure::{LayerMeasurements, Measurements, measure};
pub use reconcile::{Explanation, reconcile};
