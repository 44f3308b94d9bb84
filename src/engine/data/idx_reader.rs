//! Reading one IDX file, plain or from a gzip archive, within bounds.
//!
//! An [`IdxReader`] has read the head alone, so that whoever holds it can say how much memory the
//! rest takes before reading it, from the same opening of the file. Never allocates from a declared
//! size that the length of the file does not bear out.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::idx::{IdxHeader, IdxKind, Mismatch};

/// The most bytes that one byte of a gzip archive can stand for: DEFLATE's longest match of 258
/// bytes in two bits (RFC 1951), with room for an archive's head and end.
const MOST_PER_BYTE: u64 = 1032;

/// The reason why an IDX file cannot be used; the caller adds its path.
#[derive(Debug)]
pub enum ContentError {
    /// Its content is wrong.
    Mismatch(Mismatch),
    /// It could not be read.
    Io(io::Error),
}

impl From<Mismatch> for ContentError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(mismatch)
    }
}

/// An IDX file whose head has been read and whose content follows.
pub struct IdxReader<R> {
    /// Its head.
    pub header: IdxHeader,
    body: R,
    is_archive: bool,
}

impl<R: Read> IdxReader<R> {
    /// Reads the head of a plain file of `length` bytes and holds it against that length.
    ///
    /// ```
    /// use initlab_engine::data::idx::IdxKind;
    /// use initlab_engine::data::idx_reader::IdxReader;
    ///
    /// let file = [0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]; // three labels
    /// let reader = IdxReader::plain(IdxKind::Labels, &file[..], 11).unwrap();
    /// assert_eq!(reader.header.count, 3);
    /// assert_eq!(reader.read().unwrap(), [7, 2, 1]);
    /// assert!(IdxReader::plain(IdxKind::Labels, &file[..10], 10).is_err());
    /// ```
    ///
    /// # Errors
    /// [`ContentError::Mismatch`] for a wrong head or another length, [`ContentError::Io`] of the file.
    pub fn plain(kind: IdxKind, mut file: R, length: u64) -> Result<Self, ContentError> {
        let header = IdxHeader::parse(kind, &read_head(kind, &mut file).map_err(ContentError::Io)?)?;
        header.check_length(length)?;
        Ok(Self { header, body: file, is_archive: false })
    }

    /// The bytes after the head, read to the end.
    ///
    /// Of an archive at most one byte more than declared is unpacked: enough to refuse it, so that
    /// a gzip bomb fills nothing. Reading to the end is also what compares gzip's own checksum.
    ///
    /// # Errors
    /// [`ContentError::Mismatch`] where more or fewer bytes come than declared, or the archive is corrupt,
    /// [`ContentError::Io`] of the file, and where memory for the declared bytes is refused.
    pub fn read(self) -> Result<Vec<u8>, ContentError> {
        let Self { header, body, is_archive } = self;
        let declared = header.file_bytes() - header.kind.head_bytes();
        let mut content = Vec::new();
        if !is_archive {
            content.try_reserve_exact(declared as usize).map_err(|e| ContentError::Io(e.into()))?;
        }
        let error = |cause| if is_archive { archive_error(cause) } else { ContentError::Io(cause) };
        body.take(declared + u64::from(is_archive)).read_to_end(&mut content).map_err(error)?;
        let length = header.kind.head_bytes() + content.len() as u64;
        if length > header.file_bytes() {
            return Err(Mismatch::new(header.expected_length(), "more").into());
        }
        header.check_length(length)?;
        content.shrink_to_fit();
        Ok(content)
    }
}

impl<R: Read> IdxReader<MultiGzDecoder<R>> {
    /// Reads the head of a file inside a gzip archive of `packed_length` bytes; archives that follow each
    /// other in one file are one.
    ///
    /// # Errors
    /// As of [`IdxReader::plain`]; a size is refused that no archive of this length could unpack to.
    pub fn archive(kind: IdxKind, packed: R, packed_length: u64) -> Result<Self, ContentError> {
        let mut body = MultiGzDecoder::new(packed);
        let header = IdxHeader::parse(kind, &read_head(kind, &mut body).map_err(archive_error)?)?;
        let bound = packed_length.saturating_mul(MOST_PER_BYTE);
        if header.file_bytes() > bound {
            let expected = format!("at most {bound} bytes in an archive of {packed_length}");
            return Err(Mismatch::new(expected, format!("{} declared", header.file_bytes())).into());
        }
        Ok(Self { header, body, is_archive: true })
    }
}

impl<R: Read + Send + 'static> IdxReader<R> {
    /// The same reader in a type that does not tell plain files from archives.
    pub fn boxed(self) -> IdxReader<Box<dyn Read + Send>> {
        IdxReader { header: self.header, body: Box::new(self.body), is_archive: self.is_archive }
    }
}

/// The first bytes of a file, as many as a head has.
fn read_head(kind: IdxKind, file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.take(kind.head_bytes()).read_to_end(&mut head)?;
    Ok(head)
}

/// The error of an archive: a [`ContentError::Mismatch`] where it is corrupt or ends early, a
/// [`ContentError::Io`] where the disk cannot be read.
pub(super) fn archive_error(cause: io::Error) -> ContentError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let found = match cause.kind() {
        UnexpectedEof => "an early end".to_owned(),
        InvalidData | InvalidInput => cause.to_string(),
        _ => return ContentError::Io(cause),
    };
    Mismatch::new("an intact gzip archive", found).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn labels(count: u32, content: &[u8]) -> Vec<u8> {
        let header = IdxHeader { kind: IdxKind::Labels, count, rows: 1, columns: 1 };
        [&header.to_bytes(), content].concat()
    }

    fn read_plain(kind: IdxKind, bytes: &[u8]) -> Result<Vec<u8>, ContentError> {
        IdxReader::plain(kind, bytes, bytes.len() as u64)?.read()
    }

    fn read_archive(kind: IdxKind, bytes: &[u8]) -> Result<Vec<u8>, ContentError> {
        IdxReader::archive(kind, bytes, bytes.len() as u64)?.read()
    }

    #[test]
    fn a_declared_size_that_no_archive_of_this_length_holds_is_refused_unread() {
        let Err(ContentError::Mismatch(refused)) =
            read_archive(IdxKind::Labels, &gzip(&labels(u32::MAX, &[0; 9])))
        else {
            panic!("not refused");
        };
        assert!(refused.expected.starts_with("at most"), "{}", refused.expected);
    }

    /// The best that gzip can do stays within the bound.
    #[test]
    fn a_million_equal_labels_are_read() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let million = vec![3; 1_000_000];
        encoder.write_all(&labels(1_000_000, &million)).unwrap();
        let archive = encoder.finish().unwrap();
        assert_eq!(read_archive(IdxKind::Labels, &archive).unwrap(), million);
    }

    /// A reader that ends before its time: the file was cut between two looks.
    #[test]
    fn a_file_that_shrinks_while_it_is_read_is_refused() {
        let bytes = labels(100, &[0; 100]);
        let reader = IdxReader::plain(IdxKind::Labels, &bytes[..50], 108).unwrap();
        assert!(matches!(reader.read(), Err(ContentError::Mismatch(_))));
    }

    proptest! {
        #[test]
        fn good_files_are_read_byte_for_byte(content in prop::collection::vec(any::<u8>(), 1..200)) {
            let file = labels(content.len() as u32, &content);
            prop_assert_eq!(&read_plain(IdxKind::Labels, &file).unwrap(), &content);
            prop_assert_eq!(&read_archive(IdxKind::Labels, &gzip(&file)).unwrap(), &content);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            for kind in [IdxKind::Images, IdxKind::Labels] {
                let headed = [&kind.magic().to_be_bytes()[..], &bytes].concat();
                for bytes in [&bytes, &headed] {
                    let _ = read_plain(kind, bytes);
                    let _ = read_archive(kind, bytes);
                    let _ = read_archive(kind, &gzip(bytes));
                }
            }
        }

        #[test]
        fn a_damaged_archive_is_never_taken_for_another_content(
            content in prop::collection::vec(any::<u8>(), 1..100), place in 0..200usize, bit in 0..8_u32
        ) {
            let mut archive = gzip(&labels(content.len() as u32, &content));
            let place = place % archive.len();
            archive[place] ^= 1_u8 << bit;
            if let Ok(read) = read_archive(IdxKind::Labels, &archive) {
                prop_assert_eq!(read, content);
            }
        }
    }
}
