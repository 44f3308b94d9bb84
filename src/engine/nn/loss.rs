//! Losses on logits, in forms that stay finite for every finite logit.
//!
//! Both losses take the last layer's pre-activations, not probabilities: `log(softmax(x))` and
//! `log(sigmoid(x))` taken in two steps overflow where one step is exact.

use super::activation::sigmoid;
use super::names::named_family;
use crate::Real;

/// The function of logits and label that training makes small, in nats; the mean over a batch is the loss of
/// the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// `−log softmax(x)[label]`, one logit per class.
    SoftmaxCrossEntropy,
    /// `−log sigmoid(±x)`, one logit, labels 0 and 1.
    BinaryCrossEntropy,
}

impl Loss {
    /// Every loss with its name in files.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("softmax_cross_entropy", Self::SoftmaxCrossEntropy),
        ("binary_cross_entropy", Self::BinaryCrossEntropy),
    ];

    /// The loss of one example, and its gradient times `inverse_batch_size` in `d_logits`.
    ///
    /// `inverse_batch_size` is 1 / batch size, so that the gradients of a batch add up to that of its mean loss.
    /// `logits` and `d_logits` are as long as there are outputs; `label` is a class below that, or 0 or 1 for
    /// one logit. The value itself is not divided.
    ///
    /// ```
    /// use initlab_engine::nn::loss::Loss;
    ///
    /// let mut d_logits = [0.0; 2];
    /// let loss = Loss::SoftmaxCrossEntropy.value_and_gradient(&[0.0, 0.0], 1, 0.5, &mut d_logits);
    /// assert!((f64::from(loss) - 2f64.ln()).abs() < 1e-6);
    /// assert_eq!(d_logits, [0.25, -0.25]);
    /// ```
    ///
    /// # Panics
    /// If the softmax has no logit for the label.
    pub fn value_and_gradient(
        self,
        logits: &[Real],
        label: u8,
        inverse_batch_size: Real,
        d_logits: &mut [Real],
    ) -> Real {
        match self {
            Self::SoftmaxCrossEntropy => softmax_cross_entropy(logits, label, inverse_batch_size, d_logits),
            Self::BinaryCrossEntropy => binary_cross_entropy(logits[0], label, inverse_batch_size, d_logits),
        }
    }

    /// The class that the logits name, or `None` where one of them is not a number: that of the largest
    /// logit, the first of equal ones; 1 for a single logit above 0, else 0.
    pub fn decide(self, logits: &[Real]) -> Option<u8> {
        if logits.iter().any(|x| x.is_nan()) {
            return None;
        }
        match self {
            Self::SoftmaxCrossEntropy => {
                let first_best =
                    (0..logits.len()).reduce(|best, i| if logits[i] > logits[best] { i } else { best });
                first_best.map(|class| class as u8)
            }
            Self::BinaryCrossEntropy => Some(u8::from(logits[0] > 0.0)),
        }
    }
}

named_family!(Loss, "loss");

/// Beside a logit as large as this the logarithm of the sum, at most that of the number of classes, loses digits.
const LARGE: Real = 1024.0;

/// `log Σ e^x − x[label]`, with the row's maximum taken out of the exponentials.
///
/// The gradient is `softmax(x) − onehot(label)`.
fn softmax_cross_entropy(
    logits: &[Real],
    label: u8,
    inverse_batch_size: Real,
    d_logits: &mut [Real],
) -> Real {
    let label = usize::from(label);
    let largest = logits.iter().copied().fold(Real::NEG_INFINITY, Real::max);
    let mut total = 0.0;
    for (d, &x) in d_logits.iter_mut().zip(logits) {
        *d = (x - largest).exp();
        total += *d;
    }
    let scale = inverse_batch_size / total;
    d_logits.iter_mut().for_each(|d| *d *= scale);
    d_logits[label] -= inverse_batch_size;
    if largest.abs() < LARGE {
        total.ln() + largest - logits[label]
    } else {
        total.ln() + (largest - logits[label])
    }
}

/// `max(x, 0) − x t + log(1 + e^−|x|)`; the gradient is `sigmoid(x) − t`.
fn binary_cross_entropy(x: Real, label: u8, inverse_batch_size: Real, d_logits: &mut [Real]) -> Real {
    let target = Real::from(label);
    d_logits[0] = inverse_batch_size * (sigmoid(x) - target);
    x.max(0.0) - x * target + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_of_ten_thousand_leave_the_losses_finite() {
        let mut d = [0.0; 3];
        for label in 0..3 {
            let loss = Loss::SoftmaxCrossEntropy.value_and_gradient(&[1e4, -1e4, 0.0], label, 1.0, &mut d);
            assert!(loss.is_finite() && d.iter().all(|d| d.is_finite()), "softmax, label {label}");
        }
        for (x, label, expected) in [(1e4, 0, 1e4), (1e4, 1, 0.0), (-1e4, 0, 0.0), (-1e4, 1, 1e4)] {
            assert_eq!(Loss::BinaryCrossEntropy.value_and_gradient(&[x], label, 1.0, &mut d), expected);
            assert!(d[0].is_finite());
        }
    }

    #[test]
    fn equal_logits_cost_the_logarithm_of_the_number_of_classes() {
        let mut d = [0.0; 10];
        let loss = Loss::SoftmaxCrossEntropy.value_and_gradient(&[7.0; 10], 3, 1.0, &mut d);
        assert!((f64::from(loss) - 10f64.ln()).abs() < 1e-6);
        let loss = Loss::SoftmaxCrossEntropy.value_and_gradient(&[1e9; 10], 3, 1.0, &mut d);
        assert!((f64::from(loss) - 10f64.ln()).abs() < 1e-6, "{loss}");
        assert!((d[0] - 0.1).abs() < 1e-6 && (d[3] + 0.9).abs() < 1e-6);
        let loss = Loss::BinaryCrossEntropy.value_and_gradient(&[0.0], 1, 1.0, &mut d);
        assert!((f64::from(loss) - 2f64.ln()).abs() < 1e-6);
        assert_eq!(d[0], -0.5);
    }

    #[test]
    fn a_nan_logit_makes_the_loss_nan_and_decides_nothing() {
        let mut d = [0.0; 2];
        assert!(Loss::SoftmaxCrossEntropy.value_and_gradient(&[Real::NAN, 0.0], 1, 1.0, &mut d).is_nan());
        assert!(Loss::BinaryCrossEntropy.value_and_gradient(&[Real::NAN], 1, 1.0, &mut d).is_nan());
        assert_eq!(Loss::SoftmaxCrossEntropy.decide(&[Real::NAN, 0.0]), None);
        assert_eq!(Loss::SoftmaxCrossEntropy.decide(&[1.0, 2.0, 2.0]), Some(1));
    }
}
