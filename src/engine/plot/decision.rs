//! Where in the plane a network says which of two classes, with the points it learned from.

use super::axis::{Axis, ScaledAxis};
use super::frame::{EdgeLabels, Frame, PanelArea};
use super::geometry::{Point, Rect};
use super::hatch::hatched;
use super::legend::{LegendEntry, LegendSample};
use super::scene::Scene;
use super::style::{CLASSES, DARK, PAPER, Rgb, mix};

/// The probability of class 1 over a rectangle, as `columns` × `rows` cells.
///
/// The boundary is drawn where the probability, interpolated between cell centres, is one half. Class 1 is
/// hatched, so that the classes are told apart in grey print; the panel has the ratio of the ranges.
///
/// ```
/// use initlab_engine::plot::{DecisionMap, Figure, Panel};
///
/// let map = DecisionMap {
///     x_range: (-1.0, 1.0),
///     y_range: (-1.0, 1.0),
///     columns: 2,
///     rows: 2,
///     values: vec![0.1, 0.9, 0.2, 0.8], // below, left to right; then above
///     points: vec![(0.5, 0.5, 1), (-0.5, 0.5, 0)],
///     classes: ["inner".to_owned(), "outer".to_owned()],
///     ..DecisionMap::default()
/// };
/// let figure = Figure::single("he", "He", Panel::DecisionMap(map));
/// assert_eq!(figure.description(), "He. 50 % of the plane is inner, 50 % outer; points: 2");
/// ```
#[derive(Debug, Clone, Default)]
pub struct DecisionMap {
    /// Above the panel; may be empty.
    pub title: String,
    /// Left and right end.
    pub x_range: (f64, f64),
    /// Lower and upper end.
    pub y_range: (f64, f64),
    /// Cells from left to right.
    pub columns: usize,
    /// Cells from bottom to top.
    pub rows: usize,
    /// The probability of class 1 at each cell's centre: rows from bottom to top, each from left to
    /// right. Missing ones and NaN stay blank.
    pub values: Vec<f64>,
    /// Right, up, class (0 or 1; a greater number counts as 1). Points outside of the ranges are not drawn.
    pub points: Vec<(f64, f64, u8)>,
    /// What the classes are called.
    pub classes: [String; 2],
}

/// Shades per class: few, so that neighbours merge into one rectangle and files stay small.
const SHADES: f64 = 6.0;
/// How much of a class's colour is in its lightest and darkest shade.
const TINT: (f64, f64) = (0.12, 0.45);

impl DecisionMap {
    pub(super) fn draw(&self, scene: &mut Scene, area: PanelArea) {
        let layout = DecisionLayout::new(self, area);
        for row in 0..self.rows {
            self.draw_row(scene, &layout, row);
        }
        self.draw_hatching(scene, &layout);
        self.draw_boundary(scene, &layout);
        for &(x, y, class) in &self.points {
            layout.draw_point(scene, (x, y), class);
        }
        layout.frame.draw_axes(scene);
        layout.frame.draw_texts(scene);
    }

    /// Area and points of each class that has a name.
    pub(super) fn entries(&self) -> Vec<LegendEntry> {
        let named = self.classes.iter().zip(CLASSES).enumerate().filter(|(_, (name, _))| !name.is_empty());
        let entry = |(class, (name, (color, marker))): (usize, (&String, _))| LegendEntry {
            label: name.clone(),
            color,
            marker: Some(marker),
            sample: LegendSample::Swatch { hatched: class == HATCHED },
        };
        named.map(entry).collect()
    }

    /// The probability in a cell; NaN where `values` has none.
    fn value(&self, column: usize, row: usize) -> f64 {
        let value = self.values.get(row * self.columns + column);
        value.copied().unwrap_or(f64::NAN)
    }

    /// Neighbours of one colour become one rectangle.
    fn draw_row(&self, scene: &mut Scene, layout: &DecisionLayout, row: usize) {
        let colors: Vec<Rgb> = (0..self.columns).map(|i| shade(self.value(i, row))).collect();
        let mut column = 0;
        for run in colors.chunk_by(|a, b| a == b) {
            let (left, bottom) = layout.cell(column, row);
            let (right, top) = layout.cell(column + run.len(), row + 1);
            // Each reaches under the next ones on the right and above, so that no seam shows.
            let Rect { right: end, top: above, .. } = layout.frame.plot;
            let overlap = Rect { left, top: (top - 1.0).max(above), right: (right + 1.0).min(end), bottom };
            scene.rect(overlap, run[0], 1.0);
            column += run.len();
        }
    }

    /// Lines over one class, which tell it from the other in grey print.
    fn draw_hatching(&self, scene: &mut Scene, layout: &DecisionLayout) {
        let plot = layout.frame.plot;
        let index = |share: f64, count: usize| ((share * count as f64) as usize).min(count.max(1) - 1);
        let probability = |(x, y): Point| {
            let column = index((x - plot.left) / plot.width(), self.columns);
            let row = index((plot.bottom - y) / plot.height(), self.rows);
            self.value(column, row)
        };
        let sizes = layout.frame.sizes;
        let color = mix(CLASSES[HATCHED].0, PAPER, 0.25);
        for line in hatched(plot, sizes.hatch, |at| probability(at) > 0.5) {
            scene.line(line, color, sizes.hatch_stroke);
        }
    }

    /// Draws the line on which the probability is one half, square by square.
    fn draw_boundary(&self, scene: &mut Scene, layout: &DecisionLayout) {
        for row in 1..self.rows {
            for column in 1..self.columns {
                for (from, to) in self.crossings(column, row) {
                    let line = vec![layout.center(from), layout.center(to)];
                    scene.line(line, DARK, 0.8 * layout.frame.sizes.stroke);
                }
            }
        }
    }

    /// Marching squares between four centres, of which (column, row) is the upper right: where the
    /// probability is one half, in cell coordinates.
    fn crossings(&self, column: usize, row: usize) -> Vec<(Point, Point)> {
        let corners = [(column - 1, row - 1), (column, row - 1), (column, row), (column - 1, row)];
        let crossing = |i: usize| {
            let (from, to) = (corners[i], corners[(i + 1) % 4]);
            let (a, b) = (self.value(from.0, from.1) - 0.5, self.value(to.0, to.1) - 0.5);
            let share = a / (a - b);
            let along = |from: usize, to: usize| from as f64 + share * (to as f64 - from as f64);
            ((a < 0.0) != (b < 0.0) && share.is_finite()).then(|| (along(from.0, to.0), along(from.1, to.1)))
        };
        let found: Vec<Point> = (0..4).filter_map(crossing).collect();
        found.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    }
}

/// The class whose area is hatched.
const HATCHED: usize = 1;

/// Paper at one half, deeper colour the surer the network is.
fn shade(probability: f64) -> Rgb {
    if probability.is_nan() || probability == 0.5 {
        return PAPER;
    }
    let class = usize::from(probability > 0.5);
    let sure = (2.0 * (probability - 0.5).abs()).min(1.0);
    let step = (sure * SHADES).floor().min(SHADES - 1.0) / (SHADES - 1.0);
    mix(PAPER, CLASSES[class].0, TINT.0 + step * (TINT.1 - TINT.0))
}

/// The frame with places for cells and points.
struct DecisionLayout {
    frame: Frame,
    x: ScaledAxis,
    y: ScaledAxis,
    columns: f64,
    rows: f64,
}

impl DecisionLayout {
    fn new(map: &DecisionMap, area: PanelArea) -> Self {
        let x_axis = Axis::linear("").within(map.x_range.0, map.x_range.1);
        let y_axis = Axis::linear("").within(map.y_range.0, map.y_range.1);
        let (x, y) =
            (ScaledAxis::new(&x_axis, [].into_iter(), 0.0), ScaledAxis::new(&y_axis, [].into_iter(), 0.0));
        let bottom = EdgeLabels::bottom(&x_axis, &x, area);
        let left = EdgeLabels::left(&y_axis, &y, area);
        let frame = Frame::new(area, &map.title, bottom, left, 0.0).with_aspect(x.length() / y.length());
        Self { frame, x, y, columns: map.columns as f64, rows: map.rows as f64 }
    }

    /// The lower left end of a cell.
    fn cell(&self, column: usize, row: usize) -> Point {
        self.frame.at(column as f64 / self.columns, row as f64 / self.rows)
    }

    /// The place of cell coordinates, in which the centre of the lower left cell is (0, 0).
    fn center(&self, (column, row): Point) -> Point {
        self.frame.at((column + 0.5) / self.columns, (row + 0.5) / self.rows)
    }

    fn draw_point(&self, scene: &mut Scene, (x, y): Point, class: u8) {
        let (Some(x), Some(y)) = (self.x.place(x), self.y.place(y)) else {
            return;
        };
        let center = self.frame.at(x, y);
        if self.frame.plot.contains(center) {
            let (color, marker) = CLASSES[usize::from(class.min(1))];
            marker.draw(scene, center, 0.65 * self.frame.sizes.marker, color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::FigureStyle;
    use super::*;

    fn map(values: Vec<f64>) -> DecisionMap {
        DecisionMap {
            x_range: (-1.0, 1.0),
            y_range: (-1.0, 1.0),
            columns: 2,
            rows: 2,
            values,
            ..DecisionMap::default()
        }
    }

    #[test]
    fn the_boundary_lies_where_the_probability_is_one_half() {
        let found = map(vec![0.0, 1.0, 0.25, 0.75]).crossings(1, 1);
        assert_eq!(found, [((0.5, 0.0), (0.5, 1.0))]);
        assert!(map(vec![0.5; 4]).crossings(1, 1).is_empty());
        assert!(map(vec![f64::NAN, 0.0, 1.0, f64::NAN]).crossings(1, 1).len() < 2);
    }

    #[test]
    fn no_decision_has_no_colour() {
        assert_eq!(shade(0.5), PAPER);
        assert_eq!(shade(f64::NAN), PAPER);
        assert_ne!(shade(0.51), shade(0.49));
        assert_ne!(shade(0.51), shade(0.99));
    }

    #[test]
    fn missing_values_and_foreign_points_are_left_out() {
        let mut odd = map(vec![]);
        odd.points = vec![(0.0, 0.0, 1), (9.0, 0.0, 0), (f64::NAN, 0.0, 0), (0.0, 0.0, 7)];
        let rect = Rect { left: 0.0, top: 0.0, right: 300.0, bottom: 300.0 };
        odd.draw(&mut Scene::default(), PanelArea::new(rect, FigureStyle::Paper.sizes(rect)));
    }
}
