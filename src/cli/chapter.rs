//! `chapter`: everything that the book's chapter shows, run in its order, on one page, with the lab beside it.

use super::data_args::DataArgs;
use super::exit;
use super::lab::{LabArgs, lab};
use super::print::{to_stderr, to_stdout};
use super::report::write_chapter;
use super::threads;
use crate::report::chapter::CHAPTER;
use clap::Args;
use std::path::PathBuf;

/// The flags of `chapter`.
#[derive(Args, Debug)]
pub struct ChapterArgs {
    /// Folder of the chapter: a folder per experiment, report.html and lab.html.
    #[arg(long, value_name = "DIR", default_value = "results/chapter")]
    pub out: PathBuf,
}

/// Runs every part, or takes what is finished, and writes the page and the lab; the exit code of the first part that
/// does not end well. `run` does a command of ours, given as the words behind the program's name.
pub fn chapter(args: &ChapterArgs, run: impl Fn(&[&str]) -> anyhow::Result<u8>) -> anyhow::Result<u8> {
    let out = args.out.to_string_lossy();
    for part in CHAPTER {
        to_stderr(&format!("{}: initlab {}", part.figure, part.words.join(" ")));
        let around = ["--out", out.as_ref(), "--name", part.name];
        let code = run(&[part.words, &around].concat())?;
        if code != exit::DONE {
            return Ok(code);
        }
    }
    threads::in_pool(|| {
        lab(&LabArgs { data: DataArgs::default(), out: args.out.clone(), open: false })?;
        let code = write_chapter(&args.out)?;
        to_stdout(
            "The page has the figures in the order of the chapter; the lab trains the same networks live.",
        );
        Ok(code)
    })
}
