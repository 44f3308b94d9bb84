//! Final loss over travel: does the way that the slowest layer can go in a run tell whether it learns?
//!
//! One point per run of a grid, coloured by activation, or by initializer where the grid has only one
//! activation. Drawn for grids that are large enough to show a relation.

use crate::experiments::name_styles::style_of;
use crate::experiments::raw_table::RawTable;
use crate::nn::init::Init;
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
        y: Axis::log("final loss, nats"),
        series: series(&points),
        ..Curves::default()
    };
    let mut figure =
        Figure::single("travel", "Final loss and travel, one point per run", Panel::Curves(curves));
    if missing > 0 {
        let runs = if missing == 1 { "1 run has".to_owned() } else { format!("{missing} runs have") };
        figure.notes.push(format!("{runs} no point: without a finite final loss or a travel above 0."));
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

/// The look of an initializer is its own; activations have theirs in order of appearance.
fn look(colour: &str, place: usize) -> usize {
    let is_initializer = colour.parse::<Init>().is_ok();
    if is_initializer { style_of(colour) } else { place }
}

/// A series per colour, in order of appearance.
fn series(points: &[(&str, f64, f64)]) -> Vec<Series> {
    let mut series: Vec<Series> = Vec::new();
    for (colour, travel, loss) in points {
        let known = series.iter().position(|one| one.label == *colour).unwrap_or_else(|| {
            let (label, style) = ((*colour).to_owned(), look(colour, series.len()));
            series.push(Series { label, style, points: true, markers: Some(1), ..Series::default() });
            series.len() - 1
        });
        series[known].x.push(*travel);
        series[known].y.push(*loss);
    }
    series
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
        let found: Vec<(&str, usize)> =
            curves.series.iter().map(|one| (one.label.as_str(), one.x.len())).collect();
        assert_eq!(found, [("relu", 10), ("tanh", 10)]);
        assert!(curves.series.iter().all(|one| one.points && one.x.len() == one.y.len()));
        assert!(figure.notes[0].starts_with("1 run has no point"), "{:?}", figure.notes);
    }

    #[test]
    fn a_small_grid_has_none() {
        assert!(figure(&tables(19)).unwrap().is_none());
    }
}
