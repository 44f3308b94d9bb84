//! How much work a run is, so that the time of one run tells the time of another.

use super::grid::Plan;
use crate::data::DataSizes;

/// Forward, back, and the weights' gradient: a step multiplies each weight three times per example.
const PASSES_PER_STEP: f64 = 3.0;
/// Work per weight and update beside the products.
const UPDATE: f64 = 4.0;
/// The share of MNIST's pixels that are not zero: the first layer's products pass over the others.
const INK: f64 = 0.19;

/// About how many multiplications a run takes: right up to a factor that all runs share.
///
/// Three products per step and weight, a few more per update, and one pass over the test examples for each
/// evaluation; `sweep --list` judges the time of runs that are missing by it.
pub fn work(plan: &Plan, sizes: DataSizes) -> f64 {
    let training = &plan.run.training;
    let fans = training.architecture(sizes.inputs, sizes.outputs).fans();
    let weights =
        |skip: usize| fans[skip..].iter().map(|fans| (fans.fan_in * fans.fan_out) as f64).sum::<f64>();
    let per_example = weights(1) + INK * (weights(0) - weights(1));
    let batch = f64::from(training.network.batch_size);
    let step = PASSES_PER_STEP * batch * per_example + UPDATE * weights(0);
    let iterations = f64::from(training.network.iterations);
    let looks = training.eval_every.map_or(1.0, |every| 1.0 + (iterations / f64::from(every)).floor());
    iterations * step + looks * sizes.test as f64 * per_example
}
