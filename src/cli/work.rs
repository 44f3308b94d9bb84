//! Doing the runs of a share: what is there is read once, what is missing is run and committed.

use super::job::Job;
use super::options::Options;
use super::print::to_stderr;
use super::progress::{Counter, Progress};
use super::share::Shard;
use super::stop::Stop;
use super::threads::at_once;
use crate::lab::{Experiment, Observer, Outcome, run_all};
use crate::record::{Lookup, RecordError, RunStore, Tables};
use crate::train::Stopped;
use std::fmt::Display;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

/// How far a share has come.
#[derive(Debug)]
pub struct Share {
    /// The positions of its runs among the plans.
    pub mine: Vec<usize>,
    /// What each run of the job contributes to the assembled tables, once that is known.
    pub parts: Vec<Option<Tables>>,
    /// Runs that failed.
    pub failed: usize,
    /// How many of its runs are done, for whoever asks while it goes on.
    pub done: Arc<AtomicUsize>,
}

impl Share {
    fn new(mine: Vec<usize>, parts: Vec<Option<Tables>>) -> Self {
        let done = parts.iter().flatten().count();
        Self { mine, parts, failed: 0, done: Arc::new(done.into()) }
    }

    /// How many of its runs are done.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// Takes what the missing runs contribute, by their position among them.
    fn take(&mut self, parts: Vec<(usize, Tables)>, failed: usize) {
        let missing = self.missing();
        parts.into_iter().for_each(|(index, part)| self.parts[missing[index]] = Some(part));
        self.failed = failed;
    }

    /// The runs that are not done.
    fn missing(&self) -> Vec<usize> {
        self.mine.iter().copied().filter(|index| self.parts[*index].is_none()).collect()
    }
}

/// Reads the runs of a share that are there already; names those whose files are damaged.
pub fn look_up<E: Experiment>(
    config: &E::Config,
    job: &Job<E::Plan>,
    store: &RunStore,
    shard: Shard,
    options: &Options,
) -> Share {
    let mine: Vec<usize> = (0..job.runs.len()).filter(|run| shard.takes(*run)).collect();
    let mut parts = vec![None; job.runs.len()];
    for &index in mine.iter().filter(|_| !options.fresh) {
        let (id, plan) = &job.runs[index];
        match store.load(id) {
            Lookup::Found(tables) => parts[index] = Some(kept::<E>(config, tables, options)),
            Lookup::Missing => {}
            Lookup::Damaged { path, reason } => {
                to_stderr(&format!("{plan}: {} is damaged ({reason}); it is run anew", path.display()));
            }
        }
    }
    let share = Share::new(mine, parts);
    if share.done() > 0 && !options.quiet {
        let (done, all) = (share.done(), share.mine.len());
        to_stderr(&format!("{done} of {all} runs were already there (--fresh runs them anew)"));
    }
    share
}

/// What of a run's tables stays in memory: nothing where nothing is assembled.
fn kept<E: Experiment>(config: &E::Config, tables: Tables, options: &Options) -> Tables {
    if options.shard.is_some() { Tables::new() } else { E::part(config, tables) }
}

/// Runs what is missing in parallel and commits each run as it ends.
pub fn run_missing<E: Experiment>(
    config: &E::Config,
    job: &Job<E::Plan>,
    store: &RunStore,
    share: &mut Share,
    options: &Options,
    stop: &Stop,
) -> Result<(), RecordError> {
    let missing: Vec<&(String, E::Plan)> = share.missing().into_iter().map(|run| &job.runs[run]).collect();
    let plans: Vec<&E::Plan> = missing.iter().map(|(_, plan)| plan).collect();
    let quiet = options.quiet || plans.is_empty();
    let opening = if quiet { String::new() } else { E::opening(&plans, &job.data) };
    if !opening.is_empty() {
        to_stderr(&opening);
    }
    let counter = |plan: &&E::Plan| Counter::new(plan.to_string(), E::cost(plan).iterations, stop.flag());
    let counters: Vec<Counter> = plans.iter().map(counter).collect();
    let watched = |(index, counter)| {
        let (id, _): &(String, _) = missing[index];
        Watched { id, store, counter, fresh: options.fresh }
    };
    let observers: Vec<Watched> = counters.iter().enumerate().map(watched).collect();
    let ledger = Ledger::new(store, stop, &share.done, at_once(&job.pool));
    let progress = (!options.quiet).then(|| Progress::show(&counters));
    run_all::<E>(&plans, &job.data, &observers, |index, outcome| {
        let (id, plan) = missing[index];
        if let Some(tables) = ledger.enter(id, plan, outcome) {
            ledger.keep(index, kept::<E>(config, tables, options));
        }
    });
    drop(progress);
    let Book { parts, failed, error, .. } = ledger.close();
    share.take(parts, failed);
    error.map_or(Ok(()), Err)?;
    if stop.signal().is_none() {
        pick_up::<E>(config, job, store, share, options);
    }
    Ok(())
}

/// Reads what another process has done while this one was at work.
fn pick_up<E: Experiment>(
    config: &E::Config,
    job: &Job<E::Plan>,
    store: &RunStore,
    share: &mut Share,
    options: &Options,
) {
    for run in share.missing() {
        if let Lookup::Found(tables) = store.load(&job.runs[run].0) {
            share.parts[run] = Some(kept::<E>(config, tables, options));
            share.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Where threads that finish runs write down what became of them.
struct Ledger<'a> {
    store: &'a RunStore,
    stop: &'a Stop,
    done: &'a AtomicUsize,
    threads: f64,
    book: Mutex<Book>,
}

/// What is written down.
struct Book {
    last: Instant,
    parts: Vec<(usize, Tables)>,
    failed: usize,
    error: Option<RecordError>,
}

impl<'a> Ledger<'a> {
    fn new(store: &'a RunStore, stop: &'a Stop, done: &'a AtomicUsize, threads: usize) -> Self {
        let book = Book { last: Instant::now(), parts: Vec::new(), failed: 0, error: None };
        Self { store, stop, done, threads: threads as f64, book: Mutex::new(book) }
    }

    /// Commits a finished run and returns its tables; notes a failed one.
    fn enter(&self, id: &str, plan: &impl Display, outcome: Outcome) -> Option<Tables> {
        match outcome {
            Outcome::Finished(tables) => self.commit(id, &tables).then_some(tables),
            Outcome::Failed(why) => {
                to_stderr(&format!("{plan} failed: {why}"));
                self.store.note_failure(id, &why);
                self.open().failed += 1;
                None
            }
            Outcome::Stopped => None,
        }
    }

    /// Saves a run and notes how long it took; a run that cannot be saved stops all others.
    fn commit(&self, id: &str, tables: &Tables) -> bool {
        if let Err(error) = self.store.commit(id, tables) {
            self.open().error.get_or_insert(error);
            self.stop.now();
            return false;
        }
        self.done.fetch_add(1, Ordering::Relaxed);
        let seconds = self.lap();
        self.store.note_seconds(id, seconds);
        true
    }

    /// Thread-seconds since the last run ended. Threads help each other, so the time from a run's own
    /// start to its end would count the work of others.
    fn lap(&self) -> f64 {
        let mut book = self.open();
        let seconds = book.last.elapsed().as_secs_f64();
        book.last = Instant::now();
        self.threads * seconds
    }

    fn keep(&self, index: usize, part: Tables) {
        self.open().parts.push((index, part));
    }

    fn open(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("no holder panics")
    }

    fn close(self) -> Book {
        self.book.into_inner().expect("no holder panics")
    }
}

/// The observer of one run: counts, and passes over what another process has done meanwhile.
struct Watched<'a> {
    id: &'a str,
    store: &'a RunStore,
    counter: &'a Counter,
    fresh: bool,
}

impl Observer for Watched<'_> {
    fn wanted(&self) -> bool {
        self.counter.goes_on() && (self.fresh || !matches!(self.store.load(self.id), Lookup::Found(_)))
    }

    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped> {
        self.counter.iterations_done(done)
    }
}
