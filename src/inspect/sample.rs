//! One tensor's numbers, summed up once: what fits and faults ask.
//!
//! Sums are taken of numbers divided by the largest of them, so that no square overflows or vanishes.

/// Moments, extremes and order of a tensor's finite numbers; mean, `std`, `rms` and kurtosis are NaN where
/// there are none.
///
/// ```
/// use initlab::inspect::TensorSample;
///
/// let sample = TensorSample::of(&[3.0, -1.0, f64::NAN, 1.0], 2, 2f64.powi(-24));
/// assert_eq!((sample.count, sample.not_finite, sample.largest), (3, 1, 3.0));
/// assert!((sample.mean - 1.0).abs() < 1e-12);
/// assert_eq!(sample.sorted, [-1.0, 1.0, 3.0]);
/// assert!(sample.unit_spread.is_none());
/// ```
#[derive(Clone, Debug)]
pub struct TensorSample {
    /// The number of finite ones.
    pub count: usize,
    /// The number of those that are NaN or infinite, which no other field counts.
    pub not_finite: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with their number below the sum of squares, not one less.
    pub std: f64,
    /// `E[(x − mean)⁴]/std⁴`: 3 for a normal, 1.8 for a uniform distribution; NaN where all are equal.
    pub kurtosis: f64,
    /// The largest absolute value; 0 where there are none.
    pub largest: f64,
    /// The root mean square.
    pub rms: f64,
    /// At most [`SORTED`] of them, evenly picked, in ascending order.
    pub sorted: Vec<f64>,
    /// Half the distance of neighbouring numbers of their type, relative to them.
    pub roundoff: f64,
    /// How much units differ in their mean squares: 1 is what independent numbers show. None for units of
    /// fewer than 50 weights, for fewer than 8 units, for a constant tensor and for one that is not finite.
    pub unit_spread: Option<Spread>,
    /// The same for inputs: how much they differ in the mean squares of their weights over the units.
    pub input_spread: Option<Spread>,
}

/// The variance of groups' mean squares, relative to that of independent numbers of the same kurtosis.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The ratio: above 1 where groups differ more than by chance, below 1 where less.
    pub ratio: f64,
    /// The number of groups: of units or inputs.
    pub groups: usize,
}

/// Numbers that are sorted, at most: enough for every question and quick for every tensor.
pub const SORTED: usize = 1 << 20;
/// Numbers in a group whose mean square is near enough to normal.
const GROUP: usize = 50;

impl TensorSample {
    /// Sums up weights `(units, inputs)`, row by row; `roundoff` is that of the tensor's type
    /// ([`Element::roundoff`](crate::model_file::Element::roundoff)).
    pub fn of(units: &[f64], inputs: usize, roundoff: f64) -> Self {
        let finite: Vec<f64> = units.iter().copied().filter(|x| x.is_finite()).collect();
        let count = finite.len();
        let average = |f: &dyn Fn(f64) -> f64| finite.iter().map(|x| f(*x)).sum::<f64>() / count as f64;
        let largest = finite.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let mean = scale * average(&|x| x / scale);
        let variance = average(&|x| ((x - mean) / scale).powi(2));
        let fourth = average(&|x| ((x - mean) / scale).powi(4));
        let rms = scale * average(&|x| (x / scale).powi(2)).sqrt();
        let kurtosis = fourth / (variance * variance);
        let whole = count == units.len() && variance > 0.0;
        let spread =
            |sums: Vec<f64>, size: usize| whole.then(|| spread(&sums, size, rms, kurtosis)).flatten();
        Self {
            unit_spread: spread(unit_squares(units, inputs), inputs),
            input_spread: spread(input_squares(units, inputs), units.len() / inputs.max(1)),
            not_finite: units.len() - count,
            std: scale * variance.sqrt(),
            sorted: picked(finite),
            count,
            mean,
            kurtosis,
            largest,
            rms,
            roundoff,
        }
    }
}

/// Different numbers below which a tensor is a constant, an identity, a mask.
const DIFFERENT: usize = 8;

impl TensorSample {
    /// True for eight different numbers or more, which constants, identities and masks do not have.
    ///
    /// ```
    /// use initlab::inspect::TensorSample;
    ///
    /// let sample = |numbers: &[f64]| TensorSample::of(numbers, 1, 2f64.powi(-24));
    /// assert!(sample(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]).has_many_numbers());
    /// assert!(!sample(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]).has_many_numbers());
    /// ```
    pub fn has_many_numbers(&self) -> bool {
        let steps = self.sorted.windows(2).filter(|pair| pair[0] != pair[1]);
        steps.take(DIFFERENT - 1).count() == DIFFERENT - 1
    }
}

/// Every number, or every second, third … one where there are more than [`SORTED`], in ascending order.
fn picked(finite: Vec<f64>) -> Vec<f64> {
    let step = finite.len().div_ceil(SORTED).max(1);
    let mut sorted: Vec<f64> = finite.into_iter().step_by(step).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The sum of squares of each unit.
fn unit_squares(units: &[f64], inputs: usize) -> Vec<f64> {
    units.chunks_exact(inputs.max(1)).map(|unit| unit.iter().map(|x| x * x).sum()).collect()
}

/// The sum of squares of each input's weights.
fn input_squares(units: &[f64], inputs: usize) -> Vec<f64> {
    let mut sums = vec![0.0; inputs];
    for unit in units.chunks_exact(inputs.max(1)) {
        unit.iter().zip(&mut sums).for_each(|(x, sum)| *sum += x * x);
    }
    sums
}

/// The mean square of `size` independent numbers has relative variance (κ − 1)/size; `sums` are the sums of
/// squares of the groups. None for groups of fewer than [`GROUP`] numbers and for fewer than 8 groups.
fn spread(sums: &[f64], size: usize, rms: f64, kurtosis: f64) -> Option<Spread> {
    let relative = |sum: f64| sum / (size as f64 * rms * rms) - 1.0;
    let variance = sums.iter().map(|sum| relative(*sum).powi(2)).sum::<f64>() / sums.len() as f64;
    let expected = (kurtosis - 1.0) / size as f64;
    (size >= GROUP && sums.len() >= 8 && expected > 0.0)
        .then(|| Spread { ratio: variance / expected, groups: sums.len() })
}

impl Spread {
    /// True where independent numbers would hardly ever differ as much, or as little, from group to group.
    ///
    /// The ratio is a χ² over its degrees of freedom, standard deviation √(2/groups); ten of these, and
    /// at least half of 1, leave room for tails that are heavier than the normal's.
    ///
    /// ```
    /// use initlab::inspect::sample::Spread;
    ///
    /// assert!(!Spread { ratio: 1.2, groups: 100 }.is_strange());
    /// assert!(Spread { ratio: 3.0, groups: 100 }.is_strange()); // allowed: up to 2.41
    /// ```
    pub fn is_strange(self) -> bool {
        let allowed = 10.0 * (2.0 / self.groups as f64).sqrt();
        self.ratio > 1.0 + allowed.max(0.5) || self.ratio < 1.0 - allowed
    }
}
