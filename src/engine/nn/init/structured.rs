//! Weights whose places matter: partial identities, Hadamard matrices, sparse connections.

use super::{Distribution, Fans};
use crate::rng::Stream;
use ndarray::Array2;
use rand::Rng;

/// Standard deviation of the weights that a sparse layer keeps: the default of PyTorch.
pub const STD_OF_SPARSE: f64 = 0.01;

/// The number of inputs of each unit with weight zero in a sparse layer: the share of all, rounded up.
///
/// ```
/// assert_eq!(initlab_engine::nn::init::structured::zeros_per_unit(0.9, 784), 706);
/// ```
pub fn zeros_per_unit(sparsity: f64, fan_in: usize) -> usize {
    (sparsity * fan_in as f64).ceil() as usize
}

/// Ones on the diagonal of `(fan_in, fan_out)`: as many inputs as there are units pass through.
pub(super) fn identity(fans: Fans) -> Array2<f64> {
    Array2::from_shape_fn((fans.fan_in, fans.fan_out), |(i, j)| f64::from(u8::from(i == j)))
}

/// ZerO (Zhao et al. 2021, algorithm 1): a partial identity, except where a layer widens: there the
/// upper left part of the Hadamard matrix of the next power of two, divided by that number's root.
///
/// Element (i, j) of Sylvester's Hadamard matrix is −1 to the number of ones that the binary digits
/// of i and j have in common.
pub(super) fn zero_hadamard(fans: Fans) -> Array2<f64> {
    if fans.fan_out <= fans.fan_in {
        return identity(fans);
    }
    let scale = (fans.fan_out.next_power_of_two() as f64).sqrt().recip();
    let sign = |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
    Array2::from_shape_fn((fans.fan_in, fans.fan_out), |(i, j)| scale * sign(i, j))
}

/// Martens 2010: normal weights, of which each unit loses a share at places of its own.
///
/// PyTorch's `sparse_` fixes the number of zeros per column of its `(out, in)` tensor, which is per
/// input; here it is per unit, as in the paper.
pub(super) fn sparse(sparsity: f64, fans: Fans, stream: &mut Stream) -> Array2<f64> {
    let distribution = Distribution::Normal { std: STD_OF_SPARSE };
    let mut weights = distribution.draw((fans.fan_in, fans.fan_out), stream);
    let mut inputs: Vec<usize> = (0..fans.fan_in).collect();
    for mut unit in weights.columns_mut() {
        for place in 0..zeros_per_unit(sparsity, fans.fan_in) {
            inputs.swap(place, stream.random_range(place..fans.fan_in)); // Fisher and Yates, begun
            unit[inputs[place]] = 0.0;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::Init;
    use ndarray::{Array2, array};

    fn draw(text: &str, fan_in: usize, fan_out: usize, seed: u64) -> Array2<f64> {
        text.parse::<Init>().unwrap().draw_weights(super::Fans { fan_in, fan_out }, seed, 0)
    }

    #[test]
    fn identities_are_rectangular() {
        assert_eq!(draw("identity=0.5", 3, 2, 1), array![[0.5, 0.0], [0.0, 0.5], [0.0, 0.0]]);
        assert_eq!(draw("identity", 1, 2, 1), array![[1.0, 0.0]]);
    }

    /// The digits of SciPy: `hadamard(4)[:3, :3] / 2`, transposed, which changes nothing.
    #[test]
    fn zero_is_identity_where_a_layer_narrows_and_hadamard_where_it_widens() {
        assert_eq!(draw("zero_hadamard", 3, 2, 1), draw("identity", 3, 2, 1));
        let half = array![[0.5, 0.5, 0.5], [0.5, -0.5, 0.5]];
        assert_eq!(draw("zero_hadamard", 2, 3, 1), half);
        let square = draw("zero_hadamard", 15, 16, 1);
        assert_eq!(square.dot(&square.t()), Array2::<f64>::eye(15));
        assert_eq!(draw("zero_hadamard", 20, 50, 1), draw("zero_hadamard", 20, 50, 2));
    }

    #[test]
    fn each_unit_of_a_sparse_layer_has_its_number_of_zeros() {
        for (sparsity, fan_in, expected) in [("0.9", 784, 706), ("0.5", 7, 4), ("0", 10, 0)] {
            let weights = draw(&format!("sparse={sparsity}"), fan_in, 40, 3);
            let zeros = |unit: ndarray::ArrayView1<f64>| unit.iter().filter(|w| **w == 0.0).count();
            assert!(weights.columns().into_iter().all(|unit| zeros(unit) == expected), "{sparsity}");
        }
        let weights = draw("sparse=0.5", 200, 300, 3);
        let kept: Vec<f64> = weights.iter().copied().filter(|w| *w != 0.0).collect();
        let variance = kept.iter().map(|w| w * w).sum::<f64>() / kept.len() as f64;
        // 30 000 normal numbers: the variance is known to 0.8 %.
        assert!((variance / 1e-4 - 1.0).abs() < 0.05, "{variance}");
        let per_input = weights.rows().into_iter().map(|row| row.iter().filter(|w| **w == 0.0).count());
        // Binomial(300, 1/2): mean 150, standard deviation 8.7.
        assert!(
            per_input.clone().all(|zeros| (98..=202).contains(&zeros)),
            "{:?}",
            per_input.collect::<Vec<_>>()
        );
    }
}
