//! Unpacked copies of archives, kept beside them for the next start.
//!
//! Only in a folder of ours, which is one with our own list of checksums: a look at others' data
//! changes nothing. A copy gets its name when it is complete; what a killed process leaves behind
//! is cleared away an hour later.

use std::fs::{self, DirEntry, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::checksum::OUR_SUMS;
use super::idx::IdxHeader;

/// The beginning of the name that a copy has until it is complete.
const PREFIX: &str = ".unpacking-";
/// The end of that name.
const SUFFIX: &str = "-ubyte";

/// Writing a copy takes a second; after an hour its writer is gone.
const LIFETIME: Duration = Duration::from_secs(3600);

/// True for a folder of ours: it holds the list of checksums that came with this program, byte by byte.
pub(super) fn is_ours(folder: &Path) -> bool {
    let sums = folder.join("SHA256SUMS");
    let length = fs::metadata(&sums).ok().filter(fs::Metadata::is_file).map(|sums| sums.len());
    length == Some(OUR_SUMS.len() as u64) && fs::read(&sums).is_ok_and(|sums| sums == OUR_SUMS.as_bytes())
}

/// Puts an unpacked file at `path`, in place of what was there: written beside it, forced to the disk,
/// renamed. `content` is what follows the head.
pub(super) fn keep(path: &Path, header: IdxHeader, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let open = |path: &Path| File::options().write(true).create_new(true).open(path);
    let aside = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).make_in(folder, open)?;
    // Through `as_file`, whose errors do not name the file aside: the user has never heard of it.
    aside.as_file().write_all(&header.to_bytes())?;
    aside.as_file().write_all(content)?;
    aside.as_file().sync_all()?;
    aside.persist(path).map(drop).map_err(|refused| refused.error)
}

/// Removes partial copies that are too old to be in use; one that cannot be removed stays.
pub(super) fn remove_leftovers(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for leftover in entries.filter(is_leftover) {
        let _ = fs::remove_file(leftover.path());
    }
}

/// True for a plain file with the name of a partial copy that was last written more than [`LIFETIME`] ago.
fn is_leftover(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    let ours = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    // Not followed if it is a link: only a plain file of that name can be ours.
    let plain = entry.metadata().ok().filter(fs::Metadata::is_file);
    let time = plain.and_then(|metadata| metadata.modified().ok());
    let age = time.and_then(|time| SystemTime::now().duration_since(time).ok());
    ours && age.is_some_and(|age| age > LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn only_old_partial_copies_are_cleared_away() {
        let folder = tempdir().unwrap();
        let hours = |hours: u64| SystemTime::now() - Duration::from_secs(3600 * hours);
        for (name, time) in [
            (".unpacking-old-ubyte", hours(2)),
            (".unpacking-new-ubyte", hours(0)),
            ("train-images-idx3-ubyte", hours(2)),
        ] {
            File::create(folder.path().join(name)).unwrap().set_modified(time).unwrap();
        }
        remove_leftovers(folder.path());
        assert!(!folder.path().join(".unpacking-old-ubyte").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_is_ours_by_its_list_of_checksums() {
        let folder = tempdir().unwrap();
        assert!(!is_ours(folder.path()));
        fs::write(folder.path().join("SHA256SUMS"), OUR_SUMS).unwrap();
        assert!(is_ours(folder.path()));
        fs::write(folder.path().join("SHA256SUMS"), OUR_SUMS.replace('a', "b")).unwrap();
        assert!(!is_ours(folder.path()));
    }
}
