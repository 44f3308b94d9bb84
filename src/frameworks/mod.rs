//! The lines to paste: each initializer in the words of PyTorch, Keras, TensorFlow, JAX (Flax's linen and nnx, Equinox),
//! burn and candle.
//!
//! Not here: whether the lines are right. `scripts/frameworks/check.sh` runs them in the frameworks
//! themselves and compares what they draw with our own draws.
//!
//! Read [`framework`] for their names, [`table`] for the lines, [`words`] for what
//! stands around them and [`render`] for how numbers enter them.

pub mod framework;
pub mod render;
pub mod table;
pub mod words;

pub use framework::Framework;
pub use render::tensor;

use crate::nn::init::names::NamedInit;
use crate::nn::init::{Init, Weights};

/// The code that gives one layer the weights and biases of `init`; comments alone where the framework
/// has no words for it.
///
/// The text is whole lines, each ended by `\n`, without an empty one. A name in it that the lines do not
/// define (`layer`, `units`, `fan_in`, `x`) is the reader's; the [`words::preamble`] says what each is.
///
/// `critical` is said with its activation's numbers: resolve it first
/// ([`Init::for_activation`]). Unresolved it has only a comment, which asks for the activation.
///
/// ```
/// use initlab::frameworks::{Framework, code};
/// use initlab::nn::init::Init;
///
/// let he_normal: Init = "he_normal".parse()?;
/// assert_eq!(
///     code(&he_normal, Framework::Keras),
///     "layer = keras.layers.Dense(units, kernel_initializer=keras.initializers.HeNormal())\n"
/// );
/// assert!(code(&he_normal, Framework::PyTorch).contains("trunc_normal_"));
/// # Ok::<(), initlab::nn::init::names::InitError>(())
/// ```
pub fn code(init: &Init, framework: Framework) -> String {
    render::layer(init, framework).unwrap_or_else(|| not_said(init, framework, "784,100,10"))
}

/// The code for a network of these sizes, from its inputs to its outputs: under what it is for, and after the sizes of the
/// first layer in the names that the code has for them; PyTorch's layer is asked in the code itself.
///
/// A name that stands there only as a text (Keras's mode `"fan_in"`) gets no line.
///
/// ```
/// use initlab::frameworks::{Framework, code_for};
/// use initlab::nn::init::Init;
///
/// let he: Init = "he_normal".parse()?;
/// let code = code_for(&he, Framework::Keras, &[784, 64, 10]);
/// assert!(code.starts_with("# for every layer, also the last; imports: initlab initializers --code keras\n"));
/// assert!(code.contains("\nunits = 64  # of the first layer\nlayer = "));
/// # Ok::<(), initlab::nn::init::names::InitError>(())
/// ```
///
/// # Panics
/// Of fewer than two sizes.
pub fn code_for(init: &Init, framework: Framework, sizes: &[usize]) -> String {
    let all = sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let Some(code) = render::layer(init, framework) else { return not_said(init, framework, &all) };
    let mark = framework.comment();
    let head =
        format!("{mark} for every layer, also the last; imports: initlab initializers --code {framework}\n");
    head + &first_sizes(&code, framework, sizes[0], sizes[1]) + &code
}

/// The sizes of the first layer, in the names that the code has for them.
fn first_sizes(code: &str, framework: Framework, fan_in: usize, fan_out: usize) -> String {
    if framework == Framework::PyTorch {
        return String::new();
    }
    let names: String = code.split('"').step_by(2).collect();
    let word = |name: &str| names.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == name);
    let sizes = [("fan_in", fan_in), ("fan_out", fan_out), ("units", fan_out)];
    let said = sizes.iter().filter(|(name, _)| word(name));
    let note = format!("  {} of the first layer", framework.comment());
    let line = |(name, size): &(&str, usize)| match framework {
        Framework::Burn | Framework::Candle => format!("let {name}: usize = {size};{note}\n"),
        _ => format!("{name} = {size}{note}\n"),
    };
    said.map(line).collect()
}

/// Comments in the place of code that there is not: for `critical` without an activation, for LSUV, and for
/// what no function of the framework draws.
///
/// ```text
/// // not among the initializers of candle; weights in a file, to load by name:
/// // initlab draw --init identity=0.5 --sizes 784,100,10 --layout out_in --out weights.safetensors
/// ```
fn not_said(init: &Init, framework: Framework, sizes: &str) -> String {
    let mark = framework.comment();
    if init.weights == Weights::Critical {
        return format!("{mark} its variances follow from the activation: add --activation NAME\n");
    }
    if init.needs_data {
        return format!(
            "{mark} no line draws it, for it needs data: start from orthogonal weights; then, from the first layer on,\n\
             {mark} divide each layer's by the standard deviation of its outputs on one mini-batch, until that is 1 ± 0.1\n"
        );
    }
    let layout = framework.layout();
    format!(
        "{mark} not among the initializers of {framework}; weights in a file, to load by name:\n\
         {mark} initlab draw --init {init} --sizes {sizes} --layout {layout} --out weights.safetensors\n"
    )
}

/// A file of code: what the lines stand in, then one block per initializer, under its name and formula.
///
/// `rows` are rows of the table of initializers, each with the initializer to write for it: an example
/// where the row is a family. A block of the file for Keras:
///
/// ```text
/// # he_uniform: U(±√(6/fan_in))
/// layer = keras.layers.Dense(units, kernel_initializer=keras.initializers.HeUniform())
/// ```
pub fn file<'a>(rows: impl Iterator<Item = (&'a NamedInit, Init)>, framework: Framework) -> String {
    let mark = framework.comment();
    let block = |(row, init): (&NamedInit, Init)| {
        let label = row.label(&init).unwrap_or_else(|| row.name.to_owned());
        format!("\n{mark} {label}: {}\n{}", row.formula, code(&init, framework))
    };
    rows.map(block).fold(words::preamble(framework).to_owned(), |text, block| text + &block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation;
    use crate::nn::init::names::{InitKind, NAMED};

    fn examples() -> impl Iterator<Item = (&'static NamedInit, Init)> {
        NAMED.iter().map(|row| match row.kind {
            InitKind::Exactly(init) => (row, init),
            InitKind::Parametrized { parse, example, .. } => (row, parse(example).unwrap()),
        })
    }

    fn frameworks() -> impl Iterator<Item = Framework> {
        Framework::NAMED.iter().map(|row| row.1)
    }

    /// Lines that are not comments.
    fn statements(code: &str) -> Vec<&str> {
        let is_code = |line: &&str| !line.trim_start().starts_with(['#', '/']) && !line.trim().is_empty();
        code.lines().filter(is_code).collect()
    }

    #[test]
    fn every_initializer_has_code_or_says_why_not() {
        let mut without = Vec::new();
        for (_, init) in examples() {
            let init = init.for_activation(Activation::Tanh).unwrap();
            for framework in frameworks() {
                let code = code(&init, framework);
                assert!(code.ends_with('\n') && !code.contains("\n\n"), "{init} in {framework}: {code:?}");
                if statements(&code).is_empty() {
                    without.push(format!("{init} {framework}"));
                }
            }
        }
        let expected = [
            "lecun_normal burn",
            "lecun_normal candle",
            "glorot_normal burn",
            "glorot_normal candle",
            "he_normal burn",
            "he_normal candle",
            "orthogonal=1.5 candle",
            "lsuv burn",
            "lsuv candle",
            "identity=0.5 burn",
            "identity=0.5 candle",
            "zero_hadamard burn",
            "zero_hadamard candle",
            "sparse=0.9 burn",
            "sparse=0.9 candle",
            "truncated_normal=0.01 burn",
            "truncated_normal=0.01 candle",
        ];
        assert_eq!(without, expected);
    }

    #[test]
    fn no_placeholder_is_left_and_brackets_close() {
        for (_, init) in examples() {
            for framework in frameworks() {
                let code = code(&init, framework);
                for name in words::PLACEHOLDERS {
                    assert!(!code.contains(name), "{init} in {framework}: {code}");
                }
                for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
                    assert_eq!(code.matches(open).count(), code.matches(close).count(), "{init}: {code}");
                }
            }
        }
    }

    #[test]
    fn biases_are_said_wherever_the_framework_would_draw_its_own() {
        for (_, init) in examples() {
            for framework in [Framework::PyTorch, Framework::Burn, Framework::Candle, Framework::Equinox] {
                let code = code(&init, framework);
                let said = code.contains("bias") || code.contains("reset_parameters");
                assert!(said || statements(&code).is_empty(), "{init} in {framework}: {code}");
            }
        }
        for framework in frameworks() {
            let drawn = |text: &str| code(&text.parse().unwrap(), framework);
            assert!(drawn("mean_field=1.5:0.05").contains("0.2236"), "{}", drawn("mean_field=1.5:0.05"));
        }
    }

    #[test]
    fn known_traps_are_resolved() {
        let said = |text: &str, framework| code(&text.parse::<Init>().unwrap(), framework);
        let he = said("He", Framework::PyTorch);
        assert!(he.contains("kaiming_normal_(layer.weight, nonlinearity=\"relu\")"), "{he}");
        let cut = said("he_normal", Framework::PyTorch);
        assert!(cut.contains("0.8796256610342398") && cut.contains("a=-2 * std, b=2 * std"), "{cut}");
        assert!(said("He", Framework::Keras).contains("untruncated_normal"));
        assert!(said("Xavier", Framework::PyTorch).contains("nonlinearity=\"linear\""));
        assert!(said("uniform=0.05", Framework::Jax).contains("-0.05, 0.05"), "JAX's own starts at 0");
        let glorot = said("variance_scaling=1:fan_avg:normal", Framework::PyTorch);
        assert!(glorot.contains("nn.init.xavier_normal_(layer.weight)"), "{glorot}");
        let found = said("variance_scaling=1.9999999999999987:fan_in:normal", Framework::PyTorch);
        assert!(found.contains("math.sqrt(2.0 / fan_in)"), "{found}");
        let long = said("variance_scaling=1.7609549990000001:fan_in:normal", Framework::PyTorch);
        assert!(long.contains("1.760954999"), "{long}");
    }

    #[test]
    fn sizes_that_the_code_names_are_told() {
        let said = |text: &str, framework| code_for(&text.parse().unwrap(), framework, &[784, 64, 32, 10]);
        let he = said("he_normal", Framework::Keras);
        let head = "# for every layer, also the last; imports: initlab initializers --code keras\n";
        assert!(he.starts_with(&format!("{head}units = 64  # of the first layer\nlayer = ")), "{he}");
        let scaled = said("variance_scaling=2.5:fan_in:normal", Framework::Burn);
        assert!(scaled.contains("\nlet fan_in: usize = 784;  // of the first layer\nlet weight"), "{scaled}");
        let drawn = said("identity", Framework::Candle);
        assert!(
            drawn.ends_with("--sizes 784,64,32,10 --layout out_in --out weights.safetensors\n"),
            "{drawn}"
        );
        let keras = said("variance_scaling=2.5:fan_in:normal", Framework::Keras);
        assert!(!keras.contains("fan_in = "), "fan_in is a word there, not a name: {keras}");
        let nnx = said("variance_scaling=2.5:fan_in:normal", Framework::Nnx);
        assert!(nnx.contains("fan_in = 784") && nnx.contains("(2.5, \"fan_in\", \"normal\")"), "{nnx}");
        let in_pytorch = said("He", Framework::PyTorch);
        assert_eq!(in_pytorch.split_once('\n').unwrap().1, code(&"He".parse().unwrap(), Framework::PyTorch));
        assert!(!said("identity", Framework::PyTorch).contains("*="));
    }

    #[test]
    fn a_file_names_every_row() {
        for framework in frameworks() {
            let text = file(examples(), framework);
            for (row, init) in examples() {
                let label = row.label(&init).unwrap();
                let heading = format!("\n\n{} {label}: {}\n", framework.comment(), row.formula);
                assert!(text.contains(&heading), "{heading} in {text}");
            }
        }
    }
}
