//! What is in a group: a B-tree of symbol tables, and a heap with the names (sections III.A.1, III.C, III.D).

use super::bytes::Bytes;
use super::header::{HeaderMessage, find, kind};
use std::collections::HashSet;

/// Levels of a B-tree, at most.
const DEEPEST: usize = 32;
/// A link by name only, which points to no object.
const SOFT_LINK: usize = 2;

/// The names and places of the objects in a group; none where the object is no group.
pub fn links(file: Bytes<'_>, messages: &[HeaderMessage<'_>]) -> Result<Vec<(String, usize)>, String> {
    let Some(table) = find(messages, kind::SYMBOL_TABLE) else { return Ok(Vec::new()) };
    let heap = file.signed(table.number(8, 8)?, b"HEAP")?;
    let names = file.slice(heap.number(24, 8)?, heap.number(8, 8)?)?;
    let mut links = Vec::new();
    for leaf in leaves(file, table.number(0, 8)?, 0, &mut HashSet::new())? {
        let node = file.signed(leaf, b"SNOD")?;
        for entry in 0..node.number(6, 2)? {
            let at = 8 + 40 * entry;
            if node.number(at + 16, 4)? != SOFT_LINK {
                links.push((name(names, node.number(at, 8)?)?, node.number(at + 8, 8)?));
            }
        }
    }
    Ok(links)
}

/// A name of the heap, up to its zero.
fn name(names: &[u8], at: usize) -> Result<String, String> {
    let rest = names.get(at..).ok_or("a name outside of its heap")?;
    let end = rest.iter().position(|byte| *byte == 0).ok_or("a name without an end")?;
    Ok(String::from_utf8_lossy(&rest[..end.min(1000)]).into_owned())
}

/// The children of a B-tree's lowest level, each once. (Group: type 0, keys of eight bytes.)
fn leaves(
    file: Bytes<'_>,
    place: usize,
    depth: usize,
    seen: &mut HashSet<usize>,
) -> Result<Vec<usize>, String> {
    let node = file.signed(place, b"TREE")?;
    if node.number(4, 1)? != 0 || depth > DEEPEST || !seen.insert(place) {
        return Err(format!("expected a tree of a group at byte {place}"));
    }
    let children = (0..node.number(6, 2)?).map(|index| node.number(32 + 16 * index, 8));
    let children: Vec<usize> = children.collect::<Result<_, _>>()?;
    if node.number(5, 1)? == 0 {
        return Ok(children.into_iter().filter(|child| seen.insert(*child)).collect());
    }
    let mut found = Vec::new();
    for child in children {
        found.extend(leaves(file, child, depth + 1, seen)?);
    }
    Ok(found)
}
