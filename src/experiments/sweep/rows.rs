//! The tables of `sweep` that are its own; the others have the rows of `compare`, with the settings that
//! differ in front.

use serde::{Deserialize, Serialize};

/// One row of `axes.csv`: what the heat map's axes are and in which order their values stand.
///
/// ```text
/// role,column,value
/// value,test_accuracy,mean
/// x,depth,2
/// x,depth,5
/// y,learning_rate,0.01
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisRow {
    /// `x`, `y`, `panel` or `value`.
    pub role: String,
    /// The column of `summary.csv`.
    pub column: String,
    /// One of its values; for `value`, what of it is shown.
    pub value: String,
}

/// One row of `theory.csv`: a point of what theory predicts (Schoenholz et al. 2017, fig. 5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TheoryRow {
    /// `6 xi_c` for a point of that curve, `critical` for the critical point.
    pub line: String,
    /// σ_w² of the weights.
    pub sigma_w2: f64,
    /// σ_b² of the biases.
    pub sigma_b2: f64,
    /// Hidden layers that a signal passes; infinite at the critical point.
    pub depth: f64,
}
