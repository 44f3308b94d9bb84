//! Diagnosis: why a network does not learn, and what would make it.
//!
//! ```text
//! Setup ─▶ measure ─▶ Facts ─▶ forecast ─▶ Forecast                 before training: verdict, and how sure
//! Setup of a run that failed ─▶ what_if ─▶ Remedy                   the smallest change that learns
//! Facts, Remedy ─▶ cause_of ─▶ say ─▶ Explanation                   what helps is what was wrong
//! ```
//!
//! Not here: training, tables, figures, and what an experiment prints.
//!
//! Read in this order: [`setup`], [`facts`] (what is measured), [`measure`](mod@measure) and `backward` (how), [`forecast`](mod@forecast) with `chain` (training on paper), [`change`] (the table of changes),
//! [`what_if`](mod@what_if), [`cause`] (the table of causes), [`say`].

mod backward;
pub mod cause;
mod chain;
pub mod change;
pub mod facts;
pub mod forecast;
pub mod measure;
pub mod say;
pub mod setup;
pub mod what_if;

#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use change::Kind;
pub use facts::{Facts, LayerFacts, Trial};
pub use forecast::{Confidence, Forecast, forecast};
pub use measure::{FirstUpdates, TRIAL_UPDATES, measure};
pub use say::{Explanation, explain};
pub use setup::Setup;
pub use what_if::{Remedy, Trials, what_if};
