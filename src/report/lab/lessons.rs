//! The lessons of the lab: settings, text, question, what is computed for the answer. A lesson is a row.
//!
//! A question's answer is never written here: each choice stands for a range of one number, which the page measures in
//! the reader's own run. So a sentence cannot be right on paper and wrong on the screen.

use serde::Serialize;

/// The number that a lesson's answer goes by, as the page measures it at the end of the run.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasuredNumber {
    /// The place of the network whose smoothed loss was first below 1, from 0; their number where none was.
    First,
    /// The networks that have learned, by the rule of the command line.
    Learned,
    /// The place of the network with the lowest loss at the end; one that diverged has none.
    Lowest,
    /// Units of the first network's last hidden layer with incoming weights of their own.
    DistinctUnits,
    /// The share of the first network's last hidden activations at the ends of their range, in the first batch.
    Saturated,
    /// The standard deviation over the units of the first network's last hidden layer, for one example, in the first
    /// batch.
    UnitSpread,
    /// The place of the network whose signal changed least from the first to the last hidden layer, as a factor, in the
    /// first batch.
    KeepsSignal,
}

/// One answer to choose, and the range of the measured number in which it is right: from `low` to below `high`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Choice {
    /// The answer.
    pub text: &'static str,
    /// Least number.
    pub low: f64,
    /// Where the next answer begins.
    pub high: f64,
}

/// One network of a lesson: the settings as the page's address writes them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LessonNetwork {
    /// Initializer, as the command line takes it.
    pub init: &'static str,
    /// Activation.
    pub activation: &'static str,
    /// Hidden layers, of 100 units each.
    pub depth: usize,
    /// Learning rate.
    pub rate: f64,
    /// Optimizer.
    pub optimizer: &'static str,
    /// Whether hidden layers are normalized.
    pub norm: bool,
}

/// Units of every hidden layer of a lesson.
pub const WIDTH: usize = 100;
/// Examples of a batch.
pub const BATCH: usize = 64;

/// One lesson.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Lesson {
    /// Its heading.
    pub title: &'static str,
    /// The book's figure or section that it goes with.
    pub figure: &'static str,
    /// What is shown, in a short paragraph.
    pub text: &'static str,
    /// What the reader guesses before the run.
    pub question: &'static str,
    /// The answers to choose from.
    pub choices: &'static [Choice],
    /// The number that tells which is right.
    pub measured: MeasuredNumber,
    /// What the reader should take home, said after the answer.
    pub why: &'static str,
    /// A line for whoever stands in front of a class.
    pub speaker: &'static str,
    /// The networks, at most three.
    pub networks: &'static [LessonNetwork],
    /// Iterations of the run.
    pub iterations: usize,
}

const fn choice(text: &'static str, low: f64, high: f64) -> Choice {
    Choice { text, low, high }
}

/// A network trained by plain gradient descent.
const fn sgd(init: &'static str, activation: &'static str, depth: usize, rate: f64) -> LessonNetwork {
    LessonNetwork { init, activation, depth, rate, optimizer: "sgd", norm: false }
}

const fn normalized(network: LessonNetwork) -> LessonNetwork {
    LessonNetwork { norm: true, ..network }
}

const fn adam(network: LessonNetwork) -> LessonNetwork {
    LessonNetwork { optimizer: "adam", ..network }
}

/// The answers of "which learns first?" for the networks std=0.01, Xavier, He.
const WHICH: [Choice; 4] = [
    choice("std=0.01", 0.0, 1.0),
    choice("Xavier", 1.0, 2.0),
    choice("He", 2.0, 3.0),
    choice("none of them", 3.0, 4.0),
];

/// The lessons, in the order of the chapter.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        title: "Why not zeros?",
        figure: "Deep Learning from Scratch, section 6.2.1",
        text: "Both networks have one hidden layer of 100 sigmoid units. One starts from zeros, one from small random numbers. The strip below a histogram has a cell per unit: watch whether its cells differ.",
        question: "After 300 iterations, how many of the 100 hidden units of the network of zeros differ from each other?",
        choices: &[
            choice("none: all are one unit", 0.0, 2.0),
            choice("about half", 2.0, 90.0),
            choice("all of them", 90.0, 1e9),
        ],
        measured: MeasuredNumber::DistinctUnits,
        why: "Units that start alike receive equal gradients, so they stay alike for ever: a hundred units do the work of one. What one unit can do, it learns to do: compare the two losses. Random numbers break the symmetry.",
        speaker: "Let the class watch the first-layer images: a hundred copies of one picture on the left, a hundred different ones on the right.",
        networks: &[sgd("zeros", "sigmoid", 1, 0.5), sgd("std=0.01", "sigmoid", 1, 0.5)],
        iterations: 300,
    },
    Lesson {
        title: "Weights too large for sigmoid",
        figure: "Deep Learning from Scratch, figure 6-10",
        text: "Five layers of sigmoid units; the first network's weights have a standard deviation of 1. The histograms show the activations of each layer for one mini-batch of digits; the column \"at ends\" says how many lie within 0.02 of 0 or 1. Of numbers spread evenly it would be 4 %.",
        question: "How many activations of layer 5 lie at the ends in the network of std=1, before training?",
        choices: &[
            choice("less than 10 %", 0.0, 0.1),
            choice("about half", 0.1, 0.8),
            choice("nearly all", 0.8, 2.0),
        ],
        measured: MeasuredNumber::Saturated,
        why: "At the ends the sigmoid is flat: its derivative is nearly 0, and each layer passes little of a gradient on. The book says that gradients vanish here; at a width of 100 the weights, ten times Xavier's, make up for it, so the gradients do not shrink from layer to layer. Xavier's do, by about four in each. The bars of the gradient show it, and the verdicts of the two networks.",
        speaker: "Point at the column \"at ends\", then at the gradient bars: saturated and vanishing are two things.",
        networks: &[sgd("std=1", "sigmoid", 5, 0.1), sgd("Xavier", "sigmoid", 5, 0.1)],
        iterations: 200,
    },
    Lesson {
        title: "Weights too small for sigmoid",
        figure: "Deep Learning from Scratch, figure 6-11",
        text: "The same five layers with a standard deviation of 0.01. Now all activations lie near 0.5, where the sigmoid is steepest.",
        question: "For one and the same digit: how far apart are the 100 units of layer 5 in the network of std=0.01?",
        choices: &[
            choice("less than 0.03: they all say the same", 0.0, 0.03),
            choice("about 0.1", 0.03, 0.2),
            choice("0.2 or more", 0.2, 9.0),
        ],
        measured: MeasuredNumber::UnitSpread,
        why: "If all units say the same, a hundred of them can express no more than one. Their gradient shrinks as well, by about forty in each layer on the way back; Xavier's by about four. The verdicts say whether that is little enough for five layers of sigmoid.",
        speaker: "Slide std from 0.01 to 1 and let the class say stop.",
        networks: &[sgd("std=0.01", "sigmoid", 5, 0.5), sgd("Xavier", "sigmoid", 5, 0.5)],
        iterations: 200,
    },
    Lesson {
        title: "Xavier's weights and tanh",
        figure: "Deep Learning from Scratch, figure 6-13",
        text: "Xavier's standard deviation is 1/√n, n the number of inputs of a unit: then the sum of n products is as large as one input. The red marks say what theory expects of signal and gradient.",
        question: "Which of the three tanh networks comes first below a loss of 1?",
        choices: &[
            choice("std=0.01", 0.0, 1.0),
            choice("Xavier", 1.0, 2.0),
            choice("std=1", 2.0, 3.0),
            choice("none of them", 3.0, 4.0),
        ],
        measured: MeasuredNumber::First,
        why: "With std=0.01 the signal shrinks by a factor of ten in each layer, with std=1 tanh saturates; Xavier's lies between, whatever the width.",
        speaker: "Change the width to 20 and to 200: Xavier's histograms stay, those of std=0.01 and std=1 do not.",
        networks: &[
            sgd("std=0.01", "tanh", 5, 0.1),
            sgd("Xavier", "tanh", 5, 0.1),
            sgd("std=1", "tanh", 5, 0.1),
        ],
        iterations: 300,
    },
    Lesson {
        title: "ReLU needs twice the variance",
        figure: "Deep Learning from Scratch, figure 6-14",
        text: "ReLU sets half of its inputs to 0, so half of the signal's mean square is gone after each layer. Compare the bars of the signal over five layers.",
        question: "Which network keeps the size of its signal best from layer 1 to layer 5?",
        choices: &WHICH,
        measured: MeasuredNumber::KeepsSignal,
        why: "He's variance is 2/n: the 2 makes up for the half that ReLU cuts off. With Xavier's the signal shrinks by 1/√2 in each layer, with std=0.01 by a factor of 14.",
        speaker: "Ask for the factor per layer before you show the numbers: 1/√2 is 0.71, and 0.71⁴ is a quarter.",
        networks: &[
            sgd("std=0.01", "relu", 5, 0.02),
            sgd("Xavier", "relu", 5, 0.02),
            sgd("He", "relu", 5, 0.02),
        ],
        iterations: 200,
    },
    Lesson {
        title: "Which learns first?",
        figure: "Deep Learning from Scratch, figure 6-15",
        text: "The chapter's comparison, on 2,000 digits: four layers of 100 ReLU units, the same mini-batches for all three networks, only the first weights differ.",
        question: "Which network comes first below a loss of 1?",
        choices: &WHICH,
        measured: MeasuredNumber::First,
        why: "He starts at once, Xavier a little later; std=0.01 hardly moves, because its gradients are smaller by orders of magnitude: see the bars.",
        speaker: "Let it run, stop at iteration 100, and compare the gradient bars before you go on.",
        networks: &[
            sgd("std=0.01", "relu", 4, 0.05),
            sgd("Xavier", "relu", 4, 0.05),
            sgd("He", "relu", 4, 0.05),
        ],
        iterations: 400,
    },
    Lesson {
        title: "What depth does to a signal",
        figure: "He et al. 2015",
        text: "Ten layers instead of four. What a layer does to the size of a signal, ten layers do ten times over.",
        question: "Which network comes first below a loss of 1?",
        choices: &WHICH,
        measured: MeasuredNumber::First,
        why: "Xavier's factor of 0.71 per layer is 0.03 after ten of them, forward and once more backward. The deeper the network, the more exactly its first weights must fit.",
        speaker: "Set the depth from 10 to 5 and rewind: Xavier's delay shrinks.",
        networks: &[
            sgd("std=0.01", "relu", 10, 0.05),
            sgd("Xavier", "relu", 10, 0.05),
            sgd("He", "relu", 10, 0.05),
        ],
        iterations: 500,
    },
    Lesson {
        title: "A learning rate that is too large",
        figure: "Deep Learning from Scratch, section 6.1",
        text: "Three times the same first weights, He's, with three learning rates: 0.05, 0.5 and 5.",
        question: "How many of the three networks learn?",
        choices: &[choice("one", 0.0, 1.5), choice("two", 1.5, 2.5), choice("all three", 2.5, 9.0)],
        measured: MeasuredNumber::Learned,
        why: "Good first weights do not save a rate that is too large: the first steps throw the units so far off that ReLU gives 0 for every digit (dead), or the loss grows beyond all numbers (diverged).",
        speaker: "Look at \"dead\": a unit that is 0 for every digit has no gradient and never comes back.",
        networks: &[sgd("He", "relu", 4, 0.05), sgd("He", "relu", 4, 0.5), sgd("He", "relu", 4, 5.0)],
        iterations: 200,
    },
    Lesson {
        title: "Batch norm forgives",
        figure: "Deep Learning from Scratch, figures 6-18, 6-19",
        text: "The weights of std=0.01, which learned nothing, once as they are and once with batch norm, which brings every unit to mean 0 and variance 1 over the mini-batch. Beside them He without it.",
        question: "Which network comes first below a loss of 1?",
        choices: &[
            choice("std=0.01", 0.0, 1.0),
            choice("std=0.01 with batch norm", 1.0, 2.0),
            choice("He", 2.0, 3.0),
            choice("none of them", 3.0, 4.0),
        ],
        measured: MeasuredNumber::First,
        why: "Batch norm divides out the scale of the weights, so their first size hardly matters any more. It is a repair in every step of what a good start gives once.",
        speaker: "Slide std of the middle network from 0.0001 to 1: it hardly notices.",
        networks: &[
            sgd("std=0.01", "relu", 5, 0.05),
            normalized(sgd("std=0.01", "relu", 5, 0.05)),
            sgd("He", "relu", 5, 0.05),
        ],
        iterations: 300,
    },
    Lesson {
        title: "Does another optimizer help?",
        figure: "Deep Learning from Scratch, section 6.1.6",
        text: "Adam divides each gradient by its usual size, so that tiny gradients move weights too. std=0.01 with plain gradient descent and with Adam, and He with Adam.",
        question: "Which network has the lowest loss after 300 iterations?",
        choices: &[
            choice("std=0.01, SGD", 0.0, 1.0),
            choice("std=0.01, Adam", 1.0, 2.0),
            choice("He, Adam", 2.0, 3.0),
        ],
        measured: MeasuredNumber::Lowest,
        why: "Adam gets the small weights going, which plain gradient descent cannot. It starts late all the same: first the weights must grow to a size that carries a signal.",
        speaker: "Watch the signal bars of the middle network grow layer by layer before its loss falls.",
        networks: &[
            sgd("std=0.01", "relu", 4, 0.05),
            adam(sgd("std=0.01", "relu", 4, 0.001)),
            adam(sgd("He", "relu", 4, 0.001)),
        ],
        iterations: 300,
    },
];

impl LessonNetwork {
    /// The words after `initlab compare` that train this network on the command line.
    pub fn words(&self, iterations: usize) -> Vec<String> {
        let hidden = vec![WIDTH.to_string(); self.depth].join(",");
        let pairs = [
            ("--init", self.init.to_owned()),
            ("--activation", self.activation.to_owned()),
            ("--hidden", hidden),
            ("--learning-rate", self.rate.to_string()),
            ("--optimizer", self.optimizer.to_owned()),
            ("--batch-size", BATCH.to_string()),
            ("--iterations", iterations.to_string()),
        ];
        let norm = self.norm.then(|| "--batch-norm".to_owned());
        pairs.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).chain(norm).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation;
    use crate::nn::init::Init;
    use crate::nn::optimizer::Optimizer;

    #[test]
    fn every_lesson_names_what_there_is_and_leaves_no_answer_out() {
        for lesson in LESSONS {
            assert!((1..=3).contains(&lesson.networks.len()), "{}", lesson.title);
            for network in lesson.networks {
                network.init.parse::<Init>().unwrap();
                network.activation.parse::<Activation>().unwrap();
                network.optimizer.parse::<Optimizer>().unwrap();
            }
            assert!(lesson.choices.windows(2).all(|pair| pair[0].high == pair[1].low), "{}", lesson.title);
            assert_eq!(lesson.choices[0].low, 0.0);
        }
    }
}
