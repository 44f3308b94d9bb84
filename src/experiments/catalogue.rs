//! The list of initializers for readers: names, formulas, sources, and numbers for one layer.
//!
//! Everything comes from the one table of initializers; nothing here is known of any of them.

use crate::nn::activation::Activation;
use crate::nn::init::names::{InitKind, NamedInit};
use crate::nn::init::table::NAMED;
use crate::nn::init::{Distribution, Fans, Init, Weights, critical_point};
use crate::nn::theory::{MeanField, NoCriticalPoint, exact_gain, pytorch_gain};
use crate::stats::{even_edges, histogram, rms, standard_deviation};
use crate::text::{TextTable, fixed, lines};
use serde_json::{Value, json};
use std::fmt::Write;

/// Columns of the names, and of the words beside them.
const NAME_WIDTH: usize = 26;
const TEXT_WIDTH: usize = 64;

/// Every initializer with its other names, its formula and its source, at most 92 columns wide.
pub fn every_name() -> String {
    let mut text = String::new();
    for row in NAMED {
        let mut right = lines(row.formula, TEXT_WIDTH);
        right.extend(lines(row.source, TEXT_WIDTH));
        let mut left = vec![pattern(row)];
        left.extend(row.aliases.iter().map(|alias| format!("  {alias}")));
        for line in 0..left.len().max(right.len()) {
            let cell = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
            let line = format!("{:NAME_WIDTH$}  {}", cell(&left), cell(&right));
            writeln!(text, "{}", line.trim_end()).expect("a string takes every word");
        }
        text.push('\n');
    }
    text.push_str("indented: other names of the same; case does not matter, and - is _\n");
    text
}

/// How a row is written: `He`, `std=S`, or `orthogonal[=G]` where the argument may be left out.
fn pattern(row: &NamedInit) -> String {
    match row.kind {
        InitKind::Exactly(_) => row.name.to_owned(),
        InitKind::Parametrized { symbol, default: None, .. } => format!("{}={symbol}", row.name),
        InitKind::Parametrized { symbol, default: Some(_), .. } => format!("{}[={symbol}]", row.name),
    }
}

/// What each initializer makes of one layer: the standard deviation and bound it asks for, and the
/// standard deviation and histogram of the weights it draws (seed 1, first layer). Of these initializers, or of
/// all where none is named.
pub fn numbers(fans: Fans, inits: &[Init], activation: Option<Activation>) -> String {
    let Fans { fan_in, fan_out } = fans;
    let mut text = TextTable::new(&["initializer", "std", "bound", "drawn std", HISTOGRAM_HEADING]);
    let all: Vec<Init> = NAMED.iter().map(|row| example(&row.kind)).collect();
    for init in if inits.is_empty() { &all } else { inits } {
        text.push(cells(init, fans, activation));
    }
    format!(
        "{fan_in} inputs, {fan_out} units\n\n{text}\n–: it has none, or it does not follow from the size alone\n"
    )
}

/// All of it as one object for other programs, of these initializers or of all; docs/FRAMEWORKS.md names its fields. What is
/// not known, and what is not finite, is null.
pub fn document(fans: Option<Fans>, inits: &[Init], activation: Option<Activation>) -> Value {
    let all: Vec<Init> = NAMED.iter().map(|row| example(&row.kind)).collect();
    let inits = if inits.is_empty() { &all } else { inits };
    json!({
        "version": 1,
        "fan_in": fans.map(|fans| fans.fan_in),
        "fan_out": fans.map(|fans| fans.fan_out),
        "initializers": inits.iter().map(|init| entry(init, fans, activation)).collect::<Vec<_>>(),
        "activation": activation.map(|activation| {
            let critical = critical_point(activation).ok();
            json!({
                "name": activation.to_string(),
                "exact_gain": exact_gain(activation),
                "pytorch_gain": pytorch_gain(activation),
                "critical_sigma_w2": critical.map(|point| point.sigma_w2),
                "critical_sigma_b2": critical.map(|point| point.sigma_b2),
            })
        }),
    })
}

/// One initializer of the object.
fn entry(init: &Init, fans: Option<Fans>, activation: Option<Activation>) -> Value {
    let row = NAMED.iter().find(|row| row.label(init).is_some()).expect("every initializer has a row");
    let resolved = missing(init, activation);
    let of_layer = fans.zip(resolved.ok());
    json!({
        "name": row.name,
        "initializer": init.to_string(),
        "pattern": pattern(row),
        "aliases": row.aliases,
        "formula": row.formula,
        "source": row.source,
        "needs": resolved.err(),
        "std": of_layer.and_then(|(fans, init)| init.target_std(fans)),
        "bound": of_layer.and_then(|(fans, init)| init.distribution(fans).and_then(Distribution::bound)),
    })
}

/// The row's initializer, with the argument of its example where it takes one.
fn example(kind: &InitKind) -> Init {
    match kind {
        InitKind::Exactly(init) => *init,
        InitKind::Parametrized { parse, example, .. } => parse(example).expect("examples work"),
    }
}

fn cells(init: &Init, fans: Fans, activation: Option<Activation>) -> [String; 5] {
    let label = init.to_string();
    let none = || "–".to_owned();
    let resolved = match missing(init, activation) {
        Ok(resolved) => resolved,
        Err(why) => return [label, none(), none(), none(), centered(why)],
    };
    let number = |number: Option<f64>| number.map_or_else(none, |number| fixed(number, 5));
    let weights: Vec<f64> = resolved.draw_weights(fans, 1, 0).into_iter().collect();
    let bound = resolved.distribution(fans).and_then(Distribution::bound);
    [
        label,
        number(resolved.target_std(fans)),
        number(bound),
        number(Some(standard_deviation(&weights)).filter(|std| std.is_finite())), // of one weight there is none
        shape(&weights),
    ]
}

/// The initializer that can be drawn, or what it still needs.
fn missing(init: &Init, activation: Option<Activation>) -> Result<Init, &'static str> {
    match (init.needs_data, init.weights, activation) {
        (true, ..) => Err("needs data"),
        (_, Weights::Critical, None) => Err("needs --activation"),
        (.., activation) => {
            init.for_activation(activation.unwrap_or(Activation::Identity)).map_err(|_| "no critical point")
        }
    }
}

const HISTOGRAM_HEADING: &str = "drawn, from −3.5 to 3.5 rms";
/// Bins of a histogram: an odd number, so that 0 lies in the middle of one.
const BINS: usize = 25;
/// Bars of one eighth to eight eighths of a line.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A histogram in one line; a bin that holds anything shows at least the lowest bar, and what lies
/// outside shows as an arrow.
fn shape(weights: &[f64]) -> String {
    let reach = 3.5 * if rms(weights) > 0.0 { rms(weights) } else { 1.0 };
    let found = histogram(weights, &even_edges(-reach, reach, BINS));
    let most = found.counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: &usize| match count {
        0 => ' ',
        count => BARS[(count * BARS.len()).div_ceil(most) - 1],
    };
    let arrow = |count: usize, arrow: char| if count > 0 { arrow } else { ' ' };
    let bars: String = found.counts.iter().map(bar).collect();
    format!("{}{bars}{}", arrow(found.below, '‹'), arrow(found.above, '›'))
}

fn centered(words: &str) -> String {
    format!("{words:^width$}", width = BINS + 2)
}

/// The gain of an activation, exact and in PyTorch's table, and its critical point.
pub fn gains(activation: Activation) -> String {
    let exact = fixed(exact_gain(activation), 6);
    let pytorch = pytorch_gain(activation).map_or("none".to_owned(), |gain| fixed(gain, 6));
    let critical = match critical_point(activation) {
        Ok(MeanField { sigma_w2, sigma_b2, .. }) => format!("σ_w² = {sigma_w2:.6}, σ_b² = {sigma_b2}"),
        Err(NoCriticalPoint { sigma_b2, .. }) => format!("none at σ_b² = {sigma_b2}"),
    };
    let lines = [
        format!("{activation}"),
        format!("  exact gain      {exact}  g = 1/√E[f(z)²]; std g/√fan_in keeps the size of signals"),
        format!("  PyTorch's gain  {pytorch:<8}  torch.nn.init.calculate_gain"),
        format!("  critical point  {critical}"),
    ];
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_alias_is_listed_within_its_width() {
        let text = every_name();
        for name in NAMED.iter().flat_map(|row| std::iter::once(&row.name).chain(row.aliases)) {
            let is_it = |word: &str| word.split(['=', '[']).next() == Some(*name);
            assert!(text.lines().any(|line| line.split_whitespace().next().is_some_and(is_it)), "{name}");
        }
        assert!(NAMED.iter().all(|row| text.contains(row.formula)), "a formula is broken over two lines");
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(NAME_WIDTH + 2 + TEXT_WIDTH), "{widest:?}");
    }

    #[test]
    fn every_row_has_its_numbers() {
        let fans = Fans { fan_in: 50, fan_out: 40 };
        let text = numbers(fans, &[], Some(Activation::Tanh));
        let row =
            |name: &str| text.lines().filter(|line| line.starts_with(name)).collect::<Vec<_>>().join(" ");
        assert_eq!(row("He ").split_whitespace().nth(1), Some("0.20000"));
        assert_eq!(row("pytorch_default").split_whitespace().nth(2), Some("0.14142"));
        assert!(row("critical").contains("0.18767"));
        assert!(row("lsuv").contains("needs data"));
        assert!(numbers(fans, &[], None).contains("needs --activation"));
        assert!(numbers(fans, &[], Some(Activation::Gelu)).contains("no critical point"));
        assert!(text.lines().all(|line| line.chars().count() <= 80));
    }

    #[test]
    fn the_object_has_every_row_and_its_numbers() {
        let all = document(Some(Fans { fan_in: 50, fan_out: 40 }), &[], Some(Activation::Tanh));
        assert_eq!(all["initializers"].as_array().unwrap().len(), NAMED.len());
        let named = |name: &str| {
            all["initializers"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone()
        };
        assert_eq!(named("He")["std"], 0.2);
        assert_eq!((&named("lsuv")["needs"], &named("lsuv")["std"]), (&json!("needs data"), &Value::Null));
        assert_eq!(all["activation"]["pytorch_gain"], 5.0 / 3.0);
        let one = document(None, &["He".parse().unwrap()], None);
        assert_eq!((one["initializers"].as_array().unwrap().len(), &one["fan_in"]), (1, &Value::Null));
    }

    #[test]
    fn gains_are_the_exact_one_and_pytorchs() {
        let tanh = gains(Activation::Tanh);
        assert!(
            ["1.592537", "1.666667", "σ_w² = 1.760955, σ_b² = 0.05"].iter().all(|n| tanh.contains(n)),
            "{tanh}"
        );
        let gelu = gains(Activation::Gelu);
        assert!(gelu.contains("PyTorch's gain  none") && gelu.contains("none at σ_b² = 0.05"), "{gelu}");
    }

    #[test]
    fn a_shape_hides_nothing() {
        let bars = |weights: &[f64]| shape(weights).chars().collect::<Vec<_>>();
        assert_eq!(bars(&[0.0; 4])[1 + BINS / 2], '█');
        let mut lonely = vec![0.0; 1000];
        lonely[0] = 1.0;
        assert_eq!((bars(&lonely)[0], bars(&lonely)[BINS + 1]), (' ', '›'));
        let two = bars(&[1.0, 1.0, 1.0, -1.0]);
        assert_eq!(two.iter().filter(|bar| **bar != ' ').copied().collect::<String>(), "▃█");
    }
}
