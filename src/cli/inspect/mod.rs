//! `inspect`: was a network trained, is it healthy, what were its weights drawn from?
//!
//! `read` finds the files, `text`, `file_notes` and `json` say what is in them; whether they follow a recipe and how two of them
//! differ is asked here.

mod file_notes;
mod json;
pub mod read;
mod text;

use super::exit;
use super::new_file::NewFile;
use super::print::{json_to_stdout, to_stderr, to_stdout};
use super::refuse::refuse;
use crate::files::open::read_typed;
use crate::inspect::recipe::{Departures, Recipe, written};
use crate::inspect::recipes::RECIPES;
use crate::inspect::travel::{self, FileComparison};
use crate::inspect::{FileReport, InspectOptions, Layout};
use crate::model_file::Tensor;
use crate::named_family;
use crate::nn::activation::Activation;
use clap::Args;
use read::{Model, models};
use std::path::{Path, PathBuf};

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OutputFormat {
    /// Lines for readers, and columns for other programs.
    #[default]
    Text,
    /// One object.
    Json,
}

impl OutputFormat {
    /// Both, with their names.
    pub const NAMED: &[(&'static str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

named_family!(OutputFormat, "format");

/// The files, and what is known of them.
#[derive(Args, Debug)]
pub struct InspectArgs {
    /// Model files (.safetensors, .pt, .pth, .ckpt, .bin, .keras, .h5, .onnx, .npz, .npy), folders of them, or the index of
    /// a sharded model; two files of one network are compared, too.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Axes of weights: out_in as in PyTorch and candle, in_out as in Keras, JAX and burn [default:
    /// guessed from biases, receptive fields and names].
    #[arg(long, value_name = "LAYOUT")]
    pub layout: Option<Layout>,
    /// The activation between layers: adds the initializer critical, and the predicted signal and
    /// gradient where the file is a chain of dense layers, else why there is none.
    #[arg(long, value_name = "NAME")]
    pub activation: Option<Activation>,
    /// What the weights should be as they start: gpt2, bert, torchvision-resnet, vit, siren, or a TOML file. One line for
    /// each tensor that departs, and exit code 6.
    #[arg(long, value_name = "RECIPE")]
    pub expect: Option<String>,
    /// Write the recipe that the file follows, to be edited and given to --expect.
    #[arg(long, value_name = "FILE")]
    pub write_recipe: Option<PathBuf>,
    /// text or json.
    #[arg(long, value_name = "FORMAT", default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

/// What was found in one model.
pub struct Inspected {
    /// The model's name: of its file, or of its first shard.
    pub name: String,
    /// Whose file it is.
    pub format: &'static str,
    /// What is in it.
    pub report: FileReport,
    /// What departs from the recipe, where one is given.
    pub departures: Option<Departures>,
}

/// Reads the files and prints what they hold.
pub fn inspect_file(wanted: &InspectArgs) -> anyhow::Result<u8> {
    let recipe = wanted.expect.as_deref().map(|name| recipe("--expect", name)).transpose()?;
    wanted.write_recipe.as_deref().map_or(Ok(()), |path| recipe_file(path).check())?;
    let options = InspectOptions { layout: wanted.layout, activation: wanted.activation };
    let models = models(&wanted.files)?;
    if wanted.write_recipe.is_some() && models.len() != 1 {
        return Err(refuse("--write-recipe", models.len(), "one model"));
    }
    let (mut code, mut found) = (exit::DONE, Vec::new());
    for model in &models {
        match model.inspect(options) {
            Ok((format, report)) => {
                let departures = recipe.as_ref().map(|recipe| recipe.departures(&report)).transpose();
                let departures =
                    departures.map_err(|reason| refuse("--expect", &reason, "laws that are known"))?;
                let one = Inspected { name: model.name.clone(), format, report, departures };
                if wanted.format == OutputFormat::Text {
                    text::print(&one, models.len() > 1);
                }
                found.push(one);
            }
            Err(error) if models.len() == 1 => return Err(error),
            Err(error) => {
                to_stderr(&format!("initlab: {error:#}"));
                code = code.max(exit::of(&error));
            }
        }
    }
    let comparison = compared(&models, &found)?;
    match (wanted.format, &comparison) {
        (OutputFormat::Json, _) => json_to_stdout(&json::document(&found, comparison.as_ref()).to_string()),
        (OutputFormat::Text, Some(comparison)) => {
            file_notes::print_travel(comparison, &models[0].name, &models[1].name);
        }
        (OutputFormat::Text, None) => {}
    }
    if let (Some(path), [one]) = (&wanted.write_recipe, &found[..]) {
        write_recipe(path, &one.report, wanted.format)?;
    }
    let departed = found.iter().filter_map(|one| one.departures.as_ref()).any(|held| !held.are_none());
    Ok(if code == exit::DONE && departed { exit::DEPARTS } else { code })
}

/// A recipe of the program's, or of a file.
pub fn recipe(flag: &'static str, name: &str) -> anyhow::Result<Recipe> {
    let known = RECIPES.iter().find(|row| row.0 == name).map(|row| row.1.to_owned());
    let names = || RECIPES.iter().map(|row| row.0).collect::<Vec<_>>().join(", ");
    let text = if let Some(text) = known {
        text
    } else {
        let refused = |error| refuse(flag, name, &format!("{}, or a TOML file ({error})", names()));
        read_typed(Path::new(name)).map_err(refused)?
    };
    Recipe::parse(&text).map_err(|reason| refuse(flag, name, &format!("a recipe: {reason}")))
}

fn recipe_file(path: &Path) -> NewFile<'_> {
    NewFile { flag: "--write-recipe", path, force: None }
}

/// Writes the recipe that a report follows; a file that is there is not replaced.
fn write_recipe(path: &Path, report: &FileReport, format: OutputFormat) -> anyhow::Result<()> {
    let shown = path.display();
    let name = path.file_stem().map_or("recipe".into(), |stem| stem.to_string_lossy());
    recipe_file(path).write(written(report, &name).as_bytes())?;
    if format == OutputFormat::Text {
        to_stdout(&format!(
            "# recipe written to {shown}; see what is 'any' in it, then: initlab inspect FILE --expect {shown}"
        ));
    }
    Ok(())
}

/// How two models differ that have most tensors in common.
fn compared(models: &[Model], found: &[Inspected]) -> anyhow::Result<Option<FileComparison>> {
    let ([before, after], 2) = (models, found.len()) else { return Ok(None) };
    let comparison = before.with_tensors(|a| after.with_tensors(|b| Ok(compare(a, b))))?;
    let alone = comparison.alone.iter().map(Vec::len).max().unwrap_or(0);
    Ok((comparison.travels.len() > alone).then_some(comparison))
}

fn compare(before: &[Tensor<'_>], after: &[Tensor<'_>]) -> FileComparison {
    travel::compare(before, after)
}
