//! How figures look: every colour, marker and size. One place, no drawing.

use super::geometry::Rect;

/// A colour of the screen (sRGB): red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(pub u8, pub u8, pub u8);

/// Text, axis lines.
pub(super) const DARK: Rgb = Rgb(38, 38, 38);
/// Notes, reference lines.
pub(super) const MUTED: Rgb = Rgb(105, 105, 105);
/// Grid lines, which must stay behind everything.
pub(super) const GRID: Rgb = Rgb(229, 229, 229);
/// The paper.
pub(super) const PAPER: Rgb = Rgb(255, 255, 255);

/// The palette of Okabe and Ito (<https://jfly.uni-koeln.de/color/>), which stays distinct under
/// every common colour blindness. Its yellow is left out: it is too light for lines on white. The
/// order keeps neighbours far apart in grey print (luma 87, 162, 0, 119, 158, 106, 151).
pub(super) const PALETTE: [Rgb; 7] = [
    Rgb(0, 114, 178),
    Rgb(230, 159, 0),
    Rgb(0, 0, 0),
    Rgb(213, 94, 0),
    Rgb(86, 180, 233),
    Rgb(0, 158, 115),
    Rgb(204, 121, 167),
];

/// The colour of the series at this place in the list.
pub(super) fn series_color(place: usize) -> Rgb {
    PALETTE[place % PALETTE.len()]
}

/// `color` mixed with `other`: `share` 0 is `color`, 1 is `other`.
///
/// Faint lines are mixed with the paper instead of being translucent: one that crosses another would
/// darken there.
pub(super) fn mix(color: Rgb, other: Rgb, share: f64) -> Rgb {
    let blend = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    Rgb(blend(color.0, other.0), blend(color.1, other.1), blend(color.2, other.2))
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
pub(super) const MARKERS: [Marker; 8] = [
    Marker::Circle,
    Marker::Square,
    Marker::Diamond,
    Marker::TriangleUp,
    Marker::TriangleDown,
    Marker::Cross,
    Marker::Plus,
    Marker::Hexagon,
];

/// Sizes of one panel in pixels of the nominal figure, smaller in smaller panels.
#[derive(Debug, Clone, Copy)]
pub(super) struct PanelSizes {
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
pub(super) fn sizes(panel: Rect) -> PanelSizes {
    let scale = (panel.width() / 800.0).min(panel.height() / 500.0).sqrt().clamp(0.7, 1.0);
    PanelSizes {
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

    impl Marker {
        /// Its name in matplotlib.
        fn matplotlib(self) -> &'static str {
            match self {
                Self::Circle => "o",
                Self::Square => "s",
                Self::Diamond => "D",
                Self::TriangleUp => "^",
                Self::TriangleDown => "v",
                Self::Cross => "x",
                Self::Plus => "+",
                Self::Hexagon => "h",
            }
        }
    }

    #[test]
    fn neighbouring_colours_differ_in_grey_print() {
        let luma = |c: Rgb| 0.299 * f64::from(c.0) + 0.587 * f64::from(c.1) + 0.114 * f64::from(c.2);
        for pair in PALETTE.windows(2) {
            assert!((luma(pair[0]) - luma(pair[1])).abs() > 35.0, "{pair:?}");
        }
    }

    #[test]
    fn the_script_for_matplotlib_has_the_same_colours_and_markers() {
        let script = include_str!("../../scripts/plot_loss.py");
        let hex = |Rgb(r, g, b): &Rgb| format!("\"#{r:02x}{g:02x}{b:02x}\"");
        let colors: Vec<String> = PALETTE.iter().map(hex).collect();
        let markers: Vec<String> =
            MARKERS.iter().map(|marker| format!("\"{}\"", marker.matplotlib())).collect();
        for (name, expected) in [("COLORS", colors), ("MARKERS", markers)] {
            let line = format!("\n{name} = [{}]\n", expected.join(", "));
            assert!(script.contains(&line), "expected {line}");
        }
    }

    #[test]
    fn mixing_goes_from_one_colour_to_the_other() {
        assert_eq!(mix(DARK, PAPER, 0.0), DARK);
        assert_eq!(mix(DARK, PAPER, 1.0), PAPER);
    }
}
