//! The room of curves, laid out: from values to points, and each part of a curve drawn there.

use super::axis::ScaledAxis;
use super::clip::{Clipped, clip};
use super::frame::Frame;
use super::geometry::Point;
use super::scene::Scene;
use super::series::Series;
use super::style::{Marker, PAPER, mix, series_color};

/// How much of the paper is in a raw line.
const FAINT: f64 = 0.75;
/// Opacity of a band.
const BAND: f64 = 0.2;
/// The size of a point that is not joined to others, in markers.
const POINT: f64 = 0.8;
/// Two triangles at an edge are at least this many marker sizes apart.
const BETWEEN_EXITS: f64 = 4.0;

/// A frame with numbered sides.
pub(super) struct CurvesLayout {
    /// What surrounds the data, and the rectangle that they have.
    pub frame: Frame,
    /// From values to shares of that rectangle's width.
    pub x: ScaledAxis,
    /// From values to shares of its height.
    pub y: ScaledAxis,
}

impl CurvesLayout {
    /// The place of a value, even outside of the panel; `None` if it has none.
    fn point(&self, x: f64, y: f64) -> Option<Point> {
        Some(self.frame.at(self.x.place(x)?, self.y.place(y)?))
    }

    /// The places of a line's points, as many as the shorter list has.
    fn points(&self, x: &[f64], y: &[f64]) -> Vec<Option<Point>> {
        x.iter().zip(y).map(|(&x, &y)| self.point(x, y)).collect()
    }

    /// The visible parts of a curve and where it leaves the panel.
    pub fn curve(&self, series: &Series) -> Clipped {
        clip(&self.points(&series.x, &series.y), self.frame.plot)
    }

    /// The visible parts of a curve, its raw values and the ends of its band.
    pub fn lines(&self, series: &Series) -> Vec<Vec<Point>> {
        let (raw, band) = (series.raw.iter(), series.band.iter().flat_map(|(low, high)| [low, high]));
        let values = std::iter::once(&series.y).chain(raw).chain(band);
        values.flat_map(|y| clip(&self.points(&series.x, y), self.frame.plot).runs).collect()
    }

    /// The foot of a vertical line at `x`; `None` outside of the panel.
    pub fn vertical(&self, x: f64) -> Option<Point> {
        let place = self.x.place(x).filter(|place| (0.0..=1.0).contains(place))?;
        Some(self.frame.at(place, 0.0))
    }

    /// The left end of a horizontal line at `y`; `None` outside of the panel.
    pub fn horizontal(&self, y: f64) -> Option<Point> {
        let place = self.y.place(y).filter(|place| (0.0..=1.0).contains(place))?;
        Some(self.frame.at(0.0, place))
    }

    /// Draws the values before smoothing as thin faint lines, with small faint triangles at their exits.
    pub fn draw_raw(&self, scene: &mut Scene, series: &Series) {
        let Some(raw) = &series.raw else { return };
        let clipped = clip(&self.points(&series.x, raw), self.frame.plot);
        let faint = mix(series_color(series.style), PAPER, FAINT);
        let sizes = self.frame.sizes;
        for run in &clipped.runs {
            scene.line(run.clone(), faint, 0.4 * sizes.stroke);
        }
        for exit in clipped.exits_apart(BETWEEN_EXITS * sizes.marker) {
            exit.draw(scene, 0.6 * sizes.marker, faint);
        }
    }

    /// Draws the band where its curve is inside: the band of a curve that has left would fill the panel.
    pub fn draw_band(&self, scene: &mut Scene, series: &Series) {
        let Some((low, high)) = &series.band else {
            return;
        };
        let plot = self.frame.plot;
        // On a log axis a lower end of zero or less reaches to the bottom.
        let edge = |x: f64, y: f64, otherwise: f64| {
            let (x, _) = self.vertical(x)?;
            let y = self.y.place(y).map_or(otherwise, |place| self.frame.at(0.0, place).1);
            Some((x, y.clamp(plot.top, plot.bottom)))
        };
        let ends: Vec<Option<(Point, Point)>> = series
            .x
            .iter()
            .zip(&series.y)
            .zip(low.iter().zip(high))
            .map(|((&x, &mean), (&low, &high))| {
                let whole = !low.is_nan() && self.y.place(high).is_some();
                (whole && self.horizontal(mean).is_some())
                    .then(|| Some((edge(x, low, plot.bottom)?, edge(x, high, plot.top)?)))?
            })
            .collect();
        for run in ends.split(Option::is_none) {
            let (low, high): (Vec<Point>, Vec<Point>) = run.iter().flatten().copied().unzip();
            if low.len() > 1 {
                scene.band(low, high, series_color(series.style), BAND);
            }
        }
    }

    /// Draws line, markers and exits of a curve; a point without neighbours becomes a disc.
    pub fn draw_curve(&self, scene: &mut Scene, series: &Series, clipped: &Clipped) {
        let sizes = self.frame.sizes;
        let color = series_color(series.style);
        let stroke = if series.thin { 0.5 * sizes.stroke } else { sizes.stroke };
        for run in clipped.runs.iter().filter(|_| !series.points) {
            match run.as_slice() {
                [alone] => scene.disc(*alone, stroke, color),
                run if series.dashed => scene.dashed_line(run.to_vec(), color, stroke),
                run => scene.line(run.to_vec(), color, stroke),
            }
        }
        for (x, y) in series.marked() {
            let inside = self.point(x, y).filter(|p| self.frame.plot.contains(*p));
            if let Some(center) = inside {
                let size = if series.points { POINT } else { 1.0 } * sizes.marker;
                Marker::of(series.style).draw(scene, center, size, color);
            }
        }
        for exit in clipped.exits_apart(BETWEEN_EXITS * sizes.marker) {
            exit.draw(scene, sizes.marker, color);
        }
    }
}
