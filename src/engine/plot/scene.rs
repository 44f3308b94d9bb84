//! What a panel draws: a list of shapes in pixels of the nominal figure, origin at the upper left.
//!
//! Panels only append to a [`Scene`]; `svg` turns it into a document and `bitmap` into pixels.

use super::font::{cut_to, text_width};
use super::geometry::{Point, Rect};
use super::style::{DARK, Rgb};

/// Which end of a text its point is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    /// The point is where the text begins.
    Start,
    /// The text is centred on the point.
    Middle,
    /// The point is where the text ends.
    End,
}

/// One line of text, vertically centred on `at`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    pub words: String,
    pub at: Point,
    /// Pixels per em.
    pub size: f64,
    pub anchor: Anchor,
    pub color: Rgb,
    pub bold: bool,
    /// Runs upwards, as the label of a y axis does.
    pub upwards: bool,
}

impl Text {
    /// A horizontal text in the usual ink that begins at `at`.
    pub fn new(words: impl Into<String>, at: Point, size: f64) -> Self {
        Self {
            words: words.into(),
            at,
            size,
            anchor: Anchor::Start,
            color: DARK,
            bold: false,
            upwards: false,
        }
    }

    pub fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub fn centered(self) -> Self {
        self.anchor(Anchor::Middle)
    }

    pub fn color(self, color: Rgb) -> Self {
        Self { color, ..self }
    }
}

/// The least share of its size that a text is shrunk to.
const SMALLER: f64 = 0.75;

impl Text {
    /// Smaller, if it would be wider than `width` pixels; cut with an ellipsis, if that would make it smaller
    /// than [`SMALLER`] times its size.
    pub fn within(self, width: f64) -> Self {
        let words = cut_to(&self.words, width, SMALLER * self.size, self.bold);
        let size = width / text_width(&words, 1.0, self.bold).max(1e-9);
        Self { size: self.size.min(size), words, ..self }
    }

    /// Its point, moved by so many em along the text and below it.
    pub fn shifted(&self, along: f64, below: f64) -> Point {
        let (x, y) = self.at;
        let (along, below) = (along * self.size, below * self.size);
        if self.upwards { (x + below, y - along) } else { (x + along, y + below) }
    }

    /// The area behind the text when it is centred on its point.
    pub fn plate(&self) -> Rect {
        let half = 0.5 * text_width(&self.words, self.size, self.bold) + 0.2 * self.size;
        let (x, y) = self.at;
        Rect { left: x - half, top: y - 0.65 * self.size, right: x + half, bottom: y + 0.65 * self.size }
    }
}

/// Something to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// An opaque line with round joins and ends, `width` pixels wide; dashes begin at its first point.
    Line { points: Vec<Point>, color: Rgb, width: f64, dashed: bool },
    /// A filled area; opacity from 0 to 1.
    Area { points: Vec<Point>, color: Rgb, opacity: f64 },
    /// The area between two lines of as many points, both from left to right.
    Band { low: Vec<Point>, high: Vec<Point>, color: Rgb, opacity: f64 },
    /// A filled disc.
    Disc { center: Point, radius: f64, color: Rgb },
    /// A line of text.
    Text(Text),
}

/// Shapes in drawing order: later ones cover earlier ones.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Scene {
    pub shapes: Vec<Shape>,
}

impl Scene {
    /// Appends a solid line.
    pub fn line(&mut self, points: Vec<Point>, color: Rgb, width: f64) {
        self.shapes.push(Shape::Line { points, color, width, dashed: false });
    }

    /// Appends a dashed line; [`dash_lengths`] says how long dashes are.
    pub fn dashed_line(&mut self, points: Vec<Point>, color: Rgb, width: f64) {
        self.shapes.push(Shape::Line { points, color, width, dashed: true });
    }

    /// Appends a filled polygon without an outline.
    pub fn area(&mut self, points: Vec<Point>, color: Rgb, opacity: f64) {
        self.shapes.push(Shape::Area { points, color, opacity });
    }

    /// Appends the area between two lines of as many points.
    pub fn band(&mut self, low: Vec<Point>, high: Vec<Point>, color: Rgb, opacity: f64) {
        self.shapes.push(Shape::Band { low, high, color, opacity });
    }

    /// Appends a rectangle, as an area of four points.
    pub fn rect(&mut self, rect: Rect, color: Rgb, opacity: f64) {
        self.area(rect.corners(), color, opacity);
    }

    /// Appends a filled disc.
    pub fn disc(&mut self, center: Point, radius: f64, color: Rgb) {
        self.shapes.push(Shape::Disc { center, radius, color });
    }

    /// Appends a text, unless it is empty.
    pub fn text(&mut self, text: Text) {
        if !text.words.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }
}

/// The length of a dash and of the gap after it, on a line of this width.
pub(super) fn dash_lengths(width: f64) -> [f64; 2] {
    [4.0 * width, 3.0 * width]
}
