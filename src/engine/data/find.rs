//! The search for a data set: which folder or file is meant, and which files in it.
//!
//! Only names and presence: what the files hold is checked when they are opened.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::DataError;
use super::files::{FILES, IdxName};
use crate::files::list;
use crate::files::open::is_file_or_pipe;
use crate::text::printable;

/// The place of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataPlace {
    /// Four IDX files.
    Idx(Box<IdxFolder>),
    /// A file with a table.
    Table(PathBuf),
}

/// A folder with the four IDX files of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxFolder {
    /// The folder.
    pub folder: PathBuf,
    /// The beginning of the file names before the usual part, as `emnist-letters`; usually empty.
    pub set: String,
    /// The files, in the order of [`FILES`].
    pub files: [IdxPath; 4],
}

/// The path of one file of a data set. Where the file lies beside its archive it is the archive's, which has a
/// checksum of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdxPath {
    /// Its name, without `.gz`.
    pub name: String,
    /// The file, or its gzip archive.
    pub path: PathBuf,
    /// True where it is the archive.
    pub is_archive: bool,
}

/// Finds the data set that is named: a folder, a folder and the beginning of the file names in it
/// (`gzip/emnist-letters`), or a file with a table.
///
/// # Errors
/// [`DataError::Missing`] for a folder that is not there or has none of the files, [`DataError::Unreadable`] where a
/// file is named that is not there, [`DataError::Ambiguous`] for a folder with no complete set or more than one,
/// [`DataError::Malformed`] for the name of one IDX file, which stands for nothing alone.
pub fn find(path: &Path) -> Result<DataPlace, DataError> {
    if is_file_or_pipe(path) {
        return table(path);
    }
    if let Some(found) = set_of_name(path) {
        return found.map(idx);
    }
    if path.extension().is_some() && !path.exists() {
        let cause = io::Error::new(io::ErrorKind::NotFound, "no file of that name");
        return Err(DataError::unreadable(path, cause));
    }
    find_idx(path).map(idx)
}

fn idx(folder: IdxFolder) -> DataPlace {
    DataPlace::Idx(Box::new(folder))
}

/// The one complete set in a folder.
///
/// Only presence counts here: a folder with a corrupt file is found, so that loading can say what is wrong with it.
fn find_idx(folder: &Path) -> Result<IdxFolder, DataError> {
    let found = match sets_in(folder) {
        Ok(sets) if !sets.is_empty() => return the_one(folder, sets),
        Ok(_) => "none of them".into(),
        Err(reason) => reason,
    };
    Err(DataError::Missing { folder: folder.into(), found })
}

/// A file that is named; one of the four IDX files stands for nothing alone.
fn table(path: &Path) -> Result<DataPlace, DataError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if IdxName::parse(&name).is_some() {
        let expected = "a table, or a folder with the four IDX files of a data set";
        return Err(DataError::malformed(path, expected, "one IDX file; name its folder"));
    }
    Ok(DataPlace::Table(path.into()))
}

/// The set in the folder above whose files begin with the last part of a path that does not exist.
fn set_of_name(path: &Path) -> Option<Result<IdxFolder, DataError>> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|_| fs::symlink_metadata(path).is_err())?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut sets = sets_in(folder).ok()?;
    let set = sets.remove_entry(name)?;
    Some(the_one(folder, BTreeMap::from([set])))
}

/// The paths of each file of [`FILES`] that go by one of its usual names.
type PathsBySet = BTreeMap<String, [Vec<IdxPath>; 4]>;

/// The files in a folder, by what precedes their usual names; or why there are none, in words.
fn sets_in(folder: &Path) -> Result<PathsBySet, String> {
    let entries = list(folder).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => "no such folder".to_owned(),
        io::ErrorKind::NotADirectory => "not a folder".to_owned(),
        _ => cause.to_string(),
    })?;
    let mut sets = PathsBySet::new();
    for entry in entries {
        let file_name = entry.file_name();
        let Some(name) = file_name.to_str().and_then(IdxName::parse) else { continue };
        let files = &mut sets.entry(name.set.to_owned()).or_default()[name.file];
        let file =
            IdxPath { name: name.plain.into(), path: folder.join(&file_name), is_archive: name.is_archive };
        match files.iter_mut().find(|other| other.name == file.name) {
            Some(other) if file.is_archive => *other = file,
            Some(_) => {}
            None => files.push(file),
        }
    }
    Ok(sets)
}

/// The one complete set among those of a folder; an error where there is none, or more than one.
fn the_one(folder: &Path, sets: PathsBySet) -> Result<IdxFolder, DataError> {
    let ambiguous = |found| Err(DataError::Ambiguous { folder: folder.into(), found });
    let (mut complete, partial): (PathsBySet, PathsBySet) =
        sets.into_iter().partition(|(_, files)| files.iter().all(|paths| !paths.is_empty()));
    if let Some(plain) = complete.remove_entry("") {
        complete = BTreeMap::from([plain]); // the others have names to be called by
    }
    if complete.len() > 1 {
        let names = complete.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let names = printable(&names, 500);
        return ambiguous(format!("{} of them; add one of these to its name: {names}", complete.len()));
    }
    let Some((set, files)) = complete.into_iter().next() else {
        return ambiguous(
            partial.iter().map(|(set, files)| incomplete(set, files)).next().unwrap_or_default(),
        );
    };
    if let Some(twice) = files.iter().find(|paths| paths.len() > 1) {
        let names: Vec<&str> = twice.iter().map(|paths| paths.name.as_str()).collect();
        return ambiguous(format!("two names of one file: {}", printable(&names.join(", "), 500)));
    }
    let files = files.map(|paths| paths.into_iter().next().unwrap_or_default());
    Ok(IdxFolder { folder: folder.into(), set, files })
}

/// The names of a set's files that are there and of those that are missing, in a sentence.
fn incomplete(set: &str, files: &[Vec<IdxPath>; 4]) -> String {
    let there: Vec<&str> = files.iter().flatten().map(|paths| paths.name.as_str()).collect();
    let usual = FILES.map(|(name, _)| if set.is_empty() { name.to_owned() } else { format!("{set}-{name}") });
    let missing: Vec<String> =
        usual.into_iter().zip(files).filter(|(_, paths)| paths.is_empty()).map(|(name, _)| name).collect();
    let (there, missing) = (printable(&there.join(", "), 500), printable(&missing.join(", no "), 500));
    format!("{there}, but no {missing}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::{TempDir, tempdir};

    /// A folder with empty files of these names.
    fn folder_of(names: &[&str]) -> TempDir {
        let folder = tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        folder
    }

    const LETTERS: [&str; 4] = [
        "emnist-letters-train-images-idx3-ubyte",
        "emnist-letters-train-labels-idx1-ubyte",
        "emnist-letters-test-images-idx3-ubyte",
        "emnist-letters-test-labels-idx1-ubyte",
    ];

    fn refusal(path: &Path) -> String {
        let refused = find(path).unwrap_err().to_string();
        refused.replace(&path.display().to_string(), "ROOT")
    }

    /// A misspelt name means this folder, not the data that come with the program.
    #[test]
    fn a_folder_with_some_of_the_files_is_meant() {
        let mut names = FILES.map(|(name, _)| name);
        names[3] = "t10k-label-idx1-ubyte";
        assert_eq!(
            refusal(folder_of(&names).path()),
            "ROOT: expected the four files of one data set, found train-images-idx3-ubyte, \
             train-labels-idx1-ubyte, t10k-images-idx3-ubyte, but no t10k-labels-idx1-ubyte"
        );
    }

    #[test]
    fn what_is_missing_is_said_and_what_to_do() {
        let (full, empty) = (folder_of(&["file"]), folder_of(&[]));
        let nowhere = full.path().join("nowhere");
        assert!(
            refusal(empty.path())
                .starts_with("ROOT: expected the four files of a data set, found none of them\n")
        );
        assert!(refusal(&full.path().join("file/x")).contains("found not a folder\n"));
        assert_eq!(
            refusal(&nowhere),
            "ROOT: expected the four files of a data set, found no such folder
Put these four, each as it is or with .gz, into one folder and name it with --data DIR:
  train-images-idx3-ubyte
  train-labels-idx1-ubyte
  t10k-images-idx3-ubyte
  t10k-labels-idx1-ubyte
MNIST needs no --data: it is in this program. Fashion-MNIST is Debian's package dataset-fashion-mnist."
        );
    }

    #[test]
    fn an_archive_is_taken_before_the_plain_file_beside_it() {
        let archive = format!("{}.gz", FILES[2].0);
        let folder = folder_of(&[&FILES.map(|(name, _)| name)[..], &[&archive]].concat());
        let files = find_idx(folder.path()).unwrap().files;
        assert_eq!(files[2].path, folder.path().join(&archive));
        assert_eq!(files[0].path, folder.path().join(FILES[0].0));
        assert_eq!(files.map(|file| file.is_archive), [false, false, true, false]);
    }

    #[test]
    fn of_several_sets_in_a_folder_one_is_named() {
        let digits = LETTERS.map(|name| name.replace("letters", "digits"));
        let folder = folder_of(&[LETTERS, digits.each_ref().map(String::as_str)].concat());
        assert_eq!(
            refusal(folder.path()),
            "ROOT: expected the four files of one data set, found 2 of them; add one of these to its \
             name: emnist-digits, emnist-letters"
        );
        let Ok(DataPlace::Idx(found)) = find(&folder.path().join("emnist-letters")) else {
            panic!("not found");
        };
        assert_eq!((found.set.as_str(), found.folder.as_path()), ("emnist-letters", folder.path()));
        assert_eq!(found.files.map(|file| file.name), LETTERS);
    }

    #[test]
    fn two_names_of_one_file_are_refused() {
        let folder = folder_of(&FILES.map(|(name, _)| name));
        fs::write(folder.path().join("t10k-labels.idx1-ubyte"), "").unwrap();
        assert!(refusal(folder.path()).contains("two names of one file: t10k-labels"));
    }

    #[test]
    fn a_file_is_a_table_unless_it_is_one_of_the_four() {
        let folder = folder_of(&["iris.csv", FILES[0].0]);
        let path = folder.path().join("iris.csv");
        assert_eq!(find(&path).unwrap(), DataPlace::Table(path));
        assert!(refusal(&folder.path().join(FILES[0].0)).ends_with("found one IDX file; name its folder"));
    }
}
