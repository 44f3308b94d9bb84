//! A pickle as a tree of nodes; nothing in it is ever called.
//!
//! A pickle is a program for a stack machine. Here its instructions are a closed table (`OPCODES`), and what
//! would call something in Python becomes a node that says what would be called with what. Any other instruction
//! refuses the pickle. Each instruction makes at most a few nodes and none copies a list, so memory is in
//! proportion to the bytes read.
//!
//! The instructions are those of Python's `pickletools`, protocols 2 to 5.

use std::collections::HashMap;

/// The place of a node in [`Pickle::nodes`].
pub type NodeId = usize;

/// A value of a pickle.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `None`, a floating-point number, bytes: nothing that anyone asks for.
    Unread,
    /// A whole number, or a truth value as 0 or 1.
    Number(i64),
    /// A text.
    Text(String),
    /// A list, a tuple or a set.
    List(Vec<NodeId>),
    /// The keys and values of a dictionary.
    Dict(Vec<(NodeId, NodeId)>),
    /// A function or class by module and name, as in `collections.OrderedDict`.
    Global(String),
    /// A call that is not made: of a node, with arguments.
    Call {
        /// What would be called.
        callee: NodeId,
        /// With which arguments.
        arguments: NodeId,
        /// The state that the object would be given, where there is one.
        state: Option<NodeId>,
        /// Keys and values that would be set on it, or its items with no key.
        items: Vec<(NodeId, NodeId)>,
    },
    /// Something that is kept outside of the pickle, by its description.
    Outside(NodeId),
}

/// The nodes of a pickle.
#[derive(Debug)]
pub struct Pickle {
    /// All of them.
    pub nodes: Vec<Node>,
    /// The one that the pickle is.
    pub root: NodeId,
}

/// Nodes of a pickle, at most: those of half a million tensors.
const MOST_NODES: usize = 1 << 23;

/// The machine while it reads.
struct PickleMachine<'a> {
    rest: &'a [u8],
    nodes: Vec<Node>,
    stack: Vec<NodeId>,
    marks: Vec<usize>,
    memo: HashMap<u64, NodeId>,
}

type Step = Result<(), String>;
type Instruction = fn(&mut PickleMachine<'_>) -> Step;

/// Every instruction that is known, by its byte, with Python's name for it.
const OPCODES: &[(u8, &str, Instruction)] = &[
    (b'(', "MARK", |m| {
        let _: () = m.marks.push(m.stack.len());
        Ok(())
    }),
    (b'0', "POP", |m| m.pop().map(drop)),
    (b'1', "POP_MARK", |m| m.marked().map(drop)),
    (b'N', "NONE", |m| m.push(Node::Unread)),
    (b'\x88', "NEWTRUE", |m| m.push(Node::Number(1))),
    (b'\x89', "NEWFALSE", |m| m.push(Node::Number(0))),
    (b'J', "BININT", |m| m.signed(4)),
    (b'K', "BININT1", |m| m.unsigned(1)),
    (b'M', "BININT2", |m| m.unsigned(2)),
    (b'\x8a', "LONG1", |m| m.number(1).and_then(|bytes| m.signed(bytes as usize))),
    (b'G', "BINFLOAT", |m| m.skipped(8)),
    (b'C', "SHORT_BINBYTES", |m| m.number(1).and_then(|bytes| m.skipped(bytes))),
    (b'B', "BINBYTES", |m| m.number(4).and_then(|bytes| m.skipped(bytes))),
    (b'\x8e', "BINBYTES8", |m| m.number(8).and_then(|bytes| m.skipped(bytes))),
    (b'\x96', "BYTEARRAY8", |m| m.number(8).and_then(|bytes| m.skipped(bytes))),
    (b'U', "SHORT_BINSTRING", |m| m.number(1).and_then(|bytes| m.text(bytes))),
    (b'\x8c', "SHORT_BINUNICODE", |m| m.number(1).and_then(|bytes| m.text(bytes))),
    (b'X', "BINUNICODE", |m| m.number(4).and_then(|bytes| m.text(bytes))),
    (b'\x8d', "BINUNICODE8", |m| m.number(8).and_then(|bytes| m.text(bytes))),
    (b')', "EMPTY_TUPLE", |m| m.push(Node::List(Vec::new()))),
    (b']', "EMPTY_LIST", |m| m.push(Node::List(Vec::new()))),
    (b'\x8f', "EMPTY_SET", |m| m.push(Node::List(Vec::new()))),
    (b'}', "EMPTY_DICT", |m| m.push(Node::Dict(Vec::new()))),
    (b'\x85', "TUPLE1", |m| m.tuple(1)),
    (b'\x86', "TUPLE2", |m| m.tuple(2)),
    (b'\x87', "TUPLE3", |m| m.tuple(3)),
    (b't', "TUPLE", |m| m.marked().and_then(|items| m.push(Node::List(items)))),
    (b'a', "APPEND", |m| m.pop().and_then(|item| m.append(vec![item]))),
    (b'e', "APPENDS", |m| m.marked().and_then(|items| m.append(items))),
    (b'\x90', "ADDITEMS", |m| m.marked().and_then(|items| m.append(items))),
    (b's', "SETITEM", |m| m.last(2).and_then(|items| m.set(&items))),
    (b'u', "SETITEMS", |m| m.marked().and_then(|items| m.set(&items))),
    (b'c', "GLOBAL", |m| m.global()),
    (b'\x93', "STACK_GLOBAL", |m| m.global_of_stack()),
    (b'R', "REDUCE", |m| m.call()),
    (b'\x81', "NEWOBJ", |m| m.call()),
    (b'\x92', "NEWOBJ_EX", |m| m.pop().and_then(|_| m.call())),
    (b'b', "BUILD", |m| m.build()),
    (b'Q', "BINPERSID", |m| m.pop().and_then(|id| m.push(Node::Outside(id)))),
    (b'q', "BINPUT", |m| m.number(1).and_then(|key| m.remember(key))),
    (b'r', "LONG_BINPUT", |m| m.number(4).and_then(|key| m.remember(key))),
    (b'\x94', "MEMOIZE", |m| m.remember(m.memo.len() as u64)),
    (b'h', "BINGET", |m| m.number(1).and_then(|key| m.recall(key))),
    (b'j', "LONG_BINGET", |m| m.number(4).and_then(|key| m.recall(key))),
    (b'\x80', "PROTO", |m| m.number(1).map(drop)),
    (b'\x95', "FRAME", |m| m.number(8).map(drop)),
];

/// The instruction with which a pickle ends.
const STOP: u8 = b'.';

/// Reads a pickle.
///
/// ```
/// use initlab_engine::model_file::pickle::{Node, parse};
///
/// // pickle.dumps({"a": 7}, 2)
/// let pickle = parse(b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x07s.")?;
/// let Node::Dict(items) = &pickle.nodes[pickle.root] else { panic!() };
/// assert_eq!((&pickle.nodes[items[0].0], &pickle.nodes[items[0].1]), (&Node::Text("a".into()), &Node::Number(7)));
/// // pickle.dumps(print): named, not called
/// assert!(parse(b"\x80\x02cbuiltins\nprint\nq\x00.").is_ok());
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// It ends too early, an instruction is not in the table or finds nothing to work on.
pub fn parse(bytes: &[u8]) -> Result<Pickle, String> {
    let mut known: [Option<Instruction>; 256] = [None; 256];
    OPCODES.iter().for_each(|(byte, _, instruction)| known[usize::from(*byte)] = Some(*instruction));
    let mut machine = PickleMachine {
        rest: bytes,
        nodes: Vec::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    loop {
        let at = bytes.len() - machine.rest.len();
        let byte = machine.take(1)?[0];
        if byte == STOP {
            return Ok(Pickle { root: machine.pop()?, nodes: machine.nodes });
        }
        let instruction =
            known[usize::from(byte)].ok_or_else(|| format!("instruction {byte:#04x} at byte {at}"))?;
        instruction(&mut machine).map_err(|reason| format!("{reason} at byte {at}"))?;
    }
}

impl<'a> PickleMachine<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], String> {
        let count = usize::try_from(count).ok();
        let halves = count.and_then(|count| self.rest.split_at_checked(count));
        let (taken, rest) = halves.ok_or("it ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    /// A little-endian number of at most eight bytes.
    fn number(&mut self, bytes: u64) -> Result<u64, String> {
        Ok(self.take(bytes)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn unsigned(&mut self, bytes: u64) -> Step {
        let number = self.number(bytes)?;
        self.push(Node::Number(number.cast_signed()))
    }

    /// A number in two's complement; one of more than eight bytes is not read.
    fn signed(&mut self, bytes: usize) -> Step {
        let taken = self.take(bytes as u64)?;
        if bytes > 8 {
            return self.push(Node::Unread);
        }
        let sign = if taken.last().is_some_and(|byte| byte >> 7 == 1) { -1 } else { 0 };
        self.push(Node::Number(
            taken.iter().rev().fold(sign, |number: i64, byte| number << 8 | i64::from(*byte)),
        ))
    }

    fn text(&mut self, bytes: u64) -> Step {
        let text = String::from_utf8_lossy(self.take(bytes)?).into_owned();
        self.push(Node::Text(text))
    }

    fn skipped(&mut self, bytes: u64) -> Step {
        self.take(bytes)?;
        self.push(Node::Unread)
    }

    fn push(&mut self, node: Node) -> Step {
        if self.nodes.len() >= MOST_NODES {
            return Err(format!("more than {MOST_NODES} values"));
        }
        self.stack.push(self.nodes.len());
        self.nodes.push(node);
        Ok(())
    }

    fn pop(&mut self) -> Result<NodeId, String> {
        self.stack.pop().ok_or_else(|| "nothing on the stack".to_owned())
    }

    /// What stands above the last mark.
    fn marked(&mut self) -> Result<Vec<NodeId>, String> {
        let mark = self.marks.pop().filter(|mark| *mark <= self.stack.len()).ok_or("no mark")?;
        Ok(self.stack.split_off(mark))
    }

    /// The topmost nodes, from below.
    fn last(&mut self, count: usize) -> Result<Vec<NodeId>, String> {
        let from = self.stack.len().checked_sub(count).ok_or("too few on the stack")?;
        Ok(self.stack.split_off(from))
    }

    fn tuple(&mut self, count: usize) -> Step {
        let items = self.last(count)?;
        self.push(Node::List(items))
    }

    fn top(&mut self) -> Result<(NodeId, &mut Node), String> {
        let id = *self.stack.last().ok_or("nothing on the stack")?;
        Ok((id, &mut self.nodes[id]))
    }

    fn append(&mut self, added: Vec<NodeId>) -> Step {
        match self.top()? {
            (_, Node::List(items)) => items.extend(added),
            (id, Node::Call { items, .. }) => items.extend(added.into_iter().map(|item| (id, item))),
            _ => return Err("no list".to_owned()),
        }
        Ok(())
    }

    fn set(&mut self, pairs: &[NodeId]) -> Step {
        let (_, Node::Dict(items) | Node::Call { items, .. }) = self.top()? else {
            return Err("no dictionary".to_owned());
        };
        items.extend(pairs.chunks_exact(2).map(|pair| (pair[0], pair[1])));
        Ok(())
    }

    fn line(&mut self) -> Result<String, String> {
        let end = self.rest.iter().position(|byte| *byte == b'\n').ok_or("it ends too early")?;
        let line = self.take(end as u64 + 1)?;
        Ok(String::from_utf8_lossy(&line[..end]).into_owned())
    }

    fn global(&mut self) -> Step {
        let name = format!("{}.{}", self.line()?, self.line()?);
        self.push(Node::Global(name))
    }

    fn global_of_stack(&mut self) -> Step {
        let names = self.last(2)?;
        let [Node::Text(module), Node::Text(name)] = [&self.nodes[names[0]], &self.nodes[names[1]]] else {
            return Err("no name".to_owned());
        };
        let name = format!("{module}.{name}");
        self.push(Node::Global(name))
    }

    fn call(&mut self) -> Step {
        let (arguments, callee) = (self.pop()?, self.pop()?);
        self.push(Node::Call { callee, arguments, state: None, items: Vec::new() })
    }

    fn build(&mut self) -> Step {
        let built = self.pop()?;
        if let (_, Node::Call { state, .. }) = self.top()? {
            *state = Some(built);
        }
        Ok(())
    }

    fn remember(&mut self, key: u64) -> Step {
        let (id, _) = self.top()?;
        self.memo.insert(key, id);
        Ok(())
    }

    fn recall(&mut self, key: u64) -> Step {
        let id = self.memo.get(&key).ok_or("nothing is kept under this number")?;
        self.stack.push(*id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_stands_in_the_table_once() {
        let mut bytes: Vec<u8> = OPCODES.iter().map(|row| row.0).collect();
        bytes.sort_unstable();
        bytes.dedup();
        assert_eq!(bytes.len(), OPCODES.len());
        assert!(!bytes.contains(&STOP));
    }

    #[test]
    fn what_is_not_in_the_table_or_has_nothing_to_work_on_refuses_the_pickle() {
        for (bytes, expected) in [
            (&b"\x80\x02"[..], "ends too early"),
            (b"\x80\x02i", "instruction 0x69 at byte 2"), // INST, of protocol 0
            (b"R.", "nothing on the stack at byte 0"),
            (b"t.", "no mark"),
            (b"N(0t.", "no mark"), // what stood below the mark is gone
            (b"((0", "nothing on the stack"),
            (b"h\x07.", "nothing is kept"),
            (b"X\xff\xff\xff\xffa.", "ends too early"),
            (b"NNs.", "nothing on the stack"),
            (b"N(NNu.", "no dictionary"),
            (b"KK\x93.", "too few on the stack"),
            (b"K\x01K\x02\x93.", "no name"),
        ] {
            let Err(error) = parse(bytes) else { panic!("{bytes:?} was read") };
            assert!(error.contains(expected), "{bytes:?}: {error}");
        }
    }
}
