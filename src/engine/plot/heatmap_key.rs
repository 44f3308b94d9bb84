//! What stands at the right of a heat map: the colour bar, and below it the marks and curves by name.

use super::axis::{ScaledAxis, Tick};
use super::colormap::viridis;
use super::font::text_width;
use super::geometry::Rect;
use super::heatmap_cell::{CellMark, draw_mark};
use super::legend::{self, LegendEntry};
use super::scene::{Scene, Text};
use super::style::{BLANK, MUTED, PanelSizes};

/// Width of the colour bar, in text sizes.
const BAR: f64 = 1.2;
/// Strips of the colour bar.
const STRIPS: usize = 128;
/// Width of a mark's sample, in text sizes.
const SAMPLE: f64 = 2.0;
/// Height of a name below the bar, in text sizes.
const LEADING: f64 = 1.6;

/// What the colours, patterns and lines of a heat map mean.
#[derive(Debug, Clone)]
pub(super) struct HeatMapKey {
    /// What the colours measure.
    pub label: String,
    pub color: ScaledAxis,
    /// The marks that occur.
    pub marks: Vec<(CellMark, &'static str)>,
    pub curves: Vec<LegendEntry>,
    pub sizes: PanelSizes,
}

impl HeatMapKey {
    /// The room it needs beside a plot of about this height.
    pub fn width(&self, height: f64) -> f64 {
        let PanelSizes { small, label, gap, .. } = self.sizes;
        let width = |text: &str| text_width(text, small, false);
        let ticks = self.ticks(height);
        let ticks = ticks.iter().map(|tick| width(&tick.label)).fold(0.0, f64::max);
        let bar = BAR * small + ticks + 1.4 * label + 2.5 * gap;
        let marks = self.marks.iter().map(|(_, name)| width(name) + SAMPLE * small + gap);
        let curves = if self.curves.is_empty() { 0.0 } else { legend::extent(&self.curves, self.sizes).0 };
        marks.fold(bar, f64::max).max(curves)
    }

    /// Draws it to the right of `plot`.
    pub fn draw(&self, scene: &mut Scene, plot: Rect) {
        let PanelSizes { small, gap, .. } = self.sizes;
        let names = (self.marks.len() + self.curves.len()) as f64 * LEADING * small;
        let below = if names > 0.0 { names + 3.0 * gap } else { 0.0 };
        let left = plot.right + 2.0 * gap;
        let bar = Rect { left, top: plot.top, right: left + BAR * small, bottom: plot.bottom - below };
        draw_bar(scene, bar);
        self.draw_ticks(scene, bar);
        self.draw_names(scene, (left, bar.bottom + 2.5 * gap));
    }

    fn ticks(&self, height: f64) -> Vec<Tick> {
        let wanted = height / (4.0 * self.sizes.small);
        self.color.ticks((wanted as usize).max(2))
    }

    fn draw_ticks(&self, scene: &mut Scene, bar: Rect) {
        let PanelSizes { small, label, gap, .. } = self.sizes;
        let mut widest = 0.0_f64;
        for tick in self.ticks(bar.height()) {
            let y = bar.bottom - tick.place * bar.height();
            scene.line(vec![(bar.right, y), (bar.right + 0.5 * gap, y)], MUTED, 1.0);
            widest = widest.max(text_width(&tick.label, small, false));
            scene.text(Text::new(&tick.label, (bar.right + 0.8 * gap, y), small));
        }
        let at = (bar.right + 1.4 * gap + widest + 0.5 * label, bar.center().1);
        let text = Text { upwards: true, ..Text::new(&self.label, at, label).centered() };
        scene.text(text.within(bar.height()));
    }

    fn draw_names(&self, scene: &mut Scene, (left, mut top): (f64, f64)) {
        let PanelSizes { small, gap, .. } = self.sizes;
        for (mark, name) in &self.marks {
            let (right, bottom) = (left + SAMPLE * small, top + 0.8 * LEADING * small);
            let sample = Rect { left, top, right, bottom };
            scene.rect(sample, BLANK, 1.0);
            draw_mark(scene, Some(*mark), sample, BLANK);
            scene.text(Text::new(*name, (right + gap, sample.center().1), small));
            top += LEADING * small;
        }
        let (width, height) = legend::extent(&self.curves, self.sizes);
        let left = left - 0.75 * gap;
        let (right, bottom) = (left + width, top + height);
        legend::draw(scene, &self.curves, Rect { left, top, right, bottom }, self.sizes);
    }
}

/// Each strip reaches up to the top, so that no seam shows between two.
fn draw_bar(scene: &mut Scene, bar: Rect) {
    let strips = STRIPS as f64;
    for strip in 0..STRIPS {
        let bottom = bar.bottom - strip as f64 / strips * bar.height();
        let color = viridis((strip as f64 + 0.5) / strips);
        scene.rect(Rect { bottom, ..bar }, color, 1.0);
    }
}
