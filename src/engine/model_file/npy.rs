//! `.npy`: a header that is a Python dictionary, then the numbers.
//!
//! Six bytes of [`MAGIC`], two of version, the header's length (two bytes in version 1, four in 2 and 3,
//! little-endian), the header, the numbers:
//!
//! ```text
//! {'descr': '<f4', 'fortran_order': False, 'shape': (784, 100,), }
//! ```
//!
//! The format is `NumPy`'s (`numpy.lib.format`). The header is not evaluated: its three values are cut out of
//! the text, and what they declare must be exactly the bytes that follow.

use super::element::Element;
use super::tensor::{FormatError, Tensor};
use std::borrow::Cow;

/// The bytes with which an array begins.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads one array; a Fortran-ordered one has strides.
///
/// bfloat16, which NumPy does not know, is saved by JAX as "two bytes of anything" (`V2`), and these are read
/// as bfloat16. Integers and booleans become [`Element::Other`], whose numbers nobody decodes.
///
/// # Errors
/// [`FormatError::Member`] under `name` where the bytes do not begin like an array, hold Python objects, are
/// of a type that is not read (big-endian, complex), which is told in words, or where the shape does not fit
/// the bytes.
pub fn read<'a>(name: &str, bytes: Cow<'a, [u8]>) -> Result<Tensor<'a>, FormatError> {
    let refuse = |reason: String| FormatError::Member { name: name.to_owned(), reason };
    let (header, start) = header(&bytes).ok_or_else(|| refuse("expected a .npy array".to_owned()))?;
    let descr = field(&header, "descr").ok_or_else(|| refuse(format!("expected a type, found {header}")))?;
    let element = element(descr).ok_or_else(|| refuse(unread(descr)))?;
    let shape = field(&header, "shape").and_then(shape);
    let shape = shape.ok_or_else(|| refuse(format!("expected a shape, found {header}")))?;
    let count = shape.iter().try_fold(element.size(), |product, size| product.checked_mul(*size));
    let (found, fortran) = (bytes.len() - start, field(&header, "fortran_order") == Some("True"));
    if count != Some(found) {
        return Err(refuse(format!("{header} does not fit the {found} bytes that follow")));
    }
    let numbers = match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[start..]),
        Cow::Owned(mut bytes) => {
            bytes.drain(..start);
            Cow::Owned(bytes)
        }
    };
    let mut tensor = Tensor::new(name, &shape, element, numbers);
    tensor.strides = (fortran && shape.len() > 1).then(|| first_axis_fastest(&shape));
    Ok(tensor)
}

/// The header's text, and the byte at which the numbers begin; none where the bytes are no array.
fn header(bytes: &[u8]) -> Option<(String, usize)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (start, length): (usize, usize) = match rest {
        [1, _, a, b, ..] => (10, usize::from(u16::from_le_bytes([*a, *b]))),
        [2 | 3, _, a, b, c, d, ..] => (12, u32::from_le_bytes([*a, *b, *c, *d]) as usize),
        _ => return None,
    };
    let text = bytes.get(start..start.checked_add(length)?)?;
    Some((String::from_utf8_lossy(text).trim().to_owned(), start + length))
}

/// The text of a value in the dictionary: up to the next comma outside of parentheses and brackets.
fn field<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let value = header.split_once(&format!("'{key}':"))?.1.trim_start();
    let end = match value.as_bytes().first()? {
        b'(' => value.find(')')? + 1,
        b'[' => value.find(']')? + 1,
        _ => value.find([',', '}'])?,
    };
    Some(value[..end].trim())
}

/// The type that `descr` names, as in `'<f4'`: little-endian or of one byte; none for any other.
fn element(descr: &str) -> Option<Element> {
    let text = descr.trim_matches('\'');
    match text {
        "<f2" => Some(Element::F16),
        "<f4" => Some(Element::F32),
        "<f8" => Some(Element::F64),
        "<V2" | "|V2" => Some(Element::Bf16),
        _ => match text.strip_prefix(['<', '|'])?.split_at_checked(1)? {
            ("i" | "u" | "b", bytes) => {
                Some(Element::Other { bytes: bytes.parse().ok().filter(|b| *b > 0)? })
            }
            _ => None,
        },
    }
}

/// Why numbers of a type that is not read are refused, and how to save others.
fn unread(descr: &str) -> String {
    let text = descr.trim_matches('\'');
    let kind = text.trim_start_matches(['<', '>', '|', '=']).chars().next();
    let found = match kind {
        _ if text.starts_with('[') => "records of several fields; save each field as an array of its own",
        Some('O') => "Python objects, which only Python reads; save plain arrays",
        Some('c') => "complex numbers; save real ones, as a.real.astype('<f4')",
        Some('f') if text.starts_with('>') => "big-endian numbers; save a.astype('<f4')",
        Some('i' | 'u') if text.starts_with('>') => "big-endian integers; save weights, as a.astype('<f4')",
        Some('f') => {
            return format!("expected numbers of 2, 4 or 8 bytes, found {descr}; save a.astype('<f4')");
        }
        Some('U' | 'S' | 'a') => "texts",
        Some('M' | 'm') => "dates or times",
        _ => return format!("expected little-endian numbers, found the type {descr}"),
    };
    format!("expected little-endian numbers, found {found}")
}

/// The sizes in a tuple, as in `(784, 100,)` and `()`; none where one is no whole number.
fn shape(text: &str) -> Option<Vec<usize>> {
    let sizes = text.strip_prefix('(')?.strip_suffix(')')?.split(',').map(str::trim);
    sizes.filter(|size| !size.is_empty()).map(|size| size.parse().ok()).collect()
}

/// Fortran's order: one step on each axis moves by the product of the sizes before it.
fn first_axis_fastest(shape: &[usize]) -> Vec<usize> {
    let step = |product: &mut usize, size: &usize| Some(std::mem::replace(product, *product * size));
    shape.iter().scan(1, step).collect()
}

/// One array, version 1.0, its header filled up with spaces so that the numbers begin at a multiple of 64
/// bytes. What is not read is written as bytes (`|u1`), which fits only numbers of one byte.
pub fn write(tensor: &Tensor<'_>) -> Vec<u8> {
    let descr = match tensor.element {
        Element::F16 => "<f2",
        Element::Bf16 => "|V2",
        Element::F32 => "<f4",
        Element::F64 => "<f8",
        Element::Narrow { .. } | Element::Other { .. } => "|u1",
    };
    with_header(descr, &tensor.shape, &tensor.bytes)
}

/// An array of numbers of the type `descr`, as in `<u4`, in the same form.
pub fn with_header(descr: &str, shape: &[usize], bytes: &[u8]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(|size| format!("{size},")).collect();
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}), }}", sizes.join(" "));
    let padding = 63 - (MAGIC.len() + 4 + header.len()) % 64;
    header += &" ".repeat(padding);
    header.push('\n');
    [MAGIC, &[1, 0], &(header.len() as u16).to_le_bytes(), header.as_bytes(), bytes].concat()
}
