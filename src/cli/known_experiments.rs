//! The list of all experiments, for the way from a results folder back to its experiment.

use crate::experiments::activations::Activations;
use crate::experiments::batch_norm::BatchNorm;
use crate::experiments::circles::Circles;
use crate::experiments::compare::Compare;
use crate::experiments::sweep::Sweep;
use crate::experiments::symmetry::Symmetry;
use crate::report::ReportedExperiment;

/// Every experiment: its name, its question, and what it makes of tables.
pub const EXPERIMENTS: &[ReportedExperiment] = &[
    ReportedExperiment::of::<Compare>(),
    ReportedExperiment::of::<Activations>(),
    ReportedExperiment::of::<Symmetry>(),
    ReportedExperiment::of::<Circles>(),
    ReportedExperiment::of::<BatchNorm>(),
    ReportedExperiment::of::<Sweep>(),
];
