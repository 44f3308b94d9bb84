//! What is known of a file when its faults are sought: its reports, and what they have in common.

use super::names::layer_of;
use super::others::{Majority, Scales};
use super::role::Role;
use super::sample::TensorSample;
use super::weights::{Untrained, VectorReport, WeightReport};
use std::collections::{HashMap, HashSet};

/// Numbers of inputs that are looked through, at most.
const SIZES: usize = 1000;

/// Two widths are one where they differ by less than so many standard errors.
const SURELY: f64 = 4.0;

/// A file's reports, and what they have in common.
pub struct FileContext<'a> {
    /// The weights, in the order of the file.
    pub weights: &'a [WeightReport],
    /// Everything else that has numbers.
    pub vectors: &'a [VectorReport],
    /// The law of most weights.
    pub majority: Option<Majority>,
    /// True where no distribution fits one of them, and they have no law in common.
    pub is_trained: bool,
    /// Their scales.
    pub scales: Scales,
    /// How many tensors have a kind of name, and how many of these are all 0.
    kinds: HashMap<String, (usize, usize)>,
    /// The weights that do not follow the majority's law, by their places.
    departing: Vec<usize>,
    /// The first weight with some numbers, by their fingerprint.
    first_with: HashMap<(u64, &'a [usize]), usize>,
    /// How many weights have units or inputs of zeros, but also others.
    pub emptied: usize,
    /// The scales of norms by the names of their layers.
    pub norm_scales: HashMap<&'a str, &'a VectorReport>,
    /// The numbers of embeddings: a layer with the same ones is tied to a table.
    tables: HashSet<(u64, &'a [usize])>,
    /// The first and the last layer's weights, in the order of names.
    ends: [Option<usize>; 2],
    /// How many inputs layers take.
    inputs: HashSet<usize>,
    /// How many layers have so many units.
    units: HashMap<usize, usize>,
}

/// What tensors of one place in a block have in common: the last two parts of the name, as `bn2.weight`.
fn kind_of(name: &str) -> String {
    let mut parts: Vec<&str> = name.rsplit(['.', '/']).take(2).collect();
    parts.reverse();
    parts.join(".")
}

/// What two weights have in common whose numbers are the same.
fn numbers_of(weight: &WeightReport) -> (u64, &[usize]) {
    (weight.sample.fingerprint, &weight.shape)
}

impl<'a> FileContext<'a> {
    /// Compares the reports of a file.
    pub fn of(weights: &'a [WeightReport], vectors: &'a [VectorReport]) -> Self {
        let majority = Majority::of(weights);
        let is_trained =
            majority.is_none() && weights.iter().any(|weight| weight.untrained() == Untrained::No);
        let (mut kinds, mut departing, mut first_with) = (HashMap::new(), Vec::new(), HashMap::new());
        let zero = |range: [f64; 2]| usize::from(range == [0.0, 0.0]);
        let weighed = weights.iter().map(|w| (&w.name, zero(w.sample.range)));
        for (name, is_zero) in weighed.chain(vectors.iter().map(|v| (&v.name, zero(v.range)))) {
            let (count, zeros) = kinds.entry(kind_of(name)).or_insert((0, 0));
            (*count, *zeros) = (*count + 1, *zeros + is_zero);
        }
        for (index, weight) in weights.iter().enumerate() {
            first_with.entry(numbers_of(weight)).or_insert(index);
            if majority.as_ref().is_some_and(|law| !law.holds(weight)) {
                departing.push(index);
            }
        }
        let is_scale = |vector: &&VectorReport| vector.role == Role::NormScale;
        let has_empty = |weight: &&WeightReport| {
            let TensorSample { unit_squares, input_squares, std, .. } = &weight.sample;
            *std > 0.0 && unit_squares.iter().chain(input_squares).any(|square| *square == 0.0)
        };
        let layer = |index: &usize| weights[*index].role == Role::Weight;
        let mut units = HashMap::new();
        for weight in weights.iter().filter(|weight| weight.role == Role::Weight) {
            *units.entry(weight.fans.fan_out).or_insert(0) += 1;
        }
        let ends = [(0..weights.len()).find(layer), (0..weights.len()).rev().find(layer)];
        Self {
            scales: Scales::of(weights),
            weights,
            vectors,
            majority,
            is_trained,
            kinds,
            departing,
            first_with,
            emptied: weights.iter().filter(has_empty).count(),
            norm_scales: vectors.iter().filter(is_scale).map(|v| (layer_of(&v.name), v)).collect(),
            tables: weights.iter().filter(|weight| weight.is_embedding()).map(numbers_of).collect(),
            ends,
            units,
            inputs: (0..weights.len()).filter(layer).map(|index| weights[index].fans.fan_in).collect(),
        }
    }

    /// True of the first layer.
    pub fn is_first(&self, index: usize) -> bool {
        self.ends[0] == Some(index)
    }

    /// True of the last layer, and of a head: at most one other has as many units, and no layer takes its units, nor a half, third or quarter of them, as queries, keys
    /// and values are, and gates. A convolution is taken by what its units are a part of.
    pub fn is_last(&self, index: usize) -> bool {
        let (weight, inputs) = (&self.weights[index], &self.inputs);
        let (count, units) = (weight.fans.fan_out, weight.axes.count().max(1));
        let is_taken = match weight.shape.len() {
            2 => (1..=4).any(|part| count % part == 0 && inputs.contains(&(count / part))),
            _ => inputs.len() > SIZES || inputs.iter().any(|taken| taken % units == 0),
        };
        self.ends[1] == Some(index) || !is_taken && self.units.get(&count).is_some_and(|many| *many <= 2)
    }

    /// True where another weight departs from the majority's law too, and stands at the same place of a block or has the same
    /// width within what chance allows: several layers were drawn so on purpose.
    pub fn departs_with_another(&self, weight: &WeightReport) -> bool {
        let spread = |weight: &WeightReport| (2.0 * weight.sample.count as f64).sqrt().recip(); // of a normal's relative rms
        let is_alike = |other: &WeightReport| {
            let apart = (other.sample.rms / weight.sample.rms).ln().abs();
            kind_of(&other.name) == kind_of(&weight.name)
                || apart < SURELY * spread(other).hypot(spread(weight))
        };
        let others = self.departing.iter().take(SIZES).map(|index| &self.weights[*index]);
        others.filter(|other| other.name != weight.name).any(is_alike)
    }

    /// The first weight with the same numbers; it may be itself.
    pub fn first_alike(&self, weight: &WeightReport) -> Option<usize> {
        self.first_with.get(&numbers_of(weight)).copied()
    }

    /// True of a layer that is no table, nor tied to one.
    pub fn is_layer(&self, weight: &WeightReport) -> bool {
        weight.role == Role::Weight && !self.tables.contains(&numbers_of(weight))
    }

    /// True where the scale of every norm is 0 in a file with a law: networks that add 1 to it start so.
    pub fn adds_one_to_scales(&self) -> bool {
        let mut scales = self.norm_scales.values();
        self.majority.is_some() && scales.len() > 1 && scales.all(|scale| scale.range == [0.0, 0.0])
    }

    /// True where all of two or more tensors of one place in a block are 0, and others of the file are not.
    pub fn is_zero_in_every_block(&self, name: &str) -> bool {
        let (count, zeros) = self.kinds.get(&kind_of(name)).copied().unwrap_or((0, 0));
        count >= 2
            && count == zeros
            && self.kinds.len() > 1
            && self.kinds.values().any(|(count, zeros)| zeros < count)
    }
}
