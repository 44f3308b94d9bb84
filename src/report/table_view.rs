//! Tables as HTML, with the columns that differ before those that do not.

use super::table_data::records;
use crate::results::Table;
use csv::StringRecord;
use maud::{Markup, html};

/// A table of runs that the scripts make sortable. Columns that are the same in every row are named in a line
/// above and hidden; the page's script can show them.
pub fn runs(table: &Table) -> Markup {
    let (header, rows) = records(table);
    let constant: Vec<bool> = (0..header.len()).map(|index| is_constant(index, &rows)).collect();
    let named = |empty: bool| {
        let same = header.iter().enumerate().filter(|(index, _)| constant[*index]);
        same.filter(|(index, _)| lacks(&rows[0][*index]) == empty)
            .map(|(index, name)| {
                let text = if empty { String::new() } else { cell(&rows[0][index]) };
                format!("{} {text}", heading(name)).trim_end().to_owned()
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (same, empty) = (named(false), named(true));
    html! {
        @if !same.is_empty() { p.same { "The same in every row: " (same) "." } }
        @if !empty.is_empty() { p.same { "Empty in every row: " (empty) "." } }
        (rows_of(table, &header, &rows, &constant, true))
    }
}

/// Any other table as it is.
pub fn plain(table: &Table) -> Markup {
    let (header, rows) = records(table);
    rows_of(table, &header, &rows, &vec![false; header.len()], false)
}

/// Texts of more bytes than this may break over lines.
const LONG: usize = 40;

/// The table as HTML, in a box that scrolls. Columns of numbers are aligned to the right, `constant` ones are
/// hidden by the style sheet; a cell that is shortened has its full text as a tooltip.
fn rows_of(
    table: &Table,
    header: &StringRecord,
    rows: &[StringRecord],
    constant: &[bool],
    sortable: bool,
) -> Markup {
    let numeric: Vec<bool> = (0..header.len()).map(|index| is_numeric(index, rows)).collect();
    let class = |index: usize| match (numeric[index], constant[index]) {
        (true, true) => Some("number constant"),
        (true, false) => Some("number"),
        (false, true) => Some("constant"),
        (false, false) => None,
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label={ (table.name()) ".csv" } {
            table data-sortable=[sortable.then_some("")] {
                thead { tr { @for (index, name) in header.iter().enumerate() {
                    th scope="col" class=[class(index)] { (heading(name)) }
                } } }
                tbody { @for row in rows { tr { @for (index, text) in row.iter().enumerate() {
                    td class=[if text.len() > LONG { Some("long") } else { class(index) }] title=[(cell(text) != text).then_some(text)] { (cell(text)) }
                } } } }
            }
        }
    }
}

/// Two rows or more that all agree: with one row there is nothing to differ.
fn is_constant(index: usize, rows: &[StringRecord]) -> bool {
    rows.len() > 1 && rows.iter().all(|row| row[index] == rows[0][index])
}

/// True if every cell of a column is a number or empty.
fn is_numeric(index: usize, rows: &[StringRecord]) -> bool {
    rows.iter().all(|row| row[index].is_empty() || row[index].parse::<f64>().is_ok())
}

/// A column's or a table's name in words: `final loss` for `final_loss`.
pub fn heading(name: &str) -> String {
    name.replace('_', " ")
}

/// True of a cell without a value.
fn lacks(text: &str) -> bool {
    text.is_empty() || text == "NaN"
}

/// A cell for reading: fractions with four significant digits, a dash for no value, all else as it is.
fn cell(text: &str) -> String {
    let fraction = text.contains(['.', 'e']).then(|| text.parse::<f64>().ok()).flatten();
    match fraction {
        _ if lacks(text) => "–".to_owned(),
        Some(number) if number.is_finite() => significant(number),
        _ => text.to_owned(),
    }
}

/// Four significant digits, whatever the size: `0.1235`, `12.35`, `1.235e5`.
fn significant(number: f64) -> String {
    match number.abs().log10().floor() {
        _ if number.fract() == 0.0 && number.abs() < 1e6 => number.to_string(),
        power if (-4.0..4.0).contains(&power) => {
            format!("{number:.places$}", places = (3.0 - power) as usize)
        }
        _ => format!("{number:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_short_and_hide_nothing() {
        let cells = [
            "0.296067904",
            "2.3010547",
            "11",
            "1e-7",
            "NaN",
            "",
            "std=0.01",
            "0.0",
            "120.0",
            "12345.678",
            "-0.5",
        ];
        let texts =
            ["0.2961", "2.301", "11", "1.000e-7", "–", "–", "std=0.01", "0", "120", "1.235e4", "-0.5000"];
        assert_eq!(cells.map(cell), texts);
    }

    #[test]
    fn columns_that_do_not_differ_are_told_once() {
        let csv = b"initializer,seed,final_loss\nHe,1,0.25\n<script>,1,0.5\n";
        let html = runs(&Table::parse("summary", csv).unwrap()).into_string();
        assert!(html.starts_with("<p class=\"same\">The same in every row: seed 1.</p>"), "{html}");
        assert!(html.contains("<th scope=\"col\" class=\"number constant\">seed</th>"), "{html}");
        assert!(html.contains("<td>&lt;script&gt;</td>") && !html.contains("<script>"), "{html}");
        assert!(html.contains("title=\"0.5\""), "{html}");
    }
}
