//! A figure as plain numbers: panels in a grid, what stands above, beside and below them.

use super::bars::Bars;
use super::curves::Curves;
use super::decision::DecisionMap;
use super::describe;
use super::frame::PanelArea;
use super::heatmap::HeatMap;
use super::legend::LegendEntry;
use super::scene::Scene;
use super::style::FigureStyle;

/// Panels that are shown together, left to right, then down.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    /// The stem of its files: `loss` for `loss.svg` and `loss.png`. [`file_name`] makes one from a label.
    pub name: String,
    /// Above all panels: what is shown; may be empty.
    pub title: String,
    /// Below the title: of what, such as data, network and training; may be empty.
    pub subtitle: String,
    /// Panels per row, at least 1; the last row may have fewer.
    pub columns: usize,
    /// Width and height of a panel in pixels of the SVG.
    pub panel_size: (u32, u32),
    /// The pictures.
    pub panels: Vec<Panel>,
    /// Small lines below all panels.
    pub notes: Vec<String>,
    /// One legend above all panels instead of one in each.
    pub shared_legend: bool,
    /// Names above the columns of panels; may be empty.
    pub column_names: Vec<String>,
    /// Names to the left of the rows of panels; may be empty.
    pub row_names: Vec<String>,
    /// What it is made for.
    pub style: FigureStyle,
}

/// One picture of a figure.
#[derive(Debug, Clone)]
pub enum Panel {
    /// Lines over an axis.
    Curves(Curves),
    /// Bars over bins.
    Bars(Bars),
    /// A table of numbers as colours.
    HeatMap(HeatMap),
    /// Two classes over the plane.
    DecisionMap(DecisionMap),
}

impl Figure {
    /// A figure of one panel of 900 × 600 pixels.
    pub fn single(name: impl Into<String>, title: impl Into<String>, panel: Panel) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            columns: 1,
            panel_size: (900, 600),
            panels: vec![panel],
            ..Self::default()
        }
    }

    /// What it shows, in words, for those who cannot see it: title and subtitle, then each of the first 24
    /// panels with its ends or extremes. The SVG carries it.
    pub fn description(&self) -> String {
        let about = [&self.title, &self.subtitle].into_iter().filter(|text| !text.is_empty()).cloned();
        let panels = self.panels.iter().take(DESCRIBED).map(Panel::description);
        let more = self.panels.len().saturating_sub(DESCRIBED);
        let more = (more > 0).then(|| format!("Further panels: {more}"));
        about.chain(panels).chain(more).collect::<Vec<_>>().join(". ")
    }
}

/// Panels of a figure that are told in words.
const DESCRIBED: usize = 24;

impl Panel {
    pub(super) fn draw(&self, scene: &mut Scene, area: PanelArea) {
        match self {
            Self::Curves(curves) => curves.draw(scene, area),
            Self::Bars(bars) => bars.draw(scene, area),
            Self::HeatMap(heat_map) => heat_map.draw(scene, area),
            Self::DecisionMap(map) => map.draw(scene, area),
        }
    }

    /// The room that it needs at the left of its data, where panels below each other are to begin in one line.
    pub(super) fn left_room(&self, area: PanelArea) -> f64 {
        match self {
            Self::Curves(curves) => curves.left_room(area),
            Self::Bars(bars) => bars.left_room(area),
            Self::HeatMap(_) | Self::DecisionMap(_) => 0.0,
        }
    }

    /// What it adds to a legend that panels share.
    pub(super) fn entries(&self) -> Vec<LegendEntry> {
        match self {
            Self::Curves(curves) => curves.shared_entries(),
            Self::DecisionMap(map) => map.entries(),
            Self::Bars(_) | Self::HeatMap(_) => Vec::new(),
        }
    }

    /// Whether a curve leaves its axis.
    pub(super) fn has_exits(&self) -> bool {
        matches!(self, Self::Curves(curves) if curves.has_exits())
    }

    fn description(&self) -> String {
        match self {
            Self::Curves(curves) => describe::curves(curves),
            Self::Bars(bars) => describe::bars(bars),
            Self::HeatMap(map) => describe::heat_map(map),
            Self::DecisionMap(map) => describe::decision_map(map),
        }
    }
}

/// A figure's name from a label: what a file system may refuse becomes `_`, what is too long is cut.
///
/// A name of more than 60 letters keeps its first 43, followed by a dash and 16 digits that tell it from
/// other labels with this beginning.
///
/// ```
/// use initlab_engine::plot::file_name;
///
/// assert_eq!(file_name("course-tanh-std=0.01"), "course-tanh-std=0.01");
/// assert_eq!(file_name("a/b c"), "a_b_c");
/// assert_eq!(file_name(&"x".repeat(100)).len(), 60);
/// ```
pub fn file_name(label: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "=.-_".contains(c) { c } else { '_' };
    let name: String = label.chars().map(safe).collect();
    if name.chars().count() <= LONGEST_NAME {
        return name;
    }
    // Two long labels must not share a file: the sum (FNV-1a) tells them apart.
    let sum = label
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let beginning: String = name.chars().take(LONGEST_NAME - 17).collect();
    format!("{beginning}-{sum:016x}")
}

/// Letters of a file's stem: with four bytes each still below the 255 bytes that file systems allow.
const LONGEST_NAME: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_short_and_apart() {
        assert_eq!(file_name("relu-std=0.01"), "relu-std=0.01");
        assert_eq!(file_name("a/b c:d"), "a_b_c_d");
        let long = |end: &str| file_name(&format!("std={}{end}", "0".repeat(400)));
        assert_eq!(long("1").chars().count(), LONGEST_NAME);
        assert_ne!(long("1"), long("2"));
    }
}
