//! Opening files that others may have put there: regular files, and never through a link to write.
//!
//! A pipe in the place of a file would keep its reader waiting for ever, a device may do something when it is
//! opened, and a link in the place of a lock or a log would let this program write into a file of the user's.

use super::uninterrupted;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// The bytes of a regular file, as many as memory can be had for. A link to one is followed.
///
/// # Errors
/// The system's, `it is a folder` or `it is no regular file`.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_within(path, u64::MAX)
}

/// The same of a file of at most so many bytes; a larger one is refused unread.
pub fn read_within(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    take(open(path)?, most)
}

/// Bytes of the largest text that somebody may have typed.
const TYPED: u64 = 16 << 20;

/// The text of a file that people write: UTF-8, of at most 16 MB.
pub fn read_typed(path: &Path) -> io::Result<String> {
    String::from_utf8(read_within(path, TYPED)?).map_err(|_| io::Error::other("expected UTF-8 text"))
}

/// Everything in a file or pipe that is open, if it is at most so many bytes.
pub fn take(file: File, most: u64) -> io::Result<Vec<u8>> {
    let large = || io::Error::other(format!("it is larger than the {} MB that may be held", most >> 20));
    let length = file.metadata()?.len();
    if length > most {
        return Err(large());
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length as usize)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(large()) } else { Ok(bytes) }
}

/// Opens a regular file, through links; a pipe, a device and a folder are refused before they are opened.
pub fn open(path: &Path) -> io::Result<File> {
    opened(path, false)
}

/// The same, or the end of a pipe, which is waited for: for tables, which other programs may make.
pub fn open_or_pipe(path: &Path) -> io::Result<File> {
    opened(path, true)
}

/// True where [`open_or_pipe`] would open something.
pub fn is_file_or_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() || is_pipe(&found))
}

fn opened(path: &Path, pipes: bool) -> io::Result<File> {
    let found = uninterrupted(|| fs::metadata(path))?;
    check(&found, pipes)?;
    let mut options = File::options();
    options.read(true);
    if !is_pipe(&found) {
        without_waiting(&mut options);
    }
    let file = options.open(path)?;
    check(&file.metadata()?, pipes)?; // it may be another one by now
    Ok(file)
}

/// Opens a file of this program's own for writing, with these options; a link is refused, also a hard
/// one, for the file behind it may be anybody's.
///
/// # Errors
/// The system's, and one that says that the file is a link, has another name or is no regular file. Hard
/// links are counted on Unix alone.
pub fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    refuse_link(path)?;
    without_following(options);
    let file = options.open(path)?;
    let found = file.metadata()?;
    check(&found, false)?;
    if link_count(&found) > 1 {
        return Err(io::Error::other("the file has another name elsewhere (a hard link)"));
    }
    Ok(file)
}

/// An error for a symbolic link, whatever it leads to.
pub(super) fn refuse_link(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        return Err(io::Error::other("it is a link, which is not written through"));
    }
    Ok(())
}

/// Refuses everything but a regular file, or a pipe where pipes will do.
fn check(found: &Metadata, pipes: bool) -> io::Result<()> {
    if found.is_file() || pipes && is_pipe(found) {
        return Ok(());
    }
    Err(io::Error::other(if found.is_dir() { "it is a folder" } else { "it is no regular file" }))
}

#[cfg(unix)]
fn is_pipe(found: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

/// What is no pipe is opened without waiting, should it have become one.
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
            assert_eq!(read(link).unwrap(), b"precious");
            open_own(link, File::options().write(true).create(true)).unwrap_err();
        }
        assert_eq!(fs::read(&users).unwrap(), b"precious");
    }

    #[test]
    fn a_device_and_a_folder_are_no_files() {
        let folder = tempdir().unwrap();
        for (path, expected) in
            [(Path::new("/dev/null"), "it is no regular file"), (folder.path(), "it is a folder")]
        {
            assert_eq!(read(path).unwrap_err().to_string(), expected);
            assert_eq!(open_or_pipe(path).unwrap_err().to_string(), expected);
            open_own(path, File::options().append(true)).unwrap_err();
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_and_a_pipe_that_is_so_is_not_read_to_its_end() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("five");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_within(&path, 5).unwrap(), b"12345");
        assert!(read_within(&path, 4).unwrap_err().to_string().starts_with("it is larger than"));
        let (reader, writer) = io::pipe().unwrap();
        io::Write::write_all(&mut &writer, b"12345").unwrap();
        take(std::os::fd::OwnedFd::from(reader).into(), 4).unwrap_err();
    }
}
