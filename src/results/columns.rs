//! The column names of a row struct, known from its type alone.
//!
//! A table without rows has a header too, and `csv` takes its header from the first row. So the
//! names come from where serde keeps them: a struct that is deserialized first says which fields it
//! looks for. The deserializer here listens to that and then refuses to go on.

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// A table's name with the columns that its row struct gives it.
///
/// The header of a table decides whether two runs' tables can be put together, so it is part of a
/// run's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableColumns {
    /// The table's name: `loss` for `loss.csv`.
    pub table: &'static str,
    /// The names of its columns, in order.
    pub columns: &'static [&'static str],
}

impl TableColumns {
    /// The columns of a table of `R`s, in the order of the struct's fields, by the names that serde has.
    ///
    /// ```
    /// use initlab::results::TableColumns;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct LossRow { initializer: String, iteration: usize, loss: f64 }
    ///
    /// assert_eq!(TableColumns::of::<LossRow>("loss").columns, ["initializer", "iteration", "loss"]);
    /// ```
    ///
    /// # Panics
    /// If `R` is not a struct with named fields, or has `#[serde(flatten)]` ones.
    pub fn of<R: DeserializeOwned>(table: &'static str) -> Self {
        Self { table, columns: columns_of::<R>() }
    }
}

/// The names of the columns of `R`, in order.
///
/// # Panics
/// If `R` is not a struct with named fields, or has `#[serde(flatten)]` ones.
pub(super) fn columns_of<R: DeserializeOwned>() -> &'static [&'static str] {
    let mut columns = None;
    // It always fails: the names are the only thing it is asked for.
    let _ = R::deserialize(Listener { columns: &mut columns });
    columns.expect("a row is a struct with named fields")
}

/// A deserializer that writes down the fields of the first struct it meets.
struct Listener<'a> {
    columns: &'a mut Option<&'static [&'static str]>,
}

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        *self.columns = Some(fields);
        Err(Error::custom("the fields are known"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("a row is a struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only the names of its fields matter")]
    struct Row {
        initializer: String,
        #[serde(rename = "loss")]
        value: Option<f64>,
    }

    #[test]
    fn names_come_from_the_type_as_serde_spells_them() {
        assert_eq!(columns_of::<Row>(), ["initializer", "loss"]);
    }

    #[test]
    fn a_table_has_the_columns_of_its_rows() {
        let expected = TableColumns { table: "loss", columns: &["initializer", "loss"] };
        assert_eq!(TableColumns::of::<Row>("loss"), expected);
    }

    #[test]
    #[should_panic(expected = "a row is a struct with named fields")]
    fn a_tuple_is_no_row() {
        columns_of::<(u8, u8)>();
    }
}
