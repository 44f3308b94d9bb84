//! The named initializers as the page draws them: the law of one weight, its scale, the fan below it.
//!
//! Here are those whose weights are drawn from one law, and orthogonal ones. What needs data, the activation or a
//! structure of its own (`lsuv`, `critical`, `sparse`, …) is the command line's.

use crate::experiments::name_styles::style_of;
use crate::nn::init::names::{InitKind, NAMED};
use crate::nn::init::{Biases, Distribution, DistributionShape, Fan, Init, Weights};
use serde_json::{Value, json};

/// Every initializer that the page can draw, in the order of the table.
pub fn laws() -> Vec<Value> {
    let init = |kind: &InitKind| match kind {
        InitKind::Exactly(init) => Some(*init),
        InitKind::Parametrized { default, parse, .. } => default.and_then(|default| parse(default).ok()),
    };
    NAMED.iter().filter_map(|named| law(named.name, named.formula, &init(&named.kind)?)).collect()
}

/// One initializer as JSON; `None` for what the page cannot draw.
fn law(name: &str, formula: &str, init: &Init) -> Option<Value> {
    let (law, scale, fan) = match init.weights {
        _ if init.needs_data => return None,
        Weights::VarianceScaling { scale, fan, shape } => (shape_name(shape), scale, fan_name(fan)),
        Weights::Fixed(Distribution::Constant(value)) => ("constant", value, "fixed"),
        Weights::Orthogonal { gain } => ("orthogonal", gain, "orthogonal"),
        _ => return None,
    };
    let biases = init.biases == Biases::LikeWeights;
    Some(json!({"name": name, "law": law, "scale": scale, "fan": fan, "biases": biases, "formula": formula,
        "style": style_of(name)}))
}

fn shape_name(shape: DistributionShape) -> &'static str {
    DistributionShape::NAMED.iter().find(|row| row.1 == shape).expect("every shape has a name").0
}

fn fan_name(fan: Fan) -> &'static str {
    Fan::NAMED.iter().find(|row| row.1 == fan).expect("every fan has a name").0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chapters_initializers_are_there_and_those_that_need_more_are_not() {
        let names: Vec<String> = laws().iter().map(|law| law["name"].as_str().unwrap().to_owned()).collect();
        for name in ["Xavier", "He", "glorot_uniform", "he_normal", "orthogonal", "zeros", "pytorch_default"]
        {
            assert!(names.iter().any(|found| found == name), "{name}");
        }
        assert!(!names.iter().any(|name| ["lsuv", "critical", "std"].contains(&name.as_str())), "{names:?}");
    }
}
