//! Training on paper: each layer as one number, carried on from the end of the trial by the optimizer's own arithmetic.
//!
//! In the first part of training the weights grow along one direction per layer, that of the gradient which the biases
//! cannot serve as well. So a layer is thought of as a factor `s`, 1 after the trial:
//!
//! - its gradient is the measured one times the factors of all other layers, times `√(L / L₀)`: a loss that falls takes
//!   the gradient with it;
//! - weight decay and the noise of mini-batches stand at a right angle to it; the optimizer turns their sum into a
//!   displacement, as in training, of which the gradient's part moves `s`;
//! - it does so by the measured effect of such a displacement on the pre-activations, in units of their spread over the
//!   inputs, less what the decay takes off the weights;
//! - the loss falls by displacement · gradient · the measured alignment of the two, summed over layers.
//!
//! Nothing in this is fitted. It knows nothing of curvature and generalization: it says whether a network leaves its
//! plateau in time and how large its updates are when it does, not how well it ends.

use super::facts::{Facts, LayerFacts, ratio};
use crate::Real;
use crate::nn::optimizer::Update;

/// A network of one number per layer, in training.
pub(super) struct Chain<'a> {
    /// The facts of each layer after the trial.
    layers: &'a [LayerFacts],
    batch_norm: bool,
    /// The optimizer, weight decay included, which is added here.
    update: Update,
    updates: u32,
    start_loss: f64,
    /// The loss, in nats.
    pub loss: f64,
    /// The factor `s` of each layer, 1 at the start.
    factors: Vec<f64>,
    /// Root mean square of each layer's weights, which only the decay changes.
    weights: Vec<f64>,
    /// How far each layer has moved along its gradient, and the square of how far noise has thrown it.
    ways: Vec<(f64, f64)>,
    /// The displacement of each layer's weights in the last update.
    moved: Vec<Real>,
    /// The optimizer's memory, a number per layer; empty where the rule has none.
    first_memory: Vec<Real>,
    second_memory: Vec<Real>,
}

impl<'a> Chain<'a> {
    /// The chain after the trial. The loss of one mini-batch may be low by chance: it starts from that of
    /// the trial's second half.
    pub fn new(facts: &'a Facts) -> Self {
        let layers = &facts.trial.layers;
        let update = facts.setup.update;
        let memory = |slot: usize| vec![0.0; if slot < update.optimizer.slots() { layers.len() } else { 0 }];
        let loss = facts.trial.mean_loss();
        let mut chain = Self {
            layers,
            batch_norm: facts.setup.architecture.batch_norm,
            update,
            updates: 0,
            start_loss: loss,
            loss,
            factors: vec![1.0; layers.len()],
            weights: layers.iter().map(|layer| layer.weight_rms).collect(),
            ways: vec![(0.0, 0.0); layers.len()],
            moved: vec![0.0; layers.len()],
            first_memory: memory(0),
            second_memory: memory(1),
        };
        for _ in &facts.trial.losses {
            let _ = chain.displace(); // the optimizer's memory is that of so many updates along this gradient
        }
        chain
    }

    /// One update; returns the largest relative change of a layer, infinite where numbers leave all bounds.
    pub fn step(&mut self) -> f64 {
        let Some(parts) = self.displace() else { return f64::INFINITY };
        let mut largest = 0.0_f64;
        for (index, (layer, part)) in self.layers.iter().zip(parts).enumerate() {
            let per_gradient = ratio(-f64::from(self.moved[index]), part.whole);
            let moved = per_gradient * part.gradient;
            let (way, thrown) = &mut self.ways[index];
            *way += moved;
            *thrown += (per_gradient * part.noise).powi(2);
            let change = layer.effect * moved;
            largest = largest.max(change / self.factors[index]);
            let kept = (1.0 - per_gradient * f64::from(self.update.weight_decay)).max(0.0);
            self.factors[index] = kept * self.factors[index] + change;
            self.weights[index] *= kept;
            self.loss -= layer.alignment * moved * part.gradient;
        }
        self.loss = self.loss.clamp(0.0, f64::INFINITY); // which keeps NaN
        largest
    }

    /// How far the layer that stands out most has moved along its gradient, in units of how far noise has thrown it: steps of
    /// the one add up, those of the other as a random walk. 0 before the first update.
    pub fn way_beyond_noise(&self) -> f64 {
        let beyond = |(way, thrown): &(f64, f64)| ratio(*way, thrown.sqrt());
        self.ways.iter().map(beyond).fold(0.0, f64::max)
    }

    /// Lets the optimizer turn the gradients into displacements, and remember them; `None` where they are not finite in the
    /// networks' precision.
    fn displace(&mut self) -> Option<Vec<GradientParts>> {
        let remaining = (self.loss / self.start_loss).sqrt();
        let product = self.product();
        let part = |(index, layer): (usize, &LayerFacts)| {
            let gradient = layer.input_gradient_rms * ratio(product, self.factors[index]) * remaining;
            let decay = f64::from(self.update.weight_decay) * self.weights[index];
            let noise = layer.noise_rms * remaining;
            GradientParts { gradient, noise, whole: gradient.hypot(decay).hypot(noise) }
        };
        let parts: Vec<GradientParts> = self.layers.iter().enumerate().map(part).collect();
        let all: Vec<Real> = parts.iter().map(|part| part.whole as Real).collect();
        if !all.iter().all(|gradient| gradient.is_finite()) {
            return None;
        }
        self.updates += 1;
        self.moved.fill(0.0);
        let (first, second) = (&mut self.first_memory, &mut self.second_memory);
        self.update.apply(&mut self.moved, &all, first, second, self.updates);
        Some(parts)
    }

    /// The product of all layers' factors; a layer that is normalized passes on none of its own.
    fn product(&self) -> f64 {
        let hidden = self.factors.len() - 1;
        let passed = if self.batch_norm { &self.factors[hidden..] } else { &self.factors[..] };
        passed.iter().product()
    }
}

/// Root mean square of a layer's gradient, of its noise, and of all that the optimizer sees.
struct GradientParts {
    gradient: f64,
    noise: f64,
    whole: f64,
}
