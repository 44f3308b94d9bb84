//! Fields of a protocol buffer, one after the other.
//!
//! A field is a number (its place in the message, and how its value is written), then the value
//! (`protobuf.dev/programming-guides/encoding`).

/// A value as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A whole number.
    Number(u64),
    /// A text, a message, bytes, or numbers one after the other.
    Bytes(&'a [u8]),
}

/// The fields of a message: number and value; the last is an error where the bytes are none.
///
/// ```
/// use initlab_engine::model_file::protobuf::{Value, fields};
///
/// let mut found = fields(&[0x08, 0x96, 0x01, 0x12, 1, b'a']);
/// assert_eq!(found.next(), Some(Ok((1, Value::Number(150)))));
/// assert_eq!(found.next(), Some(Ok((2, Value::Bytes(b"a")))));
/// assert_eq!(found.next(), None);
/// assert_eq!(fields(&[0x12, 9]).next(), Some(Err("a message that ends too early")));
/// ```
pub fn fields(mut bytes: &[u8]) -> impl Iterator<Item = Result<(u64, Value<'_>), &'static str>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let field = field(&mut bytes);
        if field.is_none() {
            bytes = &[];
        }
        Some(field.ok_or("a message that ends too early"))
    })
}

fn field<'a>(bytes: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let key = number(bytes)?;
    let value = match key & 7 {
        0 => Value::Number(number(bytes)?),
        1 => Value::Bytes(take(bytes, 8)?),
        2 => {
            let length = number(bytes)?;
            Value::Bytes(take(bytes, usize::try_from(length).ok()?)?)
        }
        5 => Value::Bytes(take(bytes, 4)?),
        _ => return None,
    };
    Some((key >> 3, value))
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

/// A number in groups of seven bits, the lowest first; the highest bit of a byte says that more follow.
pub fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_groups_of_seven_bits() {
        for (bytes, expected) in [
            (&[0x05][..], Some(5)),
            (&[0xac, 0x02], Some(300)),
            (&[0x80], None),
            (&[0xff; 11], None),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Some(u64::MAX)),
        ] {
            assert_eq!(number(&mut &*bytes), expected, "{bytes:?}");
        }
    }
}
