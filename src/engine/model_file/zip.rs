//! ZIP archives as NumPy, PyTorch and Keras write them: members stored or deflated, the list of them at the end.
//!
//! Written by hand because little of the format is needed and none of it may be trusted: every offset
//! and size is held against the bytes there are, members may not share bytes, and what all of them
//! unpack to is bounded before anything is unpacked. No encryption, no parts.
//!
//! An archive is its members, each behind a local head of 30 bytes and its name, then the list of members,
//! an entry of 46 bytes and the name again for each, then an end of 22 bytes that says where the list begins
//! (PKWARE's APPNOTE.TXT, 4.3). [`members`] reads from the end: the end, the list, the local heads;
//! [`Member::unpack`] one member; [`archive`] writes all three.

use super::tensor::FormatError;
use flate2::{Crc, read::DeflateDecoder};
use std::borrow::Cow;
use std::io::Read;

/// A member of an archive, still packed.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its name; bytes that are not UTF-8 are replaced by `U+FFFD`.
    pub name: String,
    /// Its bytes as they stand in the archive, or why they cannot be unpacked.
    packed: Result<&'a [u8], String>,
    size: usize,
    deflated: bool,
    crc: u32,
}

/// Unpacked, members may take this many times the bytes of the archive, and at least [`ALWAYS`].
/// Weights hardly shrink when they are deflated, and zeros to a thousandth.
const MOST_EXPANSION: usize = 64;
/// Unpacked, as much is always allowed: 64 MiB.
const ALWAYS: usize = 1 << 26;

/// The bytes with which the end of an archive begins.
const END: &[u8] = b"PK\x05\x06";
/// The bytes with which an entry of the list begins.
const LISTED: &[u8] = b"PK\x01\x02";
/// The bytes with which a member's local head begins.
const LOCAL: &[u8] = b"PK\x03\x04";

/// The bytes with which the end of an archive with wide numbers begins, and those of its place, 20 bytes before
/// the end proper (APPNOTE.TXT, 4.3.14 and 4.3.15).
const WIDE_END: [&[u8]; 2] = [b"PK\x06\x06", b"PK\x06\x07"];
/// In the place of a number: it stands in the wide end, or in the entry's extra field 1.
const ELSEWHERE: usize = 0xffff_ffff;

/// The error of a broken archive.
fn torn(what: &str) -> FormatError {
    FormatError::Broken { format: "ZIP (.npz, .pt, .keras)", reason: what.to_owned() }
}

/// Little-endian numbers at places of some bytes, which may not be there.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The bytes from `offset` on, which must begin with `magic`; `what` they are, for the error.
    fn at(bytes: &'a [u8], offset: usize, magic: &[u8], what: &str) -> Result<Self, FormatError> {
        let fields = bytes.get(offset..).filter(|rest| rest.starts_with(magic));
        fields.map(Self).ok_or_else(|| torn(&format!("expected {what} at byte {offset}")))
    }

    /// Some bytes, counted from the beginning of the fields; an error where the archive ends before.
    fn slice(self, from: usize, length: usize) -> Result<&'a [u8], FormatError> {
        let end = from.checked_add(length);
        end.and_then(|end| self.0.get(from..end)).ok_or_else(|| torn("it ends too early"))
    }

    /// A little-endian number of so many bytes.
    fn number(self, at: usize, bytes: usize) -> Result<usize, FormatError> {
        Ok(self.slice(at, bytes)?.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn u16(self, at: usize) -> Result<usize, FormatError> {
        self.number(at, 2)
    }

    fn u32(self, at: usize) -> Result<usize, FormatError> {
        self.number(at, 4)
    }
}

/// The members of an archive, in the order of its list, packed.
///
/// ```
/// use initlab_engine::model_file::zip::{archive, members};
///
/// let bytes = archive(&[("a.npy".to_owned(), b"content".to_vec())]);
/// let found = members(&bytes)?;
/// assert_eq!((found[0].name.as_str(), &*found[0].unpack()?), ("a.npy", &b"content"[..]));
/// assert!(members(&bytes[..bytes.len() / 2]).is_err());
/// # Ok::<(), initlab_engine::model_file::FormatError>(())
/// ```
///
/// # Errors
/// The archive is torn, its members share bytes, or they would unpack to far more than it has.
pub fn members(bytes: &[u8]) -> Result<Vec<Member<'_>>, FormatError> {
    let newest_end = bytes.len().saturating_sub(22 + 65_535);
    let end = bytes[newest_end..].windows(4).rposition(|four| four == END);
    let end = newest_end + end.ok_or_else(|| torn("no list of members at its end"))?;
    let (count, mut offset) = wide_list(bytes, end).unwrap_or(list(bytes, end)?);
    let mut members = Vec::new();
    let mut ranges = Vec::new();
    for _ in 0..count {
        let listed = Fields::at(bytes, offset, LISTED, "a member's entry")?;
        let (member, range) = member(bytes, listed)?;
        ranges.push(range);
        members.push(member);
        offset += 46 + listed.u16(28)? + listed.u16(30)? + listed.u16(32)?;
    }
    check_ranges(ranges)?;
    check_expansion(&members, bytes.len())?;
    Ok(members)
}

/// How many members there are, and the byte at which their list begins, by the end of an archive.
fn list(bytes: &[u8], end: usize) -> Result<(usize, usize), FormatError> {
    let end = Fields(&bytes[end..]);
    Ok((end.u16(10)?, end.u32(16)?))
}

/// The same, where an end with wide numbers stands before the end.
fn wide_list(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let place = Fields::at(bytes, end.checked_sub(20)?, WIDE_END[1], "a place").ok()?;
    let end = Fields::at(bytes, place.number(8, 8).ok()?, WIDE_END[0], "an end").ok()?;
    Some((end.number(32, 8).ok()?, end.number(48, 8).ok()?))
}

/// One member by its entry of the list, and the range of bytes that it takes, its local head included.
fn member<'a>(bytes: &'a [u8], listed: Fields<'a>) -> Result<(Member<'a>, (usize, usize)), FormatError> {
    let name = String::from_utf8_lossy(listed.slice(46, listed.u16(28)?)?).into_owned();
    let (flags, method) = (listed.u16(8)?, listed.u16(10)?);
    let [size, packed, offset] = sizes(listed)?;
    let local = Fields::at(bytes, offset, LOCAL, "a member")?;
    let start = 30 + local.u16(26)? + local.u16(28)?;
    let place = local.slice(start, packed)?;
    let packed = if flags & 1 == 1 || !matches!(method, 0 | 8) {
        Err(format!("expected it stored or deflated, found method {method}, flags {flags}"))
    } else if method == 0 && packed != size {
        Err(format!("stored, but {packed} bytes are said to be {size}"))
    } else {
        Ok(place)
    };
    let member = Member { packed, size, deflated: method == 8, crc: listed.u32(16)? as u32, name };
    Ok((member, (offset, offset + start + place.len())))
}

/// An entry's size unpacked, size packed, and place of the local head; wide ones from its extra field 1, which
/// has those that are wide in this order.
fn sizes(listed: Fields<'_>) -> Result<[usize; 3], FormatError> {
    let mut sizes = [listed.u32(24)?, listed.u32(20)?, listed.u32(42)?];
    if !sizes.contains(&ELSEWHERE) {
        return Ok(sizes);
    }
    let mut extra = Fields(listed.slice(46 + listed.u16(28)?, listed.u16(30)?)?);
    let missing = |_| torn("a member of 4 GiB or more does not say how long it is");
    while extra.u16(0).map_err(missing)? != 1 {
        extra = Fields(extra.0.get(4 + extra.u16(2)?..).unwrap_or_default());
    }
    let mut at = 4;
    for size in sizes.iter_mut().filter(|size| **size == ELSEWHERE) {
        *size = extra.number(at, 8).map_err(missing)?;
        at += 8;
    }
    Ok(sizes)
}

/// Refuses members that share bytes: a few bytes could stand for many large members.
fn check_ranges(mut ranges: Vec<(usize, usize)>) -> Result<(), FormatError> {
    ranges.sort_unstable();
    let overlap = ranges.windows(2).find(|pair| pair[1].0 < pair[0].1);
    overlap.map_or(Ok(()), |pair| Err(torn(&format!("members overlap at byte {}", pair[1].0))))
}

/// Refuses members that, by what the list says, unpack to more than is allowed for `length` bytes.
fn check_expansion(members: &[Member<'_>], length: usize) -> Result<(), FormatError> {
    let unpacked = members.iter().fold(0usize, |sum, member| sum.saturating_add(member.size));
    let most = length.saturating_mul(MOST_EXPANSION).max(ALWAYS);
    if unpacked <= most {
        return Ok(());
    }
    Err(torn(&format!("{length} bytes say that they unpack to {unpacked}, expected at most {most}")))
}

impl<'a> Member<'a> {
    /// Bytes that it has unpacked, by what the list says.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The bytes of the member, unpacked and verified; those of a stored one are the archive's own.
    ///
    /// # Errors
    /// [`FormatError::Member`] where they cannot be unpacked, or length or CRC-32 are not those of the list.
    pub fn unpack(&self) -> Result<Cow<'a, [u8]>, FormatError> {
        let refuse = |reason: String| FormatError::Member { name: self.name.clone(), reason };
        let packed = self.packed.clone().map_err(refuse)?;
        let bytes = if self.deflated { self.inflate(packed)?.into() } else { Cow::Borrowed(packed) };
        if bytes.len() != self.size {
            return Err(refuse(format!("expected {} bytes, found {}", self.size, bytes.len())));
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() != self.crc {
            return Err(refuse(format!("expected CRC {:08x}, found {:08x}", self.crc, crc.sum())));
        }
        Ok(bytes)
    }

    /// Unpacks at most one byte more than the list says: enough to refuse a member that lies.
    fn inflate(&self, packed: &[u8]) -> Result<Vec<u8>, FormatError> {
        let mut bytes = Vec::new();
        let one_more = self.size as u64 + 1;
        let end = DeflateDecoder::new(packed).take(one_more).read_to_end(&mut bytes);
        let broken = |error| FormatError::Member { name: self.name.clone(), reason: format!("{error}") };
        end.map_err(broken)?;
        Ok(bytes)
    }
}

/// An archive of stored members, each of them a name and its content, dated 1 January 1980.
///
/// # Panics
/// If it would take 4 GiB, have 65,536 members, or one whose name has 65,536 bytes.
pub fn archive(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let mut crc = Crc::new();
        crc.update(bytes);
        let (size, offset) = (four(bytes.len()), four(archive.len()));
        // Version 2.0, no flags, stored, the first of January 1980.
        let shared = [&[20, 0, 0, 0, 0, 0, 0, 0, 33, 0][..], &crc.sum().to_le_bytes(), &size, &size].concat();
        let name_length = two(name.len());
        archive.extend([LOCAL, &shared, &name_length, &[0; 2], name.as_bytes(), bytes].concat());
        list.extend([LISTED, &[20, 0], &shared, &name_length, &[0; 12], &offset, name.as_bytes()].concat());
    }
    let count = two(members.len());
    let (list_size, start) = (four(list.len()), four(archive.len()));
    let end = [END, &[0; 4], &count, &count, &list_size, &start, &[0; 2]].concat();
    [archive, list, end].concat()
}

/// A length or a number of members in two little-endian bytes.
fn two(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("fewer than 65,536 members and bytes of a name").to_le_bytes()
}

/// A length or a place in four little-endian bytes.
fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("an archive below 4 GiB").to_le_bytes()
}
