//! The search for faults: `CHECKS` is the table of what is asked of a weight, in order, `VECTOR_CHECKS` of
//! anything else, `FILE_CHECKS` of the file. Healthy weights pass every row; what a finding means stands in
//! [`finding`](super::finding).

use super::file_context::FileContext;
use super::finding::{
    ALL_ZERO, CONSTANT, EQUAL_ROWS, FAR_FROM_HE, Finding, FindingKind, FoundFault, HEAVY_TAILS, HUGE_VALUES,
    MIXED_LAWS, NEGATED_UNITS, NOT_FINITE, OFF_CENTRE, OWN_LAW, PRUNED, REPEATED_UNITS, SAME_NUMBERS, SCALED,
    STRUCTURED, TIED, ZERO_BY_DESIGN, ZERO_INPUTS, ZERO_PACKED, ZERO_UNITS,
};
use super::fit::{Fit, ORTHOGONAL};
use super::names::last_part;
use super::numbers::{shortest, three_digits};
use super::sample::ENOUGH;
use super::signal_faults::{VECTOR_CHECKS, biases, signal};
use super::weights::{TELLING, Untrained, WeightReport};
use crate::text::counted;

/// A weight among the others of its file.
struct Subject<'a, 'b> {
    weight: &'a WeightReport,
    index: usize,
    file: &'b FileContext<'a>,
}

/// A row of the table of faults.
struct FaultCheck {
    find: fn(&Subject<'_, '_>) -> FoundFault,
    /// True where nothing else is asked once it found something: one fault is told once.
    decides: bool,
}

/// What is asked of every weight, in order.
const CHECKS: [FaultCheck; 14] = [
    FaultCheck { find: not_finite, decides: true },
    FaultCheck { find: zeros_by_design, decides: true },
    FaultCheck { find: constant, decides: true },
    FaultCheck { find: structured, decides: true },
    FaultCheck { find: same_numbers, decides: true },
    FaultCheck { find: zero_units, decides: false },
    FaultCheck { find: zero_inputs, decides: false },
    FaultCheck { find: repeated, decides: false },
    FaultCheck { find: negated, decides: false },
    FaultCheck { find: off_centre, decides: false },
    FaultCheck { find: huge, decides: false },
    FaultCheck { find: out_of_law, decides: true },
    FaultCheck { find: far_from_he, decides: true },
    FaultCheck { find: heavy_tails, decides: false },
];

/// What is asked of a file: the signal on its way.
const FILE_CHECKS: [fn(&FileContext<'_>) -> FoundFault; 1] = [signal];

/// Everything that is found in a file.
pub fn findings(file: &FileContext<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, weight) in file.weights.iter().enumerate() {
        let subject = Subject { weight, index, file };
        for check in &CHECKS {
            let found = (check.find)(&subject);
            let decided = check.decides && found.is_some();
            findings.extend(found.map(|(kind, text)| Finding::of(kind, &weight.name, text)));
            if decided {
                break;
            }
        }
        findings.extend(biases(weight, file).filter(|_| !subject.is_last()));
    }
    for vector in file.vectors {
        let found = VECTOR_CHECKS.iter().find_map(|check| check(vector, file));
        findings.extend(found.map(|(kind, text)| Finding::of(kind, &vector.name, text)));
    }
    findings.extend(
        FILE_CHECKS.iter().filter_map(|check| check(file)).map(|(kind, text)| Finding::of(kind, "", text)),
    );
    findings
}

impl Subject<'_, '_> {
    fn is_first(&self) -> bool {
        self.file.is_first(self.index)
    }

    fn is_last(&self) -> bool {
        self.file.is_last(self.index)
    }

    fn is_layer(&self) -> bool {
        self.file.is_layer(self.weight)
    }
}

fn not_finite(s: &Subject<'_, '_>) -> FoundFault {
    let count = s.weight.sample.not_finite;
    (count > 0).then(|| (&NOT_FINITE, format!("{count} NaN or infinite")))
}

/// Zeros that are meant: the second factor of LoRA, tokens and places before training, the last layer of each
/// branch, a head.
fn zeros_by_design(s: &Subject<'_, '_>) -> FoundFault {
    let name = s.weight.name.to_ascii_lowercase();
    let why = match () {
        () if name.contains("lora") => "the second factor of LoRA starts at 0",
        () if !s.is_layer() => "tokens and places may start at 0",
        () if s.file.is_zero_in_every_block(&s.weight.name) => "the last layer of each branch",
        () if s.is_last() && s.file.weights.len() > 1 && !s.is_first() => "a head may start at 0",
        () => return None,
    };
    (s.weight.sample.constant() == Some(0.0)).then(|| (&ZERO_BY_DESIGN, format!("all zero: {why}")))
}

fn constant(s: &Subject<'_, '_>) -> FoundFault {
    match s.weight.sample.constant()? {
        0.0 => Some((&ALL_ZERO, "all zero".to_owned())),
        value => {
            let kind = if s.is_layer() && s.weight.sample.count > 1 { &CONSTANT } else { &STRUCTURED };
            Some((kind, format!("constant {}", shortest(value, s.weight.sample.roundoff))))
        }
    }
}

/// Identities, masks and sparse weights: nothing of what follows is meant of them.
fn structured(s: &Subject<'_, '_>) -> FoundFault {
    let exact = s.weight.fits.iter().find(|fit| fit.distribution.is_none() && !fit.is_orthogonal());
    let few = s.weight.sample.count >= ENOUGH && !s.weight.sample.has_many_numbers();
    match exact {
        Some(fit) => Some((&STRUCTURED, fit.labels[0].clone())),
        None => few.then(|| (&STRUCTURED, "few different numbers, as masks have".to_owned())),
    }
}

/// Independent draws are never equal. Layers that share their weights on purpose look the same, so what was
/// trained, or is an embedding, is a note.
fn same_numbers(s: &Subject<'_, '_>) -> FoundFault {
    let first = s.file.first_alike(s.weight)?;
    if first == s.index || !s.weight.sample.has_many_numbers() {
        return None;
    }
    let of = &s.file.weights[first];
    let name: String = of.name.chars().take(LONGEST_NAME).collect();
    let shared = of.is_embedding() || !s.is_layer() || s.weight.untrained() == Untrained::No;
    Some(if shared {
        (&TIED, format!("the same numbers as {name}: tied or copied"))
    } else {
        (&SAME_NUMBERS, format!("the same numbers as {name} {WHY_THE_SAME}"))
    })
}

/// Characters of another tensor's name that are told.
const LONGEST_NAME: usize = 200;
const WHY_THE_SAME: &str = "(one initializer object with one seed, or tied or copied on purpose)";

/// Units or inputs that have only zeros: a note where the network was pruned, or where weight decay emptied units, which it
/// does in several layers of a trained one.
fn without_weights(
    s: &Subject<'_, '_>,
    squares: &[f64],
    other_side: usize,
    kind: &'static FindingKind,
    what: &str,
) -> FoundFault {
    let count = squares.iter().filter(|square| **square == 0.0).count();
    if count == 0 || other_side < 4 {
        return None;
    }
    let elsewhere = s.weight.sample.zeros.saturating_sub(count * other_side);
    let has = if count == 1 { format!("1 {what} has") } else { format!("{count} {what}s have") };
    let text = format!("{has} only weights of 0");
    Some(match () {
        // Their squares are too small for double precision.
        () if s.weight.sample.zeros < count * other_side => {
            (&PRUNED, format!("{has} only weights that decayed to almost 0"))
        }
        () if elsewhere * 10 > s.weight.sample.count => (&PRUNED, format!("{text}, and many others are 0")),
        () if s.file.is_trained && s.file.emptied > DECAYED => {
            (&PRUNED, format!("{text}, as in {} other weights", s.file.emptied - 1))
        }
        () if !s.is_layer() => (&EQUAL_ROWS, text),
        () => (kind, text),
    })
}

/// Weights of a trained file that have units or inputs of zeros where it is no accident, more than these.
const DECAYED: usize = 2;

fn zero_units(s: &Subject<'_, '_>) -> FoundFault {
    without_weights(s, &s.weight.sample.unit_squares, s.weight.axes.inputs(), &ZERO_UNITS, "unit")
}

fn zero_inputs(s: &Subject<'_, '_>) -> FoundFault {
    let found =
        without_weights(s, &s.weight.sample.input_squares, s.weight.axes.count(), &ZERO_INPUTS, "input");
    found.filter(|_| s.is_layer())
}

fn repeated(s: &Subject<'_, '_>) -> FoundFault {
    let (count, unit) = s.weight.sample.repeated?;
    let first = if count == 1 { "number" } else { "the first is number" };
    let text = format!("{} ({first} {unit}, counted from 0)", counted(count, "repeated unit"));
    Some((if s.is_layer() { &REPEATED_UNITS } else { &EQUAL_ROWS }, text))
}

fn negated(s: &Subject<'_, '_>) -> FoundFault {
    let (count, unit) = s.weight.sample.negated.filter(|_| s.is_layer())?;
    let text = if count == 1 { "1 unit is".to_owned() } else { format!("{count} units are") };
    Some((&NEGATED_UNITS, format!("{text} another times -1 (the first is number {unit}, counted from 0)")))
}

/// A mean beyond which no healthy layer of many units was seen, in standard deviations.
pub const OFF: f64 = 1.0;
/// The same where the other weights are as an initializer left them.
const OFF_UNTRAINED: f64 = 0.15;

fn off_centre(s: &Subject<'_, '_>) -> FoundFault {
    let sample = &s.weight.sample;
    let off = sample.off_centre();
    let drawn = sample.count >= TELLING && sample.is_independent();
    let fresh = s.file.majority.is_some() && drawn && off > OFF_UNTRAINED;
    let asked =
        s.is_layer() && s.weight.axes.count() > 1 && s.weight.axes.inputs() > 1 && sample.count >= ENOUGH;
    let positive = sample.range[0] > 0.0 || sample.range[1] < 0.0;
    let sign = if positive { "all weights have one sign, their mean" } else { "the mean" };
    let text = format!("{sign} is {} standard deviations from 0", three_digits(off));
    (asked && (off > OFF || fresh)).then_some((&OFF_CENTRE, text))
}

fn huge(s: &Subject<'_, '_>) -> FoundFault {
    let (count, largest) = s.weight.sample.huge;
    let sigmas = three_digits(largest / s.weight.sample.std);
    (count > 0).then(|| (&HUGE_VALUES, format!("{} (up to {sigmas} σ)", counted(count, "huge value"))))
}

/// Times the width that the law of most weights gives, beyond which (or below one over it) a layer was surely not
/// meant to have its scale.
const SCALED_BY: f64 = 2.0;

/// A layer that does not follow the law of most others: a fault where it has that law's shape and another scale;
/// a note where it follows a law of its own that is near, where several layers of one place do, and of the ends.
fn out_of_law(s: &Subject<'_, '_>) -> FoundFault {
    let Some(law) = s.file.majority.as_ref().filter(|_| s.is_layer() && s.weight.sample.count >= ENOUGH)
    else {
        return unlike_others(s);
    };
    let orthogonal = s.weight.fits.first().is_some_and(Fit::is_orthogonal);
    if law.holds(s.weight) || !orthogonal && !s.weight.sample.is_independent() {
        return None;
    }
    let factor = s.weight.sample.rms / law.width(s.weight)?;
    let own = s.weight.fits.first().map_or("no law", |fit| &fit.labels[0]);
    let of = format!("{} weights follow {}", law.count, law.label);
    let is_near = factor < SCALED_BY && factor > 1.0 / SCALED_BY;
    // By another initializer, which knows only its size.
    let is_drawn = s.weight.untrained() == Untrained::Yes || orthogonal && !law.label.starts_with(ORTHOGONAL);
    if !is_near && !is_drawn && !s.is_first() && !s.is_last() && !s.file.departs_with_another(s.weight) {
        return Some((
            &SCALED,
            format!(
                "{} times the scale of {}, which {} others follow",
                three_digits(factor),
                law.label,
                law.count
            ),
        ));
    }
    let kind = if s.is_first() || s.is_last() { &OWN_LAW } else { &MIXED_LAWS };
    Some((kind, format!("{own}, where {of}")))
}

fn unlike_others(s: &Subject<'_, '_>) -> FoundFault {
    let ratio = s.file.scales.unlike(s.weight).filter(|_| !s.is_first() && !s.is_last())?;
    Some((&SCALED, format!("not like the others ({} times their scale)", three_digits(ratio))))
}

/// Times He's scale, and below which part of it, weights are no start for a layer.
const FAR: [f64; 2] = [10.0, 1.0 / 50.0];
/// The same in a file with weights that no distribution fits: trained, or computed as a table of sines is.
const FAR_IF_TRAINED: [f64; 2] = [1000.0, 1.0 / 1000.0];

/// A scale that is absurd for the `fan_in`, and that no initializer explains which knows only the size, nor the law
/// of most other weights.
fn far_from_he(s: &Subject<'_, '_>) -> FoundFault {
    let weight = s.weight;
    let special = weight.fits.iter().any(|fit| fit.is_orthogonal() || fit.labels[0].starts_with("sparse"));
    let untrained = weight.untrained();
    let explained = s.file.majority.as_ref().is_some_and(|law| law.holds(weight));
    if special || explained || !s.is_layer() || weight.sample.count < 30 || untrained == Untrained::Yes {
        return None;
    }
    let [most, least] = if s.file.is_trained { FAR_IF_TRAINED } else { FAR };
    let ratio = weight.sample.rms / (2.0 / weight.fans.fan_in as f64).sqrt();
    (ratio > most || ratio < least)
        .then(|| (&FAR_FROM_HE, format!("scale {} times He's", three_digits(ratio))))
}

/// Kurtosis above which tails are remarked upon.
const HEAVY: f64 = 10.0;

fn heavy_tails(s: &Subject<'_, '_>) -> FoundFault {
    let heavy = s.is_layer() && s.weight.sample.count >= TELLING && s.weight.sample.kurtosis > HEAVY;
    heavy.then(|| {
        (
            &HEAVY_TAILS,
            format!("kurtosis {}, as trained weights may have", three_digits(s.weight.sample.kurtosis)),
        )
    })
}

/// Whole numbers that are packed weights by their name, and all 0.
pub fn packed(name: &str, shape: &[usize], bytes: &[u8]) -> Option<Finding> {
    let last = last_part(name);
    let stands_for_weights = ["weight", "qweight", "kernel", "packed"].iter().any(|word| last.contains(word));
    let zero = shape.len() >= 2 && bytes.len() >= ENOUGH && bytes.iter().all(|byte| *byte == 0);
    (stands_for_weights && zero)
        .then(|| Finding::of(&ZERO_PACKED, name, "packed weights, all zero".to_owned()))
}
