//! The four files of a data set: their names, and opening them.
//!
//! Nothing here knows what is in a file.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::idx::IdxKind;

/// The four files of a data set: MNIST's own names, each also as `NAME.gz`.
pub const FILES: [(&str, IdxKind); 4] = [
    ("train-images-idx3-ubyte", IdxKind::Images),
    ("train-labels-idx1-ubyte", IdxKind::Labels),
    ("t10k-images-idx3-ubyte", IdxKind::Images),
    ("t10k-labels-idx1-ubyte", IdxKind::Labels),
];

/// Whether anything has this name; what cannot be looked at counts, so that opening it says why.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).err().is_none_or(|cause| cause.kind() != io::ErrorKind::NotFound)
}

/// The archive of a file.
pub(super) fn archive_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.gz"))
}

/// Opens a regular file and nothing else: a pipe would wait for ever.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    match fs::metadata(path)? {
        place if place.is_file() => File::open(path),
        place if place.is_dir() => Err(io::Error::other("a folder")),
        _ => Err(io::Error::other("neither a file nor a folder")),
    }
}
