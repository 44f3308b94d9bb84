//! Batch normalization by hand: forward and backward (Ioffe & Szegedy 2015).
//!
//! It stands between a hidden layer's `z = x · W + b` and its activation. Each unit is brought to
//! mean 0 and variance 1 over the batch, then to what it learns to want: `y = γ ẑ + β`. A network in
//! training uses the statistics of its batch; a network that is looked at uses running ones, which
//! belong to the network but are no parameters.
//!
//! Only the formulas are here. Which rows make up a batch stands in [`super::rows`].

use super::matrix::{Matrix, stride};
use crate::Real;

/// What keeps a quotient finite where a unit does not vary. The book writes it as `10e-7`.
pub const EPSILON: Real = 1e-6;
/// The share of their past that the running statistics keep at each update, as in the book.
pub const MOMENTUM: Real = 0.9;

/// Whose mean and variance a unit is normalized by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistics {
    /// Those of the rows at hand, which are a whole batch: in training.
    Batch,
    /// The running ones: when a network is looked at, example by example.
    Running,
}

/// Mean and variance of each unit of a layer, both of the layer's stride; padding has 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// Arithmetic mean.
    pub mean: Vec<Real>,
    /// Mean square distance from it: divided by the number of rows, not by one less.
    pub variance: Vec<Real>,
}

impl Moments {
    /// Zeros, from which the running statistics start, as in the book.
    pub fn zero(units: usize) -> Self {
        let zeros = vec![0.0; stride(units)];
        Self { mean: zeros.clone(), variance: zeros }
    }

    /// Measures the rows of `z`.
    pub fn measure(&mut self, z: &[Real]) {
        let Self { mean, variance } = self;
        let rows = (z.len() / mean.len()) as Real;
        mean.fill(0.0);
        for z in z.chunks_exact(mean.len()) {
            mean.iter_mut().zip(z).for_each(|(mean, z)| *mean += z);
        }
        mean.iter_mut().for_each(|mean| *mean /= rows);
        variance.fill(0.0);
        for z in z.chunks_exact(mean.len()) {
            let squares = z.iter().zip(&*mean).map(|(z, mean)| (z - mean) * (z - mean));
            variance.iter_mut().zip(squares).for_each(|(variance, square)| *variance += square);
        }
        variance.iter_mut().for_each(|variance| *variance /= rows);
    }

    /// Moves running statistics towards those of a batch: `r ← 0.9 r + 0.1 batch`.
    pub fn follow(&mut self, batch: &Self) {
        let follow = |(running, batch): (&mut Real, &Real)| {
            *running = MOMENTUM * *running + (1.0 - MOMENTUM) * batch;
        };
        self.mean.iter_mut().zip(&batch.mean).for_each(follow);
        self.variance.iter_mut().zip(&batch.variance).for_each(follow);
    }
}

/// What a layer's batch norm is, apart from the rows that go through it.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// γ, 1 at the start; padding has 0.
    pub gamma: &'a [Real],
    /// β, 0 at the start.
    pub beta: &'a [Real],
    /// The running statistics.
    pub running: &'a Moments,
}

/// What a layer's batch norm computes for the rows of a block.
#[derive(Clone, Debug)]
pub struct NormRows {
    /// `ẑ = (z − mean) / σ`, where `σ = √(variance + ε)`; `(rows, units)`.
    pub normalized: Matrix,
    /// `y = γ ẑ + β`, which the activation is applied to; `(rows, units)`.
    pub y: Matrix,
    /// Statistics of the rows; `(stride)` each.
    pub moments: Moments,
    /// `1 / σ`; `(stride)`.
    pub inverse_std: Vec<Real>,
    /// Gradient of the loss by γ; `(stride)`.
    pub d_gamma: Vec<Real>,
    /// Gradient of the loss by β; `(stride)`.
    pub d_beta: Vec<Real>,
}

impl NormRows {
    /// Space for `capacity` rows of a layer of this many units.
    pub fn new(capacity: usize, units: usize) -> Self {
        let (rows, zeros) = (Matrix::zeros(capacity, units), vec![0.0; stride(units)]);
        Self {
            normalized: rows.clone(),
            y: rows,
            moments: Moments::zero(units),
            inverse_std: zeros.clone(),
            d_gamma: zeros.clone(),
            d_beta: zeros,
        }
    }

    /// Normalizes the rows of `z` and returns `y`, as many rows of it.
    pub fn forward(&mut self, norm: Norm, z: &[Real], statistics: Statistics) -> &[Real] {
        let Self { normalized, y, moments, inverse_std, .. } = self;
        let moments = match statistics {
            Statistics::Running => norm.running,
            Statistics::Batch => {
                moments.measure(z);
                &*moments
            }
        };
        for (inverse_std, variance) in inverse_std.iter_mut().zip(&moments.variance) {
            *inverse_std = 1.0 / (variance + EPSILON).sqrt(); // (stride)
        }
        let (normalized, y) = (&mut normalized.all_mut()[..z.len()], &mut y.all_mut()[..z.len()]);
        for_each_row(inverse_std.len(), z, normalized, |z, normalized| {
            let units = normalized.iter_mut().zip(z).zip(&moments.mean).zip(&*inverse_std);
            units.for_each(|(((out, z), mean), inverse_std)| *out = (z - mean) * inverse_std); // (rows, stride)
        });
        for_each_row(inverse_std.len(), normalized, y, |normalized, y| {
            let units = y.iter_mut().zip(normalized).zip(norm.gamma).zip(norm.beta);
            units.for_each(|(((y, normalized), gamma), beta)| *y = gamma * normalized + beta); // (rows, stride)
        });
        y
    }

    /// Turns the gradient by `y` into the one by `z`, in place, and keeps those by γ and β.
    ///
    /// Every `z` of a unit moves its mean and its variance too, and so all rows of `ẑ`. Put together,
    /// with `m` rows:
    ///
    /// `d_β = Σ d_y`, `d_γ = Σ d_y ẑ`, `d_z = γ / σ · (d_y − (d_β + ẑ d_γ) / m)`.
    pub fn backward(&mut self, gamma: &[Real], d: &mut [Real]) {
        let Self { normalized, inverse_std, d_gamma, d_beta, .. } = self;
        let (units, rows) = (gamma.len(), (d.len() / gamma.len()) as Real);
        let normalized = &normalized.all()[..d.len()];
        d_beta.fill(0.0);
        d_gamma.fill(0.0);
        for (d_y, normalized) in d.chunks_exact(units).zip(normalized.chunks_exact(units)) {
            d_beta.iter_mut().zip(d_y).for_each(|(sum, d_y)| *sum += d_y); // (stride)
            let products = d_y.iter().zip(normalized).map(|(d_y, normalized)| d_y * normalized);
            d_gamma.iter_mut().zip(products).for_each(|(sum, product)| *sum += product); // (stride)
        }
        for_each_row(units, normalized, d, |normalized, d| {
            let shared = normalized.iter().zip(&*d_beta).zip(&*d_gamma);
            let shared = shared.map(|((normalized, d_beta), d_gamma)| (d_beta + normalized * d_gamma) / rows);
            let scale = gamma.iter().zip(&*inverse_std).map(|(gamma, inverse_std)| gamma * inverse_std);
            d.iter_mut().zip(shared).zip(scale).for_each(|((d, shared), scale)| *d = scale * (*d - shared)); // (rows, stride)
        });
    }
}

/// Calls `each` with a row of `from` and the same row of `to`.
fn for_each_row(stride: usize, from: &[Real], to: &mut [Real], mut each: impl FnMut(&[Real], &mut [Real])) {
    from.chunks_exact(stride).zip(to.chunks_exact_mut(stride)).for_each(|(from, to)| each(from, to));
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: usize = 8;
    const UNITS: usize = 3;

    /// Rows of `UNITS` numbers that are far from 0 and 1 in mean and variance, padded with zeros.
    fn rows() -> Vec<Real> {
        let number = |row: usize, unit: usize| ((row * 7 + unit * 5) % 11) as Real * 3.0 + unit as Real;
        let row =
            |row| (0..stride(UNITS)).map(move |unit| if unit < UNITS { number(row, unit) } else { 0.0 });
        (0..ROWS).flat_map(row).collect()
    }

    fn per_unit(values: [Real; UNITS]) -> Vec<Real> {
        let mut padded = values.to_vec();
        padded.resize(stride(UNITS), 0.0);
        padded
    }

    #[test]
    fn a_batch_comes_out_with_beta_as_mean_and_gamma_as_deviation() {
        let (gamma, beta) = (per_unit([1.0, -0.5, 2.0]), per_unit([0.0, 3.0, -1.0]));
        let running = Moments::zero(UNITS);
        let mut norm = NormRows::new(ROWS + 1, UNITS);
        let parameters = Norm { gamma: &gamma, beta: &beta, running: &running };
        let y = norm.forward(parameters, &rows(), Statistics::Batch);
        assert_eq!(y.len(), ROWS * stride(UNITS), "rows that are not in use are left out");
        let mut moments = Moments::zero(UNITS);
        moments.measure(y);
        for unit in 0..stride(UNITS) {
            assert!((moments.mean[unit] - beta[unit]).abs() < 1e-5, "mean of unit {unit}");
            assert!(
                (moments.variance[unit].sqrt() - gamma[unit].abs()).abs() < 1e-5,
                "deviation of unit {unit}"
            );
        }
    }

    #[test]
    fn running_statistics_start_at_zero_and_keep_nine_tenths() {
        let batch = Moments { mean: per_unit([1.0, 2.0, -4.0]), variance: per_unit([4.0, 0.0, 1.0]) };
        let mut running = Moments::zero(UNITS);
        running.follow(&batch);
        running.follow(&batch);
        for (running, batch) in [(&running.mean, &batch.mean), (&running.variance, &batch.variance)] {
            for (running, batch) in running.iter().zip(batch) {
                assert!((running - 0.19 * batch).abs() < 1e-6, "{running} of {batch}");
            }
        }
    }

    #[test]
    fn a_network_that_is_looked_at_uses_its_running_statistics() {
        let (gamma, beta) = (per_unit([1.0, 2.0, 1.0]), per_unit([0.0, 0.0, 5.0]));
        let running = Moments { mean: per_unit([1.0, 2.0, 3.0]), variance: per_unit([4.0, 4.0, 4.0]) };
        let mut norm = NormRows::new(1, UNITS);
        let z = per_unit([3.0, 4.0, 3.0]);
        let parameters = Norm { gamma: &gamma, beta: &beta, running: &running };
        let y = norm.forward(parameters, &z, Statistics::Running);
        for (y, expected) in y.iter().zip(per_unit([1.0, 2.0, 5.0])) {
            assert!((y - expected).abs() < 1e-6, "{y}, expected {expected}");
        }
    }

    #[test]
    fn padding_stays_zero_on_the_way_back() {
        let gamma = per_unit([1.0, -0.5, 2.0]);
        let (beta, running) = (per_unit([0.0; UNITS]), Moments::zero(UNITS));
        let mut norm = NormRows::new(ROWS, UNITS);
        norm.forward(Norm { gamma: &gamma, beta: &beta, running: &running }, &rows(), Statistics::Batch);
        let mut d = rows();
        norm.backward(&gamma, &mut d);
        assert!(d.chunks_exact(stride(UNITS)).all(|d| d[UNITS..].iter().all(|d| *d == 0.0)));
        assert!(norm.d_gamma[UNITS..].iter().chain(&norm.d_beta[UNITS..]).all(|d| *d == 0.0));
    }
}

/// The whole network's gradients against central differences, which need double precision.
#[cfg(all(test, feature = "f64"))]
mod gradient_check {
    use super::Statistics;
    use crate::nn::activation::Activation;
    use crate::nn::gradient::{Part, gradient};
    use crate::nn::inputs::{Examples, Inputs};
    use crate::nn::loss::Loss;
    use crate::nn::network::{Architecture, Network, Span};
    use crate::nn::rows::RowBlock;
    use crate::rng::{Purpose, Stream, stream};
    use ndarray::Array2;
    use rand::Rng;
    use std::ops::Range;

    /// Step of the difference quotient.
    const STEP: f64 = 1e-5;
    /// Rows of the batch. With one row every `ẑ` is 0, and the check would prove nothing.
    const ROWS: usize = 9;
    const INPUTS: usize = 7;
    const CLASSES: usize = 3;
    const EVERY: [u32; ROWS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

    #[test]
    fn gradients_agree_with_central_differences() {
        for &(name, activation) in Activation::NAMED {
            let (network, examples) = clear_of_kinks(activation);
            let computed = gradients(&network, &examples);
            for (layer, span) in network.spans.iter().enumerate() {
                for (array, range) in arrays(span) {
                    let (difference, size) = compare(&network, &examples, &computed, range);
                    if is_taken_out_again(&network, layer, array) {
                        assert!(size < 1e-9, "{name}, {array} of layer {layer} change nothing: {size:e}");
                    } else {
                        assert!(size > 1e-3, "{name}, {array} of layer {layer}: zeros would prove nothing");
                        let relative = difference / size;
                        assert!(relative < 1e-6, "{name}, {array} of layer {layer}: {relative:e}");
                    }
                }
            }
        }
    }

    /// Whether an array only shifts what a batch norm subtracts the mean of, so that its gradient is 0.
    fn is_taken_out_again(network: &Network, layer: usize, array: &str) -> bool {
        let has_norm = |layer: usize| network.spans[layer].norm.is_some();
        let linear = network.architecture.activation == Activation::Identity;
        (array == "biases" && has_norm(layer)) || (array == "beta" && linear && has_norm(layer + 1))
    }

    fn arrays(span: &Span) -> Vec<(&'static str, Range<usize>)> {
        let mut arrays = vec![("weights", span.weights.clone()), ("biases", span.biases.clone())];
        if let Some(norm) = &span.norm {
            arrays.extend([("gamma", norm.gamma.clone()), ("beta", norm.beta.clone())]);
        }
        arrays
    }

    /// ‖g − ĝ‖ and max(‖g‖, ‖ĝ‖) over one array of parameters.
    fn compare(network: &Network, examples: &Examples, computed: &[f64], array: Range<usize>) -> (f64, f64) {
        let (mut differences, mut sizes, mut estimates) = (0.0, 0.0, 0.0);
        for index in array {
            let loss_at = |offset: f64| {
                let mut moved = network.clone();
                moved.parameters[index] += offset;
                forward(&moved, examples).losses.iter().sum::<f64>() / ROWS as f64
            };
            let estimate = (loss_at(STEP) - loss_at(-STEP)) / (2.0 * STEP);
            differences += (computed[index] - estimate).powi(2);
            sizes += computed[index].powi(2);
            estimates += estimate.powi(2);
        }
        (differences.sqrt(), f64::max(sizes, estimates).sqrt())
    }

    fn forward(network: &Network, examples: &Examples) -> RowBlock {
        // Room for more rows than there are: what is not in use must not enter the statistics.
        let mut block = RowBlock::new(network, &examples.inputs, ROWS + 2);
        block.forward(network, &examples.inputs, &EVERY, Statistics::Batch);
        block.loss(network, examples, &EVERY, 1.0 / ROWS as f64);
        block
    }

    fn gradients(network: &Network, examples: &Examples) -> Vec<f64> {
        let mut block = forward(network, examples);
        block.backward(network, &network.transposed());
        let of = |part: &Part| {
            let mut out = vec![0.0; part.len(network)];
            gradient(std::slice::from_ref(&block), &examples.inputs, part, &mut out);
            out
        };
        Part::of(network).iter().flat_map(of).collect()
    }

    /// A random task and network none of whose units is so near a kink that a step could cross it.
    fn clear_of_kinks(activation: Activation) -> (Network, Examples) {
        let clear = |(network, examples): &(Network, Examples)| {
            let layers = forward(network, examples).layers;
            let ys = layers.into_iter().filter_map(|layer| layer.norm).flat_map(|norm| norm.y.all().to_vec());
            let near =
                |y: f64| activation.kinks().iter().any(|kink| (y - kink).abs() < 100.0 * STEP && y != 0.0);
            !ys.into_iter().any(near)
        };
        (0..).map(|seed| task(activation, seed)).find(clear).expect("most seeds are clear")
    }

    fn task(activation: Activation, seed: u64) -> (Network, Examples) {
        let mut random = stream(seed, Purpose::Inputs, 0);
        let numbers = Array2::from_shape_simple_fn((ROWS, INPUTS), || random.random_range(-1.0..1.0));
        let labels = EVERY.iter().map(|row| (row % CLASSES as u32) as u8).collect();
        (network(activation, seed, &mut random), Examples { inputs: Inputs::Dense(numbers), labels })
    }

    /// Random weights, biases, γ and β; γ of both signs.
    fn network(activation: Activation, seed: u64, random: &mut Stream) -> Network {
        let architecture = Architecture {
            inputs: INPUTS,
            hidden: vec![6, 5],
            outputs: CLASSES,
            activation,
            batch_norm: true,
            loss: Loss::SoftmaxCrossEntropy,
        };
        let mut network = Network::new(architecture, &"He".parse().expect("a name"), seed);
        for span in network.spans.clone() {
            for (_, array) in &arrays(&span)[1..] {
                for parameter in &mut network.parameters[array.clone()][..span.fans.fan_out] {
                    let size = random.random_range(0.3..1.5);
                    *parameter = if random.random_bool(0.5) { size } else { -size };
                }
            }
        }
        network
    }
}
