//! What was found, for readers and for programs that read columns: the answer first, then each tensor.

use super::Inspected;
use super::file_notes::{LONGEST, TOLD, list, notes, number, plain};
use crate::cli::print::{raw_to_stdout, to_stdout};
use crate::frameworks::{Framework, code};
use crate::inspect::finding::DRAW;
use crate::inspect::recipe::{Departure, Departures};
use crate::inspect::{FileReport, Finding, FindingKind, Fit, Role, TrainingState, Untrained, WeightReport};
use crate::nn::init::Init;
use crate::text::counted;
use crate::text::printable;
use std::collections::HashMap;
use std::fmt::Display;
use std::io::{IsTerminal, stdout};

/// Faults of one kind that are told before the table, at most.
const LISTED: usize = 20;
/// Prints one model: a few lines per tensor on a terminal, else one, in columns.
pub fn print(found: &Inspected, heading: bool) {
    if heading {
        to_stdout(&format!("# {}", printable(&found.name, LONGEST)));
    }
    answer(found).iter().for_each(|line| to_stdout(&format!("# {line}")));
    let (report, weights) = (&found.report, &found.report.weights);
    let faults = faults_by_tensor(report);
    let of = |weight: &WeightReport| faults.get(weight.name.as_str()).map_or(&[][..], |faults| faults);
    if stdout().is_terminal() {
        weights.iter().for_each(|weight| to_stdout(&block(weight, of(weight))));
    } else {
        raw_to_stdout(&COLUMNS.join("\t"));
        weights.iter().zip(&report.answer.looks).for_each(|(weight, look)| {
            raw_to_stdout(&cells(weight, *look, of(weight)).join("\t"));
        });
    }
    notes(report).iter().for_each(|note| to_stdout(&format!("# {note}")));
}

const COLUMNS: [&str; 14] = [
    "tensor",
    "shape",
    "layout",
    "fan_in",
    "fan_out",
    "mean",
    "std",
    "kurtosis",
    "std/He",
    "std/Glorot",
    "std/LeCun",
    "untrained",
    "fits",
    "faults",
];

/// The answer, the faults with what they do and what to do, and the notes.
fn answer(found: &Inspected) -> Vec<String> {
    let report = &found.report;
    let mut lines = vec![summary(found)];
    if !report.answer.left.is_empty() {
        lines.push(format!("as an initializer left them: {}", list(report.answer.left.iter())));
    }
    if let Some(law) = &report.law {
        lines.push(format!("law of most weights: {law}"));
    }
    for kind in in_order(report, true) {
        let of_kind = report.findings.iter().filter(|finding| finding.kind == kind);
        let (first, more) = (of_kind.clone().take(LISTED), of_kind.count().saturating_sub(LISTED));
        lines.extend(first.map(|finding| format!("FAULT {}", told(finding))));
        lines.extend((more > 0).then(|| format!("FAULT and {more} more of this kind")));
        lines.push(format!("  {}; {}", kind.effect, remedy(kind, found)));
    }
    for kind in in_order(report, false) {
        let of_kind: Vec<&Finding> = report.findings.iter().filter(|finding| finding.kind == kind).collect();
        let more = of_kind.len().saturating_sub(TOLD);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let first: Vec<String> = of_kind.iter().take(TOLD).map(|finding| told(finding)).collect();
        lines.push(format!("note: {}{more}", first.join("; ")));
    }
    lines.extend(found.departures.iter().flat_map(departed));
    lines
}

/// A line per tensor that departs from the recipe, what else was held against it, and which of its laws found nothing.
fn departed(Departures { departures, judged, left, unused }: &Departures) -> Vec<String> {
    let departs = |d: &Departure| {
        format!("DEPARTS {}: expected {}, found {}", printable(&d.tensor, LONGEST), d.expected, d.found)
    };
    let others = if *left == 0 { String::new() } else { format!("; it asks nothing of the other {left}") };
    let held = match judged {
        0 => format!("DEPARTS: the recipe asks something of none of {}", counted(*left, "tensor")),
        _ => format!("recipe: tensors that depart: {} of {judged}{others}", departures.len()),
    };
    let patterns = list(unused.iter());
    let unused =
        (!unused.is_empty()).then(|| format!("recipe: no tensor is judged by the law of {patterns}"));
    departures.iter().map(departs).chain([held]).chain(unused).collect()
}

fn told(finding: &Finding) -> String {
    match finding.tensor.as_str() {
        "" => finding.text.clone(),
        name => format!("{}: {}", printable(name, LONGEST), finding.text),
    }
}

/// The kinds that were found, faults or notes, in the order of the file.
fn in_order(report: &FileReport, faults: bool) -> Vec<&'static FindingKind> {
    let mut kinds: Vec<&'static FindingKind> = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.kind.is_fault == faults) {
        if !kinds.contains(&finding.kind) {
            kinds.push(finding.kind);
        }
    }
    kinds
}

/// What to do; where a layer has to be drawn again, the line to paste, if it is known whose file it is.
fn remedy(kind: &FindingKind, found: &Inspected) -> String {
    let framework = match found.format {
        "PyTorch" | "TorchScript" => Framework::PyTorch,
        "Keras" | "HDF5" => Framework::Keras,
        _ => return kind.remedy.to_owned(),
    };
    let law = found.report.law.as_deref().unwrap_or("He");
    let init = law.parse::<Init>().ok().filter(|_| kind.remedy == DRAW);
    init.map_or(kind.remedy.to_owned(), |init| {
        format!(
            "{DRAW}, as by {law} in {framework}: {}",
            code(&init, framework).trim_end().replace('\n', "; ")
        )
    })
}

/// The first line: trained or not, healthy or not, and of how much.
fn summary(found: &Inspected) -> String {
    let report = &found.report;
    if report.weights.is_empty() {
        return format!(
            "{}: no weight tensor (two axes or more); {}; {}",
            found.format,
            contents(report),
            faults(report)
        );
    }
    let training = match report.answer.training {
        TrainingState::CannotTell => "cannot tell whether it was trained".to_owned(),
        known => known.to_string(),
    };
    let health = if report.answer.healthy { "healthy".to_owned() } else { "NOT HEALTHY".to_owned() };
    let numbers: usize = report.weights.iter().map(|weight| weight.sample.count).sum();
    let [drawn, trained] = [Untrained::Yes, Untrained::No].map(|look| report.answer.count(look));
    format!(
        "{training}; {health}; {} ({}: {} of {}; by their looks untrained: {drawn}, trained: {trained})",
        faults(report),
        found.format,
        counted(report.weights.len(), "weight tensor"),
        counted(numbers, "number"),
    )
}

/// How many tensors have faults.
fn faults(report: &FileReport) -> String {
    format!("with faults: {}", faults_by_tensor(report).len())
}

fn cells(weight: &WeightReport, look: Untrained, faults: &[&str]) -> [String; 14] {
    let [he, glorot, lecun] = relative(weight).map(number);
    let sample = &weight.sample;
    [
        plain(&weight.name),
        shape(weight),
        weight.layout.to_string(),
        weight.fans.fan_in.to_string(),
        weight.fans.fan_out.to_string(),
        number(sample.mean),
        number(sample.std),
        number(sample.kurtosis),
        he,
        glorot,
        lecun,
        look.to_string(),
        or_dash(&weight.fits.iter().map(fit).collect::<Vec<_>>()),
        plain(&or_dash(faults)),
    ]
}

/// The texts of the faults by the name of their tensor.
fn faults_by_tensor(report: &FileReport) -> HashMap<&str, Vec<&str>> {
    let mut faults: HashMap<&str, Vec<&str>> = HashMap::new();
    for finding in report.findings.iter().filter(|finding| finding.kind.is_fault) {
        faults.entry(&finding.tensor).or_default().push(&finding.text);
    }
    faults
}

fn block(weight: &WeightReport, faults: &[&str]) -> String {
    let [he, glorot, lecun] = relative(weight).map(number);
    let (sample, fans) = (&weight.sample, weight.fans);
    let fits: Vec<String> = weight.fits.iter().map(fit).collect();
    let fits = if fits.is_empty() {
        "no initializer: trained, or drawn otherwise".to_owned()
    } else {
        or_dash(&fits)
    };
    let faults = if faults.is_empty() { String::new() } else { format!("\n  FAULT  {}", or_dash(faults)) };
    let relative = match weight.role {
        Role::Embedding => "embedding".to_owned(),
        _ => format!("He × {he}, Glorot × {glorot}, LeCun × {lecun}"),
    };
    format!(
        "{}  {}, {}: fan_in {}, fan_out {}\n  std {} ({relative}), mean {}, kurtosis {}\n  fits   {fits}{faults}",
        printable(&weight.name, LONGEST),
        shape(weight),
        weight.layout,
        fans.fan_in,
        fans.fan_out,
        number(sample.std),
        number(sample.mean),
        number(sample.kurtosis),
    )
}

fn shape(weight: &WeightReport) -> String {
    weight.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// The standard deviation over those of He, Glorot and LeCun; NaN for an embedding.
pub fn relative(weight: &WeightReport) -> [f64; 3] {
    if weight.is_embedding() {
        return [f64::NAN; 3];
    }
    let (fan_in, fan_out) = (weight.fans.fan_in as f64, weight.fans.fan_out as f64);
    [2.0 / fan_in, 2.0 / (fan_in + fan_out), 1.0 / fan_in].map(|variance| weight.sample.std / variance.sqrt())
}

fn fit(fit: &Fit) -> String {
    fit.labels.join(" = ")
}

fn or_dash(items: &[impl Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    if items.is_empty() { "-".to_owned() } else { items.join("; ") }
}

/// How many tensors a file has, by their axes.
fn contents(report: &FileReport) -> String {
    let axes = |(axes, count): (&usize, &usize)| match axes {
        0 => format!("{count} without an axis"),
        1 => format!("{count} of 1 axis"),
        axes => format!("{count} of {axes} axes, empty or not read"),
    };
    let kinds: Vec<String> = report.ranks.iter().map(axes).collect();
    match report.ranks.values().sum() {
        0 => "the file has no tensor".to_owned(),
        count => format!("the file has {}: {}", counted(count, "tensor"), kinds.join(", ")),
    }
}
