//! `draw`: the first weights of a network in a file that frameworks load.

use super::exit;
use super::inspect::read::models;
use super::inspect::recipe;
use super::memory::{Needed, PROGRAM};
use super::name_notes;
use super::new_file::NewFile;
use super::outputs::command_line;
use super::print::to_stdout;
use super::refuse::refuse;
use super::threads;
use crate::inspect::Layout;
use crate::inspect::blank::Blank;
use crate::inspect::recipe::{Recipe, RecipeLaw};
use crate::model_file::{Element, Tensor, npz, safetensors_format};
use crate::nn::activation::Activation;
use crate::nn::init::{Fans, Init, Weights};
use crate::nn::number::{seed, whole_number};
use crate::text::{first_three, printable};
use clap::Args;
use std::path::{Path, PathBuf};

/// What is drawn, and how it is laid out.
#[derive(Args, Debug)]
pub struct DrawArgs {
    /// Sizes of the layers, from the inputs to the outputs.
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', required_unless_present = "like", value_parser = whole_number(1..))]
    pub sizes: Vec<u32>,
    /// A model file whose tensors are drawn, with their names, shapes and types; what neither --law nor --recipe nor --init
    /// names stays as it is there.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sizes", "names"])]
    pub like: Option<PathBuf>,
    /// The initializer of weights and their biases that no law names [default: He; with --like none].
    #[arg(long, value_name = "NAME")]
    pub init: Option<Init>,
    /// The initializer of tensors whose names have a pattern, in which * stands for anything: 'layers_3.*=zeros'; the first
    /// that fits, before those of --recipe.
    #[arg(long, value_name = "PATTERN=NAME")]
    pub law: Vec<RecipeLaw>,
    /// An architecture's laws: gpt2, bert, torchvision-resnet, vit, siren, or a TOML file, as for inspect --expect.
    #[arg(long, value_name = "RECIPE")]
    pub recipe: Option<String>,
    /// The seed; the weights are those that an experiment with this seed starts from.
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// The activation, which the initializer `critical` asks for.
    #[arg(long, value_name = "NAME")]
    pub activation: Option<Activation>,
    /// Axes of a weight matrix: in_out as in Keras, JAX and burn, tensors named layers_0.kernel,
    /// layers_0.bias, …; or out_in as in PyTorch and candle, named as in an nn.Sequential with an
    /// activation after every layer: 0.weight, 0.bias, 2.weight, … [default: in_out; with --like guessed]
    #[arg(long, value_name = "LAYOUT")]
    pub layout: Option<Layout>,
    /// Names of layers, * for their number from 0: net.*.linear.
    #[arg(long, value_name = "PATTERN")]
    pub names: Option<String>,
    /// Type of the numbers: f32, f16, bf16 or f64 [default: f32; with --like that of each tensor].
    #[arg(long, value_name = "TYPE", value_parser = element)]
    pub dtype: Option<Element>,
    /// The file, .safetensors or .npz.
    #[arg(long, value_name = "FILE", default_value = "weights.safetensors")]
    pub out: PathBuf,
    /// Overwrites a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// Weights of the largest network that is drawn.
const MOST_WEIGHTS: u64 = 500_000_000;
/// Sizes of the deepest one: an .npz file has at most 65,535 tensors.
const MOST_SIZES: usize = 10_000;

/// The types of numbers that are written.
const ELEMENTS: &[(&str, Element)] =
    &[("f32", Element::F32), ("f16", Element::F16), ("bf16", Element::Bf16), ("f64", Element::F64)];

fn element(text: &str) -> Result<Element, String> {
    let known = ELEMENTS.iter().find(|row| row.0 == text).map(|row| row.1);
    known.ok_or_else(|| "expected f32, f16, bf16 or f64".to_owned())
}

/// Draws and writes.
pub fn draw(wanted: &DrawArgs) -> anyhow::Result<u8> {
    let drawing = Drawing { wanted, init: check(wanted)?, laws: laws(wanted)? };
    name_notes::print(&command_line());
    let write = match wanted.out.extension().and_then(|extension| extension.to_str()) {
        Some("safetensors") => safetensors_format::write,
        Some("npz") if wanted.dtype != Some(Element::Bf16) => npz::write,
        Some("npz") => {
            return Err(refuse(
                "--dtype",
                "bf16",
                "f32, f16 or f64 in an .npz file, or --out FILE.safetensors",
            ));
        }
        _ => return Err(refuse("--out", wanted.out.display(), "a file named .safetensors or .npz")),
    };
    let file = NewFile { flag: "--out", path: &wanted.out, force: Some(("--force", wanted.force)) };
    file.check()?;
    let (tensors, said) = match &wanted.like {
        Some(path) => drawing.like(path)?,
        None => drawing.of_sizes()?,
    };
    file.write(&write(&tensors))?;
    let shown = wanted.out.display();
    to_stdout(&format!("{shown}: {} tensors, {said}, seed {}", tensors.len(), wanted.seed));
    Ok(exit::DONE)
}

/// What is drawn, checked.
struct Drawing<'a> {
    wanted: &'a DrawArgs,
    init: Option<Init>,
    laws: Recipe,
}

/// Drawn tensors, and by what they were.
type Drawn = (Vec<Tensor<'static>>, String);

impl Drawing<'_> {
    /// The network of --sizes.
    fn of_sizes(&self) -> anyhow::Result<Drawn> {
        needed(&self.wanted.sizes).check()?;
        let init = self.init.unwrap_or_else(|| "He".parse().expect("a name"));
        let blanks: Vec<Blank> = layers(&self.wanted.sizes)
            .enumerate()
            .flat_map(|(index, fans)| self.blanks(index, fans))
            .collect();
        let depth = self.depth(&blanks)?;
        let (mut tensors, mut by_law) = (Vec::new(), 0);
        for blank in &blanks {
            let numbers = self.by_law(blank, depth)?;
            by_law += usize::from(numbers.is_some());
            let numbers =
                numbers.or_else(|| blank.by_init(&init, self.wanted.seed)).expect("a weight or a bias");
            tensors.push(tensor(blank, self.wanted.dtype.unwrap_or(Element::F32), &numbers)?);
        }
        let said = match by_law {
            0 => init.to_string(),
            some => format!("{some} by laws, {} by {init}", tensors.len() - some),
        };
        Ok((tensors, said))
    }

    /// The tensors of a file, each drawn anew or as it is.
    fn like(&self, path: &PathBuf) -> anyhow::Result<Drawn> {
        if self.laws.laws.is_empty() && self.init.is_none() {
            return Err(refuse(
                "--like",
                path.display(),
                "--recipe, --law or --init beside it: what to draw",
            ));
        }
        let [model] = &models(std::slice::from_ref(path))?[..] else {
            return Err(refuse("--like", path.display(), "one model"));
        };
        model.with_tensors(|tensors| self.anew(tensors, path))
    }

    fn anew(&self, tensors: &[Tensor<'_>], path: &Path) -> anyhow::Result<Drawn> {
        let (read, others): (Vec<&Tensor<'_>>, Vec<_>) =
            tensors.iter().partition(|tensor| tensor.element.is_read() && !tensor.is_empty());
        let blanks = Blank::of_file(&read, self.wanted.layout);
        let depth = self.depth(&blanks)?;
        let (mut drawn, mut counts) = (Vec::<Tensor<'static>>::new(), [0; 3]);
        for (index, (blank, tensor)) in blanks.iter().zip(&read).enumerate() {
            // Tensors that are one array in the file stay one.
            let same = read[..index].iter().position(|other| {
                other.shape == tensor.shape && std::ptr::eq(other.bytes.as_ptr(), tensor.bytes.as_ptr())
            });
            let (numbers, by) = match (same, self.by_law(blank, depth)?, &self.init) {
                (Some(same), _, _) => (drawn[same].values(), 0),
                (None, Some(numbers), _) => (numbers, 0),
                (None, None, Some(init)) => match blank.by_init(init, self.wanted.seed) {
                    Some(numbers) => (numbers, 1),
                    None => (tensor.values(), 2),
                },
                (None, None, None) => (tensor.values(), 2),
            };
            counts[by] += 1;
            drawn.push(self::tensor(blank, self.wanted.dtype.unwrap_or(tensor.element), &numbers)?);
        }
        if !others.is_empty() {
            let names = first_three(&others.iter().map(|tensor| tensor.name.clone()).collect::<Vec<_>>());
            to_stdout(&format!("# not in it, for they are no floating-point numbers: {names}"));
        }
        let by_init = self.init.map_or(String::new(), |init| format!("{} by {init}, ", counts[1]));
        Ok((drawn, format!("{} by laws, {by_init}{} as in {}", counts[0], counts[2], path.display())))
    }

    fn by_law(&self, blank: &Blank, depth: usize) -> anyhow::Result<Option<Vec<f64>>> {
        let drawn = blank.by_recipe(&self.laws, depth, self.wanted.seed);
        drawn.map_err(|reason| refuse("--law", reason, "an initializer that can be drawn for this tensor"))
    }

    /// How many blocks the network has; every law that was typed is about one of its tensors, and a recipe's about some.
    fn depth(&self, blanks: &[Blank]) -> anyhow::Result<usize> {
        let names = || blanks.iter().map(|blank| blank.name.as_str());
        let all = || first_three(&names().map(str::to_owned).collect::<Vec<_>>());
        let there = || format!("a pattern of the names that there are: {}", all());
        if let Some(law) = self.wanted.law.iter().find(|law| !names().any(|name| law.is_of(name))) {
            return Err(refuse("--law", &law.tensors, &there()));
        }
        let weights = || blanks.iter().filter(|blank| blank.axes.is_some());
        if let Some(recipe) = &self.wanted.recipe
            && !weights().any(|blank| self.laws.law(&blank.name).is_some())
        {
            return Err(refuse("--recipe", recipe, &format!("a law for a weight, {}", there())));
        }
        Ok(self.laws.depth(names()))
    }

    /// Weights and biases of one layer.
    fn blanks(&self, index: usize, fans: Fans) -> [Blank; 2] {
        let layout = self.wanted.layout.unwrap_or(Layout::InOut);
        let layer = match (&self.wanted.names, layout) {
            (Some(pattern), _) => pattern.replace('*', &index.to_string()),
            (None, Layout::InOut) => format!("layers_{index}"),
            (None, Layout::OutIn) => (2 * index).to_string(),
        };
        let weight = if layout == Layout::InOut { "kernel" } else { "weight" };
        [
            Blank::weight(format!("{layer}.{weight}"), fans, layout, index),
            Blank::bias(format!("{layer}.bias"), fans, index),
        ]
    }
}

/// A tensor of a type that holds its numbers: none becomes infinite, and not all of them 0.
fn tensor(blank: &Blank, element: Element, numbers: &[f64]) -> anyhow::Result<Tensor<'static>> {
    let tensor = Tensor::new(blank.name.clone(), &blank.shape, element, element.encode(numbers));
    let held = tensor.values();
    let overflows = held.iter().zip(numbers).any(|(held, number)| number.is_finite() && !held.is_finite());
    let vanishes = held.iter().all(|held| *held == 0.0) && numbers.iter().any(|number| *number != 0.0);
    if overflows || vanishes {
        let dtype = ELEMENTS.iter().find(|row| row.1 == element).map_or("that of the file", |row| row.0);
        return Err(refuse("--dtype", dtype, &format!("a type that holds the numbers of {}", blank.name)));
    }
    Ok(tensor)
}

/// The laws that were typed, then the recipe's.
fn laws(wanted: &DrawArgs) -> anyhow::Result<Recipe> {
    let recipe = wanted.recipe.as_ref().map(|name| recipe("--recipe", name)).transpose()?;
    let recipe = recipe.unwrap_or(Recipe { name: String::new(), blocks: String::new(), laws: Vec::new() });
    Ok(Recipe { laws: wanted.law.iter().cloned().chain(recipe.laws).collect(), ..recipe })
}

/// The tensors, the file's members and the file, four bytes a weight each; and the layer that is drawn, in double
/// precision with what its distribution takes beside it.
fn needed(sizes: &[u32]) -> Needed {
    let weights = || layers(sizes).map(|fans| (fans.fan_in * fans.fan_out) as u64);
    let bytes = 12 * weights().sum::<u64>() + 24 * weights().max().unwrap_or(0);
    Needed { flags: "--sizes", bytes: PROGRAM + bytes, threads: threads::cores() }
}

/// The layers between neighbouring sizes: one fewer than there are sizes.
fn layers(sizes: &[u32]) -> impl Iterator<Item = Fans> {
    sizes.windows(2).map(|pair| Fans { fan_in: pair[0] as usize, fan_out: pair[1] as usize })
}

/// The initializer that can be drawn, where one was typed; sizes and names are such that there is something to draw.
fn check(wanted: &DrawArgs) -> anyhow::Result<Option<Init>> {
    let weights: u64 = wanted.sizes.windows(2).map(|pair| u64::from(pair[0]) * u64::from(pair[1])).sum();
    let few = !(2..=MOST_SIZES).contains(&wanted.sizes.len()) && wanted.like.is_none();
    if few || weights > MOST_WEIGHTS {
        let sizes = wanted.sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        return Err(refuse(
            "--sizes",
            printable(&sizes, 80),
            "from 2 to 10,000 sizes, and at most 500 million weights; or --like FILE instead",
        ));
    }
    if let Some(names) = wanted.names.as_ref().filter(|names| names.matches('*').count() != 1) {
        return Err(refuse("--names", names, "one * for the number of the layer, as in net.*.linear"));
    }
    wanted.init.map(|init| can_be_drawn(init, wanted.activation)).transpose()
}

fn can_be_drawn(init: Init, activation: Option<Activation>) -> anyhow::Result<Init> {
    if init.needs_data {
        return Err(refuse("--init", init, "an initializer that needs no data, as orthogonal"));
    }
    let resolved = activation.map(|activation| init.for_activation(activation)).transpose();
    let resolved = resolved.map_err(|error| refuse("--init", init, &error.to_string()))?;
    let init = resolved.unwrap_or(init);
    if init.weights == Weights::Critical {
        return Err(refuse("--init", init, "--activation beside it: its variances follow from that"));
    }
    Ok(init)
}
