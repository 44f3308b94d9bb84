//! The whole command line: one verb per experiment, and a few for looking at things.

use super::data_args::DataArgs;
use super::figure_args::FigureArgs;
use super::print::to_stdout;
use super::stop::Stop;
use super::verbs::ExperimentVerb;
use super::{
    chapter, draw, exit, inspect, lab, list_results, methods, recommend, redraw, replay, report, show, sweep,
    threads,
};
use crate::experiments::paste::TableFormat;
use crate::report::words::words;
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::PathBuf;

/// How should this neural network be initialized, and why?
#[derive(Parser, Debug)]
#[command(version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What was typed. A value may be a negative number, so that `--seed -1` is told what `--seed` takes.
pub fn typed() -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command().try_get_matches()?)
}

/// A command of ours, as if these words had been typed after the program's name.
fn parsed(words: &[&str]) -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command().try_get_matches_from([&["initlab"], words].concat())?)
}

/// Columns of the list of words.
const HELP_COLUMNS: usize = 80;

/// Flags that a verb takes like all others but has no use for: its help does not offer them.
const IGNORED: [(&str, &str); 14] = [
    ("circles", "data"),
    ("circles", "label"),
    ("circles", "table"),
    ("activations", "table"),
    ("activations", "export"),
    ("activations", "export_at"),
    ("activations", "export_data"),
    ("symmetry", "table"),
    ("batch-norm", "table"),
    ("activations", "extend_rates"),
    ("batch-norm", "extend_rates"),
    ("circles", "extend_rates"),
    ("symmetry", "extend_rates"),
    ("sweep", "extend_rates"),
];

fn command() -> clap::Command {
    let negative = |arg: clap::Arg| match arg.get_action() {
        ArgAction::Set | ArgAction::Append => arg.allow_negative_numbers(true),
        _ => arg,
    };
    let all = Cli::command()
        .mut_subcommands(|verb| verb.mut_args(negative))
        .mut_subcommand("words", |verb| verb.after_help(words(HELP_COLUMNS)));
    IGNORED.iter().fold(all, |command, (verb, flag)| {
        command.mut_subcommand(verb, |verb| verb.mut_arg(flag, |arg| arg.hide(true)))
    })
}

/// Every verb.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// An experiment.
    #[command(flatten)]
    Experiment(ExperimentVerb),
    /// A grid of runs from a TOML file: one table, one heat map.
    ///
    /// Every key is a setting of compare with _ for -, or depth (hidden layers) or width (units of
    /// each); a list gives alternatives, and all combinations are run.
    ///
    ///   init = "He"
    ///   depth = [2, 5, 10, 20]
    ///   learning_rate = [0.001, 0.01, 0.1]
    ///   seeds = 3
    ///   [heatmap]
    ///   x = "depth"
    ///   y = "learning_rate"
    ///   value = "test_accuracy"
    ///
    /// Examples:
    ///   initlab sweep scripts/grids/depth.toml --list
    ///   initlab sweep scripts/grids/depth.toml
    ///   initlab sweep scripts/grids/depth.toml --shard auto    (in a job array)
    #[command(verbatim_doc_comment)]
    #[allow(rustdoc::broken_intra_doc_links)] // [heatmap] is a TOML table
    Sweep(sweep::SweepArgs),
    /// Every initializer: names, formulas, sources, and its numbers for one layer.
    ///
    /// Examples:
    ///   initlab initializers
    ///   initlab initializers --fans 784,100 --activation tanh
    ///   initlab initializers --code pytorch
    ///   initlab initializers --code keras --init He,he_normal
    #[command(verbatim_doc_comment)]
    Initializers(show::InitializersArgs),
    /// The first weights of a network, in a file that frameworks load.
    ///
    /// Examples:
    ///   initlab draw --sizes 784,512,10 --init he_normal --out weights.npz
    ///   initlab draw --sizes 784,512,10 --layout out_in    (for PyTorch's load_state_dict)
    ///   initlab draw --sizes 2,256,256,3 --layout out_in --names 'net.*.linear' --recipe siren
    ///   initlab draw --like model.safetensors --recipe gpt2 --law 'lm_head.*=zeros' --out new.safetensors
    #[command(verbatim_doc_comment)]
    Draw(draw::DrawArgs),
    /// Was a network trained, is it healthy, what were its weights drawn from?
    ///
    /// The answer first; then, for every weight tensor, the initializers that its numbers do not
    /// contradict, best first. Trained weights contradict all of them.
    ///
    /// A fault is what cannot work or was surely not meant: NaN, zeros, constants, equal units, a layer
    /// scaled out of the law of the others, a signal that dies; each with what it does and what to do.
    /// A note is what is unusual and known, as the zeros of LoRA. Nothing that a file holds is run.
    ///
    /// Examples:
    ///   initlab inspect model.pt
    ///   initlab inspect weights.npz --layout in_out --activation relu
    ///   initlab inspect before.pt after.pt    (which layers moved, and how far)
    ///   initlab inspect model.safetensors --expect gpt2
    #[command(verbatim_doc_comment)]
    Inspect(inspect::InspectArgs),
    /// A run that --export has written, computed again and held against the export: 0 equal, 6 not.
    ///
    /// The folder may as well come from another program, in the form of docs/FIDELITY.md.
    ///
    /// Examples:
    ///   initlab compare --init He --iterations 200 --export runs --export-at 5
    ///   initlab replay runs/ID
    ///   initlab replay runs/ID --from at-5 --tolerance 1e-12
    #[command(verbatim_doc_comment)]
    Replay(replay::ReplayArgs),
    /// An initializer for your own network: ranked, tried, with the lines to paste.
    ///
    /// Examples:
    ///   initlab recommend --sizes 784,512,256,10 --activation gelu
    ///   initlab recommend --sizes 784,100,100,10 --optimizer adam --init He,lsuv,orthogonal
    ///   initlab recommend --sizes 4,32,32,3 --data iris.csv --label species --code keras
    #[command(verbatim_doc_comment)]
    Recommend(recommend::RecommendArgs),
    /// Redraw the figures from the CSV files, without training.
    ///
    /// Examples:
    ///   initlab plot
    ///   initlab plot results/compare --style talk --title "Three initializers"
    #[command(verbatim_doc_comment)]
    Plot {
        /// A folder with tables, or one above such folders.
        #[arg(default_value = "results")]
        folder: PathBuf,
        /// Axes that differ from the experiment's own.
        #[command(flatten)]
        scales: redraw::AxisArgs,
        /// How figures look, and whether they are opened.
        #[command(flatten)]
        look: FigureArgs,
    },
    /// The paragraph on methods for a paper, from a folder of compare, with BibTeX: network, data,
    /// initializers and their sources, seeds, tuning, intervals, version, run ids.
    ///
    /// Examples:
    ///   initlab methods results/compare
    ///   initlab methods results/compare --format latex
    #[command(verbatim_doc_comment)]
    Methods {
        /// The folder.
        #[arg(default_value = "results/compare")]
        folder: PathBuf,
        /// What to write.
        #[arg(long, value_name = "FORMAT", default_value = "markdown")]
        format: TableFormat,
    },
    /// One self-contained page that explains a folder's results: report.html in that folder.
    ///
    /// Examples:
    ///   initlab report
    ///   initlab report results/compare
    #[command(verbatim_doc_comment)]
    Report {
        /// A results folder, or one experiment's folder in it.
        #[arg(default_value = "results")]
        folder: PathBuf,
        /// Title of the page.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
    },
    /// What the book's chapter shows, run in its order: one page, and the lab beside it.
    ///
    /// Zeros, histograms of sigmoid and ReLU layers, the loss of figure 6-15, batch norm over 16
    /// scales; each with what is asked, what the book says, and what ours says. Finished runs are used
    /// again.
    ///
    /// Examples:
    ///   initlab chapter
    #[command(verbatim_doc_comment)]
    Chapter(chapter::ChapterArgs),
    /// The lesson: one page that trains networks in the browser while one turns their settings.
    ///
    /// Ten short lessons on how first weights decide whether a network learns, each with a question, on
    /// 2,000 digits that are packed into the file. It works offline, on any machine with a browser.
    ///
    /// Examples:
    ///   initlab lab --open
    ///   initlab lab --data iris.csv --label species
    #[command(verbatim_doc_comment)]
    Lab(lab::LabArgs),
    /// What the words of answers and figures mean, a line each.
    Words,
    /// List the results that are there, one line each, with the settings that differ.
    ///
    /// Examples:
    ///   initlab list
    ///   initlab list results/compare
    #[command(verbatim_doc_comment)]
    List {
        /// A results folder.
        #[arg(default_value = "results")]
        folder: PathBuf,
    },
    /// What data is there, where it came from, whether it verifies.
    ///
    /// Examples:
    ///   initlab data
    ///   initlab data --data iris.csv --label species
    #[command(verbatim_doc_comment)]
    Data(DataArgs),
    /// Completions for a shell, on standard output.
    ///
    /// Examples:
    ///   initlab completions bash > ~/.local/share/bash-completion/completions/initlab
    ///   initlab completions zsh > ~/.zfunc/_initlab
    #[command(verbatim_doc_comment)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// Does it and returns the exit code.
    pub fn execute(self, stop: &Stop) -> anyhow::Result<u8> {
        match self {
            Self::Experiment(verb) => verb.execute(stop),
            Self::Sweep(arguments) => sweep::sweep(arguments, stop),
            Self::Initializers(wanted) => threads::in_pool(|| show::initializers(&wanted)),
            Self::Draw(wanted) => threads::in_pool(|| draw::draw(&wanted)),
            Self::Inspect(wanted) => inspect::inspect_file(&wanted),
            Self::Replay(wanted) => replay::replay(&wanted),
            Self::Recommend(wanted) => recommend::recommend(&wanted),
            Self::Plot { folder, scales, look } => redraw::plot(&folder, &scales, &look),
            Self::Methods { folder, format } => methods::methods(&folder, format),
            Self::Data(named) => threads::in_pool(|| show::data(&named)),
            Self::Report { folder, title } => {
                threads::in_pool(|| report::write_report(&folder, title.as_deref()))
            }
            Self::Chapter(wanted) => chapter::chapter(&wanted, |words| parsed(words)?.command.execute(stop)),
            Self::Words => {
                to_stdout(&words(HELP_COLUMNS));
                Ok(exit::DONE)
            }
            Self::Lab(wanted) => threads::in_pool(|| lab::lab(&wanted)),
            Self::List { folder } => list_results::list_results(&folder),
            Self::Completions { shell } => show::completions(shell, Cli::command()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_chapter_is_a_command() {
        for part in crate::report::chapter::CHAPTER {
            parsed(&[part.words, &["--name", part.name]].concat()).unwrap();
        }
    }
}
