//! The font of all figures: `DejaVu` Sans, carried as bytes; how wide its letters are, their outlines.

use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};
use zeno::{Command, PathBuilder};

/// What the SVG asks for. The first is the one measured and used in the bitmap; the others are as
/// wide or nearly so.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// Half the height of capitals and digits in em: how far the baseline lies below a text's middle.
pub(super) const BASELINE: f64 = 0.365;

static REGULAR: LazyLock<Face> = LazyLock::new(|| parsed(dejavu::sans::regular()));
static BOLD: LazyLock<Face> = LazyLock::new(|| parsed(dejavu::sans::bold()));

fn parsed(bytes: &'static [u8]) -> Face<'static> {
    Face::parse(bytes, 0).expect("the font is whole: it is compiled in")
}

fn face(bold: bool) -> &'static Face<'static> {
    if bold { &BOLD } else { &REGULAR }
}

/// How wide `text` is at `size` pixels per em, in the same pixels.
pub(super) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let face = face(bold);
    let units: u32 = text.chars().map(|letter| u32::from(advance(face, glyph(face, letter)))).sum();
    f64::from(units) * size / f64::from(face.units_per_em())
}

/// The text, or so much of its beginning as fits into `width`, with an ellipsis.
pub(super) fn cut_to(text: &str, width: f64, size: f64, bold: bool) -> String {
    // No letter is narrower than a fifth of an em: what cannot fit is not measured.
    let most = (5.0 * width / size).max(0.0) as usize;
    if text.chars().nth(most).is_none() && text_width(text, size, bold) <= width {
        return text.to_owned();
    }
    let mut room = width - text_width("…", size, bold);
    let fits = |letter: &char| {
        room -= text_width(letter.encode_utf8(&mut [0; 4]), size, bold);
        room >= 0.0
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// The text in lines of at most `width`, broken between words; a word that is longer is broken after a
/// sign, or where it must be.
pub(super) fn wrap(text: &str, width: f64, size: f64, bold: bool) -> Vec<String> {
    let fits = |line: &str| text_width(line, size, bold) <= width;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (lines.last_mut(), longer) {
            (Some(line), Some(longer)) if fits(&longer) => *line = longer,
            _ => lines.extend(broken(word, width, size, bold)),
        }
    }
    lines
}

/// The same, in at most so many lines: the last one has an ellipsis where there would be more.
pub(super) fn wrap_into(most: usize, text: &str, width: f64, size: f64, bold: bool) -> Vec<String> {
    // No letter is narrower than a fifth of an em: what cannot fit is not measured.
    let letters = (5.0 * width / size).max(1.0) as usize * most;
    let beginning: String = text.chars().take(letters + 1).collect();
    let mut lines = wrap(&beginning, width, size, bold);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = cut_to(&format!("{last}{}", "…".repeat(letters)), width, size, bold);
        }
    }
    lines
}

/// Signs after which a name may be broken.
const SIGNS: &str = "_=,;/-)";

/// A word in parts of at most `width`, of one letter at least.
fn broken(word: &str, width: f64, size: f64, bold: bool) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut room = width;
    for letter in word.chars() {
        let needed = text_width(letter.encode_utf8(&mut [0; 4]), size, bold);
        let part = parts.last_mut().expect("there is always one");
        if needed > room && !part.is_empty() {
            let rest = part.rfind(|sign| SIGNS.contains(sign)).map_or(part.len(), |sign| sign + 1);
            let rest = part.split_off(rest.min(part.len()));
            room = width - text_width(&rest, size, bold);
            parts.push(rest);
        }
        room -= needed;
        parts.last_mut().expect("there is always one").push(letter);
    }
    parts
}

/// The outlines of a text's letters in em: to the right and down from where its baseline begins.
pub(super) fn outline(text: &str, bold: bool) -> Vec<Command> {
    let face = face(bold);
    let mut pen = Pen { commands: Vec::new(), start: 0.0, em: f32::from(face.units_per_em()) };
    for letter in text.chars() {
        let glyph = glyph(face, letter);
        face.outline_glyph(glyph, &mut pen);
        pen.start += f32::from(advance(face, glyph));
    }
    pen.commands
}

/// The glyph of a letter; a box for one that the font lacks.
fn glyph(face: &Face, letter: char) -> GlyphId {
    face.glyph_index(letter).unwrap_or_default()
}

fn advance(face: &Face, glyph: GlyphId) -> u16 {
    face.glyph_hor_advance(glyph).unwrap_or(0)
}

/// Takes one letter after the other, in font units, upwards from the baseline.
struct Pen {
    commands: Vec<Command>,
    /// Where the letter begins.
    start: f32,
    em: f32,
}

impl Pen {
    fn em(&self, x: f32, y: f32) -> [f32; 2] {
        [(self.start + x) / self.em, -y / self.em]
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.em(x, y);
        self.commands.move_to(to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.em(x, y);
        self.commands.line_to(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (control, to) = (self.em(x1, y1), self.em(x, y));
        self.commands.quad_to(control, to);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, to) = (self.em(x1, y1), self.em(x2, y2), self.em(x, y));
        self.commands.curve_to(first, second, to);
    }

    fn close(&mut self) {
        self.commands.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_where_the_font_wants_them() {
        // H has its stem at 201 of 2048 units and is 1493 high; the second one stands an advance further.
        let left = |command: &Command| match command {
            Command::MoveTo(at) | Command::LineTo(at) => at.x,
            _ => f32::INFINITY,
        };
        let leftmost = |text: &str| outline(text, false).iter().map(left).fold(f32::INFINITY, f32::min);
        assert_eq!(leftmost("H"), 201.0 / 2048.0);
        assert_eq!(leftmost(" H") - leftmost("H"), text_width(" ", 1.0, false) as f32);
        assert_eq!(outline("", true), []);
        assert_ne!(outline("\u{10ffff}", false), [], "a box for a letter that the font lacks");
    }

    #[test]
    fn what_does_not_fit_is_cut_or_wrapped() {
        assert_eq!(cut_to("loss", 1e3, 10.0, false), "loss");
        let cut = cut_to(&"m".repeat(100_000), 50.0, 10.0, false);
        assert!(cut.ends_with("m…") && text_width(&cut, 10.0, false) <= 50.0, "{cut}");
        assert_eq!(wrap("one two three", 1e3, 10.0, false), ["one two three"]);
        assert_eq!(wrap("one two three", 45.0, 10.0, false), ["one two", "three"]);
        assert!(wrap(" ", 45.0, 10.0, false).is_empty());
    }

    #[test]
    fn widths_grow_with_text_and_size() {
        assert!(text_width("ii", 10.0, false) < text_width("mm", 10.0, false));
        assert!(text_width("ii", 10.0, false) < text_width("ii", 10.0, true));
        assert!((text_width("loss", 30.0, false) - 3.0 * text_width("loss", 10.0, false)).abs() < 1e-9);
        assert_eq!(text_width("", 10.0, true), 0.0);
    }
}
