//! Drawing a layer's weights and biases.
//!
//! Every draw is made in double precision and cast by the caller, so that both builds of the engine
//! start from the same numbers. Distributions of one shape use the same base noise: under one stream He's
//! weights are √2 times Xavier's, and their difference is the initializer's alone.

use super::distribution::STD_OF_NORMAL_CUT_AT_2;
use super::{Distribution, Fans, Init, Weights, orthogonal, structured};
use crate::rng::{Purpose, Stream, stream};
use ndarray::{Array1, Array2};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::{self, StandardNormal, Uniform};
use rand::Rng;

impl Init {
    /// The weights `(fan_in, fan_out)` of layer number `layer` (from 0) under `seed`; for LSUV the
    /// orthonormal ones that it starts from.
    ///
    /// # Panics
    /// For `critical` before [`Init::for_activation`]: it has no weights yet.
    pub fn draw_weights(&self, fans: Fans, seed: u64, layer: usize) -> Array2<f64> {
        let mut stream = stream(seed, Purpose::Weights, layer as u64);
        match self.weights {
            Weights::Orthogonal { gain } => orthogonal::draw(fans, &mut stream) * gain,
            Weights::Sparse { sparsity } => structured::sparse(sparsity, fans, &mut stream),
            Weights::Identity { gain } => structured::identity(fans) * gain,
            Weights::ZeroHadamard => structured::zero_hadamard(fans),
            Weights::Critical => panic!("critical weights follow from the activation"),
            Weights::Fixed(_) | Weights::VarianceScaling { .. } => {
                let distribution = self.distribution(fans).expect("these have a distribution");
                distribution.draw((fans.fan_in, fans.fan_out), &mut stream)
            }
        }
    }

    /// The biases `(fan_out)` of layer number `layer` (from 0) under `seed`, from a stream of their own.
    ///
    /// # Panics
    /// If they are to be like weights that have no distribution; no initializer of the table asks for that.
    pub fn draw_biases(&self, fans: Fans, seed: u64, layer: usize) -> Array1<f64> {
        let mut stream = stream(seed, Purpose::Biases, layer as u64);
        self.bias_distribution(fans).draw((1, fans.fan_out), &mut stream).row(0).to_owned()
    }
}

impl Distribution {
    /// Independent draws of mean 0 (a constant is that constant), row by row, `shape` rows × columns. A
    /// constant takes nothing from the stream.
    pub fn draw(self, shape: (usize, usize), stream: &mut Stream) -> Array2<f64> {
        match self {
            Self::Constant(value) => Array2::from_elem(shape, value),
            Self::Normal { std } => Array2::random_using(shape, StandardNormal, stream) * std,
            Self::Truncated { std } => {
                Array2::random_using(shape, NormalCutAt2, stream) * (std / STD_OF_NORMAL_CUT_AT_2)
            }
            Self::Uniform { bound } => Array2::random_using(shape, unit_interval(), stream) * bound,
        }
    }
}

/// U(−1, 1).
fn unit_interval() -> Uniform<f64> {
    Uniform::new_inclusive(-1.0, 1.0).expect("−1 is below 1")
}

/// A standard normal of which only values in [−2, 2] are kept, by rejection.
struct NormalCutAt2;

impl rand_distr::Distribution<f64> for NormalCutAt2 {
    fn sample<R: Rng + ?Sized>(&self, random: &mut R) -> f64 {
        loop {
            let x: f64 = StandardNormal.sample(random);
            if x.abs() <= 2.0 {
                return x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::InitKind;
    use super::super::table::NAMED;
    use super::*;
    use crate::nn::activation::Activation;

    /// All three fans differ in this shape.
    const FANS: Fans = Fans { fan_in: 784, fan_out: 100 };

    /// One initializer of every row of the table, the critical one for tanh.
    fn examples() -> impl Iterator<Item = Init> {
        let example = |kind: &InitKind| match kind {
            InitKind::Exactly(init) => *init,
            InitKind::Parametrized { parse, example, .. } => parse(example).unwrap(),
        };
        NAMED.iter().map(move |row| example(&row.kind).for_activation(Activation::Tanh).unwrap())
    }

    fn check_against_distribution(values: &Array1<f64>, distribution: Distribution, what: &str) {
        let Some(kurtosis) = distribution.kurtosis() else {
            return assert!(values.iter().all(|x| Distribution::Constant(*x) == distribution), "{what}");
        };
        let (n, std, mean) = (values.len() as f64, distribution.std(), values.mean().unwrap());
        let second = values.mapv(|x| x * x).mean().unwrap();
        let fourth = values.mapv(|x| x.powi(4)).mean().unwrap();
        let ratio = (second - mean * mean) / (std * std);
        assert!((ratio - 1.0).abs() < 6.0 * ((kurtosis - 1.0) / n).sqrt(), "variance of {what}");
        assert!(mean.abs() < 6.0 * std / n.sqrt(), "mean of {what}");
        let found = fourth / (second * second);
        assert!((found - kurtosis).abs() < 6.0 * (24.0 / n).sqrt(), "kurtosis of {what}: {found}");
        let largest = values.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        assert!(distribution.bound().is_none_or(|bound| largest <= bound * (1.0 + 1e-12)), "bound of {what}");
    }

    /// Every row of the table is held against its distribution: here those with independent draws, in
    /// [`orthogonal`], [`structured`] and [`crate::nn::lsuv`] the others.
    #[test]
    fn independent_draws_follow_their_law() {
        let mut without_law = Vec::new();
        for init in examples() {
            let weights = init.draw_weights(FANS, 11, 0).flatten().to_owned();
            match init.distribution(FANS) {
                Some(distribution) => check_against_distribution(&weights, distribution, &init.to_string()),
                None => without_law.push(init.to_string()),
            }
        }
        assert_eq!(without_law, ["orthogonal=1.5", "lsuv", "identity=0.5", "zero_hadamard", "sparse=0.9"]);
    }

    #[test]
    fn biases_follow_their_law_and_have_draws_of_their_own() {
        let many = Fans { fan_in: 50, fan_out: 20_000 };
        for init in examples() {
            check_against_distribution(
                &init.draw_biases(many, 3, 0),
                init.bias_distribution(many),
                &format!("biases of {init}"),
            );
        }
        let pytorch: Init = "pytorch_default".parse().unwrap();
        let (weights, biases) = (pytorch.draw_weights(FANS, 3, 0), pytorch.draw_biases(FANS, 3, 0));
        assert_ne!(weights.row(0), biases);
        assert!((pytorch.bias_distribution(FANS).bound().unwrap() - 1.0 / 28.0).abs() < 1e-15);
    }

    #[test]
    fn targets_are_what_is_drawn() {
        for init in examples().filter(|init| !init.needs_data) {
            let weights = init.draw_weights(FANS, 5, 0);
            let rms = weights.mapv(|w| w * w).mean().unwrap().sqrt();
            let Some(target) = init.target_std(FANS).filter(|std| *std > 0.0) else { continue };
            assert!((rms / target - 1.0).abs() < 0.05, "{init}: {rms}, expected {target}");
        }
    }

    #[test]
    fn he_is_root_two_times_xavier_draw_by_draw() {
        let (he, xavier): (Init, Init) = ("He".parse().unwrap(), "Xavier".parse().unwrap());
        let (he, xavier) = (he.draw_weights(FANS, 5, 2), xavier.draw_weights(FANS, 5, 2));
        let ratio = (he / xavier - 2f64.sqrt()).mapv(f64::abs);
        assert!(ratio.iter().all(|r| *r < 1e-12));
    }

    #[test]
    fn layers_and_seeds_do_not_share_values() {
        let init: Init = "He".parse().unwrap();
        let first = init.draw_weights(FANS, 5, 0);
        assert_ne!(first, init.draw_weights(FANS, 5, 1));
        assert_ne!(first, init.draw_weights(FANS, 6, 0));
        assert_eq!(first, init.draw_weights(FANS, 5, 0));
    }
}
