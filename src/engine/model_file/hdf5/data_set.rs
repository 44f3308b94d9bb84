//! One array: its sizes, its type, and where its numbers stand (sections IV.A.2.b, d and i).

use super::bytes::Bytes;
use super::chunks::{self, Chunked};
use super::header::{HeaderMessage, find, kind};
use crate::model_file::element::Element;
use crate::model_file::tensor::Tensor;
use std::borrow::Cow;

/// The place of numbers that were never written.
const NOWHERE: usize = usize::MAX;

/// True of the messages of an array.
pub fn is_one(messages: &[HeaderMessage<'_>]) -> bool {
    find(messages, kind::LAYOUT).is_some()
}

/// An array; chunks are unpacked as long as there is `room` for their bytes.
pub fn read<'a>(
    file: Bytes<'a>,
    messages: &[HeaderMessage<'a>],
    name: &str,
    room: &mut usize,
) -> Result<Tensor<'a>, String> {
    let wanted = |kind, what: &str| find(messages, kind).ok_or_else(|| format!("it has no {what}"));
    let shape = shape(wanted(kind::DATA_SPACE, "sizes")?)?;
    let element = element(wanted(kind::DATA_TYPE, "type")?)?;
    let layout = wanted(kind::LAYOUT, "layout")?;
    let length = shape.iter().try_fold(element.size(), |length, size| length.checked_mul(*size));
    let length = length.ok_or("more bytes than can be counted")?;
    let bytes = match (layout.number(0, 1)?, layout.number(1, 1)?) {
        (3, 0) => Cow::Borrowed(layout.slice(4, layout.number(2, 2)?)?),
        (3, 1) if length == 0 => Cow::Borrowed(&[][..]),
        (3, 1) if layout.number(2, 8)? == NOWHERE => return Err("its numbers were never written".to_owned()),
        (3, 1) => Cow::Borrowed(file.slice(layout.number(2, 8)?, layout.number(10, 8)?)?),
        (3, 2) => {
            *room = room.checked_sub(length).ok_or("all chunks unpack to far more than the file has")?;
            let filters = find(messages, kind::FILTERS);
            Cow::Owned(chunks::read(file, &Chunked::of(layout, filters, &shape, element.size())?)?)
        }
        (version, class) => return Err(format!("numbers in the layout {class} of version {version}")),
    };
    let found = bytes.len();
    if found != length {
        return Err(format!("its shape {shape:?} takes {length} bytes, its place has {found}"));
    }
    Ok(Tensor::new(name, &shape, element, bytes))
}

/// The sizes of the axes; version 2 has a header of four bytes, version 1 one of eight.
fn shape(space: Bytes<'_>) -> Result<Vec<usize>, String> {
    let start = if space.number(0, 1)? == 1 { 8 } else { 4 };
    (0..space.number(1, 1)?).map(|axis| space.number(start + 8 * axis, 8)).collect()
}

/// The type of the numbers: little-endian floating-point ones of a known kind, integers, nothing else.
fn element(datatype: Bytes<'_>) -> Result<Element, String> {
    let (class, size) = (datatype.number(0, 1)? & 15, datatype.number(4, 4)?);
    let big_endian = datatype.number(1, 1)? & 1 == 1;
    // Of a floating-point type, the sizes of exponent and fraction stand 5 and 7 bytes behind its size.
    let parts = || Ok::<_, String>((datatype.number(13, 1)?, datatype.number(15, 1)?));
    match (class, size) {
        (0 | 1, _) if big_endian => Err("big-endian numbers".to_owned()),
        (1, 2) if parts()? == (5, 10) => Ok(Element::F16),
        (1, 2) if parts()? == (8, 7) => Ok(Element::Bf16),
        (1, 4) if parts()? == (8, 23) => Ok(Element::F32),
        (1, 8) if parts()? == (11, 52) => Ok(Element::F64),
        (1, 1) => Ok(Element::Narrow { bytes: 1 }),
        (0, 1..=8) => Ok(Element::Other { bytes: size }),
        (3 | 9, _) => Err("texts".to_owned()),
        (8, _) => Err("truth values".to_owned()),
        (class, size) => Err(format!("values of the class {class} of {size} bytes")),
    }
}
