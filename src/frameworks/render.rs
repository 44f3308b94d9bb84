//! From an initializer to its lines: which row of the `table` speaks for it, and the
//! numbers that go into the row.
//!
//! [`layer`] takes these steps: the family of the weights and its numbers (`weights`, by `fixed` or
//! `scaled`), the row's template (`line`; a shorter one of [`SHORT`] goes before it), the same for the
//! biases (`biases`), the numbers in place of the names in angle brackets (`fill`), weights and biases in
//! one layer (`assemble`, `call`), and for PyTorch the lines that ask the layer for its fans (`with_fans`).

use super::framework::Framework;
use super::table::{self, BIASES, Family, WEIGHTS};
use super::words::{self, SHORT};
use crate::nn::init::distribution::STD_OF_NORMAL_CUT_AT_2;
use crate::nn::init::{Biases, Distribution, DistributionShape, Fan, Init, Weights};

/// Numbers and texts by the placeholder that they replace.
type Numbers = Vec<(&'static str, String)>;

/// The code for one layer, if the framework has words for it; whole lines, the last one ended too.
///
/// `None` for `critical` before [`Init::for_activation`], and where the framework's column of the row of
/// the weights or of the biases is empty. `he_normal` in PyTorch:
///
/// ```text
/// fan_in = layer.weight[0].numel()
/// std = math.sqrt(2.0 / fan_in) / 0.8796256610342398  # before the cut
/// nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)
/// nn.init.zeros_(layer.bias)
/// ```
pub fn layer(init: &Init, framework: Framework) -> Option<String> {
    let label = init.to_string();
    let short_in = |wanted| SHORT.iter().find(|row| row.0 == label && row.1 == wanted).map(|row| row.2);
    let short = short_in(framework).or_else(|| short_in(framework.initializers()));
    let (family, numbers) = weights(init, framework)?;
    let weights = short.or_else(|| line(WEIGHTS, family, framework))?;
    let (bias, bias_numbers) = biases(init, framework)?;
    let bias = if table::INCLUDES_BIASES.contains(&weights) { "" } else { line(BIASES, bias, framework)? };
    let numbers: Numbers = [numbers, bias_numbers].concat();
    let text = assemble(&fill(weights, &numbers), &fill(bias, &numbers), framework);
    Some(with_fans(text, framework))
}

/// PyTorch's lines that give one array, `tensor`, the weights of an initializer; `None` where that takes data or an activation.
///
/// ```
/// use initlab::frameworks::tensor;
///
/// assert_eq!(tensor(&"std=0.02".parse().unwrap()).unwrap(), "nn.init.normal_(tensor, std=0.02)\n");
/// assert!(tensor(&"He".parse().unwrap()).unwrap().starts_with("fan_in = tensor[0].numel()\n"));
/// ```
pub fn tensor(init: &Init) -> Option<String> {
    let (family, numbers) = weights(init, Framework::PyTorch).filter(|_| !init.needs_data)?;
    let text = fill(line(WEIGHTS, family, Framework::PyTorch)?, &numbers) + "\n";
    Some(with_fans(text, Framework::PyTorch).replace("layer.weight", "tensor"))
}

/// The template of a family in the column of a framework; `None` where there is no row or an empty column.
fn line(rows: &[table::CodeRow], family: Family, framework: Framework) -> Option<&'static str> {
    let column = Framework::NAMED.iter().position(|row| row.1 == framework.initializers())?;
    rows.iter().find(|row| row.family == family)?.code[column]
}

/// The template with each number in every place of its name; names without a number stay.
fn fill(template: &str, numbers: &Numbers) -> String {
    numbers.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// Puts weights and biases into what the framework calls a layer.
///
/// What stands before `=> ` in the weights goes before the layer, what stands after `<= ` on a line of its
/// own goes behind it. In PyTorch weights and biases are statements one after the other, in Keras and Flax
/// arguments of one call, in burn and candle two `let`s; in Equinox, whose layers draw for themselves, they are put into one.
fn assemble(weights: &str, bias: &str, framework: Framework) -> String {
    let (before, weights) = weights.split_once("=> ").unwrap_or(("", weights));
    let (weights, after) = weights.split_once("\n<= ").unwrap_or((weights, ""));
    let layer = match framework {
        Framework::PyTorch => format!("{weights}\n{bias}"),
        Framework::Keras | Framework::TensorFlow => {
            call("keras.layers.Dense", "units", [&format!("kernel_initializer={weights}"), bias, ""])
        }
        Framework::Jax => call("nn.Dense", "units", [&format!("kernel_init={weights}"), bias, ""]),
        Framework::Nnx => {
            call("nnx.Linear", "fan_in, units", [&format!("kernel_init={weights}"), bias, "rngs=rngs"])
        }
        Framework::Equinox => equinox(weights, bias.trim_start_matches("bias_init=")),
        Framework::Burn | Framework::Candle => format!("let weight = {weights};\nlet bias = {bias};"),
    };
    let text = format!("{before}{}\n{after}", layer.trim_end()).trim_end().to_owned() + "\n";
    if framework == Framework::TensorFlow { text.replace("keras.", "tf.keras.") } else { text }
}

/// The statements that put what initializers draw into a layer of Equinox.
fn equinox(weights: &str, bias: &str) -> String {
    let (bias_init, biases) = match bias {
        "" => (String::new(), "jnp.zeros_like(layer.bias)"),
        init => (format!("bias_init = {init}\n"), "bias_init(jax.random.fold_in(key, 1), layer.bias.shape)"),
    };
    format!(
        "kernel_init = {weights}\n{bias_init}\
         arrays = kernel_init(key, layer.weight.shape[::-1]).T, {biases}\n\
         layer = eqx.tree_at(lambda layer: (layer.weight, layer.bias), layer, arrays)"
    )
}

/// A layer's constructor, an argument a line where one line would be long.
fn call(layer: &str, sizes: &str, arguments: [&str; 3]) -> String {
    let arguments: Vec<&str> = [sizes].into_iter().chain(arguments).filter(|text| !text.is_empty()).collect();
    let line = format!("layer = {layer}({})", arguments.join(", "));
    if line.len() <= LINE {
        return line;
    }
    format!("layer = {layer}(\n    {},\n)", arguments.join(",\n    "))
}

/// Columns of the longest line that is not broken.
const LINE: usize = 100;

/// Says what the fans are, where the lines use them and a layer can be asked: in PyTorch, whose weights
/// are `(units, inputs, receptive field …)`.
fn with_fans(text: String, framework: Framework) -> String {
    if framework != Framework::PyTorch {
        return text;
    }
    let lines = [
        ("fan_in", "fan_in = layer.weight[0].numel()\n"),
        ("fan_out", "fan_out = layer.weight[:, 0].numel()\n"),
    ];
    let needed = lines.iter().filter(|(name, _)| text.contains(name)).map(|row| row.1);
    needed.collect::<String>() + &text
}

/// A number as all these languages read it, 1/3 (PyTorch's default) as a fraction; one that was found by search and is short
/// but for its last digits (1.9999999999999987) as the short one.
fn number(number: f64) -> String {
    if number == 1.0 / 3.0 {
        return "1.0 / 3.0".to_owned();
    }
    let to_14_digits: f64 = format!("{number:.13e}").parse().expect("a number is read back");
    let short = format!("{to_14_digits:?}");
    if short.len() <= SHORT_NUMBER { short } else { format!("{number:?}") }
}

/// Characters of a number that nobody has computed.
const SHORT_NUMBER: usize = 6;

/// The row of the weights, and the numbers in it.
fn weights(init: &Init, framework: Framework) -> Option<(Family, Numbers)> {
    let pair = |family, name, value| Some((family, vec![(name, number(value))]));
    match init.weights {
        Weights::Orthogonal { .. } if init.needs_data => Some((Family::Lsuv, Vec::new())),
        Weights::Orthogonal { gain } => pair(Family::Orthogonal, "<gain>", gain),
        Weights::Identity { gain } => pair(Family::Identity, "<gain>", gain),
        Weights::Sparse { sparsity } => pair(Family::Sparse, "<share>", sparsity),
        Weights::ZeroHadamard => Some((Family::ZeroHadamard, Vec::new())),
        Weights::Critical => None,
        Weights::Fixed(distribution) => Some(fixed(distribution)),
        Weights::VarianceScaling { scale, fan, shape } => Some(scaled(scale, fan, shape, framework)),
    }
}

/// The row of one distribution for every layer.
fn fixed(distribution: Distribution) -> (Family, Numbers) {
    let std = |family, std: f64| (family, vec![("<std>", number(std))]);
    match distribution {
        Distribution::Constant(value) => (Family::Constant, vec![("<value>", number(value))]),
        Distribution::Normal { std: value } => std(Family::Normal, value),
        Distribution::Truncated { std: value } => {
            let (family, mut numbers) = std(Family::Truncated, value);
            numbers.push(("<cut>", number(STD_OF_NORMAL_CUT_AT_2)));
            (family, numbers)
        }
        Distribution::Uniform { bound } => (Family::Uniform, vec![("<bound>", number(bound))]),
    }
}

/// The row of the variance `scale / fan`; numbers that its template does not name are not used.
fn scaled(scale: f64, fan: Fan, shape: DistributionShape, framework: Framework) -> (Family, Numbers) {
    let geometric = fan == Fan::Geometric;
    let family = match shape {
        DistributionShape::Normal => Family::ScaledNormal { geometric },
        DistributionShape::Truncated => Family::ScaledTruncated { geometric },
        DistributionShape::Uniform => Family::ScaledUniform { geometric },
    };
    let numbers = vec![
        ("<scale>", number(scale)),
        ("<fan>", words::fan(fan, framework).to_owned()),
        ("<mode>", words::mode(fan).to_owned()),
        ("<cut>", number(STD_OF_NORMAL_CUT_AT_2)),
    ];
    (family, numbers)
}

/// The row of the biases, and the numbers in it; none for biases like weights that have no formula.
fn biases(init: &Init, framework: Framework) -> Option<(Family, Numbers)> {
    match init.biases {
        Biases::Zero => Some((Family::Constant, Vec::new())),
        Biases::Normal { variance } => Some((Family::Normal, vec![("<bias_std>", number(variance.sqrt()))])),
        Biases::LikeWeights => match weights(init, framework)? {
            (family @ Family::ScaledUniform { .. }, numbers) => Some((family, numbers)),
            _ => None,
        },
    }
}
