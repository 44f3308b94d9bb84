//! Printing to standard output and standard error, which may be closed.
//!
//! A reader who has gone away stops the printing, never the training.

use std::io::{self, Write};

/// Writes a line to standard output.
pub fn to_stdout(line: &str) {
    let _ = writeln!(io::stdout(), "{}", line.trim_end());
}

/// Writes a line to standard error.
pub fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr(), "{}", line.trim_end());
}
