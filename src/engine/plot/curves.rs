//! Lines over a common axis: curves, the raw data behind them, bands around them, reference lines.
//!
//! Drawing order: grid, reference lines, raw values, bands, axes, curves with their markers, texts, the
//! legend on top. Where the legend goes is known only after the data are laid out, so a panel is laid
//! out once without it and, where it finds no room inside, a second time with room beside the data.

use super::axis::{Axis, ScaledAxis};
use super::clip::Clipped;
use super::curves_layout::CurvesLayout;
use super::frame::{EdgeLabels, Frame, PanelArea};
use super::geometry::{Point, Rect};
use super::legend::{self, Legend, LegendEntry};
use super::scene::{Anchor, Scene, Text};
use super::series::{ReferenceLine, Series};
use super::style::MUTED;

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

/// The legend of a panel: entries and where they stand.
type PlacedLegend = (Vec<LegendEntry>, Rect);

impl Curves {
    /// Draws the panel into `area`.
    pub(super) fn draw(&self, scene: &mut Scene, area: PanelArea) {
        let inside = self.layout(area, 0.0);
        let (layout, legend) = match self.legend(area) {
            Legend::Hidden => (inside, None),
            Legend::Free => match self.inside_legend(&inside) {
                Some(legend) => (inside, Some(legend)),
                None => self.beside_legend(area),
            },
            Legend::Beside => self.beside_legend(area),
        };
        self.draw_data(scene, &layout, legend.as_ref().map(|legend| legend.1));
        if let Some((entries, area)) = legend {
            legend::draw(scene, &entries, area, layout.frame.sizes);
        }
    }

    /// Where the legend is to stand.
    fn legend(&self, area: PanelArea) -> Legend {
        let nothing = self.entries(&self.unclipped()).is_empty();
        if area.shared_legend || nothing { Legend::Hidden } else { self.legend }
    }

    fn draw_data(&self, scene: &mut Scene, layout: &CurvesLayout, legend: Option<Rect>) {
        let sizes = layout.frame.sizes;
        layout.frame.draw_grid(scene);
        for (line, label) in self.references(layout) {
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
        for series in &self.series {
            layout.draw_curve(scene, series, &layout.curve(series));
        }
        layout.frame.draw_texts(scene);
        let words = self.nothing(&layout.y).unwrap_or_default();
        scene.text(Text::new(words, layout.frame.plot.center(), sizes.small).color(MUTED).centered());
    }

    /// The frame that leaves `right` pixels free at the right.
    fn layout(&self, area: PanelArea, right: f64) -> CurvesLayout {
        let (x, y) = self.scaled_axes();
        let bottom = EdgeLabels::bottom(&self.x, &x, area);
        CurvesLayout { frame: Frame::new(area, &self.title, bottom, self.left(&y, area), right), x, y }
    }

    /// What stands at the left: no numbers where nothing has a place on the axis.
    fn left(&self, y: &ScaledAxis, area: PanelArea) -> EdgeLabels {
        let labels = EdgeLabels::left(&self.y, y, area);
        if self.nothing(y).is_some() { EdgeLabels { ticks: Vec::new(), ..labels } } else { labels }
    }

    /// The room that it needs at the left.
    pub(super) fn left_room(&self, area: PanelArea) -> f64 {
        self.left(&self.scaled_axes().1, area).left_room(area.sizes)
    }

    /// Why no curve can be drawn, if none can: an axis made up for it would tell of values that are not there.
    fn nothing(&self, y: &ScaledAxis) -> Option<&'static str> {
        let mut values = self.series.iter().flat_map(|series| &series.y).copied().peekable();
        let there = values.peek().is_some();
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        match &values[..] {
            [] if there => Some("no finite value"),
            [_, ..] if values.iter().all(|value| y.place(*value).is_none()) => {
                Some(if values.iter().all(|value| *value == 0.0) { "all 0" } else { "no value above 0" })
            }
            _ => None,
        }
    }

    /// Both axes with their ends.
    pub(super) fn scaled_axes(&self) -> (ScaledAxis, ScaledAxis) {
        let x = self.series.iter().flat_map(|s| s.x.iter().copied());
        let x = x.chain(self.vertical.iter().map(|line| line.at));
        // A curve begins at the axis; points that are not joined stand clear of it.
        let joined = self.series.is_empty() || self.series.iter().any(|series| !series.points);
        let beside = if joined { 0.0 } else { 0.02 };
        let y = self.series.iter().flat_map(Series::values);
        let y = y.chain(self.horizontal.iter().map(|line| line.at));
        (ScaledAxis::new(&self.x, x, beside), ScaledAxis::new(&self.y, y, 0.04))
    }

    /// Clipped curves that leave no axis: for entries that say names alone.
    fn unclipped(&self) -> Vec<Clipped> {
        vec![Clipped::default(); self.series.len()]
    }

    /// One entry per curve with a label and per reference line whose name stands in the legend.
    fn entries(&self, clipped: &[Clipped]) -> Vec<LegendEntry> {
        let curves = self.series.iter().zip(clipped).filter_map(|(series, clipped)| series.entry(clipped));
        curves.chain(self.vertical.iter().chain(&self.horizontal).filter_map(ReferenceLine::entry)).collect()
    }

    /// The entries of a legend that several panels share: names alone.
    pub(super) fn shared_entries(&self) -> Vec<LegendEntry> {
        self.entries(&self.unclipped())
    }

    /// Whether a curve has values beyond the ends of its axis.
    pub(super) fn has_exits(&self) -> bool {
        let beyond = |value: &f64| self.y.range.is_some_and(|(low, high)| *value < low || *value > high);
        self.series.iter().flat_map(|series| &series.y).any(beyond)
    }

    /// The entries of the panel's own legend, which say what leaves the axis; names wider than half of the
    /// data have several lines.
    fn clipped_entries(&self, layout: &CurvesLayout) -> Vec<LegendEntry> {
        let clipped: Vec<Clipped> = self.series.iter().map(|series| layout.curve(series)).collect();
        let mut entries = self.entries(&clipped);
        legend::wrap_names(&mut entries, 0.5 * layout.frame.plot.width(), layout.frame.sizes);
        entries
    }

    /// The legend at a place where it hides nothing, if there is one.
    fn inside_legend(&self, layout: &CurvesLayout) -> Option<PlacedLegend> {
        let Frame { plot, sizes, .. } = layout.frame;
        let entries = self.clipped_entries(layout);
        let extent = legend::extent(&entries, sizes);
        let area = legend::free_place(extent, plot, sizes.gap, &self.lines(layout))?;
        Some((entries, area))
    }

    /// The legend at the right of the data, and what room it leaves them.
    fn beside_legend(&self, area: PanelArea) -> (CurvesLayout, Option<PlacedLegend>) {
        let entries = self.clipped_entries(&self.layout(area, 0.0));
        let extent = legend::extent(&entries, area.sizes);
        let layout = self.layout(area, extent.0);
        let place = legend::place_beside(extent, layout.frame.plot, area.sizes.gap);
        (layout, Some((entries, place)))
    }

    /// Everything that a legend must not hide.
    fn lines(&self, layout: &CurvesLayout) -> Vec<Vec<Point>> {
        let references = self.references(layout).into_iter().map(|(line, _)| line);
        self.series.iter().flat_map(|series| layout.lines(series)).chain(references).collect()
    }

    /// Each reference line with its label.
    fn references(&self, layout: &CurvesLayout) -> Vec<(Vec<Point>, Text)> {
        let Frame { plot, sizes, .. } = layout.frame;
        let text = |line: &ReferenceLine, at| {
            let words = if line.in_legend { "" } else { &line.label };
            Text::new(words, at, sizes.small).color(MUTED)
        };
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
