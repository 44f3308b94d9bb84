//! What was found as one JSON object, whose fields are stable: docs/INSPECT.md names them.

use super::Inspected;
use super::text::relative;
use crate::inspect::recipe::Departure;
use crate::inspect::travel::{FileComparison, Travel};
use crate::inspect::{Finding, Fit, Untrained, VectorReport, WeightReport};
use serde_json::{Value, json};

/// Raised when a field changes its meaning or goes; new ones may be added.
const VERSION: u32 = 1;

/// The object for some models, and for how two of them differ.
pub fn document(found: &[Inspected], comparison: Option<&FileComparison>) -> Value {
    let models: Vec<Value> = found.iter().map(model).collect();
    let travel = comparison.map(|found| {
        let travels: Vec<Value> = found.travels.iter().map(travel).collect();
        json!({"tensors": travels, "only_before": found.alone[0], "only_after": found.alone[1]})
    });
    json!({"version": VERSION, "models": models, "travel": travel})
}

fn model(found: &Inspected) -> Value {
    let report = &found.report;
    let findings = |faults: bool| -> Vec<Value> {
        report.findings.iter().filter(|finding| finding.kind.is_fault == faults).map(finding).collect()
    };
    let foreign =
        report.foreign.iter().map(|foreign| json!({"name": foreign.name, "reason": foreign.reason}));
    let chain = report.chain.as_ref().and_then(|chain| chain.as_ref().ok());
    let layers = chain.map(|layers| {
        layers
            .iter()
            .map(|layer| json!({"signal": layer.signal, "gradient": layer.gradient}))
            .collect::<Vec<_>>()
    });
    let held = found.departures.as_ref();
    let departures = held.map(|found| {
        let one = |d: &Departure| json!({"tensor": d.tensor, "expected": d.expected, "found": d.found});
        found.departures.iter().map(one).collect::<Vec<_>>()
    });
    json!({
        "file": found.name,
        "format": found.format,
        "training": report.answer.training.to_string(),
        "healthy": report.answer.healthy,
        "untrained_layers": report.answer.left,
        "law": report.law,
        "layout_guessed": report.layout_guessed,
        "faults": findings(true),
        "notes": findings(false),
        "weights": report.weights.iter().zip(&report.answer.looks).map(weight).collect::<Vec<_>>(),
        "vectors": report.vectors.iter().map(vector).collect::<Vec<_>>(),
        "not_read": foreign.collect::<Vec<_>>(),
        "signal": layers,
        "departures": departures,
        "judged": held.map(|found| found.judged),
        "unused_laws": held.map(|found| &found.unused),
    })
}

fn finding(finding: &Finding) -> Value {
    let Finding { kind, tensor, text } = finding;
    json!({"kind": kind.name, "tensor": tensor, "text": text, "effect": kind.effect, "remedy": kind.remedy})
}

fn weight((weight, look): (&WeightReport, &Untrained)) -> Value {
    let sample = &weight.sample;
    let [he, glorot, lecun] = relative(weight);
    json!({
        "name": weight.name,
        "role": weight.role.to_string(),
        "shape": weight.shape,
        "layout": weight.layout.to_string(),
        "fan_in": weight.fans.fan_in,
        "fan_out": weight.fans.fan_out,
        "count": sample.count,
        "not_finite": sample.not_finite,
        "mean": sample.mean,
        "std": sample.std,
        "kurtosis": sample.kurtosis,
        "largest": sample.huge.1,
        "std_over_he": he,
        "std_over_glorot": glorot,
        "std_over_lecun": lecun,
        "untrained": look.to_string(),
        "laws": weight.fits.iter().map(law).collect::<Vec<_>>(),
    })
}

fn law(fit: &Fit) -> Value {
    let fans = [fit.fans.fan_in, fit.fans.fan_out];
    json!({"labels": fit.labels, "knows_only_the_size": !fit.parametrized, "fans": fans})
}

fn vector(vector: &VectorReport) -> Value {
    json!({
        "name": vector.name,
        "role": vector.role.to_string(),
        "shape": vector.shape,
        "not_finite": vector.not_finite,
        "smallest": vector.range[0],
        "largest": vector.range[1],
    })
}

fn travel(travel: &Travel) -> Value {
    json!({"name": travel.name, "moved": travel.moved, "growth": travel.growth})
}
