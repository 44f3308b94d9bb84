//! The words around the lines of `table`: what must be imported, how a framework names a fan, which of its
//! initializers have a name of their own, and the names in angle brackets that numbers take the place of.

use super::framework::Framework;
use crate::nn::init::Fan;

/// PyTorch's own initialization of a linear layer: the whole code of `pytorch_default` there.
pub const RESET: &str = "layer.reset_parameters()  # weights and biases";

/// Every name in angle brackets that a template may have; none is left in finished code.
///
/// `<std>` is a standard deviation (after the cut, where there is one), `<cut>` that of a standard normal
/// cut at ±2, `<bound>` a largest absolute value, `<value>` a constant, `<scale>` the numerator of a
/// variance, `<fan>` its denominator ([`fan()`]), `<mode>` the denominator's name ([`mode`]), `<gain>` a
/// length or a number on the diagonal, `<share>` a share of zeros from 0 to below 1, `<bias_std>` the
/// standard deviation of the biases.
pub const PLACEHOLDERS: &[&str] = &[
    "<std>",
    "<cut>",
    "<bound>",
    "<value>",
    "<scale>",
    "<fan>",
    "<mode>",
    "<gain>",
    "<share>",
    "<bias_std>",
];

/// What the lines of one framework stand in: comments that say what `layer`, `units` and the fans are, and
/// the imports. The first thing in a file of code; each line is ended.
pub fn preamble(framework: Framework) -> &'static str {
    match framework {
        Framework::PyTorch => {
            "# `layer` is an nn.Linear or nn.Conv2d with a bias. For all of a model:\n\
             # for layer in model.modules():\n\
             #     if isinstance(layer, (nn.Linear, nn.Conv2d)):\n\
             #         ... the lines ...\n\
             # Both layers draw their biases by themselves, so the lines set them. Structured weights (orthogonal\n\
             # apart) are for nn.Linear.\n\
             import math\nimport torch\nfrom torch import nn\n"
        }
        Framework::Keras => {
            "# `units` is the layer's size, `fan_in` and `fan_out` (where they appear) its inputs and units.\n\
             # Conv2D takes the same arguments; structured weights (orthogonal apart) are for Dense. Biases are\n\
             # zero unless said. Make a new initializer for each layer, as these lines do: one object gives\n\
             # all layers of a shape the same weights.\n\
             import math\nimport keras\nimport numpy as np\n"
        }
        Framework::Jax => {
            "# `units` is the layer's size, `fan_in` and `fan_out` (where they appear) its inputs and units.\n\
             # nn.Conv takes the same arguments; structured weights (orthogonal apart) are for nn.Dense. Biases\n\
             # are zero unless said.\n\
             import math\nimport jax\nimport jax.numpy as jnp\nfrom flax import linen as nn\n\
             key = jax.random.key(1)\n"
        }
        Framework::Nnx => {
            "# `fan_in` and `units` are the layer's inputs and units, `fan_out` (where it appears) the units too.\n\
             # nnx.Conv takes the same arguments; structured weights (orthogonal apart) are for nnx.Linear. Biases\n\
             # are zero unless said.\n\
             import math\nimport jax\nimport jax.numpy as jnp\nfrom flax import nnx\nrngs = nnx.Rngs(1)\n"
        }
        Framework::Equinox => {
            "# `layer` is an eqx.nn.Linear or eqx.nn.Conv2d with a bias, `fan_in` and `fan_out` (where they appear)\n\
             # its inputs and units; another key for each layer. Weights are (units, inputs), JAX draws (inputs,\n\
             # units). Both layers draw biases, so the lines set them. Structured weights (orthogonal apart) are\n\
             # for eqx.nn.Linear.\n\
             import math\nimport equinox as eqx\nimport jax\nimport jax.numpy as jnp\nkey = jax.random.key(1)\n"
        }
        Framework::TensorFlow => {
            "# tf.keras of TensorFlow 2.16 and later. `units` is the layer's size, `fan_in` and `fan_out` (where\n\
             # they appear) its inputs and units. Conv2D takes the same arguments; structured weights (orthogonal\n\
             # apart) are for Dense. Biases are zero unless said. Make a new initializer for each layer, as these\n\
             # lines do: one object gives all layers of a shape the same weights.\n\
             import math\nimport numpy as np\nimport tensorflow as tf\n"
        }
        Framework::Burn => {
            "// burn gives a layer's biases the initializer of its weights; with these lines they have their own:\n\
             // let layer = Linear {\n\
             //     weight: weight.init_with([fan_in, fan_out], Some(fan_in), Some(fan_out), &device),\n\
             //     bias: Some(bias.init([fan_out], &device)),\n\
             // };\n\
             use burn::nn::{Initializer, Linear};\n"
        }
        Framework::Candle => {
            "// candle_nn::linear draws biases; with these lines they are what you say:\n\
             // let layer = Linear::new(\n\
             //     vb.get_with_hints((fan_out, fan_in), \"weight\", weight)?,\n\
             //     Some(vb.get_with_hints(fan_out, \"bias\", bias)?),\n\
             // );\n\
             use candle_nn::init::{FanInOut, Init, NonLinearity, NormalOrUniform};\nuse candle_nn::Linear;\n"
        }
    }
}

/// The number that divides the variance, as an expression in the names `fan_in` and `fan_out`; in Rust as
/// an `f64`.
///
/// ```
/// use initlab::frameworks::{Framework, words};
/// use initlab::nn::init::Fan;
///
/// assert_eq!(words::fan(Fan::Average, Framework::PyTorch), "((fan_in + fan_out) / 2)");
/// assert_eq!(words::fan(Fan::In, Framework::Burn), "fan_in as f64");
/// ```
pub fn fan(fan: Fan, framework: Framework) -> &'static str {
    let rust = matches!(framework, Framework::Burn | Framework::Candle);
    match (fan, rust) {
        (Fan::In, false) => "fan_in",
        (Fan::Out, false) => "fan_out",
        (Fan::Average, false) => "((fan_in + fan_out) / 2)",
        (Fan::Geometric, false) => "math.sqrt(fan_in * fan_out)",
        (Fan::In, true) => "fan_in as f64",
        (Fan::Out, true) => "fan_out as f64",
        (Fan::Average, true) => "((fan_in + fan_out) as f64 / 2.0)",
        (Fan::Geometric, true) => "((fan_in * fan_out) as f64).sqrt()",
    }
}

/// The fan's name in Keras (which has no geometric mean) and JAX.
pub fn mode(fan: Fan) -> &'static str {
    match fan {
        Fan::In => "fan_in",
        Fan::Out => "fan_out",
        Fan::Average => "fan_avg",
        Fan::Geometric => "fan_geo_avg",
    }
}

/// Lines that a user of the framework would write where the general ones would do too: the canonical
/// label of an initializer, a framework, and the template of the weights that goes before that of
/// [`WEIGHTS`](super::table::WEIGHTS).
pub const SHORT: &[(&str, Framework, &str)] = &[
    ("Xavier", Framework::PyTorch, "nn.init.kaiming_normal_(layer.weight, nonlinearity=\"linear\")"),
    ("He", Framework::PyTorch, "nn.init.kaiming_normal_(layer.weight, nonlinearity=\"relu\")"),
    ("lecun_uniform", Framework::PyTorch, "nn.init.kaiming_uniform_(layer.weight, nonlinearity=\"linear\")"),
    ("he_uniform", Framework::PyTorch, "nn.init.kaiming_uniform_(layer.weight, nonlinearity=\"relu\")"),
    ("glorot_uniform", Framework::PyTorch, "nn.init.xavier_uniform_(layer.weight)"),
    ("variance_scaling=1:fan_avg:normal", Framework::PyTorch, "nn.init.xavier_normal_(layer.weight)"),
    ("pytorch_default", Framework::PyTorch, RESET),
    ("identity", Framework::PyTorch, "nn.init.eye_(layer.weight)"),
    ("identity", Framework::Jax, "lambda key, shape, dtype=jnp.float32: jnp.eye(*shape, dtype=dtype)"),
    (
        "lsuv",
        Framework::Nnx,
        "jax.nn.initializers.orthogonal()\n\
         <= layer.kernel[...] /= jnp.std(layer(x))  # x: a batch as it reaches this layer, in order from the input on",
    ),
    (
        "lsuv",
        Framework::Equinox,
        "jax.nn.initializers.orthogonal()\n\
         <= std = jnp.std(jax.vmap(layer)(x))  # x: a batch as it reaches this layer, in order from the input on\n\
         layer = eqx.tree_at(lambda layer: layer.weight, layer, layer.weight / std)",
    ),
    ("lecun_normal", Framework::Keras, "keras.initializers.LecunNormal()"),
    ("lecun_uniform", Framework::Keras, "keras.initializers.LecunUniform()"),
    ("glorot_normal", Framework::Keras, "keras.initializers.GlorotNormal()"),
    ("glorot_uniform", Framework::Keras, "keras.initializers.GlorotUniform()"),
    ("he_normal", Framework::Keras, "keras.initializers.HeNormal()"),
    ("he_uniform", Framework::Keras, "keras.initializers.HeUniform()"),
    ("lecun_normal", Framework::Jax, "jax.nn.initializers.lecun_normal()"),
    ("lecun_uniform", Framework::Jax, "jax.nn.initializers.lecun_uniform()"),
    ("glorot_normal", Framework::Jax, "jax.nn.initializers.glorot_normal()"),
    ("glorot_uniform", Framework::Jax, "jax.nn.initializers.glorot_uniform()"),
    ("he_normal", Framework::Jax, "jax.nn.initializers.he_normal()"),
    ("he_uniform", Framework::Jax, "jax.nn.initializers.he_uniform()"),
    ("glorot_uniform", Framework::Burn, "Initializer::XavierUniform { gain: 1.0 }"),
    ("He", Framework::Burn, "Initializer::KaimingNormal { gain: 2f64.sqrt(), fan_out_only: false }"),
    ("Xavier", Framework::Burn, "Initializer::KaimingNormal { gain: 1.0, fan_out_only: false }"),
    ("he_uniform", Framework::Burn, "Initializer::KaimingUniform { gain: 2f64.sqrt(), fan_out_only: false }"),
    ("lecun_uniform", Framework::Burn, "Initializer::KaimingUniform { gain: 1.0, fan_out_only: false }"),
    ("He", Framework::Candle, "candle_nn::init::DEFAULT_KAIMING_NORMAL"),
    ("he_uniform", Framework::Candle, "candle_nn::init::DEFAULT_KAIMING_UNIFORM"),
    (
        "Xavier",
        Framework::Candle,
        "Init::Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanIn, non_linearity: NonLinearity::Linear }",
    ),
    (
        "lecun_uniform",
        Framework::Candle,
        "Init::Kaiming { dist: NormalOrUniform::Uniform, fan: FanInOut::FanIn, non_linearity: NonLinearity::Linear }",
    ),
];
