//! How figures look: every colour, marker and size. One place, no drawing.

use super::geometry::Rect;

/// The longest side of a figure: its bitmap takes twelve bytes per pixel of it.
pub(super) const MOST_PIXELS: f64 = 6000.0;

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

/// A cell of a heat map without a value.
pub(super) const BLANK: Rgb = Rgb(240, 240, 240);

/// Viridis (Smith and van der Walt 2015) at nine even places, dark to light; also even in grey.
pub(super) const VIRIDIS: [Rgb; 9] = [
    Rgb(68, 1, 84),
    Rgb(71, 45, 123),
    Rgb(59, 82, 139),
    Rgb(44, 114, 142),
    Rgb(33, 145, 140),
    Rgb(40, 174, 128),
    Rgb(94, 201, 98),
    Rgb(173, 220, 48),
    Rgb(253, 231, 37),
];

/// The palette of Okabe and Ito (<https://jfly.uni-koeln.de/color/>), which stays distinct under
/// every common colour blindness. Its yellow is left out: it is too light for lines on white. The
/// order keeps neighbours far apart in grey print (luma 87, 162, 0, 119, 158, 106, 151). After these come
/// seven of our own, for figures with more curves, dark and light in turn.
pub(super) const PALETTE: [Rgb; 14] = [
    Rgb(0, 114, 178),
    Rgb(230, 159, 0),
    Rgb(0, 0, 0),
    Rgb(213, 94, 0),
    Rgb(86, 180, 233),
    Rgb(0, 158, 115),
    Rgb(204, 121, 167),
    Rgb(20, 40, 130),
    Rgb(140, 140, 140),
    Rgb(120, 60, 10),
    Rgb(160, 170, 40),
    Rgb(110, 30, 120),
    Rgb(240, 130, 120),
    Rgb(0, 80, 40),
];

/// The colour of the series at this place in the list.
pub(super) fn series_color(place: usize) -> Rgb {
    PALETTE[place % PALETTE.len()]
}

/// The colour and the marker of each of two classes.
pub(super) const CLASSES: [(Rgb, Marker); 2] =
    [(PALETTE[0], Marker::Circle), (PALETTE[3], Marker::TriangleUp)];

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

/// Eight of them against fourteen colours: 56 looks before one comes again.
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

/// The light shade of a colour, for areas.
pub(super) fn tint(color: Rgb) -> Rgb {
    mix(PAPER, color, 0.35)
}

/// Sizes outside of all panels, in pixels of the nominal figure unless it is said otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSizes {
    /// Free pixels inside each panel's edges, and around title and notes.
    pub margin: f64,
    /// The title.
    pub title: f64,
    /// Subtitle, notes, names of rows and columns.
    pub note: f64,
    /// The width of the names of rows.
    pub names: f64,
    /// The height of a line in text sizes.
    pub leading: f64,
    /// A legend that panels share.
    pub legend: PanelSizes,
}

/// What a figure is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FigureStyle {
    /// A page: the size that the panels ask for.
    #[default]
    Paper,
    /// A screen: 16:9, larger type.
    Talk,
}

impl FigureStyle {
    /// Every style by its name.
    pub const NAMED: [(&str, Self); 2] = [("paper", Self::Paper), ("talk", Self::Talk)];

    /// How many times as large as on paper letters, lines and markers are.
    pub(super) fn type_scale(self) -> f64 {
        match self {
            Self::Paper => 1.0,
            Self::Talk => 1.4,
        }
    }
}

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
    /// The distance between the lines of a hatched area.
    pub hatch: f64,
    /// The width of these lines.
    pub hatch_stroke: f64,
}

impl FigureStyle {
    /// Sizes that stay legible when a figure of a 900 × 600 panel is projected.
    pub(super) fn sizes(self, panel: Rect) -> PanelSizes {
        let scale = (panel.width() / 800.0).min(panel.height() / 500.0).sqrt().clamp(0.7, 1.0);
        self.scaled_sizes(scale)
    }

    /// Sizes of what stands outside of all panels.
    pub(super) fn page_sizes(self) -> PageSizes {
        let scale = self.type_scale();
        PageSizes {
            margin: 12.0,
            title: 20.0 * scale,
            note: 14.0 * scale,
            names: 92.0 * scale,
            leading: 1.5,
            legend: self.scaled_sizes(0.95),
        }
    }

    fn scaled_sizes(self, scale: f64) -> PanelSizes {
        let scale = scale * self.type_scale();
        PanelSizes {
            small: 15.0 * scale,
            label: 17.0 * scale,
            title: 18.0 * scale,
            stroke: 2.2 * scale,
            marker: 5.0 * scale,
            gap: 8.0 * scale,
            hatch: 7.0 * scale,
            hatch_stroke: 0.8 * scale,
        }
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
    fn fourteen_names_have_colours_of_their_own_and_fifty_six_a_look() {
        let looks = |places: usize| {
            let looks = (0..places).map(|place| (series_color(place), Marker::of(place)));
            looks.collect::<Vec<_>>()
        };
        let colors = |count: usize| (0..count).map(series_color).collect::<Vec<_>>();
        let apart =
            |count: usize| colors(count).iter().enumerate().all(|(i, color)| !colors(i).contains(color));
        assert!(apart(14) && !apart(15));
        let all = looks(56);
        assert!(all.iter().enumerate().all(|(i, look)| !all[..i].contains(look)));
    }

    #[test]
    fn the_script_for_matplotlib_has_the_same_colours_and_markers() {
        let script = include_str!("../../../scripts/plot_loss.py");
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
