//! What can be wrong with a tensor, in words.

use super::numbers::three_digits;
use crate::nn::number::counted;
use std::fmt;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// So many numbers are NaN or infinite.
    NotFinite {
        /// How many.
        count: usize,
    },
    /// Every weight is 0.
    AllZero,
    /// Every weight is the same.
    Constant {
        /// The value, as short as its type allows.
        value: String,
    },
    /// Units whose weights are all 0.
    ZeroUnits {
        /// How many.
        count: usize,
    },
    /// Units with equal weights other than 0, bit by bit, which stay equal in training.
    RepeatedUnits {
        /// Units that are equal to an earlier one.
        count: usize,
        /// The first of them, from 0.
        unit: usize,
    },
    /// A few weights are far outside of all others.
    Huge {
        /// How many.
        count: usize,
        /// The largest, in standard deviations of a normal with the same quartiles.
        ratio: f64,
    },
    /// The scale is another than that of the other tensors.
    NotLikeOthers {
        /// Its scale over theirs.
        ratio: f64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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
        }
    }
}
