//! What surrounds a panel's data: title, axis labels, ticks, grid; and the room left inside.

use super::axis::{Axis, ScaledAxis, Tick};
use super::font::{cut_to, text_width};
use super::geometry::{Point, Rect};
use super::scene::{Anchor, Scene, Text};
use super::style::{GRID, MUTED, PanelSizes};

/// The part of a page that a panel has, and the sizes of its letters and lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct PanelArea {
    pub rect: Rect,
    pub sizes: PanelSizes,
    /// The page has a legend for all panels: this one needs none.
    pub shared_legend: bool,
    /// The least room at the left of the data: panels below each other begin in one line.
    pub left: f64,
}

impl PanelArea {
    /// A panel by itself.
    pub fn new(rect: Rect, sizes: PanelSizes) -> Self {
        Self { rect, sizes, shared_legend: false, left: 0.0 }
    }
}

/// What is written along one side of a panel.
#[derive(Debug, Clone, Default)]
pub(super) struct EdgeLabels {
    pub label: String,
    pub ticks: Vec<Tick>,
    /// The ticks' labels keep their room, but are not written.
    pub blank: bool,
}

impl EdgeLabels {
    /// The bottom of `panel`.
    pub fn bottom(axis: &Axis, scaled: &ScaledAxis, area: PanelArea) -> Self {
        Self::numbered(axis, scaled, area.rect.width() / (7.0 * area.sizes.small))
    }

    /// The left of `panel`.
    pub fn left(axis: &Axis, scaled: &ScaledAxis, area: PanelArea) -> Self {
        Self::numbered(axis, scaled, area.rect.height() / (4.5 * area.sizes.small))
    }

    fn numbered(axis: &Axis, scaled: &ScaledAxis, wanted: f64) -> Self {
        let mut ticks = scaled.ticks((wanted as usize).max(2));
        let named = axis.named.iter();
        ticks.extend(
            named.filter_map(|(at, name)| Some(Tick { place: scaled.place(*at)?, label: name.clone() })),
        );
        Self { label: axis.label.clone(), ticks, blank: axis.blank }
    }

    /// Cuts names that would take more than `limit` pixels.
    fn cut(mut self, limit: f64, size: f64) -> Self {
        for tick in &mut self.ticks {
            tick.label = cut_to(&tick.label, limit, size, false);
        }
        self
    }

    fn widest(&self, size: f64) -> f64 {
        let width = |tick: &Tick| text_width(&tick.label, size, false);
        self.ticks.iter().map(width).fold(0.0, f64::max)
    }

    /// Leaves out ticks, evenly, until their labels, each so long, stand apart on an axis of this length;
    /// of two or more the first and another one are kept.
    fn thinned(mut self, length: f64, between: f64, long: impl Fn(&Tick) -> f64) -> Self {
        self.ticks.sort_by(|a, b| a.place.total_cmp(&b.place));
        let apart =
            |a: &Tick, b: &Tick| length * (b.place - a.place) >= f64::midpoint(long(a), long(b)) + between;
        let fits = |stride: &usize| {
            let kept: Vec<&Tick> = self.ticks.iter().step_by(*stride).collect();
            kept.windows(2).all(|pair| apart(pair[0], pair[1]))
        };
        let most = self.ticks.len().saturating_sub(1).max(1);
        let stride = (1..=most).find(fits).unwrap_or(most);
        self.ticks = self.ticks.into_iter().step_by(stride).collect();
        self
    }

    /// The room that they take at the left of a panel.
    pub fn left_room(&self, sizes: PanelSizes) -> f64 {
        line(&self.label, sizes.label) + self.widest(sizes.small) + 1.5 * sizes.gap
    }
}

/// The height of a line; none for no text.
fn line(text: &str, size: f64) -> f64 {
    if text.is_empty() { 0.0 } else { size * 1.4 }
}

/// A panel's surroundings, laid out.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Where the data goes.
    pub plot: Rect,
    pub sizes: PanelSizes,
    panel: Rect,
    title: String,
    x: EdgeLabels,
    y: EdgeLabels,
}

impl Frame {
    /// Lays out a panel whose right side keeps `right` pixels free for a legend or a colour bar.
    pub fn new(area: PanelArea, title: &str, x: EdgeLabels, y: EdgeLabels, right: f64) -> Self {
        let PanelArea { rect: panel, sizes, .. } = area;
        let (x, y) = (x.cut(0.5 * panel.width(), sizes.small), y.cut(0.4 * panel.width(), sizes.small));
        let plot = Rect {
            left: panel.left + y.left_room(sizes).max(area.left),
            top: panel.top + line(title, sizes.title) + sizes.gap,
            right: panel.right - right - 2.0 * sizes.gap,
            bottom: panel.bottom - line(&x.label, sizes.label) - 1.3 * sizes.small - 1.5 * sizes.gap,
        };
        let (small, across) = (sizes.small, |tick: &Tick| text_width(&tick.label, sizes.small, false));
        Self {
            x: x.thinned(plot.width(), 0.8 * small, across),
            y: y.thinned(plot.height(), 0.0, |_| 1.2 * small),
            title: title.to_owned(),
            plot,
            sizes,
            panel,
        }
    }

    /// Keeps so many pixels free above the data.
    pub fn lowered(mut self, above: f64) -> Self {
        self.plot.top += above;
        self
    }

    /// Makes the room for data `aspect` times as wide as high, centred where it was.
    pub fn with_aspect(mut self, aspect: f64) -> Self {
        let (width, height) = (self.plot.width(), self.plot.height());
        let spare_width = (width - aspect * height).max(0.0);
        let spare_height = (height - width / aspect).max(0.0);
        self.plot.left += spare_width / 2.0;
        self.plot.right -= spare_width / 2.0;
        self.plot.top += spare_height / 2.0;
        self.plot.bottom -= spare_height / 2.0;
        self
    }

    /// The point at these places, each from 0 (left, bottom) to 1.
    pub fn at(&self, x: f64, y: f64) -> Point {
        (self.plot.left + x * self.plot.width(), self.plot.bottom - y * self.plot.height())
    }

    /// Lines at the ticks, behind the data.
    pub fn draw_grid(&self, scene: &mut Scene) {
        for tick in &self.x.ticks {
            scene.line(vec![self.at(tick.place, 0.0), self.at(tick.place, 1.0)], GRID, 1.0);
        }
        for tick in &self.y.ticks {
            scene.line(vec![self.at(0.0, tick.place), self.at(1.0, tick.place)], GRID, 1.0);
        }
    }

    /// The two axis lines.
    pub fn draw_axes(&self, scene: &mut Scene) {
        scene.line(vec![self.at(0.0, 1.0), self.at(0.0, 0.0), self.at(1.0, 0.0)], MUTED, 1.2);
    }

    /// Title, axis labels and tick labels.
    pub fn draw_texts(&self, scene: &mut Scene) {
        self.draw_tick_labels(scene);
        let PanelSizes { label, title, .. } = self.sizes;
        let (across, along) = self.plot.center();
        let bottom = (across, self.panel.bottom - 0.7 * label);
        scene.text(Text::new(&self.x.label, bottom, label).centered().within(self.plot.width()));
        let left = (self.panel.left + 0.7 * label, along);
        scene.text(Text {
            upwards: true,
            ..Text::new(&self.y.label, left, label).centered().within(self.plot.height())
        });
        let top = (across, self.panel.top + 0.7 * title);
        scene.text(
            Text { bold: true, ..Text::new(&self.title, top, title).centered() }.within(self.panel.width()),
        );
    }

    fn draw_tick_labels(&self, scene: &mut Scene) {
        let PanelSizes { small, gap, .. } = self.sizes;
        for tick in self.x.ticks.iter().filter(|_| !self.x.blank) {
            let (x, y) = self.at(tick.place, 0.0);
            let below = (x, y + 0.7 * gap + 0.5 * small);
            scene.text(Text::new(&tick.label, below, small).centered());
        }
        for tick in self.y.ticks.iter().filter(|_| !self.y.blank) {
            let (x, y) = self.at(0.0, tick.place);
            scene.text(Text::new(&tick.label, (x - 0.8 * gap, y), small).anchor(Anchor::End));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(labels: &[(f64, &str)], length: f64) -> Vec<String> {
        let tick = |(place, label): &(f64, &str)| Tick { place: *place, label: (*label).to_owned() };
        let edge = EdgeLabels { ticks: labels.iter().map(tick).collect(), ..EdgeLabels::default() };
        let long = |tick: &Tick| 10.0 * tick.label.chars().count() as f64;
        edge.thinned(length, 5.0, long).ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn labels_stand_apart_and_two_are_left() {
        let ticks = [(0.1, "−0.02"), (0.5, "0"), (0.9, "0.02")];
        assert_eq!(kept(&ticks, 100.0), ["−0.02", "0", "0.02"]);
        assert_eq!(kept(&ticks, 70.0), ["−0.02", "0.02"]);
        assert_eq!(kept(&ticks, 10.0), ["−0.02", "0.02"], "never one alone");
        assert_eq!(kept(&ticks[1..2], 10.0), ["0"]);
    }
}
