//! The twelve networks of the table that led to the diagnosis: each is told rightly, in one sentence.

use initlab::Real;
use initlab::data::batches::Batches;
use initlab::data::{DataRequest, DataSet};
use initlab::diagnosis::{Cause, diagnose, measure, reconcile};
use initlab::nn::init::Init;
use initlab::nn::inputs::Examples;
use initlab::nn::loss::Loss;
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::Update;
use initlab::stats::{Ending, Verdict};
use std::path::Path;

use Cause::{InputLost, SignalVanishes, StepsTooLarge};
use Verdict::{Diverged, Learned, Stalled};

/// Activation, hidden layers of 100 units, initializer.
type Shape = (&'static str, usize, &'static str);
/// Optimizer, learning rate, iterations.
type Training = (&'static str, f64, usize);

/// A network, what became of it when it was trained, and what is to be said of it.
struct Case {
    shape: Shape,
    training: Training,
    verdict: Verdict,
    final_loss: f64,
    cause: Option<Cause>,
    words: &'static str,
}

const fn stalled(shape: Shape, training: Training, cause: Cause, words: &'static str) -> Case {
    Case { shape, training, verdict: Stalled, final_loss: 2.302, cause: Some(cause), words }
}

const fn learned(shape: Shape, training: Training, final_loss: f64, words: &'static str) -> Case {
    Case { shape, training, verdict: Learned, final_loss, cause: None, words }
}

const SGD: Training = ("sgd", 0.01, 600);
const DEEP: Training = ("sgd", 0.05, 400);
const FREE: &str = "learned: nothing that was measured stood in its way";
const LAYER_4: &str = "the activations of layer 4 differ between inputs by only 0.00";

const CASES: [Case; 12] = [
    stalled(("relu", 4, "std=0.01"), SGD, SignalVanishes, "the signal shrinks from 0.09"),
    learned(("relu", 4, "Xavier"), SGD, 0.71, FREE),
    learned(("relu", 4, "He"), SGD, 0.39, FREE),
    Case {
        shape: ("relu", 4, "He"),
        training: ("sgd", 100.0, 600),
        verdict: Diverged,
        final_loss: f64::NAN,
        cause: Some(StepsTooLarge),
        words: "diverged at 3: the ", // the first updates raise the loss, in single precision out of all bounds
    },
    stalled(("sigmoid", 4, "std=0.01"), SGD, InputLost, "layer 4 differ between inputs by only"),
    stalled(("sigmoid", 4, "Xavier"), SGD, InputLost, LAYER_4),
    stalled(("sigmoid", 4, "He"), SGD, InputLost, LAYER_4),
    learned(("sigmoid", 4, "std=1"), SGD, 2.006, "learned"),
    learned(("sigmoid", 4, "He"), ("sgd", 1.0, 600), 0.611, "learned although the activations of layer 4"),
    learned(("tanh", 4, "std=0.01"), ("adam", 0.001, 400), 0.498, ": adam rescales every gradient"),
    stalled(("softplus", 10, "Xavier"), DEEP, InputLost, "layer 10 differ between inputs by only"),
    learned(("softplus", 10, "He"), DEEP, 0.925, "learned although the activations of layer 10"),
];

impl Case {
    fn network(&self, examples: &Examples, batch: &[u32]) -> Network {
        let (activation, depth, initializer) = self.shape;
        let init: Init = initializer.parse().unwrap();
        let architecture = Architecture {
            inputs: 784,
            hidden: vec![100; depth],
            outputs: 10,
            activation: activation.parse().unwrap(),
            loss: Loss::SoftmaxCrossEntropy,
            batch_norm: false,
        };
        Network::initialized(architecture, &init, 1, &examples.inputs, batch)
    }

    /// Whether a verdict can be predicted at all: a loss that has only begun to fall, as that of sigmoid with
    /// std=1 at 2.0, is on the way from stalled to learned, and what it is called depends on when one looks.
    fn ends_clearly(&self) -> bool {
        self.verdict != Learned || self.final_loss < 1.0
    }

    fn check(&self, examples: &Examples) {
        let (optimizer, rate, iterations) = self.training;
        let optimizer = optimizer.parse().unwrap();
        let update = Update { optimizer, learning_rate: rate as Real, momentum: 0.9, weight_decay: 0.0 };
        let batches = Batches::with_replacement(1, examples.labels.len(), 128);
        let network = self.network(examples, batches.clone().draw());
        let measured = measure(&network, examples, &batches, update, iterations);
        let diagnosis = diagnose(&measured);
        let diverged_at = (self.verdict == Diverged).then_some(3);
        let ending = Ending { verdict: self.verdict, diverged_at };
        let found = reconcile(&diagnosis, ending, self.final_loss);
        let name = format!("{:?}, {:?}", self.shape, self.training);
        println!("{name}, {:.2}: {}", diagnosis.confidence, found.sentence);
        if self.ends_clearly() {
            assert_eq!(diagnosis.predicted, self.verdict, "{name}: {diagnosis:?}");
        }
        assert_eq!(found.cause, self.cause, "{name}: {}", found.sentence);
        assert!(found.sentence.contains(self.words), "{name}: {}", found.sentence);
    }
}

#[test]
fn twelve_networks_are_told_rightly_in_one_sentence_each() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let request = DataRequest { named: Some(&folder), keep_copies: true, ..DataRequest::default() };
    let examples = DataSet::load(&request).expect("the shipped data").train;
    CASES.iter().for_each(|case| case.check(&examples));
}
