//! One direction of a panel: from values to places, and the numbers written along it.

use super::ticks;

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal differences, equal distances.
    #[default]
    Linear,
    /// Equal ratios, equal distances; values of zero and below have no place and are not drawn.
    Log,
}

/// What stands along one side of a panel.
///
/// ```
/// use initlab_engine::plot::{Axis, Scale};
///
/// let axis = Axis::log("learning rate").within(1e-3, 1.0).with_name(0.03, "best");
/// assert_eq!((axis.scale, axis.range), (Scale::Log, Some((1e-3, 1.0))));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// Name and unit; may be empty.
    pub label: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// First and last value; `None` fits the data. A flat range is widened, a bound without a place
    /// on the scale (zero on a log axis, NaN) is taken from the data.
    pub range: Option<(f64, f64)>,
    /// Values that are written by name beside the numbers, such as a place for zero on a log axis.
    pub named: Vec<(f64, String)>,
    /// The numbers are not written: a panel beside it has the same.
    pub blank: bool,
    /// Its values are counts: no number stands between two whole ones.
    pub whole: bool,
    /// A log axis whose numbers are powers of ten, whatever its ends: it is widened to hold two of them.
    pub powers: bool,
    /// Numbers are written between these values alone; `None`: everywhere.
    pub numbered: Option<(f64, f64)>,
}

impl Axis {
    /// A linear axis that fits its data.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A logarithmic axis that fits its data.
    pub fn log(label: impl Into<String>) -> Self {
        Self { scale: Scale::Log, ..Self::linear(label) }
    }

    /// A linear axis of counts.
    pub fn whole(label: impl Into<String>) -> Self {
        Self { whole: true, ..Self::linear(label) }
    }

    /// A logarithmic axis in powers of ten, so that all panels of a figure write their numbers alike.
    pub fn powers(label: impl Into<String>) -> Self {
        Self { powers: true, ..Self::log(label) }
    }

    /// The same axis with the named values alone.
    #[must_use]
    pub fn only_named(self) -> Self {
        Self { numbered: Some((f64::NAN, f64::NAN)), ..self }
    }

    /// The same axis from `low` to `high`.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }

    /// The same axis with `name` written at `value`.
    #[must_use]
    pub fn with_name(mut self, value: f64, name: impl Into<String>) -> Self {
        self.named.push((value, name.into()));
        self
    }
}

/// Beyond this, differences overflow.
const LARGEST: f64 = 1e300;

/// An axis whose ends are known: finite and apart, whatever the data was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ScaledAxis {
    scale: Scale,
    /// Ends on the scale: logarithms to base 10 on a log axis.
    low: f64,
    high: f64,
    whole: bool,
    powers: bool,
    numbered: Option<(f64, f64)>,
}

/// A number written along an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// From 0 (low end) to 1.
    pub place: f64,
    pub label: String,
}

impl ScaledAxis {
    /// The ends of `axis`, where it leaves them open those of `values` and `padding` times their
    /// difference more.
    pub fn new(axis: &Axis, values: impl Iterator<Item = f64>, padding: f64) -> Self {
        let scale = axis.scale;
        let (mut low, mut high) = extent(values.filter_map(|value| on_scale(scale, value)));
        let of_one_sign = scale == Scale::Linear && low * high >= 0.0;
        let margin = (high - low) * padding;
        let data = (low, high);
        (low, high) = (low - margin, high + margin);
        if let Some((first, last)) = axis.range {
            low = on_scale(scale, first).unwrap_or(low.min(on_scale(scale, last).unwrap_or(low)));
            high = on_scale(scale, last).unwrap_or(high.max(low));
        }
        (low, high) = widened(low.min(high), low.max(high));
        if axis.range.is_none() && of_one_sign {
            (low, high) = not_beyond_zero(data, (low, high));
        }
        if axis.powers && axis.range.is_none() && high.floor() - low.ceil() < 1.0 {
            (low, high) = (low.floor(), high.ceil());
        }
        Self { scale, low, high, whole: axis.whole, powers: axis.powers, numbered: axis.numbered }
    }

    /// The place of `value`: 0 at the low end, 1 at the high end, outside beyond them. `None` for a value
    /// that is not finite or, on a log axis, not above 0.
    pub fn place(&self, value: f64) -> Option<f64> {
        on_scale(self.scale, value).map(|value| (value - self.low) / (self.high - self.low))
    }

    /// The difference of the ends, on the scale.
    pub fn length(&self) -> f64 {
        self.high - self.low
    }

    /// About `wanted` round numbers between the ends, two of them at least.
    pub fn ticks(&self, wanted: usize) -> Vec<Tick> {
        let ticks = match self.scale {
            Scale::Linear => ticks::linear((self.low, self.high), wanted, self.whole),
            Scale::Log => ticks::log((self.low, self.high), wanted, self.powers),
        };
        let numbered = |value: f64| self.numbered.is_none_or(|(from, to)| value >= from && value <= to);
        let ticks = ticks.into_iter().filter(|(value, _)| numbered(*value));
        ticks.filter_map(|(value, label)| Some(Tick { place: self.place(value)?, label })).collect()
    }
}

/// A value on its scale, the logarithm to base 10 on a log axis, within ±[`LARGEST`]; `None` if it has none.
fn on_scale(scale: Scale, value: f64) -> Option<f64> {
    let value = match scale {
        Scale::Linear => value,
        Scale::Log => value.log10(),
    };
    value.is_finite().then(|| value.clamp(-LARGEST, LARGEST))
}

/// The least and the greatest; 0 and 1 if there are none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .map(|value| (value, value))
        .reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
        .unwrap_or((0.0, 1.0))
}

/// Ends that are far enough apart to count between them.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low > 1e-9 * size {
        return (low, high);
    }
    let margin = if size == 0.0 { 1.0 } else { 0.1 * size };
    (low - margin, high + margin)
}

/// Ends that do not pass zero where no value does: a spread is never negative.
fn not_beyond_zero(data: (f64, f64), (low, high): (f64, f64)) -> (f64, f64) {
    let (low, high) = if data.0 >= 0.0 { (low.max(0.0), high) } else { (low, high.min(0.0)) };
    widened(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, values: &[f64], wanted: usize) -> Vec<String> {
        let span = ScaledAxis::new(axis, values.iter().copied(), 0.0);
        let ticks = span.ticks(wanted);
        assert!(ticks.iter().all(|t| (-1e-3..=1.001).contains(&t.place)));
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn labels_are_the_numbers_one_would_write() {
        let linear = |low, high| labels(&Axis::linear("").within(low, high), &[], 5);
        let log = |low, high| labels(&Axis::log("").within(low, high), &[], 5);
        assert_eq!(linear(0.0, 2.5), ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]);
        assert_eq!(linear(0.0, 2000.0), ["0", "500", "1000", "1500", "2000"]);
        assert_eq!(linear(-1.0, 1.0), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(linear(0.0, 40_000.0)[1], "10\u{2009}000");
        assert_eq!(linear(0.0, 1e8)[1], "0.2×10⁸");
        assert_eq!(linear(0.0, 1e-6)[1], "0.2×10⁻⁶");
        assert_eq!(log(1e-3, 1.0), ["0.001", "0.01", "0.1", "1"]);
        assert_eq!(log(1e-8, 1e-6), ["10⁻⁸", "2×10⁻⁸", "5×10⁻⁸", "10⁻⁷", "2×10⁻⁷", "5×10⁻⁷", "10⁻⁶"]);
        assert_eq!(log(1e-30, 1.0).len(), 5);
        assert_eq!(log(2.0, 6.0), ["2", "3", "4", "5", "6"]);
    }

    #[test]
    fn flat_empty_and_foreign_ranges_have_two_ends() {
        let odd = [
            (Axis::linear(""), vec![]),
            (Axis::linear(""), vec![2.3; 4]),
            (Axis::linear(""), vec![0.0]),
            (Axis::linear(""), vec![f64::NAN, f64::INFINITY]),
            (Axis::linear(""), vec![-f64::MAX, f64::MAX]),
            (Axis::linear("").within(1.0, 1.0), vec![]),
            (Axis::linear("").within(f64::NAN, 3.0), vec![5.0, 6.0]),
            (Axis::log(""), vec![0.0, -1.0]),
            (Axis::log("").within(0.0, 2.5), vec![0.01, 1.0]),
            (Axis::log("").within(0.0, 0.0), vec![]),
        ];
        for (axis, values) in odd {
            let span = ScaledAxis::new(&axis, values.iter().copied(), 0.05);
            assert!(span.high > span.low && (span.high - span.low).is_finite(), "{axis:?}");
            let ticks = span.ticks(6);
            assert!((2..40).contains(&ticks.len()), "{axis:?} {ticks:?}");
        }
    }

    #[test]
    fn a_log_axis_has_no_place_for_zero() {
        let span = ScaledAxis::new(&Axis::log("").within(0.1, 10.0), [].into_iter(), 0.0);
        assert_eq!(span.place(0.0), None);
        assert_eq!(span.place(1.0), Some(0.5));
    }
}
