//! A table of numbers as colours: which settings train and which do not.

use super::axis::{Axis, ScaledAxis, Tick};
use super::clip::clip;
use super::colormap::{ink_on, viridis};
use super::font::text_width;
use super::frame::{EdgeLabels, Frame, PanelArea};
use super::geometry::{Point, Rect};
use super::heatmap_cell::{CellMark, HeatMapCell, MARKS, draw_mark};
use super::heatmap_key::HeatMapKey;
use super::legend::{LegendEntry, LegendSample};
use super::scene::{Scene, Text};
use super::series::Series;
use super::style::{BLANK, DARK, PAPER, Rgb};

/// Numbers over two settings.
///
/// Cell coordinates, which `curves` have: the centre of the cell in column i and row j, both from 0, is
/// (i, j). Rows may be of different lengths; where one has no cell, nothing is drawn.
///
/// ```
/// use initlab_engine::plot::{Axis, CellMark, Figure, HeatMap, HeatMapCell, Panel};
///
/// let cell = |value: f64| HeatMapCell { value, text: format!("{value:.0}"), mark: None };
/// let gap = HeatMapCell { value: f64::NAN, mark: Some(CellMark::Missing), ..HeatMapCell::default() };
/// let map = HeatMap {
///     x_label: "depth".to_owned(),
///     y_label: "initializer".to_owned(),
///     x_ticks: vec!["2".to_owned(), "5".to_owned()],
///     y_ticks: vec!["He".to_owned(), "std=0.01".to_owned()],
///     cells: vec![vec![cell(97.0), cell(96.0)], vec![cell(95.0), gap]],
///     color: Axis::linear("test accuracy, %").within(0.0, 100.0),
///     ..HeatMap::default()
/// };
/// let words = Figure::single("heatmap", "", Panel::HeatMap(map)).description();
/// let expected = "test accuracy, % by depth and initializer: lowest 95 at 2, std=0.01; highest 97 at 2, He";
/// assert_eq!(words, expected);
/// ```
#[derive(Debug, Clone, Default)]
pub struct HeatMap {
    /// Above the panel; may be empty.
    pub title: String,
    /// The setting along the columns.
    pub x_label: String,
    /// The setting along the rows.
    pub y_label: String,
    /// One per column; where they do not fit, every second (third, …) is written.
    pub x_ticks: Vec<String>,
    /// One per row.
    pub y_ticks: Vec<String>,
    /// Rows from bottom to top, each from left to right.
    pub cells: Vec<Vec<HeatMapCell>>,
    /// Name, scale and ends of the colour bar.
    pub color: Axis,
    /// Drawn over the cells, in cell coordinates; only label, x, y and dashed are used.
    pub curves: Vec<Series>,
}

/// The least text that is worth writing, in pixels per em.
const SMALLEST_TEXT: f64 = 8.0;

impl HeatMap {
    pub(super) fn draw(&self, scene: &mut Scene, area: PanelArea) {
        let map = HeatMapLayout::new(self, area);
        map.draw_cells(scene);
        self.draw_curves(scene, &map);
        map.draw_values(scene);
        map.frame.draw_texts(scene);
        map.key.draw(scene, map.frame.plot);
    }

    /// Columns that have room: as many as the longest row of cells or the ticks have, at least one.
    fn columns(&self) -> usize {
        let widest = self.cells.iter().map(Vec::len).max().unwrap_or(0);
        widest.max(self.x_ticks.len()).max(1)
    }

    fn rows(&self) -> usize {
        self.cells.len().max(self.y_ticks.len()).max(1)
    }

    fn marks(&self) -> Vec<(CellMark, &'static str)> {
        let used = |mark| self.cells.iter().flatten().any(|cell| cell.mark == Some(mark));
        MARKS.into_iter().filter(|(mark, _)| used(*mark)).collect()
    }

    fn entries(&self) -> Vec<LegendEntry> {
        let named = self.curves.iter().filter(|curve| !curve.label.is_empty());
        named
            .map(|curve| LegendEntry {
                label: curve.label.clone(),
                color: DARK,
                marker: None,
                sample: LegendSample::Line { dashed: curve.dashed },
            })
            .collect()
    }

    /// Dark lines with a rim of paper: they stand out from every colour.
    fn draw_curves(&self, scene: &mut Scene, map: &HeatMapLayout) {
        let Frame { plot, sizes, .. } = map.frame;
        for curve in &self.curves {
            let there = |(&x, &y): (&f64, &f64)| (x.is_finite() && y.is_finite()).then(|| map.center(x, y));
            let points: Vec<Option<Point>> = curve.x.iter().zip(&curve.y).map(there).collect();
            for run in clip(&points, plot).runs {
                scene.line(run.clone(), PAPER, 2.2 * sizes.stroke);
                if curve.dashed {
                    scene.dashed_line(run, DARK, sizes.stroke);
                } else {
                    scene.line(run, DARK, sizes.stroke);
                }
            }
        }
    }
}

/// A heat map, laid out.
struct HeatMapLayout<'a> {
    heat: &'a HeatMap,
    frame: Frame,
    key: HeatMapKey,
    columns: f64,
    rows: f64,
}

impl<'a> HeatMapLayout<'a> {
    fn new(heat: &'a HeatMap, area: PanelArea) -> Self {
        let values = heat.cells.iter().flatten().map(|cell| cell.value);
        let color = ScaledAxis::new(&heat.color, values, 0.0);
        let x = categories(&heat.x_label, &heat.x_ticks, heat.columns());
        let y = categories(&heat.y_label, &heat.y_ticks, heat.rows());
        let key = HeatMapKey {
            label: heat.color.label.clone(),
            color,
            marks: heat.marks(),
            curves: heat.entries(),
            sizes: area.sizes,
        };
        let right = key.width(area.rect.height());
        Self {
            heat,
            frame: Frame::new(area, &heat.title, x, y, right),
            key,
            columns: heat.columns() as f64,
            rows: heat.rows() as f64,
        }
    }

    /// From cell coordinates to a point.
    fn center(&self, column: f64, row: f64) -> Point {
        self.frame.at((column + 0.5) / self.columns, (row + 0.5) / self.rows)
    }

    /// Whether cells are too small for paper between them; then they overlap, so that no seam shows.
    fn fine(&self) -> bool {
        let plot = self.frame.plot;
        (plot.width() / self.columns).min(plot.height() / self.rows) < 16.0
    }

    /// The rectangle of a cell, a little smaller than its share of the plot, or larger where cells are fine.
    fn area(&self, column: usize, row: usize) -> Rect {
        let (left, bottom) = self.center(column as f64 - 0.5, row as f64 - 0.5);
        let (right, top) = self.center(column as f64 + 0.5, row as f64 + 0.5);
        Rect { left, top, right, bottom }.inset(if self.fine() { -0.25 } else { 0.5 })
    }

    /// Every cell with its place and its colour.
    fn cells(&self) -> impl Iterator<Item = (&HeatMapCell, Rect, Rgb)> {
        let rows = self.heat.cells.iter().enumerate();
        let cells = rows
            .flat_map(|(row, cells)| cells.iter().enumerate().map(move |(column, cell)| (row, column, cell)));
        cells.map(|(row, column, cell)| {
            let color = self.key.color.place(cell.value).map_or(BLANK, viridis);
            (cell, self.area(column, row), color)
        })
    }

    fn draw_cells(&self, scene: &mut Scene) {
        for (cell, area, color) in self.cells() {
            scene.rect(area, color, 1.0);
            draw_mark(scene, cell.mark, area, color);
        }
    }

    /// Above all lines, which stop at a plate around each value: numbers stay readable.
    fn draw_values(&self, scene: &mut Scene) {
        self.cells().for_each(|(cell, area, color)| self.draw_value(scene, cell, area, color));
    }

    fn draw_value(&self, scene: &mut Scene, cell: &HeatMapCell, area: Rect, color: Rgb) {
        let fits = 0.85 * area.width() / text_width(&cell.text, 1.0, false).max(0.1);
        let size = self.frame.sizes.small.min(fits).min(0.6 * area.height());
        if size < SMALLEST_TEXT {
            return;
        }
        let text = Text::new(&cell.text, area.center(), size).color(ink_on(color));
        let crossed = cell.mark.is_some() || !self.heat.curves.is_empty();
        if crossed && !cell.text.is_empty() {
            scene.rect(text.plate(), color, 1.0);
        }
        scene.text(text.centered());
    }
}

/// A side with a name in the middle of each of `count` cells.
fn categories(label: &str, names: &[String], count: usize) -> EdgeLabels {
    let tick =
        |(i, name): (usize, &String)| Tick { place: (i as f64 + 0.5) / count as f64, label: name.clone() };
    EdgeLabels { label: label.to_owned(), ticks: names.iter().enumerate().map(tick).collect(), blank: false }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Shape;
    use super::super::style::FigureStyle;
    use super::*;

    fn shapes(cells: Vec<Vec<HeatMapCell>>) -> Vec<Shape> {
        let mut scene = Scene::default();
        let rect = Rect { left: 0.0, top: 0.0, right: 600.0, bottom: 400.0 };
        let area = PanelArea::new(rect, FigureStyle::Paper.sizes(rect));
        HeatMap { cells, ..HeatMap::default() }.draw(&mut scene, area);
        scene.shapes
    }

    fn cell(value: f64, text: &str, mark: Option<CellMark>) -> HeatMapCell {
        HeatMapCell { value, text: text.to_owned(), mark }
    }

    fn ink_of(shapes: &[Shape], wanted: &str) -> Option<Rgb> {
        shapes.iter().find_map(|shape| match shape {
            Shape::Text(text) if text.words == wanted => Some(text.color),
            _ => None,
        })
    }

    #[test]
    fn light_cells_have_dark_text_and_dark_cells_light_text() {
        let shapes = shapes(vec![vec![cell(0.0, "low", None), cell(1.0, "high", None)]]);
        assert_eq!(ink_of(&shapes, "low"), Some(PAPER));
        assert_eq!(ink_of(&shapes, "high"), Some(DARK));
    }

    #[test]
    fn marks_are_patterns_and_stand_in_the_key() {
        for (mark, name) in MARKS {
            let plain = shapes(vec![vec![cell(f64::NAN, "", None)]]);
            let marked = shapes(vec![vec![cell(f64::NAN, "", Some(mark))]]);
            assert!(ink_of(&plain, name).is_none());
            assert!(ink_of(&marked, name).is_some());
            let lines = |shapes: &[Shape]| shapes.iter().filter(|s| matches!(s, Shape::Line { .. })).count();
            assert!(lines(&marked) > lines(&plain), "{name}");
        }
    }

    #[test]
    fn no_cells_and_ragged_rows_are_drawable() {
        shapes(vec![]);
        shapes(vec![vec![], vec![cell(1.0, "1", None)]]);
    }
}
