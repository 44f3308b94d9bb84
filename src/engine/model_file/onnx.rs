//! `.onnx`: a graph as a protocol buffer; its weights are initializers, or outputs of constant nodes.
//!
//! How a node uses a weight says which axis units are: the last one in `MatMul` and in a `Gemm` that is not
//! transposed, the first one in convolutions and in a transposed `Gemm`. Field numbers are those of `onnx.proto`.

use super::ModelFile;
use super::element::Element;
use super::protobuf::{Value, fields, number};
use super::tensor::{Foreign, FormatError, Tensor};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Types of numbers (`TensorProto.DataType`).
const TYPES: &[(u64, Element)] = &[
    (1, Element::F32),
    (2, Element::Other { bytes: 1 }),
    (3, Element::Other { bytes: 1 }),
    (4, Element::Other { bytes: 2 }),
    (5, Element::Other { bytes: 2 }),
    (6, Element::Other { bytes: 4 }),
    (7, Element::Other { bytes: 8 }),
    (9, Element::Other { bytes: 1 }),
    (10, Element::F16),
    (11, Element::F64),
    (12, Element::Other { bytes: 4 }),
    (13, Element::Other { bytes: 8 }),
    (16, Element::Bf16),
];

/// Nodes that multiply with their second input: true where units are its last axis.
const USES: &[(&str, bool)] = &[("MatMul", true), ("Gemm", true), ("Conv", false), ("ConvInteger", false)];
/// Nodes whose sixth and seventh inputs are the states that a sequence starts from.
const RECURRENT: &[&[u8]] = &[b"RNN", b"GRU", b"LSTM"];
/// Graphs within graphs, at most.
const DEEPEST: usize = 8;

/// The graph of a model; none where the bytes are no model.
pub fn graph(bytes: &[u8]) -> Option<&[u8]> {
    let mut graph = None;
    for field in fields(bytes) {
        match field.ok()? {
            (1, Value::Number(_)) => {}
            (7, Value::Bytes(found)) => graph = Some(found),
            (1 | 7, _) => return None,
            _ => {}
        }
    }
    graph.filter(|graph| fields(graph).all(|field| field.is_ok()))
}

/// The weights of a graph and of the graphs in its nodes.
///
/// # Errors
/// A message ends too early.
pub fn read(graph: &[u8]) -> Result<ModelFile<'_>, FormatError> {
    let mut reader = Reader {
        file: ModelFile::of("ONNX"),
        units_last: HashMap::new(),
        states: vec![],
        repeated: HashMap::new(),
    };
    let read = reader.graph(graph, 0);
    read.map_err(|reason| FormatError::Broken { format: ".onnx", reason: reason.to_owned() })?;
    let Reader { mut file, units_last, states, repeated } = reader;
    let states: HashSet<&[u8]> =
        states.into_iter().map(|name| repeated.get(name).copied().unwrap_or(name)).collect();
    let is_state = |tensor: &mut Tensor<'_>| states.contains(tensor.name.as_bytes());
    let reason = "the first state of a recurrent layer, no weight";
    let foreign = file.tensors.extract_if(.., is_state);
    file.foreign.extend(foreign.map(|tensor| Foreign { name: tensor.name, reason: reason.to_owned() }));
    for tensor in &mut file.tensors {
        tensor.units_last = units_last.get(tensor.name.as_bytes()).copied();
    }
    Ok(file)
}

struct Reader<'a> {
    file: ModelFile<'a>,
    units_last: HashMap<&'a [u8], bool>,
    /// What recurrent layers start from, and what is repeated by the name of its repetitions.
    states: Vec<&'a [u8]>,
    repeated: HashMap<&'a [u8], &'a [u8]>,
}

type Read = Result<(), &'static str>;

impl<'a> Reader<'a> {
    fn graph(&mut self, graph: &'a [u8], depth: usize) -> Read {
        for field in fields(graph) {
            match field? {
                (1, Value::Bytes(node)) => self.node(node, depth)?,
                (5, Value::Bytes(tensor)) => self.tensor(tensor, None)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &'a [u8], depth: usize) -> Read {
        let (mut inputs, mut output, mut kind, mut transposed) = (Vec::new(), None, &[][..], false);
        let mut constant = None;
        for field in fields(node) {
            match field? {
                (1, Value::Bytes(name)) => inputs.push(name),
                (2, Value::Bytes(name)) => output = output.or(Some(name)),
                (4, Value::Bytes(name)) => kind = name,
                (5, Value::Bytes(attribute)) => {
                    let (is_transposed, tensor) = self.attribute(attribute, depth)?;
                    transposed |= is_transposed;
                    constant = constant.or(tensor);
                }
                _ => {}
            }
        }
        if let (b"Constant", Some(tensor)) = (kind, constant) {
            self.tensor(tensor, output)?;
        }
        let used = USES.iter().find(|row| row.0.as_bytes() == kind);
        if let Some(((_, last), weight)) = used.zip(inputs.get(1)) {
            self.units_last.insert(weight, *last && !transposed);
        }
        if RECURRENT.contains(&kind) {
            self.states.extend(inputs.iter().skip(5));
        }
        if let (b"Expand", Some(one), Some(repeated)) = (kind, inputs.first(), output) {
            self.repeated.insert(repeated, one);
        }
        Ok(())
    }

    /// Whether an attribute is `transB = 1`, and its tensor; its graphs are read.
    fn attribute(
        &mut self,
        attribute: &'a [u8],
        depth: usize,
    ) -> Result<(bool, Option<&'a [u8]>), &'static str> {
        let (mut name, mut value, mut tensor) = (&[][..], 0, None);
        for field in fields(attribute) {
            match field? {
                (1, Value::Bytes(found)) => name = found,
                (3, Value::Number(found)) => value = found,
                (5, Value::Bytes(found)) => tensor = Some(found),
                (6 | 11, Value::Bytes(graph)) if depth < DEEPEST => self.graph(graph, depth + 1)?,
                _ => {}
            }
        }
        Ok((name == b"transB" && value == 1, tensor))
    }

    fn tensor(&mut self, tensor: &'a [u8], name: Option<&[u8]>) -> Read {
        let stored = Stored::of(tensor)?;
        let name = String::from_utf8_lossy(name.unwrap_or(stored.name)).into_owned();
        match stored.tensor(&name) {
            Ok(tensor) => self.file.tensors.push(tensor),
            Err(reason) => self.file.foreign.push(Foreign { name, reason }),
        }
        Ok(())
    }
}

/// A `TensorProto`, its fields not yet held against each other.
#[derive(Default)]
struct Stored<'a> {
    name: &'a [u8],
    shape: Vec<u64>,
    kind: u64,
    /// Numbers as bytes, and those that are written by their type: `float_data` and `double_data` are bytes too.
    raw: Option<&'a [u8]>,
    typed: Vec<&'a [u8]>,
    /// `int32_data`: half precision and bfloat16, a number each.
    words: Vec<u64>,
    elsewhere: bool,
}

/// Adds numbers that stand alone, or packed one after the other.
fn add(numbers: &mut Vec<u64>, value: Value<'_>) -> Read {
    match value {
        Value::Number(one) => numbers.push(one),
        Value::Bytes(mut bytes) => {
            while !bytes.is_empty() {
                numbers.push(number(&mut bytes).ok_or("a number that ends too early")?);
            }
        }
    }
    Ok(())
}

impl<'a> Stored<'a> {
    fn of(tensor: &'a [u8]) -> Result<Self, &'static str> {
        let mut stored = Self::default();
        for field in fields(tensor) {
            match field? {
                (1, value) => add(&mut stored.shape, value)?,
                (2, Value::Number(kind)) => stored.kind = kind,
                (4 | 10, Value::Bytes(numbers)) => stored.typed.push(numbers),
                (5, value) => add(&mut stored.words, value)?,
                (8, Value::Bytes(name)) => stored.name = name,
                (9, Value::Bytes(bytes)) => stored.raw = Some(bytes),
                (14, Value::Number(place)) => stored.elsewhere = place == 1,
                _ => {}
            }
        }
        Ok(stored)
    }

    fn tensor(self, name: &str) -> Result<Tensor<'a>, String> {
        if self.elsewhere {
            return Err("its numbers stand in another file; save the model with save_as_external_data=False"
                .to_owned());
        }
        let element = TYPES.iter().find(|row| row.0 == self.kind).map(|row| row.1);
        let element = element.ok_or_else(|| format!("values of the type {}", self.kind))?;
        let shape: Option<Vec<usize>> = self.shape.iter().map(|size| usize::try_from(*size).ok()).collect();
        let shape = shape.ok_or("its sizes are no numbers")?;
        let takes = shape.iter().try_fold(element.size(), |bytes, size| bytes.checked_mul(*size));
        let bytes: Cow<'a, [u8]> = match (self.raw, &self.typed[..]) {
            (Some(raw), _) => raw.into(),
            (None, [all]) => (*all).into(),
            (None, []) if matches!(element, Element::F16 | Element::Bf16) => {
                self.words.iter().flat_map(|word| (*word as u16).to_le_bytes()).collect::<Vec<u8>>().into()
            }
            (None, parts) => parts.concat().into(),
        };
        let written_by_type = self.raw.is_none() && !element.is_read(); // integers, which nobody decodes
        if takes.is_none() || !written_by_type && takes != Some(bytes.len()) {
            return Err(format!("its shape {shape:?} does not fit its {} bytes", bytes.len()));
        }
        Ok(Tensor::new(name, &shape, element, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
    }

    #[test]
    fn a_first_state_is_no_weight() {
        let tensor = |name: &[u8]| {
            let sizes = [8, 1, 8, 1, 16, 1]; // 1 × 1, single precision
            field(5, &[&sizes[..], &field(8, name), &field(9, &[0; 4])].concat())
        };
        let node = |kind: &[u8], inputs: &[&[u8]], output: &[u8]| {
            let inputs: Vec<u8> = inputs.iter().flat_map(|name| field(1, name)).collect();
            field(1, &[inputs, field(2, output), field(4, kind)].concat())
        };
        let expand = node(b"Expand", &[b"h", b"sizes"], b"hs");
        let gru = node(b"GRU", &[b"x", b"w", b"r", b"b", b"", b"hs"], b"y");
        let lstm = node(b"LSTM", &[b"x", b"w", b"r", b"b", b"", b"c"], b"z");
        let file = [expand, gru, lstm, tensor(b"w"), tensor(b"h"), tensor(b"c")].concat();
        let file = read(&file).unwrap();
        assert_eq!(file.tensors.iter().map(|tensor| tensor.name.as_str()).collect::<Vec<_>>(), ["w"]);
        assert_eq!(file.foreign.len(), 2, "{:?}", file.foreign);
    }
}
