//! A forecast: training after the trial steps, with each layer as one number, by the optimizer's own
//! arithmetic.
//!
//! In the first part of training the weights grow along one direction per layer, that of the gradient
//! which the biases cannot serve as well. So a layer is thought of as a factor `s`, 1 after the trial:
//!
//! - its gradient is the measured one times the factors of all other layers, times `√(L / L₀)`: a loss
//!   that falls takes the gradient with it;
//! - weight decay adds its part at a right angle, and the optimizer turns both into a displacement, as in
//!   training;
//! - the displacement moves `s` by the measured effect of such a displacement on the pre-activations,
//!   in units of their spread over the inputs, less what the decay takes off the weights;
//! - the loss falls by displacement · gradient · the measured alignment of the two, summed over layers.
//!
//! A network whose loss is above that of knowing nothing does not grow a signal, it corrects one: there the
//! loss is what is carried on (`descent`).
//!
//! Nothing in this is fitted. It knows nothing of noise, curvature and generalization: it says whether
//! a network leaves its plateau in time and how large the steps are when it does, not how well it ends.

use super::descent::Descent;
use super::measurements::{LayerMeasurements, Measurements};
use super::rows::ratio;
use crate::Real;
use crate::nn::optimizer::Update;
use crate::stats::{FINAL_ITERATIONS, mean_of_last};

/// A forecast of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// How many iterations a run needs to be judged as learned: the mean of its last losses is then below
    /// that of a network that only knows how frequent each label is. `None` where that takes more than
    /// [`HORIZON`] times the run.
    pub learns_after: Option<usize>,
    /// The largest part of itself by which one update of the run changes a layer, until the loss has fallen to
    /// 0.3 of what it is after the trial; 0 where the loss itself is carried on.
    pub growth: f64,
}

/// The forecast goes on for so many times the iterations of the run, to say by how much a run is too
/// short.
pub const HORIZON: usize = 8;
/// The part of its start to which the loss falls while steps count for [`Forecast::growth`].
const DESCENT: f64 = 0.3;
/// A gradient above this has left all bounds.
const LARGE: f64 = 1e30;

/// Forecasts a run whose trial stayed finite; `level` is the loss below which a network has learned.
pub fn forecast(measured: &Measurements, level: f64) -> Forecast {
    let mut course = Course::new(measured, level);
    match Descent::of(measured) {
        Some(descent) => {
            while course.losses.len() < course.end && course.learns_after.is_none() {
                course.add(descent.loss(course.losses.len()));
            }
            Forecast { learns_after: course.learns_after, growth: 0.0 }
        }
        None => grow(Chain::new(measured), course, measured.iterations),
    }
}

/// Follows the chain until the run has learned and its descent is over. Steps count for
/// [`Forecast::growth`] only within the run; a loss that has reached 0 stays there.
fn grow(mut chain: Chain, mut course: Course, iterations: usize) -> Forecast {
    let mut growth = 0.0_f64;
    while course.losses.len() < course.end {
        let descending = chain.loss > DESCENT * chain.start_loss;
        if !descending && course.learns_after.is_some() {
            break;
        }
        if chain.loss > 0.0 {
            let step = chain.step().unwrap_or(f64::INFINITY);
            let counts = descending && course.losses.len() <= iterations;
            growth = growth.max(if counts { step } else { 0.0 });
            if step.is_infinite() {
                break;
            }
        }
        course.add(chain.loss.max(0.0));
    }
    Forecast { learns_after: course.learns_after, growth }
}

/// The losses of a run, known and forecast, one per iteration from 0: `level` is the one below which it has
/// learned, `end` the iteration after which the forecast gives up.
struct Course {
    losses: Vec<f64>,
    level: f64,
    end: usize,
    learns_after: Option<usize>,
}

impl Course {
    /// The losses that are known.
    fn new(measured: &Measurements, level: f64) -> Self {
        Self {
            losses: measured.known_losses(),
            level,
            end: HORIZON * measured.iterations,
            learns_after: None,
        }
    }

    /// The loss of the next iteration; the first one with which the run has learned is kept.
    fn add(&mut self, loss: f64) {
        self.losses.push(loss);
        if self.learns_after.is_none() && mean_of_last(&self.losses, FINAL_ITERATIONS) < self.level {
            self.learns_after = Some(self.losses.len());
        }
    }
}

/// A network of one number per layer, in training.
struct Chain<'a> {
    /// The measurements of each layer after the trial.
    layers: &'a [LayerMeasurements],
    batch_norm: bool,
    /// λ; the update itself has none.
    decay: f64,
    update: Update,
    steps: u32,
    start_loss: f64,
    loss: f64,
    /// The factor `s` of each layer, 1 at the start.
    factors: Vec<f64>,
    /// Root mean square of each layer's weights, which only the decay changes.
    weights: Vec<f64>,
    /// Root mean square of each layer's gradient in the last step, without the decay's part.
    gradients: Vec<f64>,
    /// The displacement of each layer's weights in the last step.
    moved: Vec<Real>,
    /// The optimizer's memory, a number per layer; empty where the rule has none.
    first_memory: Vec<Real>,
    second_memory: Vec<Real>,
}

impl<'a> Chain<'a> {
    /// The chain after the trial. The loss of one mini-batch may be low by chance: it starts from that of
    /// the trial's second half.
    fn new(measured: &'a Measurements) -> Self {
        let layers = &measured.trial.layers;
        let slots = measured.optimizer.slots();
        let memory = |slot: usize| vec![0.0; if slot < slots { layers.len() } else { 0 }];
        let (_, loss) = measured.trial.course();
        let mut chain = Self {
            layers,
            batch_norm: measured.batch_norm,
            decay: measured.weight_decay,
            update: measured.update(),
            steps: 0,
            start_loss: loss,
            loss,
            factors: vec![1.0; layers.len()],
            weights: layers.iter().map(|layer| layer.weight_rms).collect(),
            gradients: vec![0.0; layers.len()],
            moved: vec![0.0; layers.len()],
            first_memory: memory(0),
            second_memory: memory(1),
        };
        for _ in &measured.trial.losses {
            let _ = chain.displace(); // the optimizer's memory is that of so many steps along this gradient
        }
        chain
    }

    /// One update; returns the largest relative change of a layer, `None` where numbers leave all
    /// bounds.
    fn step(&mut self) -> Option<f64> {
        self.displace()?;
        Some(self.follow())
    }

    /// Lets the optimizer turn the gradients into displacements, and remember them.
    fn displace(&mut self) -> Option<()> {
        let remaining = (self.loss / self.start_loss).max(0.0).sqrt();
        let product = self.product();
        let mut all: Vec<Real> = Vec::with_capacity(self.layers.len());
        for (index, layer) in self.layers.iter().enumerate() {
            let gradient = layer.input_gradient_rms * product / self.factors[index] * remaining;
            if !(0.0..LARGE).contains(&gradient) {
                return None;
            }
            self.gradients[index] = gradient;
            all.push(gradient.hypot(self.decay * self.weights[index]) as Real);
        }
        self.steps += 1;
        self.moved.fill(0.0);
        let (first, second) = (&mut self.first_memory, &mut self.second_memory);
        self.update.apply(&mut self.moved, &all, first, second, self.steps);
        Some(())
    }

    /// The product of all layers' factors; a layer that is normalized passes on none of its own.
    fn product(&self) -> f64 {
        let hidden = self.factors.len() - 1;
        let passed = if self.batch_norm { &self.factors[hidden..] } else { &self.factors[..] };
        passed.iter().product()
    }

    /// Lets the loss, the factors and the weights follow the displacement.
    fn follow(&mut self) -> f64 {
        let mut largest = 0.0_f64;
        for (index, layer) in self.layers.iter().enumerate() {
            let (gradient, decay) = (self.gradients[index], self.decay * self.weights[index]);
            let per_gradient = ratio(-f64::from(self.moved[index]), gradient.hypot(decay));
            let moved = per_gradient * gradient;
            let change = layer.effect * moved;
            largest = largest.max(change / self.factors[index]);
            let kept = (1.0 - per_gradient * self.decay).max(0.0);
            self.factors[index] = kept * self.factors[index] + change;
            self.weights[index] *= kept;
            self.loss -= layer.alignment * moved * gradient;
        }
        largest
    }
}
