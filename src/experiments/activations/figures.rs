//! From rows to figures: every histogram ([`super::histograms`]), sizes by layer beside what
//! infinite width predicts, and the course of training.
//!
//! Of several seeds, histograms show the first one, curves the mean and its band.

use super::histograms;
use super::pair_means::{pairs, shown_layers};
use super::rows::{BinRow, LayerRow};
use crate::experiments::curves::{LEAST_FOR_BAND, NameStyles};
use crate::plot::{Axis, Curves, Figure, Panel, Series, file_name};
use crate::stats::{banded, mean};
use crate::train::layer_values::Quantity;
use std::collections::BTreeMap;

/// Every figure of the assembled tables.
pub fn figures(layers: &[LayerRow], bins: &[BinRow]) -> Vec<Figure> {
    let styles = NameStyles::of(layers.iter().map(|row| row.initializer.as_str()));
    let mut figures = vec![sizes(layers, &styles)];
    figures.extend(histograms::figures(layers, bins, &styles));
    figures.extend(pairs(layers).filter_map(course));
    figures
}

/// How large every quantity is in every layer before training: one row of panels per activation
/// function, one curve per initializer.
fn sizes(rows: &[LayerRow], styles: &NameStyles) -> Figure {
    let mut panels = Vec::new();
    for of_activation in rows.chunk_by(|a, b| a.activation == b.activation) {
        for &(_, quantity) in Quantity::NAMED {
            panels.push(Panel::Curves(size_panel(of_activation, quantity, styles)));
        }
    }
    Figure {
        name: "sizes".to_owned(),
        title: "Size of activations and gradients by layer".to_owned(),
        columns: Quantity::NAMED.len(),
        panel_size: (400, 280),
        panels,
        notes: size_notes(rows),
        shared_legend: true,
        ..Figure::default()
    }
}

fn size_notes(rows: &[LayerRow]) -> Vec<String> {
    let mut seeds: Vec<u64> = rows.iter().map(|row| row.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let bands = if seeds.len() < LEAST_FOR_BAND { "" } else { " and their 95 % bands" };
    let several = format!("Means of {} seeds{bands}.", seeds.len());
    let dashed = "Dashed: what infinitely wide layers would show.".to_owned();
    [dashed].into_iter().chain((seeds.len() > 1).then_some(several)).collect()
}

fn size_panel(rows: &[LayerRow], quantity: Quantity, styles: &NameStyles) -> Curves {
    Curves {
        title: format!("{}: {}", rows[0].activation, quantity.symbol()),
        x: Axis::whole("layer"),
        y: Axis::powers("rms"),
        series: pairs(rows)
            .flat_map(|pair| size_series(styles.get(&pair[0].initializer), pair, quantity))
            .collect(),
        ..Curves::default()
    }
}

/// Predicted, dashed, and measured.
fn size_series(style: usize, pair: &[LayerRow], quantity: Quantity) -> [Series; 2] {
    let before = |row: &&LayerRow| row.quantity == quantity && row.iteration == 0;
    let here: Vec<&LayerRow> = pair.iter().filter(before).collect();
    let curves = |of: fn(&LayerRow) -> f64| -> Vec<Vec<f64>> {
        here.chunk_by(|a, b| a.seed == b.seed).map(|seed| seed.iter().map(|row| of(row)).collect()).collect()
    };
    let seeds = curves(|row| row.rms);
    let measured = banded(&seeds);
    let predicted = banded(&curves(|row| row.predicted_rms.unwrap_or(f64::NAN))).mean;
    let numbers = |length: usize| (1..=length).map(|layer| layer as f64).collect();
    [
        Series { style, x: numbers(predicted.len()), y: predicted, dashed: true, ..Series::default() },
        Series {
            label: pair[0].initializer.clone(),
            style,
            x: numbers(measured.mean.len()),
            y: measured.mean,
            band: (seeds.len() >= LEAST_FOR_BAND).then_some((measured.low, measured.high)),
            markers: Some(layers(pair).div_ceil(10)),
            ..Series::default()
        },
    ]
}

/// Curves per layer over the course of training (Glorot & Bengio 2010, figures 2 and 3); `None`
/// where a pair was looked at only once.
fn course(pair: &[LayerRow]) -> Option<Figure> {
    let LayerRow { activation, initializer, .. } = &pair[0];
    pair.iter().find(|row| row.iteration > 0)?;
    let panel = |title: &str, y: Axis, quantity, of: fn(&LayerRow) -> f64| {
        let series =
            shown_layers(layers(pair)).into_iter().map(|index| line(pair, quantity, index, of)).collect();
        Curves { title: title.to_owned(), x: Axis::whole("updates"), y, series, ..Curves::default() }
    };
    let activations = |title, of| panel(title, Axis::linear(""), Quantity::Activation, of);
    let saturates = pair.iter().any(|row| row.saturated.is_some());
    let share = |title, of| within_one(activations(title, of));
    let idle = if saturates {
        share("activations: share saturated", |row| row.saturated.unwrap_or(f64::NAN))
    } else {
        share("activations: share exactly 0", |row| row.zero)
    };
    let panels = [
        activations("activations: mean", |row| row.mean),
        activations("activations: standard deviation", |row| row.std),
        activations("activations: 98th percentile", |row| row.percentile_98),
        idle,
        panel("dL/da", Axis::powers("rms"), Quantity::DActivation, |row| row.rms),
        panel("dL/dW", Axis::powers("rms"), Quantity::DWeight, |row| row.rms),
    ];
    Some(Figure {
        name: file_name(&format!("course-{activation}-{initializer}")),
        title: format!("{activation}, {initializer}: the layers during training"),
        columns: 3,
        panel_size: (420, 280),
        panels: panels.into_iter().map(Panel::Curves).collect(),
        shared_legend: true,
        ..Figure::default()
    })
}

/// Shares from 0 to 1 where one of them is large; an axis that fits them where all are small.
fn within_one(panel: Curves) -> Curves {
    let highest = panel.series.iter().flat_map(|series| &series.y).copied().fold(0.0, f64::max);
    if highest < 0.5 { panel } else { Curves { y: Axis::linear("").within(0.0, 1.0), ..panel } }
}

fn layers(pair: &[LayerRow]) -> usize {
    pair.iter().map(|row| row.layer).max().unwrap_or(0)
}

/// One statistic of one layer (`index` from 0) by updates; of several seeds the mean.
fn line(pair: &[LayerRow], quantity: Quantity, index: usize, of: fn(&LayerRow) -> f64) -> Series {
    let mut by_iteration: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for row in pair.iter().filter(|row| row.quantity == quantity && row.layer == index + 1) {
        by_iteration.entry(row.iteration).or_default().push(of(row));
    }
    Series {
        label: format!("layer {}", index + 1),
        style: index,
        x: by_iteration.keys().map(|iteration| *iteration as f64).collect(),
        y: by_iteration.values().map(|values| mean(values)).collect(),
        markers: Some(by_iteration.len().div_ceil(10)),
        ..Series::default()
    }
}
