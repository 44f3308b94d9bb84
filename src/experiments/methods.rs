//! The paragraph on methods for a paper, from what a folder of `compare` holds: nothing in it is typed by hand.

use super::Experiment;
use super::compare::Compare;
use super::compare::rows::{DifferenceRow, LayerRow, RateRow, SummaryRow};
use super::paste::{TableFormat, latex_text};
use crate::data::known_data_set;
use crate::nn::init::Init;
use crate::nn::init::names::label_for_readers;
use crate::nn::init::names::{InitKind, NamedInit};
use crate::nn::init::table::NAMED;
use crate::results::{Manifest, Tables};
use crate::stats::{FINAL_ITERATIONS, Verdict};
use crate::text::{counted, exact};
use serde_json::Value;

/// Works to cite, as pairs of lines: words that name the work, its BibTeX.
const SOURCES: &str = include_str!("sources.bib");

/// A work that can be cited.
struct Source {
    words: &'static str,
    key: &'static str,
    bibtex: &'static str,
}

fn sources() -> impl Iterator<Item = Source> {
    let lines = SOURCES.lines().zip(SOURCES.lines().skip(1));
    lines.filter_map(|(words, bibtex)| {
        let key = bibtex.strip_prefix('@')?.split(['{', ',']).nth(1)?;
        Some(Source { words: words.strip_prefix("% ")?, key, bibtex })
    })
}

/// The paragraph; the command, which has every setting that the paragraph leaves out; checksums, run ids and BibTeX.
///
/// # Errors
/// What the folder is instead, if it is none of `compare`, or which table is missing.
pub fn methods(
    manifest: &Manifest,
    command: &str,
    tables: &Tables,
    format: TableFormat,
) -> Result<String, String> {
    if manifest.experiment != Compare::NAME {
        return Err(format!("a paragraph is written of `compare`, and this is `{}`", manifest.experiment));
    }
    let paragraph = [
        network(manifest, &read(tables, "initialization")?),
        inputs(manifest),
        initializers(&manifest.settings),
        training(&manifest.settings["training"], &manifest.settings["learning_rate"]),
        seeds(manifest),
        tuning(manifest, &tables.rows("rates").unwrap_or_default()),
        measures(manifest, &read(tables, "summary")?, &read(tables, "differences")?),
        program(manifest),
    ];
    let paragraph = paragraph.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let cited: Vec<Source> =
        sources().filter(|source| paragraph.contains(&format!("[@{}]", source.key))).collect();
    let own = format!(
        "@software{{initlab, title = {{initlab}}, version = {{{}}}, note = {{engine {}, {}}}}}\n",
        manifest.versions.initlab, manifest.versions.engine, manifest.versions.precision
    );
    let bibtex =
        cited.iter().map(|source| source.bibtex).chain([own.as_str()]).collect::<Vec<_>>().join("\n");
    let files = manifest.data.iter().map(|file| format!("{} {}", file.file, file.sha256));
    let files = files.map(|file| format!("SHA-256 of {file}"));
    let appendix: Vec<String> =
        [format!("command: {command}")].into_iter().chain(files).chain([runs(&manifest.runs)]).collect();
    Ok(match format {
        TableFormat::Markdown => {
            format!("{paragraph}\n\n- {}\n\n```bibtex\n{bibtex}```", appendix.join("\n- "))
        }
        TableFormat::Latex => {
            format!(
                "{}\n% {}\n\n% for the .bib file\n{bibtex}",
                in_latex(&paragraph, &cited),
                appendix.join("\n% ")
            )
        }
    })
}

/// The ids of the runs; of more than a line or two only their number.
fn runs(ids: &[String]) -> String {
    match ids.len() {
        0..=30 => format!("runs: {}", ids.join(" ")),
        count => format!("{count} runs, whose ids run.json has: {} to {}", ids[0], ids[count - 1]),
    }
}

fn read<R: serde::de::DeserializeOwned>(tables: &Tables, name: &str) -> Result<Vec<R>, String> {
    tables.rows(name).map_err(|error| error.to_string())
}

/// LaTeX with its own citations.
fn in_latex(paragraph: &str, cited: &[Source]) -> String {
    let keys = cited.iter().map(|source| source.key).chain(["initlab"]);
    keys.fold(latex_text(paragraph), |text, key| {
        text.replace(&format!(" [@{key}]"), &format!("~\\cite{{{key}}}"))
    })
}

/// The citations of every source that a text names; none where it names none.
fn cite(text: &str) -> String {
    let named = sources().filter(|source| text.contains(source.words));
    named.map(|source| [" [@", source.key, "]"].concat()).collect()
}

fn network(manifest: &Manifest, layers: &[LayerRow]) -> String {
    let settings = &manifest.settings["training"];
    let one = layers.chunk_by(|a, b| a.layer < b.layer).next().unwrap_or_default();
    let sizes =
        one.first().map(|layer| layer.fan_in).into_iter().chain(one.iter().map(|layer| layer.fan_out));
    let sizes = sizes.map(|size| size.to_string()).collect::<Vec<_>>().join("–");
    let norm = if settings["batch_norm"] == Value::Bool(true) {
        format!(", batch normalization{} before each of these", cite("batch norm"))
    } else {
        String::new()
    };
    let sums: Vec<&str> = manifest.data.iter().map(|file| file.sha256.as_str()).collect();
    let data = match known_data_set(&sums) {
        Some(name) => format!("{name}{}", cite(&format!("data {name}"))),
        None => manifest.data.first().map_or("", |file| &file.file).to_owned(),
    };
    format!(
        "Fully connected networks of {sizes} units, {} after each hidden layer{norm}, were trained on {data} to minimize softmax \
         cross-entropy.",
        plain(&settings["activation"])
    )
}

/// True of a table that comes as one file: a seed splits its rows.
fn is_split(manifest: &Manifest) -> bool {
    manifest.data.len() == 1
}

/// How examples became inputs, and which of them are tested on: a table comes as one file or two, images as four.
fn inputs(manifest: &Manifest) -> String {
    let standardized = |rows| format!("columns were standardized by mean and standard deviation {rows}.");
    match &manifest.data[..] {
        [_] => format!(
            "A fifth of the rows of each class, rounded, other rows under every seed, was set apart for testing; {}",
            standardized("of the others")
        ),
        [train, test] => {
            format!(
                "The rows of {} are for testing; {}",
                test.file,
                standardized(&format!("of {}", train.file))
            )
        }
        _ => "Inputs are pixels as fractions of 255; the test images are the data set's own.".to_owned(),
    }
}

/// A setting as one reads it: lists with commas, texts without quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), exact),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn labels(settings: &Value) -> Vec<String> {
    settings["init"].as_array().into_iter().flatten().map(plain).collect()
}

fn initializers(settings: &Value) -> String {
    let one = |label: String| {
        let init: Option<Init> = label.parse().ok();
        let row = init.and_then(|init| NAMED.iter().find(|row| row.label(&init).is_some()));
        let of = row.map_or(String::new(), |row| format!(": {}{}", formula(row, &label), cite(row.source)));
        format!("{}{of}", label_for_readers(&label))
    };
    let all: Vec<String> = labels(settings).into_iter().map(one).collect();
    format!("First weights: {}. Biases start at 0 where the formula names none.", all.join("; "))
}

/// The formula of an initializer, with the number of its label where it takes one.
fn formula(row: &NamedInit, label: &str) -> String {
    match (&row.kind, label.split_once('=')) {
        (InitKind::Parametrized { symbol, .. }, Some((_, number))) => row.formula.replace(symbol, number),
        _ => row.formula.to_owned(),
    }
}

fn training(settings: &Value, rates: &Value) -> String {
    let name = plain(&settings["optimizer"]);
    let momentum = match name.as_str() {
        "momentum" | "nesterov" => format!(", momentum {}", plain(&settings["momentum"])),
        _ => String::new(),
    };
    let decay = match settings["weight_decay"].as_f64() {
        Some(decay) if decay > 0.0 => format!(", weight decay {decay} on weights"),
        _ => String::new(),
    };
    let cited = cite(&format!("optimizer {name}"));
    let rate = if rates.as_array().is_some_and(|rates| rates.len() > 1) {
        String::new()
    } else {
        format!(" at the learning rate {}", plain(rates))
    };
    format!(
        "Each network took {} updates of {name}{cited}{rate}{momentum}{decay}, on mini-batches of {}.",
        plain(&settings["iterations"]),
        counted(settings["batch_size"].as_u64().unwrap_or(0) as usize, "example")
    )
}

/// The first and the number of the seeds that are shown.
fn shown_seeds(settings: &Value) -> (u64, u64) {
    let seeds = &settings["seeds"];
    (seeds["seed"].as_u64().unwrap_or(1), seeds["seeds"].as_u64().unwrap_or(1))
}

fn seeds(manifest: &Manifest) -> String {
    let (first, count) = shown_seeds(&manifest.settings);
    let set = if is_split(manifest) {
        "weights, mini-batches and the rows to test on"
    } else {
        "weights and mini-batches"
    };
    match count {
        1 => format!(
            "There is one seed ({first}), so that nothing is said of chance; under it all initializers saw the same mini-batches."
        ),
        _ => format!(
            "Seeds {first} to {} set {set}; under one seed all initializers saw the same mini-batches.",
            first + count - 1
        ),
    }
}

/// The learning rates that were tried, in ascending order.
fn tried(manifest: &Manifest) -> String {
    let rates = manifest.settings["learning_rate"].as_array();
    let mut rates: Vec<f64> = rates.into_iter().flatten().filter_map(Value::as_f64).collect();
    rates.sort_by(f64::total_cmp);
    let is_extended = manifest.command.iter().any(|word| word == "--extend-rates");
    let extended = if is_extended { " (extended where the best lay at an edge)" } else { "" };
    rates.into_iter().map(exact).collect::<Vec<_>>().join(", ") + extended
}

fn tuning(manifest: &Manifest, rates: &[RateRow]) -> String {
    if rates.is_empty() {
        return String::new();
    }
    let settings = &manifest.settings;
    let (first, count) = shown_seeds(settings);
    let mut edge: Vec<String> =
        rates.iter().filter(|row| row.best && row.at_edge).map(|row| row.initializer.clone()).collect();
    edge.dedup();
    let without = |name: &String| !rates.iter().any(|row| row.best && row.initializer == *name);
    let none: Vec<String> = labels(settings).into_iter().filter(without).collect();
    let told = |names: &[String], words: &str| {
        if names.is_empty() { String::new() } else { format!(" {}: {words}.", names.join(", ")) }
    };
    let (by, unseen) = match rates.iter().find_map(|row| row.held_out) {
        Some(count) => (
            format!("mean loss on {} set apart", counted(count, "training example")),
            ", whose runs did not learn from them",
        ),
        None => ("mean final loss".to_owned(), ""),
    };
    let further = match count {
        1 => format!("seed {}", first + 1),
        _ => format!("seeds {} to {}", first + count, first + 2 * count - 1),
    };
    let mut best: Vec<(&str, f64)> = rates
        .iter()
        .filter(|row| row.best)
        .map(|row| (row.initializer.as_str(), row.learning_rate))
        .collect();
    best.dedup();
    let best: Vec<String> = best.iter().map(|(name, rate)| format!("{name} {}", exact(*rate))).collect();
    let best = if best.is_empty() { String::new() } else { format!(" ({})", best.join(", ")) };
    format!(
        "Of the learning rates {} each initializer is reported at the one with the lowest {by} over the further \
         {further}{unseen}, of those at which no run diverged{best}.{}{}{}",
        tried(manifest),
        if is_split(manifest) {
            " The further seeds split the same rows, so that rates are chosen with rows on which others are tested."
        } else {
            ""
        },
        told(&edge, "the best rate is the smallest or largest tried, and a better one may lie beyond"),
        told(&none, "no best rate, as at each a run diverged, or none learned on the further seeds")
    )
}

fn measures(manifest: &Manifest, runs: &[SummaryRow], differences: &[DifferenceRow]) -> String {
    let settings = &manifest.settings;
    let diverged = runs.iter().filter(|run| run.verdict == Verdict::Diverged).count();
    let diverged = match diverged {
        0 => String::new(),
        count => format!(" {count} of {} diverged and have no final values.", counted(runs.len(), "run")),
    };
    let intervals = match shown_seeds(settings).1 {
        1 => "",
        _ if is_split(manifest) => {
            " Means are given with 95 % intervals of Student's t over seeds, whose splits share rows: for other rows they are too small."
        }
        _ => " Means are given with 95 % intervals of Student's t over seeds.",
    };
    let differences = differences.iter().find_map(|row| row.comparisons).map_or_else(String::new, |count| {
        format!(
            " Differences are taken seed by seed, and their intervals hold together at 95 % (Bonferroni over {count})."
        )
    });
    let iterations = settings["training"]["iterations"]
        .as_u64()
        .map_or(FINAL_ITERATIONS, |iterations| iterations as usize);
    let window = iterations.min(FINAL_ITERATIONS);
    format!(
        "The final loss is the mean loss of the last {window} updates, test accuracy is that after the last.{intervals}{differences}{diverged}"
    )
}

fn program(manifest: &Manifest) -> String {
    let versions = &manifest.versions;
    let precision = if versions.precision == "f64" { "double" } else { "single" };
    format!(
        "All was computed in {precision} precision by initlab {} [@initlab], engine {}.",
        versions.initlab, versions.engine
    )
}

#[cfg(test)]
mod tests;
