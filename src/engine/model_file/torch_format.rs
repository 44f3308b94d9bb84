//! `.pt`, `.pth`, `.ckpt`, `.bin`: a ZIP archive of a pickle and the numbers it speaks of (PyTorch since 1.6).
//!
//! `NAME/data.pkl` says which tensors there are, `NAME/data/0`, `1`, … hold their numbers; whole modules and
//! TorchScript keep theirs in the state of objects, which is walked and never made. Tensors are named by the keys
//! on the way to them.

use super::ModelFile;
use super::element::Element;
use super::pickle::{Node, NodeId, Pickle, parse};
use super::tensor::{Foreign, FormatError, Tensor};
use super::zip::Member;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Storages and types by their names in `torch`, as what they hold.
const TYPES: &[(&str, Element)] = &[
    ("FloatStorage", Element::F32),
    ("float32", Element::F32),
    ("DoubleStorage", Element::F64),
    ("float64", Element::F64),
    ("HalfStorage", Element::F16),
    ("float16", Element::F16),
    ("BFloat16Storage", Element::Bf16),
    ("bfloat16", Element::Bf16),
    ("LongStorage", Element::Other { bytes: 8 }),
    ("IntStorage", Element::Other { bytes: 4 }),
    ("ShortStorage", Element::Other { bytes: 2 }),
    ("CharStorage", Element::Other { bytes: 1 }),
    ("ByteStorage", Element::Other { bytes: 1 }),
    ("BoolStorage", Element::Other { bytes: 1 }),
    ("float8_e4m3fn", Element::Narrow { bytes: 1 }),
    ("float8_e5m2", Element::Narrow { bytes: 1 }),
    ("float8_e4m3fnuz", Element::Narrow { bytes: 1 }),
    ("float8_e5m2fnuz", Element::Narrow { bytes: 1 }),
    ("uint16", Element::Other { bytes: 2 }),
    ("uint32", Element::Other { bytes: 4 }),
    ("uint64", Element::Other { bytes: 8 }),
];

/// How the arguments of a function say which tensor it would make.
#[derive(Clone, Copy)]
enum Rebuild {
    /// Storage, offset, sizes, strides; the type is the storage's, or stands at this place.
    Tensor { dtype: Option<usize> },
    /// The tensor is the first argument.
    First,
    /// The arguments of another such function are the third.
    Third,
}

/// The functions that make tensors; any other is a node and nothing more.
const REBUILDS: &[(&str, Rebuild)] = &[
    ("torch._utils._rebuild_tensor", Rebuild::Tensor { dtype: None }),
    ("torch._utils._rebuild_tensor_v2", Rebuild::Tensor { dtype: None }),
    ("torch._utils._rebuild_tensor_v3", Rebuild::Tensor { dtype: Some(6) }),
    ("torch._utils._rebuild_parameter", Rebuild::First),
    ("torch._utils._rebuild_parameter_with_state", Rebuild::First),
    ("torch._tensor._rebuild_from_type_v2", Rebuild::Third),
];

/// Keys that every module of PyTorch has, which say nothing.
const OF_EVERY_MODULE: [&str; 3] = ["_modules", "_parameters", "_buffers"];
/// Containers within containers, at most.
const DEEPEST: usize = 64;
/// Characters of a key that are kept.
const LONGEST_KEY: usize = 200;
/// Characters of a name that are kept.
const LONGEST_NAME: usize = 1000;
/// Tensors may together have this many times the numbers of the archive; tied weights share theirs.
const MOST_SHARED: usize = 16;

/// The folder of the pickle in the archive, as in `model/`; none where there is no pickle.
pub fn folder<'a>(members: &'a [Member<'_>]) -> Option<&'a str> {
    members.iter().find_map(|member| {
        let folder = member.name.strip_suffix("data.pkl")?;
        (folder.is_empty() || folder.ends_with('/')).then_some(folder)
    })
}

/// The tensors of an archive whose pickle stands in `folder`.
///
/// # Errors
/// The pickle cannot be read, or the numbers are big-endian.
pub fn read<'a>(members: &[Member<'a>], folder: &str) -> Result<ModelFile<'a>, FormatError> {
    let member = |name: &str| {
        let name = format!("{folder}{name}");
        members.iter().find(move |member| member.name == name)
    };
    let broken = |reason: String| FormatError::Broken { format: "PyTorch", reason };
    if member("byteorder").is_some_and(|order| order.unpack().is_ok_and(|bytes| *bytes == *b"big")) {
        return Err(broken("its numbers are big-endian; save it again on another machine".to_owned()));
    }
    let bytes = member("data.pkl").ok_or_else(|| broken("no data.pkl".to_owned()))?.unpack()?;
    let pickle = parse(&bytes).map_err(|reason| broken(format!("data.pkl: {reason}")))?;
    let script = member("constants.pkl").is_some();
    let file = ModelFile::of(if script { "TorchScript" } else { "PyTorch" });
    let stored = members.iter().filter_map(|member| Some((member.name.strip_prefix(folder)?, member)));
    let stored: HashMap<&str, &Member<'a>> =
        stored.filter_map(|(name, member)| Some((name.strip_prefix("data/")?, member))).collect();
    let room = stored.values().map(|member| member.size()).fold(1 << 20, usize::saturating_add);
    let mut walk = ModuleWalk {
        pickle: &pickle,
        room: room.saturating_mul(MOST_SHARED),
        stored,
        unpacked: HashMap::new(),
        seen: HashSet::new(),
        file,
    };
    walk.visit(pickle.root, &mut Vec::new());
    Ok(walk.file)
}

/// What is known while a pickle is walked.
struct ModuleWalk<'a, 'm> {
    pickle: &'m Pickle,
    /// Members with numbers, by their key.
    stored: HashMap<&'m str, &'m Member<'a>>,
    /// Those that were asked for.
    unpacked: HashMap<String, Result<Cow<'a, [u8]>, String>>,
    /// Containers that were walked.
    seen: HashSet<NodeId>,
    /// Bytes that tensors may still have.
    room: usize,
    file: ModelFile<'a>,
}

impl<'a> ModuleWalk<'a, '_> {
    fn node(&self, id: NodeId) -> &Node {
        &self.pickle.nodes[id]
    }

    /// Adds the tensors below a node; containers that were walked before are passed over.
    fn visit(&mut self, id: NodeId, path: &mut Vec<String>) {
        let pickle = self.pickle;
        if path.len() > DEEPEST {
            return;
        }
        match &pickle.nodes[id] {
            Node::Call { callee, arguments, .. } if self.rebuild(*callee).is_some() => {
                self.add(*callee, *arguments, path);
            }
            Node::Call { state, items, .. } if self.seen.insert(id) => {
                items.iter().for_each(|(key, value)| self.step(*key, *value, path));
                if let Some(state) = state {
                    self.visit(*state, path);
                }
            }
            Node::Dict(items) if self.seen.insert(id) => {
                items.iter().for_each(|(key, value)| self.step(*key, *value, path));
            }
            Node::List(items) if self.seen.insert(id) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(index.to_string());
                    self.visit(*item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, key: NodeId, value: NodeId, path: &mut Vec<String>) {
        let name = match self.node(key) {
            Node::Text(text) if OF_EVERY_MODULE.contains(&text.as_str()) => None,
            Node::Text(text) => Some(text.chars().take(LONGEST_KEY).collect()),
            Node::Number(number) => Some(number.to_string()),
            _ => Some("?".to_owned()),
        };
        let named = name.is_some();
        path.extend(name);
        self.visit(value, path);
        if named {
            path.pop();
        }
    }

    /// How a call makes a tensor; none where it does not.
    fn rebuild(&self, callee: NodeId) -> Option<Rebuild> {
        let Node::Global(name) = self.node(callee) else { return None };
        let known = REBUILDS.iter().find(|row| row.0 == name).map(|row| row.1);
        let unknown = || name.starts_with("torch._utils._rebuild_").then_some(Rebuild::First);
        known.or_else(unknown)
    }

    fn add(&mut self, callee: NodeId, arguments: NodeId, path: &[String]) {
        let name: String = path.join(".").chars().take(LONGEST_NAME).collect();
        match self.tensor(callee, arguments, &name) {
            Ok(tensor) => self.file.tensors.push(tensor),
            Err(reason) => self.file.foreign.push(Foreign { name, reason }),
        }
    }

    fn arguments(&self, id: NodeId) -> &[NodeId] {
        match self.node(id) {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The tensor that a call would make, through at most a few calls.
    fn tensor(&mut self, callee: NodeId, arguments: NodeId, name: &str) -> Result<Tensor<'a>, String> {
        let (mut callee, mut arguments) = (callee, arguments);
        for _ in 0..4 {
            let Node::Global(function) = self.node(callee) else { break };
            let unknown = || format!("made by {}", function.chars().take(LONGEST_KEY).collect::<String>());
            let given = self.arguments(arguments);
            match self.rebuild(callee).ok_or_else(unknown)? {
                Rebuild::Tensor { dtype } => {
                    let (given, dtype) = (given.to_vec(), dtype.and_then(|at| given.get(at)).copied());
                    return self.placed(&given, dtype, name);
                }
                Rebuild::First => match given.first().map(|first| self.node(*first)) {
                    Some(Node::Call { callee: next, arguments: more, .. }) => {
                        (callee, arguments) = (*next, *more);
                    }
                    _ => return Err(unknown()),
                },
                Rebuild::Third => match given {
                    [next, _, more, ..] => (callee, arguments) = (*next, *more),
                    _ => return Err(unknown()),
                },
            }
        }
        Err("made by a function of a function".to_owned())
    }

    /// A tensor by storage, offset, sizes and strides, all held against the storage's bytes.
    fn placed(&mut self, given: &[NodeId], dtype: Option<NodeId>, name: &str) -> Result<Tensor<'a>, String> {
        let [storage, offset, sizes, strides, ..] = given else { return Err("too few arguments".to_owned()) };
        let (key, kind) = self.storage(*storage).ok_or("its storage is not described")?;
        let kind = dtype.map_or(Some(kind), |dtype| self.global(dtype)).unwrap_or_default();
        let element = TYPES.iter().find(|row| row.0 == kind).map(|row| row.1);
        let element = element.ok_or_else(|| format!("numbers of the type {kind}"))?;
        let numbers = |id: NodeId| -> Option<Vec<usize>> {
            self.arguments(id).iter().map(|item| self.count(*item)).collect()
        };
        let shape = numbers(*sizes).ok_or("its sizes are no numbers")?;
        let strides = numbers(*strides).filter(|strides| strides.len() == shape.len());
        let (offset, strides) = self.count(*offset).zip(strides).ok_or("its place is no number")?;
        let bytes = self.unpacked(&key)?;
        let (from, to) = range(offset, &shape, &strides, element.size())
            .filter(|(_, to)| *to <= bytes.len())
            .ok_or_else(|| format!("its numbers lie outside of the {} bytes of data/{key}", bytes.len()))?;
        let contiguous = is_contiguous(&shape, &strides);
        let count = shape.iter().try_fold(element.size(), |count, size| count.checked_mul(*size));
        let count = count.filter(|count| *count <= bytes.len().max(1)).ok_or("it repeats its numbers")?;
        let bytes = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[from..to]),
            Cow::Owned(bytes) => Cow::Owned(bytes[from..to].to_vec()),
        };
        self.room =
            self.room.checked_sub(count).ok_or("it shares numbers that were looked at often enough")?;
        Ok(Tensor { strides: (!contiguous).then_some(strides), ..Tensor::new(name, &shape, element, bytes) })
    }

    /// The key and the type of a storage: `('storage', torch.FloatStorage, '0', 'cpu', 12)`.
    fn storage(&self, id: NodeId) -> Option<(String, String)> {
        let Node::Outside(description) = self.node(id) else { return None };
        let [_, kind, key, ..] = self.arguments(*description) else { return None };
        let Node::Text(key) = self.node(*key) else { return None };
        Some((key.clone(), self.global(*kind)?))
    }

    /// The last part of a global's name, of at most so many characters that it can be told.
    fn global(&self, id: NodeId) -> Option<String> {
        let Node::Global(name) = self.node(id) else { return None };
        Some(name.rsplit('.').next()?.chars().take(LONGEST_KEY).collect())
    }

    fn count(&self, id: NodeId) -> Option<usize> {
        let Node::Number(number) = self.node(id) else { return None };
        usize::try_from(*number).ok()
    }

    fn unpacked(&mut self, key: &str) -> Result<&Cow<'a, [u8]>, String> {
        let member = self.stored.get(key).copied();
        let unpack = || match member {
            Some(member) => member.unpack().map_err(FormatError::reason),
            None => Err(format!("data/{key} is not there")),
        };
        self.unpacked.entry(key.to_owned()).or_insert_with(unpack).as_ref().map_err(Clone::clone)
    }
}

/// The bytes from the first number to behind the last one; none where they cannot be counted. Empty where an axis
/// has size 0.
fn range(offset: usize, shape: &[usize], strides: &[usize], size: usize) -> Option<(usize, usize)> {
    let from = offset.checked_mul(size)?;
    if shape.contains(&0) {
        return Some((from, from));
    }
    let last = shape
        .iter()
        .zip(strides)
        .try_fold(offset, |last, (length, stride)| last.checked_add((length - 1).checked_mul(*stride)?))?;
    Some((from, last.checked_add(1)?.checked_mul(size)?))
}

/// True where the last axis is the fastest and nothing is left out; axes of one place have any stride.
fn is_contiguous(shape: &[usize], strides: &[usize]) -> bool {
    let mut step = 1;
    shape.iter().zip(strides).rev().all(|(size, stride)| {
        let fits = *size <= 1 || *stride == step;
        step *= size;
        fits
    })
}
