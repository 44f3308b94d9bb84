//! The random numbers of `NumPy`'s legacy interface (`numpy.random.seed`, `rand`, `randn`, `shuffle`).
//!
//! For reproducing results that were published with it; everything else draws from
//! [`stream`](super::stream). `NumPy` has frozen this interface, so its numbers do not change. Not
//! here: its newer generators, and the distributions that nothing published needs.

use rand_mt::Mt;

/// One legacy stream, as after `numpy.random.seed(seed)`.
///
/// ```
/// use initlab_engine::rng::numpy::LegacyStream;
///
/// let mut stream = LegacyStream::new(3);
/// assert_eq!(stream.standard_normal(), 1.788_628_473_430_318_6);
/// ```
#[derive(Clone, Debug)]
pub struct LegacyStream {
    words: Mt,
    /// The second number of the last pair of normal ones; it outlives all other draws.
    spare_normal: Option<f64>,
}

impl LegacyStream {
    /// The stream of a seed: MT19937, its state filled by Knuth's recurrence. Of the same seed come the same
    /// numbers as after `numpy.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        Self { words: Mt::new(seed), spare_normal: None }
    }

    /// A number from [0, 1) with 53 random bits, as `random_sample`.
    pub fn uniform(&mut self) -> f64 {
        let high = f64::from(self.words.next_u32() >> 5);
        let low = f64::from(self.words.next_u32() >> 6);
        (high * f64::from(1 << 26) + low) / (1_u64 << 53) as f64
    }

    /// A number from N(0, 1), as `randn`: Marsaglia's polar method, the pair's second number first.
    pub fn standard_normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        let (x, y, squared) = self.point_in_disc();
        let factor = (-2.0 * squared.ln() / squared).sqrt();
        self.spare_normal = Some(factor * x);
        factor * y
    }

    /// A point of the unit disc apart from its centre, with its squared distance from there.
    fn point_in_disc(&mut self) -> (f64, f64, f64) {
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let squared = x * x + y * y;
            if squared < 1.0 && squared != 0.0 {
                return (x, y, squared);
            }
        }
    }

    /// Puts the items into random order, as `shuffle` does with a list: every order equally likely.
    ///
    /// ```
    /// use initlab_engine::rng::numpy::LegacyStream;
    ///
    /// let mut items = [1, 2, 3, 4];
    /// LegacyStream::new(1).shuffle(&mut items);
    /// let mut again = [1, 2, 3, 4];
    /// LegacyStream::new(1).shuffle(&mut again);
    /// assert_eq!(items, again);
    /// ```
    ///
    /// # Panics
    /// If there are more than 2³² items.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let limit = u32::try_from(last).expect("the legacy stream shuffles up to 2³² items");
            items.swap(last, self.up_to(limit) as usize);
        }
    }

    /// A whole number from 0 to `limit`, both included: words are cut to the bits of `limit`, and
    /// those that are still above it are passed over. `limit` is at least 1.
    fn up_to(&mut self, limit: u32) -> u32 {
        let mask = u32::MAX >> limit.leading_zeros();
        loop {
            let word = self.words.next_u32() & mask;
            if word <= limit {
                return word;
            }
        }
    }
}

/// Expected values were printed by `NumPy` 2.4.6; the program stands above each of them.
#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.random.seed(1); numpy.random.random_sample(3)`
    #[test]
    fn uniform_numbers_are_numpys() {
        let mut stream = LegacyStream::new(1);
        let drawn: Vec<f64> = (0..3).map(|_| stream.uniform()).collect();
        assert_eq!(drawn, [0.417_022_004_702_574, 0.720_324_493_442_158_1, 0.000_114_374_817_344_886_64]);
    }

    /// `numpy.random.seed(3); numpy.random.randn(5)`
    #[test]
    fn normal_numbers_are_numpys() {
        let mut stream = LegacyStream::new(3);
        let expected = [
            1.788_628_473_430_318_6,
            0.436_509_850_511_989_43,
            0.096_497_468_072_008_62,
            -1.863_492_703_364_490_8,
            -0.277_388_202_514_399_05,
        ];
        let drawn: Vec<f64> = (0..5).map(|_| stream.standard_normal()).collect();
        assert_eq!(drawn, expected);
    }

    /// `a = numpy.arange(10); numpy.random.seed(1); numpy.random.shuffle(a)`
    #[test]
    fn shuffles_are_numpys() {
        let mut items: Vec<u8> = (0..10).collect();
        LegacyStream::new(1).shuffle(&mut items);
        assert_eq!(items, [2, 9, 6, 4, 0, 3, 1, 7, 8, 5]);
    }

    /// `numpy.random.seed(3); randn(1); shuffle(numpy.arange(6)); randn(2)`
    #[test]
    fn the_second_normal_number_of_a_pair_outlives_a_shuffle() {
        let mut stream = LegacyStream::new(3);
        stream.standard_normal();
        let mut items: Vec<u8> = (0..6).collect();
        stream.shuffle(&mut items);
        assert_eq!(items, [3, 2, 1, 4, 5, 0]);
        assert_eq!(stream.standard_normal(), 0.436_509_850_511_989_43);
        assert_eq!(stream.standard_normal(), -0.341_980_337_698_788_6);
    }

    #[test]
    fn a_list_without_a_second_item_needs_no_draw() {
        let mut stream = LegacyStream::new(1);
        stream.shuffle::<u8>(&mut []);
        stream.shuffle(&mut [7]);
        assert_eq!(stream.uniform(), LegacyStream::new(1).uniform());
    }
}
