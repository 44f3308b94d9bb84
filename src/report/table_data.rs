//! Tables as columns, for the page's scripts.

use crate::results::Table;
use csv::{Reader, StringRecord};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Header and rows of a table; a table that was parsed can be read again.
///
/// # Panics
/// Never for a [`Table`]: each has a header, and rows of its length.
pub fn records(table: &Table) -> (StringRecord, Vec<StringRecord>) {
    let mut reader = Reader::from_reader(table.to_csv());
    let header = reader.headers().expect("a parsed table has a header").clone();
    (header, reader.records().map(|row| row.expect("a parsed table has whole rows")).collect())
}

/// The position of a column, from 0; `None` where there is none of that name.
pub fn column(header: &StringRecord, name: &str) -> Option<usize> {
    header.iter().position(|found| found == name)
}

/// The cells of one column; none where it is missing.
pub fn cells(table: &Table, name: &str) -> Vec<String> {
    let (header, rows) = records(table);
    let index = column(&header, name);
    index.map_or(Vec::new(), |index| rows.iter().map(|row| row[index].to_owned()).collect())
}

/// A table column by column: `{"name": …, "numbers": […]}` where every cell is a number or empty (`null`), else
/// `{"name": …, "texts": […], "codes": […]}`, each cell being the text of its code.
///
/// ```
/// use initlab::report::table_data::columns;
/// use initlab::results::Table;
/// use serde_json::json;
///
/// let table = Table::parse("summary", b"verdict,loss\nlearned,0.5\nlearned,\n").unwrap();
/// let verdict = json!({"name": "verdict", "texts": ["learned"], "codes": [0, 0]});
/// let loss = json!({"name": "loss", "numbers": [0.5, null]});
/// assert_eq!(columns(&table), json!({"rows": 2, "columns": [verdict, loss]}));
/// ```
pub fn columns(table: &Table) -> Value {
    let (header, rows) = records(table);
    by_column(&header, &rows)
}

/// The same of the rows whose seed is the first of all, which shows every setting once; of all rows where the table
/// has no column `seed`.
pub fn columns_of_first_seed(table: &Table) -> Value {
    let (header, mut rows) = records(table);
    if let (Some(seed), false) = (column(&header, "seed"), rows.is_empty()) {
        let first = rows[0][seed].to_owned();
        rows.retain(|row| row[seed] == first);
    }
    by_column(&header, &rows)
}

fn by_column(header: &StringRecord, rows: &[StringRecord]) -> Value {
    let column = |index: usize| {
        let cells = || rows.iter().map(|row| &row[index]);
        match cells().map(number).collect::<Option<Vec<Value>>>() {
            Some(numbers) => json!({"name": &header[index], "numbers": numbers}),
            None => coded(&header[index], cells()),
        }
    };
    json!({"rows": rows.len(), "columns": (0..header.len()).map(column).collect::<Vec<_>>()})
}

/// A cell as a JSON number; infinite ones and NaN are texts, an empty cell is null.
fn number(cell: &str) -> Option<Value> {
    if cell.is_empty() {
        return Some(Value::Null);
    }
    let number: f64 = cell.parse().ok()?;
    Some(serde_json::Number::from_f64(number).map_or_else(|| json!(number.to_string()), Value::Number))
}

/// A column of texts: each different text once, in order of appearance, and its number for every cell.
fn coded<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> Value {
    let (mut texts, mut codes, mut code_of) = (Vec::new(), Vec::new(), HashMap::new());
    for cell in cells {
        let code = *code_of.entry(cell).or_insert_with(|| {
            texts.push(cell);
            texts.len() - 1
        });
        codes.push(code);
    }
    json!({"name": name, "texts": texts, "codes": codes})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_and_labels_are_coded() {
        let csv = "initializer,loss,at\nHe,0.5,\n\"</script>\",NaN,3\nHe,inf,1e-3\n";
        let found = columns(&Table::parse("loss", csv.as_bytes()).unwrap());
        let expected = json!({"rows": 3, "columns": [
            {"name": "initializer", "texts": ["He", "</script>"], "codes": [0, 1, 0]},
            {"name": "loss", "numbers": [0.5, "NaN", "inf"]},
            {"name": "at", "numbers": [null, 3.0, 0.001]},
        ]});
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_seed_stands_for_all() {
        let of = |csv: &str| columns_of_first_seed(&Table::parse("points", csv.as_bytes()).unwrap());
        let found = of("init,seed,x\nHe,3,1\nHe,4,2\nzeros,3,5\nzeros,4,6\n");
        assert_eq!(found["rows"], 2);
        assert_eq!(found["columns"][2], json!({"name": "x", "numbers": [1.0, 5.0]}));
        assert_eq!(of("x\n1\n2\n")["rows"], 2);
        assert_eq!(of("seed,x\n")["rows"], 0);
    }
}
