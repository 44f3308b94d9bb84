//! Which line is which: samples and names, in a box inside or beside the data, or in rows above panels.

use super::clip::clip_segment;
use super::font::{text_width, wrap_into};
use super::geometry::{Point, Rect};
use super::hatch::hatched;
use super::scene::{Scene, Text};
use super::style::{Marker, PAPER, PanelSizes, Rgb};

/// Where the legend stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// No legend.
    Hidden,
    /// Inside where it hides no curve: at the right from top to bottom, then at the left; beside the
    /// data if there is no such place.
    #[default]
    Free,
    /// To the right of the data: narrows the panel.
    Beside,
}

/// One name of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LegendEntry {
    /// Its lines have line feeds between them.
    pub label: String,
    pub color: Rgb,
    pub marker: Option<Marker>,
    pub sample: LegendSample,
}

/// What stands before the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LegendSample {
    /// A curve.
    Line { dashed: bool },
    /// A reference line.
    ThinDashes,
    /// An area.
    Swatch { hatched: bool },
    /// The marker alone.
    Nothing,
}

/// Length of the sample line in text sizes.
const SAMPLE: f64 = 2.4;
/// Height of an entry of one line in text sizes.
const LEADING: f64 = 1.5;
/// Height of each further line of a name in text sizes.
const NEXT_LINE: f64 = 1.2;
/// Lines of a name; one that is longer still is cut.
const MOST_LINES: usize = 4;
/// Heights that a free legend tries at each side, beside the top.
const LEVELS: u32 = 12;

/// Width and height of a box of entries.
pub(super) fn extent(entries: &[LegendEntry], sizes: PanelSizes) -> (f64, f64) {
    let widest = entries.iter().map(|entry| width(entry, sizes)).fold(0.0, f64::max);
    (widest + 1.5 * sizes.gap, entries.iter().map(|entry| height(entry, sizes)).sum::<f64>() + sizes.gap)
}

fn height(entry: &LegendEntry, sizes: PanelSizes) -> f64 {
    (LEADING + entry.label.matches('\n').count() as f64 * NEXT_LINE) * sizes.small
}

/// The width of a sample and its name.
fn width(entry: &LegendEntry, sizes: PanelSizes) -> f64 {
    let lines = entry.label.lines().map(|line| text_width(line, sizes.small, false));
    SAMPLE * sizes.small + sizes.gap + lines.fold(0.0, f64::max)
}

/// Writes the names of entries that would be wider than `limit` in several lines.
pub(super) fn wrap_names(entries: &mut [LegendEntry], limit: f64, sizes: PanelSizes) {
    for entry in entries {
        let room = limit - SAMPLE * sizes.small - sizes.gap;
        entry.label = wrap_into(MOST_LINES, &entry.label, room, sizes.small, false).join("\n");
    }
}

/// A place for the box inside `plot` that hides none of `lines`; `None` if there is none.
pub(super) fn free_place(
    (width, height): (f64, f64),
    plot: Rect,
    gap: f64,
    lines: &[Vec<Point>],
) -> Option<Rect> {
    let boxed = |left: f64, top: f64| Rect { left, top, right: left + width, bottom: top + height };
    let (left, right) = (plot.left + gap, plot.right - gap - width);
    let (top, bottom) = (plot.top + 0.5 * gap, plot.bottom - gap - height);
    let heights = (0..=LEVELS).map(|i| top + f64::from(i) / f64::from(LEVELS) * (bottom - top));
    let at_right = heights.clone().map(|top| boxed(right, top));
    let mut candidates = at_right.chain(heights.map(|top| boxed(left, top)));
    let fits = right > left && bottom > top;
    candidates.find(|area| fits && !hides_one(area.inset(-gap), lines))
}

/// The box to the right of `plot`.
pub(super) fn place_beside((width, height): (f64, f64), plot: Rect, gap: f64) -> Rect {
    let (left, top) = (plot.right + gap, plot.top + 0.5 * gap);
    Rect { left, top, right: left + width, bottom: top + height }
}

fn hides_one(area: Rect, lines: &[Vec<Point>]) -> bool {
    let crosses = |pair: &[Point]| clip_segment(pair[0], pair[1], area).is_some();
    lines.iter().any(|line| line.windows(2).any(crosses) || line.iter().any(|at| area.contains(*at)))
}

/// Draws `entries` into the box `area`.
pub(super) fn draw(scene: &mut Scene, entries: &[LegendEntry], area: Rect, sizes: PanelSizes) {
    scene.rect(area, PAPER, 0.85);
    let mut top = area.top + 0.5 * sizes.gap;
    for entry in entries {
        let y = top + 0.5 * LEADING * sizes.small;
        draw_entry(scene, entry, (area.left + 0.75 * sizes.gap, y), sizes);
        top += height(entry, sizes);
    }
}

/// Entries side by side, as many in a row as fit into `room`.
pub(super) fn rows(entries: &[LegendEntry], room: f64, sizes: PanelSizes) -> Vec<Vec<LegendEntry>> {
    let mut rows: Vec<Vec<LegendEntry>> = Vec::new();
    for entry in entries {
        match rows.last_mut() {
            Some(row) if row_width(row, sizes) + 3.0 * sizes.gap + width(entry, sizes) <= room => {
                row.push(entry.clone());
            }
            _ => rows.push(vec![entry.clone()]),
        }
    }
    rows
}

/// The height of such a row.
pub(super) fn row_height(sizes: PanelSizes) -> f64 {
    LEADING * sizes.small
}

fn row_width(row: &[LegendEntry], sizes: PanelSizes) -> f64 {
    let between = 3.0 * sizes.gap * (row.len() - 1) as f64;
    row.iter().map(|entry| width(entry, sizes)).sum::<f64>() + between
}

/// Draws a row, centred on a point.
pub(super) fn draw_row(scene: &mut Scene, row: &[LegendEntry], (x, y): Point, sizes: PanelSizes) {
    let mut left = x - 0.5 * row_width(row, sizes);
    for entry in row {
        draw_entry(scene, entry, (left, y), sizes);
        left += width(entry, sizes) + 3.0 * sizes.gap;
    }
}

/// Draws sample and name from `start` on.
fn draw_entry(scene: &mut Scene, entry: &LegendEntry, (start, y): Point, sizes: PanelSizes) {
    let end = start + SAMPLE * sizes.small;
    let line = vec![(start, y), (end, y)];
    match entry.sample {
        LegendSample::Line { dashed: false } => scene.line(line, entry.color, sizes.stroke),
        LegendSample::Line { dashed: true } => scene.dashed_line(line, entry.color, sizes.stroke),
        LegendSample::ThinDashes => scene.dashed_line(line, entry.color, 0.6 * sizes.stroke),
        LegendSample::Swatch { hatched } => draw_swatch(scene, entry.color, hatched, (start, end, y), sizes),
        LegendSample::Nothing => {}
    }
    if let Some(marker) = entry.marker {
        marker.draw(scene, (f64::midpoint(start, end), y), sizes.marker, entry.color);
    }
    for (i, words) in entry.label.lines().enumerate() {
        let y = y + i as f64 * NEXT_LINE * sizes.small;
        scene.text(Text::new(words, (end + sizes.gap, y), sizes.small));
    }
}

fn draw_swatch(
    scene: &mut Scene,
    color: Rgb,
    hatching: bool,
    (left, right, y): (f64, f64, f64),
    sizes: PanelSizes,
) {
    let half = 0.6 * sizes.small;
    let area = Rect { left, top: y - half, right, bottom: y + half };
    scene.rect(area, super::style::tint(color), 1.0);
    if hatching {
        for line in hatched(area, sizes.hatch, |_| true) {
            scene.line(line, color, sizes.hatch_stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::FigureStyle;
    use super::*;

    const PLOT: Rect = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };

    #[test]
    fn a_free_legend_hides_nothing_or_has_no_place() {
        let at = |lines: &[Vec<Point>]| {
            let area = free_place((30.0, 20.0), PLOT, 5.0, lines)?;
            Some((area.right, area.top))
        };
        let (upper, whole_right) = (vec![(0.0, 12.0), (100.0, 12.0)], vec![(80.0, 0.0), (80.0, 100.0)]);
        assert_eq!(at(&[]), Some((95.0, 2.5)));
        let (right, top) = at(std::slice::from_ref(&upper)).unwrap();
        assert!(right == 95.0 && top > 12.0);
        let (right, top) = at(&[upper, whole_right]).unwrap();
        assert!(right == 35.0 && top > 12.0);
        let everywhere = (0..20).map(|i| vec![(0.0, 5.0 * f64::from(i)), (100.0, 5.0 * f64::from(i))]);
        assert_eq!(at(&everywhere.collect::<Vec<_>>()), None);
        assert_eq!(
            at(&[vec![(90.0, 10.0)], vec![(10.0, 10.0)]]).map(|(_, top)| top > 10.0),
            Some(true),
            "points"
        );
    }

    #[test]
    fn a_long_name_is_complete_in_several_lines() {
        let sizes = FigureStyle::Paper.sizes(PLOT);
        let long = "std=1 (n = 3, 3 diverged, mean to 2) (leaves the axis)";
        let (color, sample) = (PAPER, LegendSample::Nothing);
        let mut entries = [LegendEntry { label: long.to_owned(), color, marker: None, sample }];
        let before = extent(&entries, sizes);
        wrap_names(&mut entries, 0.5 * before.0, sizes);
        let after = extent(&entries, sizes);
        assert!(after.0 <= 0.5 * before.0 + 1.5 * sizes.gap && after.1 > before.1, "{after:?}");
        assert_eq!(entries[0].label.replace('\n', " "), long);
        entries[0].label = "m".repeat(10_000);
        wrap_names(&mut entries, 0.5 * before.0, sizes);
        assert!(entries[0].label.lines().count() == MOST_LINES && entries[0].label.ends_with('…'));
    }

    #[test]
    fn rows_are_as_wide_as_there_is_room() {
        let sizes = FigureStyle::Paper.sizes(PLOT);
        let entry = |label: &str| LegendEntry {
            label: label.to_owned(),
            color: PAPER,
            marker: None,
            sample: LegendSample::Nothing,
        };
        let entries = ["a", "b", "c"].map(entry);
        assert_eq!(rows(&entries, 1e4, sizes).len(), 1);
        assert_eq!(rows(&entries, 1.0, sizes).len(), 3);
        assert!(rows(&[], 1.0, sizes).is_empty());
    }
}
