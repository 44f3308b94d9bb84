//! How values are spread, over edges that the caller fixes.
//!
//! Nothing is dropped in silence: what lies outside the edges is counted beside the bins.

/// Counts per bin and of everything that fell into none; together they are the number of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinCounts {
    /// The number of values in each bin, from the lowest edge up.
    pub counts: Vec<usize>,
    /// Finite values below the first edge.
    pub below: usize,
    /// Finite values above the last edge.
    pub above: usize,
    /// Values that are infinite or NaN.
    pub not_finite: usize,
}

impl BinCounts {
    /// All values that were counted, inside and outside the bins.
    pub fn total(&self) -> usize {
        self.counts.iter().sum::<usize>() + self.below + self.above + self.not_finite
    }
}

/// Counts values between edges: bin k holds edge\[k\] ≤ x < edge\[k+1\], the last one its right
/// edge too.
///
/// ```
/// let found = initlab_engine::stats::histogram(&[-1.0, 0.0, 0.5, 1.0, 7.0], &[0.0, 0.5, 1.0]);
/// assert_eq!((found.counts, found.below, found.above), (vec![1, 2], 1, 1));
/// ```
///
/// # Panics
/// If there are fewer than two edges or they do not rise.
pub fn histogram(values: &[f64], edges: &[f64]) -> BinCounts {
    assert!(edges.len() > 1 && edges.is_sorted_by(|a, b| a < b), "edges must rise: {edges:?}");
    let bins = edges.len() - 1;
    let mut result = BinCounts { counts: vec![0; bins], below: 0, above: 0, not_finite: 0 };
    for &value in values {
        *result.slot(value, edges) += 1;
    }
    result
}

impl BinCounts {
    /// The counter that `value` belongs to.
    fn slot(&mut self, value: f64, edges: &[f64]) -> &mut usize {
        let passed = edges.partition_point(|&edge| edge <= value);
        match passed {
            _ if !value.is_finite() => &mut self.not_finite,
            0 => &mut self.below,
            _ if passed < edges.len() => &mut self.counts[passed - 1],
            _ if value == edges[edges.len() - 1] => &mut self.counts[edges.len() - 2],
            _ => &mut self.above,
        }
    }
}

/// The edges of `bins` bins of one width, from `low` to exactly `high`: one more than there are bins.
///
/// ```
/// assert_eq!(initlab_engine::stats::even_edges(-1.0, 1.0, 4), [-1.0, -0.5, 0.0, 0.5, 1.0]);
/// ```
pub fn even_edges(low: f64, high: f64, bins: usize) -> Vec<f64> {
    let share = |index: usize| index as f64 / bins as f64;
    // This form of interpolation hits both ends exactly.
    (0..=bins).map(|index| low * (1.0 - share(index)) + high * share(index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn edges_belong_to_the_bin_above_but_the_last() {
        let found = histogram(&[0.0, 1.0, 2.0, 2.0], &[0.0, 1.0, 2.0]);
        assert_eq!(found.counts, [1, 3]);
        assert_eq!((found.below, found.above), (0, 0));
    }

    #[test]
    fn what_is_not_finite_has_its_own_count() {
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.5, -9.0, 9.0, 10.0];
        let found = histogram(&values, &[0.0, 1.0]);
        let expected = BinCounts { counts: vec![1], below: 1, above: 2, not_finite: 3 };
        assert_eq!(found, expected);
    }

    #[test]
    #[should_panic(expected = "edges must rise")]
    fn edges_that_do_not_rise_are_refused() {
        histogram(&[], &[0.0, 0.0]);
    }

    #[test]
    fn even_edges_hit_both_ends() {
        assert_eq!(even_edges(-1.0, 1.0, 4), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        let edges = even_edges(0.1, 0.7, 30);
        assert_eq!((edges[0], edges[30], edges.len()), (0.1, 0.7, 31));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_counted_twice(values in prop::collection::vec(any::<f64>(), 0..200)) {
            let edges = even_edges(-1.0, 1.0, 7);
            let found = histogram(&values, &edges);
            prop_assert_eq!(found.total(), values.len());
            let below = values.iter().filter(|value| value.is_finite() && **value < -1.0).count();
            prop_assert_eq!(found.below, below);
        }

        #[test]
        fn each_value_lies_in_its_bin(value in -1.0..1.0) {
            let edges = even_edges(-1.0, 1.0, 7);
            let bin = histogram(&[value], &edges).counts.iter().position(|&count| count == 1);
            let bin = bin.expect("a value inside is in a bin");
            prop_assert!(edges[bin] <= value && value < edges[bin + 1]);
        }
    }
}
