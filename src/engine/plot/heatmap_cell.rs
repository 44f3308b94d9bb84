//! One cell of a heat map: what it holds and the patterns that mark it.

use super::colormap::ink_on;
use super::geometry::Rect;
use super::hatch::hatched;
use super::scene::Scene;
use super::style::{BLANK, MUTED, Rgb};

/// One number of a heat map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeatMapCell {
    /// What its colour says, in units of the colour bar; NaN has the colour of a blank cell.
    pub value: f64,
    /// What is written into it, where there is room; may be empty.
    pub text: String,
    /// How it is marked.
    pub mark: Option<CellMark>,
}

/// What sets a cell apart, drawn as a pattern because colour alone does not print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellMark {
    /// The loss was not finite: a cross through the cell.
    Diverged,
    /// It did not learn: hatched.
    Stalled,
    /// There is no run: a blank cell with a short dash.
    Missing,
}

/// Every mark with its name in the key.
pub(super) const MARKS: [(CellMark, &str); 3] =
    [(CellMark::Diverged, "diverged"), (CellMark::Stalled, "did not learn"), (CellMark::Missing, "not run")];

/// Draws the pattern of `mark` over a cell of this colour.
pub(super) fn draw_mark(scene: &mut Scene, mark: Option<CellMark>, area: Rect, color: Rgb) {
    let ink = if color == BLANK { MUTED } else { ink_on(color) };
    let Rect { left, top, right, bottom } = area;
    match mark {
        None => {}
        Some(CellMark::Diverged) => {
            scene.line(vec![(left, top), (right, bottom)], ink, 1.0);
            scene.line(vec![(left, bottom), (right, top)], ink, 1.0);
        }
        Some(CellMark::Stalled) => {
            for line in hatched(area, 6.0, |_| true) {
                scene.line(line, ink, 0.7);
            }
        }
        Some(CellMark::Missing) => {
            let (x, y) = area.center();
            let half = 0.15 * area.width();
            scene.line(vec![(x - half, y), (x + half, y)], ink, 2.0);
        }
    }
}
