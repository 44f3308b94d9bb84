//! Optimizers, with the conventions of the book ("Deep Learning from Scratch", 6.1).
//!
//! An optimizer is data; its memory belongs to the run, never to the optimizer, so two
//! networks cannot share it by accident. One update is one loop over any stretch of parameters.

use super::names::named_family;
use super::simd::on_widest;
use crate::Real;
use pulp::{Simd, WithSimd};

/// The rule by which a gradient `g` moves a parameter `p`; `η` is the learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimizer {
    /// `p −= η g`.
    Sgd,
    /// `v ← m v − η g`, `p += v` (Polyak 1964).
    Momentum,
    /// `p += m² v − (1 + m) η g`, then `v ← m v − η g` (Bengio et al. 2012, eq. 7).
    Nesterov,
    /// `h += g²`, `p −= η g / (√h + 1e-7)` (Duchi et al. 2011).
    AdaGrad,
    /// `h ← 0.99 h + 0.01 g²`, `p −= η g / (√h + 1e-7)` (Tieleman & Hinton 2012).
    RmsProp,
    /// First and second moments with bias correction, β 0.9 and 0.999 (Kingma & Ba 2014).
    Adam,
}

/// ε, which keeps a quotient finite where a squared gradient is 0.
pub const EPSILON: Real = 1e-7;
/// The share of its past that RMSprop keeps.
pub const RMSPROP_DECAY: Real = 0.99;
/// The shares of their past that Adam's two moments keep.
pub const ADAM_BETA: (Real, Real) = (0.9, 0.999);

/// An optimizer with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// The rule.
    pub optimizer: Optimizer,
    /// η.
    pub learning_rate: Real,
    /// m, for the two rules that have one.
    pub momentum: Real,
    /// λ: `λ w` is added to the gradient of each weight (not of biases).
    pub weight_decay: Real,
}

impl Optimizer {
    /// Every optimizer with its name.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("sgd", Self::Sgd),
        ("momentum", Self::Momentum),
        ("nesterov", Self::Nesterov),
        ("adagrad", Self::AdaGrad),
        ("rmsprop", Self::RmsProp),
        ("adam", Self::Adam),
    ];

    /// True where updates are divided by the size of the gradients, so that gradients of any size move
    /// weights by about the learning rate.
    pub fn rescales_gradients(self) -> bool {
        matches!(self, Self::AdaGrad | Self::RmsProp | Self::Adam)
    }

    /// The learning rate that its authors suggest for those that divide by a running mean of squares, 0.001 (Kingma & Ba
    /// 2014, algorithm 1); that of the book, 0.01, for the others.
    pub fn usual_rate(self) -> f64 {
        if matches!(self, Self::RmsProp | Self::Adam) { 0.001 } else { 0.01 }
    }

    /// True for the rules that use the momentum m.
    pub fn has_momentum(self) -> bool {
        matches!(self, Self::Momentum | Self::Nesterov)
    }

    /// The number of numbers that it remembers per parameter, from 0 to 2.
    pub fn slots(self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum | Self::Nesterov | Self::AdaGrad | Self::RmsProp => 1,
            Self::Adam => 2,
        }
    }
}

impl Update {
    /// Moves `values` by `gradients`, both of one length; `step` counts updates from 1.
    ///
    /// `first` and `second` are the memory of the same parameters, empty where the rule has none. Weight
    /// decay is not applied here: the caller adds it to the gradients.
    ///
    /// ```
    /// use initlab_engine::nn::optimizer::{Optimizer, Update};
    ///
    /// let optimizer = Optimizer::Momentum;
    /// let rule = Update { optimizer, learning_rate: 0.5, momentum: 0.5, weight_decay: 0.0 };
    /// let (mut values, mut memory) = ([1.0], [0.0]);
    /// rule.apply(&mut values, &[1.0], &mut memory, &mut [], 1);
    /// rule.apply(&mut values, &[1.0], &mut memory, &mut [], 2);
    /// assert_eq!((values, memory), ([-0.25], [-0.75])); // v: -0.5, then -0.25 - 0.5
    /// ```
    pub fn apply(
        &self,
        values: &mut [Real],
        gradients: &[Real],
        first: &mut [Real],
        second: &mut [Real],
        step: u32,
    ) {
        on_widest(Application { update: self, values, gradients, first, second, step });
    }
}

/// An update of some parameters, with the memory of the same ones.
struct Application<'a> {
    update: &'a Update,
    values: &'a mut [Real],
    gradients: &'a [Real],
    first: &'a mut [Real],
    second: &'a mut [Real],
    step: u32,
}

impl WithSimd for Application<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { update, values, gradients, first, second, step } = self;
        let (rate, m) = (update.learning_rate, update.momentum);
        let steps = values.iter_mut().zip(gradients);
        match update.optimizer {
            Optimizer::Sgd => steps.for_each(|(p, g)| *p -= rate * g),
            Optimizer::Momentum => steps.zip(first).for_each(|((p, g), v)| {
                *v = m * *v - rate * g;
                *p += *v;
            }),
            Optimizer::Nesterov => steps.zip(first).for_each(|((p, g), v)| {
                *p += m * m * *v - (1.0 + m) * rate * g;
                *v = m * *v - rate * g;
            }),
            Optimizer::AdaGrad => steps.zip(first).for_each(|((p, g), h)| {
                *h += g * g;
                *p -= rate * g / (h.sqrt() + EPSILON);
            }),
            Optimizer::RmsProp => steps.zip(first).for_each(|((p, g), h)| {
                *h = RMSPROP_DECAY * *h + (1.0 - RMSPROP_DECAY) * g * g;
                *p -= rate * g / (h.sqrt() + EPSILON);
            }),
            Optimizer::Adam => {
                let rate = adam_rate(rate, step);
                steps.zip(first).zip(second).for_each(|(((p, g), m), v)| {
                    *m += (1.0 - ADAM_BETA.0) * (g - *m);
                    *v += (1.0 - ADAM_BETA.1) * (g * g - *v);
                    *p -= rate * *m / (v.sqrt() + EPSILON);
                });
            }
        }
    }
}

/// `η √(1 − β₂ᵗ) / (1 − β₁ᵗ)`, in double precision.
fn adam_rate(rate: Real, step: u32) -> Real {
    let left = |beta: Real| 1.0 - f64::from(beta).powi(step.cast_signed());
    (f64::from(rate) * left(ADAM_BETA.1).sqrt() / left(ADAM_BETA.0)) as Real
}

named_family!(Optimizer, "optimizer");

#[cfg(test)]
mod tests {
    use super::*;

    /// Three updates of p = 1 with g = 0.5, 0.25, −1 and η = 0.1, m = 0.9, worked out by this program:
    ///
    /// ```python
    /// from math import sqrt
    /// G, n, m = (0.5, 0.25, -1.0), 0.1, 0.9
    /// p, v = 1, 0
    /// for g in G: v = m*v - n*g; p += v
    /// print(p)                                     # momentum 0.917000000
    /// p, v = 1, 0
    /// for g in G: p += m*m*v - (1+m)*n*g; v = m*v - n*g
    /// print(p)                                     # nesterov 0.950300000
    /// p, h = 1, 0
    /// for g in G: h += g*g; p -= n*g/(sqrt(h)+1e-7)
    /// print(p)                                     # adagrad 0.942565817
    /// p, h = 1, 0
    /// for g in G: h = .99*h + .01*g*g; p -= n*g/(sqrt(h)+1e-7)
    /// print(p)                                     # rmsprop 0.425728453
    /// p, a, b = 1, 0, 0
    /// for t, g in enumerate(G, 1):
    ///     a = .9*a + .1*g; b = .999*b + .001*g*g
    ///     p -= n*sqrt(1-.999**t)/(1-.9**t)*a/(sqrt(b)+1e-7)
    /// print(p)                                     # adam 0.827418842
    /// ```
    #[test]
    fn three_updates_match_the_rules_on_paper() {
        let table = [
            ("sgd", 1.025),
            ("momentum", 0.917),
            ("nesterov", 0.950_3),
            ("adagrad", 0.942_565_817),
            ("rmsprop", 0.425_728_453),
            ("adam", 0.827_418_842),
        ];
        assert_eq!(table.len(), Optimizer::NAMED.len());
        for (name, expected) in table {
            let found = after(name.parse().unwrap(), 0.9, &[0.5, 0.25, -1.0]);
            assert!((found - expected).abs() < 2e-6, "{name}: {found}");
        }
    }

    /// p = 1 after updates with these gradients and η = 0.1.
    fn after(optimizer: Optimizer, momentum: Real, gradients: &[Real]) -> f64 {
        let update = Update { optimizer, learning_rate: 0.1, momentum, weight_decay: 0.0 };
        let (mut p, mut first, mut second) = ([1.0], [0.0], [0.0]);
        for (step, g) in gradients.iter().enumerate() {
            update.apply(&mut p, &[*g], &mut first, &mut second, step as u32 + 1);
        }
        p[0].into()
    }

    /// With g = 1e-7, as small as what keeps a division from being one by 0, and η = 0.1: by hand 0.1/2, 0.1/(1 + 0.1) and
    /// 0.1 · √0.001 / (√0.001 + 1).
    #[test]
    fn a_tiny_gradient_is_held_by_what_is_added_to_its_root() {
        for (name, expected) in [("adagrad", 0.05), ("rmsprop", 0.090_909_09), ("adam", 0.003_065_34)] {
            let moved = 1.0 - after(name.parse().unwrap(), 0.9, &[1e-7]);
            assert!((moved / expected - 1.0).abs() < 1e-4, "{name}: {moved}");
        }
    }

    #[test]
    fn what_a_rule_is_said_to_do_is_what_it_does() {
        for (name, optimizer) in Optimizer::NAMED {
            let three =
                |momentum, scale: Real| after(*optimizer, momentum, &[0.5, 0.25, -1.0].map(|g| scale * g));
            let depends = three(0.5, 1.0) != three(0.9, 1.0);
            assert_eq!(optimizer.has_momentum(), depends, "{name}");
            let moved = |scale| three(0.9, scale) - 1.0;
            assert_eq!(
                optimizer.rescales_gradients(),
                (moved(4.0) / moved(1.0) - 1.0).abs() < 1e-3,
                "{name}"
            );
        }
    }
}
