//! MNIST itself, read by the `mnist` crate from four plain files.
//!
//! That crate insists on 60,000 and 10,000 images of 28 × 28 pixels and on paths in UTF-8, and
//! panics on anything else; it is called on files whose heads have been checked, and a panic (a file
//! that has gone or changed since) becomes an error that names the file. Its arrays, not the files,
//! are what is hashed and learned from: no file is read twice.

use std::cell::Cell;
use std::io::{self, Read};
use std::panic::{self, catch_unwind};
use std::path::Path;
use std::sync::Once;

use super::error::DataError;
use super::files::open_file;
use super::idx::{IdxHeader, IdxKind};
use crate::text::printable;

/// The heads the crate insists on, in the order of [`FILES`](super::files::FILES).
const HEADERS: [IdxHeader; 4] = [
    IdxHeader { kind: IdxKind::Images, count: 60_000, rows: 28, columns: 28 },
    IdxHeader { kind: IdxKind::Labels, count: 60_000, rows: 1, columns: 1 },
    IdxHeader { kind: IdxKind::Images, count: 10_000, rows: 28, columns: 28 },
    IdxHeader { kind: IdxKind::Labels, count: 10_000, rows: 1, columns: 1 },
];

/// More bytes than any of these files has.
const LARGEST: u64 = 1 << 26;

/// True where the crate can read files with these heads at these places.
pub(super) fn is_readable(headers: [IdxHeader; 4], paths: [&Path; 4]) -> bool {
    headers == HEADERS && paths.iter().all(|path| path.to_str().is_some())
}

/// The bytes after the head of each of the four files, in the order of [`FILES`](super::files::FILES), as the
/// crate reads them.
///
/// # Errors
/// Where the crate panics, because a file has gone or changed since its head was read.
///
/// # Panics
/// If a path is not UTF-8.
pub(super) fn read(paths: [&Path; 4]) -> Result<[Vec<u8>; 4], DataError> {
    let [train_images, train_labels, test_images, test_labels] =
        paths.map(|path| path.to_str().expect("paths are checked"));
    let read = || {
        let mut set = ::mnist::MnistBuilder::new()
            .base_path("")
            .training_images_filename(train_images)
            .training_labels_filename(train_labels)
            .test_images_filename(test_images)
            .test_labels_filename(test_labels)
            .finalize();
        set.trn_img.shrink_to_fit(); // the crate leaves room for twice as many
        [set.trn_img, set.trn_lbl, set.tst_img, set.tst_lbl]
    };
    without_panic(read).map_err(|message| culprit(paths, &message))
}

thread_local! {
    /// Whether a panic of this thread is caught and told in other words.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Calls a function that may panic; a panic becomes its message and prints nothing.
fn without_panic<T>(call: impl FnOnce() -> T + panic::UnwindSafe) -> Result<T, String> {
    static SILENCER: Once = Once::new();
    SILENCER.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_CAUGHT.get() {
                usual(info);
            }
        }));
    });
    IS_CAUGHT.set(true);
    let result = catch_unwind(call);
    IS_CAUGHT.set(false);
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned()
    })
}

/// The error of the file that the crate stumbled over: the one that cannot be read now, or the one
/// that its message names, or the last.
fn culprit(paths: [&Path; 4], message: &str) -> DataError {
    for path in paths {
        let read = open_file(path).and_then(|file| io::copy(&mut file.take(LARGEST), &mut io::sink()));
        if let Err(cause) = read {
            return DataError::unreadable(path, cause);
        }
    }
    // The message has the path as a debugger shows it.
    let is_named = |path: &&Path| path.to_str().is_some_and(|path| message.contains(&format!("{path:?}")));
    let path = paths.into_iter().find(is_named).unwrap_or(paths[3]);
    let found = format!("a change, or a failure that has passed: {}", printable(message, 200));
    DataError::malformed(path, "a file that stays as it is while it is read", found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    /// What the crate says of a file that has gone since it was checked.
    #[test]
    fn a_panic_of_the_crate_becomes_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a", "b", "c", "d"].map(|name| folder.path().join(name));
        for (path, header) in paths.iter().zip(HEADERS) {
            fs::write(path, header.to_bytes()).unwrap();
        }
        let read = || read(paths.each_ref().map(PathBuf::as_path)).unwrap_err().to_string();
        let short = read();
        assert!(short.contains("expected a file that stays as it is"), "{short}");
        fs::remove_file(&paths[1]).unwrap();
        let gone = read();
        assert!(gone.contains("/b: expected a readable file, found: No such file"), "{gone}");
    }

    #[test]
    fn a_failure_that_has_passed_is_told_of_the_file_in_the_message() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a", "b", "c", "d"].map(|name| folder.path().join(name));
        paths.iter().for_each(|path| fs::write(path, "").unwrap());
        let message = format!("Unable to find path to labels at {:?}.", paths[1]);
        let error = culprit(paths.each_ref().map(PathBuf::as_path), &message).to_string();
        assert!(error.starts_with(&paths[1].display().to_string()), "{error}");
    }
}
