//! The smallest network in which symmetry shows: one input, two hidden units, one output.
//!
//! `h_j = σ(w_j x + b_j)`, `y = σ(v_1 h_1 + v_2 h_2)`, error `(y − t)² / 2`. Its six gradients stand
//! here as one derives them with a pencil, beside difference quotients that know nothing of the
//! derivation. Always in double precision.

use serde::{Deserialize, Serialize};

/// The parameters in the order w₁, w₂, b₁, b₂, v₁, v₂.
type Parameters = [f64; 6];

/// Names of the parameters.
pub const NAMES: [&str; 6] = ["w1", "w2", "b1", "b2", "v1", "v2"];
/// The one example: input and target.
const EXAMPLE: (f64, f64) = (2.0, 1.0);
/// Both hidden units alike …
const EQUAL: Parameters = [0.5, 0.5, 0.1, 0.1, -0.3, -0.3];
/// … and with one weight of the first one changed.
const ONE_CHANGED: Parameters = [0.6, 0.5, 0.1, 0.1, -0.3, -0.3];

/// One row of `paper.csv`: a parameter and the gradient of the error with respect to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperRow {
    /// `equal` or `one changed`.
    pub weights: String,
    /// The parameter: w is a weight from the input, b a bias, v a weight to the output.
    pub parameter: String,
    /// Its value.
    pub value: f64,
    /// The gradient from the chain rule.
    pub analytic: f64,
    /// The gradient as a difference quotient.
    pub computed: f64,
}

/// Both sets of parameters with their gradients: twelve rows, in the order of [`NAMES`].
///
/// ```
/// use initlab::experiments::symmetry::smallest_case::rows;
///
/// let rows = rows();
/// // Alike, both units have one gradient; with one weight changed they have not.
/// assert_eq!(rows[0].analytic, rows[1].analytic);
/// assert_ne!(rows[6].analytic, rows[7].analytic);
/// assert!(rows.iter().all(|row| (row.analytic - row.computed).abs() < 1e-9));
/// ```
pub fn rows() -> Vec<PaperRow> {
    [("equal", EQUAL), ("one changed", ONE_CHANGED)].into_iter().flat_map(rows_of).collect()
}

fn rows_of((weights, parameters): (&str, Parameters)) -> Vec<PaperRow> {
    let (analytic, computed) = (analytic(&parameters), computed(&parameters));
    let row = |i: usize| PaperRow {
        weights: weights.to_owned(),
        parameter: NAMES[i].to_owned(),
        value: parameters[i],
        analytic: analytic[i],
        computed: computed[i],
    };
    (0..NAMES.len()).map(row).collect()
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn error([w1, w2, b1, b2, v1, v2]: &Parameters) -> f64 {
    let (x, target) = EXAMPLE;
    let y = sigmoid(v1 * sigmoid(w1 * x + b1) + v2 * sigmoid(w2 * x + b2));
    (y - target).powi(2) / 2.0
}

/// δ = (y − t) y (1 − y); ∂v = δ h, ∂b = δ v h (1 − h), ∂w = x ∂b.
fn analytic([w1, w2, b1, b2, v1, v2]: &Parameters) -> Parameters {
    let (x, target) = EXAMPLE;
    let (h1, h2) = (sigmoid(w1 * x + b1), sigmoid(w2 * x + b2));
    let y = sigmoid(v1 * h1 + v2 * h2);
    let delta = (y - target) * y * (1.0 - y);
    let (d_b1, d_b2) = (delta * v1 * h1 * (1.0 - h1), delta * v2 * h2 * (1.0 - h2));
    [x * d_b1, x * d_b2, d_b1, d_b2, delta * h1, delta * h2]
}

/// Central differences; a step of 1e-5 leaves about ten digits.
fn computed(parameters: &Parameters) -> Parameters {
    const STEP: f64 = 1e-5;
    std::array::from_fn(|i| {
        let at = |shift: f64| {
            let mut moved = *parameters;
            moved[i] += shift;
            error(&moved)
        };
        (at(STEP) - at(-STEP)) / (2.0 * STEP)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pencil_agrees_with_the_difference_quotients() {
        for row in rows() {
            assert!((row.analytic - row.computed).abs() < 1e-9, "{row:?}");
            assert!(row.analytic.abs() > 1e-3, "{row:?}");
        }
    }

    #[test]
    fn gradients_are_equal_in_pairs_while_the_weights_are() {
        let rows = rows();
        let pairs: Vec<bool> = rows.chunks(2).map(|pair| pair[0].analytic == pair[1].analytic).collect();
        assert_eq!(pairs, [true, true, true, false, false, false]);
    }
}
