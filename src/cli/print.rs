//! Printing to standard output and standard error, which may be closed or full.
//!
//! A reader who has gone away stops the printing, never the training; any other failure to print is
//! reported when the command ends ([`output_failed`]). Lines may quote texts of others, so control
//! characters are escaped.

use crate::results::shown::{is_plain, shown};
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Characters of a line on standard error: it may quote a text of any length.
const LONGEST_LINE: usize = 2000;

static OUTPUT_FAILED: AtomicBool = AtomicBool::new(false);

/// True if something could not be printed for another reason than a closed pipe.
pub fn output_failed() -> bool {
    OUTPUT_FAILED.load(Ordering::Relaxed)
}

/// Writes lines to standard output.
pub fn to_stdout(lines: &str) {
    raw_to_stdout(&plain(lines.trim_end()));
}

/// Writes lines to standard output as they are: for a script, or a picture of this program's own.
pub fn raw_to_stdout(lines: &str) {
    let mut stdout = io::stdout();
    note_failure(writeln!(stdout, "{lines}").and_then(|()| stdout.flush()));
}

/// Writes lines to standard error.
pub fn to_stderr(lines: &str) {
    let shortened: Vec<String> = lines.trim_end().split('\n').map(|line| shown(line, LONGEST_LINE)).collect();
    note_failure(writeln!(io::stderr(), "{}", shortened.join("\n")));
}

/// Notes an error of printing, unless it is a closed pipe.
pub fn note_failure(printed: io::Result<()>) {
    if printed.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        OUTPUT_FAILED.store(true, Ordering::Relaxed);
    }
}

fn plain(lines: &str) -> String {
    if lines.chars().all(|c| c == '\n' || is_plain(c)) {
        return lines.to_owned();
    }
    lines
        .split('\n')
        .map(|line| shown(line, line.chars().count() * LONGEST_ESCAPE))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Characters of the longest escape, `\u{10ffff}`.
const LONGEST_ESCAPE: usize = 10;
