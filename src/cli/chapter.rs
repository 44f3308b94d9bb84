//! `chapter`: everything that the book's chapter shows, run in its order, on one page, with the lab beside it.

use super::commands::parsed;
use super::exit;
use super::lab::{LabArgs, lab};
use super::print::{to_stderr, to_stdout};
use super::report::write_chapter;
use super::stop::Stop;
use super::threads;
use crate::report::chapter::{CHAPTER, ChapterPart};
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
/// does not end well.
pub fn chapter(args: &ChapterArgs, stop: &Stop) -> anyhow::Result<u8> {
    for part in CHAPTER {
        to_stderr(&format!("{}: initlab {}", part.figure, part.words.join(" ")));
        let code = run(part, args, stop)?;
        if code != exit::DONE {
            return Ok(code);
        }
    }
    threads::in_pool(|| {
        lab(&LabArgs { data: None, label: None, out: args.out.clone(), open: false })?;
        write_chapter(&args.out)
    })?;
    to_stdout("The page has the figures in the order of the chapter; the lab trains the same networks live.");
    Ok(exit::DONE)
}

/// One part, as if it had been typed.
fn run(part: &ChapterPart, args: &ChapterArgs, stop: &Stop) -> anyhow::Result<u8> {
    let out = args.out.to_string_lossy();
    let around = ["--out", out.as_ref(), "--name", part.name];
    parsed(part.words.iter().copied().chain(around))?.command.execute(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_a_command() {
        for part in CHAPTER {
            parsed(part.words.iter().copied().chain(["--name", part.name])).unwrap();
        }
    }
}
