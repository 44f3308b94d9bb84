//! Lines with no more points than can be seen, for a document that carries many figures.
//!
//! A curve of 15 000 iterations has twenty points in each pixel of its panel. Of those that share half a pixel
//! across, the first, the lowest, the highest and the last say everything that a screen can show.

use super::geometry::Point;
use super::scene::{Scene, Shape};

/// Columns per pixel of the nominal figure in which points are one.
const COLUMNS: f64 = 2.0;

/// The same picture with lines and bands thinned.
pub(super) fn thinned(scene: Scene) -> Scene {
    let thin = |shape| match shape {
        Shape::Line { points, color, width, dashed } => {
            Shape::Line { points: line(&points), color, width, dashed }
        }
        Shape::Band { low, high, color, opacity } => {
            let (low, high) = band(&low, &high);
            Shape::Band { low, high, color, opacity }
        }
        other => other,
    };
    Scene { shapes: scene.shapes.into_iter().map(thin).collect() }
}

fn same_column(a: &Point, b: &Point) -> bool {
    (COLUMNS * a.0).floor() == (COLUMNS * b.0).floor()
}

/// Of each stretch of points in one column: its first point, the lowest, the highest and its last, in their order.
fn line(points: &[Point]) -> Vec<Point> {
    let mut kept = Vec::new();
    for column in points.chunk_by(same_column) {
        let by_height = |a: &usize, b: &usize| column[*a].1.total_cmp(&column[*b].1);
        let all = 0..column.len();
        let ends = [Some(0), all.clone().min_by(by_height), all.max_by(by_height), Some(column.len() - 1)];
        let mut places: Vec<usize> = ends.into_iter().flatten().collect();
        places.sort_unstable();
        places.dedup();
        kept.extend(places.into_iter().map(|place| column[place]));
    }
    kept
}

/// Of each stretch in one column, the outermost points at its first and its last place.
fn band(low: &[Point], high: &[Point]) -> (Vec<Point>, Vec<Point>) {
    let mut kept = (Vec::new(), Vec::new());
    let mut start = 0;
    for column in low.chunk_by(same_column) {
        let above = &high[start..start + column.len()];
        let ends = if column.len() == 1 { vec![0] } else { vec![0, column.len() - 1] };
        // Heights count downwards: the lower end of a band has the greater ones.
        let bottom = column.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
        let top = above.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
        kept.0.extend(ends.iter().map(|place| (column[*place].0, bottom)));
        kept.1.extend(ends.iter().map(|place| (above[*place].0, top)));
        start += column.len();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::style::DARK;
    use super::*;

    #[test]
    fn a_line_keeps_ends_and_extremes_of_each_half_pixel() {
        let points = [(0.0, 5.0), (0.1, 9.0), (0.2, 6.0), (0.3, 1.0), (0.4, 5.5), (0.5, 2.0), (1.7, 3.0)];
        let kept = [(0.0, 5.0), (0.1, 9.0), (0.3, 1.0), (0.4, 5.5), (0.5, 2.0), (1.7, 3.0)];
        assert_eq!(line(&points), kept);
        assert_eq!(line(&kept), kept, "thinned twice is thinned once");
        assert_eq!(line(&[]), []);
    }

    #[test]
    fn a_band_covers_what_it_covered() {
        let low = [(0.0, 5.0), (0.2, 9.0), (0.4, 6.0), (3.0, 7.0)];
        let high = [(0.0, 4.0), (0.2, 1.0), (0.4, 3.0), (3.0, 2.0)];
        let expected = (vec![(0.0, 9.0), (0.4, 9.0), (3.0, 7.0)], vec![(0.0, 1.0), (0.4, 1.0), (3.0, 2.0)]);
        assert_eq!(band(&low, &high), expected);
    }

    #[test]
    fn other_shapes_stay() {
        let mut scene = Scene::default();
        let points: Vec<Point> = (0..9).map(|i| (f64::from(i) / 100.0, 0.0)).collect();
        scene.area(points.clone(), DARK, 1.0);
        assert_eq!(thinned(scene.clone()), scene);
        scene.line(points, DARK, 1.0);
        let Shape::Line { points, .. } = &thinned(scene).shapes[1] else { panic!("a line") };
        assert_eq!(points.len(), 2);
    }
}
