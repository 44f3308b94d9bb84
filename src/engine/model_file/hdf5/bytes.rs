//! Little-endian fields at places of a file that may not be there.

/// The bytes of a file, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// Some bytes from a place on.
    pub fn slice(self, at: usize, count: usize) -> Result<&'a [u8], String> {
        let end = at.checked_add(count);
        let slice = end.and_then(|end| self.0.get(at..end));
        slice.ok_or_else(|| format!("expected {count} bytes at {at}, found the end"))
    }

    /// A number of at most eight bytes.
    pub fn number(self, at: usize, bytes: usize) -> Result<usize, String> {
        let slice = self.slice(at, bytes)?;
        Ok(slice.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    /// What follows a signature, from the place of the signature on.
    pub fn signed(self, at: usize, signature: &[u8]) -> Result<Self, String> {
        let rest = self.0.get(at..).filter(|rest| rest.starts_with(signature));
        let text = || format!("expected {} at byte {at}", String::from_utf8_lossy(signature));
        rest.map(Bytes).ok_or_else(text)
    }
}
