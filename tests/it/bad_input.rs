//! Input that cannot be used: the exit code, the message, and that nothing was touched.

use crate::command::{data, initlab, unpacked};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::tempdir;

/// Words after `compare`, and what the message must say.
const REFUSED: &[(&[&str], &[&str])] = &[
    (&["--init", "xaveir"], &["xaveir", "did you mean 'Xavier'?"]),
    (&["--init", "He,kaiming-normal,he_normal"], &["--init", "he_normal", "each initializer once"]),
    (&["--init", "std=0.01,normal=0.010"], &["--init", "std=0.01"]),
    (&["--init", "std"], &["std=0.01"]),
    (&["--init", "std=-1"], &["-1", "above 0"]),
    (&["--init", ""], &["--init"]),
    (&["--activation", "softsing"], &["softsing", "did you mean 'softsign'?"]),
    (&["--optimizer", "adma"], &["adma", "did you mean 'adam'?"]),
    (&["--batch-size", "0"], &["--batch-size", "0", "a whole number from 1 to 60000"]),
    (&["--batch-size", "60001"], &["--batch-size", "a whole number from 1 to 60000"]),
    (&["--learning-rate", "0"], &["--learning-rate", "above 0"]),
    (&["--learning-rate", "nan"], &["--learning-rate", "above 0"]),
    (&["--learning-rate=-0.1"], &["--learning-rate", "above 0"]),
    (&["--hidden", "100,0"], &["--hidden", "a whole number from 1 to 65536"]),
    (&["--iterations", "0"], &["--iterations", "a whole number from 1 to 10000000"]),
    (&["--iterations", "1000000000000"], &["--iterations", "a whole number from 1 to 10000000"]),
    (&["--seeds", "0"], &["--seeds", "a whole number from 1 to 10000"]),
    (&["--seed", "18446744073709551615", "--seeds", "2"], &["--seed", "64 bits"]),
    (&["--momentum", "1"], &["--momentum", "below 1"]),
    (&["--weight-decay=-1"], &["--weight-decay", "0 or above"]),
    (&["--eval-every", "0"], &["--eval-every"]),
    (&["--threads", "0"], &["--threads", "a whole number from 1 to 1024"]),
    (&["--shard", "3/3"], &["--shard", "from 0 to N"]),
    (&["--loss-at", "during"], &["--loss-at", "during"]),
    (&["--hidden", "65536,65536", "--batch-size", "60000"], &["--hidden", "MB"]),
    (&["--seed", "-1"], &["'-1'", "--seed", "whole number from 0 to 18446744073709551615"]),
    (&["--iterations", "-5"], &["'-5'", "--iterations", "whole number from 1"]),
    (&["--frobnicate"], &["--frobnicate"]),
];

#[test]
fn settings_are_refused_before_anything_is_touched() {
    for (words, expected) in REFUSED {
        let folder = tempdir().unwrap();
        let ended = initlab(folder.path(), &[&["compare"], *words].concat());
        assert_eq!(ended.code, 2, "{words:?}: {}", ended.stderr);
        for text in *expected {
            assert!(ended.stderr.contains(text), "{words:?} should say {text:?}: {}", ended.stderr);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{words:?} left something behind");
    }
}

/// A fault in a data folder that is otherwise whole, and what the message must say.
type Fault = (fn(&Path), &'static [&'static str]);
const FAULTY_DATA: &[Fault] = &[
    (|folder| fs::remove_file(folder.join(LABELS_GZ)).unwrap(), &["t10k-labels-idx1-ubyte"]),
    (
        |folder| replace(folder, |bytes| bytes.truncate(5000)),
        &["t10k-labels-idx1-ubyte", "expected", "found"],
    ),
    (|folder| replace(folder, |bytes| bytes[3] = 7), &["t10k-labels-idx1-ubyte", "magic"]),
    (|folder| replace(folder, |bytes| bytes[100] = 11), &["t10k-labels-idx1-ubyte", "11"]),
    (|folder| replace(folder, |bytes| bytes.push(0)), &["t10k-labels-idx1-ubyte", "expected", "found"]),
    (
        |folder| replace(folder, |bytes| bytes[4..8].fill(0xff)),
        &["t10k-labels-idx1-ubyte", "expected", "found"],
    ),
    (swap, &["-ubyte", "expected", "found"]),
];
const LABELS: &str = "t10k-labels-idx1-ubyte";
const LABELS_GZ: &str = "t10k-labels-idx1-ubyte.gz";

#[test]
fn faulty_data_ends_with_3_and_says_what_is_wrong() {
    for (number, (spoil, expected)) in FAULTY_DATA.iter().enumerate() {
        let folder = tempdir().unwrap();
        let broken = folder.path().join("data");
        fs::create_dir(&broken).unwrap();
        for entry in fs::read_dir(data()).unwrap().map(Result::unwrap) {
            if entry.path().extension().is_some_and(|extension| extension == "gz") {
                symlink(entry.path(), broken.join(entry.file_name())).unwrap();
            }
        }
        spoil(&broken);
        let ended = initlab(folder.path(), &["compare", "--data", "data"]);
        assert_eq!(ended.code, 3, "fault {number}: {}", ended.stderr);
        for text in *expected {
            assert!(ended.stderr.contains(text), "fault {number} should say {text:?}: {}", ended.stderr);
        }
        assert!(!folder.path().join("results").exists(), "fault {number} left results behind");
    }
}

/// Puts an unpacked labels file with a change in the place of its archive.
fn replace(folder: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = unpacked(LABELS);
    change(&mut bytes);
    fs::remove_file(folder.join(LABELS_GZ)).unwrap();
    fs::write(folder.join(LABELS), bytes).unwrap();
}

/// Labels where images belong and the reverse.
fn swap(folder: &Path) {
    let images = folder.join("t10k-images-idx3-ubyte.gz");
    let (labels, aside) = (folder.join(LABELS_GZ), folder.join("aside"));
    fs::rename(&images, &aside).unwrap();
    fs::rename(&labels, &images).unwrap();
    fs::rename(&aside, &labels).unwrap();
}

#[test]
fn a_missing_data_folder_is_answered_with_the_folders_looked_in() {
    let folder = tempdir().unwrap();
    let ended = initlab(folder.path(), &["compare", "--data", "nowhere"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("nowhere"), "{}", ended.stderr);
}

#[test]
fn an_unusable_results_folder_is_found_out_before_training() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("file"), "in the way").unwrap();
    for out in ["file", "/proc/initlab"] {
        let ended = initlab(folder.path(), &["compare", "--iterations", "10000000", "--out", out]);
        assert_eq!(ended.code, 1, "{out}: {}", ended.stderr);
        assert!(ended.stderr.contains(out), "{out}: {}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "in the way");
}
