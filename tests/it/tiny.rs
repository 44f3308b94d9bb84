//! A data set of MNIST's form with 300 + 60 images, cut from the one that ships with the program.

use crate::command::data;
use flate2::read::GzDecoder;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of an image.
const PIXELS: usize = 784;

/// Writes the four raw files into a folder `T` below `folder`; returns its path.
pub fn tiny(folder: &Path) -> PathBuf {
    let out = folder.join("T");
    fs::create_dir_all(&out).unwrap();
    for (part, count) in [("train", 300_usize), ("t10k", 60)] {
        let mut images = unpacked(&format!("{part}-images-idx3-ubyte.gz"), 16 + PIXELS * count);
        let mut labels = unpacked(&format!("{part}-labels-idx1-ubyte.gz"), 8 + count);
        for header in [&mut images[4..8], &mut labels[4..8]] {
            header.copy_from_slice(&(count as u32).to_be_bytes());
        }
        fs::write(out.join(format!("{part}-images-idx3-ubyte")), images).unwrap();
        fs::write(out.join(format!("{part}-labels-idx1-ubyte")), labels).unwrap();
    }
    out
}

/// The first bytes of an unpacked file.
fn unpacked(name: &str, bytes: usize) -> Vec<u8> {
    let mut found = Vec::new();
    let archive = GzDecoder::new(File::open(data().join(name)).unwrap());
    archive.take(bytes as u64).read_to_end(&mut found).unwrap();
    found
}
