//! Tables of any text, under the names that an experiment's tables have, are drawn and explained or refused.
//!
//! The first byte chooses the experiment; tables follow, each after a line `== NAME`.

#![no_main]

use initlab::cli::known_experiments::EXPERIMENTS;
use initlab::results::{Table, Tables};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(first) = text.bytes().next().filter(u8::is_ascii) else { return };
    let experiment = EXPERIMENTS[usize::from(first) % EXPERIMENTS.len()];
    let sections = text[1..].split("== ").filter_map(|section| section.split_once('\n'));
    let mut tables = Tables::new();
    for (name, csv) in sections {
        let Ok(table) = Table::parse(name, csv.as_bytes()) else { continue };
        if tables.get(name).is_err() {
            tables.push(table);
        }
    }
    let _ = (experiment.explanation)(&tables);
    if let Ok(figures) = (experiment.figures)(&tables) {
        // A bitmap takes long, and is drawn from the same scene.
        figures.iter().for_each(|figure| drop(figure.svg()));
    }
});
