//! Creating files: aside in the same folder, then under their name in one step.
//!
//! Whoever looks, and whenever the process was killed, sees a whole file or none. What a killed process leaves is
//! a file with a name of ours (`PREFIX`, `SUFFIX`) that nothing reads; a process that writes in a folder clears
//! it away first.

use super::open::{open_own, refuse_link};
use super::{list, uninterrupted};
use std::collections::BTreeSet;
use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

/// Beginning of a temporary file's name; `tempfile` puts random characters between it and [`SUFFIX`].
const PREFIX: &str = ".initlab-";
/// End of a temporary file's name.
const SUFFIX: &str = ".tmp";

/// A temporary file is locked by its writer, and lives for the milliseconds of one write: one without a lock is
/// abandoned after ten seconds,
const YOUNG: Duration = Duration::from_secs(10);
/// and any after an hour, for not every file system has locks.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Bytes that a probe writes: one block, so that a full disk has no room for it.
const BLOCK: usize = 4096;

/// Whether a file's bytes are forced to the disk before it gets its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fsync {
    /// Forced: whoever sees the file after a power cut sees all of it.
    Yes,
    /// Left to the system: for files that say themselves whether they are whole.
    No,
}

/// Puts a file with these bytes where nothing is. Of several processes that try at once, one succeeds.
///
/// # Errors
/// The system's; `AlreadyExists` where anything is, also a link that leads nowhere.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    let Err(refused) = written(path, bytes, Fsync::Yes)?.persist_noclobber(path) else { return Ok(()) };
    if !matches!(refused.error.kind(), InvalidInput | PermissionDenied | Unsupported) {
        return Err(refused.error);
    }
    File::create_new(path)?; // a file system that has no such step: the name first
    refused.file.persist(path).map(drop).map_err(|refused| {
        let _ = fs::remove_file(path);
        refused.error
    })
}

/// Puts a file with these bytes in place of what was there; a link is refused, for its owner wants to keep it.
///
/// # Errors
/// The system's; a file that was there before is then unchanged.
pub fn replace(path: &Path, bytes: &[u8], fsync: Fsync) -> io::Result<()> {
    refuse_link(path)?;
    written(path, bytes, fsync)?.persist(path).map(drop).map_err(|refused| refused.error)
}

/// A new file aside with these bytes, which removes itself unless it gets a name.
fn written(path: &Path, bytes: &[u8], fsync: Fsync) -> io::Result<NamedTempFile> {
    let aside = aside(path.parent().unwrap_or(Path::new("")))?;
    // Through `as_file`, whose errors do not name the temporary file: the user has never heard of it.
    aside.as_file().write_all(bytes)?;
    if fsync == Fsync::Yes {
        uninterrupted(|| aside.as_file().sync_all())?;
    }
    Ok(aside)
}

/// Proves that files can be written in `folder`: writes one block, forces it to the disk and removes it again.
pub fn probe(folder: &Path) -> io::Result<()> {
    let aside = aside(folder)?;
    aside.as_file().write_all(&[0; BLOCK])?;
    aside.as_file().sync_all()?;
    // Not `close`, whose error names the temporary file: the user has never heard of it.
    fs::remove_file(aside.into_temp_path())
}

/// A new temporary file. The first one in a folder clears away what killed processes left there.
///
/// `tempfile` would make it readable by its owner alone; results are files like any other, with
/// the permissions that the user's umask gives.
fn aside(folder: &Path) -> io::Result<NamedTempFile> {
    static CLEARED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let open = |path: &Path| File::options().write(true).create_new(true).open(path);
    let aside = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).make_in(folder, open)?;
    let _ = aside.as_file().try_lock(); // released with the file, by whatever end
    if CLEARED.lock().expect("no holder panics").insert(folder.to_owned()) {
        clear(folder, aside.as_file().metadata()?.modified()?);
    }
    Ok(aside)
}

/// Removes the temporary files of processes that are gone; `now` is the time by the clock of whoever keeps the
/// folder. One that cannot be looked at or removed stays: it is in nobody's way.
fn clear(folder: &Path, now: SystemTime) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for left in list(folder).into_iter().flatten().filter(|entry| is_abandoned(entry, now)) {
        let _ = fs::remove_file(left.path());
    }
}

/// True for a plain file with a name of ours that nobody writes any more.
fn is_abandoned(entry: &DirEntry, now: SystemTime) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    if !name.starts_with(PREFIX) || !name.ends_with(SUFFIX) {
        return false;
    }
    // Not followed if it is a link: only a plain file of that name can be ours.
    let plain = entry.metadata().ok().filter(fs::Metadata::is_file);
    let time = plain.and_then(|metadata| metadata.modified().ok());
    let age = time.and_then(|time| now.duration_since(time).ok()).unwrap_or_default();
    let is_free = || open_own(&entry.path(), File::options().read(true)).is_ok_and(|f| f.try_lock().is_ok());
    age > LIFETIME || age > YOUNG && is_free()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn names(folder: &Path) -> Vec<String> {
        list(folder).unwrap().iter().map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_replaced_and_no_temporary_file_stays() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("-loss 1.csv");
        for (bytes, fsync) in [(b"one", Fsync::Yes), (b"two", Fsync::No)] {
            replace(&path, bytes, fsync).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        probe(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["-loss 1.csv"]);
    }

    #[test]
    fn of_several_that_create_one_file_one_succeeds() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("w.npz");
        let one = |number: u8| create(&path, &[number; 1 << 14]).is_ok();
        let ended: Vec<bool> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|number| scope.spawn(move || one(number))).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ended.iter().filter(|created| **created).count(), 1, "{ended:?}");
        let winner = ended.iter().position(|created| *created).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [winner as u8; 1 << 14]);
        assert_eq!(names(folder.path()), ["w.npz"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_keeps_its_place_wherever_it_leads() {
        let folder = tempdir().unwrap();
        let [users, link, nowhere] = ["users", "link", "nowhere"].map(|name| folder.path().join(name));
        fs::write(&users, "precious").unwrap();
        std::os::unix::fs::symlink(&users, &link).unwrap();
        std::os::unix::fs::symlink("gone", &nowhere).unwrap();
        for link in [&link, &nowhere] {
            assert_eq!(create(link, b"new").unwrap_err().kind(), ErrorKind::AlreadyExists);
            let refused = replace(link, b"new", Fsync::Yes).unwrap_err().to_string();
            assert!(refused.starts_with("it is a link") && link.is_symlink(), "{refused}");
        }
        assert_eq!(fs::read(&users).unwrap(), b"precious");
        assert_eq!(names(folder.path()), ["link", "nowhere", "users"]);
    }

    #[test]
    fn only_what_nobody_writes_any_more_is_cleared_away() {
        let folder = tempdir().unwrap();
        let (hour, moment) = (Duration::from_secs(3700), Duration::from_secs(20));
        let files = [
            (".initlab-new.tmp", Duration::ZERO, false),
            (".initlab-written.tmp", moment, true),
            (".initlab-killed.tmp", moment, false),
            (".initlab-old.tmp", hour, true),
            (".other-old.tmp", hour, false),
            ("loss.csv", hour, false),
        ];
        let open = files.map(|(name, age, locked)| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(file.metadata().unwrap().modified().unwrap() - age).unwrap();
            locked.then(|| file.try_lock().map(|()| file).unwrap())
        });
        fs::create_dir(folder.path().join(".initlab-folder.tmp")).unwrap();
        replace(&folder.path().join("loss.csv"), b"", Fsync::No).unwrap();
        let kept =
            [".initlab-folder.tmp", ".initlab-new.tmp", ".initlab-written.tmp", ".other-old.tmp", "loss.csv"];
        assert_eq!(names(folder.path()), kept);
        drop(open);
    }

    #[cfg(unix)]
    #[test]
    fn files_have_the_permissions_of_ordinary_ones() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempdir().unwrap();
        let [ours, ordinary] = ["ours", "ordinary"].map(|name| folder.path().join(name));
        create(&ours, b"").unwrap();
        fs::write(&ordinary, b"").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(ours), mode(ordinary));
    }
}
