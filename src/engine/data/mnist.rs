//! MNIST, read by the `mnist` crate from four plain files.
//!
//! That crate insists on 60,000 and 10,000 images of 28 × 28 pixels and on paths in UTF-8, and panics on anything
//! else; a panic becomes an error. Its arrays, not the files, are what is hashed and learned from.

use std::cell::Cell;
use std::panic::{self, catch_unwind};
use std::path::Path;
use std::sync::Once;

use super::idx::{IdxHeader, IdxKind};

/// The heads the crate insists on, in the order of [`FILES`](super::files::FILES).
pub(super) const HEADERS: [IdxHeader; 4] = [
    IdxHeader { kind: IdxKind::Images, count: 60_000, rows: 28, columns: 28 },
    IdxHeader { kind: IdxKind::Labels, count: 60_000, rows: 1, columns: 1 },
    IdxHeader { kind: IdxKind::Images, count: 10_000, rows: 28, columns: 28 },
    IdxHeader { kind: IdxKind::Labels, count: 10_000, rows: 1, columns: 1 },
];

/// The bytes after the head of each of the four files, in the order of [`FILES`](super::files::FILES), as the
/// crate reads them.
///
/// # Errors
/// What the crate panics with.
pub(super) fn read(paths: [&Path; 4]) -> Result<[Vec<u8>; 4], String> {
    let texts: Vec<&str> =
        paths.iter().map(|path| path.to_str()).collect::<Option<_>>().ok_or("not UTF-8")?;
    without_panic(|| {
        let mut set = ::mnist::MnistBuilder::new()
            .base_path("")
            .training_images_filename(texts[0])
            .training_labels_filename(texts[1])
            .test_images_filename(texts[2])
            .test_labels_filename(texts[3])
            .finalize();
        set.trn_img.shrink_to_fit(); // the crate leaves room for twice as many
        [set.trn_img, set.trn_lbl, set.tst_img, set.tst_lbl]
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn a_panic_of_the_crate_becomes_its_message() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a", "b", "c", "d"].map(|name| folder.path().join(name));
        for (path, header) in paths.iter().zip(HEADERS) {
            fs::write(path, header.to_bytes()).unwrap();
        }
        let read = || read(paths.each_ref().map(PathBuf::as_path)).unwrap_err();
        assert_ne!(read(), "");
        fs::remove_file(&paths[0]).unwrap();
        assert!(read().contains("Unable to find path to images"), "{}", read());
    }
}
