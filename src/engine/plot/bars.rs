//! Bars over bins.

use super::axis::{Axis, ScaledAxis};
use super::frame::{EdgeLabels, Frame, PanelArea};
use super::geometry::Rect;
use super::scene::{Anchor, Scene, Text};
use super::style::{MUTED, series_color};

/// A histogram: how often values fell into each bin.
///
/// `edges` has one entry more than `counts`; what has no partner is not drawn. Counts may be shares or per
/// cent: the label of `y` says which.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// Above the panel; may be empty.
    pub title: String,
    /// The ends of the bins, ascending: one more than there are counts.
    pub edges: Vec<f64>,
    /// How many values lie in each bin; one that is not finite is not drawn.
    pub counts: Vec<f64>,
    /// The values' axis; open, it reaches from the first edge to the last.
    pub x: Axis,
    /// The counts' axis; open and linear, it starts at zero.
    pub y: Axis,
    /// Its place in the list of colours.
    pub style: usize,
    /// Written above the bars, at the right: what they do not show, such as a share outside; an empty note
    /// keeps its room.
    pub note: Option<String>,
}

/// The paper between two bars, in pixels, where they are wide enough for it.
const BETWEEN: f64 = 0.8;

/// An open axis reaches so many times as high as the bars.
const ROOM: f64 = 1.1;

/// The height of a note in text sizes.
const NOTE: f64 = 1.3;

impl Bars {
    pub(super) fn draw(&self, scene: &mut Scene, area: PanelArea) {
        let (x, y) = self.spans();
        let bottom = EdgeLabels::bottom(&self.x, &x, area);
        let left = EdgeLabels::left(&self.y, &y, area);
        let above = if self.note.is_some() { NOTE * area.sizes.small } else { 0.0 };
        let frame = Frame::new(area, &self.title, bottom, left, 0.0).lowered(above);
        frame.draw_grid(scene);
        for (edges, &count) in self.edges.windows(2).zip(&self.counts) {
            if let Some(bar) = bar(&frame, (x.place(edges[0]), x.place(edges[1])), y.place(count)) {
                scene.rect(bar, series_color(self.style), 1.0);
            }
        }
        frame.draw_axes(scene);
        frame.draw_texts(scene);
        self.draw_note(scene, &frame);
    }

    /// The room that it needs at the left.
    pub(super) fn left_room(&self, area: PanelArea) -> f64 {
        EdgeLabels::left(&self.y, &self.spans().1, area).left_room(area.sizes)
    }

    /// Both axes with their ends: from the first edge to the last, from 0 to [`ROOM`] times the highest bar.
    fn spans(&self) -> (ScaledAxis, ScaledAxis) {
        let x = ScaledAxis::new(&self.x, self.edges.iter().copied(), 0.0);
        let highest = self.counts.iter().copied().fold(0.0, f64::max);
        let top = if highest > 0.0 { ROOM * highest } else { 1.0 };
        let y = self.counts.iter().copied().chain([0.0, top]);
        (x, ScaledAxis::new(&self.y, y, 0.0))
    }

    /// Writes the note at the right, above the bars.
    fn draw_note(&self, scene: &mut Scene, frame: &Frame) {
        let size = frame.sizes.small;
        let at = (frame.plot.right, frame.plot.top - 0.55 * NOTE * size);
        let note = self.note.clone().unwrap_or_default();
        scene.text(Text::new(note, at, size).anchor(Anchor::End).color(MUTED));
    }
}

/// The bar between two places up to `top`, as far as it lies inside; `None` if nothing of it does.
fn bar(frame: &Frame, (from, to): (Option<f64>, Option<f64>), top: Option<f64>) -> Option<Rect> {
    let inside = |place: f64| place.clamp(0.0, 1.0);
    let (left, high) = frame.at(inside(from?), inside(top?));
    let (right, bottom) = frame.at(inside(to?), 0.0);
    let between = if right - left > 4.0 * BETWEEN { BETWEEN } else { 0.0 };
    (right > left && bottom > high).then_some(Rect {
        left: left + between / 2.0,
        top: high,
        right: right - between / 2.0,
        bottom,
    })
}

#[cfg(test)]
mod tests {
    use super::super::scene::Shape;
    use super::super::style::FigureStyle;
    use super::*;

    fn areas(histogram: &Bars) -> usize {
        let mut scene = Scene::default();
        let rect = Rect { left: 0.0, top: 0.0, right: 400.0, bottom: 300.0 };
        histogram.draw(&mut scene, PanelArea::new(rect, FigureStyle::Paper.sizes(rect)));
        let is_area = |shape: &&Shape| matches!(shape, Shape::Area { .. });
        scene.shapes.iter().filter(is_area).count()
    }

    #[test]
    fn every_bin_with_something_inside_has_a_bar() {
        let mut histogram = Bars {
            edges: vec![0.0, 0.25, 0.5, 0.75, 1.0],
            counts: vec![3.0, 0.0, f64::NAN, 7.0],
            ..Bars::default()
        };
        assert_eq!(areas(&histogram), 2);
        histogram.x = Axis::linear("").within(0.0, 0.75);
        assert_eq!(areas(&histogram), 1);
        histogram.counts = vec![0.0; 4];
        assert_eq!(areas(&histogram), 0);
    }
}
