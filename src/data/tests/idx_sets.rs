//! Good IDX sets: MNIST as shipped and small ones of many shapes, with and without archives.

use super::*;
use crate::Real;
use crate::data::find::find_idx;
use crate::data::idx_set;
use crate::nn::inputs::Examples;
use crate::stats::label_entropy;

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
    let mut found = find_idx(&[folder.path().into()]).unwrap();
    found.folder = folder.path().join("gone");
    fs::create_dir(&found.folder).unwrap();
    make_ours(&found.folder);
    fs::create_dir(found.folder.join(TRAIN_LABELS)).unwrap();
    let set = idx_set::load(found, None, true).unwrap();
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
