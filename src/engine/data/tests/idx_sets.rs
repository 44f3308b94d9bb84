//! Good IDX sets: MNIST as shipped and small ones of many shapes, with and without archives.

use super::*;
use crate::Real;
use crate::nn::inputs::Examples;
use crate::stats::label_entropy;
use std::io::Read as _;

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

/// As torchvision leaves them: an archive has a checksum of its own, a file beside it may be torn or another's.
#[test]
fn an_archive_counts_and_not_the_file_beside_it_and_nothing_is_written() {
    let folder = small_set();
    put(folder.path(), &format!("{TRAIN_LABELS}.gz"), gzip(&labels(&[2, 1, 0])));
    let before = names(folder.path());
    for beside in [labels(&[0, 1, 2]), b"torn".to_vec()] {
        put(folder.path(), TRAIN_LABELS, beside);
        assert_eq!(load(folder.path()).unwrap().train.labels, [2, 1, 0]);
    }
    assert_eq!(names(folder.path()), before);
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

/// Twice: as a folder of archives by our own reader, and from inside the program by the `mnist` crate.
#[test]
#[cfg(unix)]
fn mnist_as_shipped_verifies_and_is_read_byte_for_byte() {
    let folder = linked_archives();
    for set in [load(folder.path()).unwrap(), DataSet::load(&DataRequest::default()).unwrap()] {
        assert_eq!(set.warnings, Vec::<String>::new());
        assert_eq!((set.known(), set.sizes().inputs, set.sizes().outputs), (Some("MNIST"), 784, 10));
        assert_eq!(set.train.labels[..5], [5, 0, 4, 1, 9]);
        assert!((label_entropy(&set.train.labels) - 2.301_159_172_7).abs() < 1e-9);
        assert_same_as_archive(&set.train, folder.path(), TRAIN_IMAGES, TRAIN_LABELS);
        assert_same_as_archive(&set.test, folder.path(), TEST_IMAGES, TEST_LABELS);
    }
}

/// Holds what was read against the unpacked files after their heads.
fn assert_same_as_archive(set: &Examples, folder: &Path, images: &str, labels: &str) {
    let unpacked = |name: &str| {
        let mut bytes = Vec::new();
        let archive = fs::File::open(folder.join(format!("{name}.gz"))).unwrap();
        flate2::read::GzDecoder::new(archive).read_to_end(&mut bytes).unwrap();
        bytes
    };
    assert!(unpacked(labels)[8..] == set.labels);
    let mut row = vec![0.0; 784];
    for (index, image) in unpacked(images)[16..].chunks_exact(784).enumerate() {
        set.inputs.copy_row(index as u32, &mut row);
        assert!(image.iter().zip(&row).all(|(byte, x)| Real::from(*byte) / 255.0 == *x), "image {index}");
    }
}
