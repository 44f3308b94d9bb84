//! The font of all figures: `DejaVu` Sans, carried as bytes, and how wide its letters are.

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

use super::error::PlotError;

/// What the SVG asks for. The first is the one measured and used in the bitmap; the others are as
/// wide or nearly so.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// The library's font size per em: ascent and descent of `DejaVu` Sans, 0.928 + 0.236 em.
pub(super) const SIZE_PER_EM: f64 = 1.164;

/// The font at the library's `size`.
pub(super) fn font(size: f64, bold: bool) -> FontDesc<'static> {
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    FontDesc::new(FontFamily::Name(FAMILY), size, style)
}

fn bytes(bold: bool) -> &'static [u8] {
    if bold { dejavu::sans::bold() } else { dejavu::sans::regular() }
}

/// Makes the font known to the drawing library; again and again does no harm.
pub(super) fn register() -> Result<(), PlotError> {
    for (style, bold) in [(FontStyle::Normal, false), (FontStyle::Bold, true)] {
        register_font(FAMILY, style, bytes(bold))
            .map_err(|_| PlotError::Drawing("the font is invalid".to_owned()))?;
    }
    Ok(())
}

/// How wide `text` is at `size` pixels per em, in the same pixels.
pub(super) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    // Measured large, because the library rounds to whole pixels.
    const MEASURED: f64 = 1000.0;
    let measured = register().ok().and_then(|()| font(MEASURED * SIZE_PER_EM, bold).box_size(text).ok());
    // Without a font the drawing fails anyway; until then the average of its letters will do.
    measured.map_or(0.6 * size * text.chars().count() as f64, |(width, _)| f64::from(width) * size / MEASURED)
}

/// Each letter of `text` with the left end of its ink, in em from the start of the text.
///
/// The library's bitmap letters begin with their ink and forget the free space before it
/// (plotters 0.3.7), which makes words uneven; so letters are placed one by one.
pub(super) fn letters(text: &str, bold: bool) -> Vec<(f64, char)> {
    let end = |at: usize, letter: char| text_width(&text[..at + letter.len_utf8()], 1.0, bold);
    let start = |at, letter: char| end(at, letter) - text_width(&letter.to_string(), 1.0, bold);
    text.char_indices().map(|(at, letter)| (start(at, letter) + left_bearing(letter, bold), letter)).collect()
}

/// The free space before the ink of `letter`, in em; 0 for a letter that the font lacks.
fn left_bearing(letter: char, bold: bool) -> f64 {
    Tables(bytes(bold)).left_bearing(letter).unwrap_or(0.0)
}

/// The few numbers wanted from a `TrueType` file (<https://learn.microsoft.com/typography/opentype/spec/>).
struct Tables(&'static [u8]);

impl Tables {
    fn u16(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at + 2)?;
        Some(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
    }

    fn u32(&self, at: usize) -> Option<usize> {
        Some(self.u16(at)? << 16 | self.u16(at + 2)?)
    }

    /// Where the table begins.
    fn table(&self, tag: [u8; 4]) -> Option<usize> {
        let mut records = (0..self.u16(4)?).map(|i| 12 + 16 * i);
        let record = records.find(|&at| self.0.get(at..at + 4) == Some(&tag))?;
        self.u32(record + 8)
    }

    fn left_bearing(&self, letter: char) -> Option<f64> {
        let glyph = self.glyph(letter as usize)?;
        let units_per_em = self.u16(self.table(*b"head")? + 18)?;
        let full = self.u16(self.table(*b"hhea")? + 34)?;
        // Pairs of advance and bearing; the last advance holds for all further bearings.
        let within = if glyph < full { 4 * glyph + 2 } else { 4 * full + 2 * (glyph - full) };
        let bearing = self.u16(self.table(*b"hmtx")? + within)? as u16;
        Some(f64::from(bearing.cast_signed()) / units_per_em as f64)
    }

    /// The glyph of a character, by the `cmap` table for Unicode's first plane (format 4).
    fn glyph(&self, code: usize) -> Option<usize> {
        let cmap = self.table(*b"cmap")?;
        let mut records = (0..self.u16(cmap + 2)?).map(|i| cmap + 4 + 8 * i);
        let record = records.find(|&at| self.u32(at) == Some(0x0003_0001))?;
        let map = cmap + self.u32(record + 4)?;
        // Four parallel arrays: last codes, (two bytes unused), first codes, deltas, offsets.
        let size = self.u16(map + 6)?;
        let ends = map + 14;
        let segment = (0..size).step_by(2).find(|i| self.u16(ends + i) >= Some(code))?;
        let first = ends + 2 + size + segment;
        let (delta, offset_at) = (self.u16(first + size)?, first + 2 * size);
        let into = code.checked_sub(self.u16(first)?)?;
        let glyph = match self.u16(offset_at)? {
            0 => code,
            offset => self.u16(offset_at + offset + 2 * into)?,
        };
        Some((glyph + delta) & 0xffff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_where_the_font_wants_them() {
        // H has its stem at 201 of 2048 units; j reaches to the left of its start.
        assert!((left_bearing('H', false) - 201.0 / 2048.0).abs() < 1e-9);
        assert!(left_bearing('j', false) < 0.0);
        assert!(left_bearing('σ', false) > 0.0 && left_bearing('H', true) > 0.0);
        assert_eq!(left_bearing('\u{10ffff}', false), 0.0);
        let placed = letters("HH", false);
        let advance = text_width("H", 1.0, false);
        assert!((placed[1].0 - placed[0].0 - advance).abs() < 2e-3);
    }

    #[test]
    fn widths_grow_with_text_and_size() {
        assert!(text_width("ii", 10.0, false) < text_width("mm", 10.0, false));
        assert!((text_width("loss", 30.0, false) - 3.0 * text_width("loss", 10.0, false)).abs() < 1e-9);
        assert_eq!(text_width("", 10.0, true), 0.0);
    }
}
