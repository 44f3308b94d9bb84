//! The frameworks whose code is known: their names, how they comment, how they order a weight's axes.
//!
//! A framework that takes another's initializers has that one's column. What each writes stands in [`table`](super::table) and
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
/// assert!("theano".parse::<Framework>().is_err());
/// # Ok::<(), initlab::nn::names::UnknownName>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// `torch.nn`, weights `(out, in)`.
    PyTorch,
    /// Keras 3, weights `(in, out)`.
    Keras,
    /// `jax.nn.initializers` in a layer of Flax's linen, weights `(in, out)`.
    Jax,
    /// burn, weights `(in, out)`.
    Burn,
    /// candle, weights `(out, in)`.
    Candle,
    /// JAX's initializers in a layer of Flax's nnx, weights `(in, out)`.
    Nnx,
    /// JAX's initializers in a layer of Equinox, weights `(out, in)`.
    Equinox,
    /// `tf.keras`, weights `(in, out)`.
    TensorFlow,
}

impl Framework {
    /// Every framework with its name; the first ones in the order of the columns of [`CodeRow::code`](super::table::CodeRow::code).
    pub const NAMED: &[(&'static str, Self)] = &[
        ("pytorch", Self::PyTorch),
        ("keras", Self::Keras),
        ("jax", Self::Jax),
        ("burn", Self::Burn),
        ("candle", Self::Candle),
        ("nnx", Self::Nnx),
        ("equinox", Self::Equinox),
        ("tensorflow", Self::TensorFlow),
    ];

    /// The framework whose initializers it takes.
    ///
    /// ```
    /// use initlab::frameworks::Framework;
    ///
    /// assert_eq!(Framework::Nnx.initializers(), Framework::Jax);
    /// ```
    #[must_use]
    pub fn initializers(self) -> Self {
        match self {
            Self::Nnx | Self::Equinox => Self::Jax,
            Self::TensorFlow => Self::Keras,
            own => own,
        }
    }

    /// Its name as its makers write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::PyTorch => "PyTorch",
            Self::Keras => "Keras",
            Self::Jax | Self::Nnx => "Flax",
            Self::Burn => "burn",
            Self::Candle => "candle",
            Self::Equinox => "Equinox",
            Self::TensorFlow => "TensorFlow",
        }
    }

    /// The mark with which a comment begins, up to the end of its line: `#` in Python, `//` in Rust.
    pub fn comment(self) -> &'static str {
        match self {
            Self::Burn | Self::Candle => "//",
            _ => "#",
        }
    }

    /// The order of a weight matrix's axes, as `initlab draw --layout` takes it: `out_in` for
    /// `(units, inputs)`, `in_out` for `(inputs, units)`.
    pub fn layout(self) -> &'static str {
        match self {
            Self::PyTorch | Self::Candle | Self::Equinox => "out_in",
            _ => "in_out",
        }
    }
}

named_family!(Framework, "framework");
