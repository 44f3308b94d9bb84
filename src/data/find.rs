//! Where a data set is looked for.
//!
//! Only names and presence: what the files hold is checked when they are opened. The named
//! folder and the executable's place come from the caller; nothing here asks the environment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::DataError;
use super::files::{FILES, archive_of, exists};

/// The folders to look in, in order.
///
/// A folder that was named is the only one. Otherwise: `data` in the current folder, `data` in
/// each folder above the executable, and `data` in the source tree this program was built from.
pub fn candidates(named: Option<&Path>, executable: Option<&Path>) -> Vec<PathBuf> {
    if let Some(folder) = named {
        return vec![folder.into()];
    }
    let above = executable.into_iter().flat_map(|file| file.ancestors().skip(1));
    let mut folders = vec![PathBuf::from("data")];
    for root in above.chain([source_tree()]) {
        let folder = root.join("data");
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// The top of the source tree that this program was built from.
pub(super) fn source_tree() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first folder that holds all four files, each as it is or as an archive.
///
/// Only presence counts here: a folder with a corrupt file is found, so that loading can say
/// what is wrong with it. Without success the error lists every folder and what is missing there.
pub fn find(candidates: &[PathBuf]) -> Result<PathBuf, DataError> {
    let mut folders = Vec::new();
    for folder in candidates {
        match missing_files(folder) {
            None => return Ok(folder.clone()),
            Some(missing) => folders.push((folder.clone(), missing)),
        }
    }
    Err(DataError::Missing { folders })
}

/// What is missing in a folder, in words; nothing where all four files are there.
fn missing_files(folder: &Path) -> Option<String> {
    match fs::metadata(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            return Some("no such folder".into());
        }
        Err(cause) => return Some(cause.to_string()),
        Ok(place) if !place.is_dir() => return Some("not a folder".into()),
        Ok(_) => {}
    }
    let absent: Vec<&str> = FILES
        .iter()
        .map(|&(name, _)| name)
        .filter(|name| !exists(&folder.join(name)) && !exists(&archive_of(folder, name)))
        .collect();
    match absent.len() {
        0 => None,
        4 => Some("none of the four files".into()),
        _ => Some(format!("no {}", absent.join(", no "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with all four files but the last.
    fn three_files() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, _) in &FILES[..3] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        folder
    }

    #[test]
    fn the_first_complete_folder_is_taken() {
        let (first, second) = (three_files(), three_files());
        fs::write(archive_of(second.path(), FILES[3].0), "").unwrap();
        let found = find(&[first.path().into(), second.path().into()]).unwrap();
        assert_eq!(found, second.path());
    }

    #[test]
    fn what_is_missing_is_listed_folder_by_folder() {
        let (folder, empty) = (three_files(), tempfile::tempdir().unwrap());
        let root = folder.path();
        let places = [root.join("nowhere"), root.join(FILES[0].0), root.into(), empty.path().into()];
        let text = find(&places).unwrap_err().to_string();
        let text = text.replace(&root.display().to_string(), "ROOT");
        let expected = "expected the four files of MNIST, found no folder with all of them:
  ROOT/nowhere: no such folder
  ROOT/train-images-idx3-ubyte: not a folder
  ROOT: no t10k-labels-idx1-ubyte
  EMPTY: none of the four files
Put these four, each as it is or with .gz, into one folder and name it with --data DIR:
  train-images-idx3-ubyte
  train-labels-idx1-ubyte
  t10k-images-idx3-ubyte
  t10k-labels-idx1-ubyte";
        assert_eq!(text.replace(&empty.path().display().to_string(), "EMPTY"), expected);
    }

    #[test]
    fn a_named_folder_is_the_only_candidate() {
        let executable = Path::new("/opt/initlab/bin/initlab");
        let named = Path::new("x");
        assert_eq!(candidates(Some(named), Some(executable)), [named]);
        let folders = candidates(None, Some(executable));
        assert_eq!(folders[0], Path::new("data"));
        assert_eq!(folders[2], Path::new("/opt/initlab/data"));
        assert_eq!(folders.last(), Some(&source_tree().join("data")));
    }
}
