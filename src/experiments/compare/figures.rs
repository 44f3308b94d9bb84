//! How the tables of `compare` are drawn: the loss of every iteration, one curve per initializer; the test
//! accuracy where it was measured on the way; and of several learning rates the final loss over the rate.

use super::rate_figure::rate_figure;
use super::rates::{LEARNING_RATE, SHOWN};
use super::rows::{AccuracyRow, LossRow, RateRow};
use crate::experiments::curves::{CurveGroup, NameStyles, Noise, group_series, groups, loss_curves, notes};
use crate::experiments::raw_table::RawTable;
use crate::nn::init::names::label_for_readers;
use crate::plot::{Axis, Curves, Figure, Panel};
use crate::results::{Row, TableError, Tables};

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    let rates = tables.rows::<RateRow>("rates").unwrap_or_default();
    let losses = shown_losses(tables, &rates)?;
    let styles = NameStyles::of(losses.iter().map(|group| group.name.as_str()));
    let name_and_seed = |row: &AccuracyRow| (row.initializer.clone(), row.seed);
    let accuracy = at_best_rate(tables, "accuracy", &rates, name_and_seed).unwrap_or_default();
    let loss = loss_figure(losses, &rates, &styles);
    let others = [accuracy_figure(&accuracy, &rates, &styles), rate_figure(&rates, &styles)];
    Ok(std::iter::once(loss).chain(others.into_iter().flatten()).collect())
}

/// The losses of the runs that are shown, by initializer and seed.
pub(super) fn shown_losses(tables: &Tables, rates: &[RateRow]) -> Result<Vec<CurveGroup>, TableError> {
    let name_and_seed = |row: &LossRow| (row.initializer.clone(), row.seed);
    let rows = at_best_rate(tables, "loss", rates, name_and_seed)?;
    let losses =
        rows.iter().map(|row| (row.initializer.as_str(), row.seed, row.iteration, f64::from(row.loss)));
    Ok(groups(losses))
}

/// The rows of a table's runs that are shown: of several learning rates those at each initializer's best.
fn at_best_rate<R: Row>(
    tables: &Tables,
    table: &str,
    rates: &[RateRow],
    name_and_seed: impl Fn(&R) -> (String, u64),
) -> Result<Vec<R>, TableError> {
    let mut rows = tables.rows::<R>(table)?;
    if !rates.is_empty() {
        let best = rates.iter().filter(|row| row.best && row.used_for == SHOWN);
        let best: Vec<(&str, u64, f64)> =
            best.map(|row| (row.initializer.as_str(), row.seed, row.learning_rate)).collect();
        let raw = RawTable::of(tables.get(table)?);
        let mut rate = raw.rows.iter().map(|row| raw.cell(row, LEARNING_RATE).parse::<f64>().ok());
        rows.retain(|row| {
            let ((name, seed), rate) = (name_and_seed(row), rate.next().flatten());
            best.iter().any(|shown| (shown.0, shown.1, Some(shown.2)) == (name.as_str(), seed, rate))
        });
    }
    Ok(rows)
}

/// Gives each group the name that its readers know, with its learning rate where there are several.
fn label(groups: &mut [CurveGroup], rates: &[RateRow]) {
    for group in groups {
        let name = label_for_readers(&group.name);
        let best = rates.iter().find(|rate| rate.best && rate.initializer == group.name);
        group.label =
            best.map_or_else(|| name.clone(), |rate| format!("{name}, rate {}", rate.learning_rate));
    }
}

fn loss_figure(mut groups: Vec<CurveGroup>, rates: &[RateRow], styles: &NameStyles) -> Figure {
    label(&mut groups, rates);
    let curves = loss_curves(&groups, styles, Noise::MiniBatches);
    let figure = Figure::single("loss", "Training loss by initializer", Panel::Curves(curves));
    Figure { notes: notes(&groups, Noise::MiniBatches), ..figure }
}

/// Test accuracy over updates; `None` where it was measured at the end alone.
fn accuracy_figure(rows: &[AccuracyRow], rates: &[RateRow], styles: &NameStyles) -> Option<Figure> {
    let percent = |row: &AccuracyRow| 100.0 * row.test_accuracy;
    let mut groups =
        groups(rows.iter().map(|row| (row.initializer.as_str(), row.seed, row.iteration, percent(row))));
    let measured = groups.iter().flat_map(|group| &group.runs).map(|run| run.iterations.len());
    measured.max().filter(|times| *times > 1)?;
    label(&mut groups, rates);
    let series = groups.iter().flat_map(|group| group_series(group, styles.get(&group.name), Noise::None));
    let curves = Curves {
        x: Axis::whole("updates"),
        y: Axis::linear("test accuracy, %").within(0.0, 100.0),
        series: series.collect(),
        ..Curves::default()
    };
    let figure = Figure::single("accuracy", "Test accuracy by initializer", Panel::Curves(curves));
    Some(Figure { notes: notes(&groups, Noise::None), ..figure })
}
