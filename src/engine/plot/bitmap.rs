//! From shapes to a PNG: each shape becomes a mask of how much of every pixel it covers, masks are
//! laid over the paper in their order.
//!
//! Masks are made by `zeno`, in parallel: one knows nothing of the others.

use rayon::prelude::*;
use zeno::{Cap, Command, Join, Mask, PathBuilder, Stroke, Transform};

use super::error::PlotError;
use super::font::{self, BASELINE, text_width};
use super::geometry::Point;
use super::scene::{Anchor, Scene, Shape, Text, dash_lengths};
use super::style::{MOST_PIXELS, PAPER, Rgb};

/// Pixels per nominal pixel.
const FACTOR: u32 = 2;
/// Rows that are painted as one piece.
const ROWS: usize = 64;

/// The scene as a PNG file of twice `size` pixels.
pub(super) fn png(scene: &Scene, size: (u32, u32)) -> Result<Vec<u8>, PlotError> {
    let (width, height) = (size.0 * FACTOR, size.1 * FACTOR);
    let coats: Vec<Coat> = scene.shapes.par_iter().map(Coat::of).collect();
    let mut pixels = [PAPER.0, PAPER.1, PAPER.2].repeat(width as usize * height as usize);
    let row = 3 * width as usize;
    pixels.par_chunks_mut(ROWS * row).enumerate().for_each(|(piece, pixels)| {
        for coat in &coats {
            coat.paint(pixels, row, piece * ROWS);
        }
    });
    encode(&pixels, (width, height))
}

/// Pixels, three bytes each, row by row from the top, as a PNG file.
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

/// One colour and where it goes.
struct Coat {
    color: Rgb,
    opacity: f64,
    /// The upper left pixel of the mask.
    left: i32,
    top: i32,
    width: usize,
    /// How much of each pixel is covered, row by row: 255 is all of it.
    coverage: Vec<u8>,
}

impl Coat {
    /// The coat of one shape.
    fn of(shape: &Shape) -> Self {
        match shape {
            Shape::Line { points, color, width, dashed } => line(points, *color, *width, *dashed),
            Shape::Area { points, color, opacity } => area(points, *color, *opacity),
            Shape::Band { low, high, color, opacity } => band(low, high, *color, *opacity),
            Shape::Disc { center, radius, color } => {
                let mut path: Vec<Command> = Vec::new();
                path.add_circle(vector(*center), *radius as f32);
                Self::new(Mask::new(&path).transform(Some(enlarged())), *color, 1.0)
            }
            Shape::Text(text) => {
                let path = font::outline(&text.words, text.bold);
                Self::new(Mask::new(&path).transform(Some(placed(text))), text.color, 1.0)
            }
        }
    }

    fn new<D: zeno::PathData>(mask: &Mask<D>, color: Rgb, opacity: f64) -> Self {
        let (coverage, place) = mask.render();
        Self { color, opacity, left: place.left, top: place.top, width: place.width as usize, coverage }
    }

    /// Paints what of it lies in a piece of the bitmap: `pixels` in rows of `row` bytes, the first of
    /// which is row `first` of the figure.
    fn paint(&self, pixels: &mut [u8], row: usize, first: usize) {
        // What lies beyond the left or upper edge is skipped, what lies beyond the right one is cut.
        let (left, skipped) = after_edge(self.left);
        let (top, above) = after_edge(self.top);
        let Some(shown) =
            self.width.checked_sub(skipped).map(|width| width.min((row / 3).saturating_sub(left)))
        else {
            return;
        };
        for (y, pixels) in pixels.chunks_exact_mut(row).enumerate() {
            let Some(line) = (first + y + above).checked_sub(top) else { continue };
            let Some(coverage) = self.coverage.get(line * self.width..(line + 1) * self.width) else {
                return;
            };
            if shown > 0 {
                self.paint_row(&mut pixels[3 * left..3 * (left + shown)], &coverage[skipped..]);
            }
        }
    }

    fn paint_row(&self, pixels: &mut [u8], coverage: &[u8]) {
        let opacity = (256.0 * self.opacity).round() as u32;
        let Rgb(red, green, blue) = self.color;
        for (pixel, &covered) in pixels.as_chunks_mut::<3>().0.iter_mut().zip(coverage) {
            match u32::from(covered) * opacity / 256 {
                0 => {}
                255 => *pixel = [red, green, blue],
                share => {
                    let mixed = |below: u8, above: u8| {
                        ((u32::from(below) * (255 - share) + u32::from(above) * share + 127) / 255) as u8
                    };
                    *pixel = [mixed(pixel[0], red), mixed(pixel[1], green), mixed(pixel[2], blue)];
                }
            }
        }
    }
}

/// A place as one inside the bitmap, and how much lies before its edge.
fn after_edge(place: i32) -> (usize, usize) {
    let distance = place.unsigned_abs() as usize;
    if place < 0 { (0, distance) } else { (distance, 0) }
}

fn area(points: &[Point], color: Rgb, opacity: f64) -> Coat {
    let mut path = polyline(points);
    path.close();
    Coat::new(Mask::new(&path).transform(Some(enlarged())), color, opacity)
}

/// Pieces of a band that share an edge cover together what the whole covers.
fn band(low: &[Point], high: &[Point], color: Rgb, opacity: f64) -> Coat {
    let starts = (0..low.len().saturating_sub(1)).step_by(PIECE - 1);
    let piece = |start: usize| {
        let end = (start + PIECE).min(low.len());
        let outline: Vec<Point> =
            low[start..end].iter().chain(high[start..end].iter().rev()).copied().collect();
        area(&outline, color, opacity)
    };
    joined(&starts.map(piece).collect::<Vec<_>>(), u8::saturating_add)
}

fn line(points: &[Point], color: Rgb, width: f64, dashed: bool) -> Coat {
    // Dashes are counted from the beginning of a line, which must stay whole for that.
    if dashed || points.len() <= PIECE {
        return piece(points, color, width, dashed);
    }
    let starts = (0..points.len() - 1).step_by(PIECE - 1);
    let pieces = starts.map(|start| &points[start..(start + PIECE).min(points.len())]);
    joined(&pieces.map(|points| piece(points, color, width, false)).collect::<Vec<_>>(), u8::max)
}

/// Points of a line that are made a mask at once: with more of them the rasterizer's cells do not fit into
/// its stack and it starts over, strip by strip (16 are ten times as fast as 48 on noisy losses).
const PIECE: usize = 16;

fn piece(points: &[Point], color: Rgb, width: f64, dashed: bool) -> Coat {
    let path = polyline(points);
    let dashes = dash_lengths(width).map(|length| length as f32);
    let mut stroke = Stroke::new(width as f32);
    stroke.cap(Cap::Round).join(Join::Round);
    if dashed {
        stroke.dash(&dashes, 0.0);
    }
    Coat::new(Mask::new(&path).style(stroke).transform(Some(enlarged())), color, 1.0)
}

/// One coat of pieces that have one colour; `both` is what two of them cover together. Pieces of a line
/// overlap where they join (the larger counts), those of a band do not (they add up).
fn joined(pieces: &[Coat], both: fn(u8, u8) -> u8) -> Coat {
    let ends = |piece: &Coat| {
        let height = piece.coverage.len() / piece.width.max(1);
        (
            piece.left.saturating_add_unsigned(piece.width as u32),
            piece.top.saturating_add_unsigned(height as u32),
        )
    };
    let least = |of: fn(&Coat) -> i32| pieces.iter().map(of).min().unwrap_or(0);
    let (left, top) = (least(|piece| piece.left), least(|piece| piece.top));
    let right = pieces.iter().map(|piece| ends(piece).0).max().unwrap_or(0);
    let bottom = pieces.iter().map(|piece| ends(piece).1).max().unwrap_or(0);
    let width = (right - left) as usize;
    let mut coverage = vec![0; width * (bottom - top) as usize];
    for piece in pieces.iter().filter(|piece| piece.width > 0) {
        let first = (piece.top - top) as usize * width + (piece.left - left) as usize;
        for (row, covered) in piece.coverage.chunks_exact(piece.width).enumerate() {
            let start = first + row * width;
            let target = coverage[start..start + piece.width].iter_mut();
            target.zip(covered).for_each(|(there, here): (&mut u8, &u8)| *there = both(*there, *here));
        }
    }
    Coat { color: pieces[0].color, opacity: pieces[0].opacity, left, top, width, coverage }
}

fn polyline(points: &[Point]) -> Vec<Command> {
    let mut path = Vec::with_capacity(points.len() + 1);
    let mut points = points.iter().map(|point| vector(*point));
    if let Some(first) = points.next() {
        path.move_to(first);
    }
    points.for_each(|point| _ = path.line_to(point));
    path
}

/// Places before and behind every picture ([`MOST_PIXELS`]), in nominal pixels; numbers beyond are no room
/// for a mask.
const BEYOND: (f64, f64) = (-100.0, MOST_PIXELS + 100.0);

fn vector((x, y): Point) -> [f32; 2] {
    let (before, behind) = BEYOND;
    [x, y].map(|place| if place.is_nan() { behind } else { place.clamp(before, behind) } as f32)
}

/// From nominal pixels to those of the bitmap.
fn enlarged() -> Transform {
    Transform::scale(FACTOR as f32, FACTOR as f32)
}

/// From a text's outline in em to its place in the bitmap.
fn placed(text: &Text) -> Transform {
    let width = text_width(&text.words, 1.0, text.bold);
    let before = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * width,
        Anchor::End => width,
    };
    let (x, y) = text.shifted(-before, BASELINE);
    let size = text.size as f32;
    let em = Transform::scale(size, size);
    let turned = if text.upwards { em.then_rotate(zeno::Angle::from_degrees(-90.0)) } else { em };
    turned.then_translate(x as f32, y as f32).then_scale(FACTOR as f32, FACTOR as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pixels of a scene of 4 × 3 nominal pixels, red alone.
    fn reds(scene: &Scene) -> Vec<u8> {
        let png = png(scene, (4, 3)).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels.as_chunks::<3>().0.iter().map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn a_pixel_is_as_dark_as_it_is_covered() {
        let mut scene = Scene::default();
        scene.area(vec![(0.0, 0.0), (1.25, 0.0), (1.25, 0.5), (0.0, 0.5)], Rgb(0, 0, 0), 1.0);
        let found = reds(&scene);
        assert_eq!(found[..4], [0, 0, 128, 255]);
        assert_eq!(found[8..], [255; 40]);
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut scene = Scene::default();
        scene.area(vec![(-9.0, -9.0), (99.0, -9.0), (99.0, 99.0), (-9.0, 99.0)], Rgb(7, 0, 0), 1.0);
        assert_eq!(reds(&scene), [7; 48]);
        let mut scene = Scene::default();
        for (x, y) in [(-9.0, 1.0), (99.0, 1.0), (1.0, -9.0), (1.0, 99.0)] {
            scene.disc((x, y), 2.0, Rgb(0, 0, 0));
        }
        assert_eq!(reds(&scene), [255; 48]);
    }

    #[test]
    fn a_line_in_pieces_is_the_line_as_a_whole() {
        let points: Vec<Point> = (0..200)
            .map(|i| (1.0 + 0.3 * f64::from(i), 20.0 + 15.0 * f64::from(i * 7 % 11) / 11.0))
            .collect();
        let black = Rgb(0, 0, 0);
        let (whole, pieces) = (piece(&points, black, 1.5, false), line(&points, black, 1.5, false));
        assert_eq!((whole.left, whole.top, whole.width), (pieces.left, pieces.top, pieces.width));
        let ink = |coat: &Coat| coat.coverage.iter().map(|covered| f64::from(*covered)).sum::<f64>();
        assert!((ink(&pieces) / ink(&whole) - 1.0).abs() < 0.02, "{} of {}", ink(&pieces), ink(&whole));
        let bare =
            |coat: &Coat| coat.coverage.iter().map(|covered| usize::from(*covered == 0)).sum::<usize>();
        assert!(bare(&pieces) <= bare(&whole), "a gap where pieces join");
    }

    #[test]
    fn a_band_in_pieces_is_its_outline_filled() {
        let low: Vec<Point> = (0..100).map(|i| (0.7 * f64::from(i), 40.0 + f64::from(i * 7 % 11))).collect();
        let high: Vec<Point> = low.iter().map(|(x, y)| (*x, y - 9.0)).collect();
        let outline: Vec<Point> = low.iter().chain(high.iter().rev()).copied().collect();
        let (whole, pieces) = (area(&outline, Rgb(0, 0, 0), 1.0), band(&low, &high, Rgb(0, 0, 0), 1.0));
        assert_eq!((whole.left, whole.top, whole.width), (pieces.left, pieces.top, pieces.width));
        let differences = whole.coverage.iter().zip(&pieces.coverage).map(|(a, b)| a.abs_diff(*b));
        assert!(differences.max() <= Some(4));
    }

    #[test]
    fn a_line_to_a_place_beyond_all_bounds_is_drawn_as_far_as_the_picture_goes() {
        for far in [1e9, 1e300, f64::INFINITY, f64::NAN] {
            let coat = piece(&[(10.0, 10.0), (20.0, far)], Rgb(0, 0, 0), 1.0, false);
            assert!(coat.coverage.iter().any(|covered| *covered > 0), "{far}");
        }
    }

    #[test]
    fn half_opaque_is_half_the_colour() {
        let mut scene = Scene::default();
        scene.area(vec![(0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)], Rgb(0, 0, 0), 0.5);
        assert_eq!(reds(&scene), [128; 48]);
    }
}
