//! A forecast: training with each layer as one number, by the optimizer's own arithmetic.
//!
//! In the first part of training the weights grow along one direction per layer, that of the gradient
//! which the biases cannot serve as well. So a layer is thought of as a factor `s`, 1 before training:
//!
//! - its gradient is the measured one times the factors of all other layers, times `√(L / L₀)`: a loss
//!   that falls takes the gradient with it;
//! - the optimizer turns the gradient into a displacement of the weights, as in training;
//! - the displacement moves `s` by the measured effect of such a displacement on the pre-activations,
//!   in units of their spread over the inputs;
//! - the loss falls by displacement · gradient · the measured alignment of the two, summed over layers.
//!
//! Nothing in this is fitted. It knows nothing of noise, curvature and generalization: it says whether
//! a network leaves its plateau in time and how large the steps are when it does, not how well it ends.

use super::measurements::Measurements;
use crate::Real;
use crate::nn::optimizer::Update;

/// A forecast of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// The iteration after which the loss is below the level of a network that only knows how frequent
    /// each label is; `None` where that takes more than [`HORIZON`] times the run.
    pub learns_after: Option<usize>,
    /// The largest part of itself by which one update changes a layer, until the loss has fallen to 0.3
    /// of its start.
    pub growth: f64,
}

/// The forecast goes on for so many times the iterations of the run, to say by how much a run is too
/// short.
pub const HORIZON: usize = 8;
/// The part of its start to which the loss falls while steps count for [`Forecast::growth`].
const DESCENT: f64 = 0.3;
/// A gradient above this has left all bounds.
const LARGE: f64 = 1e30;

/// Forecasts a run; `level` is the loss below which a network has learned.
pub fn forecast(measured: &Measurements, level: f64) -> Forecast {
    let mut chain = Chain::new(measured);
    let (mut learns_after, mut growth) = (None, 0.0_f64);
    for iteration in 1..=HORIZON * measured.iterations {
        let descending = chain.loss > DESCENT * measured.start_loss;
        let Some(step) = chain.step(iteration as u32) else {
            growth = f64::INFINITY;
            break;
        };
        if descending {
            growth = growth.max(step);
        }
        if chain.loss < level {
            learns_after.get_or_insert(iteration);
        }
        if !descending && learns_after.is_some() {
            break;
        }
    }
    Forecast { learns_after, growth }
}

/// A network of one number per layer, in training.
struct Chain<'a> {
    measured: &'a Measurements,
    update: Update,
    loss: f64,
    factors: Vec<f64>,
    gradients: Vec<Real>,
    moved: Vec<Real>,
    first_memory: Vec<Real>,
    second_memory: Vec<Real>,
}

impl<'a> Chain<'a> {
    fn new(measured: &'a Measurements) -> Self {
        let layers = measured.layers.len();
        let slots = measured.optimizer.slots();
        let memory = |slot: usize| vec![0.0; if slot < slots { layers } else { 0 }];
        Self {
            measured,
            update: measured.update(),
            loss: measured.start_loss,
            factors: vec![1.0; layers],
            gradients: vec![0.0; layers],
            moved: vec![0.0; layers],
            first_memory: memory(0),
            second_memory: memory(1),
        }
    }

    /// One update; returns the largest relative change of a layer, `None` where numbers leave all
    /// bounds.
    fn step(&mut self, iteration: u32) -> Option<f64> {
        let remaining = (self.loss / self.measured.start_loss).max(0.0).sqrt();
        let product = self.product();
        for ((gradient, layer), factor) in
            self.gradients.iter_mut().zip(&self.measured.layers).zip(&self.factors)
        {
            let now = layer.input_gradient_rms * product / factor * remaining;
            if !(0.0..LARGE).contains(&now) {
                return None;
            }
            *gradient = now as Real;
        }
        self.moved.fill(0.0);
        let (first, second) = (&mut self.first_memory, &mut self.second_memory);
        self.update.apply(&mut self.moved, &self.gradients, first, second, iteration);
        Some(self.follow())
    }

    /// The product of all layers' factors; a layer that is normalized passes on none of its own.
    fn product(&self) -> f64 {
        let hidden = self.factors.len() - 1;
        let passed = if self.measured.batch_norm { &self.factors[hidden..] } else { &self.factors[..] };
        passed.iter().product()
    }

    /// Lets the loss and the factors follow the displacement.
    fn follow(&mut self) -> f64 {
        let mut largest = 0.0_f64;
        let layers = self.measured.layers.iter().zip(&mut self.factors);
        for ((layer, factor), (moved, gradient)) in layers.zip(self.moved.iter().zip(&self.gradients)) {
            let moved = -f64::from(*moved);
            let change = layer.effect * moved;
            largest = largest.max(change / *factor);
            *factor += change;
            self.loss -= layer.alignment * moved * f64::from(*gradient);
        }
        largest
    }
}
