//! Files and folders that people name or may have touched: opened, created and listed here and nowhere else, so
//! that a new verb keeps the promises of the old ones.
//!
//! [`open`](mod@open): regular files, a pipe where a table is read, never a device. [`create`](mod@create): a file appears at once and
//! whole, takes nobody's place unless that is meant, and never that of a link; what killed processes left aside is
//! cleared by whoever writes next to it. [`list`](list()): everything in a folder, or an error. [`page`]: a page of
//! ours is known by the hash of what is in it.

pub mod create;
pub mod open;
pub mod page;

pub use create::{create, replace};
pub use open::{open, open_or_pipe, read, read_within};

use sha2::{Digest, Sha256};
use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;

/// Everything directly in a folder, in the order of names; links are not followed.
///
/// # Errors
/// The system's, also where a single entry cannot be read: nothing is left out.
pub fn list(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries: Vec<DirEntry> = uninterrupted(|| fs::read_dir(folder)?.collect())?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// The SHA-256 of parts that follow each other, 64 hexadecimal digits.
///
/// ```
/// let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, "abc"
/// assert_eq!(initlab_engine::files::sha256(&[b"a", b"", b"bc"]), expected);
/// ```
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    format!("{:x}", hash.finalize())
}

/// Repeats a call that a signal interrupted.
fn uninterrupted<T>(call: impl Fn() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ended => return ended,
        }
    }
}
