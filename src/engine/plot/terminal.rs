//! Curves in a terminal: two by four Braille dots per letter, a letter on each curve, colours if wanted.
//!
//! Not a small copy of the figure: only the curves themselves. Those that reach the right end are named there,
//! the others below.

use super::axis::ScaledAxis;
use super::curves::Curves;
use super::dots::{DotGrid, ROWS, letter};
use super::series::Series;
use crate::text::rounded;

/// The least width at which curves can be told apart.
const NARROWEST: usize = 40;
/// Letters for the numbers at the left.
const NUMBERS: usize = 6;
/// Colours of a terminal, in the order of the figures' colours as far as it has them.
const COLORS: [u8; 8] = [34, 33, 35, 31, 36, 32, 95, 94];

/// The curves in lines of at most `width` letters, names below them apart; `None` where that is too narrow
/// or there is nothing.
///
/// 16 rows of Braille letters stand between a heading and the numbers of the horizontal axis. Series without
/// a label are left out. `colored` adds the escape sequences of a terminal's colours.
///
/// ```
/// use initlab_engine::plot::{Axis, Curves, Series, terminal};
///
/// let loss = Series {
///     label: "He".to_owned(),
///     x: vec![0.0, 50.0, 100.0],
///     y: vec![2.3, 0.6, 0.3],
///     ..Series::default()
/// };
/// let y = Axis::linear("loss, nats").within(0.0, 2.5);
/// let curves = Curves { x: Axis::whole("iterations"), y, series: vec![loss], ..Curves::default() };
/// let text = terminal(&curves, 60, false).expect("60 letters are enough");
/// assert_eq!(text.lines().next(), Some("loss, nats over iterations"));
/// assert_eq!(text.lines().count(), 1 + 16 + 1);
/// assert!(terminal(&curves, 20, false).is_none());
/// ```
pub fn terminal(curves: &Curves, width: usize, colored: bool) -> Option<String> {
    let (x, y) = curves.scaled_axes();
    let named = curves.series.iter().filter(|series| !series.label.is_empty());
    let several = named.clone().count() > 1;
    let names: Vec<CurveName> =
        named.enumerate().map(|(i, series)| CurveName::of(series, several.then_some(i), &x, &y)).collect();
    let beside = |name: &&CurveName| name.ends_inside && name.text().chars().count() <= width / 3;
    let longest = names.iter().filter(beside).map(|name| name.text().chars().count()).max().unwrap_or(0);
    let columns =
        width.checked_sub(NUMBERS + longest + 4).filter(|_| width >= NARROWEST && !names.is_empty())?;
    let mut grid = DotGrid::new(columns);
    for (i, name) in names.iter().enumerate() {
        grid.draw(i, name.series, &x, &y);
    }
    if several {
        grid.letter(names.len());
    }
    let paint = |index: usize, text: &str| {
        if colored {
            format!("\x1b[{}m{text}\x1b[0m", COLORS[names[index].series.style % COLORS.len()])
        } else {
            text.to_owned()
        }
    };
    let ends = ends(&names, beside, &y);
    let numbers = numbers(&y);
    let line = |row: usize| {
        let name = ends[row].map_or_else(String::new, |index| paint(index, &names[index].text()));
        format!("{:>NUMBERS$} ▕{} {name}", numbers[row], grid.row(row, paint)).trim_end().to_owned()
    };
    let ruler = format!("{:>NUMBERS$}  {}", "", ruler(&x, columns));
    let below = names.iter().enumerate().filter(|(_, name)| !beside(name));
    let below = below.map(|(index, name)| format!("{:>NUMBERS$}  {}", "", paint(index, &name.in_full())));
    let heading = format!("{} over {}", curves.y.label, curves.x.label);
    let lines = [heading].into_iter().chain((0..ROWS).map(line)).chain([ruler.trim_end().to_owned()]);
    Some(lines.chain(below).collect::<Vec<_>>().join("\n"))
}

/// A curve with what stands for it.
struct CurveName<'a> {
    series: &'a Series,
    /// The letter on the curve, where there are several.
    letter: Option<char>,
    /// Its last value is at the right end and within the axis.
    ends_inside: bool,
    remark: String,
}

impl<'a> CurveName<'a> {
    fn of(series: &'a Series, index: Option<usize>, x: &ScaledAxis, y: &ScaledAxis) -> Self {
        let mut points = series.x.iter().zip(&series.y).filter(|(_, y)| y.is_finite());
        let last = points.next_back();
        let at_end = last.and_then(|(last, _)| x.place(*last)).is_some_and(|place| place > 0.97);
        let inside = last.and_then(|(_, last)| y.place(*last)).is_some_and(|y| (0.0..=1.0).contains(&y));
        let remark = match last {
            None => ": no finite value".to_owned(),
            Some((last, _)) if !at_end => format!(": ends at {}", rounded(*last, 3)),
            Some((_, last)) if !inside => format!(": ends outside, at {}", rounded(*last, 3)),
            Some(_) => String::new(),
        };
        Self { series, letter: index.map(letter), ends_inside: at_end && inside, remark }
    }

    fn text(&self) -> String {
        let letter = self.letter.map_or_else(String::new, |letter| format!("{letter} "));
        format!("{letter}{}", self.series.label)
    }

    fn in_full(&self) -> String {
        format!("{}{}", self.text(), self.remark)
    }
}

/// The number beside each row: round ones.
fn numbers(y: &ScaledAxis) -> Vec<String> {
    let mut rows = vec![String::new(); ROWS];
    for tick in y.ticks(4) {
        let row = ((1.0 - tick.place.clamp(0.0, 1.0)) * (ROWS - 1) as f64).round() as usize;
        rows[row] = tick.label;
    }
    rows
}

/// Round numbers below their places, as many as have room.
fn ruler(x: &ScaledAxis, columns: usize) -> String {
    let mut line = vec![' '; columns];
    let mut free = 0;
    for tick in x.ticks((columns / 12).max(2)) {
        let length = tick.label.chars().count();
        let middle = (tick.place * columns as f64) as usize;
        let start = middle.saturating_sub(length / 2).min(columns.saturating_sub(length));
        if start >= free && start + length <= columns {
            line.splice(start..start + length, tick.label.chars());
            free = start + length + 1;
        }
    }
    line.into_iter().collect()
}

/// The curve that is named at each row: in that of its last value, or the nearest one that is free.
fn ends(names: &[CurveName], beside: impl Fn(&&CurveName) -> bool, y: &ScaledAxis) -> Vec<Option<usize>> {
    let mut rows = vec![None; ROWS];
    for (index, name) in names.iter().enumerate().filter(|(_, name)| beside(name)) {
        let last = name.series.y.iter().rev().find_map(|value| y.place(*value)).unwrap_or(1.0);
        let wanted = ((1.0 - last.clamp(0.0, 1.0)) * (ROWS - 1) as f64).round() as usize;
        let free = (0..ROWS).filter(|row| rows[*row].is_none()).min_by_key(|row| row.abs_diff(wanted));
        if let Some(row) = free {
            rows[row] = Some(index);
        }
    }
    rows
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
        let he = Series { style: 1, ..series("He", [2.3, 0.5, 0.2]) };
        Curves {
            x: Axis::linear("iterations").within(0.0, 100.0),
            y: Axis::linear("loss").within(0.0, 2.5),
            series: vec![series("std=0.01", [2.3, 2.3, 2.3]), he],
            ..Curves::default()
        }
    }

    #[test]
    fn each_curve_is_named_at_its_end_and_no_line_is_too_wide() {
        for width in [40, 80, 200] {
            let text = terminal(&falling(), width, false).unwrap();
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            let row = |name: &str| text.lines().position(|line| line.ends_with(name)).unwrap();
            assert_eq!((row("A std=0.01"), row("B He")), (2, 15), "{text}");
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines[0] == "loss over iterations" && lines[1].starts_with("   2.5 ▕"), "{text}");
            let numbers: Vec<&str> = lines[1..17].iter().map(|line| &line[..6]).collect();
            assert!(
                numbers
                    .iter()
                    .all(|number| ["", "0.0", "0.5", "1.0", "1.5", "2.0", "2.5"].contains(&number.trim()))
            );
            assert!(lines[17].trim_end().ends_with("100"), "{text}");
        }
    }

    #[test]
    fn a_curve_that_ends_early_or_outside_is_named_below() {
        let mut curves = falling();
        curves.series[1].y = vec![2.3, f64::NAN, f64::NAN];
        let text = terminal(&curves, 80, false).unwrap();
        assert!(text.lines().last().unwrap().ends_with("B He: ends at 0"), "{text}");
        curves.series[1].y = vec![2.3, 9.0, 90.0];
        let text = terminal(&curves, 80, false).unwrap();
        assert!(text.lines().last().unwrap().ends_with("B He: ends outside, at 90"), "{text}");
        curves.series[0].label = "a long name ".repeat(9);
        let text = terminal(&curves, 80, false).unwrap();
        assert!(text.contains(&curves.series[0].label), "complete: {text}");
    }

    #[test]
    fn curves_carry_their_letter_and_colours_change_nothing_else() {
        let plain = terminal(&falling(), 80, false).unwrap();
        assert!(plain.matches('A').count() > 3 && plain.matches('B').count() > 3, "{plain}");
        let colored = terminal(&falling(), 80, true).unwrap();
        assert!(colored.contains("\x1b[34m") && colored.contains("\x1b[33m") && !plain.contains('\x1b'));
        let bare = COLORS
            .iter()
            .fold(colored.replace("\x1b[0m", ""), |text, color| text.replace(&format!("\x1b[{color}m"), ""));
        assert_eq!(bare, plain);
    }

    #[test]
    fn nothing_is_drawn_where_there_is_no_room_or_no_curve() {
        assert_eq!(terminal(&falling(), 39, false), None);
        assert_eq!(terminal(&Curves::default(), 80, false), None);
    }
}
