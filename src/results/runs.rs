//! Finished runs, one file each: what lets a killed command go on where it was.
//!
//! Several processes, on several machines too, may share a store without a lock: a run's file
//! appears at once and whole, and two that finish the same run write the same bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::ResultsError;
use super::run_file;
use super::tables::Tables;
use crate::files::create::{Fsync, replace};
use crate::files::{read, sha256};

/// The run files of a results folder.
#[derive(Debug, Clone)]
pub struct RunStore {
    folder: PathBuf,
}

/// The result of looking a run up in a store.
#[derive(Debug)]
pub enum Lookup {
    /// The run was finished; its tables.
    Found(Tables),
    /// There is no file of it.
    Missing,
    /// There is a file that cannot be trusted or read: the run has to be done again.
    Damaged {
        /// The file, for the user to look at.
        path: PathBuf,
        /// The fault, as a clause: "it breaks off".
        reason: String,
    },
}

impl RunStore {
    /// The store whose files are directly in `folder`; touches nothing.
    ///
    /// [`ResultsFolder::runs`](super::ResultsFolder::runs) also makes the folder and tries it.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the file of a run is or would be.
    pub fn path_of(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.run"))
    }

    /// Keeps the tables of a finished run, in place of an earlier file of it, safely on the disk.
    ///
    /// # Errors
    /// [`ResultsError::System`] if the folder cannot be made or the file not be written.
    pub fn commit(&self, id: &str, tables: &Tables) -> Result<(), ResultsError> {
        self.write(id, tables, Fsync::Yes)
    }

    /// Like [`commit`](Self::commit), but not safe from a power cut before the next [`sync`](Self::sync):
    /// for short runs, of which forcing each to the disk would take longer than running it.
    ///
    /// A file that a power cut tore does not match its last line and is done again.
    pub fn commit_soon(&self, id: &str, tables: &Tables) -> Result<(), ResultsError> {
        self.write(id, tables, Fsync::No)
    }

    fn write(&self, id: &str, tables: &Tables, fsync: Fsync) -> Result<(), ResultsError> {
        fs::create_dir_all(&self.folder).map_err(ResultsError::system("create", &self.folder))?;
        let path = self.path_of(id);
        replace(&path, &run_file::encode(id, tables), fsync).map_err(ResultsError::system("write", &path))
    }

    /// Forces all run files to the disk, as far as the system can: on Linux everything on their file system,
    /// elsewhere the folder alone.
    pub fn sync(&self) {
        if let Ok(folder) = fs::File::open(&self.folder) {
            #[cfg(target_os = "linux")]
            let _ = rustix::fs::syncfs(&folder);
            let _ = folder.sync_all();
        }
    }

    /// Looks a run up. A file that cannot be read for whatever reason counts as damaged.
    pub fn load(&self, id: &str) -> Lookup {
        let path = self.path_of(id);
        let tables = match read(&path) {
            Ok(bytes) => run_file::decode(id, &bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Lookup::Missing,
            Err(error) => Err(format!("it cannot be read: {error}")),
        };
        match tables {
            Ok(tables) => Lookup::Found(tables),
            Err(reason) => Lookup::Damaged { path, reason },
        }
    }
}

/// The id of a run: 32 hexadecimal digits from everything that decides its result.
///
/// SHA-256 of the parts as JSON with sorted keys and no blanks, so the order of a struct's fields
/// does not matter, but their names do. JSON has no NaN and no infinity: they count as null, all
/// of them the same, so settings must have been checked before.
///
/// ```
/// use initlab::results::run_id;
///
/// let id = run_id(&("He", 1_u64));
/// assert_eq!(id.len(), 32);
/// assert_eq!(id, run_id(&("He", 1_u64)));
/// assert_ne!(id, run_id(&("He", 2_u64)));
/// ```
///
/// # Panics
/// If the parts are no JSON: a map with keys that are not text.
pub fn run_id(parts: &impl Serialize) -> String {
    let canonical = serde_json::to_value(parts).expect("the parts of a run's id are JSON");
    let mut digits = sha256(&[canonical.to_string().as_bytes()]);
    digits.truncate(32);
    digits
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::*;
    use tempfile::{TempDir, tempdir};

    fn tables(csv: &str) -> Tables {
        Tables::from_iter([Table::parse("loss", csv.as_bytes()).unwrap()])
    }

    fn store() -> (TempDir, RunStore) {
        let folder = tempdir().unwrap();
        let store = RunStore::new(folder.path().join("a folder/runs"));
        (folder, store)
    }

    fn reason(lookup: Lookup) -> String {
        match lookup {
            Lookup::Damaged { reason, .. } => reason,
            other => panic!("expected damage, found {other:?}"),
        }
    }

    #[test]
    fn a_committed_run_is_found_and_replaced() {
        let (_folder, store) = store();
        assert!(matches!(store.load("1f"), Lookup::Missing));
        for csv in ["loss\n1\n", "loss\n2\n"] {
            store.commit("1f", &tables(csv)).unwrap();
            assert!(matches!(store.load("1f"), Lookup::Found(found) if found == tables(csv)));
        }
        assert!(matches!(store.load("2e"), Lookup::Missing));
    }

    #[test]
    fn a_file_torn_at_any_byte_is_damaged_and_healed_by_a_commit() {
        let (_folder, store) = store();
        store.commit("1f", &tables("loss\n1\n")).unwrap();
        let bytes = fs::read(store.path_of("1f")).unwrap();
        for length in 0..bytes.len() {
            fs::write(store.path_of("1f"), &bytes[..length]).unwrap();
            reason(store.load("1f"));
        }
        store.commit("1f", &tables("loss\n1\n")).unwrap();
        assert_eq!(fs::read(store.path_of("1f")).unwrap(), bytes);
    }

    #[test]
    fn what_a_killed_commit_left_is_not_seen() {
        let (_folder, store) = store();
        store.commit("1f", &tables("loss\n1\n")).unwrap();
        fs::write(store.folder.join(".initlab-abc.tmp"), "initlab run 2e\ntable 5").unwrap();
        assert!(matches!(store.load("1f"), Lookup::Found(_)));
        assert!(matches!(store.load("2e"), Lookup::Missing));
    }

    #[test]
    fn a_file_under_another_runs_name_and_a_folder_are_damaged() {
        let (_folder, store) = store();
        store.commit("1f", &tables("loss\n1\n")).unwrap();
        fs::copy(store.path_of("1f"), store.path_of("2e")).unwrap();
        assert_eq!(reason(store.load("2e")), "it is the file of another run");
        fs::create_dir(store.path_of("3d")).unwrap();
        assert!(reason(store.load("3d")).starts_with("it cannot be read: "));
        let error = store.commit("3d", &tables("loss\n")).unwrap_err().to_string();
        assert!(error.starts_with("cannot write ") && error.contains("3d.run: "), "{error}");
        assert_eq!(fs::read_dir(&store.folder).unwrap().count(), 3, "nothing is left aside");
    }

    #[test]
    fn ids_depend_on_names_and_values_not_on_their_order() {
        #[derive(Serialize)]
        struct Parts {
            seed: u64, // sorts last
            init: &'static str,
            rate: f64,
        }
        let (init, rate) = ("He", 1e-7);
        let id = |seed| run_id(&Parts { seed, init, rate });
        // printf '{"init":"He","rate":1e-7,"seed":3}' | sha256sum | head -c 32
        assert_eq!(id(3), "cff2ba84c8b47fa6f1d0e57142b25002");
        assert_ne!(id(3), id(4));
    }
}
