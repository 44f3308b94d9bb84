//! How figures look: colours, sizes of text and strokes. One place, no drawing.

use plotters::style::RGBColor;

use super::scene::{Point, Rect, Scene};

/// Text, axis lines.
pub(super) const DARK: RGBColor = RGBColor(38, 38, 38);
/// Notes, reference lines.
pub(super) const MUTED: RGBColor = RGBColor(105, 105, 105);
/// Grid lines, which must stay behind everything.
pub(super) const GRID: RGBColor = RGBColor(229, 229, 229);
/// The paper.
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);

/// The palette of Okabe and Ito (<https://jfly.uni-koeln.de/color/>), which stays distinct under
/// every common colour blindness. Its yellow is left out: it is too light for lines on white. The
/// order keeps neighbours far apart in grey print (luma 87, 162, 0, 119, 158, 106, 151).
pub(super) const PALETTE: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];

/// The colour of the series at this place in the list.
pub(super) fn series_color(place: usize) -> RGBColor {
    PALETTE[place % PALETTE.len()]
}

/// `color` mixed with `other`: `share` 0 is `color`, 1 is `other`.
///
/// Faint lines are mixed with the paper instead of being translucent, because a translucent line
/// drawn segment by segment darkens where segments meet.
pub(super) fn mix(color: RGBColor, other: RGBColor, share: f64) -> RGBColor {
    let blend = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    RGBColor(blend(color.0, other.0), blend(color.1, other.1), blend(color.2, other.2))
}

/// The shape on a curve's points, so that curves can be told apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Circle,
    Square,
    Diamond,
    TriangleUp,
    TriangleDown,
    Cross,
    Plus,
    Hexagon,
}

/// Eight of them against seven colours: 56 looks before one comes again.
const MARKERS: [Marker; 8] = [
    Marker::Circle,
    Marker::Square,
    Marker::Diamond,
    Marker::TriangleUp,
    Marker::TriangleDown,
    Marker::Cross,
    Marker::Plus,
    Marker::Hexagon,
];

impl Marker {
    /// The marker of the series at this place in the list.
    pub fn of(place: usize) -> Self {
        MARKERS[place % MARKERS.len()]
    }

    /// Draws it with a thin rim of paper, which keeps it visible where curves run close.
    pub fn draw(self, scene: &mut Scene, center: Point, size: f64, color: RGBColor) {
        self.fill(scene, center, size + 1.0, PAPER);
        self.fill(scene, center, size, color);
    }

    fn fill(self, scene: &mut Scene, center: Point, size: f64, color: RGBColor) {
        match self {
            Self::Circle => scene.disc(center, size, color),
            Self::Square => scene.area(around(center, 1.28 * size, 4, 0.5), color, 1.0),
            Self::Diamond => scene.area(around(center, 1.3 * size, 4, 0.0), color, 1.0),
            Self::TriangleUp => scene.area(around(center, 1.4 * size, 3, 0.0), color, 1.0),
            Self::TriangleDown => scene.area(around(center, 1.4 * size, 3, 0.5), color, 1.0),
            Self::Hexagon => scene.area(around(center, 1.2 * size, 6, 0.0), color, 1.0),
            Self::Cross => strokes(scene, &around(center, 1.3 * size, 4, 0.5), size, color),
            Self::Plus => strokes(scene, &around(center, 1.3 * size, 4, 0.0), size, color),
        }
    }
}

/// The corners of a regular polygon; `turn` counts in corners, 0 has one at the top.
fn around((x, y): Point, radius: f64, corners: usize, turn: f64) -> Vec<Point> {
    (0..corners)
        .map(|i| std::f64::consts::TAU * (i as f64 + turn) / corners as f64)
        .map(|angle| (x + radius * angle.sin(), y - radius * angle.cos()))
        .collect()
}

/// Two strokes between opposite corners of four.
fn strokes(scene: &mut Scene, corners: &[Point], size: f64, color: RGBColor) {
    for (from, to) in [(0, 2), (1, 3)] {
        scene.line(vec![corners[from], corners[to]], color, 0.55 * size);
    }
}

/// Sizes of one panel in pixels of the nominal figure, smaller in smaller panels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Tick labels, legend, notes.
    pub small: f64,
    /// Axis labels.
    pub label: f64,
    /// The panel's title.
    pub title: f64,
    /// Curves.
    pub stroke: f64,
    /// Half the width of a marker.
    pub marker: f64,
    /// The distance between neighbouring things.
    pub gap: f64,
}

/// Sizes that stay legible when a figure of a 900 × 600 panel is projected.
pub(super) fn sizes(panel: Rect) -> Sizes {
    let scale = (panel.width() / 800.0).min(panel.height() / 500.0).sqrt().clamp(0.7, 1.0);
    Sizes {
        small: 15.0 * scale,
        label: 17.0 * scale,
        title: 18.0 * scale,
        stroke: 2.2 * scale,
        marker: 5.0 * scale,
        gap: 8.0 * scale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_colours_differ_in_grey_print() {
        let luma = |c: RGBColor| 0.299 * f64::from(c.0) + 0.587 * f64::from(c.1) + 0.114 * f64::from(c.2);
        for pair in PALETTE.windows(2) {
            assert!((luma(pair[0]) - luma(pair[1])).abs() > 35.0, "{pair:?}");
        }
    }

    #[test]
    fn mixing_goes_from_one_colour_to_the_other() {
        assert_eq!(mix(DARK, PAPER, 0.0), DARK);
        assert_eq!(mix(DARK, PAPER, 1.0), PAPER);
    }
}
