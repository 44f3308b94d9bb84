//! What of a curve lies inside its panel, and where it leaves.

use super::geometry::{Point, Rect};
use super::scene::Scene;
use super::style::Rgb;

/// The visible parts of a curve.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Clipped {
    /// Unbroken lines inside; a single point is one that has no neighbours.
    pub runs: Vec<Vec<Point>>,
    /// Where the curve crosses the upper or lower edge, in order of the curve.
    pub exits: Vec<Exit>,
}

/// A crossing of the upper or lower edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exit {
    /// The point on the edge.
    pub at: Point,
    /// True at the upper edge, false at the lower one.
    pub upwards: bool,
}

impl Exit {
    /// A triangle that points out of the panel.
    pub fn draw(&self, scene: &mut Scene, size: f64, color: Rgb) {
        let (x, y) = self.at;
        let inwards = if self.upwards { 1.8 * size } else { -1.8 * size };
        scene.area(vec![(x, y), (x - 1.1 * size, y + inwards), (x + 1.1 * size, y + inwards)], color, 1.0);
    }
}

impl Clipped {
    /// What the legend adds to the name.
    pub fn remark(&self) -> &'static str {
        if self.exits.is_empty() { "" } else { " (leaves the axis)" }
    }

    /// The exits that are at least `distance` to the right of the one before: a noisy curve that
    /// crosses at every step gets one triangle.
    pub fn exits_apart(&self, distance: f64) -> Vec<Exit> {
        let mut kept: Vec<Exit> = Vec::new();
        for exit in &self.exits {
            if kept.last().is_none_or(|last| (exit.at.0 - last.at.0).abs() >= distance) {
                kept.push(*exit);
            }
        }
        kept
    }
}

/// Clips the curve through `points` to `plot`; `None` breaks the line.
///
/// A part that is never inside and starts above or below gets one exit, at its first point: its curve is
/// not seen, but the legend can say that it is there.
pub(super) fn clip(points: &[Option<Point>], plot: Rect) -> Clipped {
    let mut clipped = Clipped::default();
    for unbroken in points.split(Option::is_none) {
        let unbroken: Vec<Point> = unbroken.iter().copied().flatten().collect();
        clip_run(&unbroken, plot, &mut clipped);
    }
    clipped
}

/// Clips one unbroken part of a curve and adds what is seen of it, segment by segment.
fn clip_run(points: &[Point], plot: Rect, clipped: &mut Clipped) {
    let Some(&first) = points.first() else { return };
    let exits_before = clipped.exits.len();
    if points.len() == 1 && plot.contains(first) {
        clipped.runs.push(vec![first]);
    }
    let mut run: Vec<Point> = Vec::new();
    for pair in points.windows(2) {
        let Some((from, to)) = clip_segment(pair[0], pair[1], plot) else {
            continue;
        };
        if run.last() != Some(&from) {
            clipped.runs.push(std::mem::replace(&mut run, vec![from]));
        }
        run.push(to);
        clipped.note_exit(from != pair[0], pair[0], from, plot);
        clipped.note_exit(to != pair[1], pair[1], to, plot);
    }
    clipped.runs.push(run);
    clipped.runs.retain(|run| !run.is_empty());
    let never_inside = clipped.exits.len() == exits_before;
    let edge = (first.0, first.1.clamp(plot.top, plot.bottom));
    clipped.note_exit(never_inside && edge != first, first, edge, plot);
}

impl Clipped {
    /// Remembers that the curve goes from `edge` to `outside`, if that is up or down.
    fn note_exit(&mut self, leaves: bool, outside: Point, edge: Point, plot: Rect) {
        let beyond = outside.1 < plot.top || outside.1 > plot.bottom;
        let sideways = edge.0 < plot.left || edge.0 > plot.right;
        if leaves && beyond && !sideways {
            self.exits.push(Exit { at: edge, upwards: outside.1 < plot.top });
        }
    }
}

/// The part of a segment inside `plot` (Liang and Barsky 1984); `None` if it does not touch it.
///
/// Along the segment `share` goes from 0 to 1; each of the four edges is entered or left at one share, and
/// the part inside goes from the last entry to the first exit.
pub(super) fn clip_segment(from: Point, to: Point, plot: Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let edges = [
        (-dx, from.0 - plot.left),
        (dx, plot.right - from.0),
        (-dy, from.1 - plot.top),
        (dy, plot.bottom - from.1),
    ];
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (direction, distance) in edges {
        let share = distance / direction;
        if direction < 0.0 {
            enter = enter.max(share);
        } else if direction > 0.0 {
            leave = leave.min(share);
        } else if distance < 0.0 {
            return None;
        }
    }
    // The ends themselves, not their rounded images, so that joined segments stay joined.
    let at = |share: f64| (from.0 + share * dx, from.1 + share * dy);
    let start = if enter == 0.0 { from } else { at(enter) };
    let end = if leave == 1.0 { to } else { at(leave) };
    (enter <= leave).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    fn clipped(points: &[Point]) -> Clipped {
        clip(&points.iter().copied().map(Some).collect::<Vec<_>>(), PLOT)
    }

    #[test]
    fn a_line_inside_stays_as_it_is() {
        let line = vec![(0.0, 1.0), (3.0, 10.0), (10.0, 2.0)];
        assert_eq!(clipped(&line), Clipped { runs: vec![line], exits: vec![] });
    }

    #[test]
    fn a_line_that_leaves_is_cut_and_marked() {
        let cut = clipped(&[(0.0, 5.0), (4.0, -5.0), (8.0, 5.0)]);
        assert_eq!(cut.runs, [[(0.0, 5.0), (2.0, 0.0)], [(6.0, 0.0), (8.0, 5.0)]]);
        assert_eq!(cut.exits.len(), 2);
        assert!(cut.exits[0].upwards && cut.exits[0].at == (2.0, 0.0));
        assert_eq!(cut.exits_apart(5.0).len(), 1);
    }

    #[test]
    fn a_line_that_is_never_inside_is_marked_too() {
        let cut = clipped(&[(2.0, 15.0), (8.0, 15.0)]);
        assert!(cut.runs.is_empty());
        assert_eq!(cut.exits, [Exit { at: (2.0, 10.0), upwards: false }]);
    }

    #[test]
    fn gaps_break_the_line_and_lonely_points_stay() {
        let points = [Some((1.0, 1.0)), Some((2.0, 2.0)), None, Some((4.0, 4.0)), None];
        let runs = clip(&points, PLOT).runs;
        assert_eq!(runs, [vec![(1.0, 1.0), (2.0, 2.0)], vec![(4.0, 4.0)]]);
    }
}
