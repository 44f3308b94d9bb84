//! MNIST, or another data set of its shape, checked and in memory.
//!
//! [`Mnist::load`] is the way in. Every file's head and length have been checked (`source`)
//! before a pixel is read; then the checksums are computed while the `mnist` crate reads, and
//! the labels are checked in memory. That crate insists on 60,000 and 10,000 examples and on
//! paths in UTF-8, and stops the program otherwise; a data set of another size or place is read
//! by the few lines of `read_part` instead.
//!
//! Pixels stay bytes: scaling them belongs to the mini-batches.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::checksum::{VerifiedFile, checksum_warnings, verify};
use super::error::DataError;
use super::files::FILES;
use super::find::find;
use super::idx::{CLASSES, PIXELS};
use super::source::IdxFile;

/// The sizes the `mnist` crate insists on, in the order of [`FILES`].
const FULL_SIZE: [u64; 4] = [60_000, 60_000, 10_000, 10_000];

/// A data set of MNIST's shape: training and test images with their labels.
pub struct Mnist {
    /// What networks learn from.
    pub train: Images,
    /// What they are measured on.
    pub test: Images,
    /// The four files, in the order of [`FILES`].
    pub files: Vec<VerifiedFile>,
    /// The folder they came from.
    pub folder: PathBuf,
    /// What is unusual but no fault, one sentence each; empty for MNIST as shipped.
    pub warnings: Vec<String>,
}

/// Images and their labels.
pub struct Images {
    /// (count, 784), row by row, 0 (background) to 255.
    pub pixels: Vec<u8>,
    /// (count), each below 10.
    pub labels: Vec<u8>,
}

impl Mnist {
    /// Loads and verifies the four files in `folder`, each as `NAME` or `NAME.gz`.
    ///
    /// A malformed file is an error that says what was expected and what was found. Well-formed
    /// files with an unknown checksum are a warning. Only where everything is good do unpacked
    /// copies stay beside their archives.
    pub fn load(folder: &Path) -> Result<Self, DataError> {
        find(&[folder.into()])?;
        let mut warnings = Vec::new();
        let [a, b, c, d] = FILES.map(|file| IdxFile::open(folder, file, &mut warnings));
        let sources = [a?, b?, c?, d?];
        check_counts(&sources)?;
        let (sets, files) = rayon::join(|| read(&sources), || verify(&sources));
        let ((train, test), files) = (sets?, files?);
        check_labels(&sources[1], &train.labels)?;
        check_labels(&sources[3], &test.labels)?;
        warnings.extend(checksum_warnings(&files));
        warnings.extend(sources.into_iter().filter_map(IdxFile::keep));
        Ok(Self { train, test, files, folder: folder.into(), warnings })
    }
}

impl Images {
    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none; never so in a loaded data set.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of image `index`: (784), row by row.
    ///
    /// # Panics
    /// If there are not that many images.
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * PIXELS..(index + 1) * PIXELS]
    }
}

/// As many labels as images, in either half.
fn check_counts(sources: &[IdxFile; 4]) -> Result<(), DataError> {
    for pair in sources.chunks_exact(2) {
        let (images, labels) = (&pair[0], &pair[1]);
        if images.count != labels.count {
            return Err(labels.fault(
                format!("{} labels, one for each image of {}", images.count, images.name),
                labels.count.to_string(),
            ));
        }
    }
    Ok(())
}

fn check_labels(source: &IdxFile, labels: &[u8]) -> Result<(), DataError> {
    match labels.iter().position(|&label| usize::from(label) >= CLASSES) {
        None => Ok(()),
        Some(index) => Err(source.fault(
            format!("labels from 0 to {}", CLASSES - 1),
            format!("{} as label {index} (counted from 0)", labels[index]),
        )),
    }
}

/// Both halves, by the `mnist` crate where it can.
fn read(sources: &[IdxFile; 4]) -> Result<(Images, Images), DataError> {
    let paths = sources.each_ref().map(|source| source.path().to_str());
    match paths {
        [Some(a), Some(b), Some(c), Some(d)] if sources.each_ref().map(|s| s.count) == FULL_SIZE => {
            Ok(read_full([a, b, c, d]))
        }
        _ => {
            let [a, b, c, d] = sources.each_ref().map(read_part);
            let train = Images { pixels: a?, labels: b? };
            Ok((train, Images { pixels: c?, labels: d? }))
        }
    }
}

/// The full set, read by the `mnist` crate from files that were checked.
fn read_full([train_images, train_labels, test_images, test_labels]: [&str; 4]) -> (Images, Images) {
    let mut set = ::mnist::MnistBuilder::new()
        .base_path("")
        .training_images_filename(train_images)
        .training_labels_filename(train_labels)
        .test_images_filename(test_images)
        .test_labels_filename(test_labels)
        .finalize();
    set.trn_img.shrink_to_fit(); // the crate leaves room for twice as many
    let train = Images { pixels: set.trn_img, labels: set.trn_lbl };
    (train, Images { pixels: set.tst_img, labels: set.tst_lbl })
}

/// The bytes after the head of one checked file.
fn read_part(source: &IdxFile) -> Result<Vec<u8>, DataError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(source.path())?;
        let head = file.seek(SeekFrom::Start(source.kind.head_bytes()))?;
        let mut content = vec![0; (source.bytes() - head) as usize];
        file.read_exact(&mut content)?;
        Ok(content)
    };
    read().map_err(|cause| DataError::unreadable(&source.given, cause))
}
