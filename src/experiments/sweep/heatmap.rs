//! The heat map of a sweep: one number over two settings, one panel per combination of the others.
//!
//! Drawn from `axes.csv` and `summary.csv` alone. A cell is the mean over the seeds that did not
//! diverge; it is marked when at least half of its seeds did not learn.

use super::axes::{AxisValues, axis_values};
use super::rows::{AxisRow, TheoryRow};
use super::setting::display_setting;
use super::theory;
use crate::experiments::raw_table::RawTable;
use crate::plot::{Axis, CellMark, Figure, HeatMap, HeatMapCell, Panel};
use crate::results::{TableError, Tables};
use crate::stats::{Verdict, mean};
use std::collections::BTreeMap;

/// The figure of a sweep's tables; `None` where the file asked for none.
pub fn figure(tables: &Tables) -> Result<Option<Figure>, TableError> {
    let Ok(axes) = tables.rows::<AxisRow>("axes") else { return Ok(None) };
    let [x, y, value] = ["x", "y", "value"].map(|role| axis_values(&axes, role).into_iter().next());
    let (Some(x), Some(y), Some(value)) = (x, y, value) else { return Ok(None) };
    let summary = RawTable::of(tables.get("summary")?);
    let panel_axes = axis_values(&axes, "panel");
    check_columns(&summary, panel_axes.iter().chain([&x, &y, &value]))?;
    let theory = tables.rows::<TheoryRow>("theory").unwrap_or_default();
    let (x, hidden_x) = first_values(x);
    let (y, hidden_y) = first_values(y);
    let map = MapTables { summary, x, y: upwards(y), shown: ShownColumn::of(&value.column), theory };
    let (shown, hidden) = combinations(&panel_axes);
    let mut panels: Vec<HeatMap> = shown.iter().map(|panel| map.panel(panel)).collect();
    share_colors(&mut panels);
    let mut notes = map.notes();
    let what = [("column", hidden_x), ("row", hidden_y), ("panel", hidden)];
    let left_out = what.into_iter().filter(|(_, count)| *count > 0.0);
    notes.extend(left_out.map(|(what, count)| {
        let s = if count == 1.0 { "" } else { "s" };
        format!("Not drawn: {count} more {what}{s}; summary.csv has all.")
    }));
    Ok(Some(Figure {
        name: "heatmap".to_owned(),
        title: capitalized(&format!(
            "{} by {} and {}",
            map.shown.name(),
            plain(&map.x.column),
            plain(&map.y.column)
        )),
        columns: (shown.len() as f64).sqrt().ceil() as usize,
        panel_size: map.size(shown.len()),
        panels: panels.into_iter().map(Panel::HeatMap).collect(),
        notes,
        ..Figure::default()
    }))
}

/// The text with a capital at its beginning.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// From so many times the least number on, the colours are those of logarithms: on a linear scale one
/// exploded cell makes all others the same.
const WIDE: f64 = 20.0;

/// Gives all panels one scale of colours; a scale with ends of its own keeps them.
fn share_colors(panels: &mut [HeatMap]) {
    let values = panels.iter().flat_map(|panel| panel.cells.iter().flatten()).map(|cell| cell.value);
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let ends = |(low, high): (f64, f64), value: &f64| (low.min(*value), high.max(*value));
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends);
    for panel in panels.iter_mut().filter(|panel| panel.color.range.is_none() && low <= high) {
        let label = std::mem::take(&mut panel.color.label);
        let color = if low > 0.0 && high > WIDE * low {
            Axis::log(format!("{label} (logarithmic)"))
        } else {
            Axis::linear(label)
        };
        panel.color = color.within(low, high);
    }
}

/// Panels that fit into one figure.
const MOST_PANELS: usize = 25;
/// Rows and columns that can be told apart.
const MOST_VALUES: usize = 500;

/// Refuses axes of a table that is not this one.
fn check_columns<'a>(
    summary: &RawTable,
    mut axes: impl Iterator<Item = &'a AxisValues> + Clone,
) -> Result<(), TableError> {
    if axes.clone().all(|axis| summary.column(&axis.column).is_some()) {
        return Ok(());
    }
    let table = "summary".to_owned();
    let expected = axes.by_ref().map(|axis| axis.column.as_str()).collect::<Vec<_>>().join(", ");
    Err(TableError::Columns { table, expected, found: summary.header.join(", ") })
}

/// As many values as can be drawn, and how many more there are.
fn first_values(mut axis: AxisValues) -> (AxisValues, f64) {
    let hidden = axis.values.len().saturating_sub(MOST_VALUES);
    axis.values.truncate(MOST_VALUES);
    (axis, hidden as f64)
}

/// A column's name as one reads it.
fn plain(column: &str) -> String {
    column.replace('_', " ")
}

/// Numbers rise; names stand in their order from the top down.
fn upwards(mut side: AxisValues) -> AxisValues {
    if side.values.iter().any(|value| value.parse::<f64>().is_err()) {
        side.values.reverse();
    }
    side
}

/// A value for each panel's axis.
type Combination = Vec<(String, String)>;

/// The first combinations of one value per axis, the first axis varying slowest, one empty one for no
/// axis; and how many more there are.
fn combinations(axes: &[AxisValues]) -> (Vec<Combination>, f64) {
    let all: f64 = axes.iter().map(|axis| axis.values.len() as f64).product();
    let count = all.min(MOST_PANELS as f64) as usize;
    let combination = |index: usize| -> Combination {
        let mut left = index;
        let mut values: Combination = Vec::new();
        for axis in axes.iter().rev() {
            values.push((axis.column.clone(), axis.values[left % axis.values.len()].clone()));
            left /= axis.values.len();
        }
        values.reverse();
        values
    };
    ((0..count).map(combination).collect(), all - count as f64)
}

/// How a column of numbers is shown.
struct ShownColumn {
    column: String,
    label: String,
    factor: f64,
    digits: usize,
    range: Option<(f64, f64)>,
}

impl ShownColumn {
    fn of(column: &str) -> Self {
        let shown = |label: &str, factor, digits, range| Self {
            column: column.to_owned(),
            label: label.to_owned(),
            factor,
            digits,
            range,
        };
        match column {
            "test_accuracy" => shown("test accuracy, %", 100.0, 1, Some((0.0, 100.0))),
            "travel" => shown("travel of the slowest layer", 1.0, 3, None),
            "iterations_to_1" => shown("iterations to loss < 1", 1.0, 0, None),
            "final_loss" | "best_loss" | "test_loss" => {
                shown(&format!("{}, nats", plain(column)), 1.0, 2, None)
            }
            _ => shown(&plain(column), 1.0, 2, None),
        }
    }

    /// The label without its unit.
    fn name(&self) -> &str {
        self.label.split_once(", ").map_or(self.label.as_str(), |(name, _)| name)
    }

    fn axis(&self) -> Axis {
        let axis = Axis::linear(self.label.as_str());
        self.range.map_or_else(|| axis.clone(), |(low, high)| axis.clone().within(low, high))
    }
}

/// Room in nominal pixels: for axes and colours around the cells, for a number in a cell, for a letter
/// of a tick's label; and the least that a panel takes.
const AROUND: (usize, usize) = (240, 130);
const NUMBER: (usize, usize) = (62, 40);
const LETTER: usize = 9;
const LEAST: usize = 380;

/// A number of a cell from here on is written with its power of ten, so that it finds room.
const LONGEST: f64 = 1e5;

/// Everything that the panels share.
struct MapTables {
    summary: RawTable,
    x: AxisValues,
    y: AxisValues,
    shown: ShownColumn,
    theory: Vec<TheoryRow>,
}

impl MapTables {
    fn panel(&self, panel: &[(String, String)]) -> HeatMap {
        let runs = self.runs_by_place(panel);
        let none = Vec::new();
        let cell = |x: &String, y: &String| self.cell(runs.get(&(x.as_str(), y.as_str())).unwrap_or(&none));
        let row = |y: &String| self.x.values.iter().map(|x| cell(x, y)).collect();
        let (x_label, x_ticks) = theory::ticks(&self.x);
        let (y_label, y_ticks) = theory::ticks(&self.y);
        let title =
            panel.iter().map(|(column, value)| display_setting(column, value)).collect::<Vec<_>>().join(", ");
        let mut map = HeatMap {
            title,
            x_label,
            y_label,
            x_ticks,
            y_ticks,
            cells: self.y.values.iter().map(row).collect(),
            color: self.shown.axis(),
            ..HeatMap::default()
        };
        theory::draw(&mut map, &self.theory, &self.x, &self.y);
        map
    }

    /// The runs of one panel by their values of x and y.
    fn runs_by_place(&self, panel: &[(String, String)]) -> BTreeMap<(&str, &str), Vec<CellRun>> {
        let mut runs: BTreeMap<(&str, &str), Vec<CellRun>> = BTreeMap::new();
        let cell = |row: &[String], column: &str| Some(row[self.summary.column(column)?].clone());
        let (x, y) = (self.summary.column(&self.x.column), self.summary.column(&self.y.column));
        let (Some(x), Some(y)) = (x, y) else { return runs };
        for row in &self.summary.rows {
            if panel.iter().all(|(column, value)| cell(row, column).as_ref() == Some(value)) {
                runs.entry((row[x].as_str(), row[y].as_str())).or_default().push(self.run(row));
            }
        }
        runs
    }

    fn cell(&self, runs: &[CellRun]) -> HeatMapCell {
        if runs.is_empty() {
            return HeatMapCell { value: f64::NAN, text: String::new(), mark: Some(CellMark::Missing) };
        }
        let numbers: Vec<f64> = runs.iter().filter_map(|run| run.number).collect();
        let value = mean(&numbers);
        let text = match value {
            value if value.is_nan() => String::new(),
            value if value.abs() >= LONGEST => format!("{value:.1e}"),
            value => format!("{value:.*}", self.shown.digits),
        };
        HeatMapCell { value, text, mark: mark(runs) }
    }

    fn run(&self, row: &[String]) -> CellRun {
        let cell = |name: &str| self.summary.column(name).map(|index| row[index].as_str());
        let verdict = cell("verdict").and_then(|text| text.parse().ok());
        let diverged = verdict == Some(Verdict::Diverged);
        let number = cell(&self.shown.column).and_then(|text| text.parse::<f64>().ok());
        let number = number.filter(|number| number.is_finite() && !diverged);
        CellRun { verdict, number: number.map(|number| self.shown.factor * number) }
    }

    /// Room for every cell's number and every tick's label, within what fits on a page.
    fn size(&self, panels: usize) -> (u32, u32) {
        let longest = theory::ticks(&self.x).1.iter().map(|tick| tick.chars().count()).max().unwrap_or(0);
        let most = if panels == 1 { 1400 } else { 700 };
        let across = AROUND.0 + NUMBER.0.max(LETTER * (longest + 2)) * self.x.values.len();
        let down = AROUND.1 + NUMBER.1 * self.y.values.len();
        (across.clamp(LEAST, most) as u32, down.clamp(LEAST, most) as u32)
    }

    fn notes(&self) -> Vec<String> {
        let seeds = self.summary.column("seed").map_or(1, |seed| {
            let mut seeds: Vec<&str> = self.summary.rows.iter().map(|row| row[seed].as_str()).collect();
            seeds.sort_unstable();
            seeds.dedup();
            seeds.len()
        });
        if seeds < 2 {
            return Vec::new();
        }
        vec![format!(
            "Means over those of {seeds} seeds that did not diverge. A cell is marked as diverged where at least half of its seeds diverged, and as one that did not learn where at least half diverged, worsened or stalled."
        )]
    }
}

/// What the summary says of one run.
struct CellRun {
    verdict: Option<Verdict>,
    number: Option<f64>,
}

/// The mark of a cell with these runs: at least half of them count.
fn mark(runs: &[CellRun]) -> Option<CellMark> {
    let count =
        |wanted: fn(Verdict) -> bool| runs.iter().filter(|run| run.verdict.is_some_and(wanted)).count();
    let diverged = count(|verdict| verdict == Verdict::Diverged);
    let failed = count(|verdict| verdict != Verdict::Learned);
    match runs.len() {
        n if 2 * diverged >= n => Some(CellMark::Diverged),
        n if 2 * failed >= n => Some(CellMark::Stalled),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
