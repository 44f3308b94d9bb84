//! The lab's document: its frame; the scripts fill it.

use super::{LESSONS, LabData, laws};
use crate::experiments::name_styles::style_of;
use crate::nn::activation::Activation;
use crate::nn::optimizer::Optimizer;
use crate::report::embed;
use crate::stats::{FINAL_ITERATIONS, STALL_MARGIN, WORSE_MARGIN};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Map, Value, json};

/// What the page is made of.
#[derive(Debug)]
pub struct LabPage<'a> {
    /// The examples.
    pub data: &'a LabData,
    /// What the engine said of each network of each lesson, in their order: verdict and cause in a sentence. Empty for
    /// other data than the lessons'.
    pub causes: &'a [Vec<String>],
    /// How the data and the causes can be had on the command line.
    pub source: &'a str,
}

/// The whole page, as HTML. The same contents give the same bytes.
pub fn page(lab: &LabPage) -> String {
    let script = embed::lab_script();
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&embed::lab_policy(&script)))
            body {
                a.skip href="#stage" { "Skip to the networks" }
                header #bar { h1 { "initlab" span { " lab" } } div #transport role="toolbar" aria-label="Training" {} }
                main {
                    aside #lesson aria-label="Lesson" {}
                    section #stage aria-label="Networks in training" {
                        div #curves {}
                        div #networks {}
                        p.muted #note { (KEY) }
                    }
                }
                noscript { p.problem { "The lab trains networks in your browser and needs JavaScript." } }
                script type="application/json" #lab-data { (PreEscaped(embed::json(&contents(lab)))) }
                script type="text/plain" #lab-examples { (PreEscaped(lab.data.packed())) }
                script #lab-script { (PreEscaped(script)) }
            }
        }
    };
    document.into_string()
}

fn head(policy: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            link rel="icon" href="data:,";
            title { "initlab lab" }
            style { (PreEscaped(embed::lab_style())) }
        }
    }
}

/// What the pictures show.
const KEY: &str = "Signal: the root mean square of a layer's sums before its activation. Gradient: that of the loss with \
    respect to them. Both are of one mini-batch, on logarithmic bars; a red mark is what infinitely wide layers would show \
    before training. The strip below a histogram has a cell per unit, stronger the larger its mean activation. Dead: \
    units that are 0 for the whole batch. At ends: activations within 0.02 of an end of their range. Learned: the \
    mean of the last 100 losses is clearly below that of guessing (knowing only how often each class occurs) and \
    that of the start; worsened: clearly above both; stalled: neither. \
    Loss: the mean of the last 20. Right: the share of the test examples.";

/// Scales with a look of their own; those between them have that of `other`.
const STDS: [&str; 6] = ["std=0.001", "std=0.01", "std=0.1", "std=1", "std=10", "other"];

/// What the scripts are told.
fn contents(lab: &LabPage) -> Value {
    let activations: Vec<&str> = Activation::NAMED.iter().map(|row| row.0).collect();
    let optimizers: Vec<&str> = Optimizer::NAMED.iter().map(|row| row.0).collect();
    let lessons = if lab.causes.is_empty() { &[][..] } else { LESSONS };
    json!({
        "data": lab.data.head(), "lessons": lessons, "causes": lab.causes, "source": lab.source,
        "initializers": laws::laws(), "activations": activations, "optimizers": optimizers,
        "styles": STDS.iter().map(|label| ((*label).to_owned(), json!(style_of(label)))).collect::<Map<_, _>>(),
        "width": super::lessons::WIDTH, "batch": super::lessons::BATCH,
        "stall_margin": STALL_MARGIN, "worse_margin": WORSE_MARGIN, "final_iterations": FINAL_ITERATIONS,
    })
}
