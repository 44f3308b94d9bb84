//! The command line: arguments in, files and a short answer out, an exit code.
//!
//! Read [`commands`] for what can be typed, [`run_experiment`] for what happens then, in order; its
//! stages are [`job`] (what is to be done), [`runner`] (doing it) and [`outputs`] (files). This is the
//! only module that looks at the environment, the clock and the terminal.

pub mod background;
pub mod cgroup;
pub mod chapter;
pub mod code;
pub mod commands;
pub mod data_args;
pub mod draw;
pub mod exit;
pub mod export;
pub mod figure_args;
pub mod folder_lock;
pub mod inspect;
pub mod job;
pub mod known_experiments;
pub mod lab;
pub mod list;
pub mod list_results;
pub mod machine;
pub mod memory;
mod methods;
pub mod name_notes;
pub mod new_file;
pub mod options;
pub mod outputs;
mod previous_outputs;
pub mod print;
pub mod progress;
pub mod recipe_code;
pub mod recommend;
pub mod redraw;
mod refuse;
pub mod replay;
pub mod report;
pub mod run_experiment;
pub mod runner;
pub mod shard;
pub mod show;
pub mod stage_clock;
pub mod stop;
pub mod sweep;
pub mod threads;
pub mod verbs;

use std::io::{Write, stdout};
use std::process::ExitCode;

/// Parses the arguments, does what they say, and reports how it went.
pub fn main() -> ExitCode {
    let code = run();
    if code == exit::DONE && print::output_failed() {
        print::to_stderr("initlab: cannot write all of the output");
        return exit::IO.into();
    }
    code.into()
}

/// Does what the arguments say; returns the exit code. Signals are heeded from here on.
fn run() -> u8 {
    let (stop, _deadline) = match stop::Stop::on_signals() {
        Ok(listening) => listening,
        Err(error) => {
            print::to_stderr(&format!("initlab: cannot listen for signals: {error}"));
            return exit::IO;
        }
    };
    match commands::typed() {
        Ok(cli) => cli.command.execute(&stop).unwrap_or_else(|error| {
            print::to_stderr(&format!("initlab: {error:#}"));
            exit::of(&error)
        }),
        Err(usage) if usage.use_stderr() => {
            print::to_stderr(&usage.render().to_string()); // it quotes what was typed
            usage.exit_code() as u8
        }
        Err(help) => {
            print::note_failure(help.print().and_then(|()| stdout().flush()));
            help.exit_code() as u8
        }
    }
}
