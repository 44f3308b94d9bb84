//! The messages of an object (section IV.A.1.a, version 1 of object headers).

use super::bytes::Bytes;

/// What a message says, by its type.
pub mod kind {
    /// The sizes of the axes.
    pub const DATA_SPACE: usize = 0x01;
    /// The type of the numbers.
    pub const DATA_TYPE: usize = 0x03;
    /// Where the numbers stand.
    pub const LAYOUT: usize = 0x08;
    /// How they are packed.
    pub const FILTERS: usize = 0x0b;
    /// Where more messages stand.
    pub const CONTINUATION: usize = 0x10;
    /// Where a group's list stands.
    pub const SYMBOL_TABLE: usize = 0x11;
}

/// A message of an object.
#[derive(Clone, Copy, Debug)]
pub struct HeaderMessage<'a> {
    /// What it says ([`kind`]).
    pub kind: usize,
    /// Its content.
    pub content: Bytes<'a>,
}

/// Messages of one object, at most.
const MOST: usize = 4096;

/// The messages of the object at a place, those of continuations included.
pub fn messages(file: Bytes<'_>, place: usize) -> Result<Vec<HeaderMessage<'_>>, String> {
    if file.number(place, 1)? != 1 {
        return Err(
            "an object of a newer kind; write the file again with: h5repack --low=0 --high=0".to_owned()
        );
    }
    let mut blocks = vec![(place.saturating_add(16), file.number(place + 8, 4)?)];
    let mut messages = Vec::new();
    while let Some((start, length)) = blocks.pop() {
        let block = Bytes(file.slice(start, length)?);
        let mut at = 0;
        while at + 8 <= length {
            let (kind, size) = (block.number(at, 2)?, block.number(at + 2, 2)?);
            let content = Bytes(block.slice(at + 8, size)?);
            if kind == kind::CONTINUATION {
                blocks.push((content.number(0, 8)?, content.number(8, 8)?));
            }
            messages.push(HeaderMessage { kind, content });
            at += 8 + size;
            if messages.len() > MOST {
                return Err(format!("more than {MOST} messages"));
            }
        }
    }
    Ok(messages)
}

/// The first message of a kind.
pub fn find<'a>(messages: &[HeaderMessage<'a>], kind: usize) -> Option<Bytes<'a>> {
    messages.iter().find(|message| message.kind == kind).map(|message| message.content)
}
