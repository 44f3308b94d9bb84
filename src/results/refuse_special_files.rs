//! Opening files that others may have put there: only regular files, and never through a link to write.
//!
//! A pipe in the place of a file would keep its reader waiting for ever, and a link in the place of a
//! lock or a log would let this program write into a file of the user's. Not here: how results get
//! their names, which replaces whatever was there (`atomic_write`).

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// The bytes of a regular file. A link to one is followed; a pipe, a device or a folder is refused.
///
/// # Errors
/// The system's, or `it is no regular file`.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut options = File::options();
    without_waiting(options.read(true));
    let mut file = options.open(path)?;
    check_regular(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file of this program's own for writing, with these options; a link is refused, also a hard
/// one, for the file behind it may be anybody's.
///
/// # Errors
/// The system's, and one that says that the file is a link, has another name or is no regular file. Hard
/// links are counted on Unix alone.
pub(super) fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink()) {
        return Err(io::Error::other("it is a link, which is not written through"));
    }
    without_following(options);
    let file = options.open(path)?;
    let found = file.metadata()?;
    check_regular(&found)?;
    if link_count(&found) > 1 {
        return Err(io::Error::other("the file has another name elsewhere (a hard link)"));
    }
    Ok(file)
}

/// Refuses everything but a regular file.
fn check_regular(found: &Metadata) -> io::Result<()> {
    if found.is_file() { Ok(()) } else { Err(io::Error::other("it is no regular file")) }
}

/// A pipe without a writer is opened at once, so that it can be refused.
#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags(OFlags::NONBLOCK.bits().cast_signed())
}

/// Like [`without_waiting`], and fails if the last part of the path is a symbolic link.
#[cfg(unix)]
fn without_following(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed())
}

/// The number of names that a file has on its file system; elsewhere than on Unix always 1.
#[cfg(unix)]
fn link_count(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn without_following(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn link_count(_: &Metadata) -> u64 {
    1
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::tempdir;

    #[test]
    fn links_are_read_through_and_never_written_through() {
        let folder = tempdir().unwrap();
        let [users, soft, hard] = ["users", "soft", "hard"].map(|name| folder.path().join(name));
        fs::write(&users, "precious").unwrap();
        symlink(&users, &soft).unwrap();
        fs::hard_link(&users, &hard).unwrap();
        for link in [&soft, &hard] {
            assert_eq!(read_file(link).unwrap(), b"precious");
            open_own(link, File::options().write(true).create(true)).unwrap_err();
        }
        assert_eq!(fs::read(&users).unwrap(), b"precious");
    }

    #[test]
    fn a_device_and_a_folder_are_no_files() {
        let folder = tempdir().unwrap();
        for path in [Path::new("/dev/null"), folder.path()] {
            assert_eq!(read_file(path).unwrap_err().to_string(), "it is no regular file");
            open_own(path, File::options().append(true)).unwrap_err();
        }
    }
}
