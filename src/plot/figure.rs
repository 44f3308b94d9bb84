//! A figure: panels in a grid, a title above, notes below.

use super::bars::Bars;
use super::bitmap;
use super::curves::Curves;
use super::decision::DecisionMap;
use super::error::PlotError;
use super::geometry::Rect;
use super::heatmap::HeatMap;
use super::scene::{Scene, Text};
use super::style::MUTED;
use super::svg;

/// Panels that are shown together, left to right, then down.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The stem of its files, such as `loss`.
    pub name: String,
    /// Above all panels; may be empty.
    pub title: String,
    /// Panels per row.
    pub columns: usize,
    /// Width and height of a panel in pixels of the SVG.
    pub panel_size: (u32, u32),
    /// What is shown.
    pub panels: Vec<Panel>,
    /// Small lines below all panels.
    pub notes: Vec<String>,
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

impl Panel {
    fn draw(&self, scene: &mut Scene, area: Rect) {
        match self {
            Self::Curves(curves) => curves.draw(scene, area),
            Self::Bars(histogram) => histogram.draw(scene, area),
            Self::HeatMap(heat_map) => heat_map.draw(scene, area),
            Self::DecisionMap(map) => map.draw(scene, area),
        }
    }
}

/// Free pixels inside each panel's edges, and around title and notes.
const MARGIN: f64 = 12.0;
const TITLE: f64 = 20.0;
const NOTE: f64 = 14.0;
const LEADING: f64 = 1.5;
/// The smallest panel in which axes and some data find room.
const SMALLEST: (u32, u32) = (120, 90);
/// The largest figure: its bitmap is drawn with 48 bytes per pixel of it.
const LARGEST: u32 = 6000;

impl Figure {
    /// A figure of one panel of 900 × 600 pixels, without title and notes.
    pub fn single(name: impl Into<String>, panel: Panel) -> Self {
        Self {
            name: name.into(),
            title: String::new(),
            columns: 1,
            panel_size: (900, 600),
            panels: vec![panel],
            notes: Vec::new(),
        }
    }

    /// The figure as an SVG document, of the size the panels ask for. Errors name the figure.
    pub fn svg(&self) -> Result<String, PlotError> {
        let size = self.size()?;
        let title = if self.title.is_empty() { &self.name } else { &self.title };
        Ok(svg::document(&self.scene(size), size, title, ""))
    }

    /// The figure as a PNG file, twice as wide and high as the SVG's nominal size.
    pub fn png(&self) -> Result<Vec<u8>, PlotError> {
        let size = self.size()?;
        bitmap::png(&self.scene(size), size)
    }

    /// Width and height in nominal pixels.
    fn size(&self) -> Result<(u32, u32), PlotError> {
        let (width, height) = self.panel_size;
        if self.panels.is_empty() || self.columns == 0 {
            let found = format!("{} in {} columns", self.panels.len(), self.columns);
            return Err(self.layout("at least one panel and one column", found));
        }
        if width < SMALLEST.0 || height < SMALLEST.1 {
            let found = format!("{width} × {height}");
            return Err(self.layout("panels of at least 120 × 90 pixels", found));
        }
        let columns = self.columns.min(self.panels.len());
        let rows = self.panels.len().div_ceil(columns);
        let across = columns as f64 * f64::from(width);
        let down = self.header() + rows as f64 * f64::from(height) + self.footer();
        if across.max(down) > f64::from(LARGEST) {
            let found = format!("{across} × {down}");
            return Err(self.layout("at most 6000 pixels per side", found));
        }
        Ok((across.ceil() as u32, down.ceil() as u32))
    }

    fn layout(&self, expected: &'static str, found: String) -> PlotError {
        PlotError::Layout { figure: self.name.clone(), expected, found }
    }

    fn header(&self) -> f64 {
        if self.title.is_empty() {
            return 0.0;
        }
        MARGIN + LEADING * TITLE
    }

    fn footer(&self) -> f64 {
        if self.notes.is_empty() {
            return 0.0;
        }
        MARGIN + self.notes.len() as f64 * LEADING * NOTE
    }

    fn scene(&self, (width, height): (u32, u32)) -> Scene {
        let mut scene = Scene::default();
        let (width, height) = (f64::from(width), f64::from(height));
        let title = (width / 2.0, MARGIN + 0.6 * TITLE);
        scene.text(
            Text { bold: true, ..Text::new(&self.title, title, TITLE).centered() }
                .within(width - 2.0 * MARGIN),
        );
        for (i, panel) in self.panels.iter().enumerate() {
            panel.draw(&mut scene, self.area(i));
        }
        for (i, note) in self.notes.iter().enumerate() {
            let y = height - self.footer() + (i as f64 + 0.5) * LEADING * NOTE;
            scene.text(Text::new(note, (2.0 * MARGIN, y), NOTE).color(MUTED).within(width - 4.0 * MARGIN));
        }
        scene
    }

    /// The area of panel `i`.
    fn area(&self, i: usize) -> Rect {
        let (width, height) = (f64::from(self.panel_size.0), f64::from(self.panel_size.1));
        let columns = self.columns.min(self.panels.len());
        let left = (i % columns) as f64 * width;
        let top = self.header() + (i / columns) as f64 * height;
        let (right, bottom) = (left + width, top + height);
        Rect { left, top, right, bottom }.inset(MARGIN)
    }
}

/// A figure's name from a label: what a file system may refuse becomes `_`.
pub fn file_name(label: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "=.-_".contains(c) { c } else { '_' };
    label.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, CellMark, HeatMapCell, Series};
    use super::*;

    fn series(label: &str, style: usize, y: &[f64]) -> Series {
        Series {
            label: label.to_owned(),
            style,
            x: (0..y.len()).map(|i| i as f64).collect(),
            y: y.to_vec(),
            ..Series::default()
        }
    }

    fn curves(series: Vec<Series>) -> Figure {
        let curves = Curves {
            title: "Kopf & <Fuß>".to_owned(),
            x: Axis::linear("iterations"),
            y: Axis::linear("loss").within(0.0, 2.5),
            series,
            ..Curves::default()
        };
        small(Panel::Curves(curves))
    }

    fn small(panel: Panel) -> Figure {
        Figure { panel_size: (200, 150), ..Figure::single("small", panel) }
    }

    /// One figure of each kind.
    fn kinds() -> [Figure; 4] {
        let histogram = Bars { edges: vec![0.0, 0.5, 1.0], counts: vec![3.0, 4.0], ..Bars::default() };
        let cell = HeatMapCell { value: 0.5, text: "50 %".to_owned(), mark: Some(CellMark::Stalled) };
        let heat_map = HeatMap { cells: vec![vec![cell]], ..HeatMap::default() };
        let decision = DecisionMap {
            x_range: (-1.0, 1.0),
            y_range: (-1.0, 1.0),
            columns: 2,
            rows: 2,
            values: vec![0.1, 0.9, 0.4, 0.7],
            points: vec![(0.0, 0.0, 1)],
            ..DecisionMap::default()
        };
        [
            curves(vec![series("He", 0, &[2.0, 1.0, 0.5])]),
            small(Panel::Bars(histogram)),
            small(Panel::HeatMap(heat_map)),
            small(Panel::DecisionMap(decision)),
        ]
    }

    fn count(figure: &Figure, start: &str) -> usize {
        figure.svg().unwrap().lines().filter(|line| line.contains(start)).count()
    }

    /// Lines in the colour of the first series.
    const FIRST: &str = "stroke=\"#0072b2\"";

    #[test]
    fn every_kind_gives_the_same_bytes_twice_and_a_png_of_twice_the_size() {
        for figure in kinds() {
            let (svg, png) = (figure.svg().unwrap(), figure.png().unwrap());
            assert_eq!(svg, figure.svg().unwrap());
            assert_eq!(png, figure.png().unwrap());
            assert!(svg.contains("width=\"200\" height=\"150\"") && svg.ends_with("</svg>\n"));
            let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            assert_eq!(reader.info().size(), (400, 300));
            assert_eq!(pixels[..3], [255; 3]);
            assert!(pixels.iter().any(|&value| value < 128));
        }
    }

    #[test]
    fn the_svg_carries_every_label_as_text() {
        let svg = curves(vec![series("He", 0, &[2.0, 1.0])]).svg().unwrap();
        for text in
            ["iterations", "loss", "He", "Kopf &amp; &lt;Fuß&gt;", "0.0", "<title id=\"title\">small</title>"]
        {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn values_that_are_not_numbers_break_the_line() {
        let whole = curves(vec![series("", 0, &[2.0, 1.5, 1.2, 1.0, 0.5])]);
        let broken = curves(vec![series("", 0, &[2.0, 1.5, f64::NAN, 1.0, 0.5])]);
        let nothing = curves(vec![series("", 0, &[f64::NAN, f64::INFINITY])]);
        let lines = [whole, broken, nothing].map(|figure| count(&figure, FIRST));
        assert_eq!(lines, [1, 2, 0]);
    }

    #[test]
    fn a_curve_that_leaves_the_axis_says_so() {
        let remark = |y: &[f64]| count(&curves(vec![series("He", 0, y)]), "He (leaves the axis)");
        assert_eq!(remark(&[2.0, 2.5, 0.0]), 0);
        assert_eq!(remark(&[2.0, 2.6, 2.0]), 1);
        assert_eq!(remark(&[9.0, 9.0]), 1);
    }

    #[test]
    fn raw_values_bands_and_markers_are_drawn() {
        let plain = series("", 0, &[2.0, 1.0, 0.5]);
        let rich = Series {
            raw: Some(vec![2.1, 0.9, 0.6]),
            band: Some((vec![1.9, 0.8, 0.4], vec![2.1, 1.2, 0.6])),
            markers: Some(2),
            ..plain.clone()
        };
        let (plain, rich) = (curves(vec![plain]), curves(vec![rich]));
        assert_eq!(count(&rich, "<polyline") - count(&plain, "<polyline"), 1);
        assert_eq!(count(&rich, "fill-opacity=\"0.2\""), 1);
        // Two markers, each with a rim.
        assert_eq!(count(&rich, "<circle"), 4);
    }

    #[test]
    fn impossible_layouts_are_refused_by_name() {
        let figure = |columns, panel_size, panels: usize| Figure {
            columns,
            panel_size,
            panels: vec![Panel::Bars(Bars::default()); panels],
            ..Figure::single("loss", Panel::Bars(Bars::default()))
        };
        let odd = [(0, (300, 200), 1), (1, (300, 200), 0), (1, (3, 200), 1), (9, (900, 600), 9)];
        for (columns, size, panels) in odd {
            let error = figure(columns, size, panels).svg().unwrap_err().to_string();
            assert!(error.starts_with("figure `loss`: expected "), "{error}");
        }
        assert_eq!(figure(3, (300, 200), 5).size().unwrap(), (900, 400));
    }
}
