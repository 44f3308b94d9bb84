//! Which line is which: a box of samples and names inside or beside the data.

use super::clip::clip_segment;
use super::font::text_width;
use super::geometry::{Point, Rect};
use super::scene::{Scene, Text};
use super::style::{Marker, PAPER, PanelSizes, Rgb};

/// Where the legend stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// No legend.
    Hidden,
    /// Inside, at the upper right if it hides no curve there, else where it hides the least: the
    /// right side is tried from top to bottom, then the left.
    #[default]
    Free,
    /// Inside, at the upper right.
    UpperRight,
    /// Inside, at the upper left.
    UpperLeft,
    /// Inside, at the lower right.
    LowerRight,
    /// Inside, at the lower left.
    LowerLeft,
    /// To the right of the data: hides nothing, narrows the panel.
    Beside,
}

/// One line of a legend.
#[derive(Debug, Clone)]
pub(super) struct LegendEntry {
    pub label: String,
    pub color: Rgb,
    pub marker: Option<Marker>,
    pub dashed: bool,
}

/// Length of the sample line in text sizes.
const SAMPLE: f64 = 2.4;
/// Height of an entry in text sizes.
const LEADING: f64 = 1.5;

/// Width and height of the box.
pub(super) fn extent(entries: &[LegendEntry], sizes: PanelSizes) -> (f64, f64) {
    let width = |entry: &LegendEntry| text_width(&entry.label, sizes.small, false);
    let widest = entries.iter().map(width).fold(0.0, f64::max);
    (
        widest + SAMPLE * sizes.small + 2.5 * sizes.gap,
        entries.len() as f64 * LEADING * sizes.small + sizes.gap,
    )
}

/// The box inside or beside `plot`; `lines` are what it should not hide.
pub(super) fn place(
    legend: Legend,
    (width, height): (f64, f64),
    plot: Rect,
    gap: f64,
    lines: &[Vec<Point>],
) -> Rect {
    let boxed = |left: f64, top: f64| Rect { left, top, right: left + width, bottom: top + height };
    let (left, right) = (plot.left + gap, plot.right - gap - width);
    let (top, bottom) = (plot.top + 0.5 * gap, plot.bottom - gap - height);
    match legend {
        Legend::Hidden | Legend::UpperRight => boxed(right, top),
        Legend::UpperLeft => boxed(left, top),
        Legend::LowerRight => boxed(right, bottom),
        Legend::LowerLeft => boxed(left, bottom),
        Legend::Beside => boxed(plot.right + gap, top),
        Legend::Free => {
            let heights = (0..=LEVELS).map(|i| f64::from(i) / f64::from(LEVELS));
            let heights = heights.map(|share| top + share * (bottom - top));
            let at_right = heights.clone().map(|top| boxed(right, top));
            let candidates = at_right.chain(heights.map(|top| boxed(left, top)));
            let hidden = |area: &Rect| hidden_segments(area.inset(-gap), lines);
            candidates.min_by_key(hidden).unwrap_or(boxed(right, top))
        }
    }
}

/// Heights that a free legend tries at each side, beside the top.
const LEVELS: u32 = 12;

/// How many segments run through `area`.
fn hidden_segments(area: Rect, lines: &[Vec<Point>]) -> usize {
    let segments = lines.iter().flat_map(|line| line.windows(2));
    segments.filter(|pair| clip_segment(pair[0], pair[1], area).is_some()).count()
}

/// Draws `entries` into the box `area`.
pub(super) fn draw(scene: &mut Scene, entries: &[LegendEntry], area: Rect, sizes: PanelSizes) {
    scene.rect(area, PAPER, 0.85);
    for (i, entry) in entries.iter().enumerate() {
        let y = area.top + 0.5 * sizes.gap + (i as f64 + 0.5) * LEADING * sizes.small;
        let start = area.left + 0.75 * sizes.gap;
        let end = start + SAMPLE * sizes.small;
        let sample = vec![(start, y), (end, y)];
        if entry.dashed {
            scene.dashed_line(sample, entry.color, sizes.stroke);
        } else {
            scene.line(sample, entry.color, sizes.stroke);
        }
        if let Some(marker) = entry.marker {
            let center = (f64::midpoint(start, end), y);
            marker.draw(scene, center, sizes.marker, entry.color);
        }
        scene.text(Text::new(&entry.label, (end + sizes.gap, y), sizes.small));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_legend_hides_as_little_as_it_can() {
        let plot = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };
        let at = |lines: &[Vec<Point>]| {
            let area = place(Legend::Free, (30.0, 20.0), plot, 5.0, lines);
            (area.right, area.top)
        };
        let (upper, whole_right) = (vec![(0.0, 12.0), (100.0, 12.0)], vec![(80.0, 0.0), (80.0, 100.0)]);
        assert_eq!(at(&[]), (95.0, 2.5));
        let (right, top) = at(std::slice::from_ref(&upper));
        assert!(right == 95.0 && top > 12.0);
        let (right, top) = at(&[upper, whole_right]);
        assert!(right == 35.0 && top > 12.0);
    }
}
