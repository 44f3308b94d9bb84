//! A results folder: made and tried before the long work, then written file by file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::ResultsError;
use super::layout::{MANIFEST, RUNS, has_extension};
use super::lock::FolderLock;
use super::manifest::Manifest;
use super::runs::RunStore;
use crate::files::create::{Fsync, probe};
use crate::files::page::{is_marked, marked};
use crate::files::{self, list, read};
use crate::text::{first_three, plain};

/// A folder that is there and that files can be written to.
#[derive(Debug, Clone)]
pub struct ResultsFolder {
    path: PathBuf,
}

impl ResultsFolder {
    /// Opens a folder, makes it and those above it where they are missing, and tries to write.
    ///
    /// A full disk or a folder without permission is found out here, before any training.
    ///
    /// # Errors
    /// [`ResultsError::FileInTheWay`] if the path or one above it is a file, [`ResultsError::System`] if the
    /// folder cannot be made or a file in it cannot be written.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ResultsError> {
        let path = path.into();
        refuse_files(&path)?;
        fs::create_dir_all(&path).map_err(ResultsError::system("create", &path))?;
        probe(&path).map_err(ResultsError::system("write files in", &path))?;
        Ok(Self { path })
    }

    /// Opens a folder that must be there already, to read it; makes and tries nothing.
    ///
    /// # Errors
    /// [`ResultsError::FileInTheWay`] if the path or one above it is a file, [`ResultsError::System`] if the
    /// folder is not there or cannot be listed.
    pub fn existing(path: impl Into<PathBuf>) -> Result<Self, ResultsError> {
        let path = path.into();
        refuse_files(&path)?;
        list(&path).map_err(ResultsError::system("open", &path))?;
        Ok(Self { path })
    }

    /// Where the folder is, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The finished runs, in `runs/` below this folder, which is made and tried as well.
    pub fn runs(&self) -> Result<RunStore, ResultsError> {
        Self::open(self.path.join(RUNS)).map(|runs| RunStore::new(runs.path))
    }

    /// The folder of the finished runs; it may not be there.
    pub fn runs_path(&self) -> PathBuf {
        self.path.join(RUNS)
    }

    /// The names of the CSV files directly in the folder, sorted: `["accuracy.csv", "loss.csv"]`. A name
    /// that is not UTF-8 is passed over.
    pub fn csv_files(&self) -> Result<Vec<String>, ResultsError> {
        self.names(|name| has_extension(name, "csv"))
    }

    /// The names of the files and folders directly in the folder that are meant, sorted; UTF-8 ones.
    fn names(&self, is_meant: fn(&str) -> bool) -> Result<Vec<String>, ResultsError> {
        let entries = list(&self.path).map_err(ResultsError::system("open", &self.path))?;
        let names = entries.iter().filter_map(|entry| entry.file_name().into_string().ok());
        Ok(names.filter(|name| is_meant(name)).collect())
    }

    /// Claims the folder for this process until the lock is dropped.
    ///
    /// `command` is what another process is told that finds the folder taken. Processes that
    /// write finished runs only need no lock.
    ///
    /// # Errors
    /// [`ResultsError::Locked`] with the holder's process id and command while another process has it,
    /// [`ResultsError::System`] if the lock file cannot be opened or written.
    pub fn lock(&self, command: &str) -> Result<FolderLock, ResultsError> {
        FolderLock::acquire(&self.path, command)
    }

    /// Puts a file called `name` in the folder: at once, whole, and safely on the disk.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ResultsError> {
        let path = self.path.join(name);
        files::replace(&path, bytes, Fsync::Yes).map_err(ResultsError::system("write", &path))
    }

    /// Puts a page called `name` in the folder, in place of one that an earlier command wrote. Control characters and
    /// marks of direction, which texts of others may hold, are escaped.
    ///
    /// # Errors
    /// [`ResultsError::Foreign`] where something else has that name, [`ResultsError::System`] where it cannot be
    /// written.
    pub fn write_page(&self, name: &str, page: &str) -> Result<(), ResultsError> {
        let (path, page) = (self.path.join(name), marked(&plain(page)));
        match files::create(&path, page.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.refuse_other_page(name)?;
                self.write(name, page.as_bytes())
            }
            ended => ended.map_err(ResultsError::system("write", &path)),
        }
    }

    /// Refuses to replace what is called `name` unless it is a page that an earlier command wrote and nobody changed;
    /// a missing one is fine.
    ///
    /// # Errors
    /// [`ResultsError::Foreign`] with its name.
    pub fn refuse_other_page(&self, name: &str) -> Result<(), ResultsError> {
        let path = self.path.join(name);
        let found = fs::symlink_metadata(&path).ok();
        let is_ours = || read(&path).is_ok_and(|bytes| is_marked(&bytes));
        if found.is_none_or(|found| !found.is_symlink() && is_ours()) {
            return Ok(());
        }
        Err(self.foreign(name.to_owned()))
    }

    /// Forces the names of the files to the disk, as far as the system can. Never an error: the bytes of
    /// each file were forced there by [`write`](Self::write).
    pub fn sync(&self) -> Result<(), ResultsError> {
        // Not every file system can do that with a folder; where it cannot there is nothing to be done.
        let _ = fs::File::open(&self.path).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// The bytes of the file called `name`.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, ResultsError> {
        let path = self.path.join(name);
        read(&path).map_err(ResultsError::system("read", &path))
    }

    /// Refuses a folder with tables or figures, but without the manifest that every command of ours writes before
    /// them, and one in which a link has the name of a file of the former command.
    ///
    /// # Errors
    /// [`ResultsError::Foreign`] with the names of up to three of them.
    pub fn refuse_foreign(&self) -> Result<(), ResultsError> {
        let mut found = self.names(is_removable)?;
        // Asked after the list: a command that begins to write meanwhile writes the manifest first.
        if let Some(manifest) = self.manifest().unwrap_or_default() {
            let is_link = |name: &String| self.path.join(name).is_symlink();
            found.retain(|name| manifest.files.contains(name) && is_link(name));
        } else if self.path.join(MANIFEST).exists() {
            found.clear();
        }
        if found.is_empty() { Ok(()) } else { Err(self.foreign(first_three(&found))) }
    }

    fn foreign(&self, files: String) -> ResultsError {
        ResultsError::Foreign { folder: self.path.clone(), files }
    }

    /// The manifest of the command whose files are here; `None` if no command has written any.
    ///
    /// # Errors
    /// [`ResultsError::Damaged`] if `run.json` is no manifest, [`ResultsError::System`] if it cannot be read.
    pub fn manifest(&self) -> Result<Option<Manifest>, ResultsError> {
        let path = self.path.join(MANIFEST);
        match read(&path) {
            Ok(bytes) => {
                Manifest::parse(&bytes).map(Some).map_err(|reason| ResultsError::Damaged { path, reason })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => Ok(None),
            Err(reason) => Err(ResultsError::system("read", &path)(reason)),
        }
    }

    /// Removes files of a former command; those that are no plain files in this very folder stay, and so does
    /// everything that is neither `.csv` nor `.svg` nor `.png`. A file that is gone already is no error.
    pub fn remove_files(&self, names: &[String]) -> Result<(), ResultsError> {
        for path in names.iter().filter(|name| is_removable(name)).map(|name| self.path.join(name)) {
            if fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
                fs::remove_file(&path).map_err(ResultsError::system("remove", &path))?;
            }
        }
        Ok(())
    }
}

/// True for the name of a table or figure directly in the folder.
///
/// A manifest may have been edited: nothing else may be removed because of what it says.
fn is_removable(name: &str) -> bool {
    let path = Path::new(name);
    let ours = path.extension().is_some_and(|found| ["csv", "svg", "png"].iter().any(|ours| found == *ours));
    ours && path.file_name().is_some_and(|file| file == name) && !name.starts_with('.')
}

/// Names a file that stands at the path of the folder or of one above it.
fn refuse_files(folder: &Path) -> Result<(), ResultsError> {
    match folder.ancestors().find(|path| path.is_file()) {
        Some(file) => Err(ResultsError::FileInTheWay { folder: folder.into(), file: file.into() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn a_folder_is_made_with_those_above_it() {
        let root = tempdir().unwrap();
        let path = root.path().join("my results/-x/compare");
        let folder = ResultsFolder::open(&path).unwrap();
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "the probe is gone");
        folder.write("loss.csv", b"loss\n1\n").unwrap();
        assert_eq!(folder.read("loss.csv").unwrap(), b"loss\n1\n");
        assert!(folder.runs().is_ok() && path.join("runs").is_dir());
    }

    #[test]
    fn what_is_there_stays() {
        let root = tempdir().unwrap();
        fs::write(root.path().join("notes.txt"), "mine").unwrap();
        ResultsFolder::open(root.path()).unwrap();
        assert_eq!(fs::read(root.path().join("notes.txt")).unwrap(), b"mine");
    }

    #[test]
    fn tables_and_figures_of_others_are_refused_by_name() {
        let root = tempdir().unwrap();
        let folder = ResultsFolder::open(root.path()).unwrap();
        fs::write(root.path().join("notes.txt"), "mine").unwrap();
        assert!(folder.refuse_foreign().is_ok());
        for name in ["loss.csv", "a.png", "b.svg", "c.csv"] {
            fs::write(root.path().join(name), "mine").unwrap();
        }
        let error = folder.refuse_foreign().unwrap_err().to_string();
        assert!(error.contains("holds a.png, b.svg, c.csv, …, which initlab did not write"), "{error}");
        folder.write(MANIFEST, b"{}").unwrap();
        assert!(folder.refuse_foreign().is_ok());
    }

    #[test]
    fn a_page_that_somebody_wrote_or_changed_is_not_replaced() {
        let root = tempdir().unwrap();
        let folder = ResultsFolder::open(root.path()).unwrap();
        for title in ["one", "two"] {
            folder.write_page("report.html", title).unwrap();
        }
        let page = fs::read_to_string(root.path().join("report.html")).unwrap();
        for text in ["my thesis".to_owned(), page.replace("two", "two: my notes"), page[..20].to_owned()] {
            folder.write("report.html", text.as_bytes()).unwrap();
            let error = folder.write_page("report.html", "three").unwrap_err().to_string();
            assert!(error.contains("holds report.html, which initlab did not write"), "{error}");
            assert_eq!(folder.read("report.html").unwrap(), text.as_bytes());
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_the_place_of_tables_and_pages_stay() {
        let root = tempdir().unwrap();
        let folder = ResultsFolder::open(root.path()).unwrap();
        let page = root.path().join("report.html");
        std::os::unix::fs::symlink("nowhere/x.html", &page).unwrap();
        folder.write_page("report.html", "one").unwrap_err();
        assert!(folder.refuse_other_page("report.html").is_err() && page.is_symlink());
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let root = tempdir().unwrap();
        let file = root.path().join("results");
        fs::write(&file, "").unwrap();
        for folder in [file.clone(), file.join("compare/deep")] {
            let error = ResultsFolder::open(&folder).unwrap_err();
            assert!(matches!(error, ResultsError::FileInTheWay { file: found, .. } if found == file));
        }
    }

    #[test]
    fn an_existing_folder_is_not_made() {
        let root = tempdir().unwrap();
        let path = root.path().join("typo");
        let error = ResultsFolder::existing(&path).unwrap_err().to_string();
        let expected = format!("cannot open {}: No such file", path.display());
        assert!(error.starts_with(&expected) && !path.exists(), "{error}");
        assert!(ResultsFolder::existing(root.path()).is_ok());
    }

    #[test]
    fn a_missing_file_is_named() {
        let root = tempdir().unwrap();
        let folder = ResultsFolder::open(root.path()).unwrap();
        let error = folder.read("loss.csv").unwrap_err().to_string();
        let expected = format!("cannot read {}: ", root.path().join("loss.csv").display());
        assert!(error.starts_with(&expected), "{error}");
    }

    // Nobody, not even root, can make a file there.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_cannot_be_written_is_found_out_at_once() {
        let error = ResultsFolder::open("/proc/self").unwrap_err().to_string();
        assert!(error.starts_with("cannot write files in /proc/self: "), "{error}");
        let error = ResultsFolder::open("/proc/results").unwrap_err().to_string();
        assert!(error.starts_with("cannot create /proc/results: "), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_utf_8_work() {
        use std::os::unix::ffi::OsStringExt as _;
        let root = tempdir().unwrap();
        let path = root.path().join(std::ffi::OsString::from_vec(b"r\xe9sultats".to_vec()));
        let folder = ResultsFolder::open(&path).unwrap();
        folder.write("loss.csv", b"").unwrap();
        assert!(path.join("loss.csv").is_file());
    }
}
