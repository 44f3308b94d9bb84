//! How often the forecast is right, and how often the advice helps: networks drawn from a seed, trained by `compare`'s
//! own code, and those that fail trained again with the flags that were advised.
//!
//!     cargo run --release --example advice_grid -- wide 20261130 600 > wide.csv
//!
//! takes a mix (plausible, common, wide), a seed and a number of cells. A row per cell goes to standard output, the counts to
//! standard error. See docs/DIAGNOSIS.md for the freezes of the code and the seeds that followed from them.

mod mixes;
mod score;

use clap::Parser;
use initlab::data::{DataRequest, DataSet};
use initlab::experiments::compare::rows::{LossRow, SummaryRow};
use initlab::experiments::compare::{self, Compare};
use initlab::experiments::{Data, Experiment};
use initlab::stats::{Verdict, verdict};
use mixes::{Cell, Source};
use rayon::prelude::*;
use score::Outcome;
use std::ops::ControlFlow;
use std::path::Path;

/// The flags of `compare`.
#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    config: compare::Config,
}

/// Updates of the plain trial that the forecast is compared with; it costs as much as the diagnosis.
const TRIAL: usize = 36;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [mix, seed, count] = &words[..] else { panic!("expected a mix, a seed and a number of cells") };
    let (seed, count) = (seed.parse().expect("a seed"), count.parse().expect("a number of cells"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let request = DataRequest { named: Some(&folder), ..DataRequest::default() };
    let mnist = Data::of(DataSet::load(&request).expect("the shipped data"));
    let sources = [Source::Raw, Source::Standardized, Source::Imbalanced];
    let tables = sources.map(|source| (source, Data::of(mixes::table(source))));
    let data = |cell: &Cell| {
        tables.iter().find(|(source, _)| *source == cell.source).map_or(&mnist, |(_, data)| data)
    };
    let cells = mixes::cells(mix, seed, count);
    let outcomes: Vec<Outcome> = cells.into_par_iter().map(|cell| outcome(data(&cell), cell)).collect();
    println!("{}", score::HEADER);
    outcomes.iter().for_each(|outcome| println!("{}", outcome.row()));
    score::report(&outcomes);
}

/// Trains a cell and, where it fails, once more with what is advised.
fn outcome(data: &Data, cell: Cell) -> Outcome {
    let (first, losses) = train(data, &cell.flags);
    let flags = first.remedy.as_deref().map(|remedy| with(&cell.flags, remedy));
    let advised = flags.map(|flags| train(data, &flags).0);
    let trial = plain_trial(&losses, first.label_entropy);
    Outcome { cell, first, advised, trial }
}

/// The summary and the losses of the run that these flags make.
fn train(data: &Data, flags: &[(String, String)]) -> (SummaryRow, Vec<f64>) {
    let words = flags.iter().flat_map(|(flag, value)| [flag.as_str(), value]).filter(|word| !word.is_empty());
    let config = Flags::parse_from(["compare"].into_iter().chain(words)).config;
    let plans = Compare::plans(&config).expect("flags that go together");
    let ControlFlow::Continue(tables) = Compare::run(&plans[0], data, &()) else {
        panic!("nobody stops a run")
    };
    let tables = Compare::assemble(&config, vec![Some(tables)], data).expect("tables of one run");
    let losses = tables.rows::<LossRow>("loss").expect("its losses");
    let summary = tables.rows::<SummaryRow>("summary").expect("its summary").remove(0);
    (summary, losses.iter().map(|row| row.loss.into()).collect())
}

/// Flags with others in their place or behind them, as one would type the command again.
fn with(flags: &[(String, String)], remedy: &str) -> Vec<(String, String)> {
    let mut flags = flags.to_vec();
    let mut words = remedy.split(' ').peekable();
    while let Some(flag) = words.next() {
        let value = words.next_if(|word| !word.starts_with("--")).unwrap_or_default().to_owned();
        match flags.iter_mut().find(|(name, _)| name == flag) {
            Some((_, old)) => *old = value,
            None => flags.push((flag.to_owned(), value)),
        }
    }
    flags
}

/// The verdict on the first updates of a run, of which the second half counts.
fn plain_trial(losses: &[f64], label_entropy: f64) -> Verdict {
    let first = &losses[..losses.len().min(TRIAL)];
    let half = first.len() / 2;
    // Of 100 losses that count, each of the second half has its share.
    let last = first[half..].iter().cycle().take(100.max(first.len() - half));
    verdict(&first[..half].iter().chain(last).copied().collect::<Vec<_>>(), label_entropy, || losses[0])
        .verdict
}
