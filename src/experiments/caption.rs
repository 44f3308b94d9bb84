//! The line below the title of a figure: what all of its runs have in common, network and training.

use super::args::{Seeds, Training};
use crate::nn::init::Init;
use crate::nn::optimizer::Optimizer;
use crate::text::exact;

/// A run in the words of a caption.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Units of each hidden layer; empty where they are no setting.
    pub hidden: Vec<u32>,
    /// Everything else, in the order in which it is told.
    pub words: Vec<String>,
}

impl Description {
    /// A network of this training at this rate; initializer and optimizer where they are settings.
    pub fn of(
        training: &Training,
        init: Option<Init>,
        optimizer: Option<Optimizer>,
        learning_rate: f64,
    ) -> Self {
        let words = [
            Some(training.activation.to_string()),
            init.map(|init| init.to_string()),
            training.batch_norm.then(|| "batch norm".to_owned()),
            optimizer.map(|optimizer| optimizer.to_string()),
            Some(rate(learning_rate)),
            Some(batch(training.network.batch_size)),
        ];
        Self { hidden: training.network.hidden.clone(), words: words.into_iter().flatten().collect() }
    }
}

/// A learning rate in a caption.
pub fn rate(learning_rate: f64) -> String {
    format!("rate {}", exact(learning_rate))
}

/// The examples of a mini-batch in a caption.
pub fn batch(examples: u32) -> String {
    format!("batch {examples}")
}

/// What is the same for all runs, in one line; of hidden layers that differ, what they still have in common.
///
/// ```
/// use initlab::experiments::args::Seeds;
/// use initlab::experiments::caption::{Description, caption};
///
/// let run = |init: &str, depth| Description { hidden: vec![100; depth], words: ["relu", init].map(str::to_owned).into() };
/// let seeds = Seeds { seed: 1, seeds: 5 };
/// assert_eq!(caption([run("He", 4), run("Xavier", 4)], Some(&seeds)), "hidden 4 × 100 · relu · 5 seeds");
/// assert_eq!(caption([run("He", 4), run("He", 2)], None), "100 units each · relu · He");
/// ```
pub fn caption(runs: impl IntoIterator<Item = Description>, seeds: Option<&Seeds>) -> String {
    let runs: Vec<Description> = runs.into_iter().collect();
    let Some(first) = runs.first() else { return String::new() };
    let shared = first.words.iter().filter(|word| runs.iter().all(|run| run.words.contains(word)));
    let parts = hidden(&runs).into_iter().chain(shared.cloned()).chain(seeds.map(seeds_in_words));
    parts.collect::<Vec<_>>().join(" · ")
}

/// Hidden layers: `hidden 100, 50`, equal ones `hidden 4 × 100`; of several networks, the depth or the width that all
/// have.
fn hidden(runs: &[Description]) -> Option<String> {
    let all: Vec<&[u32]> = runs.iter().map(|run| run.hidden.as_slice()).collect();
    let (first, unit) = (all[0], all[0].first()?);
    let is_even = all.iter().all(|units| units.iter().all(|one| Some(one) == units.first()));
    let [same, deep, wide] = [
        all.iter().all(|units| *units == first),
        all.iter().all(|units| units.len() == first.len()),
        all.iter().all(|units| units.first() == Some(unit)),
    ];
    match first.len() {
        depth if same && is_even && depth > 1 => Some(format!("hidden {depth} × {unit}")),
        _ if same => {
            Some(format!("hidden {}", first.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")))
        }
        depth if deep && is_even => Some(format!("{depth} layers")),
        _ if wide && is_even => Some(format!("{unit} units each")),
        _ => None,
    }
}

fn seeds_in_words(seeds: &Seeds) -> String {
    if seeds.seeds > 1 { format!("{} seeds", seeds.seeds) } else { format!("seed {}", seeds.seed) }
}

#[cfg(test)]
mod tests {
    use crate::experiments::Experiment;
    use crate::experiments::sweep::grid::Grid;
    use crate::experiments::sweep::{Config, Sweep};

    fn told(file: &str) -> String {
        let grid = Grid::parse("a.toml", file).unwrap();
        Sweep::caption(&Config { name: String::new(), grid: grid.clone(), curves: false }, &grid.plans)
    }

    #[test]
    fn what_differs_is_left_out_and_what_is_not_said_is_the_default() {
        let table = [
            ("learning_rate = [0.1, 1]\nseeds = 3", "hidden 4 × 100 · relu · sgd · batch 128 · 3 seeds"),
            (
                "depth = [3, 7]\nwidth = 60\noptimizer = \"adam\"",
                "60 units each · relu · adam · rate 0.01 · batch 128 · seed 1",
            ),
            (
                "depth = 3\nbatch_norm = true\nactivation = [\"relu\", \"tanh\"]",
                "hidden 3 × 100 · batch norm · sgd · rate 0.01 · batch 128 · seed 1",
            ),
            (
                "init = \"He\"\nhidden = [\"30,10\"]\nseed = 7",
                "hidden 30, 10 · relu · He · sgd · rate 0.01 · batch 128 · seed 7",
            ),
            ("width = [3, 5]", "4 layers · relu · sgd · rate 0.01 · batch 128 · seed 1"),
            ("hidden = [[3, 5], [4]]", "relu · sgd · rate 0.01 · batch 128 · seed 1"),
        ];
        for (file, expected) in table {
            assert_eq!(told(file), expected, "{file}");
        }
    }
}
