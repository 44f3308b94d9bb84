//! How the tables of `circles` are drawn: the cost of every iteration, and what each network thinks of
//! the plane.

use super::REACH;
use super::rows::{BoundaryRow, LossRow, PointRow, SummaryRow};
use crate::Real;
use crate::experiments::curves::{dash_hidden, groups, loss_curves, notes};
use crate::plot::{Axis, Curves, DecisionMap, Figure, Panel, ReferenceLine};
use crate::results::{TableError, Tables};
use std::f64::consts::LN_2;

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    Ok(vec![cost(tables)?, boundaries(tables)?])
}

/// The cost of every iteration, on a logarithmic axis: ×10 starts a thousandfold above the others.
fn cost(tables: &Tables) -> Result<Figure, TableError> {
    let rows = tables.rows::<LossRow>("loss")?;
    let groups = groups(rows.iter().map(|row| (row.initializer.as_str(), row.seed, f64::from(row.loss))));
    let mut curves = Curves {
        y: Axis::log("cost"),
        horizontal: vec![ReferenceLine { at: LN_2, label: String::new() }],
        ..loss_curves(&groups)
    };
    for series in &mut curves.series {
        series.raw = None;
        series.markers = Some((series.x.len() / 15).max(1));
    }
    dash_hidden(&mut curves.series);
    let mut notes = notes(&groups);
    notes.push("Thin dashes: ln 2 = 0.6931, the cost of tossing a coin.".to_owned());
    Ok(Figure { notes, ..Figure::single("loss", Panel::Curves(curves)) })
}

/// One map per initializer, of its first seed.
fn boundaries(tables: &Tables) -> Result<Figure, TableError> {
    let rows = tables.rows::<BoundaryRow>("boundary")?;
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
        title: String::new(),
        columns: panels.len().min(3),
        panel_size: (420, 440),
        panels: panels.into_iter().map(Panel::DecisionMap).collect(),
        notes: vec![key(several)],
    })
}

fn key(several: bool) -> String {
    let seed = if several { " Of several seeds, the first is shown." } else { "" };
    format!(
        "Colour: the ring that the network names, deeper the surer it is; white: it cannot tell. Points: those it learned from.{seed}"
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
    let accuracy = outcome.map_or(String::new(), |row| {
        let (train, test) = (100.0 * row.train_accuracy, 100.0 * row.test_accuracy);
        format!(": train {train:.1} %, test {test:.1} %")
    });
    DecisionMap {
        title: format!("{}{accuracy}", run[0].initializer),
        x_range: (-REACH, REACH),
        y_range: (-REACH, REACH),
        columns,
        rows: run.len() / columns,
        values: run.iter().map(|row| probability(row.logit)).collect(),
        points: points.filter(|p| p.set == "train").map(|p| (p.x, p.y, p.label)).collect(),
    }
}
