//! `.h5`: the part of HDF5 that Keras and h5py write by default: superblock 0, groups with symbol tables,
//! data sets contiguous, compact or in chunks, deflated and shuffled.
//!
//! Read [`bytes`] (fields at places), [`header`] (the messages of an object), [`group`] (what is in a group),
//! [`data_set`] (one array) and [`chunks`] (its numbers, where they are packed). Every place is held against the
//! bytes there are, every object is visited once, and what all chunks unpack to is bounded.
//! The format: *HDF5 File Format Specification, version 3*, whose sections are named where they are used.

pub mod bytes;
pub mod chunks;
pub mod data_set;
pub mod group;
pub mod header;

use super::ModelFile;
use super::tensor::{Foreign, FormatError};
use bytes::Bytes;
use std::collections::HashSet;

/// The bytes with which a file begins.
pub const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Groups within groups, at most.
const DEEPEST: usize = 64;
/// Objects that are visited, at most.
const MOST_OBJECTS: usize = 1 << 20;
/// Bytes that chunks may unpack to: at least 64 MiB, and this many times the file's.
const MOST_EXPANSION: usize = 64;

/// True of a file that [`read`] reads: superblock 0 or 1, places and lengths of eight bytes.
pub fn is_read(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && matches!(bytes.get(8), Some(0 | 1)) && bytes.get(13..15) == Some(&[8, 8])
}

/// The arrays of a file, by the names of the groups on the way to them.
///
/// # Errors
/// The root group cannot be read.
pub fn read(bytes: &[u8]) -> Result<ModelFile<'_>, FormatError> {
    let file = Bytes(bytes);
    let most_unpacked = bytes.len().saturating_mul(MOST_EXPANSION).max(1 << 26);
    let mut walk = Walk { file, seen: HashSet::new(), room: most_unpacked, found: ModelFile::of("HDF5") };
    // Section II.A: the root group's entry stands behind four places; version 1 has four bytes more before them.
    let entry = if bytes[8] == 0 { 56 } else { 60 };
    let root = file.number(entry + 8, 8).and_then(|place| header::messages(file, place));
    let root = root.map_err(|reason| FormatError::Broken { format: ".h5", reason })?;
    walk.group(&root, "", 0);
    Ok(walk.found)
}

struct Walk<'a> {
    file: Bytes<'a>,
    seen: HashSet<usize>,
    room: usize,
    found: ModelFile<'a>,
}

impl<'a> Walk<'a> {
    fn group(&mut self, messages: &[header::HeaderMessage<'a>], path: &str, depth: usize) {
        let links = match group::links(self.file, messages) {
            Ok(links) if depth < DEEPEST => links,
            Ok(_) => return self.refuse(path, format!("groups within groups, more than {DEEPEST}")),
            Err(reason) => return self.refuse(path, reason),
        };
        for (name, place) in links {
            let name = if path.is_empty() { name } else { format!("{path}/{name}") };
            if self.seen.len() < MOST_OBJECTS && self.seen.insert(place) {
                self.object(&name, place, depth);
            }
        }
    }

    fn object(&mut self, name: &str, place: usize, depth: usize) {
        match header::messages(self.file, place) {
            Err(reason) => self.refuse(name, reason),
            Ok(messages) if data_set::is_one(&messages) => {
                match data_set::read(self.file, &messages, name, &mut self.room) {
                    Ok(tensor) => self.found.tensors.push(tensor),
                    Err(reason) => self.refuse(name, reason),
                }
            }
            Ok(messages) => self.group(&messages, name, depth + 1),
        }
    }

    fn refuse(&mut self, name: &str, reason: String) {
        self.found.foreign.push(Foreign { name: name.to_owned(), reason });
    }
}
