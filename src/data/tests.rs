//! Loading as a whole: MNIST as shipped, and small sets with one thing wrong each.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use super::files::FILES;
use super::find::source_tree;
use super::{DataError, Images, Mnist};

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
    let pixels: Vec<u8> = (0..count).flat_map(|image| [image; 784]).collect();
    idx(&[0x0803, count.into(), 28, 28], &pixels)
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
    put(folder.path(), TRAIN_LABELS, labels(&[0, 1, 9]));
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

/// The text of the refusal, without the folder's changing name.
fn refusal(folder: &Path) -> String {
    let fault: DataError = Mnist::load(folder).err().expect("refused");
    fault.to_string().replace(&format!("{}/", folder.display()), "")
}

/// What is done to a good set, and what is then said, to the letter.
type Fault = (fn(&Path), &'static str);

const FAULTS: [Fault; 24] = [
    // The content of a plain file
    (
        |f| put(f, TRAIN_IMAGES, &images(3)[..2000]),
        "train-images-idx3-ubyte: expected 2368 bytes, as it declares 3 images, found 2000 bytes",
    ),
    (
        |f| put(f, TEST_LABELS, [labels(&[1, 1]), vec![0]].concat()),
        "t10k-labels-idx1-ubyte: expected 10 bytes, as it declares 2 labels, found 11 bytes",
    ),
    (
        |f| fs::write(f.join(TRAIN_IMAGES), [0xFF; 100]).unwrap(),
        "train-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0xffffffff",
    ),
    (
        |f| put(f, TRAIN_IMAGES, labels(&[1, 2, 3])),
        "train-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0x00000801 \
         (this looks like a labels file: are two files swapped?)",
    ),
    (
        |f| put(f, TEST_LABELS, images(2)),
        "t10k-labels-idx1-ubyte: expected the magic number 0x00000801 of labels, found 0x00000803 \
         (this looks like an images file: are two files swapped?)",
    ),
    (
        |f| put(f, TEST_IMAGES, gzip(&images(2))),
        "t10k-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0x1f8b0800 \
         (this looks like a gzip archive: add .gz to its name)",
    ),
    (
        |f| put(f, TRAIN_IMAGES, idx(&[0x0803, u32::MAX, 28, 28], &[0])),
        "train-images-idx3-ubyte: expected 3367254359296 bytes, as it declares 4294967295 images, \
         found 17 bytes",
    ),
    (
        |f| fs::write(f.join(TRAIN_LABELS), labels(&[0; 60_001])).unwrap(),
        "train-labels-idx1-ubyte: expected at most 60008 bytes (60000 labels), found more, and a \
         declared count of 60001",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[0, 11, 9])),
        "train-labels-idx1-ubyte: expected labels from 0 to 9, found 11 as label 1 (counted from 0)",
    ),
    (
        |f| put(f, TEST_LABELS, labels(&[9, 10])),
        "t10k-labels-idx1-ubyte: expected labels from 0 to 9, found 10 as label 1 (counted from 0)",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[0, 1, 2, 3])),
        "train-labels-idx1-ubyte: expected 3 labels, one for each image of train-images-idx3-ubyte, \
         found 4",
    ),
    (
        |f| fs::write(f.join(TEST_IMAGES), idx(&[0x0803, 2, 27, 28], &[0; 1512])).unwrap(),
        "t10k-images-idx3-ubyte: expected images of 28 x 28 pixels, found 27 x 28",
    ),
    (
        |f| put(f, TEST_IMAGES, images(0)),
        "t10k-images-idx3-ubyte: expected at least one of its images, found none",
    ),
    (
        |f| put(f, TEST_IMAGES, &images(2)[..9]),
        "t10k-images-idx3-ubyte: expected a head of 16 bytes, found a file of 9 bytes",
    ),
    (
        |f| put(f, TRAIN_LABELS, []),
        "train-labels-idx1-ubyte: expected the magic number 0x00000801 of labels, found an empty file",
    ),
    // What is no file: not replaced even where an archive could
    (
        |f| {
            archive(f, TRAIN_LABELS, &gzip(&labels(&[0, 1, 9])));
            fs::create_dir(f.join(TRAIN_LABELS)).unwrap();
        },
        "train-labels-idx1-ubyte: expected a readable file, found: a folder",
    ),
    // Archives
    (
        |f| archive(f, TRAIN_IMAGES, &images(3)),
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found invalid gzip header",
    ),
    (
        |f| archive(f, TRAIN_IMAGES, &gzip(&images(3))[..30]),
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found an early end",
    ),
    (
        |f| archive(f, TRAIN_IMAGES, b""),
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found an early end",
    ),
    (
        |f| {
            let mut bytes = gzip(&images(3));
            let checksum = bytes.len() - 8;
            bytes[checksum] ^= 1;
            archive(f, TRAIN_IMAGES, &bytes);
        },
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found corrupt gzip stream does \
         not have a matching checksum",
    ),
    (
        |f| {
            let noise = vec![7; 20];
            archive(f, TEST_LABELS, &[gzip(&labels(&[1, 1])), noise].concat());
        },
        "t10k-labels-idx1-ubyte.gz: expected an intact gzip archive, found invalid gzip header",
    ),
    (
        |f| archive(f, TEST_LABELS, &gzip(&images(2))),
        "t10k-labels-idx1-ubyte.gz: expected the magic number 0x00000801 of labels, found 0x00000803 \
         (this looks like an images file: are two files swapped?)",
    ),
    (
        // A bomb of 100 MB in 100 kB
        |f| {
            let bomb = idx(&[0x0801, 3], &vec![0; 100_000_000]);
            archive(f, TRAIN_LABELS, &gzip(&bomb));
        },
        "train-labels-idx1-ubyte.gz: expected at most 60008 bytes (60000 labels), found more, and a \
         declared count of 3",
    ),
    (
        // A second good archive glued to the first
        |f| archive(f, TEST_LABELS, &gzip(&labels(&[1, 1])).repeat(2)),
        "t10k-labels-idx1-ubyte.gz: expected 10 bytes, as it declares 2 labels, found 20 bytes",
    ),
];

#[test]
fn each_fault_is_named_and_leaves_nothing_behind() {
    for (break_it, text) in FAULTS {
        let folder = small_set();
        break_it(folder.path());
        let before = names(folder.path());
        assert_eq!(refusal(folder.path()), text);
        assert_eq!(names(folder.path()), before, "{text}");
    }
}

#[test]
fn a_small_set_loads_as_it_is_and_is_called_unknown() {
    let folder = small_set();
    let set = Mnist::load(folder.path()).unwrap();
    assert_eq!((set.train.len(), set.test.len()), (3, 2));
    assert_eq!((set.train.labels.as_slice(), set.train.image(2)), (&[0, 1, 9][..], &[2; 784][..]));
    assert!((crate::stats::label_entropy(&set.train.labels) - 3_f64.ln()).abs() < 1e-15);
    assert_eq!(crate::stats::label_entropy(&set.test.labels), 0.0);
    assert!(set.warnings[0].ends_with("by SHA-256 not a file of MNIST or Fashion-MNIST"));
    assert_eq!(set.warnings.len(), 1, "{:?}", set.warnings);
}

#[test]
fn archives_are_unpacked_once_and_only_for_a_good_set() {
    let folder = small_set();
    archive(folder.path(), TRAIN_IMAGES, &gzip(&images(3)));
    put(folder.path(), TEST_LABELS, labels(&[1, 77]));
    let before = names(folder.path());
    refusal(folder.path());
    assert_eq!(names(folder.path()), before);

    put(folder.path(), TEST_LABELS, labels(&[1, 7]));
    assert_eq!(Mnist::load(folder.path()).unwrap().train.image(1), [1; 784]);
    assert_eq!(fs::read(folder.path().join(TRAIN_IMAGES)).unwrap(), images(3));
    assert_eq!(names(folder.path()).len(), 5);
}

#[test]
fn a_torn_copy_is_replaced_from_the_archive_and_that_is_said() {
    let folder = small_set();
    archive(folder.path(), TRAIN_LABELS, &gzip(&labels(&[0, 1, 9])));
    put(folder.path(), TRAIN_LABELS, "torn");
    let set = Mnist::load(folder.path()).unwrap();
    assert!(set.warnings[0].ends_with("; unpacked again from train-labels-idx1-ubyte.gz"));
    assert_eq!(fs::read(folder.path().join(TRAIN_LABELS)).unwrap(), labels(&[0, 1, 9]));
}

/// Linux alone takes any bytes as a name.
#[test]
#[cfg(target_os = "linux")]
fn a_folder_whose_name_is_not_utf8_works() {
    use std::os::unix::ffi::OsStrExt;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join(std::ffi::OsStr::from_bytes(b"-\xFF"));
    fs::rename(linked_archives().keep(), &folder).unwrap();
    let set = Mnist::load(&folder).unwrap();
    assert_eq!((set.warnings.len(), set.train.len(), set.test.len()), (0, 60_000, 10_000));
    assert_eq!(set.train.labels[..5], [5, 0, 4, 1, 9]);
}

fn shipped() -> std::path::PathBuf {
    source_tree().join("data")
}

/// A folder with links to the archives as shipped: what is unpacked there goes with it.
#[cfg(unix)]
fn linked_archives() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in FILES {
        let name = format!("{name}.gz");
        std::os::unix::fs::symlink(shipped().join(&name), folder.path().join(&name)).unwrap();
    }
    folder
}

#[test]
#[cfg(unix)]
fn mnist_as_shipped_verifies_and_is_read_byte_for_byte() {
    let folder = linked_archives();
    let set = Mnist::load(folder.path()).unwrap();
    assert_eq!(set.warnings, Vec::<String>::new());
    assert_eq!(set.files.iter().map(|f| f.known).collect::<Vec<_>>(), [Some("MNIST"); 4]);
    assert_eq!((set.train.len(), set.test.len()), (60_000, 10_000));
    assert_eq!(set.train.labels[..5], [5, 0, 4, 1, 9]);
    assert!((crate::stats::label_entropy(&set.train.labels) - 2.301_159_172_7).abs() < 1e-9);
    assert_same_as_file(&set.train, folder.path(), TRAIN_IMAGES, TRAIN_LABELS);
    assert_same_as_file(&set.test, folder.path(), TEST_IMAGES, TEST_LABELS);
}

/// Holds what was read against the unpacked files after their heads.
fn assert_same_as_file(set: &Images, folder: &Path, images: &str, labels: &str) {
    assert!(fs::read(folder.join(images)).unwrap()[16..] == set.pixels);
    assert!(fs::read(folder.join(labels)).unwrap()[8..] == set.labels);
}
