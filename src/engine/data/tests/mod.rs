//! Loading as a whole, from files to examples: IDX sets, faults in them, tables.

mod faults;
mod idx_sets;
mod tables;

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use super::files::FILES;
use super::{DataError, DataRequest, DataSet};

const TRAIN_IMAGES: &str = FILES[0].0;
const TRAIN_LABELS: &str = FILES[1].0;
const TEST_IMAGES: &str = FILES[2].0;
const TEST_LABELS: &str = FILES[3].0;

/// An IDX file: its head as 32-bit words, then its content.
fn idx(head: &[u32], content: &[u8]) -> Vec<u8> {
    let head = head.iter().flat_map(|word| word.to_be_bytes());
    head.chain(content.iter().copied()).collect()
}

fn images(count: u8) -> Vec<u8> {
    images_of(count, 28, 28)
}

/// Images of one tone each, their own number.
fn images_of(count: u8, rows: u32, columns: u32) -> Vec<u8> {
    let size = (rows * columns) as usize;
    let pixels: Vec<u8> = (0..count).flat_map(|image| vec![image; size]).collect();
    idx(&[0x0803, count.into(), rows, columns], &pixels)
}

fn labels(labels: &[u8]) -> Vec<u8> {
    idx(&[0x0801, labels.len() as u32], labels)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A good set of three training and two test examples, in a folder whose name has a space.
fn small_set() -> TempDir {
    let folder = tempfile::Builder::new().prefix("small set ").tempdir().unwrap();
    put(folder.path(), TRAIN_IMAGES, images(3));
    put(folder.path(), TRAIN_LABELS, labels(&[0, 1, 2]));
    put(folder.path(), TEST_IMAGES, images(2));
    put(folder.path(), TEST_LABELS, labels(&[1, 1]));
    folder
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(folder.join(name), bytes).unwrap();
}

/// Puts an archive in the place of the plain file.
fn archive(folder: &Path, name: &str, bytes: &[u8]) {
    fs::remove_file(folder.join(name)).unwrap();
    put(folder, &format!("{name}.gz"), bytes);
}

fn names(folder: &Path) -> Vec<String> {
    let entry = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| entry(e).into_string().unwrap()).collect();
    names.sort();
    names
}

/// Loads from a folder as an experiment does.
fn load(folder: &Path) -> Result<DataSet, DataError> {
    DataSet::load(&DataRequest { named: Some(folder), ..DataRequest::default() })
}

/// The text of the refusal, without the folder's changing name.
fn refusal(folder: &Path) -> String {
    let fault: DataError = load(folder).expect_err("refused");
    fault.to_string().replace(&format!("{}/", folder.display()), "")
}

/// A folder with links to the archives as shipped.
#[cfg(unix)]
fn linked_archives() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in FILES {
        let name = format!("{name}.gz");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(&name);
        std::os::unix::fs::symlink(shipped, folder.path().join(&name)).unwrap();
    }
    folder
}
