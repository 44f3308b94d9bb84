//! Curves in a terminal: two by four Braille dots per letter, without colour.
//!
//! Not a small copy of the figure: only the curves themselves, each named at its right end.

use super::axis::ScaledAxis;
use super::curves::Curves;
use super::number::significant;
use super::series::Series;

/// Rows of letters.
const ROWS: usize = 16;
/// Dots per letter, across and down.
const DOTS: (usize, usize) = (2, 4);
/// The least width at which curves can be told apart.
const NARROWEST: usize = 40;
/// Letters for the numbers at the left.
const NUMBERS: usize = 6;

/// The bit of a dot in the letter `U+2800`, by column and row.
const BITS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// The curves in lines of at most `width` letters; `None` where that is too narrow or there is nothing.
pub fn terminal(curves: &Curves, width: usize) -> Option<String> {
    let named: Vec<&Series> = curves.series.iter().filter(|series| !series.label.is_empty()).collect();
    let longest = named.iter().map(|series| series.label.chars().count()).max()?.min(width / 3);
    let columns = width.checked_sub(NUMBERS + longest + 4).filter(|_| width >= NARROWEST)?;
    let (x, y) = curves.scaled_axes();
    let mut grid = DotGrid { columns, bits: vec![0; columns * ROWS] };
    for series in &named {
        grid.draw(series, &x, &y);
    }
    let ends = names(&named, &y);
    let line = |row: usize| {
        let number = if row.is_multiple_of(5) {
            significant(y.value(1.0 - row as f64 / (ROWS - 1) as f64))
        } else {
            String::new()
        };
        let name: String = ends[row].chars().take(longest).collect();
        format!("{number:>NUMBERS$} ▕{} {name}", grid.row(row)).trim_end().to_owned()
    };
    let ruler = format!("{:>NUMBERS$}  {:<columns$}", "", ruler(&x, &curves.x.label, columns));
    let lines = (0..ROWS).map(line).chain([ruler.trim_end().to_owned()]);
    Some(format!("{}\n{}", curves.y.label, lines.collect::<Vec<_>>().join("\n")))
}

/// The first and the last value of the axis with its label between them.
fn ruler(x: &ScaledAxis, label: &str, columns: usize) -> String {
    let (first, last) = (significant(x.value(0.0)), significant(x.value(1.0)));
    let room = columns.saturating_sub(first.chars().count() + last.chars().count());
    format!("{first}{label:^room$}{last}")
}

/// The name of each curve in the row of its last value, or the nearest one that is free.
fn names(series: &[&Series], y: &ScaledAxis) -> Vec<String> {
    let mut rows = vec![String::new(); ROWS];
    for series in series {
        let last = series.y.iter().rev().find_map(|value| y.place(*value)).unwrap_or(1.0);
        let wanted = ((1.0 - last.clamp(0.0, 1.0)) * (ROWS - 1) as f64).round() as usize;
        let free = (0..ROWS).filter(|row| rows[*row].is_empty()).min_by_key(|row| row.abs_diff(wanted));
        if let Some(row) = free {
            rows[row].clone_from(&series.label);
        }
    }
    rows
}

/// Dots in a rectangle of letters.
struct DotGrid {
    columns: usize,
    bits: Vec<u32>,
}

impl DotGrid {
    fn draw(&mut self, series: &Series, x: &ScaledAxis, y: &ScaledAxis) {
        let places = series.x.iter().zip(&series.y).map(|(a, b)| Some((x.place(*a)?, y.place(*b)?)));
        let points: Vec<Option<(f64, f64)>> = places.collect();
        for pair in points.windows(2) {
            let [Some(from), Some(to)] = pair else { continue };
            let across = (self.columns * DOTS.0) as f64 * (to.0 - from.0).abs();
            let down = (ROWS * DOTS.1) as f64 * (to.1 - from.1).abs();
            let steps = across.max(down).ceil().clamp(1.0, 1e4);
            for step in 0..=steps as usize {
                let share = step as f64 / steps;
                self.set(from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            }
        }
    }

    /// Sets the dot at two places from 0 to 1; what lies outside has none.
    fn set(&mut self, x: f64, y: f64) {
        if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
            return;
        }
        let (across, down) = (self.columns * DOTS.0, ROWS * DOTS.1);
        let column = ((x * across as f64) as usize).min(across - 1);
        let row = (((1.0 - y) * down as f64) as usize).min(down - 1);
        let letter = row / DOTS.1 * self.columns + column / DOTS.0;
        self.bits[letter] |= BITS[column % DOTS.0][row % DOTS.1];
    }

    fn row(&self, row: usize) -> String {
        let letters = self.bits[row * self.columns..(row + 1) * self.columns].iter();
        letters.map(|bits| char::from_u32(0x2800 + bits).unwrap_or(' ')).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
    use super::*;

    fn falling() -> Curves {
        let series = |label: &str, y: [f64; 3]| Series {
            label: label.to_owned(),
            x: vec![0.0, 50.0, 100.0],
            y: y.to_vec(),
            ..Series::default()
        };
        Curves {
            x: Axis::linear("iterations").within(0.0, 100.0),
            y: Axis::linear("loss").within(0.0, 2.5),
            series: vec![series("std=0.01", [2.3, 2.3, 2.3]), series("He", [2.3, 0.5, 0.2])],
            ..Curves::default()
        }
    }

    #[test]
    fn each_curve_is_named_at_its_end_and_no_line_is_too_wide() {
        for width in [40, 80, 200] {
            let text = terminal(&falling(), width).unwrap();
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            let row = |name: &str| text.lines().position(|line| line.ends_with(name)).unwrap();
            assert_eq!((row("std=0.01"), row("He")), (2, 15), "{text}");
            assert!(text.starts_with("loss\n   2.5 ▕"), "{text}");
            assert!(text.lines().last().unwrap().ends_with("100"), "{text}");
        }
    }

    #[test]
    fn nothing_is_drawn_where_there_is_no_room_or_no_curve() {
        assert_eq!(terminal(&falling(), 39), None);
        assert_eq!(terminal(&Curves::default(), 80), None);
    }

    #[test]
    fn a_dot_is_one_bit_of_its_letter() {
        let mut grid = DotGrid { columns: 1, bits: vec![0; ROWS] };
        grid.set(0.0, 1.0);
        grid.set(1.0, 1.0 - 3.5 / 64.0);
        grid.set(f64::NAN, 0.0);
        grid.set(0.0, 1.5);
        assert_eq!(grid.row(0), "⢁");
        assert_eq!(grid.row(15), "⠀");
    }
}
