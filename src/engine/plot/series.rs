//! One curve with what belongs to it, and straight lines to compare it with: numbers, no drawing.

use super::clip::Clipped;
use super::legend::{LegendEntry, LegendSample};
use super::style::{MUTED, Marker, series_color};

/// One curve. `y`, `raw` and `band` are as long as `x`; what is longer is not drawn.
///
/// A value that is not finite, or not positive on a log axis, breaks the line. A curve that crosses
/// the upper or lower end of the axis gets a triangle there, and its legend entry says so; raw
/// values that do get a small faint one.
///
/// ```
/// use initlab_engine::plot::Series;
///
/// let measured = Series {
///     label: "He".to_owned(),
///     x: vec![1.0, 2.0],
///     y: vec![0.5, 0.4],
///     band: Some((vec![0.4, 0.3], vec![0.6, 0.5])),
///     markers: Some(1),
///     ..Series::default()
/// };
/// let theory = Series { dashed: true, y: vec![0.5, 0.5], x: measured.x.clone(), ..Series::default() };
/// assert!(theory.label.is_empty(), "a curve without a label has no entry in the legend");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// Its name in the legend; without one it has no entry there.
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
    /// A marker on every so many-th point; curves of other styles begin elsewhere, so that the markers
    /// of curves that lie on each other are all seen.
    pub markers: Option<usize>,
    /// Dashed instead of solid.
    pub dashed: bool,
    /// Half as wide: one of several that another curve sums up.
    pub thin: bool,
    /// Markers alone: its points are not joined.
    pub points: bool,
}

/// A straight line across the panel at one value.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceLine {
    /// Where on its axis.
    pub at: f64,
    /// Its name; may be empty.
    pub label: String,
    /// The name stands in the legend, not beside the line.
    pub in_legend: bool,
}

impl Series {
    /// The points that carry a marker.
    pub(super) fn marked(&self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.x.iter().copied().zip(self.y.iter().copied());
        let every = self.markers.map(|every| every.max(1));
        every.into_iter().flat_map(move |every| {
            let first = if self.points { 0 } else { every * (self.style % STAGGER) / STAGGER };
            points.clone().skip(first).step_by(every)
        })
    }

    /// Everything along y.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let band = self.band.iter().flat_map(|(low, high)| low.iter().chain(high));
        self.y.iter().chain(self.raw.iter().flatten()).chain(band).copied()
    }

    /// Its line of the legend; `None` without a label.
    pub(super) fn entry(&self, clipped: &Clipped) -> Option<LegendEntry> {
        (!self.label.is_empty()).then(|| LegendEntry {
            label: format!("{}{}", self.label, clipped.remark()),
            color: series_color(self.style),
            marker: self.markers.map(|_| Marker::of(self.style)),
            sample: if self.points {
                LegendSample::Nothing
            } else {
                LegendSample::Line { dashed: self.dashed }
            },
        })
    }
}

/// So many places between two markers are shared out among the styles.
const STAGGER: usize = 4;

impl ReferenceLine {
    /// A line with its name beside it.
    pub fn new(at: f64, label: impl Into<String>) -> Self {
        Self { at, label: label.into(), in_legend: false }
    }

    /// A line with its name in the legend.
    pub fn in_legend(at: f64, label: impl Into<String>) -> Self {
        Self { in_legend: true, ..Self::new(at, label) }
    }

    /// Its line of the legend, if it has one.
    pub(super) fn entry(&self) -> Option<LegendEntry> {
        self.in_legend.then(|| LegendEntry {
            label: self.label.clone(),
            color: MUTED,
            marker: None,
            sample: LegendSample::ThinDashes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_neighbouring_styles_stand_apart() {
        let series = |style| Series {
            style,
            x: (0..400).map(f64::from).collect(),
            y: vec![0.0; 400],
            markers: Some(100),
            ..Series::default()
        };
        let marked = |style| series(style).marked().map(|point| point.0).collect::<Vec<_>>();
        assert_eq!(marked(0), [0.0, 100.0, 200.0, 300.0]);
        assert_eq!(marked(1)[..2], [25.0, 125.0]);
        assert_eq!(marked(3).len(), 4);
        let few =
            Series { style: 3, x: vec![0.0, 1.0], y: vec![0.0; 2], markers: Some(1), ..Series::default() };
        assert_eq!(few.marked().count(), 2);
    }
}
