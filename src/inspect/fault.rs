//! The faults that a tensor can have, in words.
//!
//! The rules by which a fault is found stand in [`faults`](super::faults).

use super::numbers::three_digits;
use crate::text::counted;
use std::fmt;

/// Something that is wrong with one tensor; its text is a cell of the table that `inspect` prints.
///
/// ```
/// use initlab::inspect::Fault;
///
/// assert_eq!(Fault::ZeroUnits { count: 2 }.to_string(), "2 units have only weights of 0");
/// let repeated = Fault::RepeatedUnits { count: 1, unit: 7 };
/// assert_eq!(repeated.to_string(), "1 repeated unit (number 7, counted from 0)");
/// assert_eq!(Fault::Huge { count: 3, ratio: 41.3 }.to_string(), "3 huge values (up to 41.3 σ)");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Variances below 0, in a tensor that batch norm keeps them in.
    NegativeVariance {
        /// The number of them.
        count: usize,
    },
    /// Some numbers are NaN or infinite.
    NotFinite {
        /// The number of them.
        count: usize,
    },
    /// Every weight is 0; of weights alone, biases are healthy like this.
    AllZero,
    /// Every weight is the same number other than 0.
    Constant {
        /// The value, as short as its type allows.
        value: String,
    },
    /// Units whose weights are all 0.
    ZeroUnits {
        /// The number of such units.
        count: usize,
    },
    /// Units with equal weights other than 0, bit by bit, which stay equal in training.
    RepeatedUnits {
        /// Units that are equal to an earlier one.
        count: usize,
        /// The lowest number of such a unit, from 0.
        unit: usize,
    },
    /// A few weights, at most one in a hundred, are far outside of all others.
    Huge {
        /// The number of such weights.
        count: usize,
        /// The largest absolute value, in standard deviations of a normal with the same quartiles.
        ratio: f64,
    },
    /// The scale is another than that of the other weight tensors of the file.
    NotLikeOthers {
        /// Its scale over their median, in the measure in which it is nearest to them.
        ratio: f64,
    },
    /// The scale is far from He's, and no initializer that knows only the size explains it.
    FarFromHe {
        /// The root mean square over He's standard deviation.
        ratio: f64,
    },
    /// The numbers are those of another tensor, bit by bit.
    SameNumbers {
        /// The name of the first tensor with these numbers.
        of: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NegativeVariance { count } => write!(f, "{} below 0", counted(*count, "variance")),
            Self::NotFinite { count } => write!(f, "{count} NaN or infinite"),
            Self::AllZero => write!(f, "all zero"),
            Self::Constant { value } => write!(f, "constant {value}"),
            Self::ZeroUnits { count: 1 } => write!(f, "1 unit has only weights of 0"),
            Self::ZeroUnits { count } => write!(f, "{count} units have only weights of 0"),
            Self::RepeatedUnits { count, unit } => {
                let first = if *count == 1 { "number" } else { "the first is number" };
                write!(f, "{} ({first} {unit}, counted from 0)", counted(*count, "repeated unit"))
            }
            Self::Huge { count, ratio } => {
                write!(f, "{} (up to {} σ)", counted(*count, "huge value"), three_digits(*ratio))
            }
            Self::NotLikeOthers { ratio } => {
                write!(f, "not like the others ({} times their scale)", three_digits(*ratio))
            }
            Self::FarFromHe { ratio } => write!(f, "scale {} times He's", three_digits(*ratio)),
            Self::SameNumbers { of } => write!(
                f,
                "the same numbers as {of} (one initializer object with one seed, or tied or copied on purpose)"
            ),
        }
    }
}
