//! A gzip archive becomes a temporary file, within bounds.
//!
//! Nothing here knows what the content should be, beyond how long it may get.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tempfile::NamedTempFile;

use super::error::DataError;
use super::files::open_file;
use super::idx::{IdxKind, Mismatch};

/// Unpacks an archive beside itself (then the flag is true) or else into `elsewhere`.
pub(super) fn unpack(
    kind: IdxKind,
    archive: &Path,
    beside: &Path,
    elsewhere: &Path,
    warnings: &mut Vec<String>,
) -> Result<(NamedTempFile, bool), DataError> {
    let packed = open_file(archive).map_err(|cause| DataError::unreadable(archive, cause))?;
    let cannot = |cause| DataError::CannotUnpack { archive: archive.into(), cause };
    let (mut file, is_beside) = match create(beside) {
        Ok(file) => (file, true),
        Err(cause) => {
            let archive = archive.display();
            warnings.push(format!("{archive}: unpacked again at every start, as beside it: {cause}"));
            (create(elsewhere).map_err(cannot)?, false)
        }
    };
    inflate(kind, packed, &mut file, archive)?;
    Ok((file, is_beside))
}

/// A temporary file; should a kill leave it behind, its name says what it was.
fn create(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".unpacking-").suffix("-ubyte").tempfile_in(folder)
}

/// Copies the archive's content, at most one byte more than any good file of this kind has.
///
/// That byte makes the length check refuse it, and a gzip bomb has filled nothing. Up to the
/// bound, reading to the end is also what compares gzip's own checksum.
fn inflate(kind: IdxKind, packed: File, file: &mut NamedTempFile, archive: &Path) -> Result<(), DataError> {
    let cannot = |cause| DataError::CannotUnpack { archive: archive.into(), cause };
    let mut content = MultiGzDecoder::new(packed).take(kind.max_bytes() + 1);
    let mut chunk = vec![0; 1 << 16];
    loop {
        match content.read(&mut chunk).map_err(|cause| broken(archive, cause))? {
            0 => return file.flush().map_err(cannot),
            length => file.write_all(&chunk[..length]).map_err(cannot)?,
        }
    }
}

/// Tells a corrupt archive from a disk that cannot be read.
fn broken(archive: &Path, cause: io::Error) -> DataError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let found = match cause.kind() {
        UnexpectedEof => "an early end".to_owned(),
        InvalidData | InvalidInput => cause.to_string(),
        _ => return DataError::unreadable(archive, cause),
    };
    DataError::malformed(archive, Mismatch::new("an intact gzip archive", found))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use flate2::{Compression, write::GzEncoder};

    /// An archive of this content, with the folder it is in.
    fn archive(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.gz");
        let mut encoder = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap();
        (folder, path)
    }

    /// Root may write into any folder, so the one that cannot be written is one that is not there.
    #[test]
    fn where_the_folder_cannot_be_written_another_serves_and_nothing_stays() {
        let (folder, archive) = archive(b"content");
        let (beside, elsewhere) = (folder.path().join("gone"), tempfile::tempdir().unwrap());
        let mut warnings = Vec::new();
        let unpacked = unpack(IdxKind::Labels, &archive, &beside, elsewhere.path(), &mut warnings);
        let (file, is_beside) = unpacked.unwrap();
        assert!(!is_beside && file.path().starts_with(elsewhere.path()));
        assert_eq!(fs::read(file.path()).unwrap(), b"content");
        assert!(warnings[0].contains("unpacked again at every start"), "{warnings:?}");
        drop(file);
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn without_any_place_to_unpack_that_is_said() {
        let (folder, archive) = archive(b"content");
        let gone = folder.path().join("gone");
        let refused = unpack(IdxKind::Labels, &archive, &gone, &gone, &mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("expected room for the unpacked file"), "{refused}");
    }

    #[test]
    fn a_bomb_fills_one_byte_more_than_a_good_file() {
        let (folder, archive) = archive(&vec![0; 10_000_000]);
        let place = folder.path();
        let unpacked = unpack(IdxKind::Labels, &archive, place, place, &mut Vec::new());
        let (file, _) = unpacked.unwrap();
        assert_eq!(file.as_file().metadata().unwrap().len(), 60_009);
    }
}
