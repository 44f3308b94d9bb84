//! How fast the parts of a training step are, each beside the product peak of this machine.
//!
//!     cargo bench
//!
//! The peak is the best rate that any product here reaches on one core: our own tile from the first
//! cache, or `ndarray`'s product of large matrices. Rates of sparse work count the arithmetic of the
//! dense product that it replaces, so they may exceed the peak. Every time is the best of several
//! rounds: on a shared machine the fastest round is the one that was disturbed least.

use initlab::Real;
use initlab::data::batches::Batches;
use initlab::data::{Mnist, candidates, find};
use initlab::nn::activation::Activation;
use initlab::nn::inputs::{Examples, Inputs};
use initlab::nn::loss::Loss;
use initlab::nn::matrix::{Aligned, Matrix, stride};
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::{Optimizer, Update};
use initlab::nn::product::{Columns, Left, SparseColumns, Start, product, sparse_gradient, sparse_product};
use initlab::train::step::Trainer;
use ndarray::Array2;
use ndarray::linalg::general_mat_mul;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 15;
const SECONDS_PER_ROUND: f64 = 0.05;

/// Seconds of one call: the best of some rounds of many calls.
fn seconds(mut work: impl FnMut()) -> f64 {
    let once = Instant::now();
    work();
    let calls = (SECONDS_PER_ROUND / once.elapsed().as_secs_f64().max(1e-7)).clamp(1.0, 1e6) as usize;
    let round = |_| {
        let start = Instant::now();
        (0..calls).for_each(|_| work());
        start.elapsed().as_secs_f64() / calls as f64
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

/// One line: what, how long, at which rate, which share of the peak.
fn report(name: &str, seconds: f64, flop: f64, peak: f64) {
    let rate = flop / seconds / 1e9;
    let share = 100.0 * rate / peak;
    println!("{name:44} {:9.1} µs {rate:8.1} GFLOP/s {share:5.0} % of the peak", 1e6 * seconds);
}

fn flop(rows: usize, inner: usize, columns: usize) -> f64 {
    2.0 * (rows * inner * columns) as f64
}

fn filled(rows: usize, columns: usize) -> Matrix {
    let mut matrix = Matrix::zeros(rows, columns);
    matrix.all_mut().fill(0.25);
    matrix
}

fn ours(rows: usize, inner: usize, columns: usize) -> f64 {
    let (left, right, mut out) = (filled(rows, inner), filled(inner, columns), Matrix::zeros(rows, columns));
    seconds(|| {
        product(Start::Zero, Left::matrix(&left), right.all(), out.all_mut(), stride(columns));
        black_box(&out);
    })
}

fn ndarrays(rows: usize, inner: usize, columns: usize) -> f64 {
    let (left, right) = (Array2::<Real>::ones((rows, inner)), Array2::<Real>::ones((inner, columns)));
    let mut out = Array2::<Real>::zeros((rows, columns));
    seconds(|| {
        general_mat_mul(1.0, &left, &right, 0.0, &mut out);
        black_box(&out);
    })
}

/// The best rate of a product on one core, in GFLOP/s.
fn peak() -> f64 {
    let tile = flop(8, 64, 48) / ours(8, 64, 48);
    let large = flop(768, 768, 768) / ndarrays(768, 768, 768);
    println!(
        "product peak of one core: {:.1} GFLOP/s (tile {:.1}, ndarray {:.1})",
        tile.max(large) / 1e9,
        tile / 1e9,
        large / 1e9
    );
    tile.max(large) / 1e9
}

fn products(peak: f64) {
    println!("\nproducts, batch 128");
    for (inner, columns) in [(784, 100), (100, 100), (100, 10), (1000, 1000)] {
        let work = flop(128, inner, columns);
        report(&format!("{inner} x {columns}"), ours(128, inner, columns), work, peak);
        report(&format!("{inner} x {columns}, ndarray"), ndarrays(128, inner, columns), work, peak);
    }
}

fn first_layer(examples: &Examples, peak: f64) {
    let Inputs::Sparse { rows, width } = &examples.inputs else {
        return println!("\nthis data set is dense");
    };
    println!("\nfirst layer on images, 784 x 100, batch 128");
    let (work, columns) = (flop(128, *width, 100), stride(100));
    let batch = Batches::with_replacement(1, examples.labels.len(), 128).draw().to_vec();
    let (weights, mut z) = (filled(*width, 100), Matrix::zeros(128, 100));
    let mut by_column = SparseColumns::new(*width, 128);
    let gather = seconds(|| by_column.gather(rows, &batch));
    println!("{:44} {:9.1} µs", "columns of the batch", 1e6 * gather);
    let left = Columns { of: &by_column, scale: &rows.scale, which: 0..*width };
    let forward = seconds(|| sparse_product(Start::Zero, left.clone(), weights.all(), z.all_mut(), columns));
    report("forward, sparse", forward, work, peak);
    report("forward, dense", ours(128, *width, 100), work, peak);
    let mut d_w = Aligned::zeros(width * columns);
    let gradient = seconds(|| sparse_gradient(Start::Zero, left.clone(), z.all(), &mut d_w, columns));
    report("gradient, sparse", gradient, work, peak);
}

/// Dense arithmetic of one step: forward, weight gradients, and the signal back to the first layer.
fn step_flop(architecture: &Architecture, batch: usize) -> f64 {
    let fans = architecture.fans();
    let each = |layer: usize| flop(batch, fans[layer].fan_in, fans[layer].fan_out);
    (0..fans.len()).map(|layer| each(layer) * if layer == 0 { 2.0 } else { 3.0 }).sum()
}

fn steps(examples: &Examples, peak: f64) {
    println!("\ntraining steps of one network, batch 128");
    for (width, optimizer) in [(100, Optimizer::Sgd), (100, Optimizer::Adam), (1000, Optimizer::Sgd)] {
        let architecture = Architecture {
            inputs: examples.inputs.width(),
            hidden: vec![width; 4],
            outputs: 10,
            activation: Activation::Relu,
            loss: Loss::SoftmaxCrossEntropy,
            batch_norm: false,
        };
        let work = step_flop(&architecture, 128);
        let network = Network::new(architecture, &"He".parse().expect("a known name"), 1);
        let update = Update { optimizer, learning_rate: 0.01, momentum: 0.9, weight_decay: 0.0 };
        let mut trainer = Trainer::new(network, examples, update, 128);
        let mut batches = Batches::with_replacement(1, examples.labels.len(), 128);
        let step = seconds(|| _ = trainer.step(batches.draw()));
        report(&format!("784-{width}x4-10, {optimizer}"), step, work, peak);
    }
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    pool.install(|| {
        let peak = peak();
        products(peak);
        let folder = find(&candidates(None, None)).expect("the shipped data");
        let load = seconds(|| _ = black_box(Mnist::load(&folder)));
        let images = Mnist::load(&folder).expect("the shipped data").train;
        let labels = images.labels.clone();
        let start = Instant::now();
        let inputs = Inputs::from_bytes(images.pixels, 784);
        let examples = Examples { inputs, labels };
        let compress = start.elapsed().as_secs_f64();
        first_layer(&examples, peak);
        steps(&examples, peak);
        println!("\nloading: verify and read {:.0} ms, compress {:.0} ms", 1e3 * load, 1e3 * compress);
    });
}
