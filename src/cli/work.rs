//! Doing the runs of a share: what is there is read once, what is missing is run and committed.

use super::job::Job;
use super::options::Options;
use super::print::to_stderr;
use super::progress::{Counter, Progress};
use super::share::Shard;
use super::stop::Stop;
use super::threads::at_once;
use crate::experiments::Observer;
use crate::experiments::runner::{DynExperiment, Outcome, RunInfo, run_all};
use crate::results::{Lookup, RecordError, RunStore, Tables};
use crate::train::Stopped;
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

    /// Takes what runs contribute.
    fn take(&mut self, parts: Vec<(usize, Tables)>, failed: usize) {
        parts.into_iter().for_each(|(run, part)| self.parts[run] = Some(part));
        self.failed = failed;
    }

    /// The runs that are not done.
    fn missing(&self) -> Vec<usize> {
        self.mine.iter().copied().filter(|index| self.parts[*index].is_none()).collect()
    }
}

/// A share at work: what is to be done, where it is kept, and how.
pub struct Work<'a> {
    /// The settings.
    pub study: &'a dyn DynExperiment,
    /// Their runs.
    pub job: &'a Job,
    /// Where finished runs are.
    pub store: &'a RunStore,
    /// What was typed besides the settings.
    pub options: &'a Options,
}

impl Work<'_> {
    /// Reads the runs of a share that are there already; names those whose files are damaged.
    pub fn look_up(&self, shard: Shard) -> Share {
        let mine: Vec<usize> = (0..self.job.runs.len()).filter(|run| shard.takes(*run)).collect();
        let mut parts = vec![None; self.job.runs.len()];
        for &run in mine.iter().filter(|_| !self.options.fresh) {
            match self.store.load(&self.job.ids[run]) {
                Lookup::Found(tables) => parts[run] = Some(self.kept(tables)),
                Lookup::Missing => {}
                Lookup::Damaged { path, reason } => {
                    let (name, path) = (&self.job.runs[run].name, path.display());
                    to_stderr(&format!("{name}: {path} is damaged ({reason}); it is run anew"));
                }
            }
        }
        let share = Share::new(mine, parts);
        if share.done() > 0 && !self.options.quiet {
            let (done, all) = (share.done(), share.mine.len());
            to_stderr(&format!("{done} of {all} runs were already there (--fresh runs them anew)"));
        }
        share
    }

    /// What of a run's tables stays in memory: nothing where nothing is assembled.
    fn kept(&self, tables: Tables) -> Tables {
        if self.options.shard.is_some() { Tables::new() } else { self.study.part(tables) }
    }

    /// Runs what is missing in parallel and commits each run as it ends.
    pub fn run_missing(&self, share: &mut Share, stop: &Stop) -> Result<(), RecordError> {
        let missing = share.missing();
        self.open(&missing);
        let counters: Vec<Counter> = missing.iter().map(|run| self.counter(*run, stop)).collect();
        let watched = |(run, counter): (&usize, _)| {
            let (id, fresh) = (self.job.ids[*run].as_str(), self.options.fresh);
            Watched { id, store: self.store, counter, fresh }
        };
        let observers: Vec<Watched> = missing.iter().zip(&counters).map(watched).collect();
        let ledger = Ledger::new(self.store, stop, &share.done, at_once(&self.job.pool));
        let progress = (!self.options.quiet).then(|| Progress::show(&counters));
        self.job.pool.install(|| {
            run_all(self.study, &missing, &self.job.data, &observers, |index, outcome| {
                let run = missing[index];
                let tables = ledger.enter(&self.job.ids[run], &self.job.runs[run].name, outcome);
                tables.into_iter().for_each(|tables| ledger.keep(run, self.kept(tables)));
            });
        });
        drop(progress);
        let Book { parts, failed, error, .. } = ledger.close();
        share.take(parts, failed);
        error.map_or(Ok(()), Err)?;
        if stop.signal().is_none() {
            self.pick_up(share);
        }
        Ok(())
    }

    /// Tells what the runs start from.
    fn open(&self, missing: &[usize]) {
        if self.options.quiet || missing.is_empty() {
            return;
        }
        let opening = self.study.initial_summary(missing, &self.job.data);
        if !opening.is_empty() {
            to_stderr(&opening);
        }
    }

    fn counter(&self, run: usize, stop: &Stop) -> Counter {
        let RunInfo { name, cost } = &self.job.runs[run];
        Counter::new(name.clone(), cost.iterations, stop.flag())
    }

    /// Reads what another process has done while this one was at work.
    fn pick_up(&self, share: &mut Share) {
        for run in share.missing() {
            if let Lookup::Found(tables) = self.store.load(&self.job.ids[run]) {
                share.parts[run] = Some(self.kept(tables));
                share.done.fetch_add(1, Ordering::Relaxed);
            }
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
    fn enter(&self, id: &str, name: &str, outcome: Outcome) -> Option<Tables> {
        match outcome {
            Outcome::Finished(tables) => self.commit(id, &tables).then_some(tables),
            Outcome::Failed(why) => {
                to_stderr(&format!("{name} failed: {why}"));
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

    fn keep(&self, run: usize, part: Tables) {
        self.open().parts.push((run, part));
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
    fn should_run(&self) -> bool {
        self.counter.goes_on() && (self.fresh || !matches!(self.store.load(self.id), Lookup::Found(_)))
    }

    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped> {
        self.counter.iterations_done(done)
    }
}
