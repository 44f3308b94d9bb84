//! The head of an IDX file, held against what such a file must be.
//!
//! IDX is the format MNIST is published in: a magic number, one size per
//! dimension, then the bytes; all integers are big-endian and 32 bits wide.
//!
//! | bytes  | labels       | images            |
//! |--------|--------------|-------------------|
//! | 0..4   | `0x00000801` | `0x00000803`      |
//! | 4..8   | count        | count             |
//! | 8..16  |              | 28 rows, 28 columns |
//! | after  | one label each, 0 to 9 | 784 bytes each, row by row, 0 to 255 |
//!
//! Nothing here opens a file or allocates from a declared size: [`count`] gets
//! the first bytes and the length, and answers with the number of examples or
//! with what was expected and what was found.
//!
//! Source: Y. `LeCun`, C. Cortes, C. Burges, "The MNIST database".

/// The rows of an image, and its columns.
const SIDE: u32 = 28;

/// The pixels of one image: 28 × 28.
pub const PIXELS: usize = (SIDE * SIDE) as usize;

/// The classes: labels are 0 to 9.
pub const CLASSES: usize = 10;

/// The most examples one file may hold: what MNIST's training set has.
///
/// The bound that stops a gzip bomb, and what memory is planned for.
pub const MAX_EXAMPLES: u64 = 60_000;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdxKind {
    /// Images of 28 × 28 bytes.
    Images,
    /// One byte per example.
    Labels,
}

/// What a file was expected to hold, and what it holds instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What a good file has.
    pub expected: String,
    /// What this one has.
    pub found: String,
}

impl Mismatch {
    /// Both halves of the sentence "expected …, found …".
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        let (expected, found) = (expected.into(), found.into());
        Self { expected, found }
    }
}

impl IdxKind {
    /// The magic number: type (08, unsigned byte) and number of dimensions.
    pub const fn magic(self) -> u32 {
        match self {
            Self::Images => 0x0803,
            Self::Labels => 0x0801,
        }
    }

    /// The length of the head in bytes.
    pub const fn head_bytes(self) -> u64 {
        match self {
            Self::Images => 16,
            Self::Labels => 8,
        }
    }

    /// The bytes of one example.
    pub const fn example_bytes(self) -> u64 {
        match self {
            Self::Images => PIXELS as u64,
            Self::Labels => 1,
        }
    }

    /// The length in bytes of a file with so many examples.
    pub const fn file_bytes(self, examples: u64) -> u64 {
        self.head_bytes() + examples * self.example_bytes()
    }

    /// The length in bytes of the largest file that is accepted.
    pub const fn max_bytes(self) -> u64 {
        self.file_bytes(MAX_EXAMPLES)
    }

    /// "images" or "labels".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
        }
    }
}

/// The number of examples of a well-formed file of this kind.
///
/// `head` is the beginning of the file ([`IdxKind::head_bytes`], fewer where the file is shorter),
/// `length` the length of the whole file in bytes.
pub fn count(kind: IdxKind, head: &[u8], length: u64) -> Result<u64, Mismatch> {
    check_magic(kind, head)?;
    let Some(count) = word(head, 1).filter(|_| head.len() as u64 >= kind.head_bytes()) else {
        return Err(Mismatch::new(
            format!("a head of {} bytes", kind.head_bytes()),
            format!("a file of {length} bytes"),
        ));
    };
    if kind == IdxKind::Images {
        check_sides(head)?;
    }
    check_length(kind, u64::from(count), length)?;
    Ok(u64::from(count))
}

/// The 32-bit big-endian number at place `index` of the head, where there is one.
fn word(head: &[u8], index: usize) -> Option<u32> {
    let bytes = head.get(index * 4..index * 4 + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// Magic first: it tells swapped files and archives that were never unpacked apart from noise.
fn check_magic(kind: IdxKind, head: &[u8]) -> Result<(), Mismatch> {
    let expected = format!("the magic number {:#010x} of {}", kind.magic(), kind.name());
    match word(head, 0) {
        None => {
            Err(Mismatch::new(expected, if head.is_empty() { "an empty file" } else { "fewer than 4 bytes" }))
        }
        Some(magic) if magic == kind.magic() => Ok(()),
        Some(magic) => Err(Mismatch::new(expected, format!("{magic:#010x}{}", guess(magic)))),
    }
}

/// What a file with a foreign magic number probably is.
fn guess(magic: u32) -> &'static str {
    const GZIP: u32 = 0x1f8b;
    match magic {
        0x0803 => " (this looks like an images file: are two files swapped?)",
        0x0801 => " (this looks like a labels file: are two files swapped?)",
        _ if magic >> 16 == GZIP => " (this looks like a gzip archive: add .gz to its name)",
        _ => "",
    }
}

fn check_sides(head: &[u8]) -> Result<(), Mismatch> {
    match (word(head, 2), word(head, 3)) {
        (Some(SIDE), Some(SIDE)) => Ok(()),
        (rows, columns) => Err(Mismatch::new(
            format!("images of {SIDE} x {SIDE} pixels"),
            format!("{} x {}", rows.unwrap_or(0), columns.unwrap_or(0)),
        )),
    }
}

/// Compares the declared count with the length of the file: to the byte, and with the bound.
fn check_length(kind: IdxKind, count: u64, length: u64) -> Result<(), Mismatch> {
    let (name, declared) = (kind.name(), kind.file_bytes(count));
    if length > kind.max_bytes() {
        return Err(Mismatch::new(
            format!("at most {} bytes ({MAX_EXAMPLES} {name})", kind.max_bytes()),
            format!("more, and a declared count of {count}"),
        ));
    }
    if length != declared {
        return Err(Mismatch::new(
            format!("{declared} bytes, as it declares {count} {name}"),
            format!("{length} bytes"),
        ));
    }
    if count == 0 {
        return Err(Mismatch::new(format!("at least one of its {name}"), "none"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn a_head_that_agrees_with_the_length_gives_its_count() {
        let images = head(&[0x0803, 60_000, 28, 28]);
        assert_eq!(count(IdxKind::Images, &images, 47_040_016), Ok(60_000));
        assert_eq!(count(IdxKind::Labels, &head(&[0x0801, 3]), 11), Ok(3));
    }

    #[test]
    fn one_byte_more_or_less_is_refused() {
        let images = head(&[0x0803, 10, 28, 28]);
        for length in [7855, 7857] {
            let refused = count(IdxKind::Images, &images, length).unwrap_err();
            assert_eq!(refused.expected, "7856 bytes, as it declares 10 images");
            assert_eq!(refused.found, format!("{length} bytes"));
        }
    }

    #[test]
    fn every_shorter_head_is_refused() {
        let images = head(&[0x0803, 10, 28, 28]);
        for cut in 0..images.len() {
            assert!(count(IdxKind::Images, &images[..cut], cut as u64).is_err(), "{cut} bytes");
        }
    }

    #[test]
    fn the_largest_declared_count_does_not_overflow() {
        let refused = count(IdxKind::Images, &head(&[0x0803, u32::MAX, 28, 28]), 16).unwrap_err();
        assert!(refused.expected.starts_with("3367254359296 bytes"), "{}", refused.expected);
    }

    #[test]
    fn a_good_file_beyond_the_bound_is_refused() {
        let refused = count(IdxKind::Labels, &head(&[0x0801, 60_001]), 60_009).unwrap_err();
        assert_eq!(refused.expected, "at most 60008 bytes (60000 labels)");
    }
}
