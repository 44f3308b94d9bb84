//! Dots in letters: a grid in which each letter is two by four dots, and belongs to the curve that set the
//! last of them.

use super::axis::ScaledAxis;
use super::series::Series;

/// Rows of letters.
pub(super) const ROWS: usize = 16;
/// Dots per letter, across and down.
const DOTS: (usize, usize) = (2, 4);
/// Letters on each curve, at most.
const LETTERS: usize = 6;

/// The bit of a dot in the letter `U+2800`, by column and row.
const BITS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// The letter of the curve at this place in the list.
pub(super) fn letter(index: usize) -> char {
    char::from(b'A' + (index % 26) as u8)
}

/// Dots in a rectangle of letters.
pub(super) struct DotGrid {
    columns: usize,
    bits: Vec<u32>,
    /// The curve of each letter.
    owner: Vec<usize>,
    /// Where each curve is: column and row of a letter.
    places: Vec<(usize, usize, usize)>,
    /// What stands in a letter instead of dots.
    letters: Vec<Option<char>>,
}

impl DotGrid {
    /// Without a dot.
    pub fn new(columns: usize) -> Self {
        let count = columns * ROWS;
        Self {
            columns,
            bits: vec![0; count],
            owner: vec![0; count],
            places: Vec::new(),
            letters: vec![None; count],
        }
    }

    /// Draws the curve with this place in the list.
    pub fn draw(&mut self, curve: usize, series: &Series, x: &ScaledAxis, y: &ScaledAxis) {
        let places = series.x.iter().zip(&series.y).map(|(a, b)| Some((x.place(*a)?, y.place(*b)?)));
        let points: Vec<Option<(f64, f64)>> = places.collect();
        for pair in points.windows(2) {
            let [Some(from), Some(to)] = pair else { continue };
            let across = (self.columns * DOTS.0) as f64 * (to.0 - from.0).abs();
            let down = (ROWS * DOTS.1) as f64 * (to.1 - from.1).abs();
            let steps = across.max(down).ceil().clamp(1.0, 1e4);
            for step in 0..=steps as usize {
                let share = step as f64 / steps;
                self.set(curve, from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            }
        }
    }

    /// Sets the dot at two places from 0 to 1; what lies outside has none.
    fn set(&mut self, curve: usize, x: f64, y: f64) {
        if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
            return;
        }
        let (across, down) = (self.columns * DOTS.0, ROWS * DOTS.1);
        let column = ((x * across as f64) as usize).min(across - 1);
        let row = (((1.0 - y) * down as f64) as usize).min(down - 1);
        let place = (curve, column / DOTS.0, row / DOTS.1);
        let index = place.2 * self.columns + place.1;
        self.bits[index] |= BITS[column % DOTS.0][row % DOTS.1];
        self.owner[index] = curve;
        if self.places.last() != Some(&place) {
            self.places.push(place);
        }
    }

    /// Writes each of so many curves' letter on it, here and there; the letters of two curves that lie on
    /// each other stand side by side.
    pub fn letter(&mut self, curves: usize) {
        let every = (self.columns / LETTERS).max(2 * curves).max(1);
        for curve in 0..curves {
            let first = (curve + 1) * every / (curves + 1);
            for column in (first..self.columns).step_by(every) {
                let here = self.places.iter().find(|place| (place.0, place.1) == (curve, column));
                let Some(index) = here.map(|place| place.2 * self.columns + column) else { continue };
                self.letters[index] = Some(letter(curve));
                self.owner[index] = curve;
            }
        }
    }

    /// A row of letters, each painted by the curve that it belongs to.
    pub fn row(&self, row: usize, paint: impl Fn(usize, &str) -> String) -> String {
        let of = |index: usize| {
            self.letters[index].or_else(|| char::from_u32(0x2800 + self.bits[index])).unwrap_or(' ')
        };
        let indices: Vec<usize> = (row * self.columns..(row + 1) * self.columns).collect();
        let empty = |index: usize| self.bits[index] == 0 && self.letters[index].is_none();
        let same = |a: &usize, b: &usize| (empty(*a), self.owner[*a]) == (empty(*b), self.owner[*b]);
        let runs = indices.chunk_by(same).map(|run| {
            let text: String = run.iter().map(|index| of(*index)).collect();
            if empty(run[0]) { text } else { paint(self.owner[run[0]], &text) }
        });
        runs.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_one_bit_of_its_letter() {
        let mut grid = DotGrid::new(1);
        grid.set(0, 0.0, 1.0);
        grid.set(0, 1.0, 1.0 - 3.5 / 64.0);
        grid.set(0, f64::NAN, 0.0);
        grid.set(0, 0.0, 1.5);
        assert_eq!(grid.row(0, |_, text| text.to_owned()), "⢁");
        assert_eq!(grid.row(15, |_, text| text.to_owned()), "⠀");
    }
}
