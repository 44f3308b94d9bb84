//! Notes beside the run files: why a run failed, how long runs took, which runs are there.
//!
//! No result depends on a note, so each is written as well as it goes: a note that cannot be
//! written or read is missing.
//!
//! ```text
//! runs/4ac8….run        a finished run
//! runs/4ac8….failed     why it failed: the panic's message
//! runs/seconds.log      "4ac8… 12.3456", a line per finished run, in the order of their ends
//! ```

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use super::error::ResultsError;
use super::runs::RunStore;
use crate::files::create::{Fsync, replace};
use crate::files::open::open_own;
use crate::files::{list, read};

/// One line per finished run: its id and the thread-seconds it took.
const SECONDS: &str = "seconds.log";

impl RunStore {
    /// The ids of all run files, whole or not, in the order of their names; none where the folder is missing.
    ///
    /// # Errors
    /// [`ResultsError::System`] with the attempt `open` if the folder cannot be listed.
    pub fn ids(&self) -> Result<Vec<String>, ResultsError> {
        let entries = match list(self.folder()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed.map_err(ResultsError::system("open", self.folder()))?,
        };
        let id = |name: std::ffi::OsString| Some(name.to_str()?.strip_suffix(".run")?.to_owned());
        Ok(entries.iter().filter_map(|entry| id(entry.file_name())).collect())
    }

    /// Notes why a run failed, in place of an earlier note. The note stays when the run is repeated with
    /// success: whoever reads it asks first whether the run has a file.
    pub fn note_failure(&self, id: &str, why: &str) {
        let _ = replace(&self.failure_path(id), why.as_bytes(), Fsync::No);
    }

    /// Why a run failed, if it did. A run that has a file has been repeated with success since.
    pub fn failure(&self, id: &str) -> Option<String> {
        read(&self.failure_path(id)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Notes how long a run took, in thread-seconds to four places.
    ///
    /// A line is written at once at the end of the file, so processes that share the folder do not
    /// take turns.
    pub fn note_seconds(&self, id: &str, seconds: f64) {
        let file = open_own(&self.folder().join(SECONDS), File::options().append(true).create(true));
        let _ = file.and_then(|mut file| file.write_all(format!("{id} {seconds:.4}\n").as_bytes()));
    }

    /// Thread-seconds of each run by id; of several notes of one run the last. A line that is not an id, a
    /// space and a finite number is passed over.
    pub fn seconds(&self) -> BTreeMap<String, f64> {
        let bytes = read(&self.folder().join(SECONDS)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let note = |line: &str| {
            let (id, seconds) = line.split_once(' ')?;
            Some((id.to_owned(), seconds.parse().ok().filter(|seconds: &f64| seconds.is_finite())?))
        };
        text.lines().filter_map(note).collect()
    }

    fn failure_path(&self, id: &str) -> PathBuf {
        self.folder().join(format!("{id}.failed"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::Tables;
    use super::*;

    #[test]
    fn notes_are_read_back_and_torn_ones_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = RunStore::new(folder.path());
        assert!(
            store.ids().unwrap().is_empty() && store.seconds().is_empty() && store.failure("1f").is_none()
        );
        store.commit("2e", &Tables::new()).unwrap();
        store.commit("1f", &Tables::new()).unwrap();
        store.note_failure("3d", "index out of bounds");
        for (id, seconds) in [("1f", 1.5), ("2e", 2.0), ("1f", 0.25)] {
            store.note_seconds(id, seconds);
        }
        let path = folder.path().join(SECONDS);
        let torn = [&std::fs::read(&path).unwrap()[..], b"4c 1e\n5b"].concat();
        std::fs::write(&path, torn).unwrap();
        assert_eq!(store.ids().unwrap(), ["1f", "2e"]);
        assert_eq!(store.failure("3d").as_deref(), Some("index out of bounds"));
        assert_eq!(
            store.seconds().into_iter().collect::<Vec<_>>(),
            [("1f".into(), 0.25), ("2e".into(), 2.0)]
        );
    }
}
