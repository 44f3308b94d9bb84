//! The theory to play with: the form without a run behind it, and the numbers that its marks stand for.
//!
//! The scripts compute the recursions themselves (`js/theory.js`); from here they have what only this
//! program knows: gains, critical points and the weight variances of the named initializers.

use super::embed;
use crate::nn::activation::Activation;
use crate::nn::init::names::{InitKind, NAMED};
use crate::nn::init::{Fans, Init, critical_point};
use crate::nn::theory::exact_gain;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

/// The section of the page; `js/theory_panel.js` brings it to life.
pub fn section() -> Markup {
    html! {
        section #panel {
            h2 { "What if?" }
            p.question { "What does theory predict for a network that nobody has trained?" }
            p { "In very wide layers pre-activations are normal, and two numbers follow a map from layer to layer: their mean square q and the correlation c of two inputs (Poole et al. 2016, Schoenholz et al. 2017). Choose a network; the lines are the prediction, the dots are networks of the chosen width, drawn at random." }
            noscript { p.problem { "The panel needs JavaScript." } }
            div #theory-panel hidden {}
            script type="application/json" #panel-data { (PreEscaped(embed::json(&marks()))) }
        }
    }
}

/// Activations with what is special about them, and the weight variance of every named initializer.
fn marks() -> Value {
    let activation = |(name, activation): &(&str, Activation)| {
        let critical = critical_point(*activation).ok();
        json!({
            "name": name,
            "gain_squared": exact_gain(*activation).powi(2),
            "critical": critical.map(|field| json!({"sigma_w2": field.sigma_w2, "sigma_b2": field.sigma_b2})),
        })
    };
    let activations: Vec<Value> = Activation::NAMED.iter().map(activation).collect();
    json!({"activations": activations, "initializers": initializers()})
}

/// σ_w² = `fan_in` · Var\[w\] in square layers: a number, or a multiple of the width.
///
/// Which of both it is, is read off from layers of 100 and 1000 units: where the second has ten times the
/// σ_w² of the first, the weights have one variance at every width. Initializers with an argument are left
/// out but for `std=0.01`, and so are those without a standard deviation or with 0.
fn initializers() -> Vec<Value> {
    let of = |width: usize, init: Init| {
        let fans = Fans { fan_in: width, fan_out: width };
        init.target_std(fans).map(|std| width as f64 * std * std)
    };
    let mut marks = Vec::new();
    for named in NAMED {
        let InitKind::Exactly(init) = named.kind else { continue };
        let (Some(small), Some(large)) = (of(100, init), of(1000, init)) else { continue };
        if small > 0.0 {
            let per_width = (large / small - 10.0).abs() < 1e-9;
            let value = if per_width { small / 100.0 } else { small };
            marks.push(json!({"name": named.name, "value": value, "per_width": per_width}));
        }
    }
    let std = 0.01_f64;
    marks.push(json!({"name": "std=0.01", "value": std * std, "per_width": true}));
    marks
}
