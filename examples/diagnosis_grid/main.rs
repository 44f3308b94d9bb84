//! The grids on which the diagnosis was worked out and tested: predicted and actual verdict, cell by cell.
//!
//!     cargo run --release --example diagnosis_grid -- fourth > fourth.csv
//!     cargo run --release --example diagnosis_grid -- cost
//!
//! The rules were worked out on the grids `first`, `second` and `third`; `fourth` was written down before it was
//! run, has other widths, depths, scales, rates, seeds, batches and lengths, and weight decay and batch norm in
//! some cells. Each cell trains one network on MNIST. The rows go to standard output, the confusion table and
//! every miss to standard error. `cost` times the diagnosis beside the training of the default comparison. The
//! grids of small mini-batches and of weight decay beside this file (`noise_*.toml`, `decay_*.toml`) are counted in
//! `summary.csv` of `initlab sweep`. See docs/DIAGNOSIS.md.

mod grids;

use grids::{Cell, FIRST, FOURTH, REGULARIZED, SECOND, THIRD};
use initlab::Real;
use initlab::data::batches::Batches;
use initlab::data::{DataRequest, DataSet};
use initlab::diagnosis::{LayerMeasurements, Measurements, diagnose, forecast, measure, reconcile};
use initlab::nn::init::Init;
use initlab::nn::inputs::Examples;
use initlab::nn::loss::Loss;
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::Update;
use initlab::stats::{Ending, FINAL_ITERATIONS, Verdict, mean_of_last, verdict};
use initlab::train::step::Trainer;
use initlab::train::{LossAt, train};
use rayon::prelude::*;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

/// What was predicted and what came.
struct Outcome {
    cell: Cell,
    measured: Measurements,
    ending: Ending,
    final_loss: f64,
}

impl Cell {
    fn architecture(&self) -> Architecture {
        Architecture {
            inputs: 784,
            hidden: vec![self.width; self.depth],
            outputs: 10,
            activation: self.activation.parse().expect("a known name"),
            loss: Loss::SoftmaxCrossEntropy,
            batch_norm: self.batch_norm,
        }
    }

    fn update(&self) -> Update {
        Update {
            optimizer: self.optimizer.parse().expect("a known name"),
            learning_rate: self.rate as Real,
            momentum: 0.9,
            weight_decay: self.weight_decay as Real,
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

    /// The growth that is forecast; NaN for networks without a forecast.
    fn growth(&self) -> f64 {
        let measured = &self.measured;
        let layers = measured.layers.iter().chain(&measured.trial.layers);
        let is_finite =
            measured.start_loss.is_finite() && measured.trial.losses.iter().all(|l| l.is_finite());
        if is_finite && layers.into_iter().all(LayerMeasurements::is_finite) {
            return forecast(measured, measured.learned_below()).growth;
        }
        f64::NAN
    }

    fn row(&self) -> String {
        let Cell { activation, width, depth, initializer, optimizer, rate, seed, .. } = &self.cell;
        let Cell { iterations, batch_size, weight_decay, batch_norm, .. } = &self.cell;
        let diagnosis = diagnose(&self.measured);
        let cause = diagnosis.cause.as_ref().map_or(String::new(), |cause| cause.cause.to_string());
        let travel = self.measured.layers.iter().map(|layer| layer.travel).fold(f64::INFINITY, f64::min);
        let growth = self.growth();
        let explanation = reconcile(&diagnosis, self.ending, self.final_loss);
        format!(
            "{activation},{width},{depth},{initializer},{optimizer},{rate},{seed},{iterations},{batch_size},\
             {weight_decay},{batch_norm},\
             {:.4},{},{:.4e},{},{:.3},{cause},{travel:.3e},{},{:.3e},{:.3e},{:.4e},{},{},\"{}\"",
            self.measured.start_loss,
            self.ending,
            self.final_loss,
            diagnosis.predicted,
            diagnosis.confidence,
            diagnosis.learns_after.map_or(String::new(), |after| after.to_string()),
            growth,
            self.measured.trial.sensitivity(),
            self.measured.trial.losses.last().copied().unwrap_or(f64::NAN),
            self.is_clear(),
            self.is_right(),
            explanation.sentence,
        )
    }
}

const HEADER: &str = "activation,width,depth,initializer,optimizer,learning_rate,seed,iterations,batch_size,\
                      weight_decay,batch_norm,\
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
        "third" => THIRD,
        "fourth" => FOURTH,
        "regularized" => REGULARIZED,
        "cost" => return cost(&examples),
        _ => panic!("expected a grid or `cost`"),
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
        weight_decay: 0.0,
        batch_norm: false,
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
