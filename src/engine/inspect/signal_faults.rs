//! Faults of what stands between layers: biases that silence or drown their units, a signal that dies or explodes.

use super::chain::no_chain;
use super::file_context::FileContext;
use super::finding::{
    DEAD_BIASES, Finding, FoundFault, LARGE_BIASES, NEGATIVE_VARIANCE, NOT_FINITE, SIGNAL_EXPLODES,
    SIGNAL_VANISHES, ZERO_BY_DESIGN, ZERO_NORM,
};
use super::names::layer_of;
use super::numbers::three_digits;
use super::role::Role;
use super::weights::{Untrained, VectorReport, WeightReport};
use crate::text::counted;

/// What is asked of everything else that has numbers.
pub const VECTOR_CHECKS: [fn(&VectorReport, &FileContext<'_>) -> FoundFault; 4] = [
    |vector, _| {
        // A single number that is infinite is where a maximum starts from.
        let single = vector.role == Role::Other && vector.shape.iter().product::<usize>() == 1;
        (vector.not_finite > 0 && !single)
            .then(|| (&NOT_FINITE, format!("{} NaN or infinite", vector.not_finite)))
    },
    |vector, _| {
        let is_wrong = vector.role == Role::RunningVariance && vector.negative > 0;
        is_wrong.then(|| (&NEGATIVE_VARIANCE, format!("{} below 0", counted(vector.negative, "variance"))))
    },
    |vector, file| {
        let is_zero = vector.role == Role::NormScale && vector.range == [0.0, 0.0];
        let meant = file.is_zero_in_every_block(&vector.name);
        let found = if meant {
            (&ZERO_BY_DESIGN, "all zero: the last norm of each branch")
        } else if file.adds_one_to_scales() {
            (&ZERO_BY_DESIGN, "all zero, as of all norms: networks that multiply by 1 + weight start so")
        } else {
            (&ZERO_NORM, "all zero")
        };
        is_zero.then(|| (found.0, found.1.to_owned()))
    },
    norm_shift,
];

/// A bias silences its unit below so many times the length of its weights (the pre-activation of inputs of mean
/// square 1 has that standard deviation), and below −5: what focal losses start from, −4.6, is above.
const DEAD: [f64; 2] = [8.0, 5.0];
/// The same where the weights are as an initializer left them: training put nothing there.
const DEAD_UNTRAINED: [f64; 2] = [5.0, 5.0];
/// A bias is large above so many times that length, and above this number.
const LARGE: [f64; 2] = [100.0, 1000.0];

/// The biases of a layer beside its weights; of the last layer they may be anything.
pub fn biases(weight: &WeightReport, file: &FileContext<'_>) -> Option<Finding> {
    let bias = file.vectors.get(weight.bias?)?;
    let found = shifts(weight.sample.unit_squares.iter().map(|square| square.sqrt()), bias, file)?;
    Some(Finding::of(found.0, &bias.name, found.1))
}

/// The shifts of a norm beside its scales.
pub fn norm_shift(vector: &VectorReport, file: &FileContext<'_>) -> FoundFault {
    let scale = file.norm_scales.get(layer_of(&vector.name)).filter(|scale| scale.name != vector.name)?;
    shifts(scale.values.iter().map(|scale| scale.abs()), vector, file)
}

/// What is added to units, beside the standard deviation of what it is added to.
fn shifts(
    spread: impl ExactSizeIterator<Item = f64>,
    added: &VectorReport,
    file: &FileContext<'_>,
) -> FoundFault {
    let [lengths, below] = if file.majority.is_some() { DEAD_UNTRAINED } else { DEAD };
    let values = &added.values;
    if values.is_empty() || values.len() != spread.len() {
        return None;
    }
    let (mut dead, mut large) = (0, 0);
    for (spread, x) in spread.zip(values) {
        dead += usize::from(*x < -below && *x < -lengths * spread);
        large += usize::from(x.abs() > LARGE[1] && x.abs() > LARGE[0] * spread);
    }
    let of = |count: usize| format!("{count} of {} biases", values.len());
    if large > 0 {
        let most = added.range.map(f64::abs).into_iter().fold(0.0, f64::max);
        return Some((&LARGE_BIASES, format!("{}, up to {} in size", of(large), three_digits(most))));
    }
    let down = || format!("{}, down to {}", of(dead), three_digits(added.range[0]));
    (dead > 1 && 4 * dead >= values.len()).then(|| (&DEAD_BIASES, down()))
}

/// What is left of the signal behind the first layer, at most; and how many times as large it may become.
const LEFT: [f64; 2] = [1e-3, 1e4];

/// The signal through a chain of dense layers as an initializer left them, without norms: with every activation at
/// its best it loses no more than linear layers do; and ReLU keeps half of the squares.
pub fn signal(file: &FileContext<'_>) -> FoundFault {
    let weights = file.weights;
    let drawn = |weight: &WeightReport| weight.role == Role::Weight && weight.untrained() != Untrained::No;
    let normed =
        file.vectors.iter().any(|vector| matches!(vector.role, Role::NormScale | Role::RunningVariance));
    if weights.len() < 3 || normed || no_chain(weights).is_some() || !weights.iter().all(drawn) {
        return None;
    }
    let mut gains: Vec<f64> =
        weights[1..].iter().map(|w| w.fans.fan_in as f64 * w.sample.rms.powi(2)).collect();
    let (linear, relu) = gains.iter().fold((1.0, 1.0), |(a, b), gain| (a * gain, b * gain / 2.0));
    gains.sort_by(f64::total_cmp);
    let median = gains[gains.len() / 2];
    let told = |left: f64, most: &str| {
        format!(
            "{most} {} of the first layer's signal reaches the last of {} layers",
            three_digits(left),
            weights.len()
        )
    };
    if linear.sqrt() < LEFT[0] && median < 0.25 && linear > 0.0 {
        return Some((&SIGNAL_VANISHES, told(linear.sqrt(), "at most")));
    }
    (relu.sqrt() > LEFT[1] && median > 8.0).then(|| {
        (
            &SIGNAL_EXPLODES,
            format!(
                "{} times the first layer's signal reaches the last of {} layers",
                three_digits(relu.sqrt()),
                weights.len()
            ),
        )
    })
}
