//! The command line: arguments in, files and a short answer out, an exit code.
//!
//! Read [`commands`] for what can be typed, [`run_experiment`] for what happens then, in order; its
//! stages are [`job`] (what is to be done), [`runner`] (doing it) and [`write`](mod@write) (files). This is the
//! only module that looks at the environment, the clock and the terminal.

pub mod background;
pub mod code;
pub mod commands;
pub mod draw;
pub mod exit;
pub mod job;
pub mod list;
pub mod machine;
pub mod name_notes;
pub mod options;
pub mod print;
pub mod progress;
pub mod redraw;
pub mod report;
pub mod run_experiment;
pub mod runner;
pub mod shard;
pub mod show;
pub mod stop;
pub mod sweep;
pub mod threads;
pub mod verbs;
pub mod write;

use clap::Parser;
use std::process::ExitCode;

/// Parses the arguments, does what they say, and reports how it went.
pub fn main() -> ExitCode {
    let result = commands::Cli::parse().command.execute();
    let exit = result.unwrap_or_else(|error| {
        print::to_stderr(&format!("initlab: {error:#}"));
        exit::of(&error)
    });
    ExitCode::from(exit)
}
