//! `spec.json`: everything that a run's numbers follow from, apart from the arrays beside it.

use crate::Real;
use crate::nn::activation::Activation;
use crate::nn::batch_norm;
use crate::nn::loss::Loss;
use crate::nn::network::Architecture;
use crate::nn::optimizer::{self, Optimizer, Update};
use crate::nn::simd::arithmetic;
use crate::nn::system_functions::fingerprint;
use crate::train::LossAt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The name and version of the folder's form.
pub const FORMAT: &str = "initlab export 1";

/// What was trained, how, and on which machine; what has a default may be left out by others who write such folders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// [`FORMAT`].
    pub format: String,
    /// The floating-point type: `f32` or `f64`.
    pub precision: String,
    /// Units from the inputs to the outputs.
    pub sizes: Vec<usize>,
    /// The function after each hidden layer.
    pub activation: Activation,
    /// The loss on the logits.
    pub loss: Loss,
    /// Batch norm before each activation, if there is one.
    #[serde(default)]
    pub batch_norm: Option<NormConstants>,
    /// The rule of the update.
    pub optimizer: OptimizerConstants,
    /// When a loss is taken.
    pub loss_at: LossAt,
    /// How many updates have at most been made.
    pub iterations: usize,
    /// Where the run comes from; nothing depends on it.
    #[serde(default)]
    pub source: Value,
    /// How the CPU rounds a multiply-add: `fused` or `separate`.
    #[serde(default)]
    pub arithmetic: String,
    /// The fingerprint of the system's mathematical functions.
    #[serde(default)]
    pub functions: String,
    /// What the data were: the SHA-256 of each file, as `initlab data` prints them.
    #[serde(default)]
    pub data: Vec<String>,
    /// The seed by which the rows of a table were split, if they were.
    #[serde(default)]
    pub split: Option<u64>,
    /// The SHA-256 of every other file.
    #[serde(default)]
    pub sha256: BTreeMap<String, String>,
}

/// The constants of batch norm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormConstants {
    /// ε, inside the root.
    pub epsilon: f64,
    /// The share of their past that running statistics keep.
    pub momentum: f64,
}

/// The rule of an update with every constant; those of other rules are there too.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptimizerConstants {
    /// The rule.
    pub name: Optimizer,
    /// η.
    pub learning_rate: f64,
    /// m, of momentum and nesterov.
    pub momentum: f64,
    /// λ, added as λ·w to the gradient of weights.
    pub weight_decay: f64,
    /// ε, outside the root.
    pub epsilon: f64,
    /// The share of its past that RMSprop keeps.
    pub rmsprop_decay: f64,
    /// The shares that Adam's moments keep.
    pub adam_beta: [f64; 2],
}

impl Spec {
    /// The spec of a run on this machine, without what a caller knows of it.
    pub fn new(architecture: &Architecture, update: &Update, loss_at: LossAt, iterations: usize) -> Self {
        let fans = architecture.fans();
        let sizes = [architecture.inputs].into_iter().chain(fans.iter().map(|fans| fans.fan_out));
        let norm =
            NormConstants { epsilon: batch_norm::EPSILON.into(), momentum: batch_norm::MOMENTUM.into() };
        Self {
            format: FORMAT.to_owned(),
            precision: precision().to_owned(),
            sizes: sizes.collect(),
            activation: architecture.activation,
            loss: architecture.loss,
            batch_norm: architecture.batch_norm.then_some(norm),
            optimizer: OptimizerConstants {
                name: update.optimizer,
                learning_rate: update.learning_rate.into(),
                momentum: update.momentum.into(),
                weight_decay: update.weight_decay.into(),
                epsilon: optimizer::EPSILON.into(),
                rmsprop_decay: optimizer::RMSPROP_DECAY.into(),
                adam_beta: [optimizer::ADAM_BETA.0.into(), optimizer::ADAM_BETA.1.into()],
            },
            loss_at,
            iterations,
            source: Value::Null,
            arithmetic: arithmetic().to_owned(),
            functions: fingerprint(),
            data: Vec::new(),
            split: None,
            sha256: BTreeMap::new(),
        }
    }

    /// The network's shape.
    pub fn architecture(&self) -> Architecture {
        let last = self.sizes.len() - 1;
        Architecture {
            inputs: self.sizes[0],
            hidden: self.sizes[1..last].to_vec(),
            outputs: self.sizes[last],
            activation: self.activation,
            batch_norm: self.batch_norm.is_some(),
            loss: self.loss,
        }
    }

    /// The rule of the update.
    pub fn update(&self) -> Update {
        Update {
            optimizer: self.optimizer.name,
            learning_rate: self.optimizer.learning_rate as Real,
            momentum: self.optimizer.momentum as Real,
            weight_decay: self.optimizer.weight_decay as Real,
        }
    }

    /// True where batch norm and the optimizer have this program's constants, in its precision: no setting changes them.
    pub fn has_own_constants(&self) -> bool {
        let own = Self::new(&self.architecture(), &self.update(), self.loss_at, self.iterations);
        let constants = |spec: &Self| {
            let norm = spec.batch_norm.map_or([0.0; 2], |norm| [norm.epsilon, norm.momentum]);
            let OptimizerConstants { epsilon, rmsprop_decay, adam_beta, .. } = spec.optimizer;
            let all = [norm[0], norm[1], epsilon, rmsprop_decay, adam_beta[0], adam_beta[1]];
            all.map(|constant| constant as Real)
        };
        constants(self) == constants(&own)
    }

    /// True where this machine rounds and computes functions as the one that the export comes from.
    pub fn is_of_this_arithmetic(&self) -> bool {
        self.arithmetic == arithmetic() && self.functions == fingerprint()
    }
}

/// The engine's floating-point type.
pub fn precision() -> &'static str {
    if size_of::<Real>() == 8 { "f64" } else { "f32" }
}
