//! A number that a row may lack, in the one form that every reader types rightly: a decimal point, and `NaN` for none.
//!
//! Readers guess a column's type from its first rows, some from a hundred: where those were empty, numbers below them
//! became texts, and a column of whole numbers became one of fractions in the folder in which one was missing.
//! `#[serde(with = "gap")]` stands at every such field; what earlier versions or pandas wrote (`7`, or nothing) is read too.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;

/// A number that can be written as a fraction and read back.
pub trait Number: Copy {
    /// The number.
    fn to_float(self) -> f64;

    /// The number again; none where it is not one of these.
    fn of_float(number: f64) -> Option<Self>;
}

impl Number for f64 {
    fn to_float(self) -> f64 {
        self
    }

    fn of_float(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl Number for usize {
    fn to_float(self) -> f64 {
        self as f64
    }

    fn of_float(number: f64) -> Option<Self> {
        let whole = number as Self;
        (whole.to_float() == number).then_some(whole)
    }
}

/// Writes the number with a decimal point, and none as NaN.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<T: Number, S: Serializer>(number: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(number.map_or(f64::NAN, T::to_float))
}

/// Reads a number; none where there is NaN or nothing.
///
/// # Errors
/// Those of the deserializer, and a fraction where a whole number is expected.
pub fn deserialize<'de, T: Number, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    match Option::<f64>::deserialize(deserializer)?.filter(|number| !number.is_nan()) {
        None => Ok(None),
        Some(number) => {
            T::of_float(number).map(Some).ok_or_else(|| D::Error::custom("expected a whole number"))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::results::Table;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        #[serde(with = "super")]
        at: Option<usize>,
        #[serde(with = "super")]
        low: Option<f64>,
    }

    #[test]
    fn what_is_missing_is_nan_and_a_count_that_may_be_missing_has_a_decimal_point() {
        let rows = [Row { at: Some(7), low: Some(0.5) }, Row { at: None, low: None }];
        let table = Table::from_rows("ends", &rows);
        assert_eq!(table.to_csv(), b"at,low\n7.0,0.5\nNaN,NaN\n");
        assert_eq!(table.rows::<Row>().unwrap(), rows);
    }

    #[test]
    fn other_forms_are_read_and_what_is_no_count_is_refused() {
        let read = |text: &str| Table::parse("ends", text.as_bytes()).unwrap().rows::<Row>();
        assert_eq!(read("at,low\n7,\n").unwrap(), [Row { at: Some(7), low: None }]);
        for no_count in ["7.5", "-1", "inf", "x"] {
            let error = read(&format!("at,low\n{no_count},1\n")).unwrap_err().to_string();
            assert!(error.starts_with("table ends, line 2: ") && error.contains("number"), "{error}");
        }
    }
}
