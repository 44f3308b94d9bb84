//! `lab`: one page that trains networks in the browser; the causes that its lessons tell are computed here.

use super::data_args::DataArgs;
use super::exit;
use super::figure_args::open_file;
use super::print::to_stdout;
use crate::data::DataSet;
use crate::experiments::Data;
use crate::experiments::compare::rows::SummaryRow;
use crate::experiments::compare::{Compare, Config};
use crate::experiments::runner::{DynExperiment, checked};
use crate::nn::inputs::{Examples, Inputs};
use crate::report::lab::{LESSONS, LabData, LabPage, Lesson, LessonNetwork, page};
use crate::results::{ResultsFolder, TableError};
use clap::{Args, FromArgMatches};
use ndarray::s;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// The page's file.
const FILE: &str = "lab.html";
/// Examples that are packed into the page, to learn from and to test on.
const EXAMPLES: [usize; 2] = [2000, 500];

/// The flags of `lab`.
#[derive(Args, Debug)]
pub struct LabArgs {
    /// Data for the page instead of MNIST's digits.
    #[command(flatten)]
    pub data: DataArgs,
    /// Folder of the page, lab.html.
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// Open the page in the browser.
    #[arg(long)]
    pub open: bool,
}

/// Writes the page, says where it is, and returns the exit code.
pub fn lab(args: &LabArgs) -> anyhow::Result<u8> {
    let set = args.data.load(false)?;
    let folder = ResultsFolder::open(args.out.clone())?;
    folder.refuse_other_page(FILE)?;
    let is_mnist = set.known() == Some("MNIST");
    let source = source(&set);
    let name = if is_mnist { "digits".to_owned() } else { name(&set) };
    let data = packed(name, &set);
    let causes = if is_mnist { causes(&first_examples(set))? } else { Vec::new() };
    let html = page(&LabPage { data: &data, causes: &causes, source: &source });
    folder.write_page(FILE, &html)?;
    let file = args.out.join(FILE);
    to_stdout(&format!("{} ({:.1} MB): open it in a browser", file.display(), html.len() as f64 / 1e6));
    if args.open {
        open_file(&file);
    }
    Ok(exit::DONE)
}

/// The name of a data set that is not MNIST: that of its file or folder.
fn name(set: &DataSet) -> String {
    set.place.file_name().map_or_else(|| "own data".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Where the page's numbers come from, in a sentence or two.
fn source(set: &DataSet) -> String {
    let [train, test] = EXAMPLES.map(|most| most.min(set.train.labels.len()));
    format!(
        "The networks learn from the first {train} training examples of {} and are tested on the first {} test examples. \
         Seeds are streams of this page's own: --seed 1 of the command line draws other weights.",
        set.known().map_or_else(|| name(set), str::to_owned),
        test.min(set.test.labels.len())
    )
}

/// The first examples of a set as the page packs them.
fn packed(name: String, set: &DataSet) -> LabData {
    let [train, test] =
        [(&set.train, EXAMPLES[0]), (&set.test, EXAMPLES[1])].map(|(all, most)| first(all, most));
    let numbers = |examples: &Examples| {
        examples.inputs.to_dense().iter().map(|value| f64::from(*value) as f32).collect()
    };
    LabData {
        name,
        width: set.train.inputs.width(),
        classes: set.class_names.clone(),
        train: numbers(&train),
        train_labels: train.labels,
        test: numbers(&test),
        test_labels: test.labels,
    }
}

/// The first examples alone.
fn first(examples: &Examples, most: usize) -> Examples {
    let count = most.min(examples.labels.len());
    let dense = examples.inputs.to_dense().slice(s![..count, ..]).to_owned();
    Examples { inputs: Inputs::Dense(dense), labels: examples.labels[..count].to_vec() }
}

/// The data set that the page has, for the engine.
fn first_examples(set: DataSet) -> Data {
    let [train, test] = [first(&set.train, EXAMPLES[0]), first(&set.test, EXAMPLES[1])];
    Data::of(DataSet { train, test, rows: None, ..set })
}

/// What the engine says of every network of every lesson, on the page's examples.
fn causes(data: &Data) -> anyhow::Result<Vec<Vec<String>>> {
    let of_lesson = |lesson: &Lesson| -> anyhow::Result<Vec<String>> {
        lesson.networks.par_iter().map(|network| cause(network, lesson.iterations, data)).collect()
    };
    LESSONS.par_iter().map(of_lesson).collect()
}

/// `initlab compare --init std=0.01 …: stalled: the signal …; expected to learn with --init He.`
fn cause(network: &LessonNetwork, iterations: usize, data: &Data) -> anyhow::Result<String> {
    let words = network.words(iterations);
    let command = Config::augment_args(clap::Command::new("compare").no_binary_name(true));
    let config = Config::from_arg_matches(&command.try_get_matches_from(&words)?)?;
    let rows = summary(&checked::<Compare>(&config)?, data)?;
    let said = rows.first().map_or(String::new(), |row| {
        let why = row.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
        let remedy =
            row.remedy.as_ref().map_or(String::new(), |flags| format!("; expected to learn with {flags}"));
        format!("{}{why}{remedy}", row.ending())
    });
    Ok(format!("initlab compare {}: {said}.", words.join(" ")))
}

fn summary(study: &dyn DynExperiment, data: &Data) -> Result<Vec<SummaryRow>, TableError> {
    match study.run(0, data, &()) {
        ControlFlow::Continue(tables) => study.assemble(vec![Some(tables)], data)?.rows("summary"),
        ControlFlow::Break(_) => Ok(Vec::new()),
    }
}

/// The lessons' settings are settings of `compare`.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::{ConfigError, Experiment};

    #[test]
    fn every_lessons_networks_are_what_compare_takes() -> Result<(), ConfigError> {
        for lesson in LESSONS {
            for network in lesson.networks {
                let command = Config::augment_args(clap::Command::new("compare").no_binary_name(true));
                let matches = command.try_get_matches_from(network.words(lesson.iterations)).unwrap();
                assert_eq!(Compare::plans(&Config::from_arg_matches(&matches).unwrap())?.len(), 1);
            }
        }
        Ok(())
    }
}
