//! Final loss over learning rate, where several were tried: one curve per initializer, and above them the
//! rates at which a seed diverged.

use super::rates::SHOWN;
use super::rows::RateRow;
use crate::experiments::curves::{LEAST_FOR_BAND, NameStyles};
use crate::nn::init::names::label_for_readers;
use crate::plot::{Axis, Curves, Figure, Panel, ReferenceLine, Series};
use crate::stats::{Band, Verdict, band};

/// The figure; `None` for one rate.
pub(super) fn rate_figure(rates: &[RateRow], styles: &NameStyles) -> Option<Figure> {
    let shown: Vec<&RateRow> = rates.iter().filter(|row| row.used_for == SHOWN).collect();
    let of_names: Vec<RateCurve> =
        shown.chunk_by(|a, b| a.initializer == b.initializer).map(RateCurve::of).collect();
    let tried: Vec<f64> = shown.iter().map(|row| row.learning_rate).collect();
    if of_names.is_empty() {
        return None;
    }
    let finite = of_names.iter().flat_map(|curve| &curve.points).flat_map(RatePoint::losses);
    let highest = finite.fold(0.0, f64::max);
    let highest = if highest > 0.0 { highest } else { 1.0 };
    let zone =
        DivergedZone { highest, rows: of_names.iter().filter(|curve| !curve.diverged.is_empty()).count() };
    let curves = Curves {
        x: rate_axis(&tried),
        y: zone.axis(),
        series: series(&of_names, styles, zone),
        horizontal: (zone.rows > 0).then(|| ReferenceLine::new(zone.line(), "")).into_iter().collect(),
        ..Curves::default()
    };
    let figure = Figure::single("rates", "Final training loss by learning rate", Panel::Curves(curves));
    Some(Figure { notes: notes(&of_names), ..figure })
}

/// What is known of one initializer at every rate.
struct RateCurve {
    initializer: String,
    points: Vec<RatePoint>,
    /// The rates at which a seed diverged.
    diverged: Vec<f64>,
}

/// The final losses at one rate.
struct RatePoint {
    rate: f64,
    seeds: Vec<f64>,
    band: Band,
}

impl RatePoint {
    fn has_band(&self) -> bool {
        self.seeds.len() >= LEAST_FOR_BAND && self.band.half_width.is_some()
    }

    fn losses(&self) -> impl Iterator<Item = f64> {
        let end = self.band.half_width.filter(|_| self.has_band()).map(|half| self.band.mean + half);
        self.seeds.iter().copied().chain(end)
    }
}

impl RateCurve {
    fn of(rows: &[&RateRow]) -> Self {
        let (mut points, mut diverged) = (Vec::new(), Vec::new());
        for seeds in rows.chunk_by(|a, b| a.learning_rate == b.learning_rate) {
            let rate = seeds[0].learning_rate;
            let losses: Vec<f64> = seeds.iter().map(|row| row.final_loss).collect();
            let all_finite = losses.iter().all(|loss| loss.is_finite());
            if !all_finite || seeds.iter().any(|row| row.verdict == Verdict::Diverged) {
                diverged.push(rate);
            } else {
                points.push(RatePoint { rate, band: band(&losses), seeds: losses });
            }
        }
        points.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        Self { initializer: rows[0].initializer.clone(), points, diverged }
    }
}

/// The rates that were tried and no other numbers, all of them inside.
fn rate_axis(tried: &[f64]) -> Axis {
    let (low, high) =
        tried.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), rate| (low.min(*rate), high.max(*rate)));
    let mut rates = tried.to_vec();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    let axis = Axis::log("learning rate").within(low / BEYOND, high * BEYOND).only_named();
    rates.iter().fold(axis, |axis, rate| axis.with_name(*rate, rate.to_string()))
}

/// The axis of rates goes on by this factor on both sides.
const BEYOND: f64 = 1.25;

/// The place above all losses for rates at which a seed diverged: a row for each initializer, in shares of
/// the highest loss.
#[derive(Clone, Copy)]
struct DivergedZone {
    highest: f64,
    rows: usize,
}

impl DivergedZone {
    const ROW: f64 = 0.07;

    fn line(self) -> f64 {
        1.05 * self.highest
    }

    fn row(self, row: usize) -> f64 {
        self.line() + (row as f64 + 0.7) * Self::ROW * self.highest
    }

    /// Losses from 0 on, and the word for what stands above them.
    fn axis(self) -> Axis {
        let axis = Axis::linear("final loss, nats");
        if self.rows == 0 {
            return axis.within(0.0, 1.05 * self.highest);
        }
        let end = self.row(self.rows - 1) + 0.7 * Self::ROW * self.highest;
        let axis = axis.within(0.0, end).with_name(f64::midpoint(self.line(), end), "diverged");
        Axis { numbered: Some((0.0, self.line() - 0.5 * Self::ROW * self.highest)), ..axis }
    }
}

/// The means of each initializer with what surrounds them, and the rates at which it diverged.
fn series(curves: &[RateCurve], styles: &NameStyles, zone: DivergedZone) -> Vec<Series> {
    let mut row = 0;
    let mut series = Vec::new();
    for curve in curves {
        let style = styles.get(&curve.initializer);
        series.extend(single_seeds(curve, style));
        series.push(means(curve, style));
        if !curve.diverged.is_empty() {
            let y = vec![zone.row(row); curve.diverged.len()];
            let x = curve.diverged.clone();
            series.push(Series { style, x, y, points: true, markers: Some(1), ..Series::default() });
            row += 1;
        }
    }
    series
}

fn means(curve: &RateCurve, style: usize) -> Series {
    let end = |side: f64| {
        let points = curve.points.iter().filter(|point| point.has_band());
        points.filter_map(|point| Some(point.band.mean + side * point.band.half_width?)).collect::<Vec<f64>>()
    };
    let (low, high) = (end(-1.0), end(1.0));
    let name = label_for_readers(&curve.initializer);
    let label = if curve.points.is_empty() { format!("{name} (diverged at every rate)") } else { name };
    Series {
        label,
        style,
        x: curve.points.iter().map(|point| point.rate).collect(),
        y: curve.points.iter().map(|point| point.band.mean).collect(),
        band: (!low.is_empty() && low.len() == curve.points.len()).then_some((low, high)),
        markers: Some(1),
        ..Series::default()
    }
}

/// A point per seed where there are two of them.
fn single_seeds(curve: &RateCurve, style: usize) -> Option<Series> {
    let pairs = curve.points.iter().filter(|point| point.seeds.len() == 2);
    let points = pairs.flat_map(|point| point.seeds.iter().map(|loss| (point.rate, *loss)));
    let (x, y): (Vec<f64>, Vec<f64>) = points.unzip();
    (!x.is_empty()).then(|| Series { style, x, y, points: true, markers: Some(1), ..Series::default() })
}

fn notes(curves: &[RateCurve]) -> Vec<String> {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let notes = [
        (
            curves.iter().any(|curve| !curve.diverged.is_empty()),
            "Above the line: rates at which a seed diverged.",
        ),
        (points().any(RatePoint::has_band), "Mean over seeds, with the 95 % confidence band of the mean."),
        (
            points().any(|point| point.seeds.len() == 2),
            "The line is the mean of the two seeds, which are points beside it.",
        ),
    ];
    notes.into_iter().filter(|note| note.0).map(|note| note.1.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(initializer: &str, seed: u64, learning_rate: f64, final_loss: f64) -> RateRow {
        let verdict = if final_loss.is_finite() { Verdict::Learned } else { Verdict::Diverged };
        let (initializer, used_for) = (initializer.to_owned(), SHOWN.to_owned());
        RateRow {
            initializer,
            seed,
            used_for,
            final_loss,
            held_out: None,
            validation_loss: None,
            verdict,
            best: false,
            at_edge: false,
            learning_rate,
        }
    }

    fn drawn(rows: &[RateRow]) -> (Curves, Vec<String>) {
        let styles = NameStyles::of(rows.iter().map(|row| row.initializer.as_str()));
        let mut figure = rate_figure(rows, &styles).unwrap();
        let Panel::Curves(curves) = figure.panels.remove(0) else { panic!("a panel of curves") };
        (curves, figure.notes)
    }

    #[test]
    fn every_rate_is_inside_and_named_also_one_at_which_all_diverged() {
        let rows = [
            row("He", 1, 0.003, 1.0),
            row("He", 1, 0.1, 0.5),
            row("He", 1, 3.0, f64::NAN),
            row("std=1", 1, 0.003, f64::NAN),
            row("std=1", 1, 0.1, f64::NAN),
            row("std=1", 1, 3.0, f64::NAN),
        ];
        let (curves, notes) = drawn(&rows);
        let names: Vec<&str> = curves.x.named.iter().map(|named| named.1.as_str()).collect();
        assert_eq!(names, ["0.003", "0.1", "3"]);
        let (low, high) = curves.x.range.unwrap();
        assert!(low < 0.003 && high > 3.0);
        let diverged: Vec<usize> =
            curves.series.iter().filter(|one| one.points).map(|one| one.x.len()).collect();
        assert_eq!(diverged, [1, 3]);
        let end = curves.y.range.unwrap().1;
        assert!(curves.series.iter().flat_map(|one| &one.y).all(|y| *y < end), "{end}");
        assert!(curves.y.numbered.unwrap().1 < curves.horizontal[0].at);
        let labels: Vec<&str> =
            curves.series.iter().map(|one| one.label.as_str()).filter(|l| !l.is_empty()).collect();
        assert_eq!(labels, ["He", "std=1 (diverged at every rate)"]);
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn two_seeds_are_points_and_three_make_a_band() {
        let rows = |seeds: u64| -> Vec<RateRow> {
            let of_rate = |rate: f64| (1..=seeds).map(move |seed| row("He", seed, rate, seed as f64));
            of_rate(0.1).chain(of_rate(1.0)).collect()
        };
        let (two, _) = drawn(&rows(2));
        assert!(two.series.len() == 2 && two.series[0].points && two.series[1].band.is_none());
        let (three, notes) = drawn(&rows(3));
        assert!(three.series.len() == 1 && three.series[0].band.is_some());
        assert!(notes[0].contains("95 %") && three.horizontal.is_empty());
    }
}
