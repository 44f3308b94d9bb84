//! The descent of a loss that is above that of knowing nothing: a network that is wrong, and loud.
//!
//! Such a network has signals that are too large, or has just been thrown off by its first steps. Its
//! loss falls by ever smaller parts of itself, about as a power of the iterations: `L(t) ∝ t⁻ᵖ`. Two
//! stretches of the trial, whose means lie a factor of two apart in time, give the exponent.
//!
//! Not here: networks that know nothing, and have to grow a signal first ([`super::forecast`](mod@super::forecast)).

use super::measurements::Measurements;

/// A loss this many times the label entropy is no chance of a mini-batch (between 1.1 and 1.5 it makes no
/// difference on the networks of the first three grids).
pub(super) const ABOVE: f64 = 1.2;

/// A loss that falls, or rises, as a power of the iterations, by what a trial showed of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// The geometric mean of the losses in the second half of the trial, in nats.
    loss: f64,
    /// The iteration which that stands for: three quarters of the trial.
    at: f64,
    /// The exponent; negative where the loss rises.
    exponent: f64,
}

impl Descent {
    /// The descent that a trial shows; `None` where its loss is not above that of knowing nothing.
    pub fn of(measured: &Measurements) -> Option<Self> {
        let (before, loss) = measured.trial.course();
        let at = 0.75 * measured.trial.losses.len() as f64;
        let exponent = (before / loss).log2();
        (loss > ABOVE * measured.label_entropy).then_some(Self { loss, at, exponent })
    }

    /// The loss at an iteration after the trial, counted from the start of the run.
    pub fn loss(&self, iteration: usize) -> f64 {
        self.loss * (iteration as f64 / self.at).powf(-self.exponent)
    }

    /// The geometric mean of the losses in the second half of the trial.
    pub fn reached(&self) -> f64 {
        self.loss
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::tests::healthy;

    fn with_losses(loss: impl Fn(f64) -> f64) -> Measurements {
        let mut measured = healthy();
        measured.trial.losses = (1..=30).map(|step| loss(f64::from(step))).collect();
        measured
    }

    /// 900/t is 900/300 after 300 steps; means of stretches are not exactly a factor of two apart.
    #[test]
    fn a_power_of_the_iterations_is_carried_on() {
        for exponent in [0.4, 1.0, -0.5] {
            let descent = Descent::of(&with_losses(|t| 900.0 * t.powf(-exponent))).expect("a loss far above");
            let expected = 900.0 * 300.0_f64.powf(-exponent);
            let found = descent.loss(300);
            assert!((found / expected - 1.0).abs() < 0.1, "t^-{exponent}: {found}, expected {expected}");
        }
    }

    #[test]
    fn a_network_that_knows_nothing_has_no_descent() {
        assert_eq!(Descent::of(&with_losses(|_| 2.4)), None);
        assert!(Descent::of(&with_losses(|_| 3.0)).is_some());
    }
}
