//! Final loss over travel: does the way that the slowest layer can go in a run tell whether it learns?
//!
//! One point per run of a grid, coloured by activation, or by initializer where the grid has only one
//! activation. Drawn for grids that are large enough to show a relation.

use crate::experiments::raw_table::RawTable;
use crate::plot::{Axis, Curves, Figure, Panel, Series};
use crate::results::{TableError, Tables};

/// Fewer points show no relation.
const LEAST_POINTS: usize = 20;
/// The columns by which points are coloured, the first that the grid has.
const COLOURED_BY: [&str; 2] = ["activation", "initializer"];

/// The figure; `None` for a small grid.
pub fn figure(tables: &Tables) -> Result<Option<Figure>, TableError> {
    let summary = RawTable::of(tables.get("summary")?);
    let points: Vec<(&str, f64, f64)> = summary.rows.iter().filter_map(|row| point(&summary, row)).collect();
    if points.len() < LEAST_POINTS {
        return Ok(None);
    }
    let missing = summary.rows.len() - points.len();
    let curves = Curves {
        x: Axis::log("travel of the slowest layer (its way in the whole run, in units of its weights)"),
        y: Axis::log("final loss"),
        series: series(&points),
        ..Curves::default()
    };
    let mut figure =
        Figure::single("travel", "Final loss and travel, one point per run", Panel::Curves(curves));
    if missing > 0 {
        figure
            .notes
            .push(format!("{missing} runs have no point: they diverged, or their weights are all 0."));
    }
    Ok(Some(figure))
}

/// Colour, travel and final loss of a run that has both.
fn point<'a>(summary: &RawTable, row: &'a [String]) -> Option<(&'a str, f64, f64)> {
    let number = |name: &str| -> Option<f64> {
        let cell = row.get(summary.column(name)?)?;
        cell.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0)
    };
    let colour = COLOURED_BY.iter().find_map(|name| summary.column(name));
    Some((colour.map_or("runs", |column| row[column].as_str()), number("travel")?, number("final_loss")?))
}

/// A series per point, so that no line joins them; the first of each colour stands in the legend.
fn series<'a>(points: &[(&'a str, f64, f64)]) -> Vec<Series> {
    let mut colours: Vec<&'a str> = Vec::new();
    let one = |&(colour, travel, loss): &(&'a str, f64, f64)| {
        let known = colours.iter().position(|name| *name == colour);
        let style = known.unwrap_or(colours.len());
        let label = if known.is_none() { colour.to_owned() } else { String::new() };
        if known.is_none() {
            colours.push(colour);
        }
        Series { label, style, x: vec![travel], y: vec![loss], markers: Some(1), ..Series::default() }
    };
    points.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Table;

    fn tables(rows: usize) -> Tables {
        let row = |i: usize| {
            let activation = if i.is_multiple_of(2) { "relu" } else { "tanh" };
            format!("{activation},{i},0.5,0.{}\n", i + 1)
        };
        let rows: String = (0..rows).map(row).collect();
        let csv = format!("activation,seed,final_loss,travel\n{rows}relu,99,NaN,0.5\n");
        Tables::from_iter([Table::parse("summary", csv.as_bytes()).unwrap()])
    }

    #[test]
    fn every_run_with_both_numbers_is_a_point() {
        let figure = figure(&tables(20)).unwrap().unwrap();
        let Panel::Curves(curves) = &figure.panels[0] else { panic!("a panel of curves") };
        assert_eq!(curves.series.len(), 20);
        let labels: Vec<&str> = curves.series.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels[..3], ["relu", "tanh", ""]);
        assert!(figure.notes[0].starts_with("1 runs have no point"), "{:?}", figure.notes);
    }

    #[test]
    fn a_small_grid_has_none() {
        assert!(figure(&tables(19)).unwrap().is_none());
    }
}
