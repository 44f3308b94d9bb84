//! What the page's scripts read of one section: its curves, and its other tables by column.

use super::chart_data::curves;
use super::section::Section;
use super::table_data;
use crate::experiments::name_styles::NameStyles;
use crate::results::Table;
use serde_json::{Map, Value, json};

/// Rows of a table that the page carries at most; what is longer has its figures.
const MOST_ROWS: usize = 20_000;

/// Tables of which the page shows one seed at a time: where all are too many, the first stands for them.
const SEED_BY_SEED: [&str; 4] = ["bins", "layers", "parameters", "points"];

/// The columns that are drawn as curves: table, and its column.
const CURVES: [(&str, &str); 3] =
    [("loss", "loss"), ("accuracy", "test_accuracy"), ("accuracy", "train_accuracy")];

/// The data of a section, which `js/main.js` gives to its charts.
pub fn json(section: &Section) -> Value {
    let curves: Vec<Value> =
        CURVES.iter().filter_map(|(table, column)| curve_data(section, table, column)).collect();
    let is_curve = |name: &str| CURVES.iter().any(|(table, _)| *table == name);
    let others = section.tables.iter().filter(|table| !is_curve(table.name()));
    let tables: Map<String, Value> =
        others.filter_map(|table| Some((table.name().to_owned(), carried(table)?))).collect();
    json!({"experiment": section.experiment.name, "curves": curves, "tables": tables, "styles": styles(section)})
}

/// The look of every initializer of the section, as in its figures.
fn styles(section: &Section) -> Map<String, Value> {
    let short = section.tables.iter().filter(|table| table.row_count() <= MOST_ROWS);
    let names: Vec<String> = short.flat_map(|table| table_data::cells(table, "initializer")).collect();
    let styles = NameStyles::of(names.iter().map(String::as_str));
    names.iter().map(|name| (name.clone(), json!(styles.get(name)))).collect()
}

/// A table as the page carries it, if it does.
fn carried(table: &Table) -> Option<Value> {
    let columns = if table.row_count() > MOST_ROWS && SEED_BY_SEED.contains(&table.name()) {
        table_data::columns_of_first_seed(table)
    } else if table.row_count() > MOST_ROWS {
        return None;
    } else {
        table_data::columns(table)
    };
    columns["rows"].as_u64().filter(|rows| *rows <= MOST_ROWS as u64).map(|_| columns)
}

/// The curves of one column, if any has more than a point. Of runs at several learning rates, which `rates.csv` has
/// one row each for, they are those of the figure: each initializer's at its best rate, on the seeds that are shown.
fn curve_data(section: &Section, table: &str, column: &str) -> Option<Value> {
    let mut found = curves(section.tables.get(table).ok()?, column)?;
    if let Ok(rates) = section.tables.get("rates") {
        let [best, used] = ["best", "used_for"].map(|name| table_data::cells(rates, name));
        let shown: Vec<bool> = best.iter().zip(&used).map(|(b, u)| b == "true" && u == "shown").collect();
        found = found.with_setting("learning_rate", &table_data::cells(rates, "learning_rate")).only(&shown);
    }
    found.runs.iter().any(|run| run.values.len() > 1).then(|| found.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two seeds of a table with this many rows each.
    fn table(name: &str, rows: usize) -> Table {
        let csv = (0..2 * rows).fold("seed,x\n".to_owned(), |csv, row| csv + &format!("{},1\n", row / rows));
        Table::parse(name, csv.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_too_long_is_there_for_its_first_seed_or_not_at_all() {
        let rows = |name: &str, rows| carried(&table(name, rows)).map(|value| value["rows"].as_u64());
        assert_eq!(rows("points", MOST_ROWS / 2), Some(Some(20_000)));
        assert_eq!(rows("points", MOST_ROWS / 2 + 1), Some(Some(10_001)));
        assert_eq!(rows("points", MOST_ROWS + 1), None);
        assert_eq!(rows("boundary", MOST_ROWS / 2 + 1), None);
    }
}
