//! What a panel shows, in words, for those who cannot see it.
//!
//! ```text
//! loss, nats over iterations. He from 2.31 to 0.13; zeros from 2.3 to 2.3
//! layer 1: bars from 0 to 1, the highest, 12.5, from 0.4 to 0.433
//! ```

use super::axis::Axis;
use super::bars::Bars;
use super::curves::Curves;
use super::decision::DecisionMap;
use super::heatmap::HeatMap;
use super::series::Series;
use crate::text::rounded;

/// The axes, and where each named curve begins and ends.
pub(super) fn curves(curves: &Curves) -> String {
    let named = curves.series.iter().filter(|series| !series.label.is_empty());
    let lines: Vec<String> = named.map(|series| line(series, &curves.y)).collect();
    format!("{}{} over {}. {}", heading(&curves.title), curves.y.label, curves.x.label, lines.join("; "))
}

/// One curve: its first and its last finite value, by the name that the axis has for it.
fn line(series: &Series, axis: &Axis) -> String {
    let told = |value: f64| {
        let named = axis.named.iter().find(|(place, _)| *place == value);
        named.map_or_else(|| rounded(value, 3), |(_, name)| name.clone())
    };
    let finite: Vec<f64> = series.y.iter().copied().filter(|y| y.is_finite()).collect();
    match finite[..] {
        [] => format!("{}: no finite value", series.label),
        [only] => format!("{}: {}", series.label, told(only)),
        [first, .., last] => format!("{} from {} to {}", series.label, told(first), told(last)),
    }
}

/// The ends of the bins and the highest bar.
pub(super) fn bars(bars: &Bars) -> String {
    let highest = bars.counts.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    let (Some(first), Some(last), Some((index, height))) = (bars.edges.first(), bars.edges.last(), highest)
    else {
        return format!("{}no bars", heading(&bars.title));
    };
    let [first, last, height] = [first, last, height].map(|value| rounded(*value, 3));
    let [low, high] =
        [index, index + 1].map(|i| bars.edges.get(i).map_or_else(String::new, |edge| rounded(*edge, 3)));
    format!(
        "{}bars from {first} to {last}, the highest, {height}, from {low} to {high}",
        heading(&bars.title)
    )
}

/// The settings, and the cells with the highest and the lowest number.
pub(super) fn heat_map(map: &HeatMap) -> String {
    let cells = map.cells.iter().enumerate().flat_map(|(row, cells)| {
        cells.iter().enumerate().map(move |(column, cell)| (cell.value, column, row))
    });
    let finite = cells.filter(|cell| cell.0.is_finite());
    let about = format!("{}{} by {} and {}", heading(&map.title), map.color.label, map.x_label, map.y_label);
    let (lowest, highest) =
        (finite.clone().min_by(|a, b| a.0.total_cmp(&b.0)), finite.max_by(|a, b| a.0.total_cmp(&b.0)));
    let (Some(lowest), Some(highest)) = (lowest, highest) else { return format!("{about}: no numbers") };
    let tick = |ticks: &[String], at: usize| ticks.get(at).cloned().unwrap_or_default();
    let cell = |(value, column, row): (f64, usize, usize)| {
        format!("{} at {}, {}", rounded(value, 3), tick(&map.x_ticks, column), tick(&map.y_ticks, row))
    };
    format!("{about}: lowest {}; highest {}", cell(lowest), cell(highest))
}

/// How much of the plane each class has.
pub(super) fn decision_map(map: &DecisionMap) -> String {
    let share = |wanted: fn(&f64) -> bool| {
        100.0 * map.values.iter().copied().filter(wanted).count() as f64 / map.values.len().max(1) as f64
    };
    let [zero, one] = &map.classes;
    format!(
        "{}{:.0} % of the plane is {zero}, {:.0} % {one}; points: {}",
        heading(&map.title),
        share(|p| *p < 0.5),
        share(|p| *p > 0.5),
        map.points.len()
    )
}

/// A panel's title with a colon; nothing where it has none.
fn heading(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!("{title}: ") }
}

#[cfg(test)]
mod tests {
    use super::super::heatmap_cell::HeatMapCell;
    use super::*;

    #[test]
    fn curves_are_told_by_their_ends() {
        let series =
            |label: &str, y: &[f64]| Series { label: label.to_owned(), y: y.to_vec(), ..Series::default() };
        let panel = Curves {
            x: Axis::linear("iterations"),
            y: Axis::linear("loss").with_name(0.01, "0"),
            series: vec![
                series("He", &[2.3456, 1.0, 0.25]),
                series("", &[1.0]),
                series("zeros", &[0.01, 0.01]),
                series("std=1", &[f64::NAN]),
            ],
            ..Curves::default()
        };
        assert_eq!(
            curves(&panel),
            "loss over iterations. He from 2.35 to 0.25; zeros from 0 to 0; std=1: no finite value"
        );
    }

    #[test]
    fn cells_and_bars_are_told_by_their_extremes() {
        let cell = |value| HeatMapCell { value, ..HeatMapCell::default() };
        let map = HeatMap {
            x_ticks: vec!["2".into(), "5".into()],
            y_ticks: vec!["He".into()],
            cells: vec![vec![cell(0.9), cell(f64::NAN)]],
            ..HeatMap::default()
        };
        assert!(heat_map(&map).ends_with("lowest 0.9 at 2, He; highest 0.9 at 2, He"), "{}", heat_map(&map));
        assert!(heat_map(&HeatMap::default()).ends_with("no numbers"));
        let histogram = Bars { edges: vec![0.0, 0.5, 1.0], counts: vec![3.0, 4.0], ..Bars::default() };
        assert_eq!(bars(&histogram), "bars from 0 to 1, the highest, 4, from 0.5 to 1");
        assert_eq!(bars(&Bars::default()), "no bars");
    }
}
