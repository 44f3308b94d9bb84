//! Printing to standard output and standard error, which may be closed or full.
//!
//! A reader who has gone away stops the printing, never the training; any other failure to print is
//! reported when the command ends ([`output_failed`]). Lines may quote texts of others, so control
//! characters are escaped.

use crate::results::shown::{is_plain, shown};
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

/// Writes lines to standard output.
pub fn to_stdout(lines: &str) {
    let lines = plain(lines.trim_end());
    match terminal_size_of(io::stdout()) {
        Some((Width(width), _)) if io::stdout().is_terminal() => raw_to_stdout(&folded(&lines, width.into())),
        _ => raw_to_stdout(&lines),
    }
}

/// Lines that are longer than a terminal is wide, folded at blanks; what follows is indented by four more.
fn folded(lines: &str, width: usize) -> String {
    lines.split('\n').map(|line| folded_line(line, width)).collect::<Vec<_>>().join("\n")
}

fn folded_line(line: &str, width: usize) -> String {
    let own = line.len() - line.trim_start_matches(' ').len();
    let indent = " ".repeat(own + 4);
    let (mut text, mut rest, mut room) = (String::new(), line, width);
    while let Some(end) = fold_at(rest, room).filter(|_| width > 2 * indent.len()) {
        text = text + rest[..end].trim_end() + "\n" + &indent;
        rest = rest[end..].trim_start();
        room = width - indent.len();
    }
    text + rest
}

/// Where a text that does not fit into so many characters is folded: at its last blank that does.
fn fold_at(text: &str, room: usize) -> Option<usize> {
    let (beyond, _) = text.char_indices().nth(room)?;
    let start = text.len() - text.trim_start().len();
    let before = text[..beyond].rfind(' ').filter(|end| *end > start);
    before.or_else(|| text[beyond..].find(' ').map(|end| beyond + end))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_at_blanks_with_an_indent() {
        assert_eq!(folded("short", 20), "short");
        assert_eq!(
            folded("  He learned: its slowest layer\nand so on", 20),
            "  He learned: its\n      slowest layer\nand so on"
        );
        assert_eq!(
            folded("a/path/without/any/blank/in/it and more", 20),
            "a/path/without/any/blank/in/it\n    and more"
        );
        assert_eq!(folded("größer als größer als größer", 12), "größer als\n    größer\n    als\n    größer");
        assert_eq!(folded("one two three", 3), "one two three", "no terminal is as narrow as that");
    }
}
