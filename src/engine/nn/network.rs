//! A multilayer perceptron as data: its shape, its parameters, and where each of them stands.
//!
//! All parameters live in one flat vector with named spans, so that an optimizer is one loop and a
//! saved network is one write. Where their first values come from stands in [`super::initialize`], what
//! is computed with them in [`super::rows`] (forward and backward) and [`super::gradient`] (weight
//! gradients).

use super::activation::Activation;
use super::batch_norm::{Moments, Norm};
use super::init::Fans;
use super::loss::Loss;
use super::matrix::{Aligned, Matrix, stride};
use crate::Real;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, ShapeBuilder};
use std::ops::Range;

/// The shape of a network: dense layers, an activation after each but the last, a loss on the logits;
/// batch norm, if there is one, before each activation.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Numbers per example.
    pub inputs: usize,
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Logits.
    pub outputs: usize,
    /// The function after each hidden layer.
    pub activation: Activation,
    /// True where each hidden layer is batch-normalized before its activation.
    pub batch_norm: bool,
    /// The loss on the logits that training makes small.
    pub loss: Loss,
}

impl Architecture {
    /// The fans of every dense layer, from the input on.
    pub fn fans(&self) -> Vec<Fans> {
        let sizes: Vec<usize> =
            [self.inputs].into_iter().chain(self.hidden.iter().copied()).chain([self.outputs]).collect();
        sizes.windows(2).map(|pair| Fans { fan_in: pair[0], fan_out: pair[1] }).collect()
    }
}

/// The place of one dense layer's parameters in the flat vector.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSpan {
    /// The layer's size.
    pub fans: Fans,
    /// Elements from one row of weights to the next; columns from `fan_out` on are padding, always 0.
    pub stride: usize,
    /// The weights, `fan_in` rows of `stride`.
    pub weights: Range<usize>,
    /// The biases, one row of `stride`.
    pub biases: Range<usize>,
    /// γ and β of its batch norm.
    pub norm: Option<NormSpan>,
}

/// The place of the parameters of one layer's batch norm in the flat vector.
#[derive(Clone, Debug, PartialEq)]
pub struct NormSpan {
    /// γ, one row of the layer's stride; padding is 0, like all padding.
    pub gamma: Range<usize>,
    /// β, one row of the layer's stride.
    pub beta: Range<usize>,
}

/// A network: its shape and its parameters.
#[derive(Clone, Debug)]
pub struct Network {
    /// The shape.
    pub architecture: Architecture,
    /// One span per dense layer, in order and without gaps.
    pub spans: Vec<LayerSpan>,
    /// Every parameter.
    pub parameters: Aligned,
    /// Running statistics of each batch norm, in the order of the layers; they are not learned.
    pub running: Vec<Moments>,
}

impl Network {
    /// A network whose parameters are all zero.
    pub fn zeroed(architecture: Architecture) -> Self {
        let mut end = 0;
        let mut take = |length: usize| {
            end += length;
            end - length..end
        };
        let span = |(layer, fans): (usize, Fans)| {
            let normalized = architecture.batch_norm && layer < architecture.hidden.len();
            let stride = stride(fans.fan_out);
            let (weights, biases) = (take(fans.fan_in * stride), take(stride));
            let mut norm = || NormSpan { gamma: take(stride), beta: take(stride) };
            LayerSpan { fans, stride, weights, biases, norm: normalized.then(&mut norm) }
        };
        let normalized = architecture.hidden.iter().filter(|_| architecture.batch_norm);
        let running = normalized.map(|units| Moments::zero(*units)).collect();
        let spans: Vec<LayerSpan> = architecture.fans().into_iter().enumerate().map(span).collect();
        Self { architecture, spans, parameters: Aligned::zeros(end), running }
    }

    /// The weights `(fan_in, fan_out)` of a layer.
    pub fn weights(&self, layer: usize) -> ArrayView2<'_, Real> {
        let span = &self.spans[layer];
        let shape = (span.fans.fan_in, span.fans.fan_out).strides((span.stride, 1));
        ArrayView2::from_shape(shape, &self.parameters[span.weights.clone()]).expect("a span holds its layer")
    }

    /// The weights `(fan_in, fan_out)` of a layer, to be written.
    pub fn weights_mut(&mut self, layer: usize) -> ArrayViewMut2<'_, Real> {
        let span = &self.spans[layer];
        let shape = (span.fans.fan_in, span.fans.fan_out).strides((span.stride, 1));
        ArrayViewMut2::from_shape(shape, &mut self.parameters[span.weights.clone()])
            .expect("a span holds its layer")
    }

    /// The weights of every layer but the first as `(fan_out, fan_in)`, which a signal goes back through.
    pub fn transposed(&self) -> Vec<Matrix> {
        let of = |(before, span): (usize, &LayerSpan)| {
            let mut transposed = Matrix::zeros(span.fans.fan_out, span.fans.fan_in);
            self.transpose(before + 1, &mut transposed);
            transposed
        };
        self.spans[1..].iter().enumerate().map(of).collect()
    }

    /// Writes the weights of one layer as `(fan_out, fan_in)`.
    pub fn transpose(&self, layer: usize, transposed: &mut Matrix) {
        let LayerSpan { fans, stride, weights, .. } = &self.spans[layer];
        let weights = &self.parameters[weights.clone()];
        let rows = transposed.stride();
        for (unit, row) in transposed.all_mut().chunks_exact_mut(rows).enumerate().take(fans.fan_out) {
            for (input, value) in row[..fans.fan_in].iter_mut().enumerate() {
                *value = weights[input * stride + unit];
            }
        }
    }

    /// The biases `(fan_out)` of a layer.
    pub fn biases(&self, layer: usize) -> ArrayView1<'_, Real> {
        let span = &self.spans[layer];
        ArrayView1::from(&self.parameters[span.biases.clone()][..span.fans.fan_out])
    }

    /// The biases `(fan_out)` of a layer, to be written.
    pub fn biases_mut(&mut self, layer: usize) -> ArrayViewMut1<'_, Real> {
        let span = &self.spans[layer];
        ArrayViewMut1::from(&mut self.parameters[span.biases.clone()][..span.fans.fan_out])
    }

    /// The batch norm of a layer.
    ///
    /// # Panics
    /// If it has none.
    pub fn norm(&self, layer: usize) -> Norm<'_> {
        let NormSpan { gamma, beta } = self.spans[layer].norm.as_ref().expect("a layer with batch norm");
        Norm {
            gamma: &self.parameters[gamma.clone()],
            beta: &self.parameters[beta.clone()],
            running: &self.running[layer],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ones(batch_norm: bool) -> Network {
        let architecture = Architecture {
            batch_norm,
            inputs: 3,
            hidden: vec![17, 5],
            outputs: 2,
            activation: Activation::Relu,
            loss: Loss::SoftmaxCrossEntropy,
        };
        Network::new(architecture, &"ones".parse().unwrap(), 0)
    }

    #[test]
    fn spans_follow_each_other_without_gaps_and_padding_stays_zero() {
        let network = of_ones(false);
        let mut end = 0;
        for span in &network.spans {
            assert_eq!((span.weights.start, span.weights.end), (end, span.biases.start));
            end = span.biases.end;
        }
        assert_eq!(end, network.parameters.len());
        let total: Real = network.parameters.iter().sum();
        assert_eq!(total as usize, 3 * 17 + 17 * 5 + 5 * 2);
        assert_eq!(network.weights(1).dim(), (17, 5));
        assert!(network.biases(2).iter().eq([&0.0, &0.0]));
    }

    #[test]
    fn batch_norm_adds_its_parameters_to_hidden_layers_and_nothing_else() {
        let (plain, normalized) = (of_ones(false), of_ones(true));
        let mut end = 0;
        for span in &normalized.spans {
            assert_eq!(span.weights.start, end);
            end = span.norm.as_ref().map_or(span.biases.end, |norm| norm.beta.end);
        }
        assert_eq!(end, plain.parameters.len() + 2 * stride(17) + 2 * stride(5));
        let sum = |network: &Network| network.parameters.iter().sum::<Real>() as usize;
        assert_eq!(sum(&normalized), sum(&plain) + 17 + 5, "γ is 1 for each unit, β is 0");
        assert_eq!((plain.running.len(), normalized.running.len()), (0, 2));
        assert!(normalized.spans[2].norm.is_none());
    }
}
