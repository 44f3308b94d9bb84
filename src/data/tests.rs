//! Loading as a whole: MNIST as shipped, and small sets with one thing wrong each.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use super::files::FILES;
use super::find::source_tree;
use super::{DataError, DataRequest, DataSet};
use crate::Real;
use crate::nn::inputs::Examples;
use crate::stats::label_entropy;

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
    DataSet::load(&DataRequest { named: Some(folder), keep_copies: true, ..DataRequest::default() })
}

/// The text of the refusal, without the folder's changing name.
fn refusal(folder: &Path) -> String {
    let fault: DataError = load(folder).err().expect("refused");
    fault.to_string().replace(&format!("{}/", folder.display()), "")
}

/// What is done to a good set, and what is then said, to the letter.
type Fault = (fn(&Path), &'static str);

const FAULTS: [Fault; 27] = [
    // The content of a plain file
    (
        |f| put(f, TRAIN_IMAGES, &images(3)[..2000]),
        "train-images-idx3-ubyte: expected 2368 bytes, as it declares 3 images of 28 x 28 pixels, found 2000 bytes",
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
        "train-images-idx3-ubyte: expected 3367254359296 bytes, as it declares 4294967295 images of \
         28 x 28 pixels, found 17 bytes",
    ),
    (
        |f| fs::write(f.join(TRAIN_LABELS), labels(&[0; 60_001])).unwrap(),
        "train-labels-idx1-ubyte: expected 3 labels, one for each image of train-images-idx3-ubyte, \
         found 60001",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[0, 11, 9])),
        "train-labels-idx1-ubyte: expected training labels from 0 or 1 on without a gap, found no label 1, \
         but 9 as label 2 (counted from 0)",
    ),
    (
        |f| put(f, TEST_LABELS, labels(&[2, 10])),
        "t10k-labels-idx1-ubyte: expected labels that occur in training, 0 to 2, found 10 as label 1 \
         (counted from 0)",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[0, 1, 2, 3])),
        "train-labels-idx1-ubyte: expected 3 labels, one for each image of train-images-idx3-ubyte, \
         found 4",
    ),
    (
        |f| fs::write(f.join(TEST_IMAGES), idx(&[0x0803, 2, 27, 28], &[0; 1512])).unwrap(),
        "t10k-images-idx3-ubyte: expected images of 28 x 28 pixels, as in train-images-idx3-ubyte, \
         found 27 x 28",
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
    (
        |f| put(f, TRAIN_LABELS, labels(&[1, 1, 1])),
        "train-labels-idx1-ubyte: expected labels of at least two classes, found only label 1",
    ),
    (
        |f| put(f, TRAIN_IMAGES, idx(&[0x0803, 3, 0, 28], &[])),
        "train-images-idx3-ubyte: expected images of 1 to 1048576 pixels, found 0 x 28",
    ),
    (
        |f| put(f, TRAIN_IMAGES, idx(&[0x0804, 3, 3, 28, 28], &[])),
        "train-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0x00000804 \
         (this is an IDX file of another number of dimensions)",
    ),
    // What is no file: not replaced even where an archive could
    (
        |f| {
            archive(f, TRAIN_LABELS, &gzip(&labels(&[0, 1, 2])));
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
        "train-labels-idx1-ubyte.gz: expected 11 bytes, as it declares 3 labels, found more",
    ),
    (
        // A second good archive glued to the first
        |f| archive(f, TEST_LABELS, &gzip(&labels(&[1, 1])).repeat(2)),
        "t10k-labels-idx1-ubyte.gz: expected 10 bytes, as it declares 2 labels, found more",
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
    let set = load(folder.path()).unwrap();
    assert_eq!((set.train.labels.as_slice(), set.test.labels.as_slice()), (&[0, 1, 2][..], &[1, 1][..]));
    assert_eq!((set.sizes().inputs, set.class_names.join(" ").as_str()), (784, "0 1 2"));
    assert_eq!(set.train.inputs.to_dense().row(2).to_vec(), vec![2.0 / 255.0; 784]);
    assert!(set.warnings[0].ends_with("by SHA-256 not a file of MNIST or Fashion-MNIST"));
    assert_eq!((set.warnings.len(), set.notes.len()), (1, 0), "{:?} {:?}", set.warnings, set.notes);
    let summary = set.summary().replace(&folder.path().display().to_string(), "ROOT");
    let expected = "ROOT: 3 training and 2 test examples of 28 x 28 pixels, 3 classes; SHA-256 ";
    assert!(summary.starts_with(expected), "{summary}");
}

#[test]
fn images_of_any_size_and_labels_from_1_load_under_other_names() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: Vec<u8>| put(folder.path(), &format!("emnist-letters-{name}"), bytes);
    put("train-images-idx3-ubyte", images_of(26, 7, 5));
    put("train-labels-idx1-ubyte.gz", gzip(&labels(&(1..=26).collect::<Vec<_>>())));
    put("test-images.idx3-ubyte.gz", gzip(&images_of(2, 7, 5)));
    put("test-labels.idx1-ubyte", labels(&[26, 1]));
    let before = names(folder.path());
    for path in [folder.path().to_owned(), folder.path().join("emnist-letters")] {
        let set = load(&path).unwrap();
        assert_eq!((set.sizes().inputs, set.sizes().outputs), (35, 26));
        assert_eq!((set.train.labels[25], set.test.labels.as_slice()), (25, &[25, 0][..]));
        assert_eq!((set.class_names[25].as_str(), set.shape.as_str()), ("26", "7 x 5 pixels"));
        assert!(set.place.ends_with("emnist-letters"));
        assert!(set.notes[0].contains("from 1 to 26") && set.notes[1].contains("transposed"));
    }
    assert_eq!(names(folder.path()), before, "a look changes nothing");
}

#[test]
fn two_hundred_and_fifty_six_classes_of_64_x_64_pixels_load() {
    let folder = tempfile::tempdir().unwrap();
    let every: Vec<u8> = (0..=255).collect();
    put(folder.path(), TRAIN_IMAGES, idx(&[0x0803, 256, 64, 64], &vec![9; 256 * 4096]));
    put(folder.path(), TRAIN_LABELS, labels(&every));
    put(folder.path(), TEST_IMAGES, images_of(1, 64, 64));
    put(folder.path(), TEST_LABELS, labels(&[255]));
    let set = load(folder.path()).unwrap();
    assert_eq!((set.sizes().inputs, set.sizes().outputs, set.test.labels[0]), (4096, 256, 255));
}

/// Makes a folder ours: unpacked copies may be kept in it.
fn make_ours(folder: &Path) {
    fs::copy(shipped().join("SHA256SUMS"), folder.join("SHA256SUMS")).unwrap();
}

#[test]
fn archives_are_unpacked_in_memory_and_in_our_own_folder_once() {
    let folder = small_set();
    archive(folder.path(), TRAIN_IMAGES, &gzip(&images(3)));
    let before = names(folder.path());
    assert_eq!(load(folder.path()).unwrap().train.inputs.len(), 3);
    assert_eq!(names(folder.path()), before);

    make_ours(folder.path());
    let look = DataRequest { named: Some(folder.path()), ..DataRequest::default() };
    assert_eq!(DataSet::load(&look).unwrap().warnings.len(), 1);
    assert_eq!(names(folder.path()).len(), before.len() + 1, "a look keeps nothing");
    assert_eq!(load(folder.path()).unwrap().warnings.len(), 1);
    assert_eq!(fs::read(folder.path().join(TRAIN_IMAGES)).unwrap(), images(3));
    assert_eq!(names(folder.path()).len(), before.len() + 2);
}

#[test]
fn a_torn_copy_is_replaced_by_its_archive_and_that_is_said() {
    let folder = small_set();
    archive(folder.path(), TRAIN_LABELS, &gzip(&labels(&[0, 1, 2])));
    put(folder.path(), TRAIN_LABELS, "torn");
    let loaded = || {
        let set = load(folder.path()).unwrap();
        assert_eq!(set.train.labels, [0, 1, 2]);
        set.warnings[0].ends_with("; unpacked again from train-labels-idx1-ubyte.gz")
    };
    assert!(loaded() && loaded());
    assert_eq!(fs::read(folder.path().join(TRAIN_LABELS)).unwrap(), b"torn", "not ours to mend");
    make_ours(folder.path());
    assert!(loaded() && !loaded());
    assert_eq!(fs::read(folder.path().join(TRAIN_LABELS)).unwrap(), labels(&[0, 1, 2]));
}

/// Archives replaced by those of another set, also of another size, beside copies of the former.
#[test]
fn archives_that_differ_from_their_copies_win() {
    for ours in [false, true] {
        let folder = small_set();
        if ours {
            make_ours(folder.path());
        }
        put(folder.path(), &format!("{TRAIN_LABELS}.gz"), gzip(&labels(&[2, 1, 0])));
        let set = load(folder.path()).unwrap();
        assert_eq!(set.train.labels, [2, 1, 0]);
        assert!(set.warnings[0].contains("not what its archive holds"), "{:?}", set.warnings);
        put(folder.path(), &format!("{TRAIN_IMAGES}.gz"), gzip(&images_of(4, 2, 3)));
        put(folder.path(), &format!("{TRAIN_LABELS}.gz"), gzip(&labels(&[0, 1, 2, 2])));
        put(folder.path(), &format!("{TEST_IMAGES}.gz"), gzip(&images_of(2, 2, 3)));
        let set = load(folder.path()).unwrap();
        assert_eq!((set.train.inputs.len(), set.sizes().inputs), (4, 6));
        let copy = fs::read(folder.path().join(TRAIN_IMAGES)).unwrap();
        assert_eq!(copy == images_of(4, 2, 3), ours, "copies are renewed in our folder alone");
    }
}

/// Root may write into any folder, so the copy that cannot be written has a folder in its way.
#[test]
fn a_copy_that_cannot_be_kept_is_a_warning() {
    let folder = small_set();
    make_ours(folder.path());
    archive(folder.path(), TRAIN_LABELS, &gzip(&labels(&[0, 1, 2])));
    let mut found = super::find::find_idx(&[folder.path().into()]).unwrap();
    found.folder = folder.path().join("gone");
    fs::create_dir(&found.folder).unwrap();
    make_ours(&found.folder);
    fs::create_dir(found.folder.join(TRAIN_LABELS)).unwrap();
    let set = super::idx_set::load(found, None, true).unwrap();
    assert_eq!(set.train.labels, [0, 1, 2]);
    assert!(set.warnings[0].contains("unpacked again at every start"), "{:?}", set.warnings);
}

#[test]
fn what_does_not_fit_into_memory_is_refused_with_its_size() {
    let folder = small_set();
    put(folder.path(), TRAIN_IMAGES, idx(&[0x0803, 3, 1000, 1000], &vec![0; 3_000_000]));
    put(folder.path(), TEST_IMAGES, idx(&[0x0803, 2, 1000, 1000], &vec![0; 2_000_000]));
    let request = |memory| DataRequest { named: Some(folder.path()), memory, ..DataRequest::default() };
    let refused = DataSet::load(&request(Some(14 << 20))).unwrap_err();
    assert!(refused.to_string().contains("14 MB of memory that are free"), "{refused}");
    assert!(refused.to_string().contains("needs about 15 MB") && refused.is_usage(), "{refused}");
    assert!(DataSet::load(&request(Some(15 << 20))).is_ok());
}

/// Linux alone takes any bytes as a name.
#[test]
#[cfg(target_os = "linux")]
fn a_folder_whose_name_is_not_utf8_works() {
    use std::os::unix::ffi::OsStrExt;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join(std::ffi::OsStr::from_bytes(b"-\xFF"));
    fs::rename(linked_archives().keep(), &folder).unwrap();
    let set = load(&folder).unwrap();
    assert_eq!((set.warnings.len(), set.train.labels.len(), set.test.labels.len()), (0, 60_000, 10_000));
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

/// Twice: from the archives, and by the `mnist` crate from the unpacked copies.
#[test]
#[cfg(unix)]
fn mnist_as_shipped_verifies_and_is_read_byte_for_byte() {
    let folder = linked_archives();
    let first = load(folder.path()).unwrap();
    assert_eq!(names(folder.path()).len(), 4);
    make_ours(folder.path());
    let second = load(folder.path()).unwrap();
    assert_eq!(names(folder.path()).len(), 9);
    assert_eq!(first.files, second.files);
    for set in [first, second] {
        assert_eq!(set.warnings, Vec::<String>::new());
        assert_eq!((set.known(), set.sizes().inputs, set.sizes().outputs), (Some("MNIST"), 784, 10));
        assert_eq!(set.train.labels[..5], [5, 0, 4, 1, 9]);
        assert!((label_entropy(&set.train.labels) - 2.301_159_172_7).abs() < 1e-9);
        assert_same_as_file(&set.train, folder.path(), TRAIN_IMAGES, TRAIN_LABELS);
        assert_same_as_file(&set.test, folder.path(), TEST_IMAGES, TEST_LABELS);
    }
}

/// Holds what was read against the unpacked files after their heads.
fn assert_same_as_file(set: &Examples, folder: &Path, images: &str, labels: &str) {
    assert!(fs::read(folder.join(labels)).unwrap()[8..] == set.labels);
    let pixels = fs::read(folder.join(images)).unwrap();
    let mut row = vec![0.0; 784];
    for (index, image) in pixels[16..].chunks_exact(784).enumerate() {
        set.inputs.copy_row(index as u32, &mut row);
        assert!(image.iter().zip(&row).all(|(byte, x)| Real::from(*byte) / 255.0 == *x), "image {index}");
    }
}
