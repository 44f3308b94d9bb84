//! The frameworks whose code is known.

use crate::named_family;

/// A framework whose code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// `torch.nn`, weights `(out, in)`.
    PyTorch,
    /// Keras 3, weights `(in, out)`.
    Keras,
    /// `jax.nn.initializers` in a Flax layer, weights `(in, out)`.
    Jax,
    /// burn, weights `(in, out)`.
    Burn,
    /// candle, weights `(out, in)`.
    Candle,
}

impl Framework {
    /// Every framework with its name.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("pytorch", Self::PyTorch),
        ("keras", Self::Keras),
        ("jax", Self::Jax),
        ("burn", Self::Burn),
        ("candle", Self::Candle),
    ];

    /// How a comment begins.
    pub fn comment(self) -> &'static str {
        match self {
            Self::PyTorch | Self::Keras | Self::Jax => "#",
            Self::Burn | Self::Candle => "//",
        }
    }

    /// The order of a weight matrix's axes, as `initlab draw --layout` takes it.
    pub fn layout(self) -> &'static str {
        match self {
            Self::PyTorch | Self::Candle => "out_in",
            Self::Keras | Self::Jax | Self::Burn => "in_out",
        }
    }
}

named_family!(Framework, "framework");
