//! How the tables of `circles` are drawn: the cost of every iteration, and what each network thinks of
//! the plane.

use super::REACH;
use super::rows::{BoundaryRow, LossRow, PointRow, SummaryRow};
use crate::Real;
use crate::experiments::curves::{NameStyles, Noise, dash_hidden, groups, loss_curves, notes};
use crate::plot::{Axis, Curves, DecisionMap, Figure, Panel, ReferenceLine};
use crate::results::{TableError, Tables};
use std::f64::consts::LN_2;

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    Ok(vec![cost(tables)?, boundaries(tables)?])
}

/// The cost of every iteration, on a logarithmic axis: ×10 starts a thousandfold above the others. Each
/// cost is of all points, so there is nothing to smooth.
fn cost(tables: &Tables) -> Result<Figure, TableError> {
    let rows = tables.rows::<LossRow>("loss")?;
    let styles = NameStyles::of(rows.iter().map(|row| row.initializer.as_str()));
    let groups = groups(
        rows.iter().map(|row| (row.initializer.as_str(), row.seed, row.iteration, f64::from(row.loss))),
    );
    let coin = ReferenceLine::in_legend(LN_2, "ln 2 = 0.693: tossing a coin");
    let mut curves = Curves {
        y: Axis::log("cost, nats"),
        horizontal: vec![coin],
        ..loss_curves(&groups, &styles, Noise::None)
    };
    dash_hidden(&mut curves.series);
    let figure = Figure::single("loss", "Cost of two rings, by initializer", Panel::Curves(curves));
    Ok(Figure { notes: notes(&groups, Noise::None), ..figure })
}

/// One map per initializer, of its first seed.
fn boundaries(tables: &Tables) -> Result<Figure, TableError> {
    let rows = tables.rows::<BoundaryRow>("boundary")?;
    check(&rows)?;
    let (points, summary) = (tables.rows::<PointRow>("points")?, tables.rows::<SummaryRow>("summary")?);
    let mut panels: Vec<DecisionMap> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    for run in rows.chunk_by(|a, b| a.initializer == b.initializer && a.seed == b.seed) {
        let (initializer, seed) = (&run[0].initializer, run[0].seed);
        if !shown.contains(&initializer.as_str()) {
            shown.push(initializer);
            let mine = points.iter().filter(|p| p.initializer == *initializer && p.seed == seed);
            let outcome = summary.iter().find(|s| s.initializer == *initializer && s.seed == seed);
            panels.push(map(run, mine, outcome));
        }
    }
    let several =
        summary.iter().any(|row| row.initializer == summary[0].initializer && row.seed != summary[0].seed);
    Ok(Figure {
        name: "boundary".to_owned(),
        title: "What each network says of the plane".to_owned(),
        columns: panels.len().min(3),
        panel_size: (420, 440),
        panels: panels.into_iter().map(Panel::DecisionMap).collect(),
        notes: vec![key(several)],
        shared_legend: true,
        ..Figure::default()
    })
}

/// Refuses a place that is nowhere.
fn check(rows: &[BoundaryRow]) -> Result<(), TableError> {
    let Some(row) = rows.iter().position(|row| !row.x.is_finite() || !row.y.is_finite()) else {
        return Ok(());
    };
    let (x, y) = (rows[row].x, rows[row].y);
    let (column, found) = if x.is_finite() { ("y", y) } else { ("x", x) };
    let problem = format!("column {column}: expected a finite number, found {found}");
    // Lines count from 1, the header's.
    Err(TableError::Line { table: "boundary".to_owned(), line: row as u64 + 2, problem })
}

fn key(several: bool) -> String {
    let seed = if several { " Of several seeds, the first is shown." } else { "" };
    format!(
        "Areas: the ring that the network names, deeper the surer it is; white: it cannot tell. Points: those it learned from.{seed}"
    )
}

/// In double precision, so that a logit near 0 keeps its distance from one half.
fn probability(logit: Real) -> f64 {
    1.0 / (1.0 + (-f64::from(logit)).exp())
}

fn map<'a>(
    run: &[BoundaryRow],
    points: impl Iterator<Item = &'a PointRow>,
    outcome: Option<&SummaryRow>,
) -> DecisionMap {
    let columns = run.iter().take_while(|row| row.y == run[0].y).count();
    let accuracy = outcome.map_or_else(String::new, |row| {
        let (train, test) = (100.0 * row.train_accuracy, 100.0 * row.test_accuracy);
        if train.is_finite() {
            format!(": train {train:.1} %, test {test:.1} %")
        } else {
            ": diverged".to_owned()
        }
    });
    DecisionMap {
        title: format!("{}{accuracy}", run[0].initializer),
        x_range: (-REACH, REACH),
        y_range: (-REACH, REACH),
        columns,
        rows: run.len() / columns,
        values: run.iter().map(|row| probability(row.logit)).collect(),
        points: points.filter(|p| p.set == "train").map(|p| (p.x, p.y, p.label)).collect(),
        classes: ["outer ring".to_owned(), "inner ring".to_owned()],
    }
}
