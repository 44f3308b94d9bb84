//! The grids on which the diagnosis was worked out and tested: predicted and actual verdict, cell by cell.
//!
//!     cargo run --release --example diagnosis_grid -- first  > first.csv
//!     cargo run --release --example diagnosis_grid -- second > second.csv
//!     cargo run --release --example diagnosis_grid -- cost
//!
//! Thresholds were chosen on the first grid alone; the second has other widths, depths, scales, rates,
//! activations, seeds, batches and lengths. Each cell trains one network on MNIST. The rows go to standard
//! output, the confusion table and every miss to standard error. `cost` times the diagnosis beside the training of the default comparison. See
//! docs/DIAGNOSIS.md.

use initlab::Real;
use initlab::data::batches::Batches;
use initlab::data::{DataRequest, DataSet};
use initlab::diagnosis::{Measurements, diagnose, forecast, measure, reconcile};
use initlab::nn::init::Init;
use initlab::nn::inputs::Examples;
use initlab::nn::loss::Loss;
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::Update;
use initlab::stats::{Ending, FINAL_ITERATIONS, STALL_MARGIN, Verdict, mean_of_last, verdict};
use initlab::train::step::Trainer;
use initlab::train::{LossAt, train};
use rayon::prelude::*;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

/// The lists whose product a grid is a part of.
struct Grid {
    activations: &'static [&'static str],
    /// Units per hidden layer, and how many of these there are.
    hidden: &'static [(usize, usize)],
    initializers: &'static [&'static str],
    optimizers: &'static [(&'static str, f64)],
    seeds: [u64; 3],
    /// Iterations and examples per batch.
    lengths: &'static [(usize, usize)],
    /// How many in a thousand cells of the product are trained.
    kept: u64,
}

const FIRST: Grid = Grid {
    activations: &["relu", "tanh", "sigmoid", "softplus", "elu", "silu"],
    hidden: &[(60, 3), (50, 7), (30, 5)],
    initializers: &[
        "std=0.003",
        "std=0.02",
        "std=0.3",
        "Xavier",
        "He",
        "variance_scaling=0.33:fan_in:normal",
    ],
    optimizers: &[
        ("sgd", 0.005),
        ("sgd", 0.05),
        ("sgd", 0.5),
        ("sgd", 5.0),
        ("momentum", 0.002),
        ("momentum", 0.02),
        ("nesterov", 0.005),
        ("nesterov", 0.1),
        ("adagrad", 0.003),
        ("adagrad", 0.1),
        ("rmsprop", 0.0003),
        ("rmsprop", 0.01),
        ("adam", 0.0003),
        ("adam", 0.003),
    ],
    seeds: [1, 2, 3],
    lengths: &[(300, 100)],
    kept: 290,
};

const SECOND: Grid = Grid {
    activations: &["relu", "tanh", "sigmoid", "softplus", "leaky_relu", "selu", "gelu", "softsign"],
    hidden: &[(80, 2), (40, 6), (120, 4)],
    initializers: &[
        "std=0.008",
        "std=0.05",
        "std=0.6",
        "glorot_uniform",
        "he_uniform",
        "orthogonal",
        "pytorch_default",
    ],
    optimizers: &[
        ("sgd", 0.01),
        ("sgd", 0.1),
        ("sgd", 1.0),
        ("sgd", 10.0),
        ("momentum", 0.005),
        ("momentum", 0.2),
        ("nesterov", 0.01),
        ("nesterov", 0.05),
        ("adagrad", 0.01),
        ("adagrad", 0.05),
        ("rmsprop", 0.0005),
        ("rmsprop", 0.003),
        ("adam", 0.0005),
        ("adam", 0.02),
    ],
    seeds: [11, 12, 13],
    lengths: &[(250, 64), (400, 128)],
    kept: 150,
};

/// One network to be trained.
struct Cell {
    activation: &'static str,
    width: usize,
    depth: usize,
    initializer: &'static str,
    optimizer: &'static str,
    rate: f64,
    seed: u64,
    iterations: usize,
    batch_size: usize,
}

/// What was predicted and what came.
struct Outcome {
    cell: Cell,
    measured: Measurements,
    ending: Ending,
    final_loss: f64,
}

impl Grid {
    /// The cells that are kept, spread evenly over the product.
    fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut number = 0_u64;
        for &activation in self.activations {
            for &(width, depth) in self.hidden {
                for &initializer in self.initializers {
                    for &(optimizer, rate) in self.optimizers {
                        number += 1;
                        let seed = self.seeds[(number % 3) as usize];
                        let (iterations, batch_size) = self.lengths[number as usize / 3 % self.lengths.len()];
                        if spread(number) % 1000 < self.kept {
                            let cell = Cell {
                                activation,
                                width,
                                depth,
                                initializer,
                                optimizer,
                                rate,
                                seed,
                                iterations,
                                batch_size,
                            };
                            cells.push(cell);
                        }
                    }
                }
            }
        }
        cells
    }
}

/// A number that is spread over all values whatever the pattern of its argument (Knuth's multiplicative
/// hash).
fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

impl Cell {
    fn architecture(&self) -> Architecture {
        Architecture {
            inputs: 784,
            hidden: vec![self.width; self.depth],
            outputs: 10,
            activation: self.activation.parse().expect("a known name"),
            loss: Loss::SoftmaxCrossEntropy,
            batch_norm: false,
        }
    }

    fn update(&self) -> Update {
        Update {
            optimizer: self.optimizer.parse().expect("a known name"),
            learning_rate: self.rate as Real,
            momentum: 0.9,
            weight_decay: 0.0,
        }
    }

    fn run(self, examples: &Examples) -> Outcome {
        let init: Init = self.initializer.parse().expect("a known name");
        let mut batches = Batches::with_replacement(self.seed, examples.labels.len(), self.batch_size);
        let first = batches.clone().draw().to_vec();
        let network = Network::initialized(self.architecture(), &init, self.seed, &examples.inputs, &first);
        let measured = measure(&network, examples, &batches, self.update(), self.iterations);
        let mut trainer = Trainer::new(network, examples, self.update(), self.batch_size);
        let mut losses: Vec<f64> = Vec::new();
        let _ = train(&mut trainer, &mut batches, self.iterations, LossAt::Before, |_, loss, _| {
            losses.push(f64::from(loss));
            ControlFlow::Continue(())
        });
        let ending = verdict(&losses, measured.label_entropy);
        let final_loss = mean_of_last(&losses, FINAL_ITERATIONS);
        Outcome { cell: self, measured, ending, final_loss }
    }
}

impl Outcome {
    /// True for cells that end clearly: below a loss of 1, stalled, or diverged.
    fn is_clear(&self) -> bool {
        self.ending.verdict != Verdict::Learned || self.final_loss < 1.0
    }

    /// True where the prediction is right; steps too large may diverge or stall above the start.
    fn is_right(&self) -> bool {
        let diagnosis = diagnose(&self.measured);
        let too_large = diagnosis.cause.is_some_and(|cause| cause.cause.to_string() == "steps too large");
        let above = self.ending.verdict == Verdict::Stalled && self.final_loss > self.measured.start_loss;
        let excused = too_large && (above || self.ending.verdict == Verdict::Diverged);
        diagnosis.predicted == self.ending.verdict || excused
    }

    fn row(&self) -> String {
        let Cell { activation, width, depth, initializer, optimizer, rate, seed, iterations, batch_size } =
            &self.cell;
        let diagnosis = diagnose(&self.measured);
        let cause = diagnosis.cause.as_ref().map_or(String::new(), |cause| cause.cause.to_string());
        let travel = self.measured.layers.iter().map(|layer| layer.travel).fold(f64::INFINITY, f64::min);
        let forecast = forecast(&self.measured, self.measured.label_entropy - STALL_MARGIN);
        let explanation = reconcile(&diagnosis, self.ending, self.final_loss);
        format!(
            "{activation},{width},{depth},{initializer},{optimizer},{rate},{seed},{iterations},{batch_size},\
             {:.4},{},{:.4e},{},{:.3},{cause},{travel:.3e},{},{:.3e},{:.3e},{:.4e},{},{},\"{}\"",
            self.measured.start_loss,
            self.ending,
            self.final_loss,
            diagnosis.predicted,
            diagnosis.confidence,
            diagnosis.learns_after.map_or(String::new(), |after| after.to_string()),
            forecast.growth,
            self.measured.trial.sensitivity,
            self.measured.trial.losses.last().copied().unwrap_or(f64::NAN),
            self.is_clear(),
            self.is_right(),
            explanation.sentence,
        )
    }
}

const HEADER: &str = "activation,width,depth,initializer,optimizer,learning_rate,seed,iterations,batch_size,\
                      start_loss,ending,final_loss,predicted,confidence,cause,least_travel,learns_after,growth,\
                      trial_sensitivity,trial_loss,clear,right,sentence";

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let request = DataRequest { named: Some(&folder), keep_copies: true, ..DataRequest::default() };
    let examples = DataSet::load(&request).expect("the shipped data").train;
    let grid = match mode.as_str() {
        "first" => FIRST,
        "second" => SECOND,
        "cost" => return cost(&examples),
        _ => panic!("expected `first`, `second` or `cost`"),
    };
    let outcomes: Vec<Outcome> = grid.cells().into_par_iter().map(|cell| cell.run(&examples)).collect();
    println!("{HEADER}");
    outcomes.iter().for_each(|outcome| println!("{}", outcome.row()));
    report(&outcomes);
}

/// The confusion table of the cells that end clearly, and the misses.
fn report(outcomes: &[Outcome]) {
    let clear: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.is_clear()).collect();
    let all = [Verdict::Learned, Verdict::Stalled, Verdict::Diverged];
    eprintln!(
        "{} cells, {} end clearly\n\n| predicted | learned | stalled | diverged |",
        outcomes.len(),
        clear.len()
    );
    eprintln!("|---|---|---|---|");
    for predicted in all {
        let count = |actual: Verdict| {
            let here = |outcome: &&&Outcome| {
                diagnose(&outcome.measured).predicted == predicted && outcome.ending.verdict == actual
            };
            clear.iter().filter(here).count()
        };
        eprintln!("| {predicted} | {} | {} | {} |", count(all[0]), count(all[1]), count(all[2]));
    }
    let right = clear.iter().filter(|outcome| outcome.is_right()).count();
    eprintln!("\nright: {right} of {} ({:.1} %)", clear.len(), 100.0 * right as f64 / clear.len() as f64);
    clear
        .iter()
        .filter(|outcome| !outcome.is_right())
        .for_each(|outcome| eprintln!("miss: {}", outcome.row()));
}

/// Times the diagnosis of the default comparison's He network, and its training, in turn.
fn cost(examples: &Examples) {
    let cell = || Cell {
        activation: "relu",
        width: 100,
        depth: 4,
        initializer: "He",
        optimizer: "sgd",
        rate: 0.01,
        seed: 1,
        iterations: 2000,
        batch_size: 128,
    };
    let batches = Batches::with_replacement(1, examples.labels.len(), 128);
    let network = Network::new(cell().architecture(), &"He".parse().expect("a known name"), 1);
    let mut shares: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let measured = measure(&network, examples, &batches, cell().update(), 2000);
            black_box(diagnose(&measured));
            let diagnosis = start.elapsed().as_secs_f64();
            black_box(cell().run(examples));
            diagnosis / (start.elapsed().as_secs_f64() - 2.0 * diagnosis)
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    println!("diagnosis: {:.2} % of the training (median of {})", 100.0 * shares[4], shares.len());
}
