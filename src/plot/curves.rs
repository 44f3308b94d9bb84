//! Lines over a common axis: curves, the raw data behind them, bands around them, reference lines.

use super::axis::{Axis, ScaledAxis};
use super::clip::{Clipped, clip};
use super::frame::{EdgeLabels, Frame};
use super::geometry::{Point, Rect};
use super::legend::{self, Legend, LegendEntry};
use super::scene::{Anchor, Scene, Text};
use super::style::{MUTED, Marker, PAPER, mix, series_color, sizes};

/// Curves in one pair of axes.
#[derive(Debug, Clone, Default)]
pub struct Curves {
    /// Above the panel; may be empty.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The curves; later ones are drawn over earlier ones.
    pub series: Vec<Series>,
    /// Where the legend stands.
    pub legend: Legend,
    /// Lines at one value of x, such as a predicted depth.
    pub vertical: Vec<ReferenceLine>,
    /// Lines at one value of y, such as the loss of guessing.
    pub horizontal: Vec<ReferenceLine>,
}

/// A straight line across the panel at one value.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceLine {
    /// Where on its axis.
    pub at: f64,
    /// Written beside it; may be empty.
    pub label: String,
}

/// One curve. `y`, `raw` and `band` are as long as `x`; what is longer is not drawn.
///
/// A value that is not finite, or not positive on a log axis, breaks the line. A curve that crosses
/// the upper or lower end of the axis gets a triangle there, and its legend entry says so; raw
/// values that do get a small faint one.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// Its name in the legend.
    pub label: String,
    /// Its place in the list of colours and markers, so that one initializer looks the same in every
    /// figure.
    pub style: usize,
    /// Where along the axis.
    pub x: Vec<f64>,
    /// The values.
    pub y: Vec<f64>,
    /// The values before smoothing, drawn faintly behind all curves.
    pub raw: Option<Vec<f64>>,
    /// Lower and upper ends of a translucent band.
    pub band: Option<(Vec<f64>, Vec<f64>)>,
    /// A marker on every so many-th point, from the first on.
    pub markers: Option<usize>,
    /// Dashed instead of solid.
    pub dashed: bool,
}

/// How much of the paper is in a raw line.
const FAINT: f64 = 0.75;
/// Opacity of a band.
const BAND: f64 = 0.2;
/// Two triangles at an edge are at least this many marker sizes apart.
const BETWEEN_EXITS: f64 = 4.0;

impl Curves {
    pub(super) fn draw(&self, scene: &mut Scene, panel: Rect) {
        let layout = CurvesLayout::new(self, panel);
        let sizes = layout.frame.sizes;
        let clipped: Vec<Clipped> = self.series.iter().map(|s| layout.curve(s)).collect();
        let entries = self.entries(&clipped);
        let legend = self.legend_area(&layout, &clipped, &entries);
        layout.frame.draw_grid(scene);
        for (line, label) in self.references(&layout) {
            scene.dashed_line(line, MUTED, 0.6 * sizes.stroke);
            scene.text(beside(label, legend, sizes.gap));
        }
        for series in &self.series {
            layout.draw_raw(scene, series);
        }
        for series in &self.series {
            layout.draw_band(scene, series);
        }
        layout.frame.draw_axes(scene);
        for (series, clipped) in self.series.iter().zip(&clipped) {
            layout.draw_curve(scene, series, clipped);
        }
        layout.frame.draw_texts(scene);
        if let Some(area) = legend {
            legend::draw(scene, &entries, area, sizes);
        }
    }

    fn spans(&self) -> (ScaledAxis, ScaledAxis) {
        let x = self.series.iter().flat_map(|s| s.x.iter().copied());
        let x = x.chain(self.vertical.iter().map(|line| line.at));
        let y = self.series.iter().flat_map(Series::values);
        let y = y.chain(self.horizontal.iter().map(|line| line.at));
        (ScaledAxis::new(&self.x, x, 0.0), ScaledAxis::new(&self.y, y, 0.04))
    }

    fn entries(&self, clipped: &[Clipped]) -> Vec<LegendEntry> {
        let entry = |(series, clipped): (&Series, &Clipped)| LegendEntry {
            label: format!("{}{}", series.label, clipped.remark()),
            color: series_color(series.style),
            marker: series.markers.map(|_| Marker::of(series.style)),
            dashed: series.dashed,
        };
        let named = |(series, _): &(&Series, &Clipped)| !series.label.is_empty();
        self.series.iter().zip(clipped).filter(named).map(entry).collect()
    }

    /// Where the legend goes, if there is one.
    fn legend_area(
        &self,
        layout: &CurvesLayout,
        clipped: &[Clipped],
        entries: &[LegendEntry],
    ) -> Option<Rect> {
        if self.legend == Legend::Hidden || entries.is_empty() {
            return None;
        }
        let Frame { plot, sizes, .. } = layout.frame;
        let curves = clipped.iter().flat_map(|clipped| clipped.runs.clone());
        let references = self.references(layout).into_iter().map(|(line, _)| line);
        let lines: Vec<Vec<Point>> = curves.chain(references).collect();
        let extent = legend::extent(entries, sizes);
        Some(legend::place(self.legend, extent, plot, sizes.gap, &lines))
    }

    /// Each reference line with its label.
    fn references(&self, layout: &CurvesLayout) -> Vec<(Vec<Point>, Text)> {
        let Frame { plot, sizes, .. } = layout.frame;
        let text = |line: &ReferenceLine, at| Text::new(&line.label, at, sizes.small).color(MUTED);
        let vertical = self.vertical.iter().filter_map(|line| {
            let (x, _) = layout.vertical(line.at)?;
            let beside = (x + 0.6 * sizes.gap, plot.top + 0.7 * sizes.small);
            Some((vec![(x, plot.bottom), (x, plot.top)], text(line, beside)))
        });
        let horizontal = self.horizontal.iter().filter_map(|line| {
            let (_, y) = layout.horizontal(line.at)?;
            let above = (plot.right - 0.6 * sizes.gap, y - 0.7 * sizes.small);
            let label = text(line, above).anchor(Anchor::End);
            Some((vec![(plot.left, y), (plot.right, y)], label))
        });
        vertical.chain(horizontal).collect()
    }
}

/// The label, moved to the left of the legend if the legend would hide it.
fn beside(label: Text, legend: Option<Rect>, gap: f64) -> Text {
    match legend {
        Some(area) if area.inset(-gap).contains(label.at) => {
            Text { at: (area.left - gap, label.at.1), ..label.anchor(Anchor::End) }
        }
        _ => label,
    }
}

impl Series {
    /// The points that carry a marker.
    fn marked(&self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.x.iter().copied().zip(self.y.iter().copied());
        let every = self.markers.map(|every| every.max(1));
        every.into_iter().flat_map(move |every| points.clone().step_by(every))
    }

    /// Everything along y.
    fn values(&self) -> impl Iterator<Item = f64> {
        let band = self.band.iter().flat_map(|(low, high)| low.iter().chain(high));
        self.y.iter().chain(self.raw.iter().flatten()).chain(band).copied()
    }
}

/// A frame with numbered sides.
struct CurvesLayout {
    frame: Frame,
    x: ScaledAxis,
    y: ScaledAxis,
}

impl CurvesLayout {
    fn new(curves: &Curves, panel: Rect) -> Self {
        let (x, y) = curves.spans();
        let unclipped = vec![Clipped::default(); curves.series.len()];
        let beside = legend::extent(&curves.entries(&unclipped), sizes(panel)).0;
        let right = if curves.legend == Legend::Beside { beside } else { 0.0 };
        let bottom = EdgeLabels::bottom(&curves.x, &x, panel);
        let left = EdgeLabels::left(&curves.y, &y, panel);
        let frame = Frame::new(panel, &curves.title, bottom, left, right);
        Self { frame, x, y }
    }

    /// The place of a value, even outside of the panel; `None` if it has none.
    fn point(&self, x: f64, y: f64) -> Option<Point> {
        Some(self.frame.at(self.x.place(x)?, self.y.place(y)?))
    }

    fn points(&self, x: &[f64], y: &[f64]) -> Vec<Option<Point>> {
        x.iter().zip(y).map(|(&x, &y)| self.point(x, y)).collect()
    }

    fn curve(&self, series: &Series) -> Clipped {
        clip(&self.points(&series.x, &series.y), self.frame.plot)
    }

    fn vertical(&self, x: f64) -> Option<Point> {
        let place = self.x.place(x).filter(|place| (0.0..=1.0).contains(place))?;
        Some(self.frame.at(place, 0.0))
    }

    fn horizontal(&self, y: f64) -> Option<Point> {
        let place = self.y.place(y).filter(|place| (0.0..=1.0).contains(place))?;
        Some(self.frame.at(0.0, place))
    }

    fn draw_raw(&self, scene: &mut Scene, series: &Series) {
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

    fn draw_band(&self, scene: &mut Scene, series: &Series) {
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
            .zip(low.iter().zip(high))
            .map(|(&x, (&low, &high))| {
                let whole = !low.is_nan() && self.y.place(high).is_some();
                whole.then(|| Some((edge(x, low, plot.bottom)?, edge(x, high, plot.top)?)))?
            })
            .collect();
        for run in ends.split(Option::is_none) {
            let there = run.iter().flatten().map(|(low, _)| *low);
            let back = run.iter().flatten().rev().map(|(_, high)| *high);
            let outline: Vec<Point> = there.chain(back).collect();
            if outline.len() > 3 {
                scene.area(outline, series_color(series.style), BAND);
            }
        }
    }

    fn draw_curve(&self, scene: &mut Scene, series: &Series, clipped: &Clipped) {
        let sizes = self.frame.sizes;
        let color = series_color(series.style);
        for run in &clipped.runs {
            match run.as_slice() {
                [alone] => scene.disc(*alone, sizes.stroke, color),
                run if series.dashed => scene.dashed_line(run.to_vec(), color, sizes.stroke),
                run => scene.line(run.to_vec(), color, sizes.stroke),
            }
        }
        for (x, y) in series.marked() {
            let inside = self.point(x, y).filter(|p| self.frame.plot.contains(*p));
            if let Some(center) = inside {
                Marker::of(series.style).draw(scene, center, sizes.marker, color);
            }
        }
        for exit in clipped.exits_apart(BETWEEN_EXITS * sizes.marker) {
            exit.draw(scene, sizes.marker, color);
        }
    }
}
