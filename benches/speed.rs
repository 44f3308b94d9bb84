//! How fast the parts of a training step are, each beside the product peak of this machine.
//!
//!     cargo bench --bench speed
//!
//! The peak is the rate of our own product kernel on matrices that stay in the first cache, on one
//! core. Machines change their speed from one moment to the next, so the peak is measured again
//! before every round of every line: times are medians of the rounds, shares medians of the rounds'
//! ratios. Rates of sparse work count the arithmetic of the dense product that it replaces, so they
//! may exceed the peak.

use initlab::Real;
use initlab::cli::threads::{cores, pool};
use initlab::data::batches::Batches;
use initlab::data::idx::IdxKind;
use initlab::data::idx_reader::IdxReader;
use initlab::data::{DataRequest, DataSet};
use initlab::nn::activation::Activation;
use initlab::nn::inputs::{Examples, Inputs};
use initlab::nn::loss::Loss;
use initlab::nn::matrix::{Aligned, Matrix, stride};
use initlab::nn::network::{Architecture, Network};
use initlab::nn::optimizer::{Optimizer, Update};
use initlab::nn::product::{
    Columns, InitialSum, Left, SparseColumns, product, sparse_gradient, sparse_product,
};
use initlab::nn::simd::{arithmetic, width};
use initlab::train::step::Trainer;
use ndarray::Array2;
use ndarray::linalg::general_mat_mul;
use rayon::ThreadPool;
use rayon::prelude::*;
use std::fs::File;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 25;
const SECONDS_PER_ROUND: f64 = 0.02;
/// Rows of a mini-batch.
const BATCH: usize = 128;

/// Seconds of one of so many calls.
fn per_call(calls: usize, work: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| work());
    start.elapsed().as_secs_f64() / calls as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Medians of the rounds' seconds and ratios.
fn medians(round: &mut impl FnMut() -> (f64, f64)) -> (f64, f64) {
    let (seconds, ratios) = (0..ROUNDS).map(|_| round()).unzip();
    (median(seconds), median(ratios))
}

/// Arithmetic of a dense product.
fn flop(rows: usize, inner: usize, columns: usize) -> f64 {
    2.0 * (rows * inner * columns) as f64
}

fn filled(rows: usize, columns: usize) -> Matrix {
    let mut matrix = Matrix::zeros(rows, columns);
    matrix.all_mut().fill(0.25);
    matrix
}

/// The product of two matrices of these sizes, by our kernel.
fn ours(rows: usize, inner: usize, columns: usize) -> impl FnMut() {
    let (left, right, mut out) = (filled(rows, inner), filled(inner, columns), Matrix::zeros(rows, columns));
    move || {
        product(InitialSum::Zero, Left::Matrix(&left), right.all(), out.all_mut(), columns);
        black_box(&out);
    }
}

/// The same by `ndarray`'s.
fn ndarrays(rows: usize, inner: usize, columns: usize) -> impl FnMut() {
    let (left, right) = (Array2::<Real>::ones((rows, inner)), Array2::<Real>::ones((inner, columns)));
    let mut out = Array2::<Real>::zeros((rows, columns));
    move || {
        general_mat_mul(1.0, &left, &right, 0.0, &mut out);
        black_box(&out);
    }
}

/// The rate of the product kernel at its best, in GFLOP/s: 48 rows, 64 by 64 numbers.
fn peak() -> f64 {
    let mut work = ours(48, 64, 64);
    flop(48, 64, 64) / per_call(400, &mut work) / 1e9
}

/// One line: what, how long and, where it is arithmetic, at which rate, which share of the peak.
fn report(name: &str, flop: f64, mut work: impl FnMut()) {
    work();
    let calls = (SECONDS_PER_ROUND / per_call(1, &mut work).max(1e-7)).clamp(1.0, 1e5) as usize;
    let (seconds, share) = medians(&mut || {
        let (peak, seconds) = (peak(), per_call(calls, &mut work));
        (seconds, flop / seconds / 1e9 / peak)
    });
    print!("{name:44} {:9.1} µs", 1e6 * seconds);
    if flop > 0.0 {
        print!(" {:8.1} GFLOP/s {:5.0} % of the peak", flop / seconds / 1e9, 100.0 * share);
    }
    println!();
}

fn products() {
    println!("\nproducts, batch {BATCH}");
    for (inner, columns) in [(784, 100), (100, 100), (100, 10), (1000, 1000)] {
        let work = flop(BATCH, inner, columns);
        report(&format!("{inner} x {columns}"), work, ours(BATCH, inner, columns));
        report(&format!("{inner} x {columns}, ndarray"), work, ndarrays(BATCH, inner, columns));
    }
}

fn first_layer(examples: &Examples) {
    let Inputs::Sparse { rows, width } = &examples.inputs else {
        return println!("\nthis data set is dense");
    };
    println!("\nfirst layer on images, 784 x 100, batch {BATCH}");
    let work = flop(BATCH, *width, 100);
    let mut batches = Batches::with_replacement(1, examples.labels.len(), BATCH);
    let mut by_column = SparseColumns::new(*width, BATCH);
    report("columns of another batch each time", 0.0, || by_column.gather(rows, batches.draw()));
    let (weights, mut z) = (filled(*width, 100), Matrix::zeros(BATCH, 100));
    let left = Columns { columns: &by_column, scale: &rows.scale, range: 0..*width };
    report("forward, sparse", work, || {
        sparse_product(InitialSum::Zero, &left, weights.all(), z.all_mut(), 100);
    });
    report("forward, dense", work, ours(BATCH, *width, 100));
    let mut d_w = Aligned::zeros(width * stride(100));
    report("gradient, sparse", work, || {
        sparse_gradient(InitialSum::Zero, &left, z.all(), &mut d_w, 100);
    });
}

/// Dense arithmetic of one step: forward, weight gradients, and the signal back to the first layer.
fn step_flop(architecture: &Architecture) -> f64 {
    let fans = architecture.fans();
    let each = |layer: usize| flop(BATCH, fans[layer].fan_in, fans[layer].fan_out);
    (0..fans.len()).map(|layer| each(layer) * if layer == 0 { 2.0 } else { 3.0 }).sum()
}

/// A network of the default comparison's kind, ready for its first step.
fn trainer(examples: &Examples, hidden: Vec<usize>, optimizer: Optimizer) -> Trainer<'_> {
    let architecture = Architecture {
        inputs: examples.inputs.width(),
        hidden,
        outputs: 10,
        activation: Activation::Relu,
        loss: Loss::SoftmaxCrossEntropy,
        batch_norm: false,
    };
    let network = Network::new(architecture, &"He".parse().expect("a known name"), 1);
    let update = Update { optimizer, learning_rate: 0.01, momentum: 0.9, weight_decay: 0.0 };
    Trainer::new(network, examples, update, BATCH)
}

fn steps(examples: &Examples) {
    println!("\ntraining steps of one network, batch {BATCH}");
    let (sgd, adam) = (Optimizer::Sgd, Optimizer::Adam);
    for (width, depth, optimizer) in [(100, 4, sgd), (100, 8, sgd), (100, 4, adam), (1000, 4, sgd)] {
        let mut trainer = trainer(examples, vec![width; depth], optimizer);
        let work = step_flop(&trainer.network().architecture);
        let mut batches = Batches::with_replacement(1, examples.labels.len(), BATCH);
        let name = format!("784-{width}x{depth}-10, {optimizer}");
        report(&name, work, || _ = trainer.step(batches.draw()));
    }
}

/// Three networks in training on all cores, beside the time of their dense arithmetic at the peak of all.
fn comparison(examples: &Examples) -> anyhow::Result<()> {
    const STEPS: usize = 200;
    let (pool, every_core) = (pool(None, 3)?, pool_of(cores())?);
    let batches = || Batches::with_replacement(1, examples.labels.len(), BATCH);
    let mut runs: Vec<_> =
        (0..3).map(|_| (trainer(examples, vec![100; 4], Optimizer::Sgd), batches())).collect();
    let work = (3 * STEPS) as f64 * step_flop(&runs[0].0.network().architecture);
    let mut round = || {
        let limit = work / (1e9 * every_core.broadcast(|_| peak()).iter().sum::<f64>());
        let train = |(trainer, batches): &mut (Trainer, Batches)| {
            (0..STEPS).for_each(|_| _ = trainer.step(batches.draw()));
        };
        let seconds =
            per_call(1, &mut || pool.install(|| runs.par_iter_mut().with_max_len(1).for_each(train)));
        (seconds, seconds / limit)
    };
    let (seconds, times) = medians(&mut round);
    println!(
        "\nthree networks, {STEPS} steps each, on {} cores: {:.0} ms, {times:.2} times the dense limit",
        cores(),
        1e3 * seconds
    );
    Ok(())
}

fn loading() -> Examples {
    println!("\nloading");
    let request = DataRequest::default();
    let load = || DataSet::load(&request).expect("the shipped data");
    report("read, verify and compress", 0.0, || _ = black_box(load()));
    let archive = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/data/train-images-idx3-ubyte.gz"))
        .expect("the shipped data");
    let pixels = IdxReader::archive(IdxKind::Images, archive, u64::MAX).and_then(IdxReader::read);
    let pixels = pixels.expect("the shipped data");
    report("compress", 0.0, || _ = black_box(Inputs::sparse_from_bytes(&pixels, 784)));
    load().train
}

fn main() -> anyhow::Result<()> {
    let examples = pool_of(1)?.install(|| {
        println!("{} numbers per vector, {} arithmetic", width(), arithmetic());
        println!("product peak of one core, just now: {:.1} GFLOP/s", peak());
        products();
        let examples = loading();
        first_layer(&examples);
        steps(&examples);
        examples
    });
    comparison(&examples)
}

fn pool_of(threads: usize) -> anyhow::Result<ThreadPool> {
    pool(Some(threads as u32), 0)
}
