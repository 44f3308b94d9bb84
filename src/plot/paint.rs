//! From shapes to files: the same list drawn as SVG and as a bitmap.
//!
//! The drawing library counts in whole pixels and does not smooth edges, so both are drawn large.
//! The SVG's view box then maps it back to the nominal size; the bitmap is averaged down, strip by
//! strip, so that threads can share it.

use std::fmt::Display;
use std::ops::Range;

use plotters::prelude::{BitMapBackend, Color, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, RGBColor, TextStyle};
use rayon::prelude::*;

use super::error::PlotError;
use super::font::{self, font, text_width};
use super::geometry::Point;
use super::scene::{Anchor, Scene, Shape, Text};
use super::style::{PAPER, Rgb};

/// Units of the SVG's view box per nominal pixel: lines end on twentieths of a pixel.
const SVG_FACTOR: u32 = 20;
/// Pixels of the PNG per nominal pixel.
const PNG_FACTOR: u32 = 2;
/// Drawn pixels per nominal pixel of the bitmap, before [`average`] halves it.
const BITMAP_FACTOR: u32 = 2 * PNG_FACTOR;
/// Nominal pixels of the strips that a bitmap is drawn in.
const STRIP: u32 = 100;
/// Nominal pixels drawn above and below a strip and cut off: the library loses bits of flat lines in
/// the first row that it draws.
const OVERLAP: u32 = 1;
/// The size the SVG backend wants per em: it divides by this.
const SVG_SIZE_PER_EM: f64 = 1.24;
/// Half the height of capitals and digits in em: how far the baseline lies below the middle.
const BASELINE: f64 = 0.365;

/// What differs between the two drawings.
struct Medium {
    factor: f64,
    /// Size handed to the font per em.
    size_per_em: f64,
    /// How far below the given point this medium puts the baseline, in em.
    baseline: f64,
    /// Bitmaps get their lines by segments, because wide lines have holes where they turn sharply,
    /// and their texts by letters, see [`font::letters`].
    bitmap: bool,
    /// The drawn rows, from the top of the figure; shapes outside need not be drawn.
    rows: Range<i32>,
}

const SVG: Medium = Medium {
    factor: SVG_FACTOR as f64,
    size_per_em: SVG_SIZE_PER_EM,
    // dy = 0.5 ex, and the x-height is 0.547 em.
    baseline: 0.5 * 0.547,
    bitmap: false,
    rows: 0..i32::MAX,
};

/// A bitmap of some rows of the figure.
fn bitmap(rows: Range<i32>) -> Medium {
    Medium {
        factor: BITMAP_FACTOR as f64,
        size_per_em: font::SIZE_PER_EM,
        // Half the size below the top of a box of size / 1.24 that is centred on the point.
        baseline: font::SIZE_PER_EM * (0.5 - 0.5 / 1.24),
        bitmap: true,
        rows,
    }
}

/// The scene as an SVG document of `size` pixels, with `title` for those who cannot see it.
pub(super) fn svg(scene: &Scene, size: (u32, u32), title: &str) -> Result<String, PlotError> {
    let mut drawn = String::new();
    let large = (size.0 * SVG_FACTOR, size.1 * SVG_FACTOR);
    draw(SVGBackend::with_string(&mut drawn, large), scene, &SVG)?;
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {} {}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
         <title>{}</title>\n{body}",
        size.0,
        size.1,
        large.0,
        large.1,
        escape(title)
    ))
}

/// The scene as a PNG file of twice `size` pixels.
pub(super) fn png(scene: &Scene, size: (u32, u32)) -> Result<Vec<u8>, PlotError> {
    let tops: Vec<u32> = (0..size.1).step_by(STRIP as usize).collect();
    let strip = |&top: &u32| strip(scene, (size.0, STRIP.min(size.1 - top)), top);
    let strips = tops.par_iter().map(strip).collect::<Result<Vec<_>, _>>()?;
    encode(&strips.concat(), (size.0 * PNG_FACTOR, size.1 * PNG_FACTOR))
}

/// The RGB pixels of a strip of `size` whose first row is row `top` of the figure.
fn strip(scene: &Scene, size: (u32, u32), top: u32) -> Result<Vec<u8>, PlotError> {
    let large = (size.0 * BITMAP_FACTOR, (size.1 + 2 * OVERLAP) * BITMAP_FACTOR);
    let first = (top * BITMAP_FACTOR).cast_signed() - (OVERLAP * BITMAP_FACTOR).cast_signed();
    let mut pixels = [PAPER.0, PAPER.1, PAPER.2].repeat(large.0 as usize * large.1 as usize);
    let medium = bitmap(first..first + large.1.cast_signed());
    draw(BitMapBackend::with_buffer(&mut pixels, large), scene, &medium)?;
    let overlap = 3 * large.0 as usize * (OVERLAP * BITMAP_FACTOR) as usize;
    Ok(average(&pixels[overlap..pixels.len() - overlap], large.0))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The mean of each block of two by two RGB pixels, in rows of `width`.
fn average(pixels: &[u8], width: u32) -> Vec<u8> {
    let row = 3 * width as usize;
    let mut averaged = vec![0; pixels.len() / 4];
    for (means, rows) in averaged.chunks_exact_mut(row / 2).zip(pixels.chunks_exact(2 * row)) {
        let (upper, lower) = rows.split_at(row);
        let pairs = upper.as_chunks::<6>().0.iter().zip(lower.as_chunks::<6>().0);
        for (mean, (upper, lower)) in means.as_chunks_mut().0.iter_mut().zip(pairs) {
            *mean = [0, 1, 2].map(|channel| {
                let four = [upper[channel], upper[channel + 3], lower[channel], lower[channel + 3]];
                ((four.map(u16::from).iter().sum::<u16>() + 2) / 4) as u8
            });
        }
    }
    averaged
}

fn encode(pixels: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, PlotError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// A colour as the drawing library has it.
fn ink(color: Rgb) -> RGBColor {
    RGBColor(color.0, color.1, color.2)
}

fn refused(error: impl Display) -> PlotError {
    PlotError::Drawing(error.to_string())
}

/// Draws straight on the backend: the library's drawing areas would move what lies outside to their edge.
/// A bitmap is paper already.
fn draw<B: DrawingBackend>(mut backend: B, scene: &Scene, medium: &Medium) -> Result<(), PlotError> {
    font::register()?;
    if !medium.bitmap {
        let (right, bottom) = backend.get_size();
        let [right, bottom] = [right, bottom].map(u32::cast_signed);
        backend
            .fill_polygon([(0, 0), (right, 0), (right, bottom), (0, bottom)], &ink(PAPER))
            .map_err(refused)?;
    }
    for shape in &scene.shapes {
        draw_shape(&mut backend, shape, medium)?;
    }
    backend.present().map_err(refused)
}

fn draw_shape<B: DrawingBackend>(backend: &mut B, shape: &Shape, medium: &Medium) -> Result<(), PlotError> {
    let pixels = |points: &[Point]| points.iter().map(|&p| medium.pixel(p)).collect::<Vec<_>>();
    match shape {
        Shape::Area { points, .. } if !medium.shows(points, 0.0) => Ok(()),
        Shape::Text(text) if !medium.shows(&[text.at], text_reach(text)) => Ok(()),
        Shape::Line { points, color, width } => draw_line(backend, &pixels(points), *color, *width, medium),
        Shape::Area { points, color, opacity } => {
            backend.fill_polygon(pixels(points), &ink(*color).mix(*opacity)).map_err(refused)
        }
        Shape::Disc { center, radius, color } => backend
            .draw_circle(medium.pixel(*center), medium.length(*radius), &ink(*color), true)
            .map_err(refused),
        Shape::Text(text) => draw_text(backend, text, medium),
    }
}

fn draw_line<B: DrawingBackend>(
    backend: &mut B,
    points: &[(i32, i32)],
    color: Rgb,
    width: f64,
    medium: &Medium,
) -> Result<(), PlotError> {
    let width = medium.length(width);
    let style = ink(color).stroke_width(width);
    if !medium.bitmap {
        return backend.draw_path(points.iter().copied(), &style).map_err(refused);
    }
    let shown =
        |points: &[(i32, i32)]| medium.shows_rows(points.iter().map(|point| point.1), width.cast_signed());
    for segment in points.windows(2).filter(|segment| shown(segment)) {
        backend.draw_path(segment.iter().copied(), &style).map_err(refused)?;
    }
    let mut joints = points.iter().filter(|joint| points.len() > 2 && shown(&[**joint]));
    joints.try_for_each(|&joint| backend.draw_circle(joint, width / 2, &ink(color), true).map_err(refused))
}

fn draw_text<B: DrawingBackend>(backend: &mut B, text: &Text, medium: &Medium) -> Result<(), PlotError> {
    if !medium.bitmap {
        return draw_words(backend, &text.words, text, medium);
    }
    let width = text_width(&text.words, 1.0, text.bold);
    let before = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * width,
        Anchor::End => width,
    };
    for (along, letter) in font::letters(&text.words, text.bold) {
        let single = Text { at: text.shifted(along - before, 0.0), ..text.clone().anchor(Anchor::Start) };
        draw_words(backend, &letter.to_string(), &single, medium)?;
    }
    Ok(())
}

/// How far a text reaches above or below its place, at most.
fn text_reach(text: &Text) -> f64 {
    let length = text_width(&text.words, text.size, text.bold);
    2.0 * text.size + if text.upwards { length } else { 0.0 }
}

/// Draws `words` in the way of `text`.
fn draw_words<B: DrawingBackend>(
    backend: &mut B,
    words: &str,
    text: &Text,
    medium: &Medium,
) -> Result<(), PlotError> {
    let transform = if text.upwards { FontTransform::Rotate270 } else { FontTransform::None };
    let horizontal = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let size = text.size * medium.size_per_em * medium.factor;
    let color = ink(text.color);
    let style = TextStyle::from(font(size, text.bold).transform(transform))
        .color(&color)
        .pos(Pos::new(horizontal, VPos::Center));
    let at = medium.pixel(text.shifted(0.0, BASELINE - medium.baseline));
    backend.draw_text(words, &style, at).map_err(refused)
}

impl Medium {
    fn pixel(&self, (x, y): Point) -> (i32, i32) {
        ((x * self.factor).round() as i32, (y * self.factor).round() as i32 - self.rows.start)
    }

    /// Whether some of the rows that points reach, with `reach` around them, are drawn.
    fn shows(&self, points: &[Point], reach: f64) -> bool {
        self.shows_rows(points.iter().map(|&point| self.pixel(point).1), self.length(reach).cast_signed())
    }

    /// The same for drawn rows.
    fn shows_rows(&self, rows: impl Iterator<Item = i32> + Clone, reach: i32) -> bool {
        let drawn = 0..self.rows.end.saturating_sub(self.rows.start);
        let (first, last) = (rows.clone().min(), rows.max());
        first.zip(last).is_some_and(|(first, last)| first - reach <= drawn.end && last + reach >= drawn.start)
    }

    fn length(&self, length: f64) -> u32 {
        (length * self.factor).round().max(1.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_join_without_a_seam() {
        // Found at random: without an overlap, the second strip lacks the first row of each.
        let lines = [
            ([(8.8, 49.066), (20.0, 49.038)], 1.67),
            ([(16.8, 49.029), (20.6, 48.908)], 1.83),
            ([(19.4, 49.584), (16.5, 49.393)], 0.86),
            ([(8.2, 48.653), (19.9, 48.677)], 2.26),
        ];
        for (line, width) in lines {
            let (size, mut scene) = ((30, 2 * STRIP), Scene::default());
            scene.line(line.to_vec(), Rgb(200, 0, 0), width);
            let whole = strip(&scene, size, 0).unwrap();
            let halves = [0, STRIP].map(|top| strip(&scene, (size.0, STRIP), top).unwrap());
            assert!(whole == halves.concat(), "{line:?} {width}");
        }
    }
}
