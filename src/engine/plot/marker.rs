//! Draws the shapes on a curve's points.

use super::geometry::Point;
use super::scene::Scene;
use super::style::{MARKERS, Marker, PAPER, Rgb};

impl Marker {
    /// The marker of the series at this place in the list.
    pub fn of(place: usize) -> Self {
        MARKERS[place % MARKERS.len()]
    }

    /// Draws it with a thin rim of paper, which keeps it visible where curves run close.
    pub fn draw(self, scene: &mut Scene, center: Point, size: f64, color: Rgb) {
        self.fill(scene, center, size + 1.0, PAPER);
        self.fill(scene, center, size, color);
    }

    /// Draws the shape in one colour; `size` is the radius of a circle in pixels, the corners of the other
    /// shapes lie farther out.
    fn fill(self, scene: &mut Scene, center: Point, size: f64, color: Rgb) {
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
fn strokes(scene: &mut Scene, corners: &[Point], size: f64, color: Rgb) {
    for (from, to) in [(0, 2), (1, 3)] {
        scene.line(vec![corners[from], corners[to]], color, 0.55 * size);
    }
}
