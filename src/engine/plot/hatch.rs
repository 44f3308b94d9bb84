//! Thin parallel lines that mark an area, so that it is told from others without colour.

use super::geometry::{Point, Rect};

/// Lines that rise to the right, `distance` pixels apart along the bottom, where `wanted` holds along them.
///
/// `wanted` is asked every [`STEP`] pixels; each stretch of places where it holds becomes one line of two
/// points, and a single place none.
pub(super) fn hatched(area: Rect, distance: f64, wanted: impl Fn(Point) -> bool) -> Vec<Vec<Point>> {
    let (width, height) = (area.width(), area.height());
    let lines = ((width + height) / distance) as usize;
    let mut found = Vec::new();
    for i in 1..=lines {
        // The line crosses the bottom at `foot` and rises by one for each pixel to the right.
        let foot = area.left - height + distance * i as f64;
        let (start, end) = (foot.max(area.left), (foot + height).min(area.right));
        if end - start < 1e-6 {
            continue;
        }
        let at = |x: f64| (x, area.bottom - (x - foot));
        let steps = ((end - start) / STEP).ceil().max(1.0);
        let points = (0..=steps as usize).map(|step| at(start + (end - start) * step as f64 / steps));
        let points: Vec<Point> = points.collect();
        let inside = points.chunk_by(|a, b| wanted(*a) == wanted(*b)).filter(|run| wanted(run[0]));
        found.extend(inside.filter(|run| run.len() > 1).map(|run| vec![run[0], run[run.len() - 1]]));
    }
    found
}

/// Pixels between the places at which a line is asked whether it is wanted.
const STEP: f64 = 2.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_inside_and_where_they_are_wanted() {
        let area = Rect { left: 10.0, top: 0.0, right: 50.0, bottom: 20.0 };
        let all = hatched(area, 5.0, |_| true);
        assert_eq!(all.len(), 11);
        let near = area.inset(-1e-9);
        assert!(all.iter().flatten().all(|at| near.contains(*at)));
        let left = hatched(area, 5.0, |(x, _)| x < 30.0);
        assert!(left.iter().flatten().all(|at| at.0 < 30.0) && left.len() < all.len());
        assert!(hatched(area, 5.0, |_| false).is_empty());
    }
}
