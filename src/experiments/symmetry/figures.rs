//! How the tables of `symmetry` are drawn: above, how far apart the units of a layer are; below, the
//! loss; one column per activation.

use super::rows::{LossRow, SymmetryRow};
use crate::experiments::curves::{
    NameStyles, Noise, dash_hidden, groups, loss_curves, name_only, notes as curve_notes,
};
use crate::plot::{Axis, Curves, Figure, Panel, ReferenceLine, Series};
use crate::results::{TableError, Tables};

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    let (symmetry, losses) = (tables.rows::<SymmetryRow>("symmetry")?, tables.rows::<LossRow>("loss")?);
    let mut activations: Vec<&str> = symmetry.iter().map(|row| row.activation.as_str()).collect();
    activations.dedup();
    let styles = NameStyles::of(symmetry.iter().map(|row| row.initializer.as_str()));
    let columns: Vec<Vec<Series>> =
        activations.iter().map(|name| differences(name, &symmetry, &styles)).collect();
    let axis = ZeroAxis::of(columns.iter().flatten());
    let above = activations.iter().zip(columns).map(|(name, series)| axis.panel(name, series));
    let mut panels: Vec<Panel> = above.map(Panel::Curves).collect();
    panels.extend(activations.iter().map(|name| Panel::Curves(loss(name, &losses, &styles))));
    Ok(vec![Figure {
        name: "symmetry".to_owned(),
        title: "How far units of one layer differ, and the loss".to_owned(),
        columns: activations.len(),
        panel_size: (640, 420),
        panels,
        notes: notes(&losses),
        shared_legend: true,
        ..Figure::default()
    }])
}

fn notes(losses: &[LossRow]) -> Vec<String> {
    let mut notes = vec![
        "Above: the largest difference between any two units of one hidden layer in any incoming weight; 0: equal to the last bit."
            .to_owned(),
    ];
    if losses.iter().any(|row| row.seed != losses[0].seed) {
        notes.push("Of several seeds, the first is shown above; below, all of them:".to_owned());
        let of_activations = losses.chunk_by(|a, b| a.activation == b.activation).map(|rows| {
            groups(
                rows.iter()
                    .map(|row| (row.initializer.as_str(), row.seed, row.iteration, f64::from(row.loss))),
            )
        });
        notes.extend(curve_notes(&of_activations.flatten().collect::<Vec<_>>(), Noise::MiniBatches));
    }
    notes
}

/// The largest difference in any hidden layer, one curve per initializer, of its first seed.
fn differences(activation: &str, rows: &[SymmetryRow], styles: &NameStyles) -> Vec<Series> {
    let mine = rows.iter().filter(|row| row.activation == activation && row.weights == "incoming");
    let mut series: Vec<Series> = Vec::new();
    let mut seed = 0;
    for row in mine {
        if series.last().is_none_or(|last| last.label != row.initializer) {
            seed = row.seed;
            let (label, style) = (row.initializer.clone(), styles.get(&row.initializer));
            series.push(Series { label, style, ..Series::default() });
        }
        if row.seed == seed {
            let curve = series.last_mut().expect("one was just added");
            add(curve, row.iteration as f64, f64::from(row.largest_difference));
        }
    }
    series
}

/// Layers of one iteration follow each other; the largest of them counts.
fn add(curve: &mut Series, iteration: f64, difference: f64) {
    match (curve.x.last(), curve.y.last_mut()) {
        (Some(last), Some(highest)) if *last == iteration => *highest = highest.max(difference),
        _ => {
            curve.x.push(iteration);
            curve.y.push(difference);
        }
    }
}

/// A logarithmic axis with a place for zero: below everything else, behind a line of its own.
#[derive(Clone, Copy, Debug)]
struct ZeroAxis {
    line: f64,
    zero: f64,
    range: (f64, f64),
}

impl ZeroAxis {
    fn of<'a>(series: impl Iterator<Item = &'a Series>) -> Self {
        let values: Vec<f64> =
            series.flat_map(|curve| curve.y.iter().copied()).filter(|y| *y > 0.0).collect();
        let lowest = values.iter().copied().fold(0.01, f64::min).log10().floor();
        let highest = values.iter().copied().fold(0.1, f64::max);
        let below = |tenths: f64| 10f64.powf(lowest - tenths);
        Self { line: below(0.3), zero: below(0.6), range: (below(0.9), 2.0 * highest) }
    }

    fn panel(self, activation: &str, mut series: Vec<Series>) -> Curves {
        for curve in &mut series {
            curve.y.iter_mut().filter(|y| **y == 0.0).for_each(|y| *y = self.zero);
            curve.markers = Some((curve.x.len() / 10).max(1));
        }
        dash_hidden(&mut series);
        let length = series.iter().flat_map(|curve| &curve.x).fold(0.0, |m: f64, x| m.max(*x));
        Curves {
            title: activation.to_owned(),
            x: Axis::whole("iterations").within(0.0, length),
            y: Axis::log("largest difference of two units")
                .within(self.range.0, self.range.1)
                .with_name(self.zero, "0"),
            series,
            horizontal: vec![ReferenceLine::new(self.line, "")],
            ..Curves::default()
        }
    }
}

fn loss(activation: &str, rows: &[LossRow], styles: &NameStyles) -> Curves {
    let mine = rows.iter().filter(|row| row.activation == activation);
    let losses = mine.map(|row| (row.initializer.as_str(), row.seed, row.iteration, f64::from(row.loss)));
    let groups = groups(losses);
    let mut curves = loss_curves(&groups, styles, Noise::MiniBatches);
    name_only(&mut curves.series, &groups);
    dash_hidden(&mut curves.series);
    curves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(y: &[f64]) -> Series {
        Series { x: (0..y.len()).map(|x| x as f64).collect(), y: y.to_vec(), ..Series::default() }
    }

    #[test]
    fn zero_has_a_place_below_everything_else() {
        let series = vec![curve(&[0.0, 0.0]), curve(&[3e-5, 0.2]), curve(&[0.0, 0.0])];
        let axis = ZeroAxis::of(series.iter());
        assert!(axis.range.0 < axis.zero && axis.zero < axis.line && axis.line < 1e-5, "{axis:?}");
        let panel = axis.panel("relu", series);
        assert_eq!(panel.series[0].y, [axis.zero; 2]);
        assert_eq!(panel.series[1].y, [3e-5, 0.2]);
        assert_eq!(panel.series.iter().map(|curve| curve.dashed).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn the_layer_that_differs_most_counts() {
        let mut curve = Series::default();
        [(0.0, 0.1), (0.0, 0.3), (0.0, 0.2), (10.0, 0.0)].iter().for_each(|(x, y)| add(&mut curve, *x, *y));
        assert_eq!((curve.x, curve.y), (vec![0.0, 10.0], vec![0.3, 0.0]));
    }
}
