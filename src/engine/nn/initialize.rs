//! Networks with the initial parameters that an initializer gives them.
//!
//! Here an [`Init`] (what to draw) meets a [`Network`] (where parameters stand). How numbers are drawn
//! stands in [`super::init`], the one step that needs data in [`super::lsuv`].

use super::init::Init;
use super::inputs::Inputs;
use super::lsuv::scale_to_unit_variance;
use super::network::{Architecture, Network, NormSpan};
use crate::Real;

impl Network {
    /// A network with initial weights and biases of `init` under `seed`.
    ///
    /// # Panics
    /// If the activation has no critical point where `init` asks for it ([`Init::for_activation`] tells
    /// beforehand), or if `init` also needs data ([`Network::initialized`] is for these).
    pub fn new(architecture: Architecture, init: &Init, seed: u64) -> Self {
        assert!(!init.needs_data, "{init} is more than draws: it needs data");
        Self::drawn(architecture, init, seed)
    }

    /// A network with initial parameters of any initializer: its draws under `seed` and, if it needs
    /// data, the step on the examples of `inputs` with the indices of `batch`.
    ///
    /// # Panics
    /// If the activation has no critical point where `init` asks for it ([`Init::for_activation`] tells
    /// beforehand).
    pub fn initialized(
        architecture: Architecture,
        init: &Init,
        seed: u64,
        inputs: &Inputs,
        batch: &[u32],
    ) -> Self {
        let mut network = Self::drawn(architecture, init, seed);
        if init.needs_data {
            scale_to_unit_variance(&mut network, inputs, batch);
        }
        network
    }

    /// The draws of `init`, without the step that needs data.
    pub(super) fn drawn(architecture: Architecture, init: &Init, seed: u64) -> Self {
        let init = init.for_activation(architecture.activation).expect("settings were checked");
        let mut network = Self::zeroed(architecture);
        for layer in 0..network.spans.len() {
            let fans = network.spans[layer].fans;
            let weights = init.draw_weights(fans, seed, layer);
            network.weights_mut(layer).assign(&weights.mapv(|w| w as Real));
            let biases = init.draw_biases(fans, seed, layer);
            network.biases_mut(layer).assign(&biases.mapv(|b| b as Real));
            if let Some(NormSpan { gamma, .. }) = &network.spans[layer].norm {
                let gamma = gamma.clone();
                network.parameters[gamma][..fans.fan_out].fill(1.0);
            }
        }
        network
    }
}
