//! The frameworks whose code is known: their names, how they comment, how they order a weight's axes.
//!
//! What each of them writes for an initializer stands in [`table`](super::table) and
//! [`words`](super::words).

use crate::named_family;

/// A framework whose code is known; on the command line the value of `--code`.
///
/// ```
/// use initlab::frameworks::Framework;
///
/// let keras: Framework = "Keras".parse()?;
/// assert_eq!((keras.comment(), keras.layout()), ("#", "in_out"));
/// assert_eq!("candle".parse::<Framework>()?.layout(), "out_in");
/// assert!("tensorflow".parse::<Framework>().is_err());
/// # Ok::<(), initlab::nn::names::UnknownName>(())
/// ```
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
    /// Every framework with its name, in the order of the columns of [`Row::code`](super::table::Row::code).
    pub const NAMED: &[(&'static str, Self)] = &[
        ("pytorch", Self::PyTorch),
        ("keras", Self::Keras),
        ("jax", Self::Jax),
        ("burn", Self::Burn),
        ("candle", Self::Candle),
    ];

    /// Its name as its makers write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::PyTorch => "PyTorch",
            Self::Keras => "Keras",
            Self::Jax => "Flax",
            Self::Burn => "burn",
            Self::Candle => "candle",
        }
    }

    /// The mark with which a comment begins, up to the end of its line: `#` in Python, `//` in Rust.
    pub fn comment(self) -> &'static str {
        match self {
            Self::PyTorch | Self::Keras | Self::Jax => "#",
            Self::Burn | Self::Candle => "//",
        }
    }

    /// The order of a weight matrix's axes, as `initlab draw --layout` takes it: `out_in` for
    /// `(units, inputs)`, `in_out` for `(inputs, units)`.
    pub fn layout(self) -> &'static str {
        match self {
            Self::PyTorch | Self::Candle => "out_in",
            Self::Keras | Self::Jax | Self::Burn => "in_out",
        }
    }
}

named_family!(Framework, "framework");
