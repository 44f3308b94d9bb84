//! A look at a model file's weights: was the network trained, is it healthy, what were its weights drawn from?
//!
//! Plain numbers in, plain numbers out: tensors come from [`model_file`](crate::model_file), and how
//! a result is printed is the command line's.
//!
//! In the order in which an [`Inspector`] calls them: [`names`] and [`role`](mod@role) (what a tensor is for),
//! [`layout`] (which axis is which), [`pass`](mod@pass) and [`sample`] (one tensor in numbers), [`laws`], [`exact_laws`] and [`goodness`] (which initializers
//! are left), [`weights`] (what is known of one tensor), [`others`] (what the weights have in common), [`file_context`],
//! [`faults`], [`signal_faults`] and [`finding`] (what is wrong), [`chain`] (the signal through dense layers), [`answer`]. Beside them [`recipe`] and [`recipes`]
//! (what an architecture should start from), [`blank`] (tensors drawn by them), [`travel`] (before and after) and [`numbers`] (how numbers are written).

pub mod answer;
pub mod blank;
pub mod chain;
pub mod exact_laws;
pub mod faults;
pub mod file_context;
pub mod finding;
mod fit;
pub mod goodness;
pub mod laws;
pub mod layout;
pub mod names;
pub mod numbers;
pub mod others;
pub mod pass;
pub mod recipe;
pub mod recipes;
pub mod role;
pub mod sample;
pub mod signal_faults;
pub mod travel;
pub mod weights;

pub use answer::{FileAnswer, TrainingState};
pub use chain::{ChainPrediction, NoChain};
pub use finding::{Finding, FindingKind};
pub use fit::Fit;
pub use layout::{Layout, TensorAxes};
pub use role::Role;
pub use sample::TensorSample;
pub use weights::{Untrained, VectorReport, WeightReport};

use crate::model_file::{Element, Foreign, Tensor};
use crate::nn::activation::Activation;
use std::collections::BTreeMap;

/// The knowledge about a file that its reader has and the file does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct InspectOptions {
    /// The order of axes, where it is known; else the file is asked ([`layout::guess`]).
    pub layout: Option<Layout>,
    /// The activation between the layers, where it is known: `critical` and the chain's prediction depend
    /// on it.
    pub activation: Option<Activation>,
}

/// The report on a model: on a file, or on the shards of one.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The answer that comes first.
    pub answer: FileAnswer,
    /// What was found, faults and notes.
    pub findings: Vec<Finding>,
    /// The label of the law that most weights follow, where there is one.
    pub law: Option<String>,
    /// Every weight and embedding that has a number, in the order of the file.
    pub weights: Vec<WeightReport>,
    /// Everything else of floating-point numbers, what optimizers remember aside.
    pub vectors: Vec<VectorReport>,
    /// True where nothing in the file tells which axis is which, and the options do not either.
    pub layout_guessed: bool,
    /// What was not looked at, and why.
    pub foreign: Vec<Foreign>,
    /// How many tensors the file has of each number of axes.
    pub ranks: BTreeMap<usize, usize>,
    /// The signal and gradient through a chain of dense layers, or why there is none; where the activation
    /// is known.
    pub chain: Option<Result<Vec<ChainPrediction>, NoChain>>,
}

/// Looks at tensors part by part, so that the parts of a large model need not be in memory at once.
#[derive(Debug, Default)]
pub struct Inspector {
    options: InspectOptions,
    weights: Vec<WeightReport>,
    vectors: Vec<VectorReport>,
    findings: Vec<Finding>,
    foreign: Vec<Foreign>,
    ranks: BTreeMap<usize, usize>,
    layout_guessed: bool,
}

/// Looks at every tensor. Without a layout, given or guessed, axes are read as `out_in`.
///
/// ```
/// use initlab_engine::inspect::{InspectOptions, Untrained, inspect};
/// use initlab_engine::model_file::{Element, Tensor};
///
/// let zeros = Tensor::new("0.weight", &[3, 2], Element::F32, vec![0; 24]);
/// let report = inspect(&[zeros], InspectOptions::default());
/// let weights = &report.weights[0];
/// assert_eq!((weights.fans.fan_in, weights.fans.fan_out), (2, 3));
/// assert_eq!(weights.fits[0].labels, ["zeros"]);
/// assert_eq!(weights.untrained(), Untrained::Yes);
/// assert_eq!((report.findings[0].text.as_str(), report.answer.healthy), ("all zero", false));
/// ```
pub fn inspect(tensors: &[Tensor<'_>], options: InspectOptions) -> FileReport {
    let mut inspector = Inspector::new(options);
    inspector.add(tensors, &[], &mut |_| {});
    inspector.finish()
}

impl Inspector {
    /// One that has seen nothing.
    pub fn new(options: InspectOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Looks at the tensors of a part, and notes what else is in it; biases are looked for in the same part.
    /// `progress` gets the number of bytes of each tensor that was looked at.
    pub fn add(&mut self, tensors: &[Tensor<'_>], foreign: &[Foreign], progress: &mut dyn FnMut(usize)) {
        self.foreign.extend_from_slice(foreign);
        for tensor in tensors {
            *self.ranks.entry(tensor.shape.len()).or_default() += 1;
            self.pass_over(tensor);
        }
        let read: Vec<&Tensor<'_>> =
            tensors.iter().filter(|t| t.element.is_read() && !t.is_empty()).collect();
        let roles: Vec<Role> = read.iter().map(|tensor| role::role(&tensor.name, &tensor.shape)).collect();
        let biases = layout::biases(&read, &roles);
        let mut places = vec![None; read.len()];
        for (index, tensor) in read.iter().enumerate() {
            if matches!(roles[index], Role::Weight | Role::Embedding | Role::OptimizerState) {
                continue;
            }
            let is_bias = biases.contains(&Some(index));
            places[index] = Some(self.vectors.len());
            self.vectors.push(VectorReport::of(tensor, if is_bias { Role::Bias } else { roles[index] }));
        }
        let beside = |index: usize| biases[index].map(|bias| read[bias]);
        let layers: Vec<usize> = (0..read.len()).filter(|index| is_weight(roles[*index])).collect();
        let pairs: Vec<_> = layers.iter().map(|index| (read[*index], beside(*index))).collect();
        let layouts = layout::guess(&pairs);
        for (index, layout) in layers.into_iter().zip(layouts) {
            let layout = self.options.layout.or(layout);
            self.layout_guessed |= layout.is_none();
            let bias = biases[index].and_then(|bias| places[bias]);
            let shape = beside(index).map(|bias| &bias.shape[..]);
            self.weights.push(look(
                read[index],
                roles[index],
                layout.unwrap_or(Layout::OutIn),
                (bias, shape),
                self.options,
            ));
            progress(read[index].bytes.len());
        }
    }

    /// Notes a tensor whose numbers are not looked at; whole numbers that stand for weights may be all 0.
    fn pass_over(&mut self, tensor: &Tensor<'_>) {
        let reason = match tensor.element {
            Element::Other { .. } => "not floating-point",
            Element::Narrow { .. } => "float8 and narrower, which is not read",
            _ if role::role(&tensor.name, &tensor.shape) == Role::OptimizerState => {
                "what an optimizer remembers"
            }
            _ => return,
        };
        self.findings.extend(
            faults::packed(&tensor.name, &tensor.shape, &tensor.bytes).filter(|_| !tensor.element.is_read()),
        );
        self.foreign.push(Foreign { name: tensor.name.clone(), reason: reason.to_owned() });
    }

    /// Compares what was seen.
    pub fn finish(self) -> FileReport {
        let Self { options, weights, vectors, mut findings, foreign, ranks, layout_guessed } = self;
        let context = file_context::FileContext::of(&weights, &vectors);
        findings.extend(faults::findings(&context));
        let answer = FileAnswer::of(&weights, context.majority.as_ref(), &findings);
        let law = context.majority.map(|law| law.label);
        let chain = options.activation.map(|activation| chain::predict(&weights, &vectors, activation));
        FileReport { answer, findings, law, weights, vectors, layout_guessed, foreign, ranks, chain }
    }
}

fn is_weight(role: Role) -> bool {
    matches!(role, Role::Weight | Role::Embedding)
}

/// The report on one weight tensor, but for the comparison with the others; `bias` is its place and its sizes.
fn look(
    tensor: &Tensor<'_>,
    role: Role,
    layout: Layout,
    bias: (Option<usize>, Option<&[usize]>),
    options: InspectOptions,
) -> WeightReport {
    let axes = match role {
        Role::Embedding => TensorAxes::of_table(&tensor.shape),
        _ => TensorAxes::of(&tensor.name, &tensor.shape, layout, bias.1),
    };
    let sample = TensorSample::of(tensor, &axes);
    let evidence = fit::FitEvidence { tensor, axes: &axes, sample: &sample, activation: options.activation };
    let fits = laws::fits(&evidence);
    let (name, shape, fans) = (tensor.name.clone(), tensor.shape.clone(), axes.fans());
    WeightReport { name, role, shape, layout, fans, fits, bias: bias.0, sample, axes }
}

#[cfg(test)]
mod tests;
