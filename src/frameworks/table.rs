//! The one table of lines: a row per family of initializers, a column per framework.
//!
//! Names in angle brackets ([`PLACEHOLDERS`](super::words::PLACEHOLDERS)) are replaced by numbers and
//! formulas. In PyTorch's column a weight is a statement about `layer`; in those of burn and candle it is an
//! expression; in those of Keras and JAX it is the argument of a layer. There, lines that go before the
//! layer stand before `=>`, lines that follow it after `<=`. What differs between frameworks in spite of
//! equal names stands beside the row.

use super::words::RESET;

/// Initializers that are written alike, but for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// N(0, std²), the same in every layer: `std=0.01`.
    Normal,
    /// N(0, σ₀²) cut at ±2σ₀, of this std after the cut, the same in every layer: `truncated_normal=0.01`.
    Truncated,
    /// U(±bound), the same in every layer: `uniform=0.05`.
    Uniform,
    /// One value everywhere: `zeros`, `ones`, `constant=0.01`; also the family of biases of zero.
    Constant,
    /// Variance scale/fan, normal; `geometric` where the fan is √(`fan_in` · `fan_out`).
    ScaledNormal {
        /// The fan that some frameworks do not know.
        geometric: bool,
    },
    /// Variance scale/fan after a cut at two standard deviations of the uncut normal.
    ScaledTruncated {
        /// The fan that some frameworks do not know.
        geometric: bool,
    },
    /// Variance scale/fan, uniform.
    ScaledUniform {
        /// The fan that some frameworks do not know.
        geometric: bool,
    },
    /// Columns, or rows where these are fewer, that are orthogonal and of one length.
    Orthogonal,
    /// One number on the diagonal.
    Identity,
    /// N(0, 0.01²), but a share of each unit's weights is zero.
    Sparse,
    /// `ZerO`: a partial identity, where a layer widens part of a Hadamard matrix.
    ZeroHadamard,
    /// Orthogonal, then divided by the standard deviation of the layer's outputs on a batch.
    Lsuv,
}

/// One row of the table: the template of a family in every framework.
#[derive(Debug)]
pub struct CodeRow {
    /// The family.
    pub family: Family,
    /// PyTorch, Keras, JAX, burn, candle; nothing where the framework has no words for it.
    pub code: [Option<&'static str>; 5],
}

const LSUV: &str = "nn.init.orthogonal_(layer.weight)\n\
                    nn.init.zeros_(layer.bias)\n\
                    with torch.no_grad():  # x: a batch as it reaches this layer, in order from the input on\n\
                    \x20   layer.weight /= layer(x).std()";

/// Lines of weights that leave nothing to say of the biases.
pub const INCLUDES_BIASES: &[&str] = &[RESET, LSUV];

/// The weights. `kaiming_normal_` is not cut, `HeNormal` and `he_normal` are: the rows say which is which.
pub const WEIGHTS: &[CodeRow] = &[
    CodeRow {
        family: Family::Normal,
        code: [
            Some("nn.init.normal_(layer.weight, std=<std>)"),
            Some("keras.initializers.RandomNormal(stddev=<std>)"),
            Some("jax.nn.initializers.normal(<std>)"),
            Some("Initializer::Normal { mean: 0.0, std: <std> }"),
            Some("Init::Randn { mean: 0.0, stdev: <std> }"),
        ],
    },
    // All three take the std before the cut, PyTorch's bounds are absolute.
    CodeRow {
        family: Family::Truncated,
        code: [
            Some(
                "std = <std> / <cut>  # before the cut\n\
                 nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)",
            ),
            Some("keras.initializers.TruncatedNormal(stddev=<std> / <cut>)"),
            Some("jax.nn.initializers.truncated_normal(<std> / <cut>)"),
            None,
            None,
        ],
    },
    // jax.nn.initializers.uniform draws from 0 upwards.
    CodeRow {
        family: Family::Uniform,
        code: [
            Some("nn.init.uniform_(layer.weight, -<bound>, <bound>)"),
            Some("keras.initializers.RandomUniform(-<bound>, <bound>)"),
            Some(
                "def uniform(key, shape, dtype=jnp.float32):\n\
                 \x20   return jax.random.uniform(key, shape, dtype, -<bound>, <bound>)\n=> uniform",
            ),
            Some("Initializer::Uniform { min: -<bound>, max: <bound> }"),
            Some("Init::Uniform { lo: -<bound>, up: <bound> }"),
        ],
    },
    CodeRow {
        family: Family::Constant,
        code: [
            Some("nn.init.constant_(layer.weight, <value>)"),
            Some("keras.initializers.Constant(<value>)"),
            Some("jax.nn.initializers.constant(<value>)"),
            Some("Initializer::Constant { value: <value> }"),
            Some("Init::Const(<value>)"),
        ],
    },
    CodeRow {
        family: Family::ScaledNormal { geometric: false },
        code: [
            Some("nn.init.normal_(layer.weight, std=math.sqrt(<scale> / <fan>))"),
            Some("keras.initializers.VarianceScaling(<scale>, \"<mode>\", \"untruncated_normal\")"),
            Some("jax.nn.initializers.variance_scaling(<scale>, \"<mode>\", \"normal\")"),
            Some("Initializer::Normal { mean: 0.0, std: (<scale> / <fan>).sqrt() }"),
            Some("Init::Randn { mean: 0.0, stdev: (<scale> / <fan>).sqrt() }"),
        ],
    },
    CodeRow {
        family: Family::ScaledTruncated { geometric: false },
        code: [
            Some(
                "std = math.sqrt(<scale> / <fan>) / <cut>  # before the cut\n\
                 nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)",
            ),
            Some("keras.initializers.VarianceScaling(<scale>, \"<mode>\", \"truncated_normal\")"),
            Some("jax.nn.initializers.variance_scaling(<scale>, \"<mode>\", \"truncated_normal\")"),
            None,
            None,
        ],
    },
    CodeRow {
        family: Family::ScaledUniform { geometric: false },
        code: [
            Some(
                "bound = math.sqrt(3 * <scale> / <fan>)\n\
                 nn.init.uniform_(layer.weight, -bound, bound)",
            ),
            Some("keras.initializers.VarianceScaling(<scale>, \"<mode>\", \"uniform\")"),
            Some("jax.nn.initializers.variance_scaling(<scale>, \"<mode>\", \"uniform\")"),
            Some(
                "Initializer::Uniform { min: -(3.0 * <scale> / <fan>).sqrt(), max: (3.0 * <scale> / <fan>).sqrt() }",
            ),
            Some("Init::Uniform { lo: -(3.0 * <scale> / <fan>).sqrt(), up: (3.0 * <scale> / <fan>).sqrt() }"),
        ],
    },
    // Keras has no geometric mean of the fans: the numbers go in.
    CodeRow {
        family: Family::ScaledNormal { geometric: true },
        code: [
            Some("nn.init.normal_(layer.weight, std=math.sqrt(<scale> / <fan>))"),
            Some("keras.initializers.RandomNormal(stddev=math.sqrt(<scale> / <fan>))"),
            Some("jax.nn.initializers.variance_scaling(<scale>, \"<mode>\", \"normal\")"),
            Some("Initializer::Normal { mean: 0.0, std: (<scale> / <fan>).sqrt() }"),
            Some("Init::Randn { mean: 0.0, stdev: (<scale> / <fan>).sqrt() }"),
        ],
    },
    CodeRow {
        family: Family::ScaledTruncated { geometric: true },
        code: [
            Some(
                "std = math.sqrt(<scale> / <fan>) / <cut>  # before the cut\n\
                 nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)",
            ),
            Some("keras.initializers.TruncatedNormal(stddev=math.sqrt(<scale> / <fan>) / <cut>)"),
            Some("jax.nn.initializers.variance_scaling(<scale>, \"<mode>\", \"truncated_normal\")"),
            None,
            None,
        ],
    },
    CodeRow {
        family: Family::ScaledUniform { geometric: true },
        code: [
            Some(
                "bound = math.sqrt(3 * <scale> / <fan>)\n\
                 nn.init.uniform_(layer.weight, -bound, bound)",
            ),
            Some(
                "bound = math.sqrt(3 * <scale> / <fan>)\n=> keras.initializers.RandomUniform(-bound, bound)",
            ),
            Some("jax.nn.initializers.variance_scaling(<scale>, \"<mode>\", \"uniform\")"),
            Some(
                "Initializer::Uniform { min: -(3.0 * <scale> / <fan>).sqrt(), max: (3.0 * <scale> / <fan>).sqrt() }",
            ),
            Some("Init::Uniform { lo: -(3.0 * <scale> / <fan>).sqrt(), up: (3.0 * <scale> / <fan>).sqrt() }"),
        ],
    },
    CodeRow {
        family: Family::Orthogonal,
        code: [
            Some("nn.init.orthogonal_(layer.weight, gain=<gain>)"),
            Some("keras.initializers.Orthogonal(gain=<gain>)"),
            Some("jax.nn.initializers.orthogonal(<gain>)"),
            Some("Initializer::Orthogonal { gain: <gain> }"),
            None,
        ],
    },
    CodeRow {
        family: Family::Identity,
        code: [
            Some("nn.init.eye_(layer.weight)\nlayer.weight.data *= <gain>"),
            Some("keras.initializers.Identity(gain=<gain>)"),
            Some("lambda key, shape, dtype=jnp.float32: <gain> * jnp.eye(*shape, dtype=dtype)"),
            None,
            None,
        ],
    },
    // PyTorch puts a number of zeros into each column: of the transposed weights, so that it is per unit.
    CodeRow {
        family: Family::Sparse,
        code: [
            Some("nn.init.sparse_(layer.weight.data.T, sparsity=<share>)  # .T: so many zeros per unit"),
            Some(
                "def sparse(shape, dtype=None):\n\
                 \x20   order = np.random.rand(*shape).argsort(axis=0).argsort(axis=0)  # of each unit's inputs\n\
                 \x20   kept = order >= math.ceil(<share> * shape[0])\n\
                 \x20   return keras.ops.convert_to_tensor(np.random.normal(0, 0.01, shape) * kept, dtype)\n=> sparse",
            ),
            Some(
                "def sparse(key, shape, dtype=jnp.float32):\n\
                 \x20   values, places = jax.random.split(key)\n\
                 \x20   order = jax.random.uniform(places, shape).argsort(axis=0).argsort(axis=0)  # of each unit's inputs\n\
                 \x20   kept = order >= math.ceil(<share> * shape[0])\n\
                 \x20   return 0.01 * jax.random.normal(values, shape, dtype) * kept\n=> sparse",
            ),
            None,
            None,
        ],
    },
    CodeRow {
        family: Family::ZeroHadamard,
        code: [
            Some(
                "units, inputs = layer.weight.shape\n\
                 if units <= inputs:\n\
                 \x20   nn.init.eye_(layer.weight)\n\
                 else:\n\
                 \x20   signs = [[(-1.0) ** (i & j).bit_count() for j in range(inputs)] for i in range(units)]\n\
                 \x20   layer.weight.data = torch.tensor(signs) / math.sqrt(1 << (units - 1).bit_length())",
            ),
            Some(
                "def zero_hadamard(shape, dtype=None):\n\
                 \x20   if shape[1] <= shape[0]:\n\
                 \x20       return keras.ops.eye(*shape, dtype=dtype)\n\
                 \x20   signs = [[(-1.0) ** (i & j).bit_count() for j in range(shape[1])] for i in range(shape[0])]\n\
                 \x20   return keras.ops.convert_to_tensor(signs, dtype) / math.sqrt(1 << (shape[1] - 1).bit_length())\n\
                 => zero_hadamard",
            ),
            Some(
                "def zero_hadamard(key, shape, dtype=jnp.float32):\n\
                 \x20   if shape[1] <= shape[0]:\n\
                 \x20       return jnp.eye(*shape, dtype=dtype)\n\
                 \x20   signs = [[(-1.0) ** (i & j).bit_count() for j in range(shape[1])] for i in range(shape[0])]\n\
                 \x20   return jnp.array(signs, dtype) / math.sqrt(1 << (shape[1] - 1).bit_length())\n\
                 => zero_hadamard",
            ),
            None,
            None,
        ],
    },
    CodeRow {
        family: Family::Lsuv,
        code: [
            Some(LSUV),
            Some(
                "keras.initializers.Orthogonal()\n\
                 <= layer.build(x.shape)  # x: a batch as it reaches this layer, in order from the input on\n\
                 layer.kernel.assign(layer.kernel / keras.ops.std(layer(x)))  # a layer without activation",
            ),
            Some(
                "jax.nn.initializers.orthogonal()\n\
                 <= params = layer.init(key, x)  # x: a batch as it reaches this layer, in order from the input on\n\
                 params[\"params\"][\"kernel\"] /= jnp.std(layer.apply(params, x))",
            ),
            None,
            None,
        ],
    },
];

/// The biases; zeros are the value of `Constant`.
pub const BIASES: &[CodeRow] = &[
    CodeRow {
        family: Family::Constant,
        code: [
            Some("nn.init.zeros_(layer.bias)"),
            Some(""),
            Some(""),
            Some("Initializer::Zeros"),
            Some("Init::Const(0.0)"),
        ],
    },
    CodeRow {
        family: Family::Normal,
        code: [
            Some("nn.init.normal_(layer.bias, std=<bias_std>)"),
            Some("bias_initializer=keras.initializers.RandomNormal(stddev=<bias_std>)"),
            Some("bias_init=jax.nn.initializers.normal(<bias_std>)"),
            Some("Initializer::Normal { mean: 0.0, std: <bias_std> }"),
            Some("Init::Randn { mean: 0.0, stdev: <bias_std> }"),
        ],
    },
    CodeRow {
        family: Family::ScaledUniform { geometric: false },
        code: [
            Some("nn.init.uniform_(layer.bias, -bound, bound)"),
            Some(
                "bias_initializer=keras.initializers.RandomUniform(\n\
                 \x20       -math.sqrt(3 * <scale> / <fan>), math.sqrt(3 * <scale> / <fan>)\n\x20   )",
            ),
            Some(
                "bias_init=lambda key, shape, dtype=jnp.float32: jax.random.uniform(\n\
                 \x20       key, shape, dtype, -math.sqrt(3 * <scale> / <fan>), math.sqrt(3 * <scale> / <fan>)\n\x20   )",
            ),
            Some("weight.clone()"),
            Some("weight"),
        ],
    },
];
