//! How the tables of `compare` are drawn: the loss of every iteration, one curve per initializer, and of
//! several learning rates the final loss over the rate.

use super::rates::{LEARNING_RATE, SHOWN};
use super::rows::{LossRow, RateRow};
use crate::experiments::curves::{groups, loss_curves, notes};
use crate::experiments::raw_table::RawTable;
use crate::nn::init::names::label_for_readers;
use crate::plot::{Axis, Curves, Figure, Panel, Series};
use crate::results::{TableError, Tables};
use crate::stats::{Band, band};

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    let rates = tables.rows::<RateRow>("rates").unwrap_or_default();
    let mut losses = tables.rows::<LossRow>("loss")?;
    if !rates.is_empty() {
        let best = best_runs(&rates);
        let column = RawTable::of(tables.get("loss")?);
        let rate = |row: usize| column.cell(&column.rows[row], LEARNING_RATE).parse::<f64>().ok();
        let mut row = 0..;
        losses.retain(|loss| {
            let rate = row.next().and_then(rate);
            best.iter().any(|(name, seed, best)| {
                *name == loss.initializer && *seed == loss.seed && rate == Some(*best)
            })
        });
    }
    let label =
        |row: &LossRow| match rates.iter().find(|rate| rate.best && rate.initializer == row.initializer) {
            Some(rate) => format!("{}, rate {}", label_for_readers(&row.initializer), rate.learning_rate),
            None => label_for_readers(&row.initializer),
        };
    let labels: Vec<String> = losses.iter().map(label).collect();
    let groups = groups(
        losses.iter().zip(&labels).map(|(row, label)| (label.as_str(), row.seed, f64::from(row.loss))),
    );
    let mut figure = Figure::single("loss", Panel::Curves(loss_curves(&groups)));
    figure.notes = notes(&groups);
    Ok([Some(figure), rate_figure(&rates)].into_iter().flatten().collect())
}

/// Initializer, seed and rate of the runs that are shown.
fn best_runs(rates: &[RateRow]) -> Vec<(&str, u64, f64)> {
    let shown = rates.iter().filter(|row| row.best && row.used_for == SHOWN);
    shown.map(|row| (row.initializer.as_str(), row.seed, row.learning_rate)).collect()
}

/// Final loss over learning rate, one curve per initializer; `None` for one rate.
fn rate_figure(rates: &[RateRow]) -> Option<Figure> {
    let shown: Vec<&RateRow> = rates.iter().filter(|row| row.used_for == SHOWN).collect();
    let of_one = shown.chunk_by(|a, b| a.initializer == b.initializer);
    let series: Vec<Series> = of_one.enumerate().map(|(style, rows)| rate_series(style, rows)).collect();
    if series.is_empty() {
        return None;
    }
    let curves =
        Curves { x: Axis::log("learning rate"), y: Axis::linear("final loss"), series, ..Curves::default() };
    let mut figure = Figure::single("rates", Panel::Curves(curves));
    figure.notes = vec!["A rate at which a seed diverged has no point.".to_owned()];
    Some(figure)
}

fn rate_series(style: usize, rows: &[&RateRow]) -> Series {
    let mut points: Vec<(f64, Band)> = rows
        .chunk_by(|a, b| a.learning_rate == b.learning_rate)
        .map(|seeds| {
            (seeds[0].learning_rate, band(&seeds.iter().map(|row| row.final_loss).collect::<Vec<_>>()))
        })
        .filter(|(_, band)| band.mean.is_finite())
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ends = |side: f64| points.iter().map(|(_, band)| Some(band.mean + side * band.half_width?)).collect();
    let (low, high): (Option<Vec<f64>>, Option<Vec<f64>>) = (ends(-1.0), ends(1.0));
    Series {
        label: rows[0].initializer.clone(),
        style,
        x: points.iter().map(|(rate, _)| *rate).collect(),
        y: points.iter().map(|(_, band)| band.mean).collect(),
        band: low.zip(high),
        markers: Some(1),
        ..Series::default()
    }
}
