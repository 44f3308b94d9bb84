//! The verbs that only show something: initializers, data, completions.

use super::code::print_code;
use super::data_args::DataArgs;
use super::exit;
use super::inspect::{OutputFormat, recipe};
use super::name_notes;
use super::outputs::command_line;
use super::print::{raw_to_stdout, to_stdout};
use super::recipe_code;
use super::refuse::refuse;
use crate::data::DataSet;
use crate::data::columns::Column;
use crate::experiments::catalogue;
use crate::frameworks::Framework;
use crate::nn::activation::Activation;
use crate::nn::init::{Fans, Init};
use crate::text::{TextTable, printable};
use clap::Args;
use clap_complete::Shell;

/// The flags of `initializers`: numbers beside names and formulas.
#[derive(Args, Debug)]
pub struct InitializersArgs {
    /// Adds what every initializer makes of a layer with so many inputs and units: standard deviation,
    /// bound, and a sample with its histogram.
    #[arg(long, value_name = "FAN_IN,FAN_OUT", value_parser = fans, allow_hyphen_values = true,
          group = "of_layer")]
    pub fans: Option<Fans>,
    /// Adds the gain of this activation, exact and as PyTorch has it, and its critical point.
    #[arg(long, value_name = "NAME")]
    pub activation: Option<Activation>,
    /// Prints code instead: the lines that give a layer each initializer in this framework (pytorch, keras,
    /// tensorflow, jax (Flax's linen), nnx, equinox, burn, candle).
    #[arg(long, value_name = "FRAMEWORK", conflicts_with = "fans", group = "of_layer")]
    pub code: Option<Framework>,
    /// The initializers whose code or numbers are wanted, with --code or --fans [default: all].
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', requires = "of_layer")]
    pub init: Vec<Init>,
    /// The lines of a recipe instead, with --code pytorch: gpt2, bert, torchvision-resnet, vit, siren, or a TOML file.
    #[arg(long, value_name = "RECIPE", requires = "code", conflicts_with = "init")]
    pub recipe: Option<String>,
    /// text, or json: one object for other programs, whose fields docs/FRAMEWORKS.md names.
    #[arg(long, value_name = "FORMAT", default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

/// Prints the list of initializers and the numbers asked for.
pub fn initializers(wanted: &InitializersArgs) -> anyhow::Result<u8> {
    name_notes::print(&command_line());
    if let Some(framework) = wanted.code {
        if wanted.format == OutputFormat::Json {
            return Err(refuse("--format", "json", "text with --code: it prints code"));
        }
        if let Some(name) = &wanted.recipe {
            return print_recipe(framework, name);
        }
        return print_code(framework, &wanted.init, wanted.activation);
    }
    if wanted.format == OutputFormat::Json {
        let found = catalogue::document(wanted.fans, &wanted.init, wanted.activation);
        raw_to_stdout(&format!("{found:#}"));
        return Ok(exit::DONE);
    }
    if wanted.init.is_empty() {
        to_stdout(&catalogue::every_name());
    }
    if let Some(fans) = wanted.fans {
        let apart = if wanted.init.is_empty() { "\n" } else { "" };
        to_stdout(&format!("{apart}{}", catalogue::numbers(fans, &wanted.init, wanted.activation)));
    }
    if let Some(activation) = wanted.activation {
        to_stdout(&format!("\n{}", catalogue::gains(activation)));
    }
    Ok(exit::DONE)
}

/// The lines of a recipe.
fn print_recipe(framework: Framework, name: &str) -> anyhow::Result<u8> {
    if framework != Framework::PyTorch {
        let expected = format!("pytorch with --recipe; for others: initlab draw --like FILE --recipe {name}");
        return Err(refuse("--code", framework, &expected));
    }
    let lines = recipe_code::lines(&recipe("--recipe", name)?);
    to_stdout(
        &lines.map_err(|reason| refuse("--recipe", name, &format!("laws that have lines ({reason})")))?,
    );
    Ok(exit::DONE)
}

/// Weights of the largest layer that is sampled.
const MOST_WEIGHTS: usize = 1_000_000;

fn fans(text: &str) -> Result<Fans, String> {
    let count = |text: &str| text.trim().parse().ok().filter(|n: &usize| *n > 0);
    let (fan_in, fan_out) = text
        .split_once(',')
        .and_then(|(fan_in, fan_out)| Some((count(fan_in)?, count(fan_out)?)))
        .ok_or("expected two whole numbers above 0, as in 784,100")?;
    match fan_in.checked_mul(fan_out) {
        Some(weights) if weights <= MOST_WEIGHTS => Ok(Fans { fan_in, fan_out }),
        _ => Err(format!("expected at most {MOST_WEIGHTS} weights, fan_in times fan_out")),
    }
}

/// Loads and verifies a data set and says what it is.
pub fn data(named: &DataArgs) -> anyhow::Result<u8> {
    let set = named.read()?;
    let mut table = TextTable::new(&["file", "bytes", "sha-256", "known as"]);
    for file in &set.files {
        let known = file.known.unwrap_or("unknown").to_owned();
        table.push([file.name.clone(), file.bytes.to_string(), file.sha256.clone(), known]);
    }
    to_stdout(&format!("{}\n\n{table}", set.summary()));
    set.warnings.iter().for_each(|warning| to_stdout(&format!("warning: {warning}")));
    set.notes.iter().for_each(|note| to_stdout(&format!("note: {note}")));
    if !set.columns.is_empty() {
        to_stdout(&format!("\n{}\n{}", classes_table(&set), columns_table(&set.columns)));
    }
    Ok(exit::DONE)
}

/// The classes with their sizes; of many the first ones.
fn classes_table(set: &DataSet) -> TextTable {
    let mut table = TextTable::new(&["class", "rows to learn from", "to measure on"]);
    for (class, name) in set.class_names.iter().enumerate().take(MOST_ROWS) {
        let count =
            |labels: &[u8]| labels.iter().filter(|label| usize::from(**label) == class).count().to_string();
        table.push([printable(name, 40), count(&set.train.labels), count(&set.test.labels)]);
    }
    table
}

/// The columns of a table: what is in them and what becomes of them; of many the first ones.
fn columns_table(columns: &[Column]) -> String {
    let mut table = TextTable::new(&["column", "has", "gaps", "is"]);
    for column in columns.iter().take(MOST_ROWS) {
        let name = printable(&column.name, 40);
        table.push([name, column.content(), column.found.gaps.to_string(), column.role.to_string()]);
    }
    let more = columns.len().saturating_sub(MOST_ROWS);
    if more == 0 { table.to_string() } else { format!("{table}and {more} more\n") }
}

/// Lines of a table of classes or columns.
const MOST_ROWS: usize = 40;

/// Prints a shell's completion script.
pub fn completions(shell: Shell, mut command: clap::Command) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "initlab", &mut script);
    raw_to_stdout(String::from_utf8_lossy(&script).trim_end());
    Ok(exit::DONE)
}
