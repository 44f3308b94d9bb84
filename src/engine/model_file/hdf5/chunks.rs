//! Arrays in chunks: a B-tree whose leaves are blocks of the array, each packed on its own (sections III.A.1
//! and IV.A.2.l).

use super::bytes::Bytes;
use flate2::read::ZlibDecoder;
use std::collections::HashSet;
use std::io::Read;

/// Levels of a B-tree, at most.
const DEEPEST: usize = 32;

/// Numbers of the filters that are undone.
const DEFLATE: usize = 1;
const SHUFFLE: usize = 2;
/// A checksum of four bytes at the end, which is cut off.
const FLETCHER32: usize = 3;

/// How an array is divided and packed.
pub struct Chunked {
    tree: usize,
    /// Sizes of the array and of a chunk, and bytes of a number.
    shape: Vec<usize>,
    chunk: Vec<usize>,
    size: usize,
    /// Filters in the order in which they were applied.
    filters: Vec<usize>,
}

impl Chunked {
    /// By the messages of an array of this shape, with numbers of so many bytes.
    pub fn of(
        layout: Bytes<'_>,
        filters: Option<Bytes<'_>>,
        shape: &[usize],
        size: usize,
    ) -> Result<Self, String> {
        let rank = layout.number(2, 1)?.checked_sub(1).filter(|rank| *rank == shape.len());
        let rank = rank.ok_or("chunks of another number of axes")?;
        let chunk = (0..rank).map(|axis| layout.number(11 + 4 * axis, 4)).collect::<Result<Vec<_>, _>>()?;
        let filters = filters.map_or(Ok(Vec::new()), ids)?;
        if let Some(other) = filters.iter().find(|id| ![DEFLATE, SHUFFLE, FLETCHER32].contains(id)) {
            return Err(format!("numbers packed by the filter {other}"));
        }
        if chunk.contains(&0) {
            return Err("chunks of no numbers".to_owned());
        }
        Ok(Self { tree: layout.number(3, 8)?, shape: shape.to_vec(), chunk, size, filters })
    }

    /// Bytes of a chunk; none where they cannot be counted.
    fn chunk_bytes(&self) -> Option<usize> {
        self.chunk.iter().try_fold(self.size, |bytes, size| bytes.checked_mul(*size))
    }
}

/// The filters of a pipeline (section IV.A.2.l).
fn ids(pipeline: Bytes<'_>) -> Result<Vec<usize>, String> {
    let (version, count) = (pipeline.number(0, 1)?, pipeline.number(1, 1)?);
    let mut at = if version == 1 { 8 } else { 2 };
    let mut ids = Vec::new();
    for _ in 0..count {
        let id = pipeline.number(at, 2)?;
        let named = version == 1 || id >= 256;
        let name = if named { pipeline.number(at + 2, 2)? } else { 0 };
        let values = at + if named { 6 } else { 4 };
        let count = pipeline.number(values, 2)?;
        let padding = if version == 1 { 4 * (count % 2) } else { 0 };
        at = values + 2 + name.next_multiple_of(if version == 1 { 8 } else { 1 }) + 4 * count + padding;
        ids.push(id);
    }
    Ok(ids)
}

/// The numbers of an array, the last axis fastest; what no chunk has is 0.
pub fn read(file: Bytes<'_>, array: &Chunked) -> Result<Vec<u8>, String> {
    let length = array.shape.iter().product::<usize>() * array.size;
    // A chunk may be larger than the array, where the array grows later.
    let most = length.saturating_mul(2).max(1 << 26);
    let bytes =
        array.chunk_bytes().filter(|bytes| *bytes <= most).ok_or("chunks far larger than the array")?;
    let mut numbers = vec![0; length];
    let mut seen = HashSet::new();
    let mut nodes = vec![(array.tree, 0)];
    while let Some((place, depth)) = nodes.pop() {
        if place == usize::MAX {
            continue; // an array without a chunk
        }
        let node = file.signed(place, b"TREE")?;
        if node.number(4, 1)? != 1 || depth > DEEPEST || !seen.insert(place) {
            return Err(format!("expected a tree of chunks at byte {place}"));
        }
        let (level, rank) = (node.number(5, 1)?, array.shape.len());
        let key = 8 + 8 * (rank + 1);
        for entry in 0..node.number(6, 2)? {
            let at = 24 + entry * (key + 8);
            let child = node.number(at + key, 8)?;
            if level > 0 {
                nodes.push((child, depth + 1));
            } else if seen.insert(child) {
                let start =
                    (0..rank).map(|axis| node.number(at + 8 + 8 * axis, 8)).collect::<Result<Vec<_>, _>>()?;
                let packed = file.slice(child, node.number(at, 4)?)?;
                place_chunk(
                    &mut numbers,
                    array,
                    &start,
                    &unpacked(packed, &array.filters, node.number(at + 4, 4)?, bytes, array.size)?,
                )?;
            }
        }
    }
    Ok(numbers)
}

/// The bytes of a chunk; bit k of `left_out` says that filter k was not applied.
fn unpacked(
    packed: &[u8],
    filters: &[usize],
    left_out: usize,
    bytes: usize,
    size: usize,
) -> Result<Vec<u8>, String> {
    let mut content = packed.to_vec();
    for (index, filter) in filters.iter().enumerate().rev() {
        if left_out >> index & 1 == 1 {
            continue;
        }
        content = match *filter {
            DEFLATE => {
                let mut inflated = Vec::new();
                let end = ZlibDecoder::new(&content[..]).take(bytes as u64 + 5).read_to_end(&mut inflated);
                end.map_err(|error| format!("a chunk cannot be unpacked: {error}"))?;
                inflated
            }
            SHUFFLE => unshuffled(&content, size),
            _ => content[..content.len().saturating_sub(4)].to_vec(),
        };
    }
    let found = content.len();
    if found == bytes { Ok(content) } else { Err(format!("a chunk of {bytes} bytes unpacks to {found}")) }
}

/// First all first bytes of the numbers, then all second bytes: put back number by number.
fn unshuffled(content: &[u8], size: usize) -> Vec<u8> {
    let count = content.len() / size.max(1);
    let whole = (0..count * size).map(|at| content[at % size * count + at / size]);
    whole.chain(content[count * size..].iter().copied()).collect()
}

/// Copies a chunk to its place, row by row, as far as it lies in the array.
fn place_chunk(numbers: &mut [u8], array: &Chunked, start: &[usize], content: &[u8]) -> Result<(), String> {
    let Chunked { shape, chunk, size, .. } = array;
    if start.iter().zip(shape).any(|(from, length)| from >= length) {
        return Err("a chunk outside of its array".to_owned());
    }
    let Some(last) = shape.len().checked_sub(1) else {
        numbers.copy_from_slice(content);
        return Ok(());
    };
    let row = chunk[last].min(shape[last] - start[last]) * size;
    for index in 0..chunk[..last].iter().product::<usize>() {
        let (mut rest, mut to, mut step, mut inside) = (index, start[last], shape[last], true);
        for axis in (0..last).rev() {
            let at = start[axis] + rest % chunk[axis];
            rest /= chunk[axis];
            inside &= at < shape[axis];
            to += at * step;
            step *= shape[axis];
        }
        if inside {
            let from = index * chunk[last] * size;
            numbers[to * size..to * size + row].copy_from_slice(&content[from..from + row]);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shuffle with one value, deflate with a name and one value; in version 1 names and values are filled up to 8 bytes.
    #[test]
    fn filters_are_known_in_both_versions_of_a_pipeline() {
        let shuffle = [2, 0, 0, 0, 1, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0];
        let deflate = [&[1, 0, 8, 0, 1, 0, 1, 0][..], b"deflate\0", &[9, 0, 0, 0, 0, 0, 0, 0]].concat();
        let first = [&[1, 2, 0, 0, 0, 0, 0, 0][..], &shuffle, &deflate].concat();
        assert_eq!(ids(Bytes(&first)), Ok(vec![2, 1]));
        let second = [2, 2, 2, 0, 1, 0, 1, 0, 4, 0, 0, 0, 1, 0, 1, 0, 1, 0, 9, 0, 0, 0];
        assert_eq!(ids(Bytes(&second)), Ok(vec![2, 1]));
        assert!(ids(Bytes(&second[..9])).is_err());
    }
}
