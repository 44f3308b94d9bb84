//! Printing to standard output and standard error, which may be closed or full.
//!
//! A reader who has gone away stops the printing, never the training; any other failure to print is
//! reported when the command ends ([`output_failed`]). Lines may quote texts of others, so control
//! characters are escaped.

use crate::text::{Answer, hanging, plain_json, printable};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use terminal_size::{Width, terminal_size_of};

/// Characters of a line on standard error: it may quote a text of any length.
const LONGEST_LINE: usize = 2000;

static OUTPUT_FAILED: AtomicBool = AtomicBool::new(false);

/// True if something could not be printed for another reason than a closed pipe.
pub fn output_failed() -> bool {
    OUTPUT_FAILED.load(Ordering::Relaxed)
}

/// Writes lines to standard output, broken where they are wider than the terminal.
pub fn to_stdout(lines: &str) {
    let width = width().unwrap_or(usize::MAX);
    let fitting: Vec<String> =
        escaped(lines.trim_end()).split('\n').map(|line| hanging(line, width)).collect();
    raw_to_stdout(&fitting.join("\n"));
}

/// Writes an answer to standard output, as wide as the terminal.
pub fn print_answer(answer: &Answer) {
    raw_to_stdout(&escaped(answer.to_text(width()).trim_end()));
}

/// Characters of a line of the terminal; nothing where standard output is none.
fn width() -> Option<usize> {
    let size = terminal_size_of(io::stdout()).filter(|_| io::stdout().is_terminal());
    size.map(|(Width(width), _)| width.into())
}

/// Writes lines to standard output as they are: for a script, or a picture of this program's own.
pub fn raw_to_stdout(lines: &str) {
    let mut stdout = io::stdout();
    note_failure(writeln!(stdout, "{lines}").and_then(|()| stdout.flush()));
}

/// Writes a JSON text to standard output; its strings may be texts of others.
pub fn json_to_stdout(json: &str) {
    raw_to_stdout(&plain_json(json));
}

/// Writes lines to standard error.
pub fn to_stderr(lines: &str) {
    let shortened: Vec<String> =
        lines.trim_end().split('\n').map(|line| printable(line, LONGEST_LINE)).collect();
    note_failure(writeln!(io::stderr(), "{}", shortened.join("\n")));
}

/// Notes an error of printing, unless it is a closed pipe.
pub fn note_failure(printed: io::Result<()>) {
    if printed.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        OUTPUT_FAILED.store(true, Ordering::Relaxed);
    }
}

fn escaped(lines: &str) -> String {
    lines.split('\n').map(|line| printable(line, usize::MAX)).collect::<Vec<_>>().join("\n")
}
