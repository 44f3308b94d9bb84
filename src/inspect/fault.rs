//! What can be wrong with a tensor, in words.

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
        /// The value.
        value: f64,
    },
    /// Units with equal weights, bit by bit, which stay equal in training.
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
            Self::RepeatedUnits { count, unit } => {
                write!(f, "{count} repeated units (the first is number {unit}, from 0)")
            }
            Self::Huge { count, ratio } => write!(f, "{count} huge values (up to {ratio:.0} σ)"),
            Self::NotLikeOthers { ratio } => write!(f, "not like the others ({ratio:.2e} of their scale)"),
        }
    }
}
