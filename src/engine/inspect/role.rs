//! What a tensor is for, decided once, by its name and its axes.

use super::names::{is_bias, is_embedding, is_variance, meaning, plain};
use crate::named_family;

/// What a tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Multiplies what enters a layer.
    Weight,
    /// A table whose rows are looked up, or added: no sum runs over them.
    Embedding,
    /// Is added by a layer.
    Bias,
    /// Multiplies what a norm gives.
    NormScale,
    /// Is added to what a norm gives.
    NormShift,
    /// A mean that batch norm keeps.
    RunningMean,
    /// A variance that batch norm keeps.
    RunningVariance,
    /// What an optimizer remembers, which is no part of the network.
    OptimizerState,
    /// Anything else: a number, a vector, a mask.
    Other,
}

impl Role {
    /// All of them, with their names.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("weight", Self::Weight),
        ("embedding", Self::Embedding),
        ("bias", Self::Bias),
        ("norm_scale", Self::NormScale),
        ("norm_shift", Self::NormShift),
        ("running_mean", Self::RunningMean),
        ("running_variance", Self::RunningVariance),
        ("optimizer_state", Self::OptimizerState),
        ("other", Self::Other),
    ];
}

named_family!(Role, "role");

/// What roles are decided by.
struct NamedTensor<'a> {
    /// The name, in small letters.
    name: &'a str,
    /// The last part of it, or what that stands for.
    last: &'a str,
    axes: usize,
    /// Axes of more than one place.
    long: usize,
}

impl NamedTensor<'_> {
    fn ends_with(&self, words: &[&str]) -> bool {
        words.contains(&self.last)
    }

    fn is_of_norm(&self) -> bool {
        ["norm", "bn", "ln_", ".ln", "layer_norm"].iter().any(|word| self.name.contains(word))
    }

    /// The part of the name before the last.
    fn layer(&self) -> &str {
        self.name.rsplit(['.', '/']).nth(1).unwrap_or_default()
    }

    /// One number for each unit, however it is stored.
    fn is_vector(&self) -> bool {
        self.axes < 2 || self.long < 2 && !self.ends_with(&["weight", "kernel", "w"])
    }
}

/// True of a tensor that has a role.
type IsRole = fn(&NamedTensor<'_>) -> bool;

/// The first row that is true decides.
const ROLES: &[(Role, IsRole)] = &[
    (Role::OptimizerState, |s| {
        s.name.split(['.', '/']).any(|part| part.starts_with("optimizer") || part == "opt_state")
    }),
    (Role::OptimizerState, |s| s.ends_with(&["exp_avg", "exp_avg_sq", "momentum_buffer"])),
    (Role::RunningVariance, |s| s.is_vector() && is_variance(s.name)),
    (Role::RunningMean, |s| s.is_vector() && s.ends_with(&["running_mean", "moving_mean"])),
    (Role::RunningMean, |s| {
        s.is_vector() && s.last == "mean" && (s.is_of_norm() || s.name.contains("batch_stats"))
    }),
    (Role::NormShift, |s| s.is_vector() && is_bias(s.name) && (s.is_of_norm() || s.last == "beta")),
    (Role::Bias, |s| s.axes < 4 && is_bias(s.name)),
    (Role::NormScale, |s| s.is_vector() && s.ends_with(&["gamma", "scale"])),
    (Role::NormScale, |s| s.axes < 2 && s.ends_with(&["weight"])),
    (Role::NormScale, |s| s.ends_with(&["weight", "scale", "gamma"]) && s.layer().contains("norm")),
    // Sines and filters that were computed, as a spectrum's are.
    (Role::Other, |s| {
        ["stft", "basis_buffer", "mel_basis", "filterbank"].iter().any(|word| s.name.contains(word))
    }),
    (Role::Other, |s| s.axes < 2 || s.is_vector()),
    (Role::Other, |s| is_bias(s.name)), // a mask
    (Role::Embedding, |s| is_embedding(s.name)),
    (Role::Weight, |_| true),
];

/// The role of a tensor.
///
/// ```
/// use initlab_engine::inspect::role::{Role, role};
///
/// for (name, shape, expected) in [
///     ("fc.weight", &[10, 20][..], Role::Weight),
///     ("fc.bias", &[10], Role::Bias),
///     ("attn.query.bias", &[4, 8], Role::Bias),
///     ("bn1.weight", &[10], Role::NormScale),
///     ("bn1.bias", &[10], Role::NormShift),
///     ("b", &[10, 1], Role::Bias),
///     ("scan.LayerNorm_0.scale", &[4, 64], Role::NormScale),
///     ("out.weight", &[1, 20], Role::Weight),
///     ("features.0.layer_scale", &[96, 1, 1], Role::Other),
///     ("optimizer.state.0.exp_avg", &[10, 20], Role::OptimizerState),
///     ("wte.weight", &[100, 8], Role::Embedding),
/// ] {
///     assert_eq!(role(name, shape), expected, "{name}");
/// }
/// ```
pub fn role(name: &str, shape: &[usize]) -> Role {
    let small = plain(name).to_ascii_lowercase();
    let last = meaning(name).to_ascii_lowercase();
    let long = shape.iter().filter(|size| **size > 1).count();
    let subject = NamedTensor { name: &small, last: &last, axes: shape.len(), long };
    ROLES.iter().find(|row| row.1(&subject)).expect("the last is true of all").0
}
