//! What a run on the rings starts from: points and weights, drawn as in the published exercise or
//! from streams of our own.

use crate::Real;
use crate::data::circles::Rings;
use crate::nn::init::{Biases, Distribution, Fans, Init};
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::network::{Architecture, Network};
use crate::rng::numpy::LegacyStream;
use crate::rng::{Purpose, stream};
use ndarray::Array2;
use serde::Serialize;

/// The seeds of the published exercise: its training points, its test points, its weights.
const PUBLISHED_TRAIN: u32 = 1;
const PUBLISHED_TEST: u32 = 2;
/// The published seed of the weights; further seeds count up from here.
pub const PUBLISHED_WEIGHTS: u32 = 3;

/// Where the random numbers of a run come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Streams {
    /// `NumPy`'s legacy streams, so that published digits come out again; points as published, this
    /// seed for the weights.
    Numpy(u32),
    /// Streams of our own: points and weights follow from this seed.
    Own(u64),
}

impl Streams {
    /// The seed of the weights.
    pub fn seed(self) -> u64 {
        match self {
            Self::Numpy(seed) => u64::from(seed),
            Self::Own(seed) => seed,
        }
    }

    /// The generator's name, as in `summary.csv`.
    pub fn generator(self) -> &'static str {
        match self {
            Self::Numpy(_) => "numpy",
            Self::Own(_) => "chacha8",
        }
    }

    /// `count` points to learn from.
    pub fn train(self, count: usize, noise: f64) -> Rings {
        match self {
            Self::Numpy(_) => Rings::new(count, noise, &mut LegacyStream::new(PUBLISHED_TRAIN)),
            Self::Own(seed) => Rings::new(count, noise, &mut stream(seed, Purpose::Inputs, 0)),
        }
    }

    /// `count` points to be measured on.
    pub fn test(self, count: usize, noise: f64) -> Rings {
        match self {
            Self::Numpy(_) => Rings::new(count, noise, &mut LegacyStream::new(PUBLISHED_TEST)),
            Self::Own(seed) => Rings::new(count, noise, &mut stream(seed, Purpose::Inputs, 1)),
        }
    }

    /// The network before training on these examples.
    ///
    /// # Panics
    /// If the streams cannot draw from the initializer ([`Self::can_draw`] tells beforehand).
    pub fn network(self, architecture: Architecture, init: &Init, examples: &Examples) -> Network {
        let every: Vec<u32> = (0..examples.labels.len() as u32).collect();
        match self {
            Self::Numpy(seed) => published_network(architecture, init, seed),
            Self::Own(seed) => Network::initialized(architecture, init, seed, &examples.inputs, &every),
        }
    }

    /// Whether these streams can draw from an initializer: the legacy one draws weights one by one and
    /// leaves biases at zero.
    pub fn can_draw(self, init: &Init) -> bool {
        let fans = Fans { fan_in: 2, fan_out: 2 };
        let simple = init.distribution(fans).is_some() && init.biases == Biases::Zero && !init.needs_data;
        simple || matches!(self, Self::Own(_))
    }
}

/// Weights of all layers from one legacy stream, layer by layer, each drawn unit by unit: the
/// published layout is `(fan_out, fan_in)`.
fn published_network(architecture: Architecture, init: &Init, seed: u32) -> Network {
    let mut network = Network::zeroed(architecture);
    let mut draws = LegacyStream::new(seed);
    for layer in 0..network.spans.len() {
        let fans = network.spans[layer].fans;
        let distribution = init.distribution(fans).expect("settings were checked");
        let weights =
            Array2::from_shape_simple_fn((fans.fan_out, fans.fan_in), || draw(distribution, &mut draws));
        network.weights_mut(layer).assign(&weights.t().mapv(|w| w as Real));
    }
    network
}

fn draw(distribution: Distribution, draws: &mut LegacyStream) -> f64 {
    match distribution {
        Distribution::Constant(value) => value,
        Distribution::Normal { std } => std * draws.standard_normal(),
        Distribution::Uniform { bound } => bound * (2.0 * draws.uniform() - 1.0),
        Distribution::Truncated { std } => {
            let kept = std::iter::repeat_with(|| draws.standard_normal()).find(|x| x.abs() <= 2.0);
            std / crate::nn::init::distribution::STD_OF_NORMAL_CUT_AT_2 * kept.expect("the stream has no end")
        }
    }
}

/// Points in the form in which networks take them, the rings in turn.
///
/// In this order equal and opposite gradients of the output's bias follow each other and cancel
/// exactly. In any other, their sum is off by a rounding error, and the cost of zeros would leave
/// ln 2 in its last digit after some thousand iterations.
pub fn examples(rings: &Rings) -> Examples {
    let of = |ring| (0..rings.labels.len()).filter(move |i| rings.labels[*i] == ring);
    let mut turns: Vec<(usize, usize)> = of(0).enumerate().chain(of(1).enumerate()).collect();
    turns.sort_by_key(|(turn, _)| *turn);
    let points: Vec<[Real; 2]> = turns.iter().map(|(_, i)| rings.points[*i].map(|x| x as Real)).collect();
    let labels = turns.iter().map(|(_, i)| rings.labels[*i]).collect();
    Examples { inputs: Inputs::Dense(Array2::from(points)), labels } // (points, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation;
    use crate::nn::loss::Loss;

    fn network(streams: Streams, init: &str) -> Network {
        let architecture = Architecture {
            inputs: 2,
            hidden: vec![10, 5],
            outputs: 1,
            activation: Activation::Relu,
            batch_norm: false,
            loss: Loss::BinaryCrossEntropy,
        };
        streams.network(architecture, &init.parse().unwrap(), &examples(&streams.train(10, 0.05)))
    }

    /// `numpy.random.seed(3); W1 = numpy.random.randn(10, 2)`: the second number is the weight from
    /// the second input to the first unit.
    #[test]
    fn published_weights_are_drawn_unit_by_unit() {
        let network = network(Streams::Numpy(3), "std=10");
        let first = network.weights(0);
        assert_eq!(first[(0, 0)], (10.0 * 1.788_628_473_430_318_6_f64) as Real);
        assert_eq!(first[(1, 0)], (10.0 * 0.436_509_850_511_989_43_f64) as Real);
        assert_eq!(first[(0, 1)], (10.0 * 0.096_497_468_072_008_62_f64) as Real);
    }

    #[test]
    fn examples_take_the_rings_in_turn_and_keep_every_point() {
        let rings = Streams::Numpy(3).train(11, 0.05);
        let examples = examples(&rings);
        assert_eq!(examples.labels, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1]);
        let mut row = [0.0; 2];
        for (i, label) in examples.labels.iter().enumerate() {
            examples.inputs.copy_row(i as u32, &mut row);
            let same = |p: &[f64; 2]| p.map(|x| x as Real) == row;
            let place = rings.points.iter().position(same).expect("every point is one of the rings'");
            assert_eq!(rings.labels[place], *label);
        }
    }

    #[test]
    fn every_law_can_be_drawn_from_the_legacy_stream() {
        for (init, bound) in [("zeros", 0.0), ("uniform=0.5", 0.5), ("truncated_normal=1", 2.0 / 0.879)] {
            let network = network(Streams::Numpy(3), init);
            let largest = network.parameters.iter().fold(0.0, |m: Real, w| m.max(w.abs()));
            assert!(largest <= bound as Real && largest >= 0.8 * bound as Real, "{init}: {largest}");
        }
    }

    #[test]
    fn what_the_legacy_stream_cannot_draw_our_own_can() {
        for (init, published) in
            [("He", true), ("orthogonal", false), ("lsuv", false), ("mean_field=2:0.1", false)]
        {
            let init: Init = init.parse().unwrap();
            assert_eq!(Streams::Numpy(3).can_draw(&init), published, "{init}");
            assert!(Streams::Own(3).can_draw(&init));
        }
        let network = network(Streams::Own(3), "lsuv");
        assert!(network.parameters.iter().all(|w| w.is_finite()));
    }

    #[test]
    fn our_own_streams_give_other_points_for_training_and_for_the_test() {
        let (train, test) = (Streams::Own(1).train(10, 0.05), Streams::Own(1).test(10, 0.05));
        assert_ne!(train, test);
        assert_ne!(train, Streams::Own(2).train(10, 0.05));
        assert_eq!(train, Streams::Own(1).train(10, 0.05));
    }
}
