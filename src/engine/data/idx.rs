//! The IDX format: a head that says how much follows, then the bytes.
//!
//! IDX is the format MNIST is published in: a magic number, one size per dimension, then the bytes;
//! all integers are big-endian and 32 bits wide.
//!
//! | bytes  | labels       | images            |
//! |--------|--------------|-------------------|
//! | 0..4   | `0x00000801` | `0x00000803`      |
//! | 4..8   | count        | count             |
//! | 8..16  |              | rows, columns     |
//! | after  | one byte each | rows × columns bytes each, row by row, 0 to 255 |
//!
//! Nothing here opens a file or allocates: [`IdxHeader::parse`] gets the first bytes, and
//! [`IdxHeader::check_length`] holds what they declare against the length of the whole.
//!
//! Source: Y. `LeCun`, C. Cortes, C. Burges, "The MNIST database".

/// The most pixels an image may have: 1024 × 1024.
const MAX_PIXELS: u64 = 1 << 20;

/// The content of an IDX file, as its magic number tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdxKind {
    /// Images of one byte per pixel.
    Images,
    /// One byte per example.
    Labels,
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

    /// The content in errors: `images` or `labels`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
        }
    }
}

/// The difference between what a file was expected to hold and what it holds; the two halves of a sentence,
/// to which [`DataError::Malformed`](super::DataError::Malformed) adds the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The content of a good file, in words.
    pub expected: String,
    /// The content of this one, in words.
    pub found: String,
}

impl Mismatch {
    /// Both halves of the sentence "expected …, found …".
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        let (expected, found) = (expected.into(), found.into());
        Self { expected, found }
    }
}

/// The head of an IDX file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdxHeader {
    /// The content of the file.
    pub kind: IdxKind,
    /// The number of examples, at least 1.
    pub count: u32,
    /// Rows of an image; 1 for labels.
    pub rows: u32,
    /// Columns of an image; 1 for labels.
    pub columns: u32,
}

impl IdxHeader {
    /// Reads a head from the first bytes of a file ([`IdxKind::head_bytes`], fewer where it is shorter).
    ///
    /// ```
    /// use initlab_engine::data::idx::{IdxHeader, IdxKind};
    ///
    /// let head = IdxHeader::parse(IdxKind::Labels, &[0, 0, 8, 1, 0, 0, 0, 3])?;
    /// assert_eq!((head.count, head.file_bytes()), (3, 11));
    /// assert_eq!(head.to_bytes(), [0, 0, 8, 1, 0, 0, 0, 3]);
    /// let fault = IdxHeader::parse(IdxKind::Labels, &[0, 0, 8, 3]).unwrap_err();
    /// assert_eq!(fault.expected, "the magic number 0x00000801 of labels");
    /// # Ok::<(), initlab_engine::data::idx::Mismatch>(())
    /// ```
    ///
    /// # Errors
    /// Another magic number, a head that is cut off, images without a pixel or of more than 1024 × 1024.
    pub fn parse(kind: IdxKind, head: &[u8]) -> Result<Self, Mismatch> {
        check_magic(kind, head)?;
        let sizes = match kind {
            IdxKind::Images => word(head, 1).zip(word(head, 2)).zip(word(head, 3)),
            IdxKind::Labels => word(head, 1).map(|count| ((count, 1), 1)),
        };
        let Some(((count, rows), columns)) = sizes else {
            let expected = format!("a head of {} bytes", kind.head_bytes());
            return Err(Mismatch::new(expected, format!("a file of {} bytes", head.len())));
        };
        let header = Self { kind, count, rows, columns };
        if !(1..=MAX_PIXELS).contains(&header.example_bytes()) {
            let expected = format!("images of 1 to {MAX_PIXELS} pixels");
            return Err(Mismatch::new(expected, format!("{rows} x {columns}")));
        }
        Ok(header)
    }

    /// Refuses a file whose length in bytes is not the declared one, and one without examples.
    ///
    /// # Errors
    /// With the declared length, in bytes and in examples, and the one found.
    pub fn check_length(self, length: u64) -> Result<(), Mismatch> {
        if length != self.file_bytes() {
            return Err(Mismatch::new(self.expected_length(), format!("{length} bytes")));
        }
        if self.count == 0 {
            return Err(Mismatch::new(format!("at least one of its {}", self.kind.name()), "none"));
        }
        Ok(())
    }

    /// The declared length, in words.
    ///
    /// ```text
    /// 47040016 bytes, as it declares 60000 images of 28 x 28 pixels
    /// ```
    pub fn expected_length(self) -> String {
        let Self { kind, count, rows, columns } = self;
        let size =
            if kind == IdxKind::Images { format!(" of {rows} x {columns} pixels") } else { String::new() };
        format!("{} bytes, as it declares {count} {}{size}", self.file_bytes(), kind.name())
    }

    /// The bytes of one example: rows × columns, 1 for labels.
    pub fn example_bytes(self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }

    /// The declared length of the whole file in bytes; below 2⁵³, as an image has at most 2²⁰ bytes.
    pub fn file_bytes(self) -> u64 {
        self.kind.head_bytes() + u64::from(self.count) * self.example_bytes()
    }

    /// The head as it stands in the file: 16 bytes for images, 8 for labels.
    pub fn to_bytes(self) -> Vec<u8> {
        let words = [self.kind.magic(), self.count, self.rows, self.columns];
        words.map(u32::to_be_bytes).as_flattened()[..self.kind.head_bytes() as usize].to_vec()
    }
}

/// The 32-bit big-endian number at place `index` of the head, from 0; none where the head ends before.
fn word(head: &[u8], index: usize) -> Option<u32> {
    let bytes = head.get(index * 4..index * 4 + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// Checks the magic number: it tells swapped files and archives that were never unpacked from noise.
fn check_magic(kind: IdxKind, head: &[u8]) -> Result<(), Mismatch> {
    let expected = format!("the magic number {:#010x} of {}", kind.magic(), kind.name());
    match word(head, 0) {
        None => {
            Err(Mismatch::new(expected, if head.is_empty() { "an empty file" } else { "fewer than 4 bytes" }))
        }
        Some(magic) if magic == kind.magic() => Ok(()),
        Some(magic) => Err(Mismatch::new(expected, format!("{magic:#010x}{}", guess(kind, magic)))),
    }
}

/// The types of numbers that IDX knows beside bytes: their number, their name, and NumPy's.
const WIDER: [(u32, &str, &str); 5] = [
    (0x09, "signed bytes", "i1"),
    (0x0b, "whole numbers of 16 bits", ">i2"),
    (0x0c, "whole numbers of 32 bits", ">i4"),
    (0x0d, "floats of 32 bits", ">f4"),
    (0x0e, "floats of 64 bits", ">f8"),
];

/// The lines of Python that make bytes of other numbers, the darkest pixel 0 and the brightest 255; labels are what they are.
fn to_bytes_in_python(kind: IdxKind, of_numpy: &str) -> String {
    let stretched = match kind {
        IdxKind::Images => "(x - x.min()) * (255 / max(x.max() - x.min(), 1e-300))",
        IdxKind::Labels => "x",
    };
    format!(
        "import numpy as np; b = open('FILE', 'rb').read(); h = 4 + 4 * b[3]; x = np.frombuffer(b, '{of_numpy}', offset=h).astype(float); \
         open('NEW', 'wb').write(bytes([0, 0, 8]) + b[3:h] + ({stretched}).round().astype('u1').tobytes())"
    )
}

/// Guesses what a file with another magic number is: a remark for the end of the error, or nothing.
fn guess(kind: IdxKind, magic: u32) -> String {
    const GZIP: u32 = 0x1f8b;
    if let Some((_, name, of_numpy)) = WIDER.iter().find(|row| row.0 == magic >> 8) {
        let line = to_bytes_in_python(kind, of_numpy);
        return format!(" (this is an IDX file of {name}, and only bytes are read; in Python: {line})");
    }
    match magic {
        0x0803 => " (this looks like an images file: are two files swapped?)",
        0x0801 => " (this looks like a labels file: are two files swapped?)",
        _ if magic >> 16 == GZIP => " (this looks like a gzip archive: add .gz to its name)",
        _ if magic >> 8 == 0x08 => {
            " (this is an IDX file of another number of dimensions: images have number, rows and columns; labels the number)"
        }
        _ => "",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// Parses a head and holds it against a length.
    fn check(kind: IdxKind, head: &[u8], length: u64) -> Result<u32, Mismatch> {
        let header = IdxHeader::parse(kind, head)?;
        header.check_length(length).map(|()| header.count)
    }

    #[test]
    fn a_head_that_agrees_with_the_length_gives_its_count() {
        let images = head(&[0x0803, 60_000, 28, 28]);
        assert_eq!(check(IdxKind::Images, &images, 47_040_016), Ok(60_000));
        assert_eq!(check(IdxKind::Images, &head(&[0x0803, 5, 64, 32]), 16 + 5 * 2048), Ok(5));
        assert_eq!(check(IdxKind::Labels, &head(&[0x0801, 3]), 11), Ok(3));
    }

    #[test]
    fn one_byte_more_or_less_is_refused() {
        let images = head(&[0x0803, 10, 28, 28]);
        for length in [7855, 7857] {
            let refused = check(IdxKind::Images, &images, length).unwrap_err();
            assert_eq!(refused.expected, "7856 bytes, as it declares 10 images of 28 x 28 pixels");
            assert_eq!(refused.found, format!("{length} bytes"));
        }
    }

    #[test]
    fn every_shorter_head_is_refused() {
        let images = head(&[0x0803, 10, 28, 28]);
        for cut in 0..images.len() {
            assert!(IdxHeader::parse(IdxKind::Images, &images[..cut]).is_err(), "{cut} bytes");
        }
    }

    #[test]
    fn other_numbers_are_named_with_the_line_that_makes_bytes_of_them() {
        for (magic, name, of_numpy) in [(0x0d03, "floats of 32 bits", "'>f4'"), (0x0c03, "32 bits", "'>i4'")]
        {
            let refused = IdxHeader::parse(IdxKind::Images, &head(&[magic, 1, 28, 28])).unwrap_err();
            assert!(refused.found.contains(name) && refused.found.contains(of_numpy), "{}", refused.found);
            assert!(refused.found.contains("255"), "{}", refused.found);
        }
        let labels = IdxHeader::parse(IdxKind::Labels, &head(&[0x0c01, 1])).unwrap_err();
        assert!(labels.found.contains("(x).round()"), "labels are not stretched: {}", labels.found);
    }

    #[test]
    fn the_largest_declared_sizes_do_not_overflow() {
        let refused = check(IdxKind::Images, &head(&[0x0803, u32::MAX, 28, 28]), 16).unwrap_err();
        assert!(refused.expected.starts_with("3367254359296 bytes"), "{}", refused.expected);
        let refused = IdxHeader::parse(IdxKind::Images, &head(&[0x0803, 1, u32::MAX, u32::MAX])).unwrap_err();
        assert_eq!(refused.expected, "images of 1 to 1048576 pixels");
        assert!(IdxHeader::parse(IdxKind::Images, &head(&[0x0803, 1, 0, 28])).is_err());
    }

    proptest! {
        #[test]
        fn a_head_reads_back_from_its_bytes(count: u32, rows in 1..1024_u32, columns in 1..1024_u32) {
            let images = IdxHeader { kind: IdxKind::Images, count, rows, columns };
            prop_assert_eq!(IdxHeader::parse(IdxKind::Images, &images.to_bytes()), Ok(images));
            let labels = IdxHeader { kind: IdxKind::Labels, count, rows: 1, columns: 1 };
            prop_assert_eq!(IdxHeader::parse(IdxKind::Labels, &labels.to_bytes()), Ok(labels));
        }
    }
}
