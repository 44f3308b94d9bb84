//! How the tables of `batch-norm` are drawn: accuracy by update, one panel per scale.

use super::rows::{AccuracyRow, SummaryRow, of_kind};
use super::{short, word};
use crate::experiments::curves::BAND;
use crate::plot::{Axis, Curves, Figure, Legend, Panel, ReferenceLine, Series};
use crate::results::{TableError, Tables};
use crate::stats::banded;

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
    let mut panels: Vec<Curves> = scales.map(|runs| panel(runs, rows, end)).collect();
    if let Some(last) = panels.last_mut() {
        last.legend = Legend::Free;
    }
    let several = summaries.iter().any(|run| run.seed != summaries[0].seed);
    Figure {
        name: "accuracy".to_owned(),
        title: "Training accuracy with and without batch norm, by std of the initial weights".to_owned(),
        columns: COLUMNS,
        panel_size: (330, 250),
        panels: panels.into_iter().map(Panel::Curves).collect(),
        notes: if several { vec![BAND.to_owned()] } else { Vec::new() },
    }
}

fn panel(runs: &[SummaryRow], rows: &[AccuracyRow], end: f64) -> Curves {
    let std = runs[0].std;
    let rows: Vec<&AccuracyRow> = rows.iter().filter(|row| row.std == std).collect();
    let kinds = || [true, false].into_iter().map(|kind| (kind, of_kind(runs, kind)));
    Curves {
        title: format!("std = {}", short(std)),
        x: Axis::linear("updates").within(0.0, end),
        y: Axis::linear("accuracy").within(0.0, 1.0),
        series: kinds().map(|(batch_norm, runs)| series(batch_norm, &runs, &rows)).collect(),
        vertical: kinds().filter_map(|(batch_norm, runs)| divergence(batch_norm, &runs)).collect(),
        legend: Legend::Hidden,
        ..Curves::default()
    }
}

/// The curves of one kind of network, one per seed: their mean, with its band for several.
fn series(batch_norm: bool, runs: &[&SummaryRow], rows: &[&AccuracyRow]) -> Series {
    let of_run = |run: &&SummaryRow| -> Vec<&AccuracyRow> {
        let own = |row: &&&AccuracyRow| row.batch_norm == batch_norm && row.seed == run.seed;
        rows.iter().filter(own).copied().collect()
    };
    let curves: Vec<Vec<&AccuracyRow>> = runs.iter().map(of_run).collect();
    let accuracy = |curve: &Vec<&AccuracyRow>| curve.iter().map(|row| row.train_accuracy).collect();
    let band = banded(&curves.iter().map(accuracy).collect::<Vec<Vec<f64>>>());
    let longest = curves.iter().max_by_key(|curve| curve.len());
    let seeds = if band.n > 1 { format!(" (n = {})", band.n) } else { String::new() };
    Series {
        label: format!("{} batch norm{seeds}", word(batch_norm)),
        style: if batch_norm { 0 } else { 3 },
        x: longest.map_or_else(Vec::new, |curve| curve.iter().map(|row| row.iteration as f64).collect()),
        y: band.mean,
        band: (!band.low.is_empty()).then_some((band.low, band.high)),
        dashed: !batch_norm,
        ..Series::default()
    }
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
    Some(ReferenceLine { at: first as f64, label })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Verdict;

    /// Two seeds at two scales; at the first the plain network of seed 2 diverged at once.
    fn tables() -> (Vec<AccuracyRow>, Vec<SummaryRow>) {
        let runs = [(1.0, true), (1.0, false), (0.5, true), (0.5, false)];
        let summaries =
            runs.iter().flat_map(|(std, batch_norm)| [1, 2].map(|seed| summary(*std, *batch_norm, seed)));
        let summaries: Vec<SummaryRow> = summaries.collect();
        let rows = summaries.iter().filter(|run| run.verdict == Verdict::Learned);
        (rows.flat_map(|run| [1, 11].map(|iteration| row(run, iteration))).collect(), summaries)
    }

    fn summary(std: f64, batch_norm: bool, seed: u64) -> SummaryRow {
        let learned = SummaryRow {
            std,
            batch_norm,
            seed,
            updates: 20,
            final_loss: 0.5,
            final_accuracy: Some(0.95),
            verdict: Verdict::Learned,
            diverged_at: None,
        };
        if std == 1.0 && !batch_norm && seed == 2 {
            return SummaryRow {
                updates: 4,
                final_accuracy: None,
                verdict: Verdict::Diverged,
                diverged_at: Some(3),
                ..learned
            };
        }
        learned
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
        assert_eq!(
            curves[0].vertical,
            [ReferenceLine { at: 3.0, label: "without: 1 of 2 diverged, first at 3".to_owned() }]
        );
        assert!(curves[1].vertical.is_empty());
        assert_eq!(curves.iter().map(|c| c.legend).collect::<Vec<_>>(), [Legend::Hidden, Legend::Free]);
        assert_eq!(curves[0].series[1].x, [1.0, 11.0]);
        assert_eq!(curves[1].series[1].label, "without batch norm (n = 2)");
        assert!(figure.svg().unwrap().contains("1 of 2 diverged"));
    }
}
