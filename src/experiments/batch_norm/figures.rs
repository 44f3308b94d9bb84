//! How the tables of `batch-norm` are drawn: accuracy by update, one panel per scale.

use super::rows::{AccuracyRow, SummaryRow, of_kind};
use super::{short, word};
use crate::experiments::curves::{CurveGroup, Noise, group_series, groups, notes};
use crate::plot::{Axis, Curves, Figure, Panel, ReferenceLine, Series};
use crate::results::{TableError, Tables};

/// Panels in a row, as in the book.
const COLUMNS: usize = 4;

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    Ok(vec![figure(&tables.rows("accuracy")?, &tables.rows("summary")?)])
}

/// One panel per standard deviation: accuracy by update, solid with batch norm, dashed without.
fn figure(rows: &[AccuracyRow], summaries: &[SummaryRow]) -> Figure {
    let scales = summaries.chunk_by(|a, b| a.std == b.std);
    let end = summaries.iter().map(|run| run.updates).max().unwrap_or(0) as f64;
    let scales: Vec<ScaleRuns> = scales.map(|runs| ScaleRuns::of(runs, rows)).collect();
    let groups: Vec<CurveGroup> = scales.iter().flat_map(|scale| scale.groups.clone()).collect();
    Figure {
        name: "accuracy".to_owned(),
        title: "Training accuracy with and without batch norm, by std of the initial weights".to_owned(),
        columns: COLUMNS,
        panel_size: (330, 250),
        panels: scales.iter().map(|scale| Panel::Curves(scale.panel(end))).collect(),
        notes: notes(&groups, Noise::None),
        shared_legend: true,
        ..Figure::default()
    }
}

/// The runs of one standard deviation.
struct ScaleRuns<'a> {
    runs: &'a [SummaryRow],
    /// Accuracy in per cent, by kind of network.
    groups: Vec<CurveGroup>,
}

impl<'a> ScaleRuns<'a> {
    fn of(runs: &'a [SummaryRow], rows: &[AccuracyRow]) -> Self {
        let own = rows.iter().filter(|row| row.std == runs[0].std);
        let percent = |row: &AccuracyRow| 100.0 * row.train_accuracy;
        let groups = groups(own.map(|row| (word(row.batch_norm), row.seed, row.iteration, percent(row))));
        Self { runs, groups }
    }

    fn panel(&self, end: f64) -> Curves {
        let kinds = [true, false].map(|kind| (kind, of_kind(self.runs, kind)));
        let vertical = kinds.iter().filter_map(|(batch_norm, runs)| divergence(*batch_norm, runs));
        Curves {
            title: format!("std = {}", short(self.runs[0].std)),
            x: Axis::whole("updates").within(0.0, end),
            y: Axis::linear("accuracy, %").within(0.0, 100.0),
            series: self.groups.iter().flat_map(series).collect(),
            vertical: vertical.collect(),
            horizontal: vec![chance(self.runs[0].classes)],
            ..Curves::default()
        }
    }
}

/// The accuracy of guessing one of the classes, in per cent.
fn chance(classes: usize) -> ReferenceLine {
    let percent = 100.0 / classes as f64;
    ReferenceLine::in_legend(percent, format!("chance, {} %", short(percent)))
}

/// The mean of one kind of network, and the seeds that go on after it.
fn series(group: &CurveGroup) -> Vec<Series> {
    let batch_norm = group.name == word(true);
    let mut series = group_series(group, if batch_norm { 0 } else { 3 }, Noise::None);
    let seeds = if group.runs.len() > 1 { format!(" (n = {})", group.runs.len()) } else { String::new() };
    series[0].label = format!("{} batch norm{seeds}", group.name);
    for curve in &mut series {
        (curve.markers, curve.dashed) = (None, !batch_norm);
    }
    series
}

/// A line where the first network of this kind diverged, if one did.
fn divergence(batch_norm: bool, runs: &[&SummaryRow]) -> Option<ReferenceLine> {
    let diverged = runs.iter().filter_map(|run| run.diverged_at);
    let first = diverged.clone().min()?;
    let what = match runs.len() {
        1 => format!("diverged at {first}"),
        n => format!("{} of {n} diverged, first at {first}", diverged.count()),
    };
    let label = format!("{}: {what}", word(batch_norm));
    Some(ReferenceLine::new(first as f64, label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Verdict;

    /// Two seeds at two scales; at the first the plain network of seed 2 diverged at once.
    fn tables() -> (Vec<AccuracyRow>, Vec<SummaryRow>) {
        let summaries = SummaryRow::examples();
        let rows = summaries.iter().filter(|run| run.verdict == Verdict::Learned);
        (rows.flat_map(|run| [1, 11].map(|iteration| row(run, iteration))).collect(), summaries)
    }

    fn row(run: &SummaryRow, iteration: usize) -> AccuracyRow {
        let SummaryRow { std, batch_norm, seed, .. } = *run;
        AccuracyRow { std, batch_norm, seed, iteration, train_loss: 0.5, train_accuracy: 0.95 }
    }

    fn curves(panel: &Panel) -> &Curves {
        let Panel::Curves(curves) = panel else { panic!("a panel of curves") };
        curves
    }

    #[test]
    fn the_figure_marks_a_divergence_in_its_panel_and_has_one_legend() {
        let (rows, summaries) = tables();
        let figure = figure(&rows, &summaries);
        let curves: Vec<&Curves> = figure.panels.iter().map(curves).collect();
        assert_eq!(curves.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["std = 1", "std = 0.5"]);
        assert_eq!(curves[0].vertical, [ReferenceLine::new(3.0, "without: 1 of 2 diverged, first at 3")]);
        assert!(curves[1].vertical.is_empty());
        assert!(figure.shared_legend);
        assert_eq!(curves[0].series[1].x, [1.0, 11.0]);
        let mut names =
            curves[1].series.iter().map(|curve| curve.label.as_str()).filter(|label| !label.is_empty());
        assert_eq!(names.next_back(), Some("without batch norm (n = 2)"));
        assert!(figure.svg().unwrap().contains("1 of 2 diverged"));
    }
}
