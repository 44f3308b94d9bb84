//! Travel: how far an optimizer moves weights over a whole run, by its own arithmetic on a copy.

use crate::Real;
use crate::nn::optimizer::Update;
use crate::stats::{rms, rms_of};

/// Weights of a layer whose way is followed; the rest is thought to move as these do.
const SAMPLE: usize = 256;
/// The fractional part of the golden ratio: its multiples fill a layer evenly without any pattern.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// The root mean square of the sum of all updates of a run in which each weight's gradient stays as it
/// is.
///
/// Weight decay takes part in the updates, for an adaptive optimizer divides by it too; what it alone
/// would do is taken off again: it moves weights, but tells them nothing. Both arrays have one length.
/// A sample of the weights is followed, its gradients scaled to the root mean square of all, which is
/// exact where updates are proportional to gradients.
///
/// ```
/// use initlab_engine::train::travel::travel;
/// use initlab_engine::nn::optimizer::{Optimizer, Update};
///
/// let update = Update { optimizer: Optimizer::Sgd, learning_rate: 0.5, momentum: 0.0, weight_decay: 0.0 };
/// assert_eq!(travel(&update, &[1.0, -1.0], &[0.2, 0.3], 4), 2.0); // 4 steps of 0.5
/// ```
pub fn travel(update: &Update, gradients: &[Real], weights: &[Real], iterations: usize) -> f64 {
    let places = sample(gradients.len());
    let chosen: Vec<f64> = places.iter().map(|place| f64::from(gradients[*place])).collect();
    let (rms_of_chosen, rms_of_all) = (rms(&chosen), rms_of(gradients));
    let scale = if rms_of_chosen == 0.0 { 1.0 } else { rms_of_all / rms_of_chosen };
    let decay: Vec<Real> = places.iter().map(|place| update.weight_decay * weights[*place]).collect();
    let both = chosen.iter().zip(&decay).map(|(gradient, decay)| (scale * gradient) as Real + decay);
    let moved = displacement(update, &both.collect::<Vec<_>>(), iterations);
    let decayed = displacement(update, &decay, iterations);
    rms(&moved.iter().zip(&decayed).map(|(moved, decayed)| f64::from(moved - decayed)).collect::<Vec<_>>())
}

/// Places spread evenly over `count`, all of them where there are few.
fn sample(count: usize) -> Vec<usize> {
    if count <= SAMPLE {
        return (0..count).collect();
    }
    (0..SAMPLE).map(|i| ((i as f64 * GOLDEN).fract() * count as f64) as usize).collect()
}

/// The sum of all updates under constant gradients, each element by itself, starting from 0.
pub fn displacement(update: &Update, gradients: &[Real], iterations: usize) -> Vec<Real> {
    let mut values = vec![0.0; gradients.len()];
    if gradients.iter().all(|gradient| *gradient == 0.0) {
        return values;
    }
    let memory = |slot: usize| vec![0.0; if slot < update.optimizer.slots() { gradients.len() } else { 0 }];
    let (mut first, mut second) = (memory(0), memory(1));
    for step in 1..=iterations {
        update.apply(&mut values, gradients, &mut first, &mut second, step as u32);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::optimizer::Optimizer;

    fn update(optimizer: Optimizer, weight_decay: Real) -> Update {
        Update { optimizer, learning_rate: 0.01, momentum: 0.9, weight_decay }
    }

    /// Sums of 100 updates of 0.01 each under g = ±0.5, from the rules: Σ ηg; Σ ηg(1 − 0.9ᵗ)/(1 − 0.9);
    /// Σ ηg/(g√t); Σ η/√(1 − 0.99ᵗ); and η per step for Adam, whose moments are unbiased.
    #[test]
    fn travel_is_the_sum_of_each_rules_updates() {
        let geometric = |t: i32| (1.0 - 0.9f64.powi(t)) / 0.1;
        let sum = |term: &dyn Fn(i32) -> f64| (1..=100).map(term).sum::<f64>();
        let table = [
            (Optimizer::Sgd, 0.5),
            (Optimizer::Momentum, 0.005 * sum(&geometric)),
            (Optimizer::Nesterov, 0.005 * (0.81 * sum(&|t| geometric(t - 1)) + 190.0)),
            (Optimizer::AdaGrad, 0.01 * sum(&|t| f64::from(t).sqrt().recip())),
            (Optimizer::RmsProp, 0.01 * sum(&|t| (1.0 - 0.99f64.powi(t)).sqrt().recip())),
            (Optimizer::Adam, 1.0),
        ];
        assert_eq!(table.len(), Optimizer::NAMED.len());
        for (optimizer, expected) in table {
            let found = travel(&update(optimizer, 0.0), &[0.5, -0.5], &[3.0, 4.0], 100);
            assert!((found / expected - 1.0).abs() < 1e-4, "{optimizer}: {found}, expected {expected}");
        }
    }

    #[test]
    fn what_decay_does_alone_is_no_travel() {
        let without = travel(&update(Optimizer::Sgd, 0.0), &[0.5], &[3.0], 10);
        let with = travel(&update(Optimizer::Sgd, 0.1), &[0.5], &[3.0], 10);
        assert!((with / without - 1.0).abs() < 1e-5, "{with}, {without}");
        assert_eq!(travel(&update(Optimizer::Sgd, 0.1), &[0.0], &[3.0], 10), 0.0);
        // A decay that drowns the gradient leaves Adam nothing to rescale.
        assert!(travel(&update(Optimizer::Adam, 1.0), &[1e-6], &[3.0], 10) < 1e-4);
    }

    #[test]
    fn a_sample_of_many_weights_stands_for_all() {
        let gradients: Vec<Real> = (0..40_000_u32).map(|i| ((i * i) % 101) as Real / 101.0).collect();
        let all = rms(&gradients.iter().map(|g| f64::from(*g)).collect::<Vec<_>>());
        let found = travel(&update(Optimizer::Sgd, 0.0), &gradients, &gradients, 7);
        assert!((found / (0.07 * all) - 1.0).abs() < 1e-4, "{found}");
        assert_eq!(sample(256), (0..256).collect::<Vec<_>>());
        assert!(sample(78_400).iter().all(|place| *place < 78_400));
    }
}
